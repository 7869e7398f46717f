#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The stubs, in the shells they are for: keys are typed into a real shell on a terminal of its own,
# and the command line that it runs in the end is looked at. On its PATH, `pyroprof` is a script
# that passes requests for candidates on to the program, and notes everything else down.

bats_require_minimum_version 1.5.0

setup_file() {
	export SOURCE="${top_srcdir:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
	export PYROPROF="${PYROPROF:-${top_builddir:-$SOURCE/build}/pyroprof}"
	export BIN="$BATS_FILE_TMPDIR/bin"
	mkdir "$BIN"
	cat >"$BIN/pyroprof" <<-'END'
		#!/bin/sh
		[ "$1" = __complete ] && exec "$PYROPROF" "$@"
		printf '<%s>' "$@" >"$NOTES.new"
		mv "$NOTES.new" "$NOTES"
	END
	printf '#!/bin/sh\n' >"$BIN/zz-only-program"
	chmod +x "$BIN/pyroprof" "$BIN/zz-only-program"
	cat >"$BATS_FILE_TMPDIR/press.py" <<-'END'
		"""press.py KEYS NOTES SHELL [ARG]...: type KEYS once READY> is shown; wait for NOTES."""
		import os, pty, select, signal, sys, time

		keys, notes, shell = sys.argv[1], sys.argv[2], sys.argv[3:]
		pid, fd = pty.fork()
		if pid == 0:
		    os.execvp(shell[0], shell)
		seen, typed, deadline = b"", False, time.monotonic() + 60
		while not os.path.exists(notes) and time.monotonic() < deadline:
		    if select.select([fd], [], [], 0.05)[0]:
		        try:
		            seen += os.read(fd, 65536)
		        except OSError:
		            break
		    if not typed and b"READY> " in seen:
		        os.write(fd, keys.encode())
		        typed = True
		os.kill(pid, signal.SIGKILL)
		os.waitpid(pid, 0)
		if os.path.exists(notes):
		    print(open(notes).read())
		else:
		    sys.exit("the shell ran nothing; on its terminal: %r" % seen)
	END
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export NOTES="$BATS_TEST_TMPDIR/notes"
	mkdir work
	cd work || return
	touch zz-profile.pb.gz
	touch 'zz odd.txt'
}

need_shell() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
	command -v python3 >/dev/null || skip "python3 is not installed"
}

# press SHELL KEYS: the last line of output is what the shell runs when KEYS and the return key are
# pressed.
press() {
	local shell=$1 keys=$2$'\r'
	need_shell "$shell"
	rm -f "$NOTES"
	export PATH="$BIN:$PATH" TERM=dumb HOME="$BATS_TEST_TMPDIR" HISTFILE=/dev/null
	case $shell in
	bash)
		printf '%s\n' "PS1='READY> '" "set +o history" "bind 'set bell-style none'" \
			". '$SOURCE/completions/pyroprof.bash'" >../rc
		run -0 python3 "$BATS_FILE_TMPDIR/press.py" "$keys" "$NOTES" bash --noprofile --rcfile ../rc -i
		;;
	zsh)
		printf '%s\n' "fpath=('$SOURCE/completions' \$fpath)" "autoload -Uz compinit" \
			"compinit -u -d ../dump" "PS1='READY> '" "unsetopt zle_bracketed_paste" \
			>../.zshrc
		export TERM=vt100 ZDOTDIR="$BATS_TEST_TMPDIR"
		run -0 python3 "$BATS_FILE_TMPDIR/press.py" "$keys" "$NOTES" zsh -d -i
		;;
	fish)
		export TERM=xterm
		run -0 python3 "$BATS_FILE_TMPDIR/press.py" "$keys" "$NOTES" fish --no-config -i -C \
			"source '$SOURCE/completions/pyroprof.fish'; function fish_prompt; echo 'READY> '; end"
		;;
	esac
}

