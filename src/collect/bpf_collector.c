/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples from an eBPF program on perf events: it sends them through one ring buffer, and wakes
 * nobody but for programs that it does not know yet. Mappings and forks come from events of their
 * own, one per CPU, that fire for nothing else.
 */
#include <config.h>

#include "collect/collector.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "collect/bpf/event.h"
#include "collect/kernel.h"
#include "collect/perf_event.h"
#include "collect/privilege.h"
#include "collect/ring_set.h"
#include "collect/unwind_maps.h"
#include <sampler.skel.h>

#define SIDEBAND_PAGES 64
#define EVENT_BYTES    (16u << 10) /* between an ordinary sample and one with a copied stack */
#define TABLE_BYTES    (256ull << 20)
#define DRAIN_NS       (PP_NSEC_PER_SEC / 50)

struct pp_collector {
	struct sampler *skel;
	struct ring_buffer *samples;
	int woken; /* an epoll descriptor of the ring: see wake_fd */
	struct pp_event_set events;
	struct bpf_link **links; /* one per event */
	size_t nlinks;
	struct bpf_link *on_fork, *on_exec_of; /* NULL: user space has to find out */
	struct pp_event_set sideband;
	struct pp_ring_set rings;
	struct pp_unwind_maps maps;
	struct pp_batch *batch; /* during a drain */
	uint64_t until;		/* samples from after that end it */
	uint64_t lost;		/* already reported */
	bool on_exec;
};

static struct pp_str comm(const char *text)
{
	return (struct pp_str){text, strnlen(text, PP_BPF_COMM)};
}

/* What stands behind the header, in words; false if it is not all there. */
static bool check_size(const struct pp_bpf_event *in, size_t size, size_t *user)
{
	if (size < sizeof(*in) || in->nuser > PP_BPF_USER_MAX || in->nkernel > PP_BPF_KERNEL_MAX ||
	    in->stack_bytes % 8)
		return false;
	*user = in->stack_bytes ? (sizeof(struct pp_bpf_regs) + in->stack_bytes) / 8 : in->nuser;
	return (size - sizeof(*in)) / 8 >= *user + in->nkernel;
}

/* libbpf calls this for each record of the ring buffer, until it is not 0. */
static int take_sample(void *context, void *data, size_t size)
{
	struct pp_collector *c = context;
	const struct pp_bpf_event *in = data;
	const uint64_t *words = (const uint64_t *)(const void *)(in + 1);
	uint64_t frames[PP_BPF_KERNEL_MAX + PP_BPF_USER_MAX];
	size_t user;

	if (!check_size(in, size, &user) || in->end >= PP_UNWIND_ENDS)
		return 0;
	struct pp_event e = {
		.kind = PP_EVENT_SAMPLE,
		.pid = in->pid,
		.tid = in->tid,
		.time = in->time,
		.sample = {frames, in->nkernel, in->nuser, comm(in->thread), comm(in->process),
			   in->end, in->weight},
	};
	memcpy(frames, words + user, in->nkernel * sizeof(*frames));
	if (in->stack_bytes) {
		memcpy(&e.sample.regs, words, sizeof(e.sample.regs));
		e.sample.stack = (struct pp_str){
			(const char *)(words + sizeof(struct pp_bpf_regs) / 8), in->stack_bytes};
		e.sample.copied = true;
		e.sample.nuser = 0;
	} else {
		memcpy(frames + in->nkernel, words, in->nuser * sizeof(*frames));
	}
	pp_batch_add(c->batch, &e);
	return in->time > c->until ? -ECANCELED : 0;
}

/* Detach from all events, which ends them: a link owns the descriptor of its event, and an event
 * takes those that inherited it along. */
static void detach(struct pp_collector *c)
{
	for (size_t i = 0; i < c->nlinks; i++) {
		bpf_link__destroy(c->links[i]);
		c->events.events[i].fd = -1;
	}
	c->nlinks = 0;
}

static void close_bpf(struct pp_collector *c)
{
	detach(c);
	bpf_link__destroy(c->on_fork);
	bpf_link__destroy(c->on_exec_of);
	free(c->links);
	pp_unwind_maps_close(&c->maps);
	pp_event_set_close(&c->events);
	pp_ring_set_close(&c->rings);
	pp_event_set_close(&c->sideband);
	if (c->woken >= 0)
		close(c->woken);
	ring_buffer__free(c->samples);
	sampler__destroy(c->skel);
	free(c);
}

/* libbpf explains failures in terms of its own (and wrongly points to ulimit -l): keep it quiet. */
static int be_quiet(enum libbpf_print_level level PP_UNUSED, const char *format PP_UNUSED,
		    va_list args PP_UNUSED)
{
	return 0;
}

/* Room for a second of samples, a power of two. */
static uint32_t ring_bytes(uint32_t frequency)
{
	uint64_t wanted = (uint64_t)frequency * (uint64_t)libbpf_num_possible_cpus() * EVENT_BYTES;
	uint32_t bytes = 1u << 22;

	while (bytes < wanted && bytes < 1u << 26)
		bytes *= 2;
	return bytes;
}

