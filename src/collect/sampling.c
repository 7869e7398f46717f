/* SPDX-License-Identifier: Apache-2.0 */
/* Events and rates. */
#include <config.h>

#include "collect/sampling.h"

#include <linux/perf_event.h>

#include "base/clock.h"

#define SOFTWARE(name, config)                                                   \
	{                                                                        \
		name, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_##config, .clock = false \
	}
#define HARDWARE(name, config)                                                   \
	{                                                                        \
		name, PERF_TYPE_HARDWARE, PERF_COUNT_HW_##config, .clock = false \
	}

/* In the order of pp_sampling_events. */
static const struct pp_sampling_event events[] = {
	{"cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, .clock = true},
	{"task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, .clock = true},
	SOFTWARE("page-faults", PAGE_FAULTS),
	SOFTWARE("minor-faults", PAGE_FAULTS_MIN),
	SOFTWARE("major-faults", PAGE_FAULTS_MAJ),
	SOFTWARE("context-switches", CONTEXT_SWITCHES),
	SOFTWARE("cpu-migrations", CPU_MIGRATIONS),
	HARDWARE("cycles", CPU_CYCLES),
	HARDWARE("ref-cycles", REF_CPU_CYCLES),
	HARDWARE("instructions", INSTRUCTIONS),
	HARDWARE("cache-references", CACHE_REFERENCES),
	HARDWARE("cache-misses", CACHE_MISSES),
	HARDWARE("branches", BRANCH_INSTRUCTIONS),
	HARDWARE("branch-misses", BRANCH_MISSES),
};

const char *const pp_sampling_events[] = {
	"cpu-clock",	    "task-clock",     "page-faults", "minor-faults",  "major-faults",
	"context-switches", "cpu-migrations", "cycles",	     "ref-cycles",    "instructions",
	"cache-references", "cache-misses",   "branches",    "branch-misses", NULL,
};
_Static_assert(PP_ARRAY_LEN(pp_sampling_events) == PP_ARRAY_LEN(events) + 1, "a name for each");

const struct pp_sampling_event *pp_sampling_event_at(size_t i)
{
	return &events[i];
}

bool pp_sampling_is_cpu_clock(const struct pp_sampling *s)
{
	return s->event->type == PERF_TYPE_SOFTWARE && s->event->config == PERF_COUNT_SW_CPU_CLOCK;
}

int pp_sampling_set(struct pp_sampling *s, const struct pp_sampling_event *event,
		    uint64_t frequency, uint64_t period, struct pp_err *err)
{
	const uint64_t shortest = PP_NSEC_PER_SEC / PP_SAMPLING_MAX_FREQUENCY;

	s->event = event;
	s->frequency = frequency || period ? frequency : PP_SAMPLING_FREQUENCY;
	s->period = period;
	if (!event->clock)
		return 0;
	if (s->frequency) {
		s->period = PP_NSEC_PER_SEC / s->frequency;
		return 0;
	}
	if (period >= shortest)
		return 0;
	return pp_err_set(err, PP_ERR_USAGE,
			  "a period of %llu is too short: %s counts nanoseconds, %llu at least",
			  (unsigned long long)period, event->name, (unsigned long long)shortest);
}

uint32_t pp_sampling_rate(const struct pp_sampling *s)
{
	uint64_t rate = s->frequency;

	/* other events may come as they like */
	if (!rate)
		rate = s->event->clock ? PP_NSEC_PER_SEC / s->period : PP_SAMPLING_MAX_FREQUENCY;
	return rate ? (uint32_t)rate : 1;
}

bool pp_sampling_in_step(const struct pp_sampling *s)
{
	/* the kernel's tick is one of these, CONFIG_HZ */
	return s->event->clock && s->frequency &&
	       (s->frequency % 100 == 0 || s->frequency % 250 == 0);
}

const char *pp_sampling_type(const struct pp_sampling *s)
{
	return s->event->clock ? "cpu" : s->event->name;
}

const char *pp_sampling_unit(const struct pp_sampling *s)
{
	return s->event->clock ? "nanoseconds" : "count";
}
