/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the sampler sends through its ring buffer: shared by the BPF program and its reader. */
#ifndef PP_BPF_EVENT_H
#define PP_BPF_EVENT_H

#define PP_BPF_STACK_MAX 127 /* frames of one kind; the kernel's own default limit */
#define PP_BPF_COMM	 16

struct pp_bpf_event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u32 pid, tid;
	__u16 nkernel, nuser; /* frames that follow: kernel, then user, innermost first */
	__u32 reserved;
	char thread[PP_BPF_COMM];  /* name of the thread */
	char process[PP_BPF_COMM]; /* name of its process: its first thread */
	__u64 frames[2 * PP_BPF_STACK_MAX];
};

#endif
