/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The CPU sampler: runs at each tick of a perf event and sends who ran, and where. It walks user
 * stacks by unwind tables, which user space provides for the processes it knows; of others, it
 * sends a piece of the stack.
 */
#include "vmlinux_min.h"

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "event.h"
#include "stack.bpf.h"

#define KERNEL_BYTES (PP_BPF_KERNEL_MAX * sizeof(__u64))

struct event_room {
	struct pp_bpf_event e;
	__u64 words[PP_BPF_EVENT_WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* set by the loader */
} events SEC(".maps");

/* One event under construction per CPU: too large for the BPF stack, and for a per-CPU array. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by the loader */
	__type(key, __u32);
	__type(value, struct event_room);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pp_bpf_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct pp_bpf_limits);
} limits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PP_BPF_PROCS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct pp_bpf_proc);
} procs SEC(".maps");

/* If only_targets: the processes whose samples are wanted, enum pp_bpf_target; with what they
 * start. */
volatile _Bool only_targets;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PP_BPF_PROCS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u8);
} targets SEC(".maps");

#include "rows.bpf.h"
#include "walk.bpf.h"

/* The registers with which the current thread is, or was before it entered the kernel, in user
 * code. False where it has none that we can walk from. */
static __always_inline _Bool user_regs(struct pp_unwind_regs *out, __u32 *end)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs;

	*end = PP_UNWIND_NO_USER;
	if (!task->mm)
		return 0;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	if (!regs)
		return 0;
	*end = PP_UNWIND_OTHER_ABI;
#if PP_UNWIND_ARM64
	if (regs->pstate & 0x10)
		return 0;
	out->pc = regs->pc;
	out->sp = regs->sp;
	out->fp = regs->regs[29];
	out->lr = regs->regs[30];
	out->scratch = 0;
#else
	if ((regs->cs & 0xffff) != 0x33) /* __USER_CS */
		return 0;
	out->pc = regs->ip;
	out->sp = regs->sp;
	out->fp = regs->bp;
	out->lr = 0;
	out->scratch = regs->r10;
#endif
	*end = PP_UNWIND_MORE;
	return 1;
}

struct copy {
	__u64 from;
	__u32 room, bytes;
};

/* One more piece of the stack, up to the next page. */
static long copy_step(__u32 i, struct copy *c)
{
	struct event_room *room = bpf_map_lookup_elem(&scratch, &c->room);
	__u32 n = PP_BPF_STACK_CHUNK - (c->from & (PP_BPF_STACK_CHUNK - 1));
	__u32 at = c->bytes;

	if (!room || at >= PP_BPF_STACK_MAX)
		return 1;
	if (n > PP_BPF_STACK_CHUNK)
		return 1;
	char *to = (char *)room->words + sizeof(struct pp_bpf_regs) + at;
	if (bpf_probe_read_user(to, n, (const void *)c->from))
		return 1;
	c->from += n;
	c->bytes = at + n;
	return 0;
}

/* Registers and stack as they are, for user space to walk. Returns the bytes used. */
static __always_inline __u32 copy_stack(struct event_room *room, __u32 at,
					const struct pp_unwind_regs *regs)
{
	struct copy c = {.from = regs->sp & ~7ULL, .room = at};
	struct pp_bpf_regs *out = (void *)room->words;

	out->pc = regs->pc;
	out->sp = regs->sp;
	out->fp = regs->fp;
	out->lr = regs->lr;
	out->scratch = regs->scratch;
	bpf_loop(PP_BPF_STACK_MAX / PP_BPF_STACK_CHUNK + 1, copy_step, &c, 0);
	/* the copy begins at a word: what is below sp is of no interest to anybody */
	return c.bytes & ~7U;
}

/* Copies are large: all processes, and one whose stacks cannot be walked, may send only so many
 * until user space has looked again. Counts that two CPUs change at once may be off by one. */
static __always_inline _Bool may_copy(struct pp_bpf_proc *proc)
{
	__u32 zero = 0;
	struct pp_bpf_limits *all = bpf_map_lookup_elem(&limits, &zero);
	__u64 left_to_all, left = 1;

	if (!all)
		return 0;
	/* read once: of two CPUs that see the last one, neither may go below */
	left_to_all = *(volatile __u64 *)&all->stacks;
	if (proc)
		left = *(volatile __u32 *)&proc->stacks;
	if (!left_to_all || !left)
		return 0;
	all->stacks = left_to_all - 1;
	if (proc)
		proc->stacks = left - 1;
	return 1;
}

static __always_inline _Bool is_executing(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	return bpf_core_field_exists(task->in_execve) &&
	       BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
}