# What fish itself makes of a command line up to the cursor.
fish_complete() {
	need_shell fish
	export PATH="$BIN:$PATH" HOME="$BATS_TEST_TMPDIR"
	run -0 --separate-stderr fish --no-config -c \
		"source '$SOURCE/completions/pyroprof.fish'; complete -C \"$1\""
	# shellcheck disable=SC2154 # bats sets it
	[ "$stderr" = "" ]
}

@test "bash: a command, from its beginning" {
	press bash $'pyroprof hel\tx'
	[ "${lines[-1]}" = '<help><x>' ]
}

@test "bash: a command as an argument" {
	press bash $'pyroprof help he\t'
	[ "${lines[-1]}" = '<help><help>' ]
}

@test "bash: an option" {
	press bash $'pyroprof help --h\t'
	[ "${lines[-1]}" = '<help><--help>' ]
}

@test "bash: an option with a value, and no blank between them" {
	press bash $'pyroprof top --nodec\t5'
	[ "${lines[-1]}" = '<top><--nodecount=5>' ]
}

@test "bash: choices, attached and not" {
	press bash $'pyroprof top --format=j\t --format c\t'
	[ "${lines[-1]}" = '<top><--format=json><--format><csv>' ]
}

@test "bash: files, attached and not, blanks included" {
	press bash $'pyroprof record -o zz-p\t --cert=zz-p\t --key zz\\ \t'
	[ "${lines[-1]}" = '<record><-o><zz-profile.pb.gz><--cert=zz-profile.pb.gz><--key><zz odd.txt>' ]
}

@test "bash: programs" {
	press bash $'pyroprof record -- zz-on\t zz-p\t'
	[ "${lines[-1]}" = '<record><--><zz-only-program><zz-profile.pb.gz>' ]
}

@test "zsh: a command, from its beginning" {
	press zsh $'pyroprof hel\tx'
	[ "${lines[-1]}" = '<help><x>' ]
}

@test "zsh: a command as an argument" {
	press zsh $'pyroprof help he\t'
	[ "${lines[-1]}" = '<help><help>' ]
}

@test "zsh: an option" {
	press zsh $'pyroprof help --h\t'
	[ "${lines[-1]}" = '<help><--help>' ]
}

@test "zsh: an option with a value, and no blank between them" {
	press zsh $'pyroprof top --nodec\t5'
	[ "${lines[-1]}" = '<top><--nodecount=5>' ]
}

@test "zsh: choices, attached and not" {
	press zsh $'pyroprof top --format=j\t --format c\t'
	[ "${lines[-1]}" = '<top><--format=json><--format><csv>' ]
}

@test "zsh: files, attached and not, blanks included" {
	press zsh $'pyroprof record -o zz-p\t --cert=zz-p\t --key zz\\ \t'
	[ "${lines[-1]}" = '<record><-o><zz-profile.pb.gz><--cert=zz-profile.pb.gz><--key><zz odd.txt>' ]
}

@test "zsh: programs" {
	press zsh $'pyroprof record -- zz-on\t zz-p\t'
	[ "${lines[-1]}" = '<record><--><zz-only-program><zz-profile.pb.gz>' ]
}

@test "fish: commands, with what they do" {
	fish_complete 'pyroprof he'
	[ "$output" = $'help\texplain a command' ]
	fish_complete 'pyroprof help he'
	[ "$output" = $'help\texplain a command' ]
}

@test "fish: options and choices" {
	fish_complete 'pyroprof top --nodec'
	[[ $output == --nodecount=$'\t'* ]]
	fish_complete 'pyroprof top --format=j'
	[[ $output == --format=json$'\t'* ]]
	fish_complete 'pyroprof top --format j'
	[[ $output == json$'\t'* ]]
}

@test "fish: files and programs" {
	fish_complete 'pyroprof record -o zz-p'
	[[ $output == zz-profile.pb.gz* ]]
	fish_complete 'pyroprof record --cert=zz-p'
	[[ $output == --cert=zz-profile.pb.gz* ]]
	fish_complete 'pyroprof record -- zz-on'
	[[ $output == zz-only-program* ]]
	fish_complete 'pyroprof record -- zz-only-program zz-p'
	[[ $output == zz-profile.pb.gz* ]]
}

