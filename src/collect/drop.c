/* SPDX-License-Identifier: Apache-2.0 */
/* capabilities(7): the sets of this process. */
#include <config.h>

#include "collect/drop.h"

#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "collect/privilege.h"

#ifndef CAP_CHECKPOINT_RESTORE
#define CAP_CHECKPOINT_RESTORE 40
#endif

#define BIT(cap) (1ULL << (cap))

struct sets {
	uint64_t effective, permitted, inheritable;
};

static uint64_t join(uint32_t low, uint32_t high)
{
	return (uint64_t)high << 32 | low;
}

static bool get(struct sets *s)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	s->effective = join(data[0].effective, data[1].effective);
	s->permitted = join(data[0].permitted, data[1].permitted);
	s->inheritable = join(data[0].inheritable, data[1].inheritable);
	return true;
}

static void set(const struct sets *s)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{(uint32_t)s->effective, (uint32_t)s->permitted, (uint32_t)s->inheritable},
		{(uint32_t)(s->effective >> 32), (uint32_t)(s->permitted >> 32),
		 (uint32_t)(s->inheritable >> 32)},
	};

	/* less is always permitted */
	syscall(SYS_capset, &header, data);
}

/* What is allowed to whoever has it, on kernels too old to know `cap`. */
static uint64_t or_admin(unsigned cap)
{
	return prctl(PR_CAPBSET_READ, cap, 0, 0, 0) < 0 ? BIT(CAP_SYS_ADMIN) : BIT(cap);
}

static char *directory_of(const char *path)
{
	PP_CLEANUP(pp_freep) char *copy = pp_xstrdup(path);

	return pp_xstrdup(dirname(copy));
}

/* Whether `path` can be written to with the capabilities in force: devices and pipes themselves,
 * files by what can be done in their directory. */
static bool can_write(const char *path)
{
	PP_CLEANUP(pp_freep) char *dir = directory_of(path);
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
	return faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) == 0;
}

/* Whether a file there may belong to others, or be one that only its owner may move. */
static bool is_shared(const char *path)
{
	PP_CLEANUP(pp_freep) char *dir = directory_of(path);
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid != geteuid())
		return true;
	return stat(dir, &st) == 0 && (st.st_mode & S_ISVTX) && st.st_uid != geteuid();
}

/* What writing takes beyond `keep`. */
static uint64_t for_writing(const struct pp_drop *d, struct sets now, uint64_t keep)
{
	struct sets without = now;
	uint64_t needed = 0;

	/* try without, and take back what was */
	without.effective &= keep;
	set(&without);
	for (const char *const *path = d->writes; path && *path; path++) {
		if (strcmp(*path, "-") == 0)
			continue;
		if (!can_write(*path))
			needed |= BIT(CAP_DAC_OVERRIDE);
		if (is_shared(*path))
			needed |= BIT(CAP_FOWNER);
	}
	set(&now);
	return needed;
}

uint64_t pp_drop_privileges(const struct pp_drop *d)
{
	uint64_t keep = BIT(CAP_SYS_PTRACE) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYSLOG) |
			or_admin(CAP_CHECKPOINT_RESTORE);
	struct sets s;

	if (!get(&s))
		return 0;
	if (d->bpf)
		keep |= or_admin(CAP_BPF);
	if (d->ends_command)
		keep |= BIT(CAP_KILL);
	if (d->gives_away)
		keep |= BIT(CAP_CHOWN);
	keep |= for_writing(d, s, keep);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (unsigned cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (!(keep & BIT(cap)))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	}
	s.effective &= keep;
	s.permitted &= keep;
	s.inheritable = 0;
	set(&s);
	return s.permitted;
}
