/* SPDX-License-Identifier: Apache-2.0 */
/* perf_event_open(2). */
#include <config.h>

#include "collect/perf_event.h"

#include <errno.h>
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
		.watermark = 1, /* never wake us: we look ten times a second */
		.wakeup_watermark = UINT32_MAX,
	};
}

void pp_perf_sampling_attr(struct perf_event_attr *attr, uint32_t frequency)
{
	common_attr(attr);
	attr->config = PERF_COUNT_SW_CPU_CLOCK;
	attr->freq = 1;
	attr->sample_freq = frequency;
	attr->exclude_idle = 1;
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

int pp_perf_open(const struct perf_event_attr *attr, pid_t pid, int cpu)
{
	return (int)syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

int pp_perf_explain(int sys, pid_t pid, uint32_t frequency, struct pp_err *err)
{
	uint32_t max = pp_privilege_max_rate();

	switch (sys) {
	case EINVAL:
		if (max && frequency > max) {
			pp_err_set(
				err, PP_ERR_USAGE,
				"cannot sample at %u Hz: kernel.perf_event_max_sample_rate is %u",
				frequency, max);
			return pp_err_hint(err, "sudo sysctl kernel.perf_event_max_sample_rate=%u",
					   frequency);
		}
		break;
	case EACCES:
	case EPERM:
		return pp_privilege_explain_perf(pid, err);
	case EMFILE:
		pp_err_set(err, PP_ERR_LIMIT,
			   "cannot open a perf event for every thread: "
			   "too many open files");
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
