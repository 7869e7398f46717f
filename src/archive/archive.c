/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/place.h"
#include "archive/textfile.h"
#include "base/alloc.h"
#include "base/num.h"
#include "base/scan.h"

#define IDENTITY   "ARCHIVE"
#define FIRST_LINE "pyroprof archive"

static const char *const directories[] = {"tmp", "new", "seg", "pins", "tags", "status", "bad"};

/* Have the name of a directory last. In one that we may not read, or that is of no real disk, there
 * is none that we have made. */
static int sync_parent(const char *path, bool made, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *copy = pp_xstrdup(path);
	PP_CLEANUP(pp_place_close) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && fsync(fd) == 0)
		return 0;
	if (!made && (errno == EACCES || errno == EINVAL || errno == EROFS))
		return 0;
	return pp_err_sys(err, errno, "cannot make '%s' last", path);
}

static int make_directory(const char *path, struct pp_err *err)
{
	bool made = mkdir(path, 0700) == 0;

	if (!made && errno != EEXIST)
		return pp_err_sys(err, errno, "cannot make directory '%s'", path);
	/* one that is there may have been made by somebody who did not come so far */
	return sync_parent(path, made, err);
}

/* mkdir -p */
static int make_path(const char *path, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *part = pp_xstrdup(path);

	for (char *slash = part + 1; *part && *slash; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		if (make_directory(part, err))
			return -1;
		*slash = '/';
	}
	return make_directory(path, err);
}

static int open_root(struct pp_archive *a, const char *path, struct pp_err *err)
{
	*a = (struct pp_archive){.path = pp_xstrdup(path), .lock = -1};
	a->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return a->root < 0 ? pp_err_sys(err, errno, "cannot open archive '%s'", path) : 0;
}

/* A line "NAME VALUE". */
static bool take_line(struct pp_str *text, const char *name, struct pp_str *value)
{
	struct pp_str prefix = pp_str_of(name);

	if (!pp_scan_line(text, value) || !pp_str_starts(*value, prefix))
		return false;
	value->p += prefix.n;
	value->n -= prefix.n;
	return pp_scan_char(value, ' ');
}

static int damaged(const struct pp_archive *a, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_FORMAT, "'%s/" IDENTITY "' is damaged", a->path);
}

/* Versions are compared before anything else that a later one may do otherwise, but that a file
 * begins with a line like ours and ends with a checksum. */
static int read_identity(struct pp_archive *a, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_str rest, value;
	uint64_t version;

	if (pp_textfile_read(a, ".", IDENTITY, FIRST_LINE, &text, err))
		return -1;
	rest = pp_buf_view(&text);
	if (!take_line(&rest, "version", &value) || !pp_scan_number(&value, 10, &version))
		return damaged(a, err);
	if (version != PP_ARCHIVE_VERSION) {
		pp_err_set(err, PP_ERR_UNSUPPORTED,
			   "archive '%s' is of version %llu: this pyroprof knows version %d",
			   a->path, (unsigned long long)version, PP_ARCHIVE_VERSION);
		return pp_err_hint(err, "use a later pyroprof");
	}
	if (!take_line(&rest, "uuid", &value) || value.n != sizeof(a->uuid) - 1)
		return damaged(a, err);
	memcpy(a->uuid, value.p, value.n);
	return 0;
}

int pp_archive_open(struct pp_archive *a, const char *path, struct pp_err *err)
{
	if (open_root(a, path, err) == 0 && read_identity(a, err) == 0)
		return 0;
	if (err->kind == PP_ERR_NOT_FOUND)
		pp_err_set(err, PP_ERR_NOT_FOUND, "there is no archive in '%s'", path);
	return -1;
}

void pp_archive_close(struct pp_archive *a)
{
	pp_archive_unlock(a);
	pp_place_close(&a->root);
	free(a->path);
	*a = (struct pp_archive){.root = -1, .lock = -1};
}

/* Version 4 of RFC 9562. */
static int make_uuid(char out[37])
{
	uint8_t b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return -1;
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	for (size_t i = 0, at = 0; i < sizeof(b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		at += (size_t)snprintf(out + at, 3, "%02x", b[i]);
	}
	return 0;
}

static int write_identity(const struct pp_archive *a, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	char uuid[37];

	if (make_uuid(uuid))
		return pp_err_sys(err, errno, "cannot make a UUID");
	pp_buf_fmt(&text, "version %d\nuuid %s\n", PP_ARCHIVE_VERSION, uuid);
	/* of several who make it at the same time, one has named it */
	return pp_textfile_write(a, ".", IDENTITY, FIRST_LINE, pp_buf_view(&text), true, err);
}

bool pp_archive_is_ours(const char *name)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(directories); i++) {
		if (strcmp(name, directories[i]) == 0)
			return true;
	}
	return strcmp(name, "lock") == 0 || strcmp(name, "generation") == 0 ||
	       strcmp(name, IDENTITY) == 0;
}

