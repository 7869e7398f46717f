/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings that end before they begin. */
#include <config.h>

#include "doctor/tries.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <unistd.h>

#include "collect/perf_event.h"
#include "collect/privilege.h"
#include "collect/recording.h"

/* Open a recording with one collector, and close it. `caveat`: what it would not show. */
static int attach(const struct pp_target *t, enum pp_collector_choice collector, char caveat[160],
		  struct pp_err *err)
{
	struct pp_recording_options o = {
		.collector = collector, .sampling = PP_SAMPLING_INIT, .stop_fd = -1};
	struct pp_recording r;

	if (pp_sampling_set(&o.sampling, pp_sampling_event_at(0), 0, 0, err) ||
	    pp_recording_open(&r, t, &o, err))
		return -1;
	memcpy(caveat, r.caveat, sizeof(r.caveat));
	pp_recording_release(&r);
	pp_privilege_rest();
	return 0;
}

/* Add a line on one way to record; whether it works. */
static bool try_one(struct pp_findings *f, const char *name, const struct pp_target *t,
		    enum pp_collector_choice collector, const char *works)
{
	struct pp_err err = PP_ERR_INIT;
	char caveat[160];

	if (attach(t, collector, caveat, &err)) {
		pp_findings_add_error(f, name, &err);
		return false;
	}
	pp_findings_add(f, PP_MARK_OK, name, NULL, "%s%s%s", works, *caveat ? "; " : "", caveat);
	return true;
}

/* The kernel may have a driver for counters that do not count. */
static void try_hardware(struct pp_findings *f)
{
	struct perf_event_attr attr = {.size = sizeof(attr),
				       .type = PERF_TYPE_HARDWARE,
				       .config = PERF_COUNT_HW_CPU_CYCLES,
				       .disabled = 1,
				       .exclude_kernel = 1,
				       .exclude_hv = 1};
	int fd = pp_perf_open(&attr, 0, -1, -1);
	struct pp_err err = PP_ERR_INIT;

	if (fd < 0)
		pp_err_sys(&err, errno, "cycles cannot be counted");
	pp_findings_add(f, fd < 0 ? PP_MARK_NOTE : PP_MARK_OK, "hardware events", NULL, "%s",
			fd < 0 ? err.msg : "cycles can be counted");
	if (fd >= 0)
		close(fd);
}

int pp_doctor_recording(struct pp_findings *f, pid_t pid, bool *works, struct pp_err *err)
{
	struct pp_target one, all;

	f->group = "recording";
	pp_target_all(&one);
	pp_target_all(&all);
	int rc = pp_target_add_process(&one, pid ? pid : getpid(), err);
	if (rc == 0) {
		bool bpf = try_one(f, "eBPF", &one, PP_COLLECTOR_BPF, "loaded and attached");
		bool perf = try_one(f, "perf events", &one, PP_COLLECTOR_PERF, "opened");

		try_one(f, "whole machine", &all, bpf ? PP_COLLECTOR_BPF : PP_COLLECTOR_PERF,
			"record -a works");
		try_hardware(f);
		*works = bpf || perf;
	}
	pp_target_release(&one);
	return rc;
}
