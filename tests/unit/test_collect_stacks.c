/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: folded stacks, the profile made of them, refusals. */
#include <config.h>

#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "collect/naming.h"
#include "collect/perf_event.h"
#include "collect/privilege.h"
#include "collect/procs.h"
#include "collect/stacks.h"
#include "collect_fixture.h"
#include "profile/samples.h"

/* ---- stacks ---- */

static struct pp_event sample(uint32_t tid, const uint64_t *frames, uint32_t nkernel,
			      uint32_t nuser)
{
	struct pp_event e = {.kind = PP_EVENT_SAMPLE, .pid = PID, .tid = tid};

	e.sample = (struct pp_event_sample){frames, nkernel, nuser, PP_STR_LIT("thread"),
					    PP_STR_LIT("process")};
	return e;
}

static void add(struct pp_stacks *s, struct pp_procs *p, struct pp_event e)
{
	pp_stacks_add(s, p, &e);
}

static const struct pp_frame *frame(const struct pp_stacks *s, const struct pp_stack *stack,
				    uint32_t i)
{
	return &s->frames[stack->frames[i]];
}

static void stacks_fold(void **state)
{
	static const uint64_t one[] = {0x1010, 0x1020}, two[] = {0x1010, 0x1030};
	struct pp_procs *p = *state;
	struct pp_stacks s;

	run_program(p, PID, "a");
	map(p, PID, 0x1000, 0x1000, "/a", 1);
	pp_stacks_init(&s);
	for (unsigned i = 0; i < 5; i++) {
		add(&s, p, sample(PID, one, 0, 2));
		add(&s, p, sample(PID, two, 0, 2));
	}
	add(&s, p, sample(PID + 1, two, 0, 2)); /* another thread */
	add(&s, p, sample(PID, one, 0, 1));	/* a part of it is not the same */
	assert_int_equal(s.nentries, 4);
	assert_int_equal(s.nsamples, 12);
	assert_int_equal(s.ends[PP_UNWIND_NO_CODE], 0);
	assert_int_equal(s.nframes, 3);

	static const uint64_t counts[] = {5, 5, 1, 1};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pp_stacks_get(&s, i).count, counts[i]);
	struct pp_stack stack = pp_stacks_get(&s, 2);
	assert_int_equal(stack.owner.pid, PID);
	assert_int_equal(stack.owner.tid, PID + 1);
	assert_string_equal(pp_strtab_get(&p->strings, stack.owner.thread).p, "thread");
	assert_string_equal(pp_strtab_get(&p->strings, stack.owner.process).p, "process");
	assert_int_equal(stack.n, 2);
	pp_stacks_release(&s);
}

/* Addresses of callers are where they will go on: the call is before that. The leaf's is its own,
 * and so is that of the user code that the kernel was called from. */
static void stacks_call_sites(void **state)
{
	static const uint64_t frames[] = {0xffffffff81000010, 0xffffffff81000020, 0x1010, 0x1fff,
					  0x2000};
	struct pp_procs *p = *state;
	struct pp_stacks s;

	run_program(p, PID, "a");
	map(p, PID, 0x1000, 0x1000, "/a", 1);
	pp_stacks_init(&s);
	add(&s, p, sample(PID, frames, 2, 3));
	struct pp_stack stack = pp_stacks_get(&s, 0);
	assert_int_equal(stack.n, 5);
	assert_int_equal(frame(&s, &stack, 0)->image, PP_IMAGE_KERNEL);
	assert_int_equal(frame(&s, &stack, 0)->address, 0xffffffff81000010);
	assert_int_equal(frame(&s, &stack, 1)->image, PP_IMAGE_KERNEL);
	assert_int_equal(frame(&s, &stack, 1)->address, 0xffffffff8100001f);
	assert_int_equal(frame(&s, &stack, 2)->image, 0);
	assert_int_equal(frame(&s, &stack, 2)->address, 0x1010);
	assert_int_equal(frame(&s, &stack, 3)->address, 0x1ffe);
	/* a call as the last instruction returns to behind the image's end */
	assert_int_equal(frame(&s, &stack, 4)->address, 0x1fff);
	assert_int_equal(s.ends[PP_UNWIND_NO_CODE], 0);
	pp_stacks_release(&s);
}

