/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples from perf events alone: the kernel puts a copy of the top of the stack, together with
 * mappings and forks, into one ring per CPU, and we walk it by the same tables that the eBPF
 * program uses. Needs no privilege for one's own processes.
 */
#include <config.h>

#include "collect/collector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "collect/perf_event.h"
#include "collect/privilege.h"
#include "collect/ring_set.h"

/* Deep stacks want long copies, fast sampling wants short ones: with those, the ring has room for
 * more than pp_collector_ops.period. */
#define LONG_STACK  (32u << 10)
#define SHORT_STACK (8u << 10)

struct pp_collector {
	struct pp_event_set events;
	struct pp_ring_set rings;
	bool on_exec; /* the events start by themselves */
	bool user_only;
	char caveat[160];
};

static uint32_t stack_bytes(uint32_t frequency)
{
	return frequency <= 1000 ? LONG_STACK : SHORT_STACK;
}

/* As long as a fifth of the ring lasts. */
static int64_t perf_period(uint32_t frequency)
{
	int64_t samples = PP_PERF_RING_PAGES * 4096ll / 5 / stack_bytes(frequency);

	return samples * PP_NSEC_PER_SEC / frequency;
}

static void close_perf(struct pp_collector *c)
{
	pp_ring_set_close(&c->rings);
	pp_event_set_close(&c->events);
	free(c);
}

static int open_events(struct pp_collector *c, const struct pp_target *t,
		       const struct pp_sampling *s, struct perf_event_attr *attr)
{
	attr->enable_on_exec = t->is_command;
	c->on_exec = t->is_command;
	return pp_event_set_open_target(&c->events, attr, t, s, true);
}

/* Which registers there are, and where a call keeps its return address, is known of two machines.
 */
static int check_machine(struct pp_err *err PP_UNUSED)
{
#ifdef HAVE_NATIVE
	return 0;
#else
	pp_err_set(err, PP_ERR_UNSUPPORTED,
		   "this pyroprof cannot record processes: stacks are walked on x86_64 and aarch64 "
		   "only");
	return pp_err_hint(err, "record on such a machine, or pull from a server with --url");
#endif
}

static struct pp_collector *open_perf(const struct pp_target *t, const struct pp_sampling *s,
				      struct pp_err *err)
{
	if (check_machine(err))
		return NULL;

	struct pp_collector *c = pp_xcalloc(1, sizeof(*c));
	struct perf_event_attr attr;

	pp_privilege_raise_files();
	pp_perf_sampling_attr(&attr, s);
	pp_perf_add_sideband(&attr);
	pp_perf_add_stack(&attr, stack_bytes(pp_sampling_rate(s)));
	c->user_only = !pp_privilege_kernel_samples();
	attr.exclude_kernel |= c->user_only;
	attr.exclude_callchain_kernel = c->user_only;
	if (c->user_only)
		snprintf(
			c->caveat, sizeof(c->caveat),
			"user code only: kernel.perf_event_paranoid is %d, kernel stacks need <= 1 "
			"or CAP_PERFMON",
			pp_privilege_paranoid());

	/* the kernel would take it, and count nothing */
	if (c->user_only && s->kernel_only)
		pp_privilege_explain_perf(t->pid, s, err);
	else if (open_events(c, t, s, &attr))
		pp_perf_explain(errno, t->pid, s, err);
	else if (pp_ring_set_open(&c->rings, &c->events, PP_PERF_RING_PAGES, attr.sample_type,
				  err) == 0)
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

static void sync_perf(struct pp_collector *c PP_UNUSED, struct pp_procs *procs)
{
	pp_procs_forget(procs, NULL, NULL);
}

static uint64_t perf_table_bytes(const struct pp_collector *c PP_UNUSED)
{
	return 0; /* the kernel has none */
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
	.sync = sync_perf,
	.period = perf_period,
	.table_bytes = perf_table_bytes,
	.close = close_perf,
	.caveat = perf_caveat,
};
