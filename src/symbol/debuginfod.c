/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the cache, then the servers. */
#include <config.h>

#include "symbol/debuginfod.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "io/atomic.h"
#include "io/http.h"
#include "symbol/elffile.h"

#define MAX_URLS     64
#define MAX_BYTES    (2ULL << 30)
#define DEADLINE     (90 * PP_NSEC_PER_SEC)
#define CONNECT_TIME (10 * PP_NSEC_PER_SEC)
#define MAX_FOLDERS  64 /* made on the way to the cache */

static const char *const kinds[] = {"debuginfo", "executable"};

/* Build ids become parts of paths and URLs. */
static bool is_build_id(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 2 * PP_BUILD_ID_MAX && strspn(s, "0123456789abcdef") == n;
}

static bool has_build_id(struct pp_elffile *f, int opened, const char *build_id)
{
	if (opened)
		return false;
	bool same = strcmp(f->build_id, build_id) == 0;

	pp_elffile_release(f);
	return same;
}

static int open_cached(const char *path, const char *build_id)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct pp_elffile f;
	struct pp_err ignored;

	if (fd < 0)
		return -1;
	if (has_build_id(&f, pp_elffile_open(&f, fd, &ignored), build_id))
		return fd;
	close(fd);
	return -1;
}

/* All folders of a path, as mkdir -p; for nobody else's eyes, as the XDG specification has it. */
static void make_folders(const char *path)
{
	PP_CLEANUP(pp_freep) char *copy = pp_xstrdup(path);
	int made = 0;

	for (char *p = copy + 1; *p && made < MAX_FOLDERS; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(copy, 0700);
		*p = '/';
		made++;
	}
}

struct transfer {
	struct pp_debuginfod *d;
	const char *build_id;
};

static bool report(void *arg, uint64_t bytes, int64_t elapsed_ns PP_UNUSED)
{
	const struct transfer *t = arg;

	return t->d->progress && t->d->progress(t->d->progress_arg, t->build_id, bytes);
}

static int keep(struct pp_debuginfod *d, const struct pp_http_response *rs, const char *url,
		const char *build_id, const char *path)
{
	struct pp_elffile f;
	struct pp_err err;

	if (!has_build_id(&f, pp_elffile_open_memory(&f, rs->body.p, rs->body.n, &err), build_id)) {
		pp_err_set(&d->failed, PP_ERR_FORMAT, "'%s' has another build id", url);
		return -1;
	}
	make_folders(path);
	if (pp_atomic_write(path, rs->body.p, rs->body.n, false, &err)) {
		d->failed = err;
		return -1;
	}
	d->fetched++;
	return open_cached(path, build_id);
}

/* Get one URL into the cache; the descriptor, or -1. */
static int fetch(struct pp_debuginfod *d, const char *url, const char *build_id, const char *path,
		 bool *unreachable)
{
	struct transfer t = {d, build_id};
	struct pp_http_request rq = {
		.url = url,
		.deadline_ns = d->deadline_ns ? d->deadline_ns : DEADLINE,
		.connect_ns = CONNECT_TIME,
		.max_bytes = d->max_bytes ? d->max_bytes : MAX_BYTES,
		.progress = report,
		.progress_arg = &t,
	};
	struct pp_http_response rs;
	int fd = -1;

	if (pp_http_get(&rq, &rs, &d->failed)) {
		*unreachable = d->failed.kind != PP_ERR_LIMIT;
		return -1;
	}
	if (rs.status == 200)
		fd = keep(d, &rs, url, build_id, path);
	else if (rs.status != 404)
		pp_err_set(&d->failed, PP_ERR_NETWORK, "'%s' answered %ld %s", rs.url, rs.status,
			   rs.reason);
	pp_http_release(&rs);
	return fd;
}

static int ask_servers(struct pp_debuginfod *d, const char *build_id, const char *kind,
		       const char *path)
{
	const char *urls = d->urls ? d->urls : "";

	for (unsigned i = 0; i < MAX_URLS; i++) {
		urls += strspn(urls, " \t\n");
		size_t n = strcspn(urls, " \t\n"), bare = n;
		bool unreachable = false;

		if (n == 0)
			return -1;
		while (bare > 0 && urls[bare - 1] == '/')
			bare--;
		PP_CLEANUP(pp_freep)
		char *url = pp_xasprintf("%.*s/buildid/%s/%s", (int)bare, urls, build_id, kind);
		urls += n;
		if (d->unreachable >> i & 1)
			continue;
		int fd = fetch(d, url, build_id, path, &unreachable);
		d->unreachable |= (uint64_t)unreachable << i;
		if (fd >= 0)
			return fd;
	}
	return -1;
}

int pp_debuginfod_find(struct pp_debuginfod *d, const char *build_id, enum pp_debuginfod_kind kind,
		       char **path)
{
	if (!is_build_id(build_id))
		return -1;
	*path = pp_xasprintf("%s/%s/%s", d->cache, build_id, kinds[kind]);

	int fd = open_cached(*path, build_id);
	if (fd < 0) {
		struct pp_err before = d->failed;

		fd = ask_servers(d, build_id, kinds[kind], *path);
		/* one server may have what another refuses */
		if (fd >= 0)
			d->failed = before;
	}
	if (fd < 0) {
		free(*path);
		*path = NULL;
	}
	return fd;
}