static void stacks_lost_walks(void **state)
{
	static const uint64_t astray[] = {0x1010, 0x1020, 0x666, 0x1030},
			      nowhere[] = {0x777, 0x1030};
	struct pp_procs *p = *state;
	struct pp_stacks s;

	run_program(p, PID, "a");
	map(p, PID, 0x1000, 0x1000, "/a", 1);
	pp_stacks_init(&s);
	add(&s, p, sample(PID, astray, 0, 4));
	add(&s, p, sample(PID, nowhere, 0, 2));
	add(&s, p, sample(PID, NULL, 0, 0));
	assert_int_equal(s.ends[PP_UNWIND_NO_CODE], 2);
	assert_int_equal(s.nsamples, 3);
	assert_int_equal(pp_stacks_get(&s, 0).n, 2);
	struct pp_stack stack = pp_stacks_get(&s, 1);
	assert_int_equal(stack.n, 1);
	assert_int_equal(frame(&s, &stack, 0)->image, PP_IMAGE_UNKNOWN);
	assert_int_equal(frame(&s, &stack, 0)->address, 0x777);
	assert_int_equal(pp_stacks_get(&s, 2).n, 0);
	assert_int_equal(pp_stacks_get(&s, 2).count, 1);
	pp_stacks_release(&s);
}

/* Names that the collector does not give come from what is known of the process. */
static void stacks_names(void **state)
{
	static const uint64_t frames[] = {0x1010};
	struct pp_procs *p = *state;
	struct pp_event e = sample(PID, frames, 0, 1);
	struct pp_stacks s;

	run_program(p, PID, "known");
	pp_stacks_init(&s);
	e.sample.thread = e.sample.process = PP_STR_LIT("");
	add(&s, p, e);
	struct pp_stack stack = pp_stacks_get(&s, 0);
	assert_string_equal(pp_strtab_get(&p->strings, stack.owner.thread).p, "known");
	assert_string_equal(pp_strtab_get(&p->strings, stack.owner.process).p, "known");
	pp_stacks_release(&s);
}

/* Many that differ: found again after the tables have grown. */
static void stacks_many(void **state)
{
	struct pp_procs *p = *state;
	struct pp_stacks s;

	run_program(p, PID, "a");
	map(p, PID, 0x1000, 0x100000, "/a", 1);
	pp_stacks_init(&s);
	for (unsigned round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < 3000; i++) {
			uint64_t frames[3] = {0x1000 + i, 0x2001 + i * 7 % 100, 0x3001};

			add(&s, p, sample(PID, frames, 0, 1 + (uint32_t)i % 3));
		}
	}
	assert_int_equal(s.nentries, 3000);
	assert_int_equal(s.nsamples, 9000);
	for (size_t i = 0; i < s.nentries; i++) {
		struct pp_stack stack = pp_stacks_get(&s, i);

		assert_int_equal(stack.count, 3);
		assert_int_equal(stack.n, 1 + i % 3);
		assert_int_equal(frame(&s, &stack, 0)->address, 0x1000 + i);
		if (stack.n > 1)
			assert_int_equal(frame(&s, &stack, 1)->address, 0x2000 + i * 7 % 100);
	}
	pp_stacks_release(&s);
}

/* ---- naming ---- */

