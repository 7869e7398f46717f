/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: which processes are wanted, what their samples are called, and when they are taken. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "collect/cgroup.h"
#include "collect/cputime.h"
#include "collect/event_set.h"
#include "collect/owner.h"
#include "collect/pids.h"
#include "collect/sampling.h"
#include "collect/selection.h"
#include "tree_fixture.h"

#define PID 4100000000u /* no kernel gives this */

/* ---- process ids ---- */

static void pids_are_forgotten(void **state PP_UNUSED)
{
	struct pp_pids p = {0};

	pp_pids_put(&p, 1)->value = 11;
	pp_pids_put(&p, 2)->value = 22;
	pp_pids_end(&p, 1);
	pp_pids_end(&p, 3);
	pp_pids_sweep(&p);
	assert_int_equal(pp_pids_find(&p, 1)->value, 11); /* late samples */
	pp_pids_sweep(&p);
	assert_null(pp_pids_find(&p, 1));
	assert_int_equal(pp_pids_find(&p, 2)->value, 22);

	/* an id that is given again is somebody else */
	pp_pids_end(&p, 2);
	assert_int_equal(pp_pids_put(&p, 2)->value, 0);
	pp_pids_sweep(&p);
	pp_pids_sweep(&p);
	assert_non_null(pp_pids_find(&p, 2));
	pp_pids_release(&p);
}

/* A million processes, a hundred at a time: nothing grows. */
static void pids_do_not_grow(void **state PP_UNUSED)
{
	struct pp_pids p = {0};

	for (uint32_t pid = 1; pid <= 1000000; pid++) {
		pp_pids_put(&p, pid)->value = pid;
		if (pid > 100)
			pp_pids_end(&p, pid - 100);
		if (pid % 50 == 0)
			pp_pids_sweep(&p);
	}
	assert_true(p.n < 300);
	assert_true(p.by_pid.count < 4096);
	for (uint32_t pid = 1000000 - 99; pid <= 1000000; pid++)
		assert_int_equal(pp_pids_find(&p, pid)->value, pid);
	pp_pids_release(&p);
}

/* ---- selection ---- */

static const char unified[] = "30 25 0:26 /outer /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n";

static struct pp_event sample_of(uint32_t pid, const char *process, uint64_t time)
{
	struct pp_event e = {.kind = PP_EVENT_SAMPLE, .pid = pid, .tid = pid, .time = time};

	e.sample.process = pp_str_of(process);
	return e;
}

static bool wants(struct pp_selection *s, struct pp_procs *p, uint32_t pid, const char *process,
		  uint64_t time)
{
	struct pp_event e = sample_of(pid, process, time);

	return pp_selection_wants(s, p, &e);
}

static void select_by_name(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_regex *re = pp_regex_new(PP_STR_LIT("^ngi"), false, &err);
	struct pp_selection s;
	struct pp_procs p;

	pp_procs_init(&p, NULL);
	pp_selection_init(&s);
	assert_false(pp_selection_is_set(&s));
	s.comm = re;
	s.root = root;
	assert_true(pp_selection_is_set(&s));
	make_process(40, "nginx", 0, "");
	make_process(41, "xnginx", 0, "");
	make_dir("/proc/sys");
	assert_int_equal(pp_selection_count(&s), 1);
	assert_true(wants(&s, &p, PID, "nginx", 1));
	assert_false(wants(&s, &p, PID, "xnginx", 1));
	assert_true(wants(&s, &p, PID, "nginx", 2));
	/* collectors that have no names, of a process that nobody knows */
	assert_true(wants(&s, &p, 40, "", 3));
	assert_false(wants(&s, &p, 41, "", 3));
	for (unsigned i = 0; i < 30000; i++) {
		PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s%u", i % 2 ? "ngi" : "x", i);

		assert_int_equal(wants(&s, &p, PID, name, 4), i % 2);
	}
	assert_true(s.names.count <= 10001);
	pp_selection_release(&s);
	pp_procs_release(&p);
	pp_regex_free(re);
}

static void select_by_user(void **state PP_UNUSED)
{
	const uint64_t second = 1000000000;
	struct pp_selection s;
	struct pp_procs p;
	struct pp_event fork = {.kind = PP_EVENT_FORK, .pid = 52, .tid = 52, .fork = {50, 50}};
	struct pp_event exec = {.kind = PP_EVENT_COMM, .pid = 50, .tid = 50, .time = second};

	pp_procs_init(&p, NULL);
	pp_selection_init(&s);
	s.by_uid = true;
	s.uid = 33;
	s.root = root;
	make_process(50, "a", 33, "");
	make_process(51, "b", 7, ""); /* 7 is the real one of all */
	assert_int_equal(pp_selection_count(&s), 1);
	pp_selection_release(&s);
	s.by_uid = true;
	s.uid = 33;
	s.root = root;

	assert_true(wants(&s, &p, 50, "a", second));
	assert_false(wants(&s, &p, 51, "b", second));
	/* a child that ended before anybody could look is as its parent */
	pp_selection_event(&s, &fork);
	assert_true(wants(&s, &p, 52, "a", second + 1));
	assert_false(wants(&s, &p, 53, "a", second));
	assert_int_equal(s.unknown, 1);

	/* who has become another is noticed after an exec, and in a second at most */
	make_process(50, "a", 44, "");
	assert_true(wants(&s, &p, 50, "a", second + 5));
	exec.comm.exec = true;
	pp_selection_event(&s, &exec);
	assert_false(wants(&s, &p, 50, "a", second + 6));
	make_process(51, "b", 33, "");
	assert_false(wants(&s, &p, 51, "b", second + 7));
	assert_true(wants(&s, &p, 51, "b", 2 * second + 7));
	pp_selection_release(&s);
	pp_procs_release(&p);
}

