/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a sample is taken: on which event, how often, in which code and on which CPUs. What a
 * collector is opened with, and what decides the sample types of the profile.
 */
#ifndef PP_COLLECT_SAMPLING_H
#define PP_COLLECT_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

#define PP_SAMPLING_FREQUENCY	  99	/* not 100: in step with nothing that ticks */
#define PP_SAMPLING_MAX_FREQUENCY 10000 /* Hz */

/* An event of perf_event_open(2). */
struct pp_sampling_event {
	const char *name; /* as perf calls it */
	uint32_t type;
	uint64_t config;
	bool clock; /* counts the nanoseconds of CPU time; its period never varies */
};

/*
 * Each sample stands for a number of events, its weight. Where `period` is set, that is it. Where
 * it is 0, the kernel changes the period all the time to keep to the frequency, and a collector has
 * to deliver it with each sample: pp_event_sample.weight, that is PERF_SAMPLE_PERIOD or the
 * sample_period of a BPF program's context.
 */
struct pp_sampling {
	const struct pp_sampling_event *event;
	uint64_t frequency; /* samples per second and CPU; 0: by period */
	uint64_t period;    /* events for each sample; 0: what the frequency asks for, which is
			       never so for a clock */
	bool user_only;	    /* only samples that hit user code */
	bool kernel_only;   /* only samples that hit the kernel */
	const int *cpus;    /* borrowed; only samples on these */
	size_t ncpus;	    /* 0: on all that are online */
	int cgroup_fd;	    /* only what runs in this cgroup, a directory; -1: everywhere */
};

#define PP_SAMPLING_INIT        \
	{                       \
		.cgroup_fd = -1 \
	}

/* Whether a CPU itself is sampled by its clock, whatever runs on it. */
bool pp_sampling_is_cpu_clock(const struct pp_sampling *s);

/* The names of all events, the default first, NULL at the end. */
extern const char *const pp_sampling_events[];

/* The event of a name by its position in pp_sampling_events. */
const struct pp_sampling_event *pp_sampling_event_at(size_t i);

/* Set event and rate: `frequency` Hz, or every `period` events; both 0: the default frequency. A
 * clock faster than PP_SAMPLING_MAX_FREQUENCY is PP_ERR_USAGE. */
int pp_sampling_set(struct pp_sampling *s, const struct pp_sampling_event *event,
		    uint64_t frequency, uint64_t period, struct pp_err *err) PP_NODISCARD;

/* The samples per second and CPU to be ready for; an estimate, where only the events decide. */
uint32_t pp_sampling_rate(const struct pp_sampling *s);

/* Whether this rate runs in step with the kernel's own timer, which then is hit far too often, or
 * never. */
bool pp_sampling_in_step(const struct pp_sampling *s);

/* The type and unit of what the event counts: "cpu" and "nanoseconds", or its name and "count". */
const char *pp_sampling_type(const struct pp_sampling *s);
const char *pp_sampling_unit(const struct pp_sampling *s);

#endif
