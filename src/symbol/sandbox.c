/* SPDX-License-Identifier: Apache-2.0 */
/* Each step is as good as it goes: what a kernel does not have cannot be had. */
#include <config.h>

#include "symbol/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/compiler.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#endif

/* The lowest descriptor from `from` on that stays; UINT_MAX: none. */
static unsigned next_kept(const struct pp_sandbox *box, unsigned from)
{
	unsigned next = ~0U;

	for (size_t i = 0; i < box->nfds; i++) {
		if (box->fds[i] >= 0 && (unsigned)box->fds[i] >= from &&
		    (unsigned)box->fds[i] < next)
			next = (unsigned)box->fds[i];
	}
	return next;
}

static void close_others(const struct pp_sandbox *box)
{
	for (unsigned from = STDERR_FILENO + 1;;) {
		unsigned kept = next_kept(box, from);

		if (kept > from)
			syscall(SYS_close_range, from, kept == ~0U ? kept : kept - 1, 0);
		if (kept == ~0U)
			return;
		from = kept + 1;
	}
}

static void silence(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* sanitizers report there */
		if (!(SANITIZED && fd == STDERR_FILENO))
			dup3(null, fd, O_CLOEXEC);
	}
}

static void die_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "1000", 4) < 0) {
		/* a courtesy to others */
	}
	close(fd);
}

static void limit(int what, uint64_t to)
{
	struct rlimit old, new = {to, to};

	if (getrlimit((__rlimit_resource_t)what, &old) == 0 && old.rlim_max < new.rlim_max)
		new.rlim_cur = new.rlim_max = old.rlim_max;
	setrlimit((__rlimit_resource_t)what, &new);
}

static void set_limits(const struct pp_sandbox *box)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, (uint64_t)(box->cpu_ns / PP_NSEC_PER_SEC) + 1);
	if (SANITIZED)
		return;
	/* files are mapped on top of it */
	limit(RLIMIT_DATA, box->memory);
	limit(RLIMIT_AS, 4 * box->memory);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2];

	memset(none, 0, sizeof(none));
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_capset, &header, none);
}

#if defined(ARCHITECTURE) && !SANITIZED

#define ALLOW(name)                                             \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Where the lower half of an argument is: all are 64 bits wide. */
#define ARGUMENT(n)                                                     \
	(offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t) + \
	 (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(uint32_t) : 0))

static void filter_calls(bool opens)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(pread64),
		ALLOW(read),
		ALLOW(write),
		ALLOW(lseek),
		ALLOW(close),
		ALLOW(fstat),
#ifdef __NR_newfstatat
		ALLOW(newfstatat), /* glibc's fstat() */
#endif
#ifdef __NR_mmap2 /* on 32 bits these are what glibc calls */
		ALLOW(mmap2),
		ALLOW(_llseek),
		ALLOW(fstat64),
		ALLOW(fstatat64),
		ALLOW(statx),
		ALLOW(clock_gettime64),
		ALLOW(futex_time64),
#endif
		ALLOW(mmap),
		ALLOW(munmap),
		ALLOW(mremap),
		ALLOW(mprotect),
		ALLOW(madvise),
		ALLOW(brk),
		ALLOW(sysinfo), /* glibc's qsort() */
		ALLOW(futex),
		ALLOW(clock_gettime),
		ALLOW(getrandom),
		ALLOW(rt_sigreturn),
		ALLOW(restart_syscall),
		ALLOW(exit),
		ALLOW(exit_group),
		/* openat() with nothing in its flags that writes */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, opens ? __NR_openat : ~0U, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(2)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_ACCMODE | O_CREAT | O_TRUNC, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = {PP_ARRAY_LEN(filter), filter};

	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

static void filter_calls(bool opens PP_UNUSED)
{
}

#endif

void pp_sandbox_enter(const struct pp_sandbox *box)
{
	silence();
	die_first();
	close_others(box);
	set_limits(box);
	drop_capabilities();
	filter_calls(box->opens);
}