static void select_by_cgroup(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_cgroup c;
	struct pp_selection s;
	struct pp_procs p;

	make_file("/proc/self/mountinfo", unified);
	make_dir("/sys/fs/cgroup/a");
	make_process(60, "x", 0, "0::/outer/a/b\n");
	make_process(61, "x", 0, "0::/outer\n");
	assert_int_equal(pp_cgroup_find(&c, "a", root, &err), 0);
	pp_procs_init(&p, NULL);
	pp_selection_init(&s);
	s.cgroup = &c;
	s.root = root;
	assert_true(wants(&s, &p, 60, "x", 1));
	assert_false(wants(&s, &p, 61, "x", 1));
	pp_selection_release(&s);
	pp_procs_release(&p);
	pp_cgroup_release(&c);
}

/* ---- labels ---- */

static void label_names(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	uint32_t bits = 0;

	assert_int_equal(pp_owners_parse("thread,pod", &bits, &err), 0);
	assert_int_equal(bits, PP_LABEL_BIT(PP_LABEL_THREAD) | PP_LABEL_BIT(PP_LABEL_POD));
	assert_int_equal(pp_owners_parse("none", &bits, &err), 0);
	assert_int_equal(pp_owners_parse("tid,nope", &bits, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	assert_non_null(strstr(err.msg, "'nope'"));
}

static void fixed_labels(void **state PP_UNUSED)
{
	static const char *const good[] = {"a=b", "_x.y-z/9==", "service_name=a b=c", "k=\xc3\xa4"};
	static const char *const bad[] = {"a",		 "a=",	  "=b",	    "1a=b", "a b=c",
					  "\xc3\xa4=b",	 "pid=1", "pod=x",  "a=\n", "a=\xff",
					  "timestamp=0", "-a=b",  "a=\x1b", "",	    "a=\u202ex"};
	struct pp_fixed_label label;
	struct pp_err err = PP_ERR_INIT;

	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		PP_CLEANUP(pp_freep) char *text = pp_xstrdup(good[i]);

		PP_CHECK_MSG(pp_owners_parse_fixed(text, &label, &err) == 0, good[i]);
		PP_CHECK_MSG(strcmp(label.value, strchr(good[i], '=') + 1) == 0, good[i]);
	}
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		PP_CLEANUP(pp_freep) char *text = pp_xstrdup(bad[i]);

		PP_CHECK_MSG(pp_owners_parse_fixed(text, &label, &err) == -1, bad[i]);
	}
}

/* What is not asked for keeps no samples apart. */
static void owners_have_what_is_asked_for(void **state PP_UNUSED)
{
	struct pp_owners o = {.labels = PP_LABEL_BIT(PP_LABEL_COMM)};
	struct pp_procs p;
	struct pp_event e = sample_of(PID, "name", 9);

	pp_procs_init(&p, NULL);
	e.tid = PID + 1;
	e.sample.thread = PP_STR_LIT("worker");
	struct pp_stack_owner owner = pp_owners_make(&o, &p, &e);
	assert_int_equal(owner.tid, 0);
	assert_int_equal(owner.pid, 0);
	assert_int_equal(owner.thread, 0);
	assert_int_equal(owner.time, 0);
	assert_string_equal(pp_strtab_get(&p.strings, owner.process).p, "name");
	owner = pp_owners_make(NULL, &p, &e);
	assert_int_equal(owner.tid, PID + 1);
	assert_int_equal(owner.pid, PID);
	o.timestamps = true;
	assert_int_equal(pp_owners_make(&o, &p, &e).time, 9);
	pp_procs_release(&p);
}

/* ---- events, CPUs, CPU time ---- */

static const struct pp_sampling_event *event(const char *name)
{
	for (size_t i = 0; pp_sampling_events[i]; i++) {
		if (strcmp(pp_sampling_events[i], name) == 0)
			return pp_sampling_event_at(i);
	}
	fail_msg("no event %s", name);
	return NULL;
}

