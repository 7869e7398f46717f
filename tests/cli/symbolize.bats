#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `symbolize`: programs stripped in every way, and what their names come from. The profiles are made
# by hand; `record` finds names by the same means.

load common
load binary

setup()
{
	common_setup
	for tool in gcc objcopy strip readelf nm python3; do
		need_program "$tool"
	done
	export HOME=$PWD/home XDG_CACHE_HOME=$PWD/cache
	unset DEBUGINFOD_URLS PPROF_BINARY_PATH
}

# build [GCC-OPTION...]: ./app with everything, its twin ./full, and p.pb.gz, which was in hidden()
# (with innermost() inlined into it), called by shown().
build()
{
	touch config.h
	gcc -g -O2 -I. -Wl,--build-id "$@" -o app "$top_srcdir/tests/programs/layers.c" -lm
	cp app full
	nameless='' profile_of p.pb "$PWD/app" $((0x555500000000)) hidden+8 shown+4 main+12
	start=$(printf '0x%x' $((16#$(nm full | awk '$3 == "hidden" { print $1 }'))))
}

# symbolize ARG...: p.pb into out.pb; messages in $output.
symbolize()
{
	run "$PYROPROF" symbolize -o out.pb "$@" p.pb
	echo "$output"
	assert_status 0
}

# All lines of all locations of out.pb, as NAME FILE:LINE, without what is not known; those of one location
# with a '+' between.
names()
{
	"$PYROPROF" raw out.pb | awk '
		function text(name, place)
		{
			sub(/.*\//, "", place)
			sub(/:0$/, "", place) # the column
			sub(/:0$/, "", place)
			return name (place == ":" || place == "" ? "" : " " place)
		}
		/^Locations/ { on = 1; next }
		/^Mappings/ { exit }
		!on { next }
		$1 ~ /:$/ { if (n++) print line; line = text($4, $5); next }
		{ line = line " + " text($1, $2) }
		END { print line }' | sed 's/ :$//; s/ :0$//; s/ *$//'
}

# expect_names LINE...: the same without the numbers of lines.
expect_names()
{
	diff <(printf '%s\n' "$@") <(names | sed -E 's/\.c:[0-9]+/.c/g')
}

# The first location is named by the address of its function.
expect_address()
{
	[ "$(names | head -1)" = "app!$start" ] && return
	names
	return 1
}

all_named()
{
	expect_names "innermost layers.c + hidden layers.c" "shown layers.c" "main layers.c"
}

# ---- sources of names ----

@test "debug information in the file: lines and inlined functions" {
	build
	symbolize
	assert_output_has "named 3 of 3 addresses"
	all_named
	names | head -1 | grep -qx 'innermost layers.c:1[23] + hidden layers.c:19'
	"$PYROPROF" raw out.pb | grep -q 'app .*\[FN\]\[FL\]\[LN\]\[IN\]'
}

@test "--no-inlines and --no-lines leave them out" {
	build
	symbolize --no-inlines
	expect_names "hidden layers.c" "shown layers.c" "main layers.c"
	run -1 grep -q '\[IN\]' <("$PYROPROF" raw out.pb)
	symbolize --no-inlines --no-lines
	expect_names hidden shown main
	"$PYROPROF" raw out.pb | grep 'app ' >mapping
	grep -q '\[FN\]' mapping
	run -1 grep -q '\[FL\]\|\[LN\]' mapping
}

@test "symbols only: names without lines" {
	build
	strip -g app
	symbolize
	expect_names hidden shown main
}

@test "no symbol covers an address: it goes by its function's own address, not by a neighbour" {
	build -rdynamic
	strip app
	symbolize
	# shown and main are exported
	expect_names "app!$start" shown main
	assert_output_has "named 2 of 3 addresses"
	# such a name is none: with more to go by it becomes one
	mv out.pb p.pb
	cp full app
	symbolize
	assert_output_has "named 1 of 1 addresses, 2 had names"
	expect_names "innermost layers.c + hidden layers.c" shown main
}

@test "neither symbols nor section headers: functions go by their addresses" {
	build
	strip app
	objcopy --strip-section-headers app 2>/dev/null || python3 - <<-'EOF'
		import struct
		b = bytearray(open("app", "rb").read())
		b[40:48] = bytes(8)
		b[60:64] = bytes(4)
		open("app", "wb").write(b)
	EOF
	symbolize
	expect_address
}

@test ".gnu_debuglink: beside the file, and in .debug" {
	build
	objcopy --only-keep-debug app app.debug
	strip app
	objcopy --add-gnu-debuglink=app.debug app
	symbolize
	all_named
	mkdir .debug
	mv app.debug .debug/
	symbolize
	all_named
}

@test ".gnu_debuglink: another build is not used" {
	build
	objcopy --only-keep-debug app app.debug
	strip app
	objcopy --add-gnu-debuglink=app.debug app
	# another id in the same place
	objcopy --dump-section .note.gnu.build-id=id app.debug /dev/null
	python3 -c 'b = bytearray(open("id", "rb").read()); b[-1] ^= 1; open("id", "wb").write(b)'
	objcopy --update-section .note.gnu.build-id=id app.debug
	symbolize
	expect_address
}

@test ".gnu_debuglink without a build id: the checksum decides" {
	touch config.h
	build -Wl,--build-id=none
	objcopy --only-keep-debug app app.debug
	strip app
	objcopy --add-gnu-debuglink=app.debug app
	symbolize
	all_named
	printf x >>app.debug
	symbolize
	expect_address
}

@test "--debug-dir: by build id, by name, and a list" {
	build
	id=$(readelf -n app | sed -n 's/.*Build ID: //p')
	mkdir -p d/.build-id/"${id:0:2}" e f/"$PWD"
	objcopy --only-keep-debug app d/.build-id/"${id:0:2}/${id:2}.debug"
	cp d/.build-id/"${id:0:2}/${id:2}.debug" "e/$id"
	cp "e/$id" f/app.debug
	cp "e/$id" "f/$PWD/app.debug"
	strip app
	symbolize --debug-dir=nowhere
	expect_address
	symbolize --debug-dir=nowhere --debug-dir="$PWD/d"
	all_named
	symbolize --debug-dir=nowhere:e
	all_named
	symbolize --debug-dir=f
	all_named
	rm "f/$PWD/app.debug"
	symbolize --debug-dir=f
	all_named
}

@test ".gnu_debugdata: symbols packed in the file" {
	need_program xz
	build
	nm -D app --format=posix --defined-only | awk '{ print $1 }' | sort >dynamic
	nm app --format=posix --defined-only | awk '$2 ~ /[Tt]/ { print $1 }' | sort >all
	comm -13 dynamic all >keep
	objcopy --only-keep-debug app debug
	objcopy -S --remove-section .gdb_index --remove-section .comment --keep-symbols=keep debug mini
	strip app
	xz mini
	objcopy --add-section .gnu_debugdata=mini.xz app
	symbolize
	expect_names hidden shown main
	# damaged: as if it were not there
	printf 'garbage' | dd of=mini.xz bs=1 seek=40 conv=notrunc status=none
	objcopy --update-section .gnu_debugdata=mini.xz app
	symbolize
	expect_address
}

@test "dwz: debug information shared between two files" {
	need_program dwz
	build
	gcc -g -O2 -I. -Wl,--build-id -o other "$top_srcdir/tests/programs/layers.c" -DOTHER=1
	dwz -m shared.dwz -M "$PWD/shared.dwz" app other ||
		dwz -m shared.dwz app other
	readelf -SW app | grep -q gnu_debugaltlink || skip "dwz has found nothing to share"
	symbolize
	all_named
	mkdir away
	id=$(readelf -n shared.dwz | sed -n 's/.*Build ID: //p')
	mkdir -p "away/.build-id/${id:0:2}"
	mv shared.dwz "away/.build-id/${id:0:2}/${id:2}.debug"
	symbolize --debug-dir=away
	all_named
}

# plt_address NAME [FILE]: of a stub, as objdump has it.
plt_address()
{
	objdump -d "${2:-full}" | sed -nE "s/^0*([0-9a-f]+) <$1@plt>:\$/\\1/p" | tail -1
}

plt_profile()
{
	local main=$((16#$(nm full | awk '$3 == "main" { print $1 }')))

	nameless='' profile_of p.pb "$PWD/app" $((0x555500000000)) \
		"main+$((16#$(plt_address qsort) - main))" "main+$((16#$(plt_address qsort) - main + 5))" main+9
}

@test "PLT stubs: name@plt, with and without branch protection, lazy or not" {
	need_program objdump
	[ "$(uname -m)" = x86_64 ] || skip "the flags are those of x86-64"
	for flags in "-fcf-protection=full -Wl,-z,lazy -Wl,-z,ibtplt" "-fcf-protection=none -Wl,-z,lazy" \
		"-fcf-protection=full -Wl,-z,now -Wl,-z,ibtplt" "-fcf-protection=none -Wl,-z,now -fno-plt" \
		"-fcf-protection=none -static-pie"; do
		# shellcheck disable=SC2086 # several
		build $flags
		[ -n "$(plt_address qsort)" ] || continue
		plt_profile
		symbolize --no-lines
		expect_names qsort@plt qsort@plt main
		strip app
		symbolize
		[ "$(names | head -1)" = qsort@plt ]
		tried="${tried-} $flags"
	done
	[ -n "$tried" ]
}

@test "damaged files cost nothing but their names" {
	build
	python3 - <<-'EOF'
		import random
		whole = open("full", "rb").read()
		random.seed(7)
		for i in range(20):
		    b = bytearray(whole)
		    for _ in range(60):
		        b[random.randrange(64, len(b))] = random.randrange(256)
		    open(f"bad{i}", "wb").write(b)
		open("bad20", "wb").write(whole[:len(whole) // 2])
		open("bad21", "wb").write(whole[:70])
	EOF
	nameless='' build_id='' profile_of p.pb "$PWD/app" $((0x555500000000)) hidden+8 shown+4 main+12
	for i in $(seq 0 21); do
		cp "bad$i" app
		symbolize
		"$PYROPROF" top out.pb >/dev/null
	done
}

# ---- what it does with profiles ----

@test "in place, the previous one becomes .old; nothing new leaves all as it was" {
	build
	cp p.pb copy
	run "$PYROPROF" symbolize p.pb
	assert_status 0
	assert_output_has "named 3 of 3 addresses, 0 had names: p.pb"
	cmp copy p.pb.old
	cp p.pb out.pb
	all_named
	run "$PYROPROF" symbolize p.pb
	assert_status 0
	assert_output_has "named 0 of 0 addresses, 3 had names"
	cmp out.pb p.pb
	cmp copy p.pb.old
}

@test "standard input and output; a .gz is compressed" {
	build
	"$PYROPROF" symbolize -q - <p.pb >piped.pb.gz
	gzip -t piped.pb.gz
	symbolize
	diff <("$PYROPROF" raw out.pb) <("$PYROPROF" raw piped.pb.gz)
}

@test "names that are there stay, unless --force" {
	build
	profile_of p.pb "$PWD/app" $((0x555500000000)) hidden+8 shown+4 main+12
	symbolize
	assert_output_has "named 0 of 0 addresses, 3 had names"
	expect_names hidden shown main
	symbolize --force
	assert_output_has "named 3 of 3"
	all_named
	# what cannot be found anew is kept
	rm app
	mv out.pb p.pb
	symbolize --force
	assert_output_has "cannot read"
	all_named
}

@test "by build id on another machine; another build is refused" {
	build
	id=$(readelf -n app | sed -n 's/.*Build ID: //p')
	mkdir -p "store/$id"
	mv app "store/$id/anything"
	symbolize
	assert_output_has "cannot read '$PWD/app'"
	assert_output_has "named 0 of 3"
	symbolize --binary-path=store
	all_named
	gcc -O1 -I. -Wl,--build-id -o app "$top_srcdir/tests/programs/layers.c"
	symbolize
	assert_output_has "is not used: its build id is"
	assert_output_has "named 0 of 3"
}

@test "kernel addresses only if it is the kernel that runs" {
	[ -r /sys/kernel/notes ] || skip "no build id of the kernel here"
	grep -q '^f.* [Tt] schedule$' /proc/kallsyms || skip "the kernel hides its symbols"
	address=0x$(awk '$3 == "schedule" { print $1; exit }' /proc/kallsyms)
	start=0x$(awk '$3 == "_stext" { print $1; exit }' /proc/kallsyms)
	id=$(readelf -n /sys/kernel/notes 2>/dev/null | sed -n 's/.*Build ID: //p')
	[ -n "$id" ] || id=$(python3 - <<-'EOF'
		import struct
		b, at = open("/sys/kernel/notes", "rb").read(), 0
		while at + 12 <= len(b):
		    n, d, t = struct.unpack_from("<III", b, at)
		    desc = at + 12 + (n + 3 & ~3)
		    if t == 3 and b[at + 12:at + 16] == b"GNU\0":
		        print(b[desc:desc + d].hex())
		        break
		    at = desc + (d + 3 & ~3)
	EOF
	)
	python3 "$mklines" binary p.pb '[kernel.kallsyms]' "$start" 0xffffffffffffffff 0 "$id" "$address"
	symbolize
	expect_names schedule
	# since then it may have been started anew: at another place
	python3 "$mklines" binary p.pb '[kernel.kallsyms]' "$(printf '0x%x' $((start - 0x100000)))" \
		0xffffffffffffffff 0 "$id" "$(printf '0x%x' $((address - 0x100000)))"
	symbolize
	expect_names schedule
	python3 "$mklines" binary p.pb '[kernel.kallsyms]' "$start" 0xffffffffffffffff 0 "${id/?/0}0" "$address"
	symbolize
	assert_output_has "1 kernel addresses have no names"
	assert_output_has "named 0 of 1"
}

# ---- debuginfod ----

start_server()
{
	python3 -u -m http.server 0 --bind 127.0.0.1 --directory srv >server.log 2>&1 3>&- &
	background+=("$!")
	server=$!
	wait_until 10 grep -q 'port [0-9]' server.log
	export DEBUGINFOD_URLS
	DEBUGINFOD_URLS="http://127.0.0.1:1/ http://127.0.0.1:$(sed -nE 's/.*port ([0-9]+).*/\1/p' server.log)/"
}

@test "debuginfod: asked only when asked to; kept in the cache" {
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	build
	id=$(readelf -n app | sed -n 's/.*Build ID: //p')
	mkdir -p "srv/buildid/$id"
	objcopy --only-keep-debug app "srv/buildid/$id/debuginfo"
	strip app
	start_server
	symbolize
	run -1 grep -q GET server.log
	symbolize --debuginfod
	all_named
	grep -q "GET /buildid/$id/debuginfo" server.log
	cmp "srv/buildid/$id/debuginfo" "cache/pyroprof/debuginfod/$id/debuginfo"
	# again without the server
	kill "$server"
	symbolize --debuginfod
	all_named
}

@test "debuginfod: the program, too; a file of another build is refused" {
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	build
	id=$(readelf -n app | sed -n 's/.*Build ID: //p')
	mkdir -p "srv/buildid/$id"
	mv app "srv/buildid/$id/executable"
	start_server
	symbolize --debuginfod
	all_named
	rm -r cache
	gcc -g -O1 -I. -Wl,--build-id -o "srv/buildid/$id/executable" "$top_srcdir/tests/programs/layers.c"
	symbolize --debuginfod
	assert_output_has "has another build id"
	assert_output_has "named 0 of 3"
	[ ! -e "cache/pyroprof/debuginfod/$id/executable" ]
}

@test "debuginfod without a server is a mistake" {
	build
	run "$PYROPROF" symbolize --debuginfod p.pb
	assert_status 2
	assert_output_has 'needs a server in $DEBUGINFOD_URLS'
}