static int explain_load(int sys, struct pp_err *err)
{
	if (sys == EMFILE) {
		pp_err_set(err, PP_ERR_LIMIT, "cannot load the eBPF program: too many open files");
		return pp_err_hint(err, "ulimit -n 65536");
	}
	if (!pp_kernel_has_btf(""))
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "eBPF needs a kernel with BTF (CONFIG_DEBUG_INFO_BTF)");
	if (pp_kernel_lockdown("") == PP_LOCKDOWN_CONFIDENTIALITY)
		return pp_err_set(
			err, PP_ERR_PERMISSION,
			"eBPF programs may not read memory: the kernel is locked down for "
			"confidentiality");
	return pp_err_sys(err, sys, "cannot load the eBPF program");
}

/* There are samples in the ring nearly always. By its edge it is told when somebody was woken. */
static int watch_ring(struct pp_collector *c, struct pp_err *err)
{
	struct epoll_event what = {.events = EPOLLIN | EPOLLET};

	c->woken = epoll_create1(EPOLL_CLOEXEC);
	if (c->woken < 0 ||
	    epoll_ctl(c->woken, EPOLL_CTL_ADD, bpf_map__fd(c->skel->maps.events), &what))
		return pp_err_sys(err, errno, "cannot wait for the eBPF program's ring buffer");
	return 0;
}

static int load(struct pp_collector *c, const struct pp_sampling *s, struct pp_err *err)
{
	libbpf_set_print(be_quiet);
	c->skel = sampler__open();
	if (!c->skel)
		return pp_err_sys(err, errno, "cannot open the eBPF program");
	bpf_map__set_max_entries(c->skel->maps.events, ring_bytes(pp_sampling_rate(s)));
	uint32_t cpus = (uint32_t)libbpf_num_possible_cpus();
	bpf_map__set_max_entries(c->skel->maps.scratch, cpus);
	bpf_map__set_max_entries(c->skel->maps.windows, cpus);
	bpf_map__set_max_entries(c->skel->maps.known, cpus);

	int rc = sampler__load(c->skel);
	if (rc)
		return explain_load(-rc, err);
	c->samples = ring_buffer__new(bpf_map__fd(c->skel->maps.events), take_sample, c, NULL);
	if (!c->samples)
		return explain_load(errno, err);
	if (watch_ring(c, err))
		return -1;
	struct pp_unwind_maps_fds fds = {
		.procs = bpf_map__fd(c->skel->maps.procs),
		.targets = bpf_map__fd(c->skel->maps.targets),
		.regions = bpf_map__fd(c->skel->maps.regions),
		.shards = bpf_map__fd(c->skel->maps.shards),
		.limits = bpf_map__fd(c->skel->maps.limits),
	};
	/* half of the ring at most, so that there is room for the others */
	uint64_t copies = ring_bytes(pp_sampling_rate(s)) / 2 / PP_BPF_STACK_MAX;
	return pp_unwind_maps_open(&c->maps, fds, TABLE_BYTES, copies, err);
}

/*
 * Whether the program is to choose the samples of processes and what they start, from those of all.
 * An event per thread, inherited by new ones, would ask less of a machine that is idle otherwise,
 * but each process and thread begins a period of its own: those shorter than it are never seen, be
 * they ever so many. What is no clock has no such periods, and single threads start nothing.
 */
static bool chooses(const struct pp_collector *c, const struct pp_target *t,
		    const struct pp_sampling *s)
{
	if (t->pid < 0 || !pp_sampling_is_cpu_clock(s) || !c->on_fork || !c->on_exec_of)
		return false;
	for (size_t i = 0; i < t->ntasks; i++) {
		if (t->tasks[i].tid)
			return false;
	}
	return true;
}

static int tell_targets(struct pp_collector *c, const struct pp_target *t, struct pp_err *err)
{
	uint8_t when = t->is_command ? PP_BPF_TARGET_EXEC : PP_BPF_TARGET_NOW;

	c->skel->bss->only_targets = true;
	for (size_t i = 0; i < t->ntasks; i++) {
		uint32_t pid = (uint32_t)t->tasks[i].pid;

		if (bpf_map_update_elem(bpf_map__fd(c->skel->maps.targets), &pid, &when, BPF_ANY))
			return pp_err_sys(err, errno,
					  "cannot tell the eBPF program what to record");
	}
	return 0;
}

static int open_events(struct pp_collector *c, const struct pp_target *t,
		       const struct pp_sampling *s, struct pp_err *err)
{
	struct perf_event_attr attr;
	struct pp_target all;
	bool choose = chooses(c, t, s);

	pp_target_all(&all);
	pp_perf_sampling_attr(&attr, s);
	c->on_exec = t->is_command && !choose;
	attr.enable_on_exec = c->on_exec;
	if (choose && tell_targets(c, t, err))
		return -1;
	if (pp_event_set_open_target(&c->events, &attr, choose ? &all : t, s, false))
		return pp_perf_explain(errno, t->pid, s, err);
	return 0;
}