static int setup_recording(void **state)
{
	struct pp_recording *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->ops = &pp_perf_collector;
	r->pid = (pid_t)getpid();
	r->sampling = (struct pp_sampling)PP_SAMPLING_INIT;
	assert_int_equal(pp_sampling_set(&r->sampling, pp_sampling_event_at(0), 0, 0, NULL), 0);
	r->owners.labels = PP_LABELS_OF_ONE;
	r->start_real = 1700000000000000000;
	r->duration_ns = 3 * PP_NSEC_PER_SEC;
	pp_procs_init(&r->procs, NULL);
	pp_stacks_init(&r->stacks);
	pp_procs_scan(&r->procs, (uint32_t)getpid());
	*state = r;
	return 0;
}

static int teardown_recording(void **state)
{
	pp_recording_release(*state);
	free(*state);
	return 0;
}

static const char *string(const struct pp_profile *p, uint32_t s)
{
	return pp_profile_str(p, s).p;
}

/* A sample in this very program: kernel frame, this function, a place without code. */
static void add_own_sample(struct pp_recording *r, uint64_t leaf)
{
	uint64_t frames[] = {leaf, (uint64_t)(uintptr_t)setup_recording + 4};
	struct pp_event e = sample((uint32_t)getpid(), frames, 0, 2);

	e.pid = (uint32_t)getpid();
	pp_stacks_add(&r->stacks, &r->procs, &e);
}

static void naming_header(void **state)
{
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	add_own_sample(r, (uint64_t)(uintptr_t)add_own_sample);
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	assert_int_equal(p.nsample_types, 2);
	assert_string_equal(string(&p, p.sample_types[0].type), "samples");
	assert_string_equal(string(&p, p.sample_types[0].unit), "count");
	assert_string_equal(string(&p, p.sample_types[1].type), "cpu");
	assert_string_equal(string(&p, p.sample_types[1].unit), "nanoseconds");
	assert_string_equal(string(&p, p.period_type.type), "cpu");
	assert_string_equal(string(&p, p.period_type.unit), "nanoseconds");
	assert_string_equal(string(&p, p.default_sample_type), "cpu");
	assert_int_equal(p.period, 10101010);
	assert_int_equal(p.time_nanos, 1700000000000000000);
	assert_int_equal(p.duration_nanos, 3 * PP_NSEC_PER_SEC);
	assert_int_equal(p.ncomments, 1);
	assert_string_equal(string(&p, p.comments[0]), "#recorded by pyroprof " PACKAGE_VERSION
						       ": collector=perf frequency=99 samples=1 "
						       "lost=0 copied=0 unknown=1 event=cpu-clock");
	pp_profile_release(&p);
}

static void naming_frames_and_labels(void **state)
{
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	struct pp_sample_iter it;
	struct pp_sample s;
	struct pp_label label;

	for (unsigned i = 0; i < 7; i++)
		add_own_sample(r, (uint64_t)(uintptr_t)add_own_sample);
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	assert_int_equal(p.nsamples, 1);
	pp_samples_begin(&it, &p, 0);
	assert_true(pp_samples_next(&it, &s));
	assert_int_equal(s.values[0], 7);
	assert_int_equal(s.values[1], 7 * p.period);
	assert_int_equal(s.nlocations, 2);
	const struct pp_location *leaf = &p.locations[s.locations[0]];
	const struct pp_location *caller = &p.locations[s.locations[1]];
	assert_int_equal(leaf->nlines, 1);
	assert_string_equal(string(&p, p.functions[p.lines[leaf->first_line].function].name),
			    "add_own_sample");
	assert_string_equal(string(&p, p.functions[p.lines[caller->first_line].function].name),
			    "setup_recording");
	assert_int_equal(caller->address, (uintptr_t)setup_recording + 3);

	struct pp_wire labels = s.label;
	assert_true(pp_labels_next(&labels, &label));
	assert_string_equal(string(&p, label.key), "thread");
	assert_string_equal(string(&p, label.str), "thread");
	assert_true(pp_labels_next(&labels, &label));
	assert_string_equal(string(&p, label.key), "tid");
	assert_int_equal(label.num, getpid());
	assert_false(pp_labels_next(&labels, &label));
	pp_samples_release(&it);

	/* the main binary is the first mapping */
	assert_true(p.nmappings >= 1);
	assert_non_null(strstr(string(&p, p.mappings[0].file), "test_collect_stacks"));
	assert_true(pp_profile_str(&p, p.mappings[0].build_id).n >= 16);
	assert_true(p.mappings[0].has_functions);
	pp_profile_release(&p);
}

