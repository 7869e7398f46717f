#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Manual pages against the program: a page for each command and a command for each page, the same
# options in both with the same metavariables, and nothing that mandoc warns of. TAP.
set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${top_builddir:=$top_srcdir/build}"
pyroprof=$top_builddir/pyroprof
man=$top_srcdir/man
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
count=0 failed=0

# result STATUS NAME [FILE]: one line of TAP; FILE explains a failure.
result()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
		return
	fi
	failed=1
	echo "not ok $count - $2"
	[ -z "${3:-}" ] || sed 's/^/# /' "$3"
}

# The part of the page $1 that is about a command of two words: up to the next heading.
part_of()
{
	awk -v part=".Ss $2" '/^\.S[hs] / { on = $0 == part } on' "$1"
}

# The option list of a page, in the form of `pyroprof __options`: LETTER NAME METAVARIABLE, with
# tabs between. ".It Fl -" is the end of options, and no option.
page_options()
{
	awk '
		$1 != ".It" || $2 != "Fl" || $3 == "-" { next }
		{
			letter = name = arg = ""
			for (i = 2; i <= NF; i++) {
				if ($i == "Fl") {
					i++
					if ($i ~ /^-/)
						name = substr($i, 2)
					else
						letter = $i
				} else if ($i == "Ar" || $i == "Cm") {
					for (arg = $++i; i < NF && $(i + 1) != ","; )
						arg = arg " " $++i
				}
			}
			gsub(/ \| /, "|", arg)
			print letter "\t" name "\t" arg
		}' "$@" | LC_ALL=C sort -u
}

# The names of options on that other page which the command has not, as `-name` behind it.
page_lacks()
{
	sed -n "s|^\.\\\\\" OPTIONS: [^ ]* *||p" "$1" 2>/dev/null | tr ' ' '\n' | sed -n 's/^-//p'
}

# The pages that hold the options of a command: its own, and those that a comment in it names:
#	.\" OPTIONS: pyroprof-reports.7
# Of a page that has commands of two words, each has its own part, and so has the first word alone.
pages_of()
{
	local page=$man/pyroprof-${1%% *}.1

	if [[ $1 == *' '* ]] || grep -q "^\.Ss $1 " "$page" 2>/dev/null; then
		[[ $1 == *' '* ]] && part_of "$page" "$1" >"$scratch/part" ||
			part_of "$page" Options >"$scratch/part"
		page=$scratch/part
	fi
	echo "$page"
	sed -n "s|^\.\\\\\" OPTIONS: \([^ ]*\).*|$man/\1|p" "$page" 2>/dev/null
}

