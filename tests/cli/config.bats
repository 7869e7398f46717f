#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The configuration file: where it is found, what it changes, what is refused, and how to do
# without.

load common

setup()
{
	common_setup
	unset PYROPROF_CONFIG
	export XDG_CONFIG_HOME=$PWD/xdg HOME=$PWD/home
	config=$PWD/xdg/pyroprof/config
	mkdir -p xdg/pyroprof home
	umask 022
	cp "$DATA/cpu.pb.gz" cpu.pb.gz
}

# The file, from lines.
configure()
{
	printf '%s\n' "$@" >"$config"
}

plain()
{
	PYROPROF_CONFIG='' "$PYROPROF" "$@"
}

@test "defaults of a command; the command line wins" {
	configure '[top]' 'cum = true' 'nodecount = 3'
	[ "$("$PYROPROF" top cpu.pb.gz)" = "$(plain top --cum -n 3 cpu.pb.gz)" ]
	[ "$("$PYROPROF" top --cum=false -n 2 cpu.pb.gz)" = "$(plain top -n 2 cpu.pb.gz)" ]
	[ "$("$PYROPROF" tree cpu.pb.gz)" = "$(plain tree cpu.pb.gz)" ]
}

@test "an alias, with arguments behind it, and with the defaults of its command" {
	configure '[top]' 'format = csv' '[alias]' "hot = top --cum -n '2'" 'al = archive log'
	[ "$("$PYROPROF" hot --flat cpu.pb.gz 2>&1)" = "$(plain top --format=csv --cum -n 2 --flat cpu.pb.gz 2>&1)" ]
	[ "$("$PYROPROF" hot cpu.pb.gz)" = "$(plain top --format=csv --cum -n 2 cpu.pb.gz)" ]
	[ "$("$PYROPROF" al -h)" = "$(plain archive log -h)" ]
	run "$PYROPROF" help hot
	assert_status 0
	[ "$output" = "'hot' stands for 'top --cum -n '2''" ]
}

@test "nothing but commands is run by an alias" {
	configure '[alias]' 'x = !touch ran'
	run "$PYROPROF" x
	assert_status 3
	[ "${lines[0]}" = "pyroprof: $config:2: alias 'x': programs and shells are not run" ]
	configure '[alias]' 'x = top; touch ran' 'y = top "$(touch ran)" `touch ran` cpu.pb.gz'
	run "$PYROPROF" x cpu.pb.gz
	run "$PYROPROF" y
	assert_status 3
	[ ! -e ran ]
}

@test "an alias hides no command, and is no other alias" {
	configure '[alias]' 'top = tree'
	run "$PYROPROF" top cpu.pb.gz
	assert_status 3
	[ "${lines[0]}" = "pyroprof: $config:2: alias 'top' would hide the command of that name" ]
	configure '[alias]' 'a = b' 'b = a'
	run "$PYROPROF" a
	assert_status 3
	[ "${lines[0]}" = "pyroprof: $config:2: alias 'a': 'b' is an alias itself, and not a command" ]
}

@test "where the file is" {
	configure '[top]' 'nodecount = 1'
	mkdir -p home/.config/pyroprof
	printf '[top]\nnodecount = 2\n' >home/.config/pyroprof/config
	printf '[top]\nnodecount = 3\n' >named
	one=$(plain top -n 1 cpu.pb.gz) two=$(plain top -n 2 cpu.pb.gz) three=$(plain top -n 3 cpu.pb.gz)
	[ "$("$PYROPROF" top cpu.pb.gz)" = "$one" ]
	[ "$(XDG_CONFIG_HOME='' "$PYROPROF" top cpu.pb.gz)" = "$two" ]
	[ "$(XDG_CONFIG_HOME=xdg "$PYROPROF" top cpu.pb.gz)" = "$two" ]
	[ "$(env -u XDG_CONFIG_HOME "$PYROPROF" top cpu.pb.gz)" = "$two" ]
	[ "$(PYROPROF_CONFIG=named "$PYROPROF" top cpu.pb.gz)" = "$three" ]
	all=$(plain top cpu.pb.gz)
	[ "$("$PYROPROF" --no-config top cpu.pb.gz)" = "$all" ]
	[ "$("$PYROPROF" -no-config top cpu.pb.gz)" = "$all" ]
	[ "$(env -u XDG_CONFIG_HOME -u HOME "$PYROPROF" top cpu.pb.gz)" = "$all" ]
	rm -r xdg
	[ "$("$PYROPROF" top cpu.pb.gz)" = "$all" ]
	PYROPROF_CONFIG=nosuch run "$PYROPROF" top cpu.pb.gz
	assert_status 3
	[ "${lines[0]}" = "pyroprof: cannot read 'nosuch': No such file or directory" ]
}

