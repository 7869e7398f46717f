#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Stacks of programs without frame pointers are walked by their unwind tables: every sample of a
# program of known shape must have exactly the frames that it had, from root to leaf. 99 % and not
# 100: on a machine with other work a sample may come at the first moment of all, before the tables.

load common
load shapes

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	COLLECTORS=$(table_collectors)
	export COLLECTORS
}

# holds SHAPE REGEX [PERCENT]: so many of the stacks, 99 without a number, with every collector that
# can.
holds()
{
	need_tables
	for collector in "${collectors[@]}"; do
		record_shape "$collector" "$1"
		exactly "${3:-99}" "$2"
		complete "${3:-99}"
	done
}

# A copy has one stack of the two, and so much of it: what follows is for who reads memory itself.
without_copies()
{
	COLLECTORS=bpf
}

# ---- plain frames ----

@test "a chain of calls" {
	holds deep "${root}shape_deep;deep_1;deep_2;deep_3;deep_4;deep_5;deep_6;deep_7;deep_8;leaf_forever;leaf"
}

@test "frames of 50 KB, of variable size, and with alloca" {
	without_copies
	holds frames "${root}shape_frames;frame_alloca;frame_variable;frame_fixed;leaf"
}

@test "stack pointers aligned by hand" {
	holds realign "${root}shape_realign(;realigned_tiny|;realigned(;leaf)?)?"
	grep -q ';realigned_tiny ' stacks
	grep -q ';realigned;leaf ' stacks
}

@test "in the middle of pushes and pops" {
	holds prologue "${root}shape_prologue(;tiny_1(;tiny_2(;tiny_3(;tiny_4(;tiny_end)?)?)?)?)?"
}

@test "tail calls leave no frame" {
	holds tail "${root}shape_tail(;tail_jump|;tail_last(;leaf)?)?"
	grep -q ';shape_tail;tail_last;leaf ' stacks
}

@test "stubs of the procedure linkage table" {
	holds plt "${root}shape_plt(;($(in_libc rand_r)|[^;]*shapes[^;]*|rand_r@plt))?"
}

# ---- callbacks ----

@test "a callback of qsort" {
	local sort

	sort=$(in_libc '(__GI_)?_*qsort(_r)?' 'msort_with_tmp[^;]*')
	holds qsort "${root}shape_qsort(;$sort)*(;qsort_compare(;leaf)?)?"
	REGEX="shape_qsort(;$sort)+;qsort_compare;leaf" \
		awk '$0 ~ ENVIRON["REGEX"] { n++ } END { exit !(n >= 3) }' stacks
}

@test "a callback of bsearch" {
	holds bsearch "${root}shape_bsearch(;($(in_libc '(__GI_)?bsearch')|bsearch)(;bsearch_compare(;leaf)?)?)?"
}

# ---- signals ----

interrupted="sig_outer(;sig_tiny(;sig_end)?)?"

# Of what was interrupted, and of the handler, there must be some each.
both_sides()
{
	grep -q ';sig_tiny ' stacks
	grep -q ';sig_tiny;.*;on_signal;leaf ' stacks
}

@test "a signal handler" {
	holds signal "${root}shape_signal;$interrupted(;$signal_frame(;on_signal(;leaf)?)?)?"
	both_sides
}

@test "a signal handler on a stack of its own" {
	without_copies
	holds altstack "${root}shape_altstack;alt_run;$interrupted(;$signal_frame(;on_signal(;leaf)?)?)?"
	both_sides
}

@test "a signal handler on a stack above that of its thread" {
	without_copies
	holds altstack-above "${thread_root}above_thread;alt_run;$interrupted(;$signal_frame(;on_signal(;leaf)?)?)?"
	both_sides
}

# Not 99: this is in the kernel often, on its way back from a handler, in a function of one system
# call that is over with it.
@test "a signal handler that interrupts a system call" {
	holds signal-syscall "${root}shape_signal_syscall(;$(in_libc '[_a-zA-Z]*pause'))?(;$signal_frame(;on_signal(;leaf)?)?)?" 95
	grep -q ';on_signal;leaf ' stacks
}

@test "a signal at the first instruction of a function" {
	holds trap "${root}shape_trap(;trap_first)?(;$signal_frame)?(;on_trap(;leaf)?)?"
	grep -q ';trap_first;.*;on_trap;leaf ' stacks
}

# ---- many frames ----

# recursions_right TIMES: so many times `recurse` between root and leaf.
recursions_right()
{
	awk -F';' -v times="$1" -v total="$(samples)" '
		{
			n = $NF
			sub(/.* /, "", n)
			count = 0
			for (i = 1; i <= NF; i++)
				count += $i == "recurse"
			if (count == times && $(NF - times - 1) == "shape_recursion" && $1 == "_start" && $NF ~ /^leaf /)
				right += n
		}
		END { printf "%d of %d samples are right\n", right, total; exit !(total >= 50 && right >= total * 0.99) }' stacks
}

@test "recursion, as deep as 1000 frames" {
	need_tables
	for collector in "${collectors[@]}"; do
		for depth in 100 1000; do
			# a copied stack has its limits
			[ "$collector" = bpf ] || [ $depth = 100 ] || continue
			record_shape "$collector" recursion $depth
			recursions_right $depth
			complete 99
		done
	done
}

