/* SPDX-License-Identifier: Apache-2.0 */
/* Hierarchies and the paths in them. */
#include <config.h>

#include "collect/cgroup.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/file.h"

#define MAX_TEXT (1u << 20)

/* One mounted hierarchy; spans are of the mountinfo text. */
struct mount {
	struct pp_str root;  /* what of the hierarchy is mounted */
	struct pp_str point; /* where */
	struct pp_str options;
	bool unified;
};

static struct pp_str take_until(struct pp_str *rest, char end)
{
	const char *at = rest->n ? memchr(rest->p, end, rest->n) : NULL;
	struct pp_str part = {rest->p, at ? (size_t)(at - rest->p) : rest->n};
	size_t used = part.n + (at != NULL);

	rest->p += used;
	rest->n -= used;
	return part;
}

bool pp_cgroup_next(struct pp_str *rest, struct pp_cgroup_line *line)
{
	while (rest->n) {
		struct pp_str text = take_until(rest, '\n');
		const char *colon;

		colon = text.n ? memchr(text.p, ':', text.n) : NULL;
		if (!colon)
			continue;
		take_until(&text, ':');
		colon = text.n ? memchr(text.p, ':', text.n) : NULL;
		if (!colon)
			continue;
		line->controllers = take_until(&text, ':');
		line->path = text;
		if (text.n && text.p[0] == '/')
			return true;
	}
	return false;
}

/* Whether `word` is one of a list separated by ','. */
static bool has_word(struct pp_str list, struct pp_str word)
{
	while (list.n) {
		if (pp_str_eq(take_until(&list, ','), word))
			return true;
	}
	return false;
}

/* A line of mountinfo: "ID PARENT DEV ROOT POINT OPTIONS [TAG...] - TYPE SOURCE OPTIONS". */
static bool read_mount(struct pp_str text, struct mount *m)
{
	struct pp_str type;

	for (unsigned i = 0; i < 3; i++)
		take_until(&text, ' ');
	m->root = take_until(&text, ' ');
	m->point = take_until(&text, ' ');
	while (text.n && !pp_str_eq(take_until(&text, ' '), PP_STR_LIT("-")))
		;
	type = take_until(&text, ' ');
	take_until(&text, ' ');
	m->options = text;
	m->unified = pp_str_eq(type, PP_STR_LIT("cgroup2"));
	return m->point.n && (m->unified || pp_str_eq(type, PP_STR_LIT("cgroup")));
}

/* The hierarchies, best first for finding a path; how many. */
static size_t read_mounts(struct pp_str text, struct mount **mounts)
{
	size_t n = 0, cap = 0;
	struct mount m;

	*mounts = NULL;
	while (text.n) {
		if (!read_mount(take_until(&text, '\n'), &m))
			continue;
		*mounts = pp_grow(*mounts, &cap, n + 1, sizeof(**mounts));
		(*mounts)[n++] = m;
	}
	return n;
}

static bool samples_by(const struct mount *m, bool perf_in_v1)
{
	return m->unified ? !perf_in_v1 : has_word(m->options, PP_STR_LIT("perf_event"));
}

