/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Reading the current thread's user stack, and the step from frame to frame on it. */
#ifndef PP_STACK_BPF_H
#define PP_STACK_BPF_H

/* A piece of the stack is read at once: a call that reads costs as much as three frames, and hardly
 * more for a hundred times the bytes. */
#define WINDOW_BYTES 1024
#define WINDOW_BELOW 64 /* of it, in front of what is asked for: registers saved there */
#define PAGE_BYTES   4096

struct window {
	__u64 from;
	__u32 n; /* bytes */
	__u32 cpu;
	__u64 words[WINDOW_BYTES / 8];
};

/* One per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by the loader */
	__type(key, __u32);
	__type(value, struct window);
} windows SEC(".maps");

/*
 * Have `size` bytes at `address` in the window, and what is around them in the same page: memory
 * comes in pages, so that this reads no other page, and fails no more often, than reading those
 * bytes alone.
 */
__noinline int move_window(__u32 cpu, __u64 address, __u32 size)
{
	struct window *w = bpf_map_lookup_elem(&windows, &cpu);
	__u64 below = address & (PAGE_BYTES - 1), above;

	if (!w)
		return -1;
	below = below < WINDOW_BELOW ? below : WINDOW_BELOW;
	above = PAGE_BYTES - ((address - below) & (PAGE_BYTES - 1));
	if (below + size > above) { /* across two pages */
		below = 0;
		above = size;
	}
	above = above < WINDOW_BYTES ? above : WINDOW_BYTES;
	w->from = address - below;
	w->n = 0;
	if (bpf_probe_read_user(w->words, above, (const void *)w->from))
		return -1;
	w->n = above;
	return 0;
}

static __always_inline int read_stack(struct window *w, __u64 *to, __u32 size, __u64 address)
{
	__u64 at = address - w->from;

	if (at > WINDOW_BYTES - size || at + size > w->n) {
		if (move_window(w->cpu, address, size))
			return -1;
		at = address - w->from;
		if (at > WINDOW_BYTES - size)
			return -1; /* never so; the verifier has to know */
	}
	for (__u32 i = 0; i < size / 8; i++)
		to[i] = *(__u64 *)((char *)w->words + at + i * 8);
	return 0;
}

#define PP_UNWIND_READ(memory, to, size, address) read_stack(memory, (__u64 *)(to), size, address)
#if defined(__TARGET_ARCH_arm64)
#define PP_UNWIND_ARM64 1
#else
#define PP_UNWIND_ARM64 0
#endif
#include "unwind/step.h"

#endif
