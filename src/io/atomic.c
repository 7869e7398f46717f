/* SPDX-License-Identifier: Apache-2.0 */
/* Temporary file, fsync, rename, fsync of the directory. */
#include <config.h>

#include "io/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/num.h"

#define MAX_BASE 200 /* bytes of a name that those made from it have: file systems allow 255 */

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

/* The pattern of a temporary file beside `path`; owned by the caller. */
static char *temporary_for(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t dir = slash ? (size_t)(slash + 1 - path) : 0, base = strlen(path + dir);

	return pp_xasprintf("%.*s.XXXXXX", (int)(dir + (base < MAX_BASE ? base : MAX_BASE)), path);
}

/* Fill and sync a temporary file beside `path`; its name is returned in *temp even on failure, NULL
 * if none was made. Returns -1 with errno. */
static int write_temp(const char *path, const void *bytes, size_t n, char **temp)
{
	mode_t mask = umask(0);

	umask(mask);
	*temp = temporary_for(path);
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

	/* a link, so that `path` exists at every moment; not all file systems have them, and not
	 * everybody may link to what is somebody else's */
	if (unlink(old) < 0 && errno != ENOENT)
		return -1;
	if (link(path, old) == 0 || errno == ENOENT)
		return 0;
	return rename(path, old);
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

static int write_file(const char *path, const void *bytes, size_t n, bool keep_old,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *temp = NULL;

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

bool pp_atomic_is_stream(const char *path)
{
	return strcmp(path, "-") == 0 || is_special(path);
}

int pp_atomic_write(const char *path, const void *bytes, size_t n, bool keep_old,
		    struct pp_err *err)
{
	sigset_t limit, mask;

	if (strcmp(path, "-") == 0) {
		if (write_all(STDOUT_FILENO, bytes, n) < 0)
			return pp_err_sys(err, errno, "cannot write to standard output");
		return 0;
	}
	if (is_special(path))
		return write_special(path, bytes, n, err);

	/* beyond RLIMIT_FSIZE, an error will do: a signal would leave the temporary file there */
	sigemptyset(&limit);
	sigaddset(&limit, SIGXFSZ);
	pthread_sigmask(SIG_BLOCK, &limit, &mask);
	int rc = write_file(path, bytes, n, keep_old, err);
	while (sigtimedwait(&limit, NULL, &(const struct timespec){0}) < 0 && errno == EINTR)
		;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return rc;
}

/* Whether what is there can become the old one. */
static int check_old(const char *path, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *old = pp_xasprintf("%s.old", path);
	struct stat st;

	if (lstat(old, &st) == 0 && S_ISDIR(st.st_mode))
		return pp_err_set(err, PP_ERR_IO, "cannot write '%s': '%s' is a directory", path,
				  old);
	return 0;
}

int pp_atomic_check(const char *path, bool keep_old, struct pp_err *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return 0;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return pp_err_sys(err, EISDIR, "cannot write '%s'", path);
	if (is_special(path))
		return 0;
	if (lstat(path, &st) < 0 && errno == ENAMETOOLONG)
		return pp_err_sys(err, errno, "cannot write '%s'", path);
	if (keep_old && check_old(path, err))
		return -1;

	PP_CLEANUP(pp_freep) char *dir = directory_of(path);
	if (faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) < 0)
		return pp_err_sys(err, errno, "cannot write '%s'", path);
	return 0;
}
