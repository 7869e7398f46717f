/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The CPU sampler: runs at each tick of a perf event and sends who ran, and where. */
#include "vmlinux_min.h"

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>

#include "event.h"

#define STACK_BYTES (PP_BPF_STACK_MAX * sizeof(__u64))

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* set by the loader */
} events SEC(".maps");

/* Too large for the BPF stack: one event under construction per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pp_bpf_event);
} scratch SEC(".maps");

/* Samples that found the ring buffer full. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

static __always_inline void count_lost(void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&lost, &zero);

	if (n)
		(*n)++;
}

SEC("perf_event")
int pp_sample(void *ctx)
{
	__u32 zero = 0;
	struct pp_bpf_event *e = bpf_map_lookup_elem(&scratch, &zero);
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 id = bpf_get_current_pid_tgid();
	long kernel, user;

	if (!e)
		return 0;
	e->time = bpf_ktime_get_ns();
	e->pid = id >> 32;
	e->tid = (__u32)id;
	bpf_get_current_comm(e->thread, sizeof(e->thread));
	BPF_CORE_READ_STR_INTO(&e->process, task, group_leader, comm);

	kernel = bpf_get_stack(ctx, e->frames, STACK_BYTES, 0);
	if (kernel < 0 || kernel > (long)STACK_BYTES)
		kernel = 0; /* the sample hit user code */
	user = bpf_get_stack(ctx, (void *)e->frames + kernel, STACK_BYTES, BPF_F_USER_STACK);
	if (user < 0 || user > (long)STACK_BYTES)
		user = 0; /* a kernel thread, or the stack is not in memory */
	e->nkernel = kernel / sizeof(__u64);
	e->nuser = user / sizeof(__u64);

	/* a wake-up of the reader per sample would cost more than all of the above: it polls */
	if (bpf_ringbuf_output(&events, e, offsetof(struct pp_bpf_event, frames) + kernel + user,
			       BPF_RB_NO_WAKEUP))
		count_lost();
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
