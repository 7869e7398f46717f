#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof top: where the input comes from, where the output goes, and hostile sizes.

load common

@test "standard input, by pipe and by file" {
	"$PYROPROF" top "$DATA/cpu.pb.gz" >want
	"$PYROPROF" top - <"$DATA/cpu.pb.gz" | cmp want -
	# shellcheck disable=SC2002
	cat "$DATA/cpu.pb.gz" | "$PYROPROF" top - | cmp want -
	gzip -dc "$DATA/cpu.pb.gz" | "$PYROPROF" top - | cmp want -
	"$PYROPROF" top <(cat "$DATA/cpu.pb.gz") | cmp want -
}

@test "without an argument, the default profile of the directory" {
	run --separate-stderr "$PYROPROF" top
	assert_status 3
	[ -z "$output" ]
	[[ $stderr == *"pyroprof.pb.gz"* ]]
	[[ $stderr == *"hint: name a profile, or record one: pyroprof record -p PID" ]]
	cp "$DATA/cpu.pb.gz" pyroprof.pb.gz
	run "$PYROPROF" top
	assert_status 0
	assert_output_has "copy_bytes (inline)"
}

@test "several profiles add up like one that holds them all" {
	"$PYROPROF" top --nodefraction=0 --format=csv "$DATA/cpu.pb.gz" "$DATA/cpu.pb.gz" \
		"$DATA/cpu-more.pb.gz" >sum
	"$PYROPROF" top --nodefraction=0 --format=csv "$DATA/cpu.pb.gz" >one
	# cpu-more is twice cpu, so the sum is four times
	awk -F, -v OFS=, 'NR > 1 { $1 = sprintf("%.0f", 4 * $1); $3 = sprintf("%.0f", 4 * $3) } { print }' one | diff - sum
	"$PYROPROF" top "$DATA/cpu-more.pb.gz" "$DATA/cpu.pb.gz" | grep '^Time: 2020-09-13'
	"$PYROPROF" top "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" | grep '^Time: 2020-09-13'
	"$PYROPROF" top "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" | grep '^Duration: 4s, '
}

@test "the order of PROFILEs does not change the rows" {
	"$PYROPROF" top --format=csv "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" >a
	"$PYROPROF" top --format=csv "$DATA/cpu-more.pb.gz" "$DATA/cpu.pb.gz" >b
	cmp a b
}

@test "the machine-readable forms are well formed, whatever the names" {
	need_program python3
	"$PYROPROF" top --nodefraction=0 --format=json "$DATA/hostile.pb.gz" >out.json
	"$PYROPROF" top --nodefraction=0 --format=csv "$DATA/hostile.pb.gz" >out.csv
	PYTHONPATH=$top_srcdir/tests/lib python3 - <<-'END'
		import csv, json
		from mkprofile import HOSTILE
		raw = open("out.json", "rb").read()
		assert not any(c < 0x20 and c != 10 or c == 0x7F for c in raw), "controls in JSON"
		assert b"</script" not in raw
		text = raw.decode()
		assert not any(c in text for c in "\u202e\u2028\u0085\u009b"), "unsafe in JSON"
		got = {r["name"] for r in json.loads(text)["rows"]}
		def readable(name):  # each byte that is not UTF-8 by itself
		    return "".join("\ufffd" if "\udc80" <= c <= "\udcff" else c
		                   for c in name.decode("utf-8", "surrogateescape"))
		want = {readable(n) for n in HOSTILE} | {"main"}
		assert got == want, got ^ want
		with open("out.csv", encoding="utf-8", errors="surrogateescape", newline="") as f:
		    rows = list(csv.reader(f))
		assert all(len(r) == 7 for r in rows)
		names = {r[6] for r in rows[1:]}
		assert len(names) == len(HOSTILE) + 1 and "main" in names, names
		assert not any(c < " " or "\x7f" <= c < "\xa0" or c in "\u202e\u2028"
		               for name in names for c in name), names
	END
}

