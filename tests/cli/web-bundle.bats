#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Putting the page together: hashes are those of what stands there, mistakes are found.

setup()
{
	top=${top_srcdir:-$BATS_TEST_DIRNAME/../..}
	bundle=$top/build-aux/web-bundle.sh
	web=$BATS_TEST_TMPDIR/web
	cp -r "$top/src/render/web" "$web"
	chmod -R u+w "$web"
}

# 'sha256-...' of the text between two lines' tags: the element must begin and end at $1 and $2.
hash_between()
{
	local text

	text=$(awk -v start="$1" -v end="$2" '
		(at = index($0, start)) && !on { on = 1; $0 = substr($0, at + length(start)) }
		on && (at = index($0, end)) { printf "%s", substr($0, 1, at - 1); exit }
		on { print }
	' "$3"; echo .)
	printf %s "${text%.}" | openssl dgst -sha256 -binary | base64
}

@test "the policy has the hashes of the style and the scripts that stand in the page" {
	"$bundle" html "$web" >"$BATS_TEST_TMPDIR/page.html"
	cd "$BATS_TEST_TMPDIR"
	policy=$(grep -o "script-src [^;]*; style-src [^;]*;" page.html)
	sed '0,/^{{data}}$/d' page.html >after.html
	loader=$(hash_between '<script>' '</script>' page.html)
	script=$(hash_between '<script>' '</script>' after.html)
	style=$(hash_between '<style>' '</style>' page.html)
	[ "$policy" = "script-src 'sha256-$loader' 'sha256-$script'; style-src 'sha256-$style';" ]
}

@test "the same files give the same bytes" {
	[ "$("$bundle" page "$web" | sha256sum)" = "$("$bundle" page "$web" | sha256sum)" ]
	[ "$("$bundle" svg "$web" | sha256sum)" = "$("$bundle" svg "$web" | sha256sum)" ]
}

@test "a name that is defined twice is an error" {
	echo 'function startPage() {}' >>"$web/page/dom.js"
	run "$bundle" page "$web"
	[ "$status" -ne 0 ]
	[[ $output == *"defined twice at the top level: startPage"* ]]
}

@test "the end of an element inside of a script is an error" {
	echo 'const end = "</script>";' >>"$web/page/dom.js"
	run "$bundle" page "$web"
	[ "$status" -ne 0 ]
	[[ $output == *"has the end of its own element in it"* ]]
}

@test "comments and indentation go, code stays" {
	mkdir -p "$BATS_TEST_TMPDIR/own/core"
	printf '%s\n' '// one' '/* two' ' * three' ' */' '' 'const a = 1; // four' $'\tconst b = "// five";' \
		>"$BATS_TEST_TMPDIR/own/core/a.js"
	run "$bundle" script core "$BATS_TEST_TMPDIR/own"
	[ "$output" = $'const a = 1; // four\nconst b = "// five";' ]
}