@test "-c wins over the file, also without it" {
	configure '[top]' 'nodecount = 3'
	want=$(plain top -n 1 cpu.pb.gz)
	[ "$("$PYROPROF" -c top.nodecount=1 top cpu.pb.gz)" = "$want" ]
	[ "$("$PYROPROF" --no-config -c top.nodecount=1 top cpu.pb.gz)" = "$want" ]
	[ "$("$PYROPROF" -c alias.first='top -n 1' first cpu.pb.gz)" = "$want" ]
	run "$PYROPROF" -c top.nodecoutn=1 top cpu.pb.gz
	assert_status 2
	[ "${lines[0]}" = "pyroprof: option '-c': top: unknown option 'nodecoutn'" ]
	[ "${lines[1]}" = "hint: did you mean 'nodecount'?" ]
	run "$PYROPROF" -c
	assert_status 2
	run "$PYROPROF" -c top top
	assert_status 2
	run "$PYROPROF" - top
	assert_status 2
}

@test "unknown keys are named with their line" {
	configure '# mine' '[top]' 'cmu = true'
	run "$PYROPROF" top cpu.pb.gz
	assert_status 3
	[ "$output" = "pyroprof: $config:3: top: unknown option 'cmu'
hint: did you mean 'cum'?" ]
	run "$PYROPROF" tree cpu.pb.gz
	assert_status 0
	configure '[tpo]' 'cum = true'
	run "$PYROPROF" tree cpu.pb.gz
	assert_status 3
	[ "$output" = "pyroprof: $config:2: no command 'tpo' to have options
hint: did you mean [top]?" ]
}

@test "help and config work whatever is wrong" {
	configure '[top]' 'cum = "open'
	run "$PYROPROF" top cpu.pb.gz
	assert_status 3
	[ "$output" = "pyroprof: $config:2: a quote is not closed
hint: to go on without it: pyroprof --no-config ..." ]
	for way in help 'help top' --help --version '__complete to'; do
		# shellcheck disable=SC2086 # words
		run "$PYROPROF" $way
		assert_status 0
	done
	run "$PYROPROF" config
	assert_status 3
	assert_output_has "config:2: a quote is not closed"
	run "$PYROPROF" --no-config top cpu.pb.gz
	assert_status 0
}

@test "config lists what there is, where it is from, and what is wrong with it" {
	configure '[top]' 'cum' 'focus = "a  b"' '[alias]' 'hot = top'
	run "$PYROPROF" config --list
	assert_status 0
	[ "$output" = $'top.cum\ntop.focus=a  b\nalias.hot=top' ]
	run "$PYROPROF" -c tree.cum=yes config --list --show-origin
	assert_status 0
	[ "$output" = "$config:2	top.cum
$config:3	top.focus=a  b
$config:5	alias.hot=top
command line	tree.cum=yes" ]
	configure '[top]' 'cmu' '[record]' 'frequency = often' '[archive log]' 'nosuch'
	run --separate-stderr "$PYROPROF" config
	assert_status 3
	[ "$output" = $'top.cmu\nrecord.frequency=often\narchive log.nosuch' ]
	[ "${#stderr_lines[@]}" = 4 ]
	[[ $stderr == *"config:2: top: unknown option 'cmu'"* ]]
	[[ $stderr == *"config:4: option 'frequency' of record: 'often' is not "* ]]
	[[ $stderr == *"config:6: archive log: unknown option 'nosuch'"* ]]
	configure
	run "$PYROPROF" config
	assert_status 0
	[ "$output" = "" ]
}

@test "each command checks what is said of it" {
	while read -r name; do
		run ! "$PYROPROF" -c "$name.nosuch=1" config
	done < <("$PYROPROF" __options | cut -f1)
}

@test "files that are not to be believed" {
	refused() {
		run "$PYROPROF" top cpu.pb.gz
		assert_status 3
		[ "${lines[0]}" = "pyroprof: cannot $1" ] || { echo "$output"; return 1; }
		[ "${lines[1]}" = "hint: to go on without it: pyroprof --no-config ..." ]
	}
	configure '[top]'
	chmod g+w "$config"
	refused "use '$config': it can be written by others"
	chmod 646 "$config"
	refused "use '$config': it can be written by others"
	rm "$config"
	mkfifo "$config"
	refused "read '$config': not a regular file"
	rm "$config"
	mkdir "$config"
	refused "read '$config': not a regular file"
	rmdir "$config"
	ln -s /dev/zero "$config"
	refused "read '$config': not a regular file"
	rm "$config"
	yes '# much' | head -c 65537 >"$config"
	refused "read '$config': larger than the limit of 64kB"
	truncate -s 64K "$config"
	run "$PYROPROF" top cpu.pb.gz
	assert_status 0
	configure $'[top]\nfocus = \e[31m'
	run "$PYROPROF" top cpu.pb.gz
	[ "${lines[0]}" = "pyroprof: $config:2: a control character" ]
}

@test "a file of somebody else is refused, and none of it shown" {
	need_root
	need_program setpriv
	configure '[top]' 'cum'
	chown 65534 "$config"
	run "$PYROPROF" top cpu.pb.gz
	assert_status 3
	[ "${lines[0]}" = "pyroprof: cannot use '$config': it belongs to somebody else" ]

	# with a privilege to read everything, as a program with file capabilities has
	open=$(mktemp -d /tmp/pyroprof-test.XXXXXX)
	chmod 755 "$open"
	need_nobody "$open"
	cp "$PYROPROF" "$open"
	printf 'a secret\n' >"$open/root"
	chmod 600 "$open/root"
	as_reader() {
		setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all,+dac_read_search \
			--ambient-caps=-all,+dac_read_search "$@"
	}
	PYROPROF_CONFIG=$open/root run as_reader "$open/pyroprof" labels
	first=${lines[0]} code=$status
	# what root has for everybody is fine
	printf '[top]\ncum\n' >"$open/root"
	chmod 644 "$open/root"
	PYROPROF_CONFIG=$open/root run as_reader "$open/pyroprof" config
	rm -r "$open"
	[ "$code" = 3 ]
	[ "$first" = "pyroprof: cannot use '$open/root': it belongs to somebody else" ]
	assert_status 0
	[ "$output" = top.cum ]
}

@test "a home that is out of reach has no file" {
	need_root
	need_program setpriv
	configure '[top]' 'cmu'
	open=$(mktemp -d /tmp/pyroprof-test.XXXXXX)
	chmod 755 "$open"
	need_nobody "$open"
	cp "$PYROPROF" cpu.pb.gz "$open"
	mkdir -m 700 "$open/home"
	cp -r xdg "$open/home/.config"
	at_home() {
		as_nobody env -u XDG_CONFIG_HOME HOME="$open/home" "$@"
	}
	run at_home "$open/pyroprof" top "$open/cpu.pb.gz"
	closed=$status
	chmod 755 "$open/home"
	run at_home "$open/pyroprof" top "$open/cpu.pb.gz"
	rm -r "$open"
	[ "$closed" = 0 ]
	# within reach it is read, and found wrong
	assert_status 3
	assert_output_has "unknown option 'cmu'"
}

@test "completion knows aliases and what stands before a command" {
	configure '[alias]' 'hot = top --cum'
	run "$PYROPROF" __complete ho
	[ "$output" = $'hot\ttop --cum' ]
	run "$PYROPROF" __complete hot --form
	[ "$output" = $'--format=\toutput format' ]
	[ "$("$PYROPROF" __complete hot --)" = "$(plain __complete top --cum --)" ]
	[ "$("$PYROPROF" __complete --no-config -c top.cum top --form)" = "$output" ]
	run "$PYROPROF" __complete --no-c
	[ "$output" = $'--no-config\tdo without the configuration file' ]
	run "$PYROPROF" __complete -c ''
	[ "$output" = "" ]
}