/* Of the whole machine, samples say whose they are. */
static void naming_all(void **state)
{
	static const char *const keys[] = {"thread", "tid", "comm", "pid"};
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	struct pp_sample_iter it;
	struct pp_sample s;
	struct pp_label label;
	unsigned seen = 0;

	r->pid = -1;
	r->owners.labels |= PP_LABELS_OF_MANY;
	add_own_sample(r, (uint64_t)(uintptr_t)add_own_sample);
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	pp_samples_begin(&it, &p, 0);
	assert_true(pp_samples_next(&it, &s));
	struct pp_wire labels = s.label;
	while (pp_labels_next(&labels, &label)) {
		for (unsigned i = 0; i < PP_ARRAY_LEN(keys); i++) {
			if (strcmp(string(&p, label.key), keys[i]) == 0)
				seen |= 1u << i;
		}
		if (strcmp(string(&p, label.key), "comm") == 0)
			assert_string_equal(string(&p, label.str), "process");
		if (strcmp(string(&p, label.key), "pid") == 0)
			assert_int_equal(label.num, getpid());
	}
	assert_int_equal(seen, 15);
	pp_samples_release(&it);
	pp_profile_release(&p);
}

static void naming_kernel_and_unknown(void **state)
{
	static const uint64_t kernel[] = {UINT64_MAX - 4096}, unknown[] = {0x10};
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	struct pp_event k = sample((uint32_t)getpid(), kernel, 1, 0);
	struct pp_event u = sample((uint32_t)getpid(), unknown, 0, 1);

	k.pid = u.pid = (uint32_t)getpid();
	pp_stacks_add(&r->stacks, &r->procs, &k);
	pp_stacks_add(&r->stacks, &r->procs, &u);
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	assert_int_equal(p.nlocations, 2);
	assert_int_equal(p.locations[0].address, UINT64_MAX - 4096);
	assert_int_not_equal(p.locations[0].mapping, PP_NONE);
	assert_string_equal(string(&p, p.mappings[p.locations[0].mapping].file),
			    "[kernel.kallsyms]");
	assert_int_equal(p.locations[1].address, 0x10);
	assert_int_equal(p.locations[1].mapping, PP_NONE);
	assert_int_equal(p.locations[1].nlines, 0);
	pp_profile_release(&p);
}

static void naming_nothing(void **state)
{
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	assert_int_equal(p.nsamples, 0);
	assert_int_equal(p.nlocations, 0);
	assert_int_equal(p.nsample_types, 2);
	pp_profile_release(&p);
}

static int named(const char *name)
{
	for (int i = 0; pp_sampling_events[i]; i++) {
		if (strcmp(pp_sampling_events[i], name) == 0)
			return i;
	}
	fail_msg("no event %s", name);
	return -1;
}

/* The labels of the first sample as "key=text key=number ...". */
static void labels_of(const struct pp_profile *p, struct pp_buf *out)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	struct pp_label label;

	pp_samples_begin(&it, p, 0);
	assert_true(pp_samples_next(&it, &s));
	struct pp_wire labels = s.label;
	while (pp_labels_next(&labels, &label)) {
		pp_buf_fmt(out, "%s%s=", out->n ? " " : "", string(p, label.key));
		if (label.str)
			pp_buf_str(out, string(p, label.str));
		else
			pp_buf_fmt(out, "%lld", (long long)label.num);
	}
	pp_samples_release(&it);
}

