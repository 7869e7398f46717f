/* SPDX-License-Identifier: Apache-2.0 */
/* Settings, each with what it means for who asks. */
#include <config.h>

#include "doctor/machine.h"

#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "base/alloc.h"
#include "base/scan.h"
#include "collect/kernel.h"
#include "collect/privilege.h"
#include "collect/ring_set.h"
#include "io/file.h"
#include "symbol/kallsyms.h"

/* Before it, the verifier does not take the program's loops. */
#define BPF_MAJOR 5
#define BPF_MINOR 17

/* The two numbers that a release such as "6.1.0-18-amd64" begins with. */
static bool parse_release(const char *text, uint64_t *major, uint64_t *minor)
{
	struct pp_str rest = pp_str_of(text);

	return pp_scan_number(&rest, 10, major) && pp_scan_char(&rest, '.') &&
	       pp_scan_number(&rest, 10, minor);
}

static void release(struct pp_findings *f, const char *root)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/proc/sys/kernel/osrelease", root);
	struct utsname name;
	char text[128];
	uint64_t major, minor;

	if (pp_file_read_text(path, text, sizeof(text)) <= 0) {
		pp_findings_add(f, PP_MARK_NOTE, "release", NULL, "'%s' cannot be read", path);
		return;
	}
	text[strcspn(text, "\n")] = '\0';
	const char *machine = uname(&name) == 0 ? name.machine : "";
	if (!parse_release(text, &major, &minor))
		pp_findings_add(f, PP_MARK_NOTE, "release", NULL, "Linux %s %s", text, machine);
	else if (major < BPF_MAJOR || (major == BPF_MAJOR && minor < BPF_MINOR))
		pp_findings_add(f, PP_MARK_NOTE, "release", NULL,
				"Linux %s %s; eBPF takes %d.%d, perf events record as well", text,
				machine, BPF_MAJOR, BPF_MINOR);
	else
		pp_findings_add(f, PP_MARK_OK, "release", NULL, "Linux %s %s", text, machine);
}

static void btf(struct pp_findings *f, const char *root)
{
	if (pp_kernel_has_btf(root))
		pp_findings_add(f, PP_MARK_OK, "BTF", NULL, "/sys/kernel/btf/vmlinux");
	else
		pp_findings_add(f, PP_MARK_BAD, "BTF", NULL,
				"none: eBPF needs a kernel with CONFIG_DEBUG_INFO_BTF");
}

static void paranoid(struct pp_findings *f, const char *root)
{
	static const char name[] = "perf_event_paranoid";
	long v = pp_kernel_setting(root, "kernel.perf_event_paranoid", LONG_MIN);

	if (v == LONG_MIN)
		pp_findings_add(f, PP_MARK_BAD, name, NULL, "none: this kernel has no perf events");
	else if (pp_privilege_has(CAP_PERFMON) || pp_privilege_has(CAP_SYS_ADMIN))
		pp_findings_add(f, PP_MARK_OK, name, NULL,
				"%ld, which does not apply with CAP_PERFMON", v);
	else if (v > 2)
		pp_findings_add(f, PP_MARK_BAD, name, "sudo sysctl kernel.perf_event_paranoid=2",
				"%ld: kernels of Debian and Ubuntu refuse all perf events", v);
	else if (v == 2)
		pp_findings_add(f, PP_MARK_BAD, name, "sudo sysctl kernel.perf_event_paranoid=1",
				"2: own processes only, without the kernel's part of stacks");
	else
		pp_findings_add(f, PP_MARK_OK, name, NULL, "%ld: %s", v,
				v == 1 ? "own processes and their kernel stacks"
				       : "everything may be recorded");
}

/* What counts is whether the list shows addresses; the setting is why it does not. */
static void kernel_names(struct pp_findings *f, const char *root)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/proc/kallsyms", root);
	PP_CLEANUP(pp_freep)
	char *mend = pp_xasprintf("sudo sysctl %s", pp_kernel_settings_for_names(root));
	long v = pp_kernel_setting(root, "kernel.kptr_restrict", 0);
	struct pp_err err = PP_ERR_INIT;
	PP_CLEANUP(pp_kallsyms_freep) struct pp_kallsyms *k = pp_kallsyms_load(path, &err);

	if (!k)
		pp_findings_add_error(f, "kptr_restrict", &err);
	else if (pp_kallsyms_hidden(k))
		pp_findings_add(f, PP_MARK_BAD, "kptr_restrict", mend,
				"%ld: kernel functions have no names for this user", v);
	else
		pp_findings_add(f, PP_MARK_OK, "kptr_restrict", NULL,
				"%ld: kernel functions have names", v);
}

