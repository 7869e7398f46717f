/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a walk over a stack knows of a frame, and how it ends. Shared with the eBPF program. */
#ifndef PP_UNWIND_FRAME_H
#define PP_UNWIND_FRAME_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/* What is known of a frame's registers. */
struct pp_unwind_regs {
	__u64 pc, sp, fp;
	__u64 lr;      /* arm64: x30, valid in an innermost frame */
	__u64 scratch; /* x86-64: r10, valid in an innermost frame */
};

/* Where a walk has come to. PP_UNWIND_MORE is the only one that goes on. */
enum pp_unwind_end {
	PP_UNWIND_MORE,
	PP_UNWIND_ROOT,	       /* the beginning of a thread, by its unwind information */
	PP_UNWIND_ZERO,	       /* a return address of 0, which marks the beginning, too */
	PP_UNWIND_FP_ZERO,     /* a frame pointer of 0, which does so by the ABI */
	PP_UNWIND_NO_CODE,     /* the return address is in no executable mapping */
	PP_UNWIND_NO_FRAME,    /* no unwind information, and the frame pointer is none */
	PP_UNWIND_UNSUPPORTED, /* the information is not of a kind that rows express */
	PP_UNWIND_UNREADABLE,  /* the stack is not in memory, or was not copied that far */
	PP_UNWIND_LOOP,	       /* the caller's frame is not above */
	PP_UNWIND_TRUNCATED,   /* more frames than a stack may have */
	PP_UNWIND_OTHER_ABI,   /* 32-bit code */
	PP_UNWIND_NO_TABLE,    /* the table for this code is not there (yet) */
	PP_UNWIND_NO_USER,     /* no user stack: a kernel thread, or a process in exec */
	PP_UNWIND_ENDS	       /* how many there are */
};

#endif
