/* SPDX-License-Identifier: Apache-2.0 */
/* Processes, their executable mappings, and the files behind them. */
#include <config.h>

#include "collect/procs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/num.h"
#include "io/file.h"
#include "symbol/procmaps.h"

void pp_procs_init(struct pp_procs *p)
{
	*p = (struct pp_procs){0};
	pp_strtab_init(&p->strings);
	pp_strtab_init(&p->image_keys);
}

void pp_procs_release(struct pp_procs *p)
{
	for (size_t i = 0; i < p->nprocs; i++)
		free(p->procs[i].regions);
	for (size_t i = 0; i < p->nimages; i++) {
		if (p->images[i].fd >= 0)
			close(p->images[i].fd);
	}
	free(p->procs);
	free(p->images);
	pp_map_release(&p->by_pid);
	pp_map_release(&p->threads);
	pp_strtab_release(&p->strings);
	pp_strtab_release(&p->image_keys);
}

static struct pp_proc *find_proc(struct pp_procs *p, uint32_t pid)
{
	uint32_t at = pp_map_find(&p->by_pid, pid);

	return at == PP_MAP_NONE ? NULL : &p->procs[at];
}

/* The process, new and empty if it was not known. Valid until the next one is added. */
static struct pp_proc *get_proc(struct pp_procs *p, uint32_t pid)
{
	struct pp_proc *proc = find_proc(p, pid);

	if (proc)
		return proc;
	*pp_map_put(&p->by_pid, pid, 0) = (uint32_t)p->nprocs;
	p->procs = pp_grow(p->procs, &p->procs_cap, p->nprocs + 1, sizeof(*p->procs));
	proc = &p->procs[p->nprocs++];
	*proc = (struct pp_proc){.pid = pid};
	return proc;
}

/* What makes two mappings the same image. */
struct image_key {
	uint64_t start, offset, inode, length;
	uint32_t path, dev_major, dev_minor, zero;
};

/* Memory without a file behind it is the same only at the same address. The vdso is the kernel's,
 * and moves about. */
static bool is_anonymous(const struct pp_procs *p, const struct pp_image *image)
{
	return image->inode == 0 &&
	       !pp_str_eq(pp_strtab_get(&p->strings, image->path), PP_STR_LIT("[vdso]"));
}

/* The position of an image like this one, new if there is none. */
static uint32_t intern_image(struct pp_procs *p, const struct pp_image *image)
{
	struct image_key key = {is_anonymous(p, image) ? image->start : 0,
				image->offset,
				image->inode,
				image->limit - image->start,
				image->path,
				image->dev_major,
				image->dev_minor,
				0};
	uint32_t at = pp_strtab_add(&p->image_keys, (struct pp_str){(char *)&key, sizeof(key)}) - 1;

	if (at == p->nimages) {
		p->images = pp_grow(p->images, &p->images_cap, p->nimages + 1, sizeof(*p->images));
		p->images[p->nimages++] = *image;
	}
	return at;
}

