/* SPDX-License-Identifier: Apache-2.0 */
/* perf_event_open(2). */
#include <config.h>

#include "collect/perf_event.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "collect/privilege.h"

static void common_attr(struct perf_event_attr *attr)
{
	*attr = (struct perf_event_attr){
		.size = sizeof(*attr),
		.type = PERF_TYPE_SOFTWARE,
		.disabled = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.sample_id_all = 1,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
		.watermark = 1, /* never wake us: we look by ourselves */
		.wakeup_watermark = UINT32_MAX,
	};
}

void pp_perf_sampling_attr(struct perf_event_attr *attr, const struct pp_sampling *s)
{
	common_attr(attr);
	attr->type = s->event->type;
	attr->config = s->event->config;
	attr->freq = s->frequency != 0;
	if (s->frequency)
		attr->sample_freq = s->frequency;
	else
		attr->sample_period = s->period;
	attr->exclude_idle = 1; /* not all idle CPUs would be counted, tickless ones are not */
	attr->exclude_kernel = s->user_only;
	attr->exclude_user = s->kernel_only;
	attr->exclude_hv = attr->type == PERF_TYPE_HARDWARE;
	/* with a fixed period, software events would take this as a wish for a sample per event */
	if (!s->period)
		attr->sample_type |= PERF_SAMPLE_PERIOD;
}

void pp_perf_add_sideband(struct perf_event_attr *attr)
{
	attr->mmap = 1;
	attr->mmap2 = 1;
	attr->comm = 1;
	attr->comm_exec = 1;
	attr->task = 1;
}

void pp_perf_sideband_attr(struct perf_event_attr *attr)
{
	common_attr(attr);
	attr->config = PERF_COUNT_SW_DUMMY;
	attr->exclude_kernel = 1;
	pp_perf_add_sideband(attr);
}

/* Bits by enum perf_event_x86_regs and perf_event_arm_regs of asm/perf_regs.h. */
#ifdef __aarch64__
#define WALK_REGS (1ULL << 29 | 1ULL << 30 | 1ULL << 31 | 1ULL << 32) /* x29, lr, sp, pc */
#else
#define WALK_REGS (1ULL << 6 | 1ULL << 7 | 1ULL << 8 | 1ULL << 18) /* bp, sp, ip, r10 */
#endif

void pp_perf_add_stack(struct perf_event_attr *attr, uint32_t bytes)
{
	attr->sample_type |= PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
	attr->exclude_callchain_user = 1;
	attr->sample_regs_user = WALK_REGS;
	attr->sample_stack_user = bytes;
}

int pp_perf_open(const struct perf_event_attr *attr, pid_t pid, int cpu, int cgroup_fd)
{
	unsigned long flags = PERF_FLAG_FD_CLOEXEC;

	if (cgroup_fd >= 0)
		flags |= PERF_FLAG_PID_CGROUP;
	return (int)syscall(SYS_perf_event_open, attr, cgroup_fd >= 0 ? cgroup_fd : pid, cpu, -1,
			    flags);
}

static bool is_hardware(const struct pp_sampling *s)
{
	return s && s->event->type == PERF_TYPE_HARDWARE;
}

/* The kernel has no such event: of hardware events, virtual machines mostly have none. */
static int explain_no_event(const struct pp_sampling *s, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_UNSUPPORTED, "cannot count %s: this machine%s", s->event->name,
		   is_hardware(s) ? "'s processor has no such counter, or the virtual machine "
				    "does not pass it on"
				  : " has no such event");
	return pp_err_hint(err, "use -e cpu-clock");
}

static int explain_rate(const struct pp_sampling *s, uint32_t max, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_USAGE,
		   "cannot sample at %llu Hz: kernel.perf_event_max_sample_rate is %u",
		   (unsigned long long)s->frequency, max);
	return pp_err_hint(err, "sudo sysctl kernel.perf_event_max_sample_rate=%llu",
			   (unsigned long long)s->frequency);
}

int pp_perf_explain(int sys, pid_t pid, const struct pp_sampling *s, struct pp_err *err)
{
	uint32_t max = pp_privilege_max_rate();

	switch (sys) {
	case EINVAL:
		if (s && max && s->frequency > max)
			return explain_rate(s, max, err);
		break;
	case ENOENT:
	case EOPNOTSUPP:
		if (s)
			return explain_no_event(s, err);
		break;
	case ENODEV:
		if (is_hardware(s))
			return explain_no_event(s, err);
		break;
	case EBUSY:
		if (is_hardware(s))
			return pp_err_set(err, PP_ERR_LIMIT,
					  "cannot count %s: another program has all counters",
					  s->event->name);
		break;
	case EACCES:
	case EPERM:
		return pp_privilege_explain_perf(pid, s, err);
	case EMFILE:
		pp_err_set(err, PP_ERR_LIMIT,
			   "cannot open a perf event for every %s: too many open files",
			   pid < 0 ? "CPU" : "thread");
		return pp_err_hint(err, "ulimit -n 65536");
	case ENOSYS:
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "perf_event_open is missing or blocked (a seccomp filter of the "
				  "container?)");
	default:
		break;
	}
	return pp_err_sys(err, sys, "cannot open a perf event");
}