/* The user part of the stack into the event; the bytes that it takes. */
static __always_inline __u32 take_user(struct event_room *room, __u32 at)
{
	struct walk w = {.at.cpu = at};
	struct pp_unwind_regs start;
	struct pp_bpf_proc *proc;
	__u32 pid = room->e.pid;

	room->e.stack_bytes = 0;
	room->e.nuser = 0;
	if (!user_regs(&start, &w.end)) {
		room->e.end = w.end;
		return 0;
	}
	proc = bpf_map_lookup_elem(&procs, &pid);
	if (proc) {
		w.at.regs = start;
		w.mappings.word = *(volatile __u64 *)&proc->mappings.word;
		walk(&w);
	} else {
		w.end = PP_UNWIND_NO_TABLE;
	}
	/* on the way from one program to the next, there is no stack, whatever the registers say */
	if (w.end >= PP_UNWIND_NO_CODE && is_executing()) {
		room->e.end = PP_UNWIND_NO_USER;
		return 0;
	}
	room->e.end = w.end;
	if ((w.end == PP_UNWIND_NO_TABLE || w.end == PP_UNWIND_NO_CODE) && may_copy(proc)) {
		__u32 bytes = copy_stack(room, at, &start);

		if (bytes > PP_BPF_STACK_MAX + PP_BPF_STACK_CHUNK)
			return 0;
		if (bytes) {
			room->e.stack_bytes = bytes;
			return sizeof(struct pp_bpf_regs) + bytes;
		}
		room->e.end = PP_UNWIND_UNREADABLE;
		return 0;
	}
	if (w.n > PP_BPF_USER_MAX)
		return 0;
	room->e.nuser = w.n;
	return w.n * sizeof(__u64);
}

/* As loads, which cost less than a call that reads, or one that knows the current task's. */
static __always_inline void copy_comm(char *to, const struct task_struct *task)
{
	const __u64 *from = (const __u64 *)(const void *)task->comm;

	for (int i = 0; i < PP_BPF_COMM / 8; i++)
		((__u64 *)to)[i] = from[i];
}

static __always_inline struct event_room *begin_event(__u32 *at)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct task_struct *task = bpf_get_current_task_btf();

	*at = bpf_get_smp_processor_id();
	struct event_room *room = bpf_map_lookup_elem(&scratch, at);
	if (!room)
		return 0;
	room->e.time = bpf_ktime_get_ns();
	room->e.pid = id >> 32;
	room->e.tid = (__u32)id;
	copy_comm(room->e.thread, task);
	copy_comm(room->e.process, task->group_leader);
	return room;
}

/* Whether the sample hit user code. */
static __always_inline _Bool hit_user(const struct bpf_perf_event_data *ctx)
{
#if PP_UNWIND_ARM64
	return (ctx->regs[33] & 0xf) == 0; /* pstate: the exception level */
#else
	return (ctx->regs[17] & 3) == 3; /* cs: the privilege level */
#endif
}

/*
 * A wake-up of the reader per sample would cost more than the sample: it looks by itself, some
 * times a second. Only of a program that it does not know yet does it hear at once, since until it
 * does stacks are copied, which is dear, and cuts deep ones off.
 */
static __always_inline __u64 wake_up(const struct event_room *room)
{
	__u32 zero = 0;
	struct pp_bpf_limits *all;

	if (!room->e.stack_bytes || room->e.end != PP_UNWIND_NO_TABLE)
		return BPF_RB_NO_WAKEUP;
	all = bpf_map_lookup_elem(&limits, &zero);
	if (!all || !all->wake)
		return BPF_RB_NO_WAKEUP;
	all->wake = 0;
	return BPF_RB_FORCE_WAKEUP;
}

/* Append the kernel part behind `user` bytes, and send. */
static __always_inline void send_event(struct bpf_perf_event_data *ctx, struct event_room *room,
				       __u32 user)
{
	__u32 zero = 0;
	long kernel;

	if (user > sizeof(room->words) - KERNEL_BYTES)
		return;
	kernel =
		hit_user(ctx) ? 0 : bpf_get_stack(ctx, (char *)room->words + user, KERNEL_BYTES, 0);
	if (kernel < 0 || kernel > (long)KERNEL_BYTES)
		kernel = 0;
	room->e.nkernel = kernel / sizeof(__u64);

	__u64 bytes = sizeof(room->e) + user + kernel;
	if (bytes > sizeof(*room))
		return;
	if (bpf_ringbuf_output(&events, room, bytes, wake_up(room))) {
		struct pp_bpf_counts *c = bpf_map_lookup_elem(&counts, &zero);

		if (c)
			c->lost++;
	}
}

static __always_inline _Bool is_wanted(void)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	__u8 *target;

	if (!only_targets)
		return 1;
	target = bpf_map_lookup_elem(&targets, &pid);
	return target && *target == PP_BPF_TARGET_NOW;
}

SEC("perf_event")
int pp_sample(struct bpf_perf_event_data *ctx)
{
	struct event_room *room;
	__u32 at;

	if (!is_wanted())
		return 0;
	room = begin_event(&at);

	if (!room)
		return 0;
	room->e.weight = ctx->sample_period;
	send_event(ctx, room, take_user(room, at));
	return 0;
}

/* A new process has its parent's mappings, before user space can know of it. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(pp_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = parent->tgid, to = child->tgid;
	struct pp_bpf_proc *known;
	__u8 *target;

	if (from == to)
		return 0; /* a thread */
	target = bpf_map_lookup_elem(&targets, &from);
	if (target)
		bpf_map_update_elem(&targets, &to, target, BPF_ANY);
	known = bpf_map_lookup_elem(&procs, &from);
	if (known)
		bpf_map_update_elem(&procs, &to, known, BPF_ANY);
	return 0;
}

/* A new program has nothing of what was mapped. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(pp_exec, struct task_struct *task)
{
	__u32 pid = task->tgid;
	__u8 *target = bpf_map_lookup_elem(&targets, &pid);

	if (target)
		*target = PP_BPF_TARGET_NOW;
	bpf_map_delete_elem(&procs, &pid);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