"$pyroprof" __options >"$scratch/commands"
result $? "the program lists its commands"
cut -f1 "$scratch/commands" | LC_ALL=C sort >"$scratch/names"
grep -v ' ' "$scratch/names" >"$scratch/single"
for page in "$man"/pyroprof-*.1; do
	name=${page##*/pyroprof-}
	echo "${name%.1}"
done | LC_ALL=C sort >"$scratch/pages"
diff "$scratch/single" "$scratch/pages" >"$scratch/diff"
result $? "commands (<) and pages (>) are the same" "$scratch/diff"

while read -r name; do
	mapfile -t pages < <(pages_of "$name")
	# shellcheck disable=SC2086 # a name may be of two words
	"$pyroprof" __options $name >"$scratch/listed" 2>"$scratch/err"
	result $? "$name: the option table is sound" "$scratch/err"
	LC_ALL=C sort "$scratch/listed" >"$scratch/program"
	page_lacks "${pages[0]}" >"$scratch/lacks"
	{
		page_options "${pages[0]}"
		[ ${#pages[@]} = 1 ] || page_options "${pages[@]:1}" |
			awk -F'\t' 'FILENAME != "-" { lacks[$1] = 1; next } !($2 in lacks)' "$scratch/lacks" -
	} | LC_ALL=C sort -u >"$scratch/page"
	diff "$scratch/program" "$scratch/page" >"$scratch/diff"
	result $? "$name: options of the program (<) and its page (>) are the same" "$scratch/diff"
	if [[ $name == *' '* ]]; then
		grep -qx "\.Ss $name" "$man/pyroprof-${name%% *}.1"
		result $? "$name: the page of its first word has it"
		continue
	fi
	grep -q "^\.It Cm $name\$" "$man/pyroprof.1" && grep -q "^\.Xr pyroprof-$name 1" "$man/pyroprof.1"
	result $? "$name: pyroprof(1) has it, and names its page"
done < <(sort -u "$scratch/names" "$scratch/pages")

# The keys of a file of rules, from the options of the command: whatever is not unknown is one.
while IFS=$'\t' read -r _ name _; do
	echo "$name = 1" >"$scratch/rules"
	"$pyroprof" gate --rules="$scratch/rules" --base=x --head=x 2>&1 | grep -q 'unknown key' ||
		echo "$name"
done < <("$pyroprof" __options gate | sed "s/^\t/-\t/") | LC_ALL=C sort >"$scratch/program"
sed -n '/^\.Ss Keys/,/^\.El/s/^\.It Cm //p' "$man/pyroprof-gate.5" | sed 's/ , /\n/g' |
	LC_ALL=C sort >"$scratch/page"
diff "$scratch/program" "$scratch/page" >"$scratch/diff"
result $? "keys of rules in the program (<) and in pyroprof-gate(5) (>) are the same" "$scratch/diff"

# What stands before a command is in pyroprof(1).
"$pyroprof" __options pyroprof 2>"$scratch/err" | LC_ALL=C sort >"$scratch/program"
page_options "$man/pyroprof.1" >"$scratch/page"
diff "$scratch/program" "$scratch/page" >"$scratch/diff"
result $? "options of every command (<) and pyroprof(1) (>) are the same" "$scratch/diff"

# Pages that others point to are there, and so is each page for whoever begins with pyroprof(1).
sed -n 's/^\.Xr \(pyroprof[^ ]*\) \([0-9]\).*/\1.\2/p' "$man"/*.[157] | sort -u >"$scratch/named"
(cd "$man" && printf '%s\n' *.[157]) | sort >"$scratch/there"
comm -23 "$scratch/named" "$scratch/there" >"$scratch/diff"
[ ! -s "$scratch/diff" ]
result $? "all pages that are pointed to are there" "$scratch/diff"
sed -n '/^\.Sh SEE ALSO/,$s/^\.Xr \([^ ]*\) \([0-9]\).*/\1.\2/p' "$man/pyroprof.1" | sort >"$scratch/named"
grep -vx pyroprof.1 "$scratch/there" | comm -13 "$scratch/named" - >"$scratch/diff"
[ ! -s "$scratch/diff" ]
result $? "pyroprof(1) points to all pages" "$scratch/diff"

for page in "$man"/*.[157]; do
	name=${page##*/}
	sections=(NAME DESCRIPTION 'SEE ALSO')
	# a tutorial is about no one command, and all of it is examples
	[[ $name = *tutorial* ]] || sections+=(EXAMPLES)
	# a format is nothing that ends
	[[ $name = *tutorial* || $name = *.5 ]] || sections+=(SYNOPSIS 'EXIT STATUS')
	for section in "${sections[@]}"; do
		grep -qx "\.Sh $section" "$page" || echo "no section $section"
	done >"$scratch/missing"
	[ ! -s "$scratch/missing" ]
	result $? "$name: has all sections" "$scratch/missing"
	if command -v mandoc >/dev/null; then
		# pages of others may be installed or not, which is told on both outputs
		mandoc -Tlint "$page" 2>"$scratch/errors" |
			grep -v 'referenced manual not found' >"$scratch/lint"
		grep -v 'mandoc\.db' "$scratch/errors" >>"$scratch/lint"
		[ ! -s "$scratch/lint" ]
		result $? "$name: mandoc has nothing to say" "$scratch/lint"
	else
		count=$((count + 1))
		echo "ok $count - $name: mandoc has nothing to say # SKIP mandoc is not installed"
	fi
done

echo "1..$count"
exit $failed
