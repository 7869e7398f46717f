/* SPDX-License-Identifier: Apache-2.0 */
/* Telling images apart, and opening the files behind them. */
#include <config.h>

#include "collect/images.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define MAX_TRIES 8

static bool is_vdso(const struct pp_procs *p, const struct pp_image *image)
{
	return pp_str_eq(pp_strtab_get(&p->strings, image->path), PP_STR_LIT("[vdso]"));
}

/* What makes two mappings the same image. */
struct image_key {
	uint64_t start, offset, inode, length;
	uint32_t path, dev_major, dev_minor, pid;
};

/* Memory without a file behind it is the same only in one process and at one address. The vdso is
 * the kernel's, and moves about. */
static bool is_anonymous(const struct pp_procs *p, const struct pp_image *image)
{
	return image->inode == 0 && !is_vdso(p, image);
}

uint32_t pp_image_intern(struct pp_procs *p, const struct pp_image *image)
{
	bool anonymous = is_anonymous(p, image);
	struct image_key key = {anonymous ? image->start : 0,
				image->offset,
				image->inode,
				image->limit - image->start,
				image->path,
				image->dev_major,
				image->dev_minor,
				anonymous ? image->pid : 0};
	uint32_t at = pp_strtab_add(&p->image_keys, (struct pp_str){(char *)&key, sizeof(key)}) - 1;

	if (at == p->nimages) {
		p->images = pp_grow(p->images, &p->images_cap, p->nimages + 1, sizeof(*p->images));
		p->images[p->nimages++] = *image;
	}
	return at;
}

/* Whether fd is the file that was mapped. File systems that stack others may show another device.
 */
static bool is_file(int fd, const struct pp_image *image)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == image->inode;
}

/* fd, closed and -1 if it is another file. */
static int check(int fd, const struct pp_image *image)
{
	if (fd >= 0 && !is_file(fd, image)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The file behind an O_PATH descriptor, which is closed, for reading. Only files are opened: to
 * open a device may do things, and who has put it in a file's place is anybody. */
static int open_for_reading(int place, const struct pp_image *image)
{
	char path[64];
	int fd = -1;

	if (check(place, image) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", place);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close(place);
	return fd;
}

static int open_checked(const char *path, const struct pp_image *image)
{
	return open_for_reading(open(path, O_PATH | O_CLOEXEC), image);
}

/* Open the file behind an image while the process is there: by its mapping, which also works when
 * the file was deleted or lies in another mount namespace, else by name, seen from the process,
 * else from where its root was when it was last seen. */
static int open_image(const struct pp_procs *p, const struct pp_proc *proc,
		      const struct pp_region *r)
{
	const struct pp_image *image = &p->images[r->image];
	struct pp_str path = pp_strtab_get(&p->strings, image->path);
	int fd;

	if (image->inode == 0 || path.n == 0 || path.p[0] != '/')
		return -1;

	PP_CLEANUP(pp_freep)
	char *by_mapping = pp_xasprintf("/proc/%u/map_files/%llx-%llx", proc->pid,
					(unsigned long long)r->start, (unsigned long long)r->limit);
	fd = open_checked(by_mapping, image);
	if (fd >= 0)
		return fd;

	PP_CLEANUP(pp_freep) char *by_root = pp_xasprintf("/proc/%u/root%s", proc->pid, path.p);
	fd = open_checked(by_root, image);
	return fd >= 0 ? fd : open_for_reading(pp_roots_open(&p->roots, proc->root, path.p), image);
}

void pp_image_open(struct pp_procs *p, const struct pp_proc *proc, const struct pp_region *r)
{
	struct pp_image *image = &p->images[r->image];

	if (image->opened)
		return;
	image->fd = open_image(p, proc, r);
	/* a process that is ending may not show its files any more, but the next one will */
	image->opened = image->fd >= 0 || image->inode == 0 || ++image->tries == MAX_TRIES;
	if (image->fd >= 0)
		image->root = pp_roots_hold(&p->roots, proc->root);
	if (image->fd >= 0)
		image->module = pp_modules_file(&p->modules, image->fd);
	else if (is_vdso(p, image))
		image->module = pp_modules_vdso(&p->modules, (size_t)(image->limit - image->start));
	if (image->module != PP_MODULE_NONE &&
	    !pp_loads_mapped(&p->modules.modules[image->module].loads, image->offset,
			     image->limit - image->start, &image->vaddr))
		image->module = PP_MODULE_NONE;
}

void pp_image_use(struct pp_procs *p, const struct pp_proc *proc, const struct pp_region *r)
{
	struct pp_image *image = &p->images[r->image];
	bool first = !image->used;

	image->used = true;
	pp_image_open(p, proc, r);
	if (first && image->module == PP_MODULE_NONE)
		pp_jits_note(&p->jits, proc->pid);
}
