#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The examples of the manual pages and of README.md do what they say, or at least are understood:
# each is run on test data. Recording is not, its command line is only read.

load common

setup()
{
	common_setup
	mkdir bin work
	stand_in pyroprof <<-END
		case "\$*" in
		"record "* | "top -p "* | "top -a"* | "tui -p "* | "tui -a"*) ;;
		*) exec "$PYROPROF" "\$@" ;;
		esac
		for ((i = 1; i <= \$#; i++)); do [ "\${!i}" != -- ] || break; done
		exec "$PYROPROF" "\${@:1:i-1}" --help "\${@:i}"
	END
	stand_in sudo <<<'exec "$@"'
	for program in fdp flamegraph.pl grep jq kcachegrind xdg-open py-spy stackcollapse-perf.pl; do
		stand_in "$program" <<<'cat >/dev/null'
	done
	stand_in perf <<<'cat "$DATA/stacks.folded"'
	stand_in stackcollapse-perf.pl <<<cat
	stand_in curl <<<'cat "$DATA/goroutines.txt"'
	for name in pyroprof cpu a b old new before after hour-01 hour-02 cpu-1 main-1 main-2 change-1 change-2; do
		cp "$DATA/cpu.pb.gz" "work/$name.pb.gz"
	done
	for name in FILE A B OLD NEW app.folded; do
		cp "$DATA/cpu.pb.gz" "work/$name"
	done
	cp "$DATA/stacks.folded" work/FOLDED
	"$PYROPROF" flame -q -o work/cpu.html "$DATA/cpu.pb.gz"
	"$PYROPROF" convert -q -o work/heap.pb.gz "$DATA/heap.pb"
	export PYROPROF_ARCHIVE=$PWD/archive
	"$PYROPROF" archive init -q
	# the file that a page shows
	sed -n '/^\.Sh EXAMPLES/,$p' "$top_srcdir/man/pyroprof-gate.5" |
		sed -n '/^\.Bd -unfilled/,/^\.Ed/{/^\.[BE]d/!p}' | sed 's/\\e/\\/g' >work/gate.toml
	grep -q '^guard = ' work/gate.toml
}

# A program in bin: the script on standard input.
stand_in()
{
	{
		echo '#!/bin/bash'
		cat
	} >"bin/$1"
	chmod +x "bin/$1"
}

# The commands below EXAMPLES in a page, one per line, as a reader sees them. A tutorial is all
# examples.
examples()
{
	awk '
		/^\.Sh / { here = $2 == "EXAMPLES" || FILENAME ~ /tutorial/ }
		!here { next }
		/^\.Bd -literal/ { literal = 1; next }
		/^\.Ed/ { literal = 0 }
		literal { print }
		sub(/^\.Dl +/, "") { print }' "$1" |
		sed -e 's/\\(dq/"/g' -e 's/\\(aq/'\''/g' -e 's/\\e/\\/g' -e 's/\\&//g' -e 's/\\-/-/g'
}

# The commands in README.md: lines of its blocks, and what is here what others have elsewhere.
readme_examples()
{
	sed 's/^    > */    /' "$top_srcdir/README.md" | sed -n -e '/^## Building by hand/,$d' \
		-e 's/^    \(\$ \)\?\(\(sudo \|perf \|py-spy \|curl \)\?.*pyroprof .*\)$/\2/p' \
		-e 's/^| .* | \(`.*pyroprof.*\) |$/\1/p' |
		sed 's/^`\([^`]*\)`.*/\1/; s/\\|/|/g; s/-e EVENT -c N/-e page-faults -c 10/' |
		grep pyroprof
}

# Run a command of an example. What has no match in the test data, or would need a program that is
# not here, has been understood, too.
understood()
{
	PATH=$PWD/bin:$PATH run bash -o pipefail -c "cd work && $1"
	case $status in
	0) return ;;
	# what the archive does not have is understood as well
	1) [[ $1 == *--fail-on* ]] && return ;;&
	# and where recording is impossible, that is said
	1) [[ $1 == "pyroprof doctor"* ]] && return ;;
	2) [[ $output == *"profiles of several types were found"* ]] && return ;;&
	# what draws on a terminal has found its profile when it looks for that
	2) [[ $1 == *"pyroprof tui"* && $output == *"standard output is not a terminal"* ]] && return ;;
	3) [[ $output =~ "no profile matches"|"has no "(entry|pin)|"is empty"|"nobody pulls" ]] && return ;;&
	3) [[ $output == *"no matches found"* || $output == *"is not installed"* ]] && return ;;
	esac
	echo "$1"
	echo "exit status $status: $output"
	return 1
}

@test "the examples of all pages are understood" {
	local page line wrong=0

	for page in "$top_srcdir"/man/*.[157]; do
		while IFS= read -r line; do
			understood "$line" >>wrong </dev/null || wrong=1
		done < <(examples "$page")
	done
	cat wrong
	[ "$wrong" = 0 ]
}

@test "every page has an example of its command" {
	local page name

	for page in "$top_srcdir"/man/pyroprof-*.1; do
		name=${page##*/pyroprof-}
		echo "$name"
		examples "$page" | grep -qw "pyroprof ${name%.1}"
	done
}

@test "a wrong example is noticed" {
	run ! understood "pyroprof top --nosuch cpu.pb.gz"
	run ! understood "pyroprof record --nosuch -- make"
	run ! understood "pyroprof top nosuch.pb.gz"
	understood "pyroprof record -p 1 -d 30s"
}

@test "the pictures are ours, and as we draw today" {
	local title
	title=$(sed -n 's/^<title[^>]*>\(.*\)<\/title>$/\1/p' "$top_srcdir/doc/images/flame.svg" | head -n 1)
	"$PYROPROF" flame -q --title "$title" -o again.svg "$top_srcdir/doc/images/flame.svg"
	cmp again.svg "$top_srcdir/doc/images/flame.svg"
	"$PYROPROF" top "$top_srcdir/doc/images/diff.svg" | grep -q Perl_do_sprintf
	# and there are no others
	[ "$(grep -o '(doc/images/[^)]*)' "$top_srcdir/README.md" | sort)" = \
		"$(cd "$top_srcdir" && printf '(%s)\n' doc/images/* | sort)" ]
}

@test "the commands in README.md are understood" {
	local line wrong=0

	[ "$(readme_examples | wc -l)" -gt 45 ]
	while IFS= read -r line; do
		understood "$line" >>wrong </dev/null || wrong=1
	done < <(readme_examples)
	cat wrong
	[ "$wrong" = 0 ]
}
