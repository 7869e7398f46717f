/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of the cache: whose it is, what is in it, what goes. */
#include <config.h>

#include "unwind/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/scan.h"
#include "unwind/cache_file.h"
#include "unwind/go.h"

#define MAX_ENTRIES   65536 /* of a folder that are looked at */
#define STALE_SECONDS 3600  /* after which a temporary file is of nobody any more */
#define MAX_ID	      128   /* digits */
#define TEMPORARY     "new-"

struct pp_unwind_cache {
	int dir;
	uint64_t max;
	atomic_uint serial; /* of temporary files */
	pthread_mutex_t lock;
	bool counted;
	uint64_t total; /* bytes in the folder, once counted: what we add is added */
};

static bool is_ours(const struct stat *st)
{
	return st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Make the folder and its parents, as far as they are not there. */
static int make_folders(const char *path, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *prefix = pp_xstrdup(path);

	for (char *p = prefix + 1; *prefix; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(prefix, 0700) < 0 && errno != EEXIST)
			return pp_err_sys(err, errno, "cannot create folder '%s'", prefix);
		if (c == '\0')
			break;
		*p = c;
	}
	return 0;
}

struct pp_unwind_cache *pp_unwind_cache_open(const char *path, uint64_t max_bytes,
					     struct pp_err *err)
{
	struct pp_unwind_cache *c;
	struct stat st;
	int dir;