/* Labels for all come first; with timestamps no two samples are one. */
static void naming_fixed_labels_and_times(void **state)
{
	static const uint64_t frames[] = {0x10};
	static const struct pp_fixed_label fixed[] = {{"env", "prod"}, {"zone", "b"}};
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	r->owners = (struct pp_owners){.timestamps = true, .fixed = fixed, .nfixed = 2};
	r->stacks.owners = &r->owners;
	r->epoch_ns = 1700000000000000000;
	for (uint64_t time = 5; time < 8; time++) {
		struct pp_event e = sample(PID, frames, 0, 1);

		e.time = time;
		pp_stacks_add(&r->stacks, &r->procs, &e);
	}
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	assert_int_equal(p.nsamples, 3);
	labels_of(&p, &text);
	assert_string_equal(text.p, "env=prod zone=b timestamp=1700000000000000005");
	pp_profile_release(&p);
}

/* Without a fixed period, values are the sums of weights, and the period their mean. */
static void naming_other_events(void **state)
{
	static const uint64_t frames[] = {0x10};
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_sample_iter it;
	struct pp_sample s;
	struct pp_profile p;
	const struct pp_sampling_event *faults = pp_sampling_event_at((size_t)named("page-faults"));

	assert_int_equal(pp_sampling_set(&r->sampling, faults, 99, 0, &err), 0);
	for (uint64_t weight = 10; weight <= 30; weight += 10) {
		struct pp_event e = sample(PID, frames, 0, 1);

		e.sample.weight = weight;
		pp_stacks_add(&r->stacks, &r->procs, &e);
	}
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	assert_string_equal(string(&p, p.sample_types[1].type), "page-faults");
	assert_string_equal(string(&p, p.sample_types[1].unit), "count");
	assert_string_equal(string(&p, p.period_type.type), "page-faults");
	assert_int_equal(p.period, 20);
	pp_samples_begin(&it, &p, 0);
	assert_true(pp_samples_next(&it, &s));
	assert_int_equal(s.values[0], 3);
	assert_int_equal(s.values[1], 60);
	pp_samples_release(&it);
	pp_profile_release(&p);
}

/* Labels of a container are there as far as they are known, in the order of their names' list. */
static void naming_places(void **state)
{
	static const uint64_t frames[] = {0x10};
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_recording *r = *state;
	struct pp_containers *c = &r->containers;
	struct pp_err err = PP_ERR_INIT;
	struct pp_event e = sample(PID, frames, 0, 1);
	struct pp_profile p;

	pp_containers_init(c, "/nowhere");
	c->all = pp_grow(c->all, &c->cap, 2, sizeof(*c->all));
	c->n = 2;
	c->all[1] = (struct pp_container){
		.cgroup = pp_strtab_add(&c->strings, PP_STR_LIT("/pods/x")),
		.id = pp_strtab_add(&c->strings, PP_STR_LIT("0123")),
		.name = pp_strtab_add(&c->strings, PP_STR_LIT("web")),
	};
	pp_pids_put(&c->pids, PID)->value = 1;
	r->owners = (struct pp_owners){.labels = PP_LABELS_OF_CGROUPS, .containers = c};
	r->stacks.owners = &r->owners;
	pp_stacks_add(&r->stacks, &r->procs, &e);
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	labels_of(&p, &text);
	assert_string_equal(text.p, "cgroup=/pods/x container_id=0123 container=web");
	pp_profile_release(&p);
}

/* ---- refusals ---- */

