#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What functions cost over time: that trends add up to what reports say, and that others can read
# what is written. What is printed is in tests/golden/trend-* and metrics-*.

load common

setup()
{
	common_setup
	unset LC_ALL
	# shellcheck source=tests/lib/trend-archive.sh
	. "$top_srcdir/tests/lib/trend-archive.sh"
	export PYROPROF_ARCHIVE=$PWD/A
}

# share [SELECTOR]: what `top` says of parse, and what `trend` does.
shares()
{
	"$PYROPROF" top --unit=ns --format=json "$1" | jq -r '
		.total as $t | .rows[] | select(.name == "parse") | "\(.flat) \(.cum) \($t)"' >want
	"$PYROPROF" trend '^parse$' "$1" --format=json | jq '.groups[0].all | .value' >own
	"$PYROPROF" trend '^parse$' "$1" --cum --format=json |
		jq -r '.groups[0].all | "\(.value) \(.total)"' >cum
	[ -s want ]
	echo "$(cat own cum | xargs)" | diff want -
}

@test "all steps together are what top says" {
	shares '{}'
	shares '{version="1.10"}@2023-11-20T13:00:00Z..'
	shares '@latest'
	"$PYROPROF" trend parse --by version --step 3h --format=csv >csv
	[ "$(awk -F, 'NR > 1 { n += $4; v += $6; t += $7 } END { printf "%d %.0f %.0f\n", n, v, t }' csv)" = \
		"13 2020000000 19500000000" ]
}

@test "labels of samples select what is counted, and what it is a part of" {
	"$PYROPROF" archive add -q "$DATA/labels.pb.gz" -l service=labels >/dev/null
	"$PYROPROF" trend leaf '{service="labels",tenant="blue"}' --format=json >json
	[ "$(jq -c '.groups[0].all | [.value, .total]' json)" = "[20000000,20000000]" ]
	"$PYROPROF" trend main '{service="labels"}' --format=json >json
	[ "$(jq -c '.groups[0].all | [.value, .total]' json)" = "[0,60000000]" ]
	run --separate-stderr "$PYROPROF" trend main '{service="labels"}' --by tenant
	assert_status 2
	[[ $stderr == *"'tenant' is a label of samples"* ]]
}

@test "bars are of what the locale has" {
	[[ $(LC_ALL=de_DE.utf8 "$PYROPROF" trend parse) == *█* ]]
	[[ $(LANG=C.UTF-8 "$PYROPROF" trend parse) == *█* ]]
	[[ $(LC_CTYPE=C LANG=C.UTF-8 "$PYROPROF" trend parse) != *█* ]]
	[[ $(LC_ALL=C LANG=C.UTF-8 "$PYROPROF" trend parse) != *█* ]]
}

@test "many threads find what one does, and damage is named" {
	"$PYROPROF" trend parse --by version --format=csv --threads=1 >one
	"$PYROPROF" trend parse --by version --format=csv --threads=8 | diff one -
	file=$(find A/new -name '*.pp' | sort | head -1)
	chmod u+w "$file"
	truncate -s -1 "$file"
	run --separate-stderr "$PYROPROF" trend parse
	assert_status 0
	[[ $output == *"12 profiles"* ]]
	[[ $stderr == *"left out: new/"* ]]
}