/* The first region that ends beyond `address`. */
static size_t region_after(const struct pp_proc *proc, uint64_t address)
{
	size_t lo = 0, hi = proc->nregions;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (proc->regions[mid].limit <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Put a region into its place; what it covers of older ones is gone. */
static void add_region(struct pp_proc *proc, struct pp_region r)
{
	size_t first = region_after(proc, r.start), last = first;

	while (last < proc->nregions && proc->regions[last].start < r.limit)
		last++;

	struct pp_region keep[3];
	size_t nkeep = 0;
	if (first < last && proc->regions[first].start < r.start) {
		keep[nkeep] = proc->regions[first];
		keep[nkeep++].limit = r.start;
	}
	keep[nkeep++] = r;
	if (first < last && proc->regions[last - 1].limit > r.limit) {
		keep[nkeep] = proc->regions[last - 1];
		keep[nkeep++].start = r.limit;
	}

	size_t behind = proc->nregions - last;
	proc->regions =
		pp_grow(proc->regions, &proc->cap, first + nkeep + behind, sizeof(*proc->regions));
	memmove(proc->regions + first + nkeep, proc->regions + last, behind * sizeof(r));
	memcpy(proc->regions + first, keep, nkeep * sizeof(r));
	proc->nregions = first + nkeep + behind;
}

/* The kernel's marks for a file that was unlinked after it was mapped. */
static bool strip_deleted(struct pp_str *path)
{
	static const struct pp_str mark = PP_STR_LIT(" (deleted)");

	if (path->n <= mark.n ||
	    !pp_str_eq((struct pp_str){path->p + path->n - mark.n, mark.n}, mark))
		return false;
	path->n -= mark.n;
	return true;
}

static void add_mapping(struct pp_procs *p, struct pp_proc *proc, const struct pp_event_mmap *m)
{
	struct pp_str path = m->path;
	bool deleted = strip_deleted(&path);
	struct pp_image image = {
		.start = m->start,
		.limit = m->start + m->length,
		.offset = m->offset,
		.path = pp_strtab_add(&p->strings, path),
		.dev_major = m->dev_major,
		.dev_minor = m->dev_minor,
		.inode = m->inode,
		.deleted = deleted,
		.fd = -1,
	};

	if (m->length == 0 || image.limit < m->start)
		return;
	add_region(proc,
		   (struct pp_region){m->start, image.limit, m->start, intern_image(p, &image)});
}

static uint32_t read_name(struct pp_procs *p, const char *path)
{
	char name[64];
	long n = pp_file_read_text(path, name, sizeof(name));

	if (n > 0 && name[n - 1] == '\n')
		n--;
	return n > 0 ? pp_strtab_add(&p->strings, (struct pp_str){name, (size_t)n}) : 0;
}

static void scan_threads(struct pp_procs *p, uint32_t pid)
{
	char path[64];
	struct dirent *d;
	struct pp_err ignored;
	uint64_t tid;

	snprintf(path, sizeof(path), "/proc/%u/task", pid);
	DIR *dir = opendir(path);
	if (!dir)
		return;
	while ((d = readdir(dir))) {
		if (pp_parse_u64(d->d_name, 1, UINT32_MAX, &tid, &ignored))
			continue;
		snprintf(path, sizeof(path), "/proc/%u/task/%u/comm", pid, (uint32_t)tid);
		*pp_map_put(&p->threads, tid, 0) = read_name(p, path);
	}
	closedir(dir);
}

static void scan_maps(struct pp_procs *p, struct pp_proc *proc)
{
	char path[64];
	struct pp_file f;
	struct pp_err ignored;
	struct pp_procmap m;

	snprintf(path, sizeof(path), "/proc/%u/maps", proc->pid);
	if (pp_file_read(&f, path, 256u << 20, &ignored))
		return;
	struct pp_str rest = {(const char *)f.bytes, f.n};
	while (pp_procmaps_next(&rest, &m)) {
		if (!m.exec)
			continue;
		struct pp_event_mmap e = {m.start,     m.limit - m.start, m.offset, m.dev_major,
					  m.dev_minor, m.inode,		  m.path};
		add_mapping(p, proc, &e);
	}
	pp_file_release(&f);
}

void pp_procs_add(struct pp_procs *p, uint32_t pid)
{
	get_proc(p, pid);
}

void pp_procs_scan(struct pp_procs *p, uint32_t pid)
{
	struct pp_proc *proc = get_proc(p, pid);
	char path[64];

	proc->scanned = true;
	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	proc->comm = read_name(p, path);
	scan_maps(p, proc);
	scan_threads(p, pid);
}

static void handle_comm(struct pp_procs *p, const struct pp_event *e)
{
	uint32_t name = pp_strtab_add(&p->strings, e->comm.name);

	*pp_map_put(&p->threads, e->tid, 0) = name;
	if (e->pid != e->tid)
		return;
	struct pp_proc *proc = get_proc(p, e->pid);
	proc->comm = name;
	if (e->comm.exec) {
		proc->nregions = 0;
		proc->scanned = true; /* the new program's mappings follow as events */
	}
}

/* A new thread has its creator's name; a new process its mappings, too. */
static void handle_fork(struct pp_procs *p, const struct pp_event *e)
{
	uint32_t name = pp_map_find(&p->threads, e->fork.parent_tid);

	if (name != PP_MAP_NONE)
		*pp_map_put(&p->threads, e->tid, 0) = name;
	if (e->pid == e->fork.parent_pid)
		return;

	struct pp_proc *child = get_proc(p, e->pid);
	const struct pp_proc *parent = find_proc(p, e->fork.parent_pid);
	child->nregions = 0;
	child->scanned = parent && parent->scanned;
	if (!child->scanned)
		return;
	child->comm = parent->comm;
	child->regions =
		pp_grow(child->regions, &child->cap, parent->nregions, sizeof(*child->regions));
	if (parent->nregions)
		memcpy(child->regions, parent->regions, parent->nregions * sizeof(*child->regions));
	child->nregions = parent->nregions;
}

void pp_procs_event(struct pp_procs *p, const struct pp_event *e)
{
	switch (e->kind) {
	case PP_EVENT_MMAP:
		add_mapping(p, get_proc(p, e->pid), &e->mmap);
		break;
	case PP_EVENT_COMM:
		handle_comm(p, e);
		break;
	case PP_EVENT_FORK:
		handle_fork(p, e);
		break;
	case PP_EVENT_EXIT: /* late samples may follow: everything is kept */
	case PP_EVENT_SAMPLE:
		break;
	}
}

/* Whether fd is the file that was mapped. File systems that stack others may show another device.
 */
static bool is_file(int fd, const struct pp_image *image)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == image->inode;
}

static int open_checked(const char *path, const struct pp_image *image)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd >= 0 && !is_file(fd, image)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Open the file behind an image while the process is there: by its mapping, which also works when
 * the file was deleted or lies in another mount namespace, else by name, seen from the process,
 * else from here. */
static int open_image(const struct pp_procs *p, uint32_t pid, const struct pp_region *r)
{
	const struct pp_image *image = &p->images[r->image];
	struct pp_str path = pp_strtab_get(&p->strings, image->path);
	int fd;

	if (image->inode == 0 || path.n == 0 || path.p[0] != '/')
		return -1;

	PP_CLEANUP(pp_freep)
	char *by_mapping = pp_xasprintf("/proc/%u/map_files/%llx-%llx", pid,
					(unsigned long long)r->start, (unsigned long long)r->limit);
	fd = open_checked(by_mapping, image);
	if (fd >= 0)
		return fd;

	PP_CLEANUP(pp_freep) char *by_root = pp_xasprintf("/proc/%u/root%s", pid, path.p);
	fd = open_checked(by_root, image);
	return fd >= 0 ? fd : open_checked(path.p, image);
}

/* Open the image of a region, once. */
static void use_image(struct pp_procs *p, uint32_t pid, const struct pp_region *r)
{
	struct pp_image *image = &p->images[r->image];

	if (image->used)
		return;
	image->used = true;
	image->fd = open_image(p, pid, r);
}

int64_t pp_procs_main_image(struct pp_procs *p, uint32_t pid)
{
	const struct pp_proc *proc = find_proc(p, pid);

	/* the kernel loads programs below their libraries */
	for (size_t i = 0; proc && i < proc->nregions; i++) {
		const struct pp_region *r = &proc->regions[i];

		if (p->images[r->image].inode == 0)
			continue;
		use_image(p, pid, r);
		return r->image;
	}
	return -1;
}

int64_t pp_procs_find(struct pp_procs *p, uint32_t pid, uint64_t *address)
{
	struct pp_proc *proc = get_proc(p, pid);

	if (!proc->scanned) {
		pp_procs_scan(p, pid);
		proc = find_proc(p, pid);
	}

	size_t at = region_after(proc, *address);
	if (at == proc->nregions || proc->regions[at].start > *address)
		return -1;

	const struct pp_region *r = &proc->regions[at];
	use_image(p, pid, r);
	*address = p->images[r->image].start + (*address - r->origin);
	return r->image;
}

uint32_t pp_procs_thread_name(struct pp_procs *p, uint32_t pid, uint32_t tid)
{
	uint32_t name = pp_map_find(&p->threads, tid);
	char path[64];

	if (name != PP_MAP_NONE)
		return name;
	snprintf(path, sizeof(path), "/proc/%u/task/%u/comm", pid, tid);
	name = read_name(p, path);
	*pp_map_put(&p->threads, tid, 0) = name;
	return name;
}

uint32_t pp_procs_comm(struct pp_procs *p, uint32_t pid)
{
	return get_proc(p, pid)->comm;
}