static void explain_perf(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	uint32_t max = pp_privilege_max_rate();
	struct pp_sampling s = PP_SAMPLING_INIT;

	assert_int_equal(pp_sampling_set(&s, pp_sampling_event_at(0), 99, 0, &err), 0);
	assert_int_equal(pp_perf_explain(EACCES, -1, &s, &err), -1);
	assert_int_equal(err.kind, PP_ERR_PERMISSION);
	assert_non_null(strstr(err.msg, "CAP_PERFMON"));
	assert_non_null(strstr(err.hint, "setcap"));

	assert_int_equal(pp_perf_explain(EMFILE, -1, &s, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_non_null(strstr(err.hint, "ulimit -n"));

	assert_int_equal(pp_perf_explain(ENOSYS, -1, &s, &err), -1);
	assert_int_equal(err.kind, PP_ERR_UNSUPPORTED);

	assert_int_equal(pp_perf_explain(EINVAL, -1, &s, &err), -1);
	assert_non_null(strstr(err.msg, "Invalid argument"));
	if (max == 0)
		PP_SKIP("this kernel has no kernel.perf_event_max_sample_rate");
	s.frequency = max + 1;
	assert_int_equal(pp_perf_explain(EINVAL, -1, &s, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	assert_non_null(strstr(err.hint, "sysctl kernel.perf_event_max_sample_rate="));
}

/* What is not there to be counted is said with what is. */
static void explain_events(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_sampling s = PP_SAMPLING_INIT;
	const struct pp_sampling_event *cycles = pp_sampling_event_at((size_t)named("cycles"));

	assert_int_equal(pp_sampling_set(&s, cycles, 99, 0, &err), 0);
	assert_int_equal(pp_perf_explain(ENOENT, -1, &s, &err), -1);
	assert_int_equal(err.kind, PP_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "cannot count cycles"));
	assert_string_equal(err.hint, "use -e cpu-clock");
	assert_int_equal(pp_perf_explain(EBUSY, -1, &s, &err), -1);
	assert_non_null(strstr(err.msg, "another program has all counters"));
	/* what samples nothing has no event to be named */
	assert_int_equal(pp_perf_explain(ENOENT, -1, NULL, &err), -1);
	assert_non_null(strstr(err.msg, "No such file"));

	s.cgroup_fd = 3;
	pp_perf_explain(EACCES, -1, &s, &err);
	assert_non_null(strstr(err.msg, "recording a cgroup needs CAP_PERFMON"));
}

/* As somebody who owns nothing. */
static void explain_others_process(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	uid_t self = geteuid();
	struct stat st;

	if (stat("/proc/1", &st) < 0 || st.st_uid != 0)
		PP_SKIP("process 1 is not root's");
	if (self == 0)
		assert_int_equal(seteuid(65534), 0);
	int bpf = pp_privilege_check_bpf(&err);
	struct pp_err without = err;
	pp_privilege_explain_perf(1, NULL, &err);
	if (self == 0)
		assert_int_equal(seteuid(0), 0);

	assert_int_equal(err.kind, PP_ERR_PERMISSION);
	assert_non_null(strstr(err.msg, "process 1: it belongs to root"));
	assert_non_null(strstr(err.msg, "CAP_SYS_PTRACE"));
	if (self == 0) {
		/* the effective capabilities are gone with the user id */
		assert_int_equal(bpf, -1);
		assert_string_equal(without.msg, "eBPF needs CAP_BPF and CAP_PERFMON");
		assert_non_null(strstr(without.hint, "setcap cap_bpf,cap_perfmon"));
	}
}

#define STACKS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define RECORDING_TEST(test) \
	cmocka_unit_test_setup_teardown(test, setup_recording, teardown_recording)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STACKS_TEST(stacks_fold),
		STACKS_TEST(stacks_call_sites),
		STACKS_TEST(stacks_lost_walks),
		STACKS_TEST(stacks_names),
		STACKS_TEST(stacks_many),
		RECORDING_TEST(naming_header),
		RECORDING_TEST(naming_frames_and_labels),
		RECORDING_TEST(naming_all),
		RECORDING_TEST(naming_kernel_and_unknown),
		RECORDING_TEST(naming_nothing),
		RECORDING_TEST(naming_fixed_labels_and_times),
		RECORDING_TEST(naming_other_events),
		RECORDING_TEST(naming_places),
		cmocka_unit_test(explain_perf),
		cmocka_unit_test(explain_events),
		cmocka_unit_test(explain_others_process),
	};

	return cmocka_run_group_tests_name("collect_stacks", tests, NULL, NULL);
}
