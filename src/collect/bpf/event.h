/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the sampler's eBPF program and user space tell each other: samples through a ring buffer,
 * mappings and unwind tables through maps. */
#ifndef PP_BPF_EVENT_H
#define PP_BPF_EVENT_H

#define PP_BPF_KERNEL_MAX  127	      /* frames; the kernel's own default limit */
#define PP_BPF_USER_MAX	   1023	      /* frames */
#define PP_BPF_STACK_MAX   (32 << 10) /* bytes of a stack that is sent as it is; a power of two */
#define PP_BPF_STACK_CHUNK 4096
#define PP_BPF_COMM	   16

/* Set in a user frame's address where it is that of an instruction which was running, not of one
 * that waits for a call to return: the innermost, and one that a signal interrupted. */
#define PP_BPF_EXACT (1ULL << 63)

/* The registers that a walk starts with, where the stack is sent as it is. */
struct pp_bpf_regs {
	__u64 pc, sp, fp, lr, scratch;
};

/*
 * A sample. Behind it stand nuser user frames, innermost first, or a pp_bpf_regs and stack_bytes of
 * stack from sp on; and behind these, nkernel kernel frames.
 */
struct pp_bpf_event {
	__u64 time;   /* CLOCK_MONOTONIC, ns */
	__u64 weight; /* what the event counted since the last sample */
	__u32 pid, tid;
	__u32 stack_bytes; /* not 0: instead of user frames, there are registers and a stack */
	__u16 nuser, nkernel;
	__u8 end; /* enum pp_unwind_end of the user part */
	__u8 pad[7];
	char thread[PP_BPF_COMM];  /* name of the thread */
	char process[PP_BPF_COMM]; /* name of its process: its first thread */
};

#define PP_BPF_EVENT_WORDS                                                           \
	(sizeof(struct pp_bpf_regs) / 8 + PP_BPF_STACK_MAX / 8 + PP_BPF_KERNEL_MAX + \
	 PP_BPF_STACK_CHUNK / 8)

/*
 * Unwind tables live in cells of eight bytes, which are numbered through all shards. A table is an
 * array of cells, one per page of code from its base on: {first cell of its rows, number of rows},
 * the row that holds at the page's first byte being the first of them. The rows of one page never
 * cross from one shard to the next.
 */
#define PP_BPF_PAGE_BITS   10
#define PP_BPF_PAGE_BYTES  (1u << PP_BPF_PAGE_BITS)
#define PP_BPF_SHARD_BITS  18 /* 2 MiB */
#define PP_BPF_SHARDS_MAX  1024
#define PP_BPF_SHARD_CELLS (1u << PP_BPF_SHARD_BITS)

struct pp_bpf_page {
	__u32 rows, nrows;
};

/* Executable memory of a process. */
struct pp_bpf_region {
	__u64 start, limit;
	__u64 bias;   /* address - bias is relative to the table's base */
	__u32 pages;  /* first cell of its table */
	__u32 npages; /* or one of these: */
};
#define PP_BPF_NO_TABLE	     0		 /* code without unwind information: frame pointers */
#define PP_BPF_TABLE_PENDING 0xffffffffu /* there will be one: send the stack */

#define PP_BPF_REGIONS_MAX (1u << 17) /* of all processes together */

/* The mappings of a process; one word, so that whoever reads it while it is replaced has either. */
union pp_bpf_mappings {
	__u64 word;
	struct {
		__u64 first : 17; /* in the array of regions, which are in order of address */
		__u64 n : 12;
		__u64 number : 35; /* no others have or had it; 0: none */
	};
};
#define PP_BPF_NUMBER_MAX 0xffffffffu

/* A process whose mappings are known. */
struct pp_bpf_proc {
	union pp_bpf_mappings mappings;
	__u32 stacks; /* how many more stacks it may send as they are */
	__u32 pad;
};
#define PP_BPF_PROCS_MAX (1u << 15)

/* Of a process that is recorded. */
enum pp_bpf_target {
	PP_BPF_TARGET_NOW = 1,
	PP_BPF_TARGET_EXEC, /* once it is another program */
};

/* What may be done before user space has looked again. */
struct pp_bpf_limits {
	__u64 stacks; /* how many all together may still be sent as they are */
	__u64 wake;   /* whether one of them is to wake it */
};

/* What the program counts, per CPU. */
struct pp_bpf_counts {
	__u64 lost; /* samples that found the ring buffer full */
};

#endif