@test "pictures are well-formed, of any names, numbers and times" {
	need_program xmllint
	api='{service="api"}'
	for value in '<b>&"x"' $'\u202e]]>' "$(printf '%4000s' x)"; do
		"$PYROPROF" archive add -q -l "team=$value" "$DATA/hostile.pb.gz" >/dev/null
	done
	"$PYROPROF" trend $'<&"\x01\n|red' '{team=~".+"}' --by team -o hostile.svg
	"$PYROPROF" trend parse "$api" --step 1s -o seconds.svg
	"$PYROPROF" trend parse "$api" --step 24000h -o years.svg
	"$PYROPROF" trend nobody "$api" -o nothing.SVG
	for i in $(seq 30); do
		"$PYROPROF" archive add -q -l "group=$i" "$DATA/negative.pb.gz" >/dev/null
	done
	"$PYROPROF" trend came '{group=~".+"}' --by group -o many.svg
	grep -q '>and 6 more that are not drawn<' many.svg
	[ "$(grep -c '<path class="s' many.svg)" = 48 ]
	for file in *.svg *.SVG; do
		xmllint --noout --nonet "$file"
		run ! grep -qE 'nan|inf|<script|href|url\(' "$file"
	done
	"$PYROPROF" trend parse "$api" --by version -o page.html
	"$PYROPROF" trend parse "$api" --by version --format=svg >one.svg
	sed -n '/^<svg/,/^<\/svg>/p' page.html | diff one.svg -
	[ "$(head -c 15 page.html)" = "<!DOCTYPE html>" ]
	# what the name says is what is written
	"$PYROPROF" trend parse "$api" -o a.csv
	"$PYROPROF" trend parse "$api" -o a.json
	[ "$(head -c 6 a.csv)" = group, ]
	jq -e .groups a.json >/dev/null
}

@test "metrics are OpenMetrics, whatever names and labels are" {
	check="python3 $top_srcdir/tests/lib/openmetrics.py"
	"$PYROPROF" metrics parse main @2023-11-20.. '{}' 2>/dev/null && false
	"$PYROPROF" metrics parse main '{}@2023-11-20..' --by version | $check >samples
	[ "$(jq -c 'select(.[0] == "pyroprof_function_share" and .[1].function == "parse"
		and .[1].cost == "cum") | [.[1].version, .[2]]' samples | xargs)" = \
		"[1.9,0.425] [1.10,0.128]" ]
	pattern=$'x"\\\\\n# EOF\nforged 1'
	for value in $'"} 1' 'back\slash\' '{a="b",c}' $'\u00e4\u2028'; do
		"$PYROPROF" archive add -q -l "by.it=$value" "$DATA/hostile.pb.gz" >/dev/null
	done
	"$PYROPROF" metrics "$pattern" main '{by.it=~".+"}@1970-01-01T00:00:00Z..' --by by.it >out
	$check <out >samples
	[ "$(jq -r '.[1].by_it' samples | sort -u | grep -cv null)" = 4 ]
	run ! grep -q '^forged' out
	"$PYROPROF" metrics parse | $check >samples
	[ "$(cat samples)" = '["pyroprof_profiles", {}, 0.0]' ]
}

@test "metrics look back as far as they are told" {
	now=$(date +%s)
	for ago in 30 400; do
		python3 "$top_srcdir/tests/lib/mkprofile.py" at $((now - ago)) "$DATA/cpu.pb.gz" $ago.pb
	done
	"$PYROPROF" archive add -q 30.pb 400.pb >/dev/null
	profiles()
	{
		"$PYROPROF" metrics main "$@" | sed -n 's/^pyroprof_profiles{.*} //p'
	}
	[ "$(profiles)" = 1 ]
	[ "$(profiles --step 10m '{}')" = 2 ]
	[ "$(profiles --step 10m --last 1)" = 1 ]
	[ "$(profiles '{}@now-1h..')" = 2 ]
	[ "$(profiles @latest)" = 1 ]
	[ "$(profiles --step 10m '{}@2023-11-20..2023-11-21')" = 13 ]
}

@test "a file of metrics is whole, or as it was" {
	"$PYROPROF" metrics parse @latest -o parse.prom
	"$PYROPROF" metrics parse @latest | diff parse.prom -
	cp parse.prom before
	run "$PYROPROF" metrics parse '{}@nonsense' -o parse.prom
	assert_status 2
	run "$PYROPROF" metrics parse @nobody -o parse.prom
	assert_status 3
	diff before parse.prom
	# what was true an hour ago is not left there
	"$PYROPROF" metrics parse -o parse.prom
	grep -q '^pyroprof_profiles 0$' parse.prom
	local left=(*prom* .*prom*)
	[ "${left[*]}" = "parse.prom .*prom*" ]
}

@test "the example's alerts are YAML, and about gauges that there are" {
	python3 -c 'import yaml' 2>/dev/null || skip "no YAML parser"
	python3 - "$top_srcdir/contrib/prometheus/pyroprof.rules.yml" >exprs <<-'END'
		import sys, yaml
		rules = [r for g in yaml.safe_load(open(sys.argv[1]))["groups"] for r in g["rules"]]
		assert all(set(r) == {"alert", "expr", "for", "labels", "annotations"} for r in rules)
		print("\n".join(r["expr"] for r in rules))
	END
	"$PYROPROF" metrics parse_request @latest >metrics
	for name in $(grep -o 'pyroprof_[a-z_]*' exprs); do
		grep -q "^$name{" metrics
	done
	# its selector finds a sample
	python3 "$top_srcdir/tests/lib/openmetrics.py" <metrics |
		jq 'select(.[0] == "pyroprof_function_share" and .[1].cost == "cum" and
			.[1].function == "parse_request")' | grep -q cum
}
