/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples from perf events alone: the kernel walks the stacks by frame pointers and puts them,
 * together with mappings and forks, into one ring per CPU. Needs no privilege for one's own
 * processes.
 */
#include <config.h>

#include "collect/collector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "collect/perf_event.h"
#include "collect/privilege.h"
#include "collect/ring_set.h"

#define RING_PAGES                                                                     \
	64 /* 256 KiB: within what an ordinary user may lock, half a second at 1000 Hz \
	    */

struct pp_collector {
	struct pp_event_set events;
	struct pp_ring_set rings;
	bool on_exec; /* the events start by themselves */
	bool user_only;
	char caveat[160];
};

static void close_perf(struct pp_collector *c)
{
	pp_ring_set_close(&c->rings);
	pp_event_set_close(&c->events);
	free(c);
}

static int open_events(struct pp_collector *c, const struct pp_target *t,
		       struct perf_event_attr *attr)
{
	if (t->pid < 0)
		return pp_event_set_open_cpus(&c->events, attr);
	attr->inherit = 1;
	attr->enable_on_exec = t->is_command;
	c->on_exec = t->is_command;
	return pp_event_set_open_process(&c->events, attr, t->pid, true);
}

static struct pp_collector *open_perf(const struct pp_target *t, uint32_t frequency,
				      struct pp_err *err)
{
	struct pp_collector *c = pp_xcalloc(1, sizeof(*c));
	struct perf_event_attr attr;

	pp_privilege_raise_files();
	pp_perf_sampling_attr(&attr, frequency);
	pp_perf_add_sideband(&attr);
	attr.sample_type |= PERF_SAMPLE_CALLCHAIN;
	c->user_only = !pp_privilege_kernel_samples();
	attr.exclude_kernel = c->user_only;
	attr.exclude_callchain_kernel = c->user_only;
	if (c->user_only)
		snprintf(
			c->caveat, sizeof(c->caveat),
			"user code only: kernel.perf_event_paranoid is %d, kernel stacks need <= 1 "
			"or CAP_PERFMON",
			pp_privilege_paranoid());

	if (open_events(c, t, &attr))
		pp_perf_explain(errno, t->pid, frequency, err);
	else if (pp_ring_set_open(&c->rings, &c->events, RING_PAGES, attr.sample_type, err) == 0)
		return c;
	close_perf(c);
	return NULL;
}

static int start_perf(struct pp_collector *c, struct pp_err *err PP_UNUSED)
{
	if (!c->on_exec)
		pp_event_set_enable(&c->events);
	return 0;
}

static void stop_perf(struct pp_collector *c)
{
	pp_event_set_disable(&c->events);
}

static void drain_perf(struct pp_collector *c, struct pp_batch *b)
{
	pp_ring_set_drain(&c->rings, b);
}

static const char *perf_caveat(const struct pp_collector *c)
{
	return c->user_only ? c->caveat : NULL;
}

const struct pp_collector_ops pp_perf_collector = {
	.name = "perf",
	.open = open_perf,
	.start = start_perf,
	.stop = stop_perf,
	.drain = drain_perf,
	.close = close_perf,
	.caveat = perf_caveat,
};