# A profile, one that is read by default, and an archive; with names that nobody should have.
fill() {
	cat >zz.folded <<-'END'
		zz_run;std::zz_copy(char*) 1
		zz_run;zq "odd" $(touch ran) `touch ran` & touch ran 1
		zz_run;zy'quote\back|bar* 1
	END
	printf 'zz_run;%s 1\n' $'bad\x1b[31m' $'bad\xff' $'bad\xe2\x80\xae' "bad$(printf '%60000s' '' | tr ' ' x)" \
		>>zz.folded
	cp "$DATA/cpu.pb.gz" pyroprof.pb.gz
	export PYROPROF_ARCHIVE=$BATS_TEST_TMPDIR/archive
	"$PYROPROF" archive init -q
	"$PYROPROF" archive add -q -l zservice=web -l zone=a1 zz.folded >../id
	"$PYROPROF" archive pin -q zrelease "@$(<../id)"
}

# ^B goes back by one character.
completes_functions() {
	local back
	back=$(printf '\x02%.0s' {1..10})
	# fish does not tell what is behind the cursor
	for command in list peek disasm; do
		[ "$1" != fish ] || break
		press "$1" "pyroprof $command zz_r zz.folded$back"$'\t'
		[ "${lines[-1]}" = "<$command><zz_run><zz.folded>" ]
	done
	press "$1" $'pyroprof top zz.folded --focus=zz_r\t'
	[ "${lines[-1]}" = '<top><zz.folded><--focus=zz_run>' ]
	press "$1" $'pyroprof top zz.folded --hide zz_r\tx'
	[ "${lines[-1]}" = '<top><zz.folded><--hide><zz_run><x>' ]
	press "$1" $'pyroprof list compr\tx'
	[ "${lines[-1]}" = '<list><compress_block><x>' ]
	press "$1" $'pyroprof trend zz_r\tx'
	[ "${lines[-1]}" = '<trend><zz_run><x>' ]
	press "$1" $'pyroprof top @zrelease --focus zz_r\tx'
	[ "${lines[-1]}" = '<top><@zrelease><--focus><zz_run><x>' ]
}