static void sampling_rates(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_sampling s = PP_SAMPLING_INIT;

	for (size_t i = 0; pp_sampling_events[i]; i++)
		assert_string_equal(pp_sampling_event_at(i)->name, pp_sampling_events[i]);
	assert_int_equal(pp_sampling_set(&s, event("cpu-clock"), 0, 0, &err), 0);
	assert_int_equal(s.frequency, 99);
	assert_int_equal(s.period, 10101010);
	assert_false(pp_sampling_in_step(&s));
	assert_string_equal(pp_sampling_type(&s), "cpu");
	assert_string_equal(pp_sampling_unit(&s), "nanoseconds");

	assert_int_equal(pp_sampling_set(&s, event("cpu-clock"), 0, 5000000, &err), 0);
	assert_int_equal(s.frequency, 0);
	assert_int_equal(pp_sampling_rate(&s), 200);
	assert_int_equal(pp_sampling_set(&s, event("task-clock"), 0, 99999, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	assert_int_equal(pp_sampling_set(&s, event("task-clock"), 0, 100000, &err), 0);

	assert_int_equal(pp_sampling_set(&s, event("page-faults"), 0, 1, &err), 0);
	assert_int_equal(s.period, 1);
	assert_string_equal(pp_sampling_type(&s), "page-faults");
	assert_string_equal(pp_sampling_unit(&s), "count");
	assert_int_equal(pp_sampling_set(&s, event("page-faults"), 0, 0, &err), 0);
	assert_int_equal(s.period, 0);
	assert_int_equal(s.frequency, 99);
}

static void sampling_in_step(void **state PP_UNUSED)
{
	static const uint64_t in[] = {100, 250, 1000, 200, 500, 10000},
			      out[] = {1, 99, 101, 997, 249};
	struct pp_err err = PP_ERR_INIT;
	struct pp_sampling s = PP_SAMPLING_INIT;

	for (size_t i = 0; i < PP_ARRAY_LEN(in); i++) {
		assert_int_equal(pp_sampling_set(&s, event("cpu-clock"), in[i], 0, &err), 0);
		assert_true(pp_sampling_in_step(&s));
	}
	for (size_t i = 0; i < PP_ARRAY_LEN(out); i++) {
		assert_int_equal(pp_sampling_set(&s, event("cpu-clock"), out[i], 0, &err), 0);
		assert_false(pp_sampling_in_step(&s));
	}
	assert_int_equal(pp_sampling_set(&s, event("page-faults"), 100, 0, &err), 0);
	assert_false(pp_sampling_in_step(&s));
}

static void cpu_lists(void **state PP_UNUSED)
{
	static const char *const bad[] = {"",	 ",",	 "x",	     "0-", "-0",
					  "1-0", "0,,0", "99999999", "0 "};
	PP_CLEANUP(pp_freep) int *online = NULL;
	size_t n = pp_online_cpus(&online);
	struct pp_err err = PP_ERR_INIT;
	int *cpus;

	assert_true(n >= 1);
	PP_CLEANUP(pp_freep) char *twice = pp_xasprintf("%d,%d", online[0], online[0]);
	assert_int_equal(pp_parse_cpus(twice, &cpus, &err), 1);
	assert_int_equal(cpus[0], online[0]);
	free(cpus);
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		PP_CHECK_MSG(pp_parse_cpus(bad[i], &cpus, &err) == 0, bad[i]);
		assert_int_equal(err.kind, PP_ERR_USAGE);
		assert_null(cpus);
	}
	assert_int_equal(pp_parse_cpus("65535", &cpus, &err), 0);
	assert_non_null(strstr(err.msg, "CPU 65535 is not online"));
}

static void cpu_time(void **state PP_UNUSED)
{
	static const char stat[] = "cpu  10 20 30 1000 500 7 8 99 3 2\n"
				   "cpu0 1 2 3 100 50 4 5 9 0 0\ncpu1 9 9 9 9 9 9 9\nintr 5\n";

	assert_int_equal(pp_cputime_parse_machine(stat, "cpu"), 75);
	assert_int_equal(pp_cputime_parse_machine(stat, "cpu0"), 15);
	assert_int_equal(pp_cputime_parse_machine(stat, "cpu7"), -1);
	assert_int_equal(pp_cputime_parse_machine("", "cpu"), -1);
	assert_int_equal(pp_cputime_parse_machine("cpu 1 2", "cpu"), -1);
	assert_int_equal(
		pp_cputime_parse_process("7 (a) b) S 1 7 7 -1 -1 64 1 2 3 4 10 20 30 40 20"), 100);
	assert_int_equal(pp_cputime_parse_process("7 (a) S 1 7 7 0 -1 64 1 2 3 4 10 20"), -1);
	assert_int_equal(pp_cputime_parse_process("7 (a)"), -1);
	assert_int_equal(pp_cputime_parse_process(""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pids_are_forgotten),
		cmocka_unit_test(pids_do_not_grow),
		TREE_TEST(select_by_name),
		TREE_TEST(select_by_user),
		TREE_TEST(select_by_cgroup),
		cmocka_unit_test(label_names),
		cmocka_unit_test(fixed_labels),
		cmocka_unit_test(owners_have_what_is_asked_for),
		cmocka_unit_test(sampling_rates),
		cmocka_unit_test(sampling_in_step),
		cmocka_unit_test(cpu_lists),
		cmocka_unit_test(cpu_time),
	};

	return cmocka_run_group_tests_name("collect_select", tests, NULL, NULL);
}
