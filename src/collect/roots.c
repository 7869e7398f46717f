/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping root folders open. */
#include <config.h>

#include "collect/roots.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"

/* What tells a process's root from others; false if it cannot be seen. */
static bool identify(const char *process, struct pp_root *out)
{
	char path[64];
	struct stat root, ns;

	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", process);
	if (stat(path, &ns) < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%s/root", process);
	if (stat(path, &root) < 0)
		return false;
	*out = (struct pp_root){ns.st_ino, root.st_dev, root.st_ino, -1, 0, NULL};
	return true;
}

void pp_roots_init(struct pp_roots *r)
{
	struct pp_root own = {0};

	*r = (struct pp_roots){.roots = NULL};
	if (identify("self", &own)) {
		r->our_ns = own.mnt_ns;
		r->our_dev = own.dev;
		r->our_inode = own.inode;
	}
}

void pp_roots_release(struct pp_roots *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->roots[i].fd >= 0)
			close(r->roots[i].fd);
		free(r->roots[i].path);
	}
	free(r->roots);
	*r = (struct pp_roots){.roots = NULL};
}

static bool is_same(const struct pp_root *a, const struct pp_root *b)
{
	return a->mnt_ns == b->mnt_ns && a->dev == b->dev && a->inode == b->inode;
}

/* The place of a root that is open already, else one for a new one. */
static size_t find(const struct pp_roots *r, const struct pp_root *root)
{
	size_t spare = r->n;

	for (size_t i = 0; i < r->n; i++) {
		if (r->roots[i].fd < 0)
			spare = i;
		else if (is_same(&r->roots[i], root))
			return i;
	}
	return spare;
}

/* Where a link of /proc leads, without a '/' at its end; owned by the caller. */
static char *read_link(const char *link)
{
	char path[PATH_MAX];
	ssize_t n = readlink(link, path, sizeof(path) - 1);

	path[n < 0 ? 0 : n] = '\0';
	return pp_xstrdup(strcmp(path, "/") ? path : "");
}

uint32_t pp_roots_of(struct pp_roots *r, uint32_t pid)
{
	const struct pp_root ours = {r->our_ns, r->our_dev, r->our_inode, -1, 0, NULL};
	struct pp_root root;
	char process[16], path[64];

	snprintf(process, sizeof(process), "%u", pid);
	if (!identify(process, &root) || is_same(&root, &ours))
		return PP_ROOT_OURS;

	size_t at = find(r, &root);
	if (at < r->n && r->roots[at].fd >= 0)
		return pp_roots_hold(r, (uint32_t)at);

	snprintf(path, sizeof(path), "/proc/%u/root", pid);
	root.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root.fd < 0)
		return PP_ROOT_OURS;
	root.users = 1;
	root.path = read_link(path);
	if (at == r->n) {
		r->roots = pp_grow(r->roots, &r->cap, r->n + 1, sizeof(*r->roots));
		r->n++;
	}
	r->roots[at] = root;
	return (uint32_t)at;
}

uint32_t pp_roots_hold(struct pp_roots *r, uint32_t root)
{
	if (root != PP_ROOT_OURS)
		r->roots[root].users++;
	return root;
}

void pp_roots_drop(struct pp_roots *r, uint32_t root)
{
	if (root == PP_ROOT_OURS || --r->roots[root].users)
		return;
	close(r->roots[root].fd);
	free(r->roots[root].path);
	r->roots[root].fd = -1;
	r->roots[root].path = NULL;
}

int pp_roots_open(const struct pp_roots *r, uint32_t root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	if (root == PP_ROOT_OURS)
		return open(path, O_PATH | O_CLOEXEC);
	return (int)syscall(SYS_openat2, r->roots[root].fd, path, &how, sizeof(how));
}

int pp_roots_fd(const struct pp_roots *r, uint32_t root)
{
	return root == PP_ROOT_OURS ? -1 : r->roots[root].fd;
}

const char *pp_roots_below(const struct pp_roots *r, uint32_t root, const char *path)
{
	size_t n = root == PP_ROOT_OURS ? 0 : strlen(r->roots[root].path);

	return n && strncmp(path, r->roots[root].path, n) == 0 && path[n] == '/' ? path + n : path;
}
