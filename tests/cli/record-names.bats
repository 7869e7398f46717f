#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What `record` calls the functions of programs that are stripped, deleted, or in a root of their
# own.

load common

setup()
{
	common_setup
	need_program gcc
	need_program jq
	# the program is called with a number, and is busy for that many milliseconds
	cat >busy.c <<-'EOF'
		#include <stdio.h>
		#include <stdlib.h>
		#include <time.h>
		static unsigned total;
		static inline __attribute__((always_inline)) unsigned innermost(unsigned x)
		{
			for (int i = 0; i < 2000; i++)
				x = x * 3 + (x >> 7);
			return x;
		}
		static __attribute__((noinline)) unsigned hidden(unsigned x)
		{
			return innermost(x) + 1;
		}
		int main(int argc, char **argv)
		{
			clock_t end = clock() + atoi(argv[1]) * (CLOCKS_PER_SEC / 1000);
			while (clock() < end)
				for (int i = 0; i < 100; i++)
					total += hidden(total);
			return total == 1;
		}
	EOF
	gcc -g -O2 -fno-omit-frame-pointer -Wl,--build-id -o full busy.c
	cp full app
	start=$(printf '0x%x' $((16#$(nm full | awk '$3 == "hidden" { print $1 }'))))
}

# record ARG...: into p.pb.gz, with messages in $output.
record()
{
	run "$PYROPROF" record -F 997 -o p.pb.gz "$@"
	echo "$output"
	assert_status 0
}

# hot NAME [FILE]: it has nine tenths of the cost, the interrupts that hit it included: there are many of those on a
# busy machine.
hot()
{
	"$PYROPROF" top --nodefraction=0 --format=json "${2:-p.pb.gz}" >top.json
	jq -e --arg name "$1" \
		'([.rows[] | select(.name == $name) | .cum] | add // 0) >= .total * 0.9' top.json
}

need_recording()
{
	"$PYROPROF" record -q -d 100ms -o /dev/null -- sleep 1 2>why || skip_if_refused "$(cat why)"
}

@test "inlined functions and lines, unless they are not wanted" {
	need_recording
	record -- ./app 600
	hot innermost
	"$PYROPROF" top --granularity=lines p.pb.gz | grep 'innermost .*busy.c:[78]'
	record --no-inlines -- ./app 600
	hot hidden
	"$PYROPROF" raw p.pb.gz | grep '/app .*\[FN\]\[FL\]\[LN\]' >mapping
	run -1 grep '\[IN\]' mapping
	record --no-inlines --no-lines -- ./app 600
	hot hidden
	"$PYROPROF" raw p.pb.gz | grep '/app .*\[FN\]' >mapping
	run -1 grep '\[LN\]' mapping
}

@test "without names, a function goes by its own address, and the summary says what to do" {
	need_recording
	strip app
	record -- ./app 600
	hot "app!$start"
	assert_output_has " % of samples in app have no names: install its debug symbols"
}

@test "recorded without names, named later: the same as named at once" {
	need_recording
	strip app
	objcopy --only-keep-debug full full.debug
	objcopy --add-gnu-debuglink=full.debug app
	record -- ./app 600
	hot innermost
	# the same recording with all names looked up again, and with none to begin with
	"$PYROPROF" symbolize --force -q -o again.pb.gz p.pb.gz
	diff <("$PYROPROF" raw p.pb.gz) <("$PYROPROF" raw again.pb.gz)
	record --no-symbolize -- ./app 600
	run -1 grep innermost <("$PYROPROF" raw p.pb.gz)
	run "$PYROPROF" symbolize p.pb.gz
	assert_status 0
	[ -e p.pb.gz.old ]
	hot innermost
	"$PYROPROF" raw p.pb.gz >once
	"$PYROPROF" symbolize --force -q -o again.pb.gz p.pb.gz
	diff once <("$PYROPROF" raw again.pb.gz)
}

@test "a program that is deleted while it runs keeps its names" {
	need_root
	need_recording
	in_background ./app 20000
	pid=$!
	wait_until 5 grep -q /app "/proc/$pid/maps"
	rm app
	record -p "$pid" -d 700ms
	hot innermost
}

@test "in a root of its own, debug files are looked for there" {
	need_root
	need_recording
	mkdir -p root/usr/lib/debug/bin root/bin
	gcc -g -O2 -static -fno-omit-frame-pointer -Wl,--build-id=none -o root/bin/app busy.c ||
		skip "no static libraries"
	objcopy --only-keep-debug root/bin/app root/usr/lib/debug/bin/app.debug
	strip root/bin/app
	(cd root/usr/lib/debug/bin && objcopy --add-gnu-debuglink=app.debug ../../../../bin/app)
	in_background chroot root /bin/app 20000
	pid=$!
	wait_until 5 grep -q bin/app "/proc/$pid/maps"
	record -p "$pid" -d 700ms
	hot innermost
}

@test "where the kernel hides its symbols, the note says what mends it" {
	need_root
	need_recording
	need_program setpriv
	without="setpriv --bounding-set=-syslog --inh-caps=-syslog"
	$without grep -q '^0*[1-9a-f][0-9a-f]* T ' /proc/kallsyms && skip "this kernel hides nothing"
	run $without "$PYROPROF" record -F 997 -o p.pb.gz -- dd if=/dev/zero of=/dev/null bs=1M count=20000
	assert_status 0
	assert_output_has "kernel functions have no names: the kernel hides them from "
	assert_output_has "as root: sysctl kernel."
}

# A server for debug information: srv/ of the current directory, or one that never answers.
start_server()
{
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	export XDG_CACHE_HOME=$PWD/cache
	python3 -u "$@" >server.log 2>&1 3>&- &
	background+=("$!")
	wait_until 10 grep -q 'port [0-9]' server.log
	export DEBUGINFOD_URLS
	DEBUGINFOD_URLS=http://127.0.0.1:$(sed -nE 's/.*port ([0-9]+).*/\1/p' server.log)/
}

# Record ./app until a signal comes, in the background: its pid in $recorder.
record_app()
{
	in_background ./app 60000
	app=$!
	wait_until 10 grep -q '^app$' "/proc/$app/comm"
	"$PYROPROF" record --collector=perf --debuginfod -p "$app" -o p.gz 2>messages 3>&- &
	recorder=$!
	background+=("$recorder")
	wait_until 10 grep -Eq '^SigBlk:.*[4567cdef]...$' "/proc/$recorder/status"
	sleep 1
}

@test "what ends the recording does not end the search for names" {
	need_collector perf
	id=$(readelf -n full | sed -n 's/.*Build ID: //p')
	mkdir -p "srv/buildid/$id"
	objcopy --only-keep-debug full "srv/buildid/$id/debuginfo"
	strip app
	start_server -m http.server 0 --bind 127.0.0.1 --directory srv
	record_app
	kill -TERM "$recorder"
	wait "$recorder"
	cat messages
	grep -q "GET /buildid/$id/debuginfo" server.log
	"$PYROPROF" top p.gz | grep -w hidden
}

@test "a further signal does" {
	need_collector perf
	strip app
	start_server -c 'import socket, time
s = socket.create_server(("127.0.0.1", 0))
print("port", s.getsockname()[1])
c = s.accept()
print("asked")
time.sleep(60)'
	record_app
	kill -TERM "$recorder"
	wait_until 10 grep -q asked server.log
	kill -TERM "$recorder"
	wait "$recorder"
	cat messages
	"$PYROPROF" top p.gz | grep 'app!0x'
}
