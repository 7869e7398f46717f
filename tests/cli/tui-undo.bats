#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof tui: what is shown when changes are taken back is what had been shown without them.

load common

setup()
{
	common_setup
	need_tui
}

# screen LINE...: what is seen after these keys, with the root selected.
screen()
{
	printf '%s\n' ':size 100x30' "$@" g ':save-screen screen' >keys
	PYROPROF_TUI_SCRIPT=keys "$PYROPROF" tui $options "$profile" >&2
	cat screen
}

# same NAME 'LINE...' 'LINE...': the same screen after either; lines are separated by ';'.
same()
{
	local IFS=';'

	screen $2 >"$1.one"
	screen $3 >"$1.other"
	diff "$1.one" "$1.other"
}

filters_back()
{
	same filter 'j j;:focus hash;u' 'j j'
	same hidden ':hide hash;j j;u' 'j j'
	same first 'j j;:focus hash;:ignore copy;u' 'j j;:focus hash'
	same both 'j j;:focus hash;:ignore copy;u u' 'j j'
	same behind 'j j;m;j j;:ignore copy;u;j j;d;u u' 'j j;m;u'
	same across 'j j;m;:ignore copy;j j;d;U' ''
	same after 'j j;:hide hash;u;:focus copy' 'j j;:focus copy'
	same changed 'j j;m;:hide hash;r;u u;:ignore copy;u' 'j j;m'
	same wrong 'j j;m;:ignore copy;:focus (;u;u' 'j j;'
	same frames ':tagroot tenant;:focus hash;u u' ''
	same unkept '&;"hash;Enter;:ignore copy;&;Enter;u' ''
	same kept '&;"hash;Enter;:ignore copy;&;"o;Enter;&;Enter' ':ignore copy'
}

all_ways_back()
{
	same one 'j j;f;u' 'j j'
	same below 'j j j;P;u' 'j j j'
	same again-below 'j j;P;:ignore copy;u' 'j j;P'
	same dropped 'j j;d;u' 'j j'
	same merged 'j j;m;u' 'j j'
	same collapsed 'r;u' ''
	same kept '&;"hash;Enter;u' ''
	same some 'j j;m;j j;f;r;u u' 'j j;m;j j'
	same all 'j j;m;j j;d;&;"hash;Enter;U' ''
	same again 'j j;m;u;g;j j;m;u;g;j j;m' 'j j;m'
	same unkept 'j j;m;&;"hash;Enter;r;&;Enter' 'j j;m;r'
	same twice 'j j;m;&;"hash;Enter;r;&;"o;Enter;&;Enter;u' 'j j;m'
	same filters ':ignore copy;j j;m;r;u' ':ignore copy;j j;m'
	same before 'j j;m;:ignore copy;r;u u' 'j j;m'
	filters_back
	same nothing ':keep nothing.at.all;u' ''
}

@test "undo shows what was there before" {
	profile=$DATA/cpu.pb.gz
	all_ways_back
	# that the comparisons above can fail
	screen 'j j' m >merged
	screen 'j j' >plain
	run diff merged plain
	assert_status 1
}

@test "what is below a frame is found again in a tree by other filters" {
	profile=$DATA/cpu.pb.gz
	# the line above the graph tells the order
	screen ':ignore copy' 'j j' P | tail -n +3 >filtered
	screen 'j j' P ':ignore copy' | tail -n +3 >found
	screen ':ignore copy' | tail -n +3 >all
	diff filtered found
	run diff filtered all
	assert_status 1
}

@test "undo in a comparison" {
	profile=$DATA/pruned.pb.gz options="--diff-base=$DATA/cpu.pb.gz"
	all_ways_back
}
