#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof gate where a change is none, or little can be said: inlining, other names, costs that move, few profiles,
# weights, counters, and a lot of functions.

load common

# make [KIND] PREFIX COUNT SAMPLES SEED STACK=WEIGHT...
make()
{
	PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/tests/lib/gate-profiles.py" "$@"
}

usual=('main;serve;parse=20' 'main;serve;render;copy=30' 'main;serve;render=10' 'main;log;write=25' 'main;idle=15')
slower=('main;serve;parse=40' "${usual[@]:1}")

gate()
{
	run --separate-stderr "$PYROPROF" gate "$@"
	echo "$output" "$stderr"
}

@test "a function that is inlined in one build only" {
	make --cpu apart 10 2000 1 "${usual[@]}"
	make --cpu inlined 10 2000 2 'main;serve;parse=20' 'main;serve;render+copy=30' 'main;serve;render=10' \
		'main;log;write=25' 'main;idle=15'
	# what is inlined counts for render, which has become dearer by what copy is no more
	gate --base apart*.pb --head inlined*.pb
	assert_status 0
	[[ $output == *'render: '*'took over the cost of copy'* ]]
	gate --base inlined*.pb --head apart*.pb
	assert_status 0
	[[ $output == *'copy: '*'cost moved within render'* ]]
	# told apart, both builds are the same
	gate --base apart*.pb --head inlined*.pb --noinlines=false
	assert_status 0
	[[ $output != *moved* && $output != *'took over'* ]]
	# and what comes on top is none of that
	make --cpu dearer 10 2000 2 'main;serve;parse=20' 'main;serve;render+copy=60' 'main;serve;render=10' \
		'main;log;write=25' 'main;idle=15'
	gate --base apart*.pb --head dearer*.pb
	assert_status 1
	[[ $output == *$'\nregressed    render: '* ]]
}

@test "another name" {
	make old 10 2000 3 "${usual[@]}"
	make new 10 2000 4 'main;serve;scan=20' "${usual[@]:1}"
	gate --base old*.folded --head new*.folded
	assert_status 0
	[[ $output == *'scan: '*'most likely renamed from parse'* ]]
	gate --base old*.folded --head new*.folded --rename parse=scan --guard '^scan$:50%'
	assert_status 0
	[[ $output == *'ok           scan (guarded): '* ]]
	[[ $output != *renamed* ]]
	# dearer under another name
	make slow 10 2000 5 'main;serve;scan=40' "${usual[@]:1}"
	gate --base old*.folded --head slow*.folded --rename=parse=scan
	assert_status 1
	[[ $output == *$'\nregressed    scan: '* ]]
	gate --base old*.folded --head new*.folded --rename nobody=scan
	[[ $stderr == *"option '--rename': there is no 'nobody' before"* ]]
}

@test "a cost that moves to a new function, and one that comes on top" {
	make old 10 2000 6 "${usual[@]}"
	make moved 10 2000 7 'main;serve;parse=8' 'main;serve;lex=12' "${usual[@]:1}"
	gate --base old*.folded --head moved*.folded
	assert_status 0
	[[ $output == *'lex: '*'cost moved within serve'* ]]
	make added 10 2000 8 'main;serve;lex=12' "${usual[@]}"
	gate --base old*.folded --head added*.folded
	assert_status 1
	[[ $output == *$'\nregressed    lex: '* ]]
}

@test "a slow function is no cost that moves, though the shares of all others fall" {
	most=('main;serve;hash=20' 'main;serve;sort=20' 'main;serve;copy=20' 'main;serve;print=12' 'main;idle=8')
	make old 10 2000 21 'main;serve;parse=20' "${most[@]}"
	make slow 10 2000 22 'main;serve;parse=40' "${most[@]}"
	gate --base old*.folded --head slow*.folded
	assert_status 1
	[[ $output == *$'\nregressed    parse: '* ]]
}