# They arrive as regular expressions that match them, and nothing in them is run.
completes_odd_functions() {
	press "$1" $'pyroprof top zz.folded --hide zq\tx'
	[ "${lines[-1]}" = '<top><zz.folded><--hide><zq "odd" \$\(touch ran\) `touch ran` & touch ran><x>' ]
	press "$1" $'pyroprof top zz.folded --hide zy\tx'
	[ "${lines[-1]}" = "<top><zz.folded><--hide><zy'quote\\\\back\\|bar\\*><x>" ]
	press "$1" $'pyroprof top zz.folded --hide bad\tx'
	[[ ${lines[-1]} == '<top><zz.folded><--hide><bad'*x'>' && ${#lines[-1]} -lt 50 ]]
	[ ! -e ran ]
}

completes_archive() {
	local id
	id=$(<../id)
	press "$1" $'pyroprof top @zre\tx'
	[ "${lines[-1]}" = '<top><@zrelease><x>' ]
	press "$1" "pyroprof top @${id:0:6}"$'\tx'
	[ "${lines[-1]}" = "<top><@${id:0:12}><x>" ]
	press "$1" $'pyroprof top --base=@zre\t x'
	[ "${lines[-1]}" = '<top><--base=@zrelease><x>' ]
	press "$1" $'pyroprof archive unpin zre\tx'
	[ "${lines[-1]}" = '<archive><unpin><zrelease><x>' ]
	press "$1" $'pyroprof labels zse\tx'
	[ "${lines[-1]}" = '<labels><zservice><x>' ]
	press "$1" $'pyroprof trend a --by zse\tx'
	[ "${lines[-1]}" = '<trend><a><--by><zservice><x>' ]
	# up to the operator, which is the user's choice
	press "$1" $'pyroprof log \'{zser\t"we\tx'
	[ "${lines[-1]}" = '<log><{zservice="web"}><x>' ]
	press "$1" $'pyroprof log \'{zone="a1",zser\t"we\tx'
	[ "${lines[-1]}" = '<log><{zone="a1",zservice="web"}><x>' ]
}

@test "bash: functions of the profile that the line names, wherever" {
	fill
	completes_functions bash
}

@test "bash: functions with odd names" {
	fill
	completes_odd_functions bash
}

@test "bash: ids, pins, labels and their values" {
	fill
	completes_archive bash
}

@test "zsh: functions of the profile that the line names, wherever" {
	fill
	completes_functions zsh
}

@test "zsh: functions with odd names" {
	fill
	completes_odd_functions zsh
}

@test "zsh: ids, pins, labels and their values" {
	fill
	completes_archive zsh
}

@test "fish: functions of the profile that the line names, wherever" {
	fill
	completes_functions fish
}

@test "fish: functions with odd names" {
	fill
	completes_odd_functions fish
}

@test "fish: ids, pins, labels and their values" {
	fill
	completes_archive fish
}

@test "what is large, slow or no file offers no functions, and is not waited for" {
	mkfifo pipe
	run -0 timeout 20 "$PYROPROF" __complete --behind=1 list "" pipe
	[ "$output" = "" ]
	run -0 timeout 20 "$PYROPROF" __complete --behind=1 list "" - </dev/zero
	[ "$output" = "" ]
	run -0 timeout 20 "$PYROPROF" __complete --behind=1 list "" /dev/zero
	[ "$output" = "" ]
	# 80 MB, which is more than is looked at, and 60 MB, which take more time than there is
	yes 'main;work 1' | head -c 80000000 >large.folded
	run -0 timeout 20 "$PYROPROF" __complete --behind=1 list "" large.folded
	[ "$output" = "" ]
	awk 'BEGIN { for (i = 0; i < 1500000; i++) printf "main;work_%d;part_%d;last_%d 1\n", i % 999, i % 77777, i % 99999 }' \
		>slow.folded
	run -0 bash -c 'ulimit -t 2; exec "$@"' bash "$PYROPROF" __complete --behind=1 list "" slow.folded
	[ "$output" = "" ]
	run -0 "$PYROPROF" __complete --behind=1 list "" nosuch
	[ "$output" = "" ]
	run -0 "$PYROPROF" __complete --behind=1 list "" .
	[ "$output" = "" ]
}

@test "patience that ends with the work is no failure" {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true || skip "strace cannot trace here"
	# leaks cannot be looked for under strace
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	# the first clock is stopped too late
	run -0 strace -o /dev/null -e inject=setitimer:delay_enter=1500000:when=3 \
		"$PYROPROF" __complete --behind=1 list "" "$DATA/cpu.pb.gz"
	[ "$output" = "" ]
}

@test "processes are offered by number, with their name" {
	sleep 60 3>&- &
	until grep -q '^sleep$' "/proc/$!/comm"; do sleep 0.05; done
	run -0 "$PYROPROF" __complete record --pid "$!"
	kill "$!"
	[[ $output == *"$!"$'\tsleep'* ]]
}

@test "what a text or a list may be is offered" {
	run -0 "$PYROPROF" __complete record -t ""
	[[ $output == cpu$'\t'*$'\n'heap$'\t'* ]]
	run -0 "$PYROPROF" __complete record --labels=con
	[[ $output == --labels=container_id$'\t'*$'\n'--labels=container$'\t'* ]]
	run -0 "$PYROPROF" __complete record -e context
	[[ $output == context-switches$'\t'* ]]
}

@test "a full standard output is a failure" {
	run -3 sh -c "'$PYROPROF' __complete '' >/dev/full"
}

@test "no words, no candidates, no failure" {
	run -0 "$PYROPROF" __complete
	[ "$output" = "" ]
	run -0 "$PYROPROF" __complete nosuch --x
	[ "$output" = "" ]
}