static void lockdown(struct pp_findings *f, const char *root)
{
	switch (pp_kernel_lockdown(root)) {
	case PP_LOCKDOWN_NONE:
		pp_findings_add(f, PP_MARK_OK, "lockdown", NULL, "none");
		return;
	case PP_LOCKDOWN_INTEGRITY:
		pp_findings_add(f, PP_MARK_OK, "lockdown", NULL,
				"integrity, which allows recording");
		return;
	case PP_LOCKDOWN_CONFIDENTIALITY:
		pp_findings_add(f, PP_MARK_BAD, "lockdown",
				"boot with the kernel parameter lockdown=integrity",
				"confidentiality: eBPF programs may not read memory");
		return;
	}
}

static void unprivileged_bpf(struct pp_findings *f, const char *root)
{
	long v = pp_kernel_setting(root, "kernel.unprivileged_bpf_disabled", -1);

	if (v < 0)
		pp_findings_add(f, PP_MARK_NOTE, "unprivileged_bpf", NULL,
				"the kernel does not say");
	else
		pp_findings_add(f, PP_MARK_OK, "unprivileged_bpf", NULL,
				"%s; pyroprof takes CAP_BPF either way",
				v ? "disabled" : "enabled");
}

static void pmu(struct pp_findings *f, const char *root)
{
	if (pp_kernel_has_pmu(root))
		pp_findings_add(f, PP_MARK_OK, "PMU", NULL,
				"the processor has counters: -e cycles and the like");
	else
		pp_findings_add(f, PP_MARK_NOTE, "PMU", NULL,
				"none, as in most virtual machines: -e cpu-clock works without");
}

static void max_rate(struct pp_findings *f, const char *root)
{
	long v = pp_kernel_setting(root, "kernel.perf_event_max_sample_rate", -1);

	if (v < 0)
		return; /* said already: no perf events */
	if (v >= PP_SAMPLING_FREQUENCY)
		pp_findings_add(f, PP_MARK_OK, "max_sample_rate", NULL, "%ld Hz", v);
	else
		pp_findings_add(f, PP_MARK_BAD, "max_sample_rate",
				"sudo sysctl kernel.perf_event_max_sample_rate=100000",
				"%ld Hz, and %d are the default of record", v,
				PP_SAMPLING_FREQUENCY);
}

/* Rings of perf events are locked memory: so much per CPU by this setting, and then out of what
 * the process may lock (perf_event_open(2)). */
static void memlock(struct pp_findings *f, const char *root)
{
	static const char name[] = "memlock";
	long kib = pp_kernel_setting(root, "kernel.perf_event_mlock_kb", -1);
	long want = (PP_PERF_RING_PAGES + 1) * 4;
	struct rlimit lim;

	if (kib < 0)
		return;
	if (pp_privilege_has(CAP_IPC_LOCK))
		pp_findings_add(f, PP_MARK_OK, name, NULL, "not limited, by CAP_IPC_LOCK");
	else if (kib >= want)
		pp_findings_add(f, PP_MARK_OK, name, NULL, "%ld KiB of each CPU's ring", kib);
	else if (getrlimit(RLIMIT_MEMLOCK, &lim) == 0 && lim.rlim_cur == RLIM_INFINITY)
		pp_findings_add(f, PP_MARK_OK, name, NULL, "not limited, by ulimit -l");
	else
		pp_findings_add(f, PP_MARK_BAD, name, "sudo sysctl kernel.perf_event_mlock_kb=516",
				"%ld KiB for each CPU's ring, which takes %ld", kib, want);
}

void pp_doctor_kernel(struct pp_findings *f, const char *root)
{
	f->group = "kernel";
	release(f, root);
	btf(f, root);
	paranoid(f, root);
	kernel_names(f, root);
	lockdown(f, root);
	unprivileged_bpf(f, root);
	pmu(f, root);
	max_rate(f, root);
	memlock(f, root);
}

void pp_doctor_capabilities(struct pp_findings *f)
{
	static const struct {
		unsigned cap;
		const char *name, *use;
	} all[] = {
		{CAP_BPF, "CAP_BPF", "load eBPF programs"},
		{CAP_PERFMON, "CAP_PERFMON", "record processes of others, and the kernel"},
		{CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "see what processes of others have mapped"},
		{CAP_SYSLOG, "CAP_SYSLOG", "name kernel functions"},
	};
	bool admin = pp_privilege_has(CAP_SYS_ADMIN);

	f->group = "privileges";
	for (size_t i = 0; i < PP_ARRAY_LEN(all); i++) {
		bool by_admin = admin && (all[i].cap == CAP_BPF || all[i].cap == CAP_PERFMON);

		if (pp_privilege_has(all[i].cap) || by_admin)
			pp_findings_add(f, PP_MARK_OK, all[i].name, NULL, "may %s", all[i].use);
		else
			pp_findings_add(f, PP_MARK_BAD, all[i].name, PP_PRIVILEGE_SETCAP,
					"may not %s", all[i].use);
	}
}
