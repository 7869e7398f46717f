/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files, by mapping where that is possible. */
#include <config.h>

#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/units.h"

static void close_fd(const int *fd)
{
	if (*fd > STDERR_FILENO)
		close(*fd);
}

static int too_large(const char *path, uint64_t limit, struct pp_err *err)
{
	char text[PP_QTY_MAX];

	return pp_err_set(
		err, PP_ERR_LIMIT, "cannot read '%s': larger than the limit of %s", path,
		pp_units_label(text, (int64_t)limit, PP_STR_LIT("bytes"), PP_STR_LIT("auto")));
}

/* A pipe, a terminal, a file in /proc: read until the end. */
static int read_stream(struct pp_file *f, int fd, const char *path, uint64_t limit,
		       struct pp_err *err)
{
	size_t cap = 0;

	for (;;) {
		f->bytes = pp_grow(f->bytes, &cap, f->n + (64u << 10), 1);
		ssize_t n = read(fd, f->bytes + f->n, cap - f->n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			pp_err_sys(err, errno, "cannot read '%s'", path);
			pp_file_release(f);
			return -1;
		}
		if (n == 0)
			return 0;
		f->n += (size_t)n;
		if (f->n > limit) {
			pp_file_release(f);
			return too_large(path, limit, err);
		}
	}
}

int pp_file_read(struct pp_file *f, const char *path, uint64_t limit, struct pp_err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	PP_CLEANUP(close_fd) int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*f = (struct pp_file){0};
	if (fd < 0 || fstat(fd, &st) < 0)
		return pp_err_sys(err, errno, "cannot read '%s'", path);
	if (S_ISDIR(st.st_mode))
		return pp_err_set(err, PP_ERR_IO, "cannot read '%s': is a directory", path);
	if (!S_ISREG(st.st_mode) || st.st_size == 0 || is_stdin)
		return read_stream(f, fd, is_stdin ? "standard input" : path, limit, err);
	if ((uint64_t)st.st_size > limit)
		return too_large(path, limit, err);

	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return read_stream(f, fd, path, limit, err);
	madvise(p, (size_t)st.st_size, MADV_SEQUENTIAL);
	*f = (struct pp_file){.bytes = p, .n = (size_t)st.st_size, .mapped = true};
	return 0;
}

/* A file of somebody else may be put there to be believed, and one that only we may read because of
 * our privileges must not be quoted to whoever named it. */
static int check_own(const char *path, const struct stat *st, struct pp_err *err)
{
	bool ours = st->st_uid == geteuid();

	if (!ours && !(st->st_uid == 0 && st->st_mode & S_IROTH))
		return pp_err_set(err, PP_ERR_PERMISSION,
				  "cannot use '%s': it belongs to somebody else", path);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return pp_err_set(err, PP_ERR_PERMISSION,
				  "cannot use '%s': it can be written by others", path);
	return 0;
}

static int read_regular(struct pp_file *f, const char *path, uint64_t limit, bool own,
			struct pp_err *err)
{
	struct stat st;

	*f = (struct pp_file){0};
	/* to open some devices is to start something */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return pp_err_set(err, PP_ERR_IO, "cannot read '%s': not a regular file", path);

	/* it may have become one now: without O_NONBLOCK, opening a pipe waits for its other end */
	PP_CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return pp_err_sys(err, errno, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode))
		return pp_err_set(err, PP_ERR_IO, "cannot read '%s': not a regular file", path);
	if (own && check_own(path, &st, err))
		return -1;
	if ((uint64_t)st.st_size > limit)
		return too_large(path, limit, err);
	return read_stream(f, fd, path, limit, err);
}

int pp_file_read_regular(struct pp_file *f, const char *path, uint64_t limit, struct pp_err *err)
{
	return read_regular(f, path, limit, false, err);
}

int pp_file_read_own(struct pp_file *f, const char *path, uint64_t limit, struct pp_err *err)
{
	return read_regular(f, path, limit, true, err);
}

void pp_file_release(struct pp_file *f)
{
	if (f->mapped)
		munmap(f->bytes, f->n);
	else
		free(f->bytes);
	*f = (struct pp_file){0};
}

long pp_file_read_text(const char *path, char *out, size_t size)
{
	PP_CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;

	out[0] = '\0';
	if (fd < 0)
		return -1;
	while (n + 1 < size) {
		ssize_t got = read(fd, out + n, size - 1 - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	out[n] = '\0';
	return (long)n;
}

bool pp_file_read_at(int fd, void *out, size_t n, uint64_t offset)
{
	if (offset > INT64_MAX || n > INT64_MAX - offset) {
		errno = 0;
		return false;
	}
	for (size_t done = 0; done < n;) {
		ssize_t got = pread(fd, (char *)out + done, n - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = 0;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}
