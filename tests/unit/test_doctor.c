/* SPDX-License-Identifier: Apache-2.0 */
/* doctor/: what it makes of a kernel's settings, in a tree of files, and of unwind tables. */
#include <config.h>

#include "unit.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collect/kernel.h"
#include "collect/privilege.h"
#include "doctor/machine.h"
#include "doctor/process.h"
#include "tree_fixture.h"

/* Give up all capabilities for a while, as an ordinary user has none. */
static void use_capabilities(bool yes)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	assert_int_equal(syscall(SYS_capget, &header, data), 0);
	for (size_t i = 0; i < PP_ARRAY_LEN(data); i++)
		data[i].effective = yes ? data[i].permitted : 0;
	assert_int_equal(syscall(SYS_capset, &header, data), 0);
}

static int make_plain_root(void **state)
{
	use_capabilities(false);
	return make_root(state);
}

static int remove_plain_root(void **state)
{
	use_capabilities(true);
	return remove_root(state);
}

static const struct pp_finding *find(const struct pp_findings *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->item[i].name, name) == 0)
			return &f->item[i];
	}
	fail_msg("nothing about %s", name);
	return NULL;
}

/* The line of that name, once a setting (NULL: it is not there) has been written. */
static void looks(const char *path, const char *setting, const char *name, enum pp_mark mark,
		  const char *text, const char *mend)
{
	PP_CLEANUP(pp_findings_release) struct pp_findings f = PP_FINDINGS_INIT;

	if (setting)
		make_file(path, setting);
	pp_doctor_kernel(&f, root);
	const struct pp_finding *x = find(&f, name);
	PP_CHECK_MSG(x->mark == mark, text);
	if (!strstr(x->text, text))
		fail_msg("'%s' is not in '%s'", text, x->text);
	assert_string_equal(x->group, "kernel");
	assert_int_equal(x->mend != NULL, mend != NULL);
	if (mend)
		assert_string_equal(x->mend, mend);
}

static void release_and_btf(void **state PP_UNUSED)
{
	static const char path[] = "/proc/sys/kernel/osrelease";

	looks(path, NULL, "release", PP_MARK_NOTE, "cannot be read", NULL);
	looks(path, "6.1.0-18-amd64\n", "release", PP_MARK_OK, "Linux 6.1.0-18-amd64", NULL);
	looks(path, "5.17.0\n", "release", PP_MARK_OK, "Linux 5.17.0", NULL);
	looks(path, "5.16.9\n", "release", PP_MARK_NOTE, "eBPF takes 5.17", NULL);
	looks(path, "4.19.0\n", "release", PP_MARK_NOTE, "eBPF takes 5.17", NULL);
	looks(path, "of my own\n", "release", PP_MARK_NOTE, "Linux of my own", NULL);
	looks("/sys/kernel/btf/vmlinux", NULL, "BTF", PP_MARK_BAD, "CONFIG_DEBUG_INFO_BTF", NULL);
	looks("/sys/kernel/btf/vmlinux", "x", "BTF", PP_MARK_OK, "vmlinux", NULL);
}

static void paranoid(void **state PP_UNUSED)
{
	static const char path[] = "/proc/sys/kernel/perf_event_paranoid";
	static const char name[] = "perf_event_paranoid";

	looks(path, NULL, name, PP_MARK_BAD, "no perf events", NULL);
	looks(path, "-1\n", name, PP_MARK_OK, "-1: everything", NULL);
	looks(path, "0\n", name, PP_MARK_OK, "0: everything", NULL);
	looks(path, "1\n", name, PP_MARK_OK, "1: own processes and their kernel", NULL);
	looks(path, "2\n", name, PP_MARK_BAD, "2: own processes only",
	      "sudo sysctl kernel.perf_event_paranoid=1");
	looks(path, "4\n", name, PP_MARK_BAD, "4: ", "sudo sysctl kernel.perf_event_paranoid=2");
	looks(path, "much\n", name, PP_MARK_BAD, "no perf events", NULL);
	looks(path, "99999999999\n", name, PP_MARK_BAD, "no perf events", NULL);
}

static void names_of_the_kernel(void **state PP_UNUSED)
{
	static const char path[] = "/proc/sys/kernel/kptr_restrict";
	static const char name[] = "kptr_restrict";

	looks(path, "1\n", name, PP_MARK_BAD, "kallsyms", NULL);
	make_file("/proc/kallsyms", "0000000000000000 T _stext\n0000000000000000 T start_kernel\n");
	looks(path, "0\n", name, PP_MARK_BAD, "0: kernel functions have no names",
	      "sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1");
	looks(path, "1\n", name, PP_MARK_BAD, "1: kernel functions have no names",
	      "sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1");
	looks(path, "2\n", name, PP_MARK_BAD, "2: kernel functions have no names",
	      "sudo sysctl kernel.kptr_restrict=1");
	make_file("/proc/kallsyms", "ffffffff81000000 T _stext\nffffffff81000010 T start_kernel\n");
	looks(path, "1\n", name, PP_MARK_OK, "1: kernel functions have names", NULL);
}

