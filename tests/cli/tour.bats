#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The five minutes of README.md, each command of it, recordings included.

load common

# The commands as they are typed, those of several lines as one.
tour()
{
	sed -n '/^## Five minutes/,/^## What else/p' "$top_srcdir/README.md" |
		awk '
			/^    \$ / { if (command) print command; command = substr($0, 7); next }
			/^    > / { sub(/^    > */, ""); command = command (command ~ /do$/ ? " " : "; ") $0; next }
			command { print command; command = "" }
			END { if (command) print command }'
}

# Someone types a q once it is there to be seen, in the file out.
in_terminal()
{
	(
		wait_until 60 grep -q Perl_ out
		printf q
	) | script -qec "stty rows 30 cols 100; $1" /dev/null
}

@test "the five minutes" {
	need_program perl
	need_program script
	need_collector auto
	export PYROPROF_ARCHIVE=$PWD/archive TERM=xterm
	"$PYROPROF" archive init -q
	[ "$(tour | wc -l)" = 15 ]
	while IFS= read -r command; do
		echo "$command"
		code=0
		case $command in
		"pyroprof tui "*) in_terminal "$command" >out 2>&1 || code=$? ;;
		*) eval "$command" >out 2>&1 </dev/null || code=$? ;;
		esac
		case $command in
		"pyroprof record "*) grep -q ' samples, .* of stacks complete, ' out ;;
		"pyroprof top "*) grep -q Perl_ out ;;
		"pyroprof flame "*) [ -s out ] || [ -s "$(sed 's/.*-o \([^ ]*\).*/\1/' <<<"$command")" ] ;;
		"pyroprof tui "*) grep -q Perl_ out ;;
		"pyroprof diff "*) grep -q 'Perl_.*sprintf\|Perl_sv_vcatpvfn' out ;;
		"pyroprof gate "*)
			grep -q '^regressed    Perl_sv_vcatpvfn_flags: 0 ->' out
			[ "$code" = 1 ]
			code=0
			;;
		"pyroprof archive add "*) [ "$(grep -cx '[0-9a-f]\{64\}' out)" = 5 ] ;;
		"pyroprof trend "*) grep -q '^2 ' out ;;
		esac
		[ "$code" = 0 ] || { cat out; return 1; }
	done < <(tour)
}
