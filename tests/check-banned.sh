#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Calls that have no place here. A line with a comment `pp-allow: REASON` is let through.
. "$(dirname "$0")/lint.bash"

# The sources given, as file:line:code, without comments, string contents and allowed lines.
code_of()
{
	awk '
	FNR == 1 { in_comment = 0 }
	{
		allowed = /pp-allow: *[^ *]/
		line = $0
		code = ""
		while (line != "") {
			if (in_comment) {
				end = index(line, "*/")
				if (!end)
					break
				line = substr(line, end + 2)
				in_comment = 0
			} else if (match(line, /^"([^"\\]|\\.)*"/)) {
				mode = substr(line, 1, RLENGTH)
				# the mode of fopen() is of interest, nothing else is
				code = code (mode ~ /^"[rwa]b?\+?e"$/ ? "\"e\"" : "\"\"")
				line = substr(line, RLENGTH + 1)
			} else if (match(line, /^'\''([^'\''\\]|\\.)*'\''/)) {
				code = code "0"
				line = substr(line, RLENGTH + 1)
			} else if (line ~ /^\/\*/) {
				in_comment = 1
				line = substr(line, 3)
			} else if (line ~ /^\/\//) {
				break
			} else {
				code = code substr(line, 1, 1)
				line = substr(line, 2)
			}
		}
		if (!allowed && code ~ /[^ \t]/)
			print FILENAME ":" FNR ":" code
	}' "$@"
}

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
mapfile -t ours < <(find src contrib tests -name '*.[ch]' ! -path 'src/collect/bpf/*' | sort)
code_of "${ours[@]}" >"$scratch/all"
# tests have their own ways; the rest of the rules is for the program
grep '^src/' "$scratch/all" >"$scratch/src"
# what must not print, exit or look at the environment
grep -vE '^src/(cli|cmd|tui)/|^src/main\.c:' "$scratch/src" >"$scratch/library"

# Calls in the code of $1 of the functions in $2 (an extended regular expression).
calls()
{
	grep -E ":.*(^|[^A-Za-z0-9_.>])($2)[[:space:]]*\(" "$scratch/$1"
}

# Calls in $1 of the functions in $2 whose statement has no $3 before its semicolon.
calls_without()
{
	awk -v call="(^|[^A-Za-z0-9_.>])($2)[ \t]*\\\\(" -v need="$3" '
	{
		line = $0
		sub(/^[^:]*:[0-9]+:/, "", line)
		while (line != "") {
			if (!inside) {
				if (!match(line, call))
					next
				line = substr(line, RSTART)
				statement = ""
				where = $0
				inside = 1
			}
			if (!match(line, /[;{]/)) {
				statement = statement line
				next
			}
			statement = statement substr(line, 1, RSTART)
			line = substr(line, RSTART + 1)
			if (statement !~ need)
				print where
			inside = 0
		}
	}' "$scratch/$1"
}

lint "no unbounded string functions" \
	calls all 'strcpy|strcat|stpcpy|strncpy|strncat|sprintf|vsprintf|gets|strtok|strtok_r'
lint "no unchecked number parsing" \
	calls all 'ato[a-z]+|strto[a-z]+|sscanf|fscanf|scanf|vsscanf'
lint "no shell, no alloca" calls all 'system|popen|alloca|wordexp'
lint "no functions with hidden state" \
	calls all 'gmtime|localtime|ctime|asctime|strerror|strsignal|rand|srand|getpwuid|getpwnam|basename|ttyname|readdir_r|signal|siginterrupt'
lint "setlocale for characters only" calls_without all setlocale LC_CTYPE
lint "no predictable temporary files" calls all 'mktemp|tmpnam|tempnam|tmpfile'
lint "no descriptor without close-on-exec" \
	calls src 'pipe|creat|accept|dup|dup2|epoll_create|inotify_init|signalfd4|mkstemp|mkstemps'
lint "open with O_CLOEXEC" calls_without src 'open|openat|mkostemp|pipe2|dup3' O_CLOEXEC
lint "socket with SOCK_CLOEXEC" calls_without src 'socket|accept4|socketpair' SOCK_CLOEXEC
lint "fopen and fdopen with mode e" calls_without src 'fopen|freopen|popen' '"e"'
lint "event descriptors with close-on-exec" \
	calls_without src 'epoll_create1|eventfd|timerfd_create|signalfd|memfd_create|inotify_init1' _CLOEXEC
lint "no unchecked size arithmetic in malloc and realloc" \
	grep -E '[^A-Za-z0-9_](malloc|realloc)[[:space:]]*\([^;]*[^,(] \* ' "$scratch/src"
lint "libraries do not print" \
	calls library 'printf|vprintf|puts|putchar|perror|fputs|fprintf|err|errx|warn|warnx|syslog'
lint "libraries do not exit" calls library 'exit|_exit|_Exit|quick_exit|abort'
lint "libraries do not read the environment" calls library 'getenv|secure_getenv|setenv|putenv'
lint "no #pragma once" grep -nE ':[[:space:]]*#[[:space:]]*pragma[[:space:]]+once' "$scratch/all"
lint_done