static void lockdown(void **state PP_UNUSED)
{
	static const char path[] = "/sys/kernel/security/lockdown";

	looks(path, NULL, "lockdown", PP_MARK_OK, "none", NULL);
	looks(path, "[none] integrity confidentiality\n", "lockdown", PP_MARK_OK, "none", NULL);
	looks(path, "none [integrity] confidentiality\n", "lockdown", PP_MARK_OK, "integrity",
	      NULL);
	looks(path, "none integrity [confidentiality]\n", "lockdown", PP_MARK_BAD,
	      "confidentiality", "boot with the kernel parameter lockdown=integrity");
}

static void counters(void **state PP_UNUSED)
{
	make_dir("/sys/bus/event_source/devices/software");
	make_dir("/sys/bus/event_source/devices/cpuish");
	assert_false(pp_kernel_has_pmu(root));
	looks("", NULL, "PMU", PP_MARK_NOTE, "none", NULL);
	make_dir("/sys/bus/event_source/devices/cpu_core");
	assert_true(pp_kernel_has_pmu(root));
	looks("", NULL, "PMU", PP_MARK_OK, "counters", NULL);
}

static void limits(void **state PP_UNUSED)
{
	static const char rate[] = "/proc/sys/kernel/perf_event_max_sample_rate";
	static const char lock[] = "/proc/sys/kernel/perf_event_mlock_kb";
	static const char bpf[] = "/proc/sys/kernel/unprivileged_bpf_disabled";

	looks(rate, "100000\n", "max_sample_rate", PP_MARK_OK, "100000 Hz", NULL);
	looks(rate, "50\n", "max_sample_rate", PP_MARK_BAD, "50 Hz",
	      "sudo sysctl kernel.perf_event_max_sample_rate=100000");
	looks(lock, "516\n", "memlock", PP_MARK_OK, "516 KiB", NULL);
	looks(bpf, NULL, "unprivileged_bpf", PP_MARK_NOTE, "does not say", NULL);
	looks(bpf, "2\n", "unprivileged_bpf", PP_MARK_OK, "disabled", NULL);
	looks(bpf, "0\n", "unprivileged_bpf", PP_MARK_OK, "enabled", NULL);
}

static void capabilities(void **state PP_UNUSED)
{
	PP_CLEANUP(pp_findings_release) struct pp_findings f = PP_FINDINGS_INIT;

	use_capabilities(false);
	pp_doctor_capabilities(&f);
	use_capabilities(true);
	assert_int_equal(f.n, 4);
	for (size_t i = 0; i < f.n; i++) {
		assert_int_equal(f.item[i].mark, PP_MARK_BAD);
		assert_string_equal(f.item[i].mend, PP_PRIVILEGE_SETCAP);
	}
}

static void dots_of_the_root_stay(void **state PP_UNUSED)
{
	PP_CLEANUP(pp_freep) char *dotted = pp_xasprintf("%s/a.b", root);

	make_file("/a.b/proc/sys/kernel/perf/x", "7\n");
	assert_int_equal(pp_kernel_setting(dotted, "kernel.perf.x", -5), 7);
	assert_int_equal(pp_kernel_setting(dotted, "kernel.perf.y", -5), -5);
}

static void share_of(const struct pp_unwind_row *rows, size_t n, double want)
{
	struct pp_unwind_table t = {.rows = (struct pp_unwind_row *)(uintptr_t)rows, .nrows = n};
	double got = pp_doctor_frame_pointers(&t);

	assert_true(got > want - 1e-9 && got < want + 1e-9);
}

static void frame_pointers(void **state PP_UNUSED)
{
	static const struct pp_unwind_row rows[] = {
		{.pc = 0, .kind = PP_CFA_PLT},
		{.pc = 1000, .kind = PP_CFA_SP},
		{.pc = 1010, .kind = PP_CFA_FP | PP_FP_AT_CFA},
		{.pc = 1040, .kind = PP_CFA_NONE},
		{.pc = 2000, .kind = PP_CFA_SP | PP_FP_AT_CFA},
		{.pc = 2080, .kind = PP_CFA_NONE},
	};

	share_of(rows, 6, 0.25);
	share_of(rows + 2, 2, 1);
	share_of(rows, 0, -1);
	share_of(rows, 2, -1);
}

#define PLAIN_TEST(test) cmocka_unit_test_setup_teardown(test, make_plain_root, remove_plain_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAIN_TEST(release_and_btf),
		PLAIN_TEST(paranoid),
		PLAIN_TEST(names_of_the_kernel),
		PLAIN_TEST(lockdown),
		PLAIN_TEST(counters),
		PLAIN_TEST(limits),
		cmocka_unit_test(capabilities),
		TREE_TEST(dots_of_the_root_stay),
		cmocka_unit_test(frame_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
