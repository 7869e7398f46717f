/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities, sysctls, and the remedies to name. */
#include <config.h>

#include "collect/privilege.h"

#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collect/kernel.h"

#define HURRY (-10) /* nice(2) */

#define HINT_ROOT "run it with sudo, or once: " PP_PRIVILEGE_SETCAP

bool pp_privilege_has(unsigned cap)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return data[cap / 32].effective >> (cap % 32) & 1;
}

int pp_privilege_paranoid(void)
{
	return (int)pp_kernel_setting("", "kernel.perf_event_paranoid", -1);
}

uint32_t pp_privilege_max_rate(void)
{
	long rate = pp_kernel_setting("", "kernel.perf_event_max_sample_rate", 0);

	return rate > 0 ? (uint32_t)rate : 0;
}

static bool may_use_perf(void)
{
	return pp_privilege_has(CAP_PERFMON) || pp_privilege_has(CAP_SYS_ADMIN);
}

bool pp_privilege_kernel_samples(void)
{
	return may_use_perf() || pp_privilege_paranoid() <= 1;
}

/* Whether processes have other numbers here than those that an eBPF program sees. The inode of the
 * first namespace is fixed: PROC_PID_INIT_INO of the kernel. */
static bool is_in_pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino != 0xEFFFFFFC;
}

int pp_privilege_check_bpf(struct pp_err *err)
{
	bool admin = pp_privilege_has(CAP_SYS_ADMIN);
	bool bpf = admin || pp_privilege_has(CAP_BPF);
	bool perfmon = admin || pp_privilege_has(CAP_PERFMON);

	if (bpf && perfmon && is_in_pid_namespace()) {
		pp_err_set(err, PP_ERR_UNSUPPORTED,
			   "eBPF programs see the process numbers of the host, and this is a pid "
			   "namespace with numbers of its own");
		return pp_err_hint(err, "run it in the host's pid namespace (for containers: "
					"--pid=host)");
	}
	if (bpf && perfmon)
		return 0;
	pp_err_set(err, PP_ERR_PERMISSION, "eBPF needs %s%s%s", bpf ? "" : "CAP_BPF",
		   bpf || perfmon ? "" : " and ", perfmon ? "" : "CAP_PERFMON");
	return pp_err_hint(err, HINT_ROOT);
}

/* The user that a process runs as; false if it is gone. */
static bool owner_of(pid_t pid, uid_t *uid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	if (stat(path, &st) < 0)
		return false;
	*uid = st.st_uid;
	return true;
}

static void user_name(uid_t uid, char *out, size_t size)
{
	char room[1024];
	struct passwd pw, *found = NULL;

	if (getpwuid_r(uid, &pw, room, sizeof(room), &found) == 0 && found)
		snprintf(out, size, "%s", pw.pw_name);
	else
		snprintf(out, size, "uid %u", (unsigned)uid);
}

static int explain_machine(const struct pp_sampling *s, int paranoid, struct pp_err *err)
{
	bool cgroup = s && s->cgroup_fd >= 0;

	pp_err_set(err, PP_ERR_PERMISSION,
		   "recording %s needs CAP_PERFMON or "
		   "kernel.perf_event_paranoid <= 0 (it is %d)",
		   cgroup ? "a cgroup" : "the whole machine", paranoid);
	return pp_err_hint(err, HINT_ROOT);
}

int pp_privilege_explain_perf(pid_t pid, const struct pp_sampling *s, struct pp_err *err)
{
	int paranoid = pp_privilege_paranoid();
	char name[64];
	uid_t uid;

	if (pid < 0)
		return explain_machine(s, paranoid, err);
	if (owner_of(pid, &uid) && uid != geteuid()) {
		user_name(uid, name, sizeof(name));
		pp_err_set(err, PP_ERR_PERMISSION,
			   "cannot record process %d: it belongs to %s; that needs CAP_PERFMON and "
			   "CAP_SYS_PTRACE",
			   (int)pid, name);
		return pp_err_hint(err, HINT_ROOT);
	}
	if (paranoid > 2) {
		pp_err_set(err, PP_ERR_PERMISSION,
			   "perf events need CAP_PERFMON, or kernel.perf_event_paranoid <= 2 (it "
			   "is %d, "
			   "which forbids them)",
			   paranoid);
		return pp_err_hint(err, "sudo sysctl kernel.perf_event_paranoid=2");
	}
	if (s && s->kernel_only && !pp_privilege_kernel_samples()) {
		pp_err_set(err, PP_ERR_PERMISSION,
			   "recording the kernel needs CAP_PERFMON or "
			   "kernel.perf_event_paranoid <= 1 (it is %d)",
			   paranoid);
		return pp_err_hint(err, HINT_ROOT);
	}
	pp_err_set(err, PP_ERR_PERMISSION,
		   "cannot record process %d: it has more privileges than this one (setuid or file "
		   "capabilities); that needs CAP_PERFMON and CAP_SYS_PTRACE",
		   (int)pid);
	return pp_err_hint(err, HINT_ROOT);
}

void pp_privilege_hurry(void)
{
	if (setpriority(PRIO_PROCESS, 0, HURRY) < 0)
		return; /* a pity, but no more */
}

void pp_privilege_rest(void)
{
	if (getpriority(PRIO_PROCESS, 0) == HURRY && setpriority(PRIO_PROCESS, 0, 0) < 0)
		return;
}

void pp_privilege_raise_files(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0 && lim.rlim_cur < lim.rlim_max) {
		lim.rlim_cur = lim.rlim_max;
		setrlimit(RLIMIT_NOFILE, &lim);
	}
}
