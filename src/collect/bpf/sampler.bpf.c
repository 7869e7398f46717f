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

#if defined(__TARGET_ARCH_arm64)
#define PP_UNWIND_ARM64 1
#else
#define PP_UNWIND_ARM64 0
#endif
#define PP_UNWIND_READ(memory, to, size, address) \
	bpf_probe_read_user(to, size, (const void *)(address))

#include "event.h"
#include "unwind/step.h"

#define KERNEL_BYTES (PP_BPF_KERNEL_MAX * sizeof(__u64))

/* What a search reaches, powers of two. */
#define REGIONS_OF_PROC 4096
#define ROWS_OF_PAGE	PP_BPF_PAGE_BYTES /* a row for each byte */

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

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PP_BPF_REGIONS_MAX);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct pp_bpf_region);
} regions SEC(".maps");

struct shard {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PP_BPF_SHARD_CELLS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, PP_BPF_SHARDS_MAX);
	__type(key, __u32);
	__array(values, struct shard);
} shards SEC(".maps");

/* The walk that is under way. */
struct walk {
	struct pp_unwind_regs regs;
	struct pp_bpf_region region; /* that the last frame was in */
	__u32 room;		     /* in scratch */
	__u32 regions, nregions;
	__u32 n; /* frames so far */
	__u32 end;
	__u32 innermost;
};

static __always_inline void *shard_of(__u32 cell)
{
	__u32 at = cell >> PP_BPF_SHARD_BITS;

	return bpf_map_lookup_elem(&shards, &at);
}

static __always_inline __u64 *cell_in(void *shard, __u32 cell)
{
	__u32 at = cell & (PP_BPF_SHARD_CELLS - 1);

	return bpf_map_lookup_elem(shard, &at);
}

/*
 * Both searches below look for the last of n elements that is not above a key, by steps of falling
 * size. They choose without branches, since the verifier would follow each combination of branches
 * on its own: all ones for yes, 0 for no.
 */
static __always_inline __u64 not_above(__u64 a, __u64 b)
{
	__s64 sign = (__s64)(b - a); /* both below 2^63 */

	asm volatile("%0 s>>= 63" : "+r"(sign)); /* as C, the compiler would make a branch of it */
	return ~(__u64)sign;
}

/* The region around `address` into w->region. */
__noinline int find_region(struct walk *w, __u64 address)
{
	if (!w)
		return 0;
	if (address >= w->region.start && address < w->region.limit)
		return 1;

	__u32 at = w->regions, n = w->nregions, found = 0;
	for (__u32 step = REGIONS_OF_PROC / 2; step; step /= 2) {
		if (step >= n)
			continue;
		__u32 next = at + found + step;
		struct pp_bpf_region *r = bpf_map_lookup_elem(&regions, &next);

		if (!r)
			return 0;
		found += step & not_above(r->start, address) & not_above(found + step, n - 1);
	}
	at += found;

	struct pp_bpf_region *r = bpf_map_lookup_elem(&regions, &at);
	if (!r || !n || address < r->start || address >= r->limit)
		return 0;
	w->region = *r;
	return 1;
}

/* The row for an address of w->region, as a cell; PP_CFA_NONE if there is none. */
__noinline __u64 find_row(struct walk *w, __u64 address)
{
	union {
		__u64 cell;
		struct pp_bpf_page page;
	} c;
	const __u64 none = 0;
	__u64 *cell;
	void *shard;

	if (!w)
		return none;
	__u64 relative = address - w->region.bias;
	__u64 page = relative >> PP_BPF_PAGE_BITS;
	if (page >= w->region.npages)
		return none;
	shard = shard_of(w->region.pages + page);
	if (!shard)
		return none;
	cell = cell_in(shard, w->region.pages + page);
	if (!cell)
		return none;
	c.cell = *cell;

	__u32 first = c.page.rows, n = c.page.nrows;
	__u64 found = 0;
	shard = shard_of(first);
	if (!shard || !n)
		return none;
	relative = (__u32)relative;
	for (__u32 step = ROWS_OF_PAGE / 2; step; step /= 2) {
		if (step >= n)
			continue;
		cell = cell_in(shard, first + found + step);
		if (!cell)
			return none;
		found += step & not_above((__u32)*cell, relative) & not_above(found + step, n - 1);
	}
	cell = cell_in(shard, first + found);
	return cell ? *cell : none;
}