@test "a stack of 2000 frames is cut at 1023, and counted as incomplete" {
	need_tables
	record_shape bpf recursion 2000
	# all that there are are leaf and its callers; what is missing is the root's side
	awk -F';' -v total="$(samples)" '
		{
			n = $NF
			sub(/.* /, "", n)
			if (NF >= 1022 && NF <= 1025 && $(NF - 1) == "recurse" && $(NF - 1000) == "recurse" && $NF ~ /^leaf /)
				right += n
		}
		END { printf "%d of %d are right\n", right, total; exit !(total >= 50 && right >= total * 0.99) }' stacks
	run ! complete 1
}

# ---- the kernel ----

@test "samples in the kernel have the stack that called it" {
	local call

	call=$(in_libc syscall '(__)?(GI___)?(libc_)?read' '(syscall|read)@plt')
	need_tables
	for collector in "${collectors[@]}"; do
		record_shape "$collector" kernel
		exactly 99 "${root}shape_kernel;kernel_outer(;kernel_inner(;$call)?)?"
		complete 99
		"$PYROPROF" folded --trim=false --focus='entry_SYSCALL|el0_svc' p.pb.gz >in_kernel
		[ -s in_kernel ] || skip "kernel addresses are hidden (kernel.kptr_restrict)"
		grep -qE ';kernel_inner;[^;]+;.*(do_syscall|el0_svc)' in_kernel
	done
}

# ---- code of other kinds ----

@test "frame pointers where there are no tables, and back" {
	holds mixed "${root}shape_mixed;fp_outer;mixed_start;mixed_between;fp_inner;mixed_end;leaf"
	holds fp-leaf "${root}shape_fp_leaf;fp_outer;fp_leaf"
}

jit_frame='(\[?[^;]*(anon|unknown|JIT|jit|heap|0x)[^;]*)'

@test "code that no file has, with frame pointers" {
	[ "$(uname -m)" = x86_64 ] || skip "machine code of x86-64 only"
	holds jit "${root}shape_jit;run_code;$jit_frame;jit_callback;leaf"
}

@test "code that no file has, without frame pointers: the stack ends there, and is counted" {
	[ "$(uname -m)" = x86_64 ] || skip "machine code of x86-64 only"
	need_tables
	for collector in "${collectors[@]}"; do
		record_shape "$collector" jit-nofp
		exactly 99 "($jit_frame;)?jit_callback;leaf"
		run ! complete 1
	done
}

@test "frames that are left by longjmp" {
	holds longjmp "${root}shape_longjmp(;$(in_libc '_*setjmp' '_*sigsetjmp' '[_a-zA-Z]*longjmp[^;]*' '_*sigjmp_save'))*(;jump_middle(;jump_away(;leaf|(;$(in_libc '[_a-zA-Z]*longjmp[^;]*' '[_a-zA-Z]*cleanup_upto'))+)?)?)?"
}

# The function that a coroutine begins in says nothing of its being the first one: incomplete.
@test "a coroutine with a stack of its own" {
	local first

	first=$(in_libc __start_context)
	need_tables
	for collector in "${collectors[@]}"; do
		record_shape "$collector" coroutine
		exactly 99 "$first;co_body(;co_inner(;leaf)?|;$(in_libc '[_a-zA-Z]*swapcontext'))?|${root}shape_coroutine(;$(in_libc '[_a-zA-Z]*swapcontext'))?"
		grep -q 'co_body;co_inner;leaf ' stacks
	done
}

# ---- what comes and goes ----

@test "threads that come and go" {
	need_tables
	for collector in "${collectors[@]}"; do
		record_run "$collector" "$shapes" threads 600
		# the start and the end of each thread are in libc, and there are hundreds of threads
		exactly 90 "${thread_root}thread_body(;leaf)?" 100
		complete 98
	done
}

@test "a child in its parent's memory, which then becomes another program" {
	need_tables
	for collector in "${collectors[@]}"; do
		record_run "$collector" "$shapes" vfork 200
		grep -v ';deep_' stacks >parent
		grep -qE ';shape_vfork;vfork_child;leaf ' stacks
		# starting a program is work of the loader
		exactly 85 "${root}shape_vfork;(vfork_child;)?leaf|${root}shape_deep;deep_1;deep_2;deep_3;deep_4;deep_5;deep_6;deep_7;deep_8;leaf_forever;leaf" 100
		complete 98
		REGEX="^${root}shape_deep;deep_1;deep_2" awk '$0 ~ ENVIRON["REGEX"] { n++ } END { exit !n }' stacks
	done
}

@test "programs that are started all the time" {
	need_tables
	for collector in "${collectors[@]}"; do
		record_run "$collector" "$shapes" spawn 200
		exactly 85 "${root}shape_spawn;leaf|${root}shape_deep;deep_1;deep_2;deep_3;deep_4;deep_5;deep_6;deep_7;deep_8;leaf_forever;leaf" 100
		complete 98
		grep -qE ';leaf_forever;leaf ' stacks
	done
}

@test "a library that is loaded and unloaded all the time" {
	need_tables
	for collector in "${collectors[@]}"; do
		record_run "$collector" "$shapes" dlopen 600 "$shapes_lib"
		exactly 95 "${root}shape_dlopen;load_and_run;lib_run;lib_inner;lib_leaf" 100
		complete 98
	done
}
