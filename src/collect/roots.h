/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The root folders of processes, kept open beyond their ends: a process in a container that has
 * ended by the time its files are wanted shared its root with others, or with its parent.
 */
#ifndef PP_COLLECT_ROOTS_H
#define PP_COLLECT_ROOTS_H

#include <stddef.h>
#include <stdint.h>

#define PP_ROOT_OURS UINT32_MAX /* the same as this process's, or not known */

struct pp_root {
	uint64_t mnt_ns, dev, inode; /* what tells roots apart */
	int fd;			     /* O_PATH; -1: free to be used for another */
	uint32_t users;
	char *path; /* as it is seen from here; "" if it is not to be seen, but begins there */
};

struct pp_roots {
	struct pp_root *roots;
	size_t n, cap;
	uint64_t our_ns, our_dev, our_inode;
};

void pp_roots_init(struct pp_roots *r);
void pp_roots_release(struct pp_roots *r);

/* The root of a running process, with one user more; PP_ROOT_OURS if it is gone. */
uint32_t pp_roots_of(struct pp_roots *r, uint32_t pid);

/* One user more, or less: without users it is closed. PP_ROOT_OURS is fine. */
uint32_t pp_roots_hold(struct pp_roots *r, uint32_t root);
void pp_roots_drop(struct pp_roots *r, uint32_t root);

/* The place (O_PATH) of a file by its absolute path below a root. Links cannot lead out of it. -1
 * if that fails. */
int pp_roots_open(const struct pp_roots *r, uint32_t root, const char *path);

/* The descriptor of a root, -1 for ours; it stays the table's. */
int pp_roots_fd(const struct pp_roots *r, uint32_t root);

/* The part of a mapping's path that is below a root: what the kernel shows of it begins at the root
 * of a container, but at ours if that has only been changed (chroot(2)). */
const char *pp_roots_below(const struct pp_roots *r, uint32_t root, const char *path);

#endif