static int check_empty(const struct pp_archive *a, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	if (pp_place_names(a, ".", &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (!pp_archive_is_ours(names.name[i]))
			return pp_err_set(err, PP_ERR_USAGE,
					  "'%s' is neither empty nor an archive: it has '%s'",
					  a->path, names.name[i]);
	}
	return 0;
}

/* A file of ours that is empty at first. */
static int touch(const struct pp_archive *a, const char *name, uint64_t *made, struct pp_err *err)
{
	int fd = openat(a->root, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST
			       ? 0
			       : pp_err_sys(err, errno, "cannot make '%s/%s'", a->path, name);
	close(fd);
	++*made;
	return 0;
}

static int make_place(int parent, const char *name, uint64_t *made)
{
	if (mkdirat(parent, name, 0700) < 0)
		return errno == EEXIST ? 0 : -1;
	++*made;
	return 0;
}

/* All places of loose objects are there from the beginning, so that adding one has to sync its own
 * directory only. */
int pp_archive_make_places(const struct pp_archive *a, uint64_t *made, struct pp_err *err)
{
	*made = 0;
	for (size_t i = 0; i < PP_ARRAY_LEN(directories); i++) {
		if (make_place(a->root, directories[i], made))
			return pp_err_sys(err, errno, "cannot make '%s/%s'", a->path,
					  directories[i]);
	}
	PP_CLEANUP(pp_place_close) int new = pp_place_dir(a, "new", false, err);
	if (new < 0)
		return -1;
	for (unsigned i = 0; i < 256; i++) {
		char name[3];

		snprintf(name, sizeof(name), "%02x", i);
		if (make_place(new, name, made))
			return pp_err_sys(err, errno, "cannot make '%s/new/%s'", a->path, name);
	}
	if (touch(a, "lock", made, err) || touch(a, "generation", made, err))
		return -1;
	return fsync(new) < 0 || fsync(a->root) < 0
		       ? pp_err_sys(err, errno, "cannot make '%s' last", a->path)
		       : 0;
}

static int make(const struct pp_archive *a, struct pp_err *err)
{
	uint64_t made;

	if (check_empty(a, err) || pp_archive_make_places(a, &made, err))
		return -1;
	return write_identity(a, err);
}

int pp_archive_init(const char *path, bool *fresh, struct pp_err *err)
{
	struct pp_archive a;
	int rc;

	if (make_path(path, err))
		return -1;
	rc = open_root(&a, path, err);
	if (rc == 0)
		rc = read_identity(&a, err);
	*fresh = rc != 0 && err->kind == PP_ERR_NOT_FOUND && a.root >= 0;
	if (*fresh)
		rc = make(&a, err);
	else if (rc == 0 && fsync(a.root) < 0) /* whoever made it may not have come so far */
		rc = pp_err_sys(err, errno, "cannot make '%s' last", path);
	pp_archive_close(&a);
	return rc;
}

int pp_archive_lock(struct pp_archive *a, struct pp_err *err)
{
	int rc;

	/* made anew if it is not there: copies may come without */
	a->lock = openat(a->root, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (a->lock < 0)
		return pp_err_sys(err, errno, "cannot lock archive '%s'", a->path);
	do
		rc = flock(a->lock, LOCK_EX);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? pp_err_sys(err, errno, "cannot lock archive '%s'", a->path) : 0;
}

void pp_archive_unlock(struct pp_archive *a)
{
	pp_place_close(&a->lock);
	a->lock = -1;
}

int pp_archive_generation(const struct pp_archive *a, struct pp_generation *g, struct pp_err *err)
{
	int fd = openat(a->root, "generation", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	*g = (struct pp_generation){{0}};
	if (fd < 0 && errno == ENOENT)
		return 0; /* a copy that nothing has been taken away from */
	if (fd < 0 || pread(fd, g->digits, sizeof(g->digits) - 1, 0) < 0) {
		pp_err_sys(err, errno, "cannot read '%s/generation'", a->path);
		pp_place_close(&fd);
		return -1;
	}
	close(fd);
	return 0;
}

int pp_archive_raise(const struct pp_archive *a, struct pp_err *err)
{
	struct pp_generation g;
	uint64_t n = 0;
	int fd;

	if (pp_archive_generation(a, &g, err))
		return -1;
	struct pp_str digits = pp_str_of(g.digits);
	(void)pp_scan_number(&digits, 10, &n); /* whatever it was, it becomes another */
	snprintf(g.digits, sizeof(g.digits), "%020llu\n", (unsigned long long)n + 1);
	fd = openat(a->root, "generation", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* one write of a few bytes: whoever reads a part of it sees a change as well */
	if (fd < 0 || pwrite(fd, g.digits, strlen(g.digits), 0) != (ssize_t)strlen(g.digits) ||
	    fsync(fd) < 0) {
		pp_err_sys(err, errno, "cannot write '%s/generation'", a->path);
		pp_place_close(&fd);
		return -1;
	}
	close(fd);
	return 0;
}
