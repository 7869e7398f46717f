/* SPDX-License-Identifier: Apache-2.0 */
/* Temporary file, fsync, rename, fsync of the directory. */
#include <config.h>

#include "io/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/num.h"

static int write_all(int fd, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* The directory that will hold `path`; owned by the caller. */
static char *directory_of(const char *path)
{
	PP_CLEANUP(pp_freep) char *copy = pp_xstrdup(path);

	return pp_xstrdup(dirname(copy));
}

/* sudo leaves the invoking user in the environment; anybody else's word on it is not taken. */
static void give_to_sudo_user(int fd)
{
	const char *uid_text = getenv("SUDO_UID"); /* pp-allow: as said above */
	const char *gid_text = getenv("SUDO_GID"); /* pp-allow: as said above */
	struct pp_err ignored;
	uint64_t uid, gid;

	if (geteuid() != 0 || !uid_text || !gid_text)
		return;
	if (pp_parse_u64(uid_text, 0, UINT32_MAX - 1, &uid, &ignored) ||
	    pp_parse_u64(gid_text, 0, UINT32_MAX - 1, &gid, &ignored))
		return;
	if (fchown(fd, (uid_t)uid, (gid_t)gid) < 0) {
		/* the file is there and readable; its owner is a courtesy */
	}
}

/* Fill and sync a temporary file beside `path`; its name is returned in *temp even on failure, NULL
 * if none was made. Returns -1 with errno. */
static int write_temp(const char *path, const void *bytes, size_t n, char **temp)
{
	mode_t mask = umask(0);

	umask(mask);
	*temp = pp_xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(*temp, O_CLOEXEC);
	if (fd < 0) {
		free(*temp);
		*temp = NULL;
		return -1;
	}

	/* given away last: what is another's takes a capability more to change */
	int bad = fchmod(fd, 0666 & ~mask) || write_all(fd, bytes, n);
	if (!bad)
		give_to_sudo_user(fd);
	bad = bad || fsync(fd);
	int saved = errno;
	if (close(fd) < 0 && !bad) {
		bad = 1;
		saved = errno;
	}
	errno = saved;
	return bad ? -1 : 0;
}

static void sync_directory(const char *path)
{
	PP_CLEANUP(pp_freep) char *dir = directory_of(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static int move_to_old(const char *path)
{
	PP_CLEANUP(pp_freep) char *old = pp_xasprintf("%s.old", path);

	/* a link, so that `path` exists at every moment */
	if (unlink(old) < 0 && errno != ENOENT)
		return -1;
	if (link(path, old) < 0 && errno != ENOENT)
		return -1;
	return 0;
}

/* Devices, pipes and the like are written to, never replaced. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int write_special(const char *path, const void *bytes, size_t n, struct pp_err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write_all(fd, bytes, n) < 0) {
		pp_err_sys(err, errno, "cannot write '%s'", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

int pp_atomic_write(const char *path, const void *bytes, size_t n, bool keep_old,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *temp = NULL;

	if (strcmp(path, "-") == 0) {
		if (write_all(STDOUT_FILENO, bytes, n) < 0)
			return pp_err_sys(err, errno, "cannot write to standard output");
		return 0;
	}
	if (is_special(path))
		return write_special(path, bytes, n, err);

	if (write_temp(path, bytes, n, &temp) || (keep_old && move_to_old(path)) ||
	    rename(temp, path) < 0) {
		pp_err_sys(err, errno, "cannot write '%s'", path);
		if (temp)
			unlink(temp);
		return -1;
	}
	sync_directory(path);
	return 0;
}

int pp_atomic_check(const char *path, struct pp_err *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return 0;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return pp_err_sys(err, EISDIR, "cannot write '%s'", path);
	if (is_special(path))
		return 0;

	PP_CLEANUP(pp_freep) char *dir = directory_of(path);
	if (faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) < 0)
		return pp_err_sys(err, errno, "cannot write '%s'", path);
	return 0;
}