@test "what has become cheaper has not moved" {
	local i=0 n

	for n in 30 75 40 62 45 60; do
		printf '%s\n' "main;parse $((250 + i))" "main;alloc;free $((n - 2))" "main;alloc;malloc $((200 + i))" \
			"main;other $((500 - 2 * i))" >old$i.folded
		printf '%s\n' "main;parse $((450 - i))" "main;alloc;free $n" "main;alloc;malloc $((185 + i))" \
			"main;other $((500 - i))" >new$i.folded
		i=$((i + 1))
	done
	gate --base old?.folded --head new?.folded
	assert_status 1
	[[ $output == *$'\nregressed    parse: '*$'\ninconclusive free: 5.00% -> 4.39% '* ]]
	[[ $output != *moved* ]]
}

@test "different units" {
	make --heap heap 1 1000 9 "${usual[@]}"
	make --counter counted 1 1000 9 "${usual[@]}"
	gate --base heap0.pb --head counted0.pb
	assert_status 4
	[[ $stderr == *'the sample type is allocations here and inuse_space in the first profile'* ]]
	[[ $stderr == *'--sample-index=TYPE'* ]]
	gate --base heap0.pb --head heap0.pb --sample-index=inuse_objects
	assert_status 0
	# what only one of them has cannot be compared; what none has is not there
	gate --base heap0.pb --head counted0.pb --sample-index=inuse_objects
	assert_status 4
	gate --base heap0.pb --head counted0.pb --sample-index=nothing
	assert_status 3
}

@test "one profile a side" {
	make old 1 20000 10 "${usual[@]}"
	make slow 1 20000 11 "${slower[@]}"
	gate --base old0.folded --head slow0.folded
	assert_status 1
	[[ $output == *'variance between runs unknown: assumed'*'dispersion 2 is assumed'* ]]
	[[ $output == *$'\nregressed    parse: '* ]]
	# the wider it is assumed to be, the less is said
	gate --base old0.folded --head slow0.folded --dispersion 2000
	assert_status 0
	[[ $output == *$'\ninconclusive parse: '* ]]
	# a single sample says nothing
	echo 'main;serve;parse 1' >one.folded
	gate --base one.folded --head one.folded
	assert_status 0
	[[ $output != *regressed\ * ]]
	gate --base old0.folded --head one.folded --on-inconclusive=fail
	assert_status 4
}

@test "five profiles a side" {
	# too few for ranks of all functions, enough for one that is guarded
	make old 5 2000 12 "${usual[@]}" main\;{a,b,c,d,e,f}=5
	make slow 5 2000 13 "${slower[@]}" main\;{a,b,c,d,e,f}=5
	gate --base old*.folded --head slow*.folded --guard '^idle$:500%'
	assert_status 1
	[[ $output == *'by ranks of profiles (Mann-Whitney), or by a quasi-binomial model'* ]]
	[[ $output == *$'\nregressed    parse: '* ]]
}

@test "a sampled heap" {
	make --heap old 10 2000 14 "${usual[@]}"
	make --heap same 10 2000 15 "${usual[@]}"
	make --heap more 10 2000 16 'main;serve;parse=60' "${usual[@]:1}"
	gate --base old*.pb --head same*.pb --max-increase=20%
	assert_status 0
	gate --base old*.pb --head more*.pb --max-increase=20%
	assert_status 1
	[[ $output == *$'\nregressed    parse: '* ]]
	# of one profile nobody knows how much the next one differs; nor is the number of objects one of samples,
	# of which so many would decide it
	for index in inuse_space inuse_objects; do
		gate --base old0.pb --head more0.pb --sample-index=$index
		assert_status 0
		[[ $output == *$'\ninconclusive parse: '*' profiles a side would decide it'* ]]
		gate --base old0.pb --head more0.pb --${index/_/-}
		[[ $output == *"after; $index per total"* ]]
	done
}