/* Be told of new processes and programs; where that cannot be, user space has to find out. */
static void watch(struct pp_collector *c)
{
	c->on_fork = bpf_program__attach(c->skel->progs.pp_fork);
	c->on_exec_of = bpf_program__attach(c->skel->progs.pp_exec);
}

static int attach(struct pp_collector *c, struct pp_err *err)
{
	c->links = pp_xcalloc(c->events.n, sizeof(*c->links));
	for (; c->nlinks < c->events.n; c->nlinks++) {
		struct pp_event_fd *event = &c->events.events[c->nlinks];

		c->links[c->nlinks] =
			bpf_program__attach_perf_event(c->skel->progs.pp_sample, event->fd);
		if (!c->links[c->nlinks])
			return pp_err_sys(err, errno,
					  "cannot attach the eBPF program to a perf event");
	}
	/* attaching has switched them on */
	pp_event_set_disable(&c->events);
	return 0;
}

static int open_sideband(struct pp_collector *c, struct pp_err *err)
{
	struct perf_event_attr attr;

	pp_perf_sideband_attr(&attr);
	if (pp_event_set_open_cpus(&c->sideband, &attr))
		return pp_perf_explain(errno, -1, NULL, err);
	return pp_ring_set_open(&c->rings, &c->sideband, SIDEBAND_PAGES, attr.sample_type, err);
}

static struct pp_collector *open_bpf(const struct pp_target *t, const struct pp_sampling *s,
				     struct pp_err *err)
{
	if (pp_privilege_check_bpf(err))
		return NULL;

	struct pp_collector *c = pp_xcalloc(1, sizeof(*c));
	c->woken = -1;
	pp_privilege_raise_files();
	int rc = load(c, s, err);
	if (rc == 0)
		watch(c);
	if (rc == 0 && open_sideband(c, err) == 0 && open_events(c, t, s, err) == 0 &&
	    attach(c, err) == 0) {
		/* from here on, so that nothing between now and the first sample is missed */
		pp_event_set_enable(&c->sideband);
		return c;
	}
	close_bpf(c);
	return NULL;
}

static int start_bpf(struct pp_collector *c, struct pp_err *err PP_UNUSED)
{
	if (!c->on_exec)
		pp_event_set_enable(&c->events);
	return 0;
}

static void stop_bpf(struct pp_collector *c)
{
	detach(c);
	pp_event_set_disable(&c->sideband);
}

/* The sum over CPUs of samples that found the ring buffer full. */
static uint64_t read_lost(const struct pp_collector *c)
{
	int ncpus = libbpf_num_possible_cpus();
	PP_CLEANUP(pp_freep)
	struct pp_bpf_counts *per_cpu = pp_xcalloc((size_t)ncpus, sizeof(*per_cpu));
	uint32_t zero = 0;
	uint64_t sum = 0;

	if (bpf_map_lookup_elem(bpf_map__fd(c->skel->maps.counts), &zero, per_cpu))
		return c->lost;
	for (int i = 0; i < ncpus; i++)
		sum += per_cpu[i].lost;
	return sum;
}

static void drain_bpf(struct pp_collector *c, struct pp_batch *b)
{
	uint64_t lost = read_lost(c);
	struct epoll_event woken;

	epoll_wait(c->woken, &woken, 1, 0); /* from here on, it is told again */
	b->lost += lost - c->lost;
	c->lost = lost;
	/* samples first: a mapping that one of them needs was reported before it */
	c->batch = b;
	/* our own work may bring samples faster than we take them: that must not go on for ever */
	c->until = (uint64_t)pp_clock_mono() + DRAIN_NS;
	ring_buffer__consume(c->samples);

	/* lost side records are not lost samples */
	uint64_t before = b->lost;
	pp_ring_set_drain(&c->rings, b);
	b->lost = before;
}

static void sync_bpf(struct pp_collector *c, struct pp_procs *procs)
{
	pp_unwind_maps_sync(&c->maps, procs);
}

/* The ring takes a second of samples; fast ones are read in small portions all the same. */
static int64_t bpf_period(uint32_t frequency)
{
	return frequency <= 1000 ? PP_NSEC_PER_SEC / 5 : PP_NSEC_PER_SEC / 50;
}

static int bpf_wake_fd(const struct pp_collector *c)
{
	return c->woken;
}

static uint64_t bpf_table_bytes(const struct pp_collector *c)
{
	return pp_unwind_maps_bytes(&c->maps);
}

static const char *bpf_caveat(const struct pp_collector *c PP_UNUSED)
{
	return NULL;
}

const struct pp_collector_ops pp_bpf_collector = {
	.name = "bpf",
	.open = open_bpf,
	.start = start_bpf,
	.stop = stop_bpf,
	.drain = drain_bpf,
	.sync = sync_bpf,
	.period = bpf_period,
	.wake_fd = bpf_wake_fd,
	.table_bytes = bpf_table_bytes,
	.close = close_bpf,
	.caveat = bpf_caveat,
};