/* The rest of `path` below `base`, from its '/' on; false if it does not lie there. */
static bool below(struct pp_str path, struct pp_str base, struct pp_str *rest)
{
	if (base.n == 1 && base.p[0] == '/')
		base.n = 0;
	if (!pp_str_starts(path, base) || (path.n > base.n && path.p[base.n] != '/'))
		return false;
	*rest = (struct pp_str){path.p + base.n, path.n - base.n};
	return true;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int open_directory(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Take the cgroup `rest` of a hierarchy if it is there. */
static bool take(struct pp_cgroup *c, const struct mount *m, struct pp_str rest, bool sampled)
{
	struct pp_str top = m->root.n == 1 ? (struct pp_str){"", 0} : m->root;
	PP_CLEANUP(pp_freep)
	char *dir = pp_xasprintf("%s%.*s%.*s", c->root, (int)m->point.n, m->point.p, (int)rest.n,
				 rest.p);

	if (!is_directory(dir))
		return false;
	c->unified = m->unified;
	c->controllers = pp_xasprintf("%.*s", (int)m->options.n, m->options.p);
	c->path = pp_xasprintf("%.*s%.*s", (int)top.n, top.p, (int)rest.n, rest.p);
	c->fd = sampled ? open_directory(dir) : -1;
	return true;
}

/* By its directory: of the mounts that have it, the one that is nearest. */
static bool take_directory(struct pp_cgroup *c, const struct mount *mounts, size_t n, bool perf_v1,
			   struct pp_str path)
{
	const struct mount *best = NULL;
	struct pp_str rest = {"", 0}, at;

	for (size_t i = 0; i < n; i++) {
		if (!below(path, mounts[i].point, &at) ||
		    (best && best->point.n > mounts[i].point.n))
			continue;
		best = &mounts[i];
		rest = at;
	}
	return best && take(c, best, rest, samples_by(best, perf_v1));
}

/* By its path: where the kernel can sample by it, in version 2, or anywhere. */
static bool take_path(struct pp_cgroup *c, const struct mount *mounts, size_t n, bool perf_v1,
		      struct pp_str path)
{
	for (unsigned round = 0; round < 3; round++) {
		for (size_t i = 0; i < n; i++) {
			bool sampled = samples_by(&mounts[i], perf_v1);

			if (round == 0 ? !sampled : round == 1 && !mounts[i].unified)
				continue;
			if (take(c, &mounts[i], path, sampled))
				return true;
		}
	}
	return false;
}

static bool find(struct pp_cgroup *c, const char *path, struct pp_str text)
{
	PP_CLEANUP(pp_freep) struct mount *mounts = NULL;
	size_t n = read_mounts(text, &mounts);
	bool perf_v1 = false;

	for (size_t i = 0; i < n; i++)
		perf_v1 |= has_word(mounts[i].options, PP_STR_LIT("perf_event"));

	PP_CLEANUP(pp_freep)
	char *absolute = pp_xasprintf("%s%s", path[0] == '/' ? "" : "/", path);
	struct pp_str p = pp_str_of(absolute);
	while (p.n && p.p[p.n - 1] == '/')
		p.n--;
	return (path[0] == '/' && take_directory(c, mounts, n, perf_v1, p)) ||
	       take_path(c, mounts, n, perf_v1, p);
}

int pp_cgroup_find(struct pp_cgroup *c, const char *path, const char *root, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s/proc/self/mountinfo", root);
	struct pp_file f;

	*c = (struct pp_cgroup){.fd = -1, .root = root};
	if (strstr(path, "..") || !path[0])
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is no path of a cgroup", path);
	if (pp_file_read(&f, name, MAX_TEXT, err))
		return -1;
	bool found = find(c, path, (struct pp_str){(const char *)f.bytes, f.n});
	pp_file_release(&f);
	if (found)
		return 0;
	pp_err_set(err, PP_ERR_NOT_FOUND, "there is no cgroup '%s'", path);
	return pp_err_hint(err, "/proc/PID/cgroup has the path for a process");
}

void pp_cgroup_release(struct pp_cgroup *c)
{
	if (c->fd >= 0)
		close(c->fd);
	free(c->controllers);
	free(c->path);
	*c = (struct pp_cgroup){.fd = -1};
}

/* Whether a line is about the hierarchy of a cgroup. */
static bool is_hierarchy(const struct pp_cgroup *c, const struct pp_cgroup_line *line)
{
	struct pp_str first = line->controllers;

	if (c->unified)
		return first.n == 0;
	first = take_until(&first, ',');
	return first.n && has_word(pp_str_of(c->controllers), first);
}

int pp_cgroup_has(const struct pp_cgroup *c, uint32_t pid)
{
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s/proc/%u/cgroup", c->root, pid);
	struct pp_cgroup_line line;
	struct pp_str below_it;
	char text[8192];
	long n = pp_file_read_text(name, text, sizeof(text));

	if (n <= 0)
		return -1;
	struct pp_str rest = {text, (size_t)n};
	while (pp_cgroup_next(&rest, &line)) {
		if (is_hierarchy(c, &line))
			return below(line.path, pp_str_of(c->path), &below_it);
	}
	return 0;
}