@test "text shows nothing that a terminal would obey" {
	for option in --nodefraction=0 --cum --unit=auto; do
		"$PYROPROF" top "$option" "$DATA/hostile.pb.gz" >out
		# bytes below a blank but newline, DEL, and C1 or bidirectional controls in UTF-8
		! LC_ALL=C grep -aqP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' out
		iconv -f UTF-8 -t UTF-8 out >/dev/null
	done
}

@test "the locale changes no number" {
	need_program localedef
	mkdir locales
	localedef -i de_DE -f UTF-8 "$PWD/locales/de_DE.UTF-8" 2>localedef.log ||
		skip "localedef cannot make de_DE: $(head -1 localedef.log)"
	export LOCPATH=$PWD/locales
	# the locale works: its decimal point is a comma
	[ "$(LC_ALL=de_DE.UTF-8 /usr/bin/printf %.1f 1,5)" = 1,5 ] ||
		skip "the locale that was made does not work"
	for format in text json csv; do
		"$PYROPROF" top --format="$format" "$DATA/cpu.pb.gz" >want
		LC_ALL=de_DE.UTF-8 "$PYROPROF" top --format="$format" --nodefraction=0.005 \
			"$DATA/cpu.pb.gz" >got
		cmp want got
	done
	grep -q '0\.40s' <(LC_ALL=de_DE.UTF-8 "$PYROPROF" top "$DATA/cpu.pb.gz")
}

@test "a full disk is reported" {
	[ -w /dev/full ] || skip "no /dev/full"
	run --separate-stderr bash -c '"$PYROPROF" top "$DATA/cpu.pb.gz" >/dev/full'
	assert_status 3
	[[ $stderr == *"No space left on device"* ]]
}

@test "a reader that leaves early is no error" {
	run --separate-stderr bash -c 'set -o pipefail; "$PYROPROF" top "$DATA/cpu.pb.gz" | head -1'
	[ "$output" = "File: server" ]
	[[ $stderr != *"cannot"* ]]
}

@test "a file without permission is reported" {
	cp "$DATA/cpu.pb.gz" secret
	chmod 0 secret
	[ "$(id -u)" != 0 ] || ! cat secret >/dev/null 2>&1 || skip "root may read everything"
	run "$PYROPROF" top secret
	assert_status 3
	assert_output_has "Permission denied"
}

@test "every truncation of a compressed profile is refused" {
	size=$(stat -c %s "$DATA/cpu.pb.gz")
	for ((n = 0; n < size; n += 7)); do
		head -c "$n" "$DATA/cpu.pb.gz" >short
		run --separate-stderr "$PYROPROF" top short
		assert_status 3
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" = 1 ]
	done
}

@test "what small files claim costs no memory" {
	need_program python3
	printf '\x0a\x00\x32\x00\x32\xff\xff\xff\xff\x0f' >claim
	printf '\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\xff\xff\xff\xff' >trailer
	for file in claim trailer; do
		run --separate-stderr python3 "$top_srcdir/tests/lib/maxrss.py" 200000 \
			"$PYROPROF" top "$file"
		assert_status 3
		[ "${#stderr_lines[@]}" = 1 ]
	done
}

@test "ids and names that are chosen to collide cost no more than others" {
	need_program python3
	python3 "$top_srcdir/tests/lib/mkprofile.py" collide 100000 colliding
	# without a seed this takes minutes, so the limit says nothing about a machine's speed
	run timeout 30 "$PYROPROF" top colliding
	assert_status 0
	assert_output_has "Type: cpu"
}

@test "older formats that pprof cannot read" {
	corpus=${PYROPROF_SHARED:-$top_srcdir/../shared}/corpus/go119
	[ -e "$corpus/goroutine.debug2.txt" ] || skip "no corpus beside the source tree"
	"$PYROPROF" top --cum "$corpus/goroutine.debug2.txt" >got
	grep -q '^ *20 95.24% .* 20 95.24%  main.main.func2$' got
	grep -q '^ *0 .* 21 *100%  main.main$' got
	"$PYROPROF" top "$corpus/threadcreate.debug1.txt" >got
	grep -q '^Showing nodes accounting for 0, 0% of 5 total$' got
}
