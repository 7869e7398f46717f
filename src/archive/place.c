/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
/* without O_NONBLOCK, opening a pipe waits for its other end */
#define READ_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
/* The age below which a file in tmp/ may have been opened, but not been locked yet. */
#define SWEEP_AGE (60 * PP_NSEC_PER_SEC)

void pp_place_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int open_step(int parent, const char *name, bool create)
{
	int fd = openat(parent, name, DIR_FLAGS | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT || !create)
		return fd;
	if (mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
		return -1;
	return openat(parent, name, DIR_FLAGS | O_CLOEXEC);
}

int pp_place_dir(const struct pp_archive *a, const char *dir, bool create, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *steps = pp_xstrdup(dir);
	char *rest = steps;
	int at = -1;

	for (char *step = rest; step; step = rest) {
		rest = strchr(step, '/');
		if (rest)
			*rest++ = '\0';
		int next = open_step(at < 0 ? a->root : at, step, create);
		int saved = errno;

		pp_place_close(&at);
		if (next < 0 && (saved == ENOTDIR || saved == ELOOP))
			return pp_err_set(err, PP_ERR_FORMAT, "'%s/%s' is not a directory", a->path,
					  dir);
		if (next < 0)
			return pp_err_sys(err, saved, "cannot open '%s/%s'", a->path, dir);
		at = next;
	}
	return at;
}

/* Whether nothing is in a directory; also if that cannot be told. */
static bool is_empty(int dir)
{
	int fd = openat(dir, ".", DIR_FLAGS | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;
	bool empty = true;

	if (!d) {
		pp_place_close(&fd);
		return true;
	}
	while (empty && (e = readdir(d)))
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	closedir(d);
	return empty;
}

/* Have the names that lead to a directory last. */
static int sync_way(const struct pp_archive *a, const char *dir, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *way = pp_xstrdup(dir);

	for (char *slash; (slash = strrchr(way, '/'));) {
		*slash = '\0';
		PP_CLEANUP(pp_place_close) int fd = pp_place_dir(a, way, false, err);

		if (fd < 0)
			return -1;
		if (fsync(fd) < 0)
			return pp_err_sys(err, errno, "cannot sync '%s/%s'", a->path, way);
	}
	return fsync(a->root) < 0 ? pp_err_sys(err, errno, "cannot sync '%s'", a->path) : 0;
}

/* Open a directory, made if it is not there, for something that is to last. Of one that is empty
 * that is not known: whoever made it may not have lived to sync it. Of others it is, as nothing is
 * put into one before. */
static int open_lasting(const struct pp_archive *a, const char *dir, struct pp_err *err)
{
	int at = pp_place_dir(a, dir, true, err);

	if (at < 0 || !is_empty(at) || sync_way(a, dir, err) == 0)
		return at;
	close(at);
	return -1;
}

void pp_names_release(struct pp_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct pp_names){0};
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int pp_place_names(const struct pp_archive *a, const char *dir, struct pp_names *names,
		   struct pp_err *err)
{
	int fd = pp_place_dir(a, dir, false, err);
	const struct dirent *e;
	DIR *d;

	*names = (struct pp_names){0};
	if (fd < 0)
		return err->kind == PP_ERR_NOT_FOUND ? 0 : -1;
	d = fdopendir(fd);
	if (!d) {
		pp_err_sys(err, errno, "cannot list '%s/%s'", a->path, dir);
		close(fd);
		return -1;
	}
	for (errno = 0; (e = readdir(d)); errno = 0) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		names->name = pp_grow(names->name, &names->cap, names->n + 1, sizeof(*names->name));
		names->name[names->n++] = pp_xstrdup(e->d_name);
	}
	int saved = errno;
	closedir(d);
	if (saved) {
		pp_names_release(names);
		return pp_err_sys(err, saved, "cannot list '%s/%s'", a->path, dir);
	}
	if (names->n)
		qsort(names->name, names->n, sizeof(*names->name), compare_names);
	return 0;
}

static int read_all(int fd, size_t size, struct pp_buf *out)
{
	size_t end = out->n + size;

	pp_buf_reserve(out, size);
	while (out->n < end) {
		ssize_t got = read(fd, out->p + out->n, end - out->n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break; /* shorter now than it was: its checksum will tell */
		out->n += (size_t)got;
	}
	out->p[out->n] = '\0';
	return 0;
}

int pp_place_open(const struct pp_archive *a, const char *dir, const char *name, struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int at = pp_place_dir(a, dir, false, err);

	if (at < 0)
		return -1;
	int fd = openat(at, name, READ_FLAGS | O_CLOEXEC);
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return pp_err_set(err, PP_ERR_FORMAT, "'%s/%s/%s' is not a regular file", a->path,
				  dir, name);
	return fd < 0 ? pp_err_sys(err, errno, "cannot read '%s/%s/%s'", a->path, dir, name) : fd;
}

int pp_place_read(const struct pp_archive *a, const char *dir, const char *name, uint64_t limit,
		  struct pp_buf *out, struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int fd = pp_place_open(a, dir, name, err);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return pp_err_sys(err, errno, "cannot read '%s/%s/%s'", a->path, dir, name);
	if (!S_ISREG(st.st_mode))
		return pp_err_set(err, PP_ERR_FORMAT, "'%s/%s/%s' is not a regular file", a->path,
				  dir, name);
	if ((uint64_t)st.st_size > limit)
		return pp_err_set(err, PP_ERR_FORMAT, "'%s/%s/%s' is larger than it can be",
				  a->path, dir, name);
	if (read_all(fd, pp_alloc_size((uint64_t)st.st_size), out) < 0)
		return pp_err_sys(err, errno, "cannot read '%s/%s/%s'", a->path, dir, name);
	return 0;
}

static int write_all(int fd, struct pp_str bytes)
{
	while (bytes.n) {
		ssize_t done = write(fd, bytes.p, bytes.n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		bytes.p += done;
		bytes.n -= (size_t)done;
	}
	return 0;
}

/* A name that nobody else has chosen. */
static int temp_name(char out[24])
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -1;
	snprintf(out, 24, "w-%016llx", (unsigned long long)random);
	return 0;
}

/* The lock says that its owner lives. */
static int open_temp(int tmp, char name[24])
{
	if (temp_name(name) < 0)
		return -1;

	int fd = openat(tmp, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0)
		flock(fd, LOCK_EX | LOCK_NB);
	return fd;
}

/* Returns -1 with errno; nothing is left in tmp/ then. */
static int write_temp(int tmp, char name[24], struct pp_str bytes, int *fd)
{
	*fd = open_temp(tmp, name);
	if (*fd < 0)
		return -1;
	if (write_all(*fd, bytes) < 0 || fchmod(*fd, 0400) < 0 || fsync(*fd) < 0) {
		int saved = errno;

		unlinkat(tmp, name, 0);
		errno = saved;
		return -1;
	}
	return 0;
}

/* Without replacing anything: a link fails if its name is taken, which a rename does not. */
static int move_in(int tmp, const char *temp, int dir, const char *name, bool keep)
{
	int rc = keep ? linkat(tmp, temp, dir, name, 0) : renameat(tmp, temp, dir, name);

	if (rc < 0 && !(keep && errno == EEXIST)) {
		int saved = errno;

		unlinkat(tmp, temp, 0);
		errno = saved;
		return -1;
	}
	if (keep)
		unlinkat(tmp, temp, 0);
	return 0;
}

/* Read what was written, and have it judged. */
static int check_temp(int tmp, const char *temp, size_t n, pp_place_check_fn *check, void *context,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf again = PP_BUF_INIT;
	PP_CLEANUP(pp_place_close) int fd = openat(tmp, temp, READ_FLAGS | O_CLOEXEC);

	if (fd < 0 || read_all(fd, n, &again) < 0)
		return pp_err_sys(err, errno, "cannot read 'tmp/%s' again", temp);
	return check(context, pp_buf_view(&again), err);
}

int pp_place_write_checked(const struct pp_archive *a, const char *dir, const char *name,
			   struct pp_str bytes, pp_place_check_fn *check, void *context,
			   struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int at = open_lasting(a, dir, err);
	PP_CLEANUP(pp_place_close) int tmp = pp_place_dir(a, "tmp", true, err);
	PP_CLEANUP(pp_place_close) int fd = -1;
	char temp[24];

	if (at < 0 || tmp < 0)
		return -1;
	if (write_temp(tmp, temp, bytes, &fd) < 0)
		return pp_err_sys(err, errno, "cannot write '%s/%s/%s'", a->path, dir, name);
	if (check_temp(tmp, temp, bytes.n, check, context, err)) {
		unlinkat(tmp, temp, 0);
		return pp_err_wrap(err, "cannot write '%s/%s/%s'", a->path, dir, name);
	}
	if (move_in(tmp, temp, at, name, false) < 0 || fsync(at) < 0)
		return pp_err_sys(err, errno, "cannot write '%s/%s/%s'", a->path, dir, name);
	return 0;
}

int pp_place_write(const struct pp_archive *a, const char *dir, const char *name,
		   struct pp_str bytes, bool keep, struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int at = open_lasting(a, dir, err);
	PP_CLEANUP(pp_place_close) int tmp = pp_place_dir(a, "tmp", true, err);
	PP_CLEANUP(pp_place_close) int fd = -1;
	char temp[24];

	if (at < 0 || tmp < 0)
		return -1;
	if (write_temp(tmp, temp, bytes, &fd) < 0 || move_in(tmp, temp, at, name, keep) < 0 ||
	    fsync(at) < 0)
		return pp_err_sys(err, errno, "cannot write '%s/%s/%s'", a->path, dir, name);
	return 0;
}

int pp_place_sync(const struct pp_archive *a, const char *dir, const char *name, struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int at = pp_place_dir(a, dir, false, err);
	PP_CLEANUP(pp_place_close) int fd = at < 0 ? -1 : pp_place_open(a, dir, name, err);

	if (fd < 0)
		return -1;
	if (fsync(fd) < 0 || fsync(at) < 0)
		return pp_err_sys(err, errno, "cannot sync '%s/%s/%s'", a->path, dir, name);
	return sync_way(a, dir, err);
}

int pp_place_remove_all(const struct pp_archive *a, const char *dir, const struct pp_names *names,
			struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int at = pp_place_dir(a, dir, false, err);

	if (at < 0)
		return err->kind == PP_ERR_NOT_FOUND ? 0 : -1;
	for (size_t i = 0; i < names->n; i++) {
		if (unlinkat(at, names->name[i], 0) < 0 && errno != ENOENT)
			return pp_err_sys(err, errno, "cannot remove '%s/%s/%s'", a->path, dir,
					  names->name[i]);
	}
	return fsync(at) < 0 ? pp_err_sys(err, errno, "cannot sync '%s/%s'", a->path, dir) : 0;
}

int pp_place_remove(const struct pp_archive *a, const char *dir, const char *name,
		    struct pp_err *err)
{
	char *only = (char *)(uintptr_t)name;
	const struct pp_names names = {.name = &only, .n = 1};

	return pp_place_remove_all(a, dir, &names, err);
}

int pp_place_size(const struct pp_archive *a, const char *dir, const char *name, uint64_t *size,
		  struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int at = pp_place_dir(a, dir, false, err);
	struct stat st;

	*size = 0;
	if (at < 0)
		return err->kind == PP_ERR_NOT_FOUND ? 0 : -1;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		*size = (uint64_t)st.st_size;
	else if (errno != ENOENT)
		return pp_err_sys(err, errno, "cannot read '%s/%s/%s'", a->path, dir, name);
	return 0;
}

int pp_place_move(const struct pp_archive *a, const char *dir, const char *name, const char *to_dir,
		  const char *to_name, struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int from = pp_place_dir(a, dir, false, err);
	PP_CLEANUP(pp_place_close) int to = from < 0 ? -1 : open_lasting(a, to_dir, err);

	if (to < 0)
		return -1;
	if (renameat(from, name, to, to_name) < 0 || fsync(to) < 0 || fsync(from) < 0)
		return pp_err_sys(err, errno, "cannot move '%s/%s/%s' to %s", a->path, dir, name,
				  to_dir);
	return 0;
}

/* Whether nobody writes to it any more. */
static bool is_dead(int tmp, const char *name)
{
	PP_CLEANUP(pp_place_close) int fd = openat(tmp, name, READ_FLAGS | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	int64_t changed = st.st_mtim.tv_sec * PP_NSEC_PER_SEC + st.st_mtim.tv_nsec;
	return pp_clock_real() - changed > SWEEP_AGE && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

int pp_place_sweep(const struct pp_archive *a, bool dry_run, uint64_t *n, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	PP_CLEANUP(pp_place_close) int tmp = pp_place_dir(a, "tmp", false, err);

	*n = 0;
	if (tmp < 0)
		return err->kind == PP_ERR_NOT_FOUND ? 0 : -1;
	if (pp_place_names(a, "tmp", &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (!is_dead(tmp, names.name[i]))
			continue;
		if (!dry_run && unlinkat(tmp, names.name[i], 0) < 0 && errno != ENOENT)
			return pp_err_sys(err, errno, "cannot remove '%s/tmp/%s'", a->path,
					  names.name[i]);
		++*n;
	}
	return 0;
}
