/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples from an eBPF program on perf events: it sends them through one ring buffer without waking
 * anybody. Mappings and forks come from events of their own, one per CPU, that fire for nothing
 * else.
 */
#include <config.h>

#include "collect/collector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#include "base/alloc.h"
#include "collect/bpf/event.h"
#include "collect/perf_event.h"
#include "collect/privilege.h"
#include "collect/ring_set.h"
#include <sampler.skel.h>

#define SIDEBAND_PAGES 64
#define EVENT_BYTES    512u /* of an ordinary sample */

struct pp_collector {
	struct sampler *skel;
	struct ring_buffer *samples;
	struct pp_event_set events;
	struct bpf_link **links;
	size_t nlinks;
	struct pp_event_set sideband;
	struct pp_ring_set rings;
	struct pp_batch *batch; /* during a drain */
	uint64_t lost;		/* already reported */
	bool on_exec;
};

static struct pp_str comm(const char *text)
{
	return (struct pp_str){text, strnlen(text, PP_BPF_COMM)};
}

/* libbpf calls this for each record of the ring buffer. */
static int take_sample(void *context, void *data, size_t size)
{
	struct pp_collector *c = context;
	const struct pp_bpf_event *in = data;
	const size_t header = offsetof(struct pp_bpf_event, frames);

	if (size < header || size - header < ((size_t)in->nkernel + in->nuser) * sizeof(__u64))
		return 0;
	struct pp_event e = {
		.kind = PP_EVENT_SAMPLE,
		.pid = in->pid,
		.tid = in->tid,
		.time = in->time,
		.sample = {(const uint64_t *)(const void *)in->frames, in->nkernel, in->nuser,
			   comm(in->thread), comm(in->process)},
	};
	pp_batch_add(c->batch, &e);
	return 0;
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
	free(c->links);
	pp_event_set_close(&c->events);
	pp_ring_set_close(&c->rings);
	pp_event_set_close(&c->sideband);
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

/* Room for one second of samples, a power of two. */
static uint32_t ring_bytes(uint32_t frequency)
{
	uint64_t wanted = (uint64_t)frequency * (uint64_t)libbpf_num_possible_cpus() * EVENT_BYTES;
	uint32_t bytes = 1u << 20;

	while (bytes < wanted && bytes < 1u << 28)
		bytes *= 2;
	return bytes;
}

static int explain_load(int sys, struct pp_err *err)
{
	char lockdown[128];

	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "eBPF needs a kernel with BTF (CONFIG_DEBUG_INFO_BTF)");
	FILE *f = fopen("/sys/kernel/security/lockdown", "re");
	bool locked =
		f && fgets(lockdown, sizeof(lockdown), f) && strstr(lockdown, "[confidentiality]");
	if (f)
		fclose(f);
	if (locked)
		return pp_err_set(
			err, PP_ERR_PERMISSION,
			"eBPF programs may not read memory: the kernel is locked down for "
			"confidentiality");
	return pp_err_sys(err, sys, "cannot load the eBPF program");
}

static int load(struct pp_collector *c, uint32_t frequency, struct pp_err *err)
{
	libbpf_set_print(be_quiet);
	c->skel = sampler__open();
	if (!c->skel)
		return pp_err_sys(err, errno, "cannot open the eBPF program");
	bpf_map__set_max_entries(c->skel->maps.events, ring_bytes(frequency));

	int rc = sampler__load(c->skel);
	if (rc)
		return explain_load(-rc, err);
	c->samples = ring_buffer__new(bpf_map__fd(c->skel->maps.events), take_sample, c, NULL);
	if (!c->samples)
		return pp_err_sys(err, errno, "cannot map the eBPF ring buffer");
	return 0;
}

static int open_events(struct pp_collector *c, const struct pp_target *t, uint32_t frequency,
		       struct pp_err *err)
{
	struct perf_event_attr attr;
	int rc;

	pp_perf_sampling_attr(&attr, frequency);
	if (t->pid < 0) {
		rc = pp_event_set_open_cpus(&c->events, &attr);
	} else {
		attr.inherit = 1;
		attr.enable_on_exec = t->is_command;
		c->on_exec = t->is_command;
		rc = pp_event_set_open_process(&c->events, &attr, t->pid, false);
	}
	return rc ? pp_perf_explain(errno, t->pid, frequency, err) : 0;
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
		return pp_perf_explain(errno, -1, 0, err);
	return pp_ring_set_open(&c->rings, &c->sideband, SIDEBAND_PAGES, attr.sample_type, err);
}

static struct pp_collector *open_bpf(const struct pp_target *t, uint32_t frequency,
				     struct pp_err *err)
{
	struct pp_collector *c = pp_xcalloc(1, sizeof(*c));

	pp_privilege_raise_files();
	if (load(c, frequency, err) == 0 && open_sideband(c, err) == 0 &&
	    open_events(c, t, frequency, err) == 0 && attach(c, err) == 0) {
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
	PP_CLEANUP(pp_freep) uint64_t *per_cpu = pp_xcalloc((size_t)ncpus, sizeof(*per_cpu));
	uint32_t zero = 0;
	uint64_t sum = 0;

	if (bpf_map_lookup_elem(bpf_map__fd(c->skel->maps.lost), &zero, per_cpu))
		return c->lost;
	for (int i = 0; i < ncpus; i++)
		sum += per_cpu[i];
	return sum;
}

static void drain_bpf(struct pp_collector *c, struct pp_batch *b)
{
	uint64_t lost = read_lost(c);

	b->lost += lost - c->lost;
	c->lost = lost;
	/* samples first: a mapping that one of them needs was reported before it */
	c->batch = b;
	ring_buffer__consume(c->samples);

	/* lost side records are not lost samples */
	uint64_t before = b->lost;
	pp_ring_set_drain(&c->rings, b);
	b->lost = before;
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
	.close = close_bpf,
	.caveat = bpf_caveat,
};