static __always_inline void keep_frame(struct walk *w)
{
	struct event_room *room = bpf_map_lookup_elem(&scratch, &w->room);

	if (room && w->n < PP_BPF_USER_MAX)
		room->words[w->n++] = w->regs.pc | (w->innermost ? PP_BPF_EXACT : 0);
}

/* To the caller's frame by a row. */
__noinline int follow(struct walk *w, __u64 cell)
{
	union {
		__u64 cell;
		struct pp_unwind_row row;
	} c = {.cell = cell};
	_Bool innermost;

	if (!w)
		return PP_UNWIND_UNSUPPORTED;
	innermost = w->innermost;
	w->innermost = (c.row.kind & PP_CFA_RULE_MASK) == PP_CFA_SIGNAL;
	return pp_unwind_step(0, &w->regs, c.row, innermost);
}

/* To the caller's frame by the frame pointer. */
__noinline int follow_fp(struct walk *w)
{
	if (!w)
		return PP_UNWIND_UNSUPPORTED;
	w->innermost = 0;
	return pp_unwind_step_fp(0, &w->regs);
}

/* The row of the byte before, where that holds for one without any. */
__noinline __u64 row_before(struct walk *w, __u64 address)
{
	union {
		__u64 cell;
		struct pp_unwind_row row;
	} c = {.cell = 0};

	if (w && address > w->region.start)
		c.cell = find_row(w, address - 1);
	return pp_unwind_row_ends_here(c.row) ? c.cell : 0;
}

/* One frame: note it down and go to its caller. 1 ends the walk. */
static long walk_step(__u32 i, struct walk *w)
{
	__u64 address = w->regs.pc - !w->innermost, row = 0;

	if (!find_region(w, address)) {
		w->end = PP_UNWIND_NO_CODE;
		return 1;
	}
	keep_frame(w);
	if (w->region.npages == PP_BPF_TABLE_PENDING) {
		w->end = PP_UNWIND_NO_TABLE;
		return 1;
	}
	if (w->region.npages != PP_BPF_NO_TABLE)
		row = find_row(w, address);
	if (!(row >> 56) && w->innermost && w->region.npages != PP_BPF_NO_TABLE)
		row = row_before(w, address);
	/* all zeroes: no table, or nothing in it for this code */
	w->end = row >> 56 ? follow(w, row) : follow_fp(w);
	return w->end != PP_UNWIND_MORE;
}

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
	struct walk w = {.room = at, .innermost = 1};
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
		w.regs = start;
		w.regions = proc->regions;
		w.nregions = proc->nregions;
		w.end = PP_UNWIND_TRUNCATED;
		bpf_loop(PP_BPF_USER_MAX, walk_step, &w, 0);
		if (w.end == PP_UNWIND_MORE)
			w.end = PP_UNWIND_TRUNCATED;
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

/* As loads, which cost less than a call that reads. */
static __always_inline void copy_comm(char *to, const struct task_struct *task)
{
	for (int i = 0; i < PP_BPF_COMM; i++)
		to[i] = task->comm[i];
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
	room->e.uid = (__u32)bpf_get_current_uid_gid();
	room->e.cgroup = bpf_get_current_cgroup_id();
	bpf_get_current_comm(room->e.thread, sizeof(room->e.thread));
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

	/* a wake-up of the reader per sample would cost more than all of the above: it polls */
	__u64 bytes = sizeof(room->e) + user + kernel;
	if (bytes > sizeof(*room))
		return;
	if (bpf_ringbuf_output(&events, room, bytes, BPF_RB_NO_WAKEUP)) {
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
