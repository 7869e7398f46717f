#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The reports that go sample by sample: against recorded outputs of pprof, where the corpus lies
# beside the source tree; how much memory they need; and hostile names in all forms.

load common

corpus=${PYROPROF_SHARED:-$top_srcdir/../shared}/corpus

need_corpus()
{
	[ -e "$corpus/$1" ] || skip "no $1 in a corpus beside the source tree"
}

@test "the goldens of pprof for traces, tags and comments" {
	need_corpus pprof/driver-goldens
	equal=0 total=0
	while read -r golden fixture command; do
		read -r -a words <<<"$command"
		"$PYROPROF" "${words[@]}" "$corpus/pprof/driver-fixtures/$fixture.pb.gz" >got
		total=$((total + 1))
		if diff "$corpus/pprof/driver-goldens/pprof.$golden" got; then
			equal=$((equal + 1))
		else
			echo "^ $golden"
		fi
	done <<-END
		cpu.traces cpu traces
		cpu.addresses.traces cpu traces --addresses
		heap_tags.traces heap_tags traces
		cpu.tags cpu tags
		heap.tags heap tags
		heap_request.relative_percentages.tags.focus heap_request tags --relative-percentages --tagfocus=400kb:
		heap.comments heap comments
	END
	echo "# goldens: $equal of $total equal" >&3
	[ "$equal" = "$total" ]
}

@test "odd profiles: raw as recorded" {
	need_corpus odd
	need_program python3
	run python3 - "$PYROPROF" "$corpus/odd" <<-'END'
		import json, subprocess, sys
		program, folder = sys.argv[1:]
		with open(f"{folder}/expected.json", encoding="utf-8") as f:
		    expected = json.load(f)
		bad = total = 0
		for name, want in sorted(expected.items()):
		    if not want["accepted"] or name == "ok_non_utf8_string":  # no JSON can hold it
		        continue
		    total += 1
		    r = subprocess.run([program, "raw", f"{folder}/{name}.pb.gz"],
		                       capture_output=True, check=False)
		    text = want["raw"].encode()
		    if name == "ok_newline_in_string":  # control characters are not printed
		        text = text.replace(b"main.\nfoo", b"main.\\x0afoo")
		    if (r.returncode, r.stdout) != (0, text):
		        bad += 1
		        print(f"{name}: {r}, not {text}")
		print(f"{total - bad} of {total} equal")
		sys.exit(bad != 0 or total < 30)
	END
	echo "# odd profiles: ${lines[-1]}" >&3
	assert_status 0
}

@test "a profile made of rows shows the same rows" {
	for option in --functions --lines --addresses; do
		"$PYROPROF" top "$option" --unit=ns --trim=false --format=proto -o rows.pb.gz \
			"$DATA/cpu.pb.gz"
		gzip -t rows.pb.gz
		"$PYROPROF" raw rows.pb.gz | awk '
			/^Locations/ { exit }
			on { sub(/:$/, "", $2); print $1, $2 }
			/^cum/ { on = 1 }' | sort >got
		"$PYROPROF" top "$option" --trim=false --format=csv "$DATA/cpu.pb.gz" |
			awk -F, 'NR > 1 { print $3, $1 }' | sort >want
		[ -s want ]
		diff want got
	done
}

@test "a profile is not written to a terminal" {
	need_program script
	run -0 script -qec '"$PYROPROF" top --format=proto "$DATA/cpu.pb.gz"; [ $? = 2 ]' /dev/null
	assert_output_has "will not write a profile to a terminal"
	assert_output_has "hint: pyroprof top --format=proto -o FILE"
}

# One of the stacks has 100000 frames, so that what is printed is much more than what is read.
@test "traces and raw need no more memory than top, however much they print" {
	need_program python3
	PYTHONPATH=$top_srcdir/tests/lib python3 - <<-'END'
		from mkprofile import CPU, Profile
		p = Profile(*CPU)
		p.mapping("app")
		deep = [p.loc(f"a_function_with_quite_a_long_name_{i}") for i in range(100)] * 1000
		for i in range(20):
		    p.sample(deep, i, i)
		open("deep.pb", "wb").write(p.encode())
	END
	# allow for sanitizers, which need more of everything
	"$PYROPROF" top deep.pb >/dev/null
	limit=$(python3 - "$PYROPROF" <<-'END'
		import resource, subprocess, sys
		subprocess.run([sys.argv[1], "top", "deep.pb"], stdout=subprocess.DEVNULL, check=True)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 5 // 4 + 8192)
	END
	)
	for report in traces raw folded; do
		python3 "$top_srcdir/tests/lib/maxrss.py" "$limit" "$PYROPROF" "$report" deep.pb |
			wc -c >size
		echo "$report: $(cat size) bytes"
	done
	[ "$("$PYROPROF" traces deep.pb | wc -c)" -gt 90000000 ]
}

@test "the machine-readable forms are well formed, whatever the names" {
	need_program python3
	for report in traces tags comments info; do
		for file in hostile.pb.gz labels.pb.gz cpu.pb.gz empty.pb.gz; do
			"$PYROPROF" "$report" --format=json "$DATA/$file" >out.json
			"$PYROPROF" "$report" --format=csv "$DATA/$file" >out.csv
			python3 - <<-'END'
				import csv, json
				raw = open("out.json", "rb").read()
				assert not any(c < 0x20 and c != 10 or c == 0x7F for c in raw)
				json.loads(raw)
				with open("out.csv", encoding="utf-8", newline="") as f:
				    rows = list(csv.reader(f))
				assert all(len(r) in (0, len(rows[0])) for r in rows), rows
			END
		done
	done
}

@test "text shows nothing that a terminal would obey" {
	for report in traces tags raw comments folded info; do
		for file in hostile.pb.gz labels.pb.gz; do
			"$PYROPROF" "$report" "$DATA/$file" >out 2>err
			! LC_ALL=C grep -aqP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' out err
			iconv -f UTF-8 -t UTF-8 out >/dev/null
		done
	done
}

@test "every line of folded stacks is frames and a number" {
	"$PYROPROF" folded "$DATA/hostile.pb.gz" >out
	[ "$(wc -l <out)" = 16 ]
	! grep -vE '^main;[^;]+ [0-9]+$' out
}

@test "folded stacks add up to the total" {
	for file in cpu-more.pb.gz heap.pb pruned.pb.gz; do
		"$PYROPROF" top --format=json "$DATA/$file" | sed -n 's/^  "total": \([0-9]*\),$/\1/p' >total
		"$PYROPROF" folded "$DATA/$file" 2>err | awk '{ sum += $NF } END { printf "%.0f\n", sum }' >sum
		# two samples have no stack
		[ "$file" != cpu-more.pb.gz ] || echo $(($(cat sum) + 40000000)) >sum
		diff total sum
	done
}