@test "counters" {
	make --counter old 2 100000 17 "${usual[@]}"
	make --counter same 2 100000 18 "${usual[@]}"
	# 6 % more of one function, and 4 %
	make --counter six 2 101200 19 'main;serve;parse=21.2' "${usual[@]:1}"
	make --counter four 2 100800 19 'main;serve;parse=20.8' "${usual[@]:1}"
	per=--per=unit=100
	gate --base old?.pb --head same?.pb "$per"
	assert_status 0
	[[ $output == *'; exactly, for they are counted'* ]]
	gate --base old?.pb --head six?.pb "$per"
	assert_status 1
	[[ $output == *$'\nregressed    parse: 200.00/unit -> 212.00/unit (+6.0%), allowed +5%'* ]]
	gate --base old?.pb --head four?.pb "$per"
	assert_status 0
	# what is sampled has chance in it: the same profile twice is that one, and not a counter
	make --cpu sampled 2 2000 17 "${usual[@]}"
	gate --base sampled0.pb sampled0.pb --head sampled1.pb sampled1.pb --max-increase=0%
	assert_status 0
	[[ $output == *'variance between runs unknown: assumed'* ]]
	# one profile cannot show that it is so; whoever knows can say it
	gate --base old0.pb --head six0.pb "$per" --exact
	assert_status 1
}

@test "negative values" {
	make --counter less 2 1000 20 'main;parse=10' 'main;copy=-2'
	gate --base less?.pb --head less?.pb
	assert_status 0
	make --counter nothing 2 1000 20 'main;parse=2' 'main;copy=-10'
	gate --base less?.pb --head nothing?.pb
	assert_status 0
	gate --base nothing?.pb --head less?.pb
	assert_status 1
	[[ $output == *$'\nregressed    parse: 16.62% -> 83.38% '* ]]
}

# profile FILE PERIOD_MS STACK=SAMPLES...: ten seconds.
profile()
{
	PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/tests/lib/cpu-profile.py" "$1" "$2" 1700000000 10 "${@:3}"
}

@test "the same cost, sampled twice as often" {
	for i in 0 1 2 3; do
		profile seldom$i.pb 10 "main;parse=$((300 + 3 * i))" "main;copy=$((700 - 5 * i))"
		profile often$i.pb 5 "main;parse=$((602 + 4 * i))" "main;copy=$((1398 + 2 * i))"
	done
	for per in total second unit=50; do
		gate --base seldom*.pb --head often*.pb --per=$per --max-increase=20%
		assert_status 0
		[[ $output == *'0 regressed, 0 inconclusive'* ]]
	done
	# what is printed is CPU time
	gate --base seldom*.pb --head often*.pb --per=second
	[[ $output == *'copy: 692.50ms/s -> 700.50ms/s'* ]]
	gate --base seldom*.pb --head often*.pb --per=unit=50 --format=json
	jq -e '.functions[] | select(.name == "copy") | .before == 138500000 and .after == 140100000' <<<"$output"
	# numbers of samples are another matter, but for their shares
	gate --base seldom*.pb --head often*.pb --sample-index=samples
	assert_status 0
	gate --base seldom*.pb --head often*.pb --sample-index=samples --per=second
	assert_status 4
	[[ $stderr == *"'often0.pb': a sample is taken every 5000000 here and every 10000000 in the first"* ]]
}

@test "a million functions" {
	seq 1000000 | sed 's/.*/main;f& 1/' >many.folded
	{
		cat many.folded
		echo 'main;f7 200000'
	} >more.folded
	# CPU time and memory, which others at work change little
	ulimit -t 30
	run --separate-stderr python3 "$top_srcdir/tests/lib/maxrss.py" 1048576 \
		"$PYROPROF" gate --exact --base many.folded --head more.folded
	echo "$output" "$stderr"
	assert_status 1
	[[ $output == *$'\nregressed    f7: '* ]]
}
