#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts the files of src/render/web/ together, as C: arrays of what pyroprof writes around the data
# of a flame graph. Needs nothing but a shell, awk and coreutils.
#
#	web-bundle.sh page|svg DIR	the C file, for src/render/web.h
#	web-bundle.sh script core DIR	what core/ gives, as a plain script, for tests
#	web-bundle.sh html DIR		the page as it is before there are data in it, for trials
#
# Scripts become one function each: core/*.js, then those of the product, main.js last, so that nothing
# runs before all constants are there. Lines that hold nothing but a comment or blanks go, and
# so does indentation; everything else stays as it was written.
set -eu
LC_ALL=C
export LC_ALL

what=$1
product=$what
without= # names of scripts to leave out
if [ "$what" = script ]; then
	product=$2
	shift
elif [ "$what" = html ]; then
	product=page
fi
web=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
	echo "web-bundle.sh: $*" >&2
	exit 1
}

# Text of files without lines of comment (// and /* */), blank lines, and tabs at the beginning.
strip()
{
	awk '
		{ sub(/^[\t ]+/, ""); sub(/[\t ]+$/, "") }
		inside { if (/\*\/$/) inside = 0; next }
		/^\/\*.*\*\/$/ || /^\/\// || /^$/ { next }
		/^\/\*/ && !/\*\// { inside = 1; next }
		{ print }
	' "$@"
}

# The scripts of folders, in the order in which they are put together.
scripts_of()
{
	for folder in "$@"; do
		for file in "$web/$folder"/*.js; do
			case " main.js $without " in
			*" ${file##*/} "*) ;;
			*) [ ! -f "$file" ] || echo "$file" ;;
			esac
		done
	done
	for folder in "$@"; do
		if [ -f "$web/$folder/main.js" ]; then
			echo "$web/$folder/main.js"
		fi
	done
}

# In one function no name can be two things.
check_names()
{
	sed -nE 's/^(async )?(function\*?|const|let|class) ([A-Za-z0-9_$]+).*/\3/p' "$@" |
		sort | uniq -d >"$work/twice"
	if [ -s "$work/twice" ]; then
		fail "defined twice at the top level: $(tr '\n' ' ' <"$work/twice")"
	fi
}

# What would end the element that the text is going to stand in.
check_closing()
{
	if grep -nE '</(script|style)|<!--|\]\]>' "$1" >&2; then
		fail "$1: has the end of its own element in it"
	fi
}

script()
{
	scripts_of "$@" >"$work/files"
	# the names of files have no blanks: autoconf sees to that
	# shellcheck disable=SC2046
	check_names /dev/null $(cat "$work/files")
	# shellcheck disable=SC2046
	strip /dev/null $(cat "$work/files") >"$work/body.js"
	check_closing "$work/body.js"
}

wrapped()
{
	printf '(function () {\n"use strict";\n'
	cat "$@" "$work/body.js"
	printf '})();\n'
}

# Lines as a constant of a script.
as_constant()
{
	awk -v name="$1" '
		BEGIN { printf "const %s =\n\"", name }
		{ gsub(/[\\"]/, "\\\\&"); printf "%s\\n", $0 }
		END { print "\";" }
	'
}

# How a Content-Security-Policy names a text.
csp_hash()
{
	sha256sum "$1" | cut -c1-64 | tr -d '\n' | tr 'a-f' 'A-F' | basenc --base16 -d | base64 |
		sed "s|.*|'sha256-&'|"
}

# The page with its parts in it: {{style}}, {{loader}} and their hashes; beside it its script
# with the rest of the style, which is packed when a page is written.
html()
{
	script loader
	wrapped >"$work/loader"
	strip "$web"/loader/*.css >"$work/style"
	check_closing "$work/style"
	script core page
	strip "$web"/page/*.css | as_constant PAGE_STYLE >"$work/style.js"
	wrapped "$work/style.js" >"$work/script"
	awk -v dir="$work" -v script_hash="$(csp_hash "$work/script")" \
			-v style_hash="$(csp_hash "$work/style")" \
			-v loader_hash="$(csp_hash "$work/loader")" '
		function put(name, line) {
			while ((getline line < (dir "/" name)) > 0)
				printf "%s\n", line
		}
		/^[\t ]*<!--.*-->$/ { next }
		{
			sub(/^[\t ]+/, "")
			if ($0 == "")
				next
			sub(/\{\{script-hash\}\}/, script_hash)
			sub(/\{\{style-hash\}\}/, style_hash)
			sub(/\{\{loader-hash\}\}/, loader_hash)
			if ((at = index($0, "{{style}}")) || (at = index($0, "{{loader}}"))) {
				name = /\{\{style\}\}/ ? "style" : "loader"
				printf "%s", substr($0, 1, at - 1)
				put(name)
				print substr($0, at + length(name) + 4)
			} else {
				print
			}
		}
	' "$web/page/page.html" >"$work/page.html"
}

# The same with its script as it is.
trial()
{
	html
	awk -v dir="$work" '
		/^\{\{data\}\}$/ {
			print
			printf "<script>"
			while ((getline line < (dir "/script")) > 0)
				print line
			print "</script>"
			exit
		}
		{ print }
	' "$work/page.html"
}

# An array of C: as numbers, because compilers may limit the length of texts.
array()
{
	printf '\nconst char %s[] = {\n' "$1"
	od -An -v -tu1 -w20 "$2" | awk '{
		for (i = 1; i <= NF; i++)
			printf "%s%s,", (i == 1 ? "\t" : " "), ($i > 127 ? "(char)" $i : $i)
		print ""
	}'
	printf '};\nconst size_t %s_size = sizeof(%s);\n' "$1" "$1"
}

# The two places where C writes: {{title}} and {{data}}.
page_parts()
{
	html
	awk -v dir="$work" '
		BEGIN { part = "head" }
		{
			line = $0 "\n"
			if (at = index(line, "{{title}}")) {
				printf "%s", substr(line, 1, at - 1) > (dir "/head")
				line = substr(line, at + 9)
				part = "body"
			} else if (at = index(line, "{{data}}")) {
				printf "%s", substr(line, 1, at - 1) > (dir "/body")
				line = substr(line, at + 8)
				part = "tail"
			}
			printf "%s", line > (dir "/" part)
		}
	' "$work/page.html"
	for part in head body tail; do
		[ -s "$work/$part" ] || fail "page.html has no {{title}} or no {{data}}"
		array "pp_web_page_$part" "$work/$part"
	done
	array pp_web_page_script "$work/script"
}

svg_parts()
{
	without="export.js transform.js" # SVGs can do neither
	script core svg
	wrapped >"$work/script"
	array pp_web_svg_script "$work/script"
}

c_file()
{
	echo "/* Made by build-aux/web-bundle.sh. */"
	echo '#include "render/web.h"'
	"$1"
}

case $what in
page) c_file page_parts ;;
svg) c_file svg_parts ;;
html) trial ;;
script)
	script "$product"
	cat "$work/body.js"
	;;
*) fail "what is $what?" ;;
esac