	if (make_folders(path, err) < 0)
		return NULL;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st) < 0) {
		pp_err_sys(err, errno, "cannot use folder '%s'", path);
		if (dir >= 0)
			close(dir);
		return NULL;
	}
	if (!is_ours(&st)) {
		close(dir);
		pp_err_set(err, PP_ERR_PERMISSION, "folder '%s' can be written by others", path);
		return NULL;
	}
	c = pp_xcalloc(1, sizeof(*c));
	c->dir = dir;
	c->max = max_bytes;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void pp_unwind_cache_close(struct pp_unwind_cache *c)
{
	if (!c)
		return;
	close(c->dir);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* ---- What is in the folder ---- */

struct entry {
	char name[PP_UNWIND_CACHE_NAME];
	uint64_t size;
	int64_t used; /* nanoseconds */
};

struct entries {
	struct entry *p;
	size_t n, cap;
	uint64_t total;
};

static bool is_hex(struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (pp_scan_digit(s.p[i]) > 15)
			return false;
	return s.n > 0;
}

/* BUILDID.SIZE: what is called otherwise is not ours to remove. */
static bool is_table_name(struct pp_str name)
{
	const char *dot = memchr(name.p, '.', name.n);

	if (!dot || name.n >= PP_UNWIND_CACHE_NAME)
		return false;

	size_t id = (size_t)(dot - name.p);
	return is_hex((struct pp_str){name.p, id}) &&
	       is_hex((struct pp_str){dot + 1, name.n - id - 1});
}

static void look_at(struct pp_unwind_cache *c, const char *name, struct entries *all)
{
	struct pp_str s = pp_str_of(name);
	struct entry e = {0};
	struct stat st;

	if (fstatat(c->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return;
	if (pp_str_starts(s, PP_STR_LIT(TEMPORARY)) && time(NULL) - st.st_mtime > STALE_SECONDS)
		(void)unlinkat(c->dir, name, 0);
	if (!is_table_name(s))
		return;
	memcpy(e.name, name, s.n);
	e.size = (uint64_t)st.st_size;
	e.used = st.st_mtim.tv_sec * PP_NSEC_PER_SEC + st.st_mtim.tv_nsec;
	all->total += e.size;
	all->p = pp_grow(all->p, &all->cap, all->n + 1, sizeof(*all->p));
	all->p[all->n++] = e;
}

static bool list(struct pp_unwind_cache *c, struct entries *all)
{
	int fd = openat(c->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	for (int i = 0; i < MAX_ENTRIES && (d = readdir(dir)); i++)
		look_at(c, d->d_name, all);
	closedir(dir);
	return true;
}

static int by_use(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->used < y->used ? -1 : x->used > y->used;
}

/* Count what is there, and let the oldest go until a quarter is free, so that this is not to be
 * done again with the next file. */
static void evict(struct pp_unwind_cache *c, uint64_t need)
{
	struct entries all = {0};

	c->counted = list(c, &all);
	if (all.total > c->max || need > c->max - all.total) {
		if (all.n)
			qsort(all.p, all.n, sizeof(*all.p), by_use);
		for (size_t i = 0; i < all.n && all.total + need > c->max / 4 * 3; i++)
			if (unlinkat(c->dir, all.p[i].name, 0) == 0)
				all.total -= all.p[i].size;
	}
	c->total = all.total;
	free(all.p);
}

/* Room for `need` more bytes; false if there is none. */
static bool reserve(struct pp_unwind_cache *c, uint64_t need)
{
	bool fits;

	if (need > c->max / 4) /* one file must not drive out all others */
		return false;
	pthread_mutex_lock(&c->lock);
	if (!c->counted || c->total > c->max || need > c->max - c->total)
		evict(c, need);
	fits = c->counted && c->total <= c->max && need <= c->max - c->total;
	if (fits)
		c->total += need;
	pthread_mutex_unlock(&c->lock);
	return fits;
}

/* ---- One table ---- */

static bool load(struct pp_unwind_cache *c, const char *name, struct pp_unwind_table *t)
{
	int fd = openat(c->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	bool ok;

	if (fd < 0)
		return false;
	ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_ours(&st) &&
	     pp_unwind_cache_file_read(fd, (uint64_t)st.st_size, name, t);
	if (ok)
		(void)futimens(fd, NULL); /* it was used now */
	close(fd);
	return ok;
}

static void store(struct pp_unwind_cache *c, const char *name, const struct pp_unwind_table *t)
{
	char temporary[64];
	bool ok;
	int fd;

	if (!reserve(c, pp_unwind_cache_file_size(t)))
		return;
	snprintf(temporary, sizeof(temporary), TEMPORARY "%ld-%u", (long)getpid(),
		 atomic_fetch_add(&c->serial, 1));
	fd = openat(c->dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	ok = pp_unwind_cache_file_write(fd, name, t);
	ok = close(fd) == 0 && ok;
	if (!ok || renameat(c->dir, temporary, c->dir, name) < 0)
		(void)unlinkat(c->dir, temporary, 0);
}

/* BUILDID.SIZE, since a file of debug information has the build id of its program. False for files
 * that are not to be cached. */
static bool make_name(struct pp_str build_id, int fd, char name[PP_UNWIND_CACHE_NAME])
{
	struct stat st;

	if (build_id.n > MAX_ID || !is_hex(build_id) || fstat(fd, &st) < 0 ||
	    (st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return false;
	memset(name, 0, PP_UNWIND_CACHE_NAME);
	snprintf(name, PP_UNWIND_CACHE_NAME, "%.*s.%llx", (int)build_id.n, build_id.p,
		 (unsigned long long)st.st_size);
	return true;
}

/* From call frame information, and of Go functions from Go's own table. */
static int make(struct pp_unwind_table *t, int fd, struct pp_err *err)
{
	if (pp_unwind_table_read(t, fd, err) < 0)
		return -1;
	if (pp_unwind_go_rows(fd, t, err) < 0) {
		pp_unwind_table_release(t);
		return -1;
	}
	return 0;
}

int pp_unwind_cache_get(struct pp_unwind_cache *c, struct pp_str build_id, int fd,
			struct pp_unwind_table *t, struct pp_err *err)
{
	char name[PP_UNWIND_CACHE_NAME];

	if (!c || !make_name(build_id, fd, name))
		return make(t, fd, err);
	if (load(c, name, t))
		return 0;
	if (make(t, fd, err) < 0)
		return -1;
	store(c, name, t);
	return 0;
}
