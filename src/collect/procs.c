/* SPDX-License-Identifier: Apache-2.0 */
/* Processes, their executable mappings, and the files behind them. */
#include <config.h>

#include "collect/procs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/num.h"
#include "collect/images.h"
#include "io/file.h"
#include "symbol/procmaps.h"

#define MANY_REGIONS (1u << 14)
#define LATE_CALLS   3 /* of pp_procs_forget, until an ended process is forgotten */

void pp_procs_init(struct pp_procs *p, struct pp_unwind_cache *cache)
{
	*p = (struct pp_procs){0};
	pp_modules_init(&p->modules, cache);
	pp_roots_init(&p->roots);
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
	pp_modules_release(&p->modules);
	pp_roots_release(&p->roots);
	pp_jits_release(&p->jits);
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
	*proc = (struct pp_proc){.pid = pid, .root = PP_ROOT_OURS};
	return proc;
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
	proc->changed = true;
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

/* Events have a name for memory without one, /proc/PID/maps has not. */
static struct pp_str path_of(const struct pp_event_mmap *m)
{
	return pp_str_eq(m->path, PP_STR_LIT("//anon")) ? PP_STR_LIT("") : m->path;
}

static void add_mapping(struct pp_procs *p, struct pp_proc *proc, const struct pp_event_mmap *m)
{
	struct pp_str path = path_of(m);
	bool deleted = strip_deleted(&path);
	struct pp_image image = {
		.start = m->start,
		.limit = m->start + m->length,
		.offset = m->offset,
		.path = pp_strtab_add(&p->strings, path),
		.dev_major = m->dev_major,
		.dev_minor = m->dev_minor,
		.inode = m->inode,
		.pid = proc->pid,
		.deleted = deleted,
		.fd = -1,
		.root = PP_ROOT_OURS,
		.module = PP_MODULE_NONE,
	};

	if (m->length == 0 || image.limit < m->start)
		return;
	pp_jits_mapped(&p->jits, proc->pid, path);
	add_region(proc,
		   (struct pp_region){m->start, image.limit, m->start, pp_image_intern(p, &image)});
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

/* A process that has threads left, or that waits to be reaped, is there. */
static bool is_there(uint32_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u", pid);
	return access(path, F_OK) == 0;
}

/* See where the root of a process is, as long as it is there. */
static void find_root(struct pp_procs *p, struct pp_proc *proc)
{
	uint32_t old = proc->root;

	proc->root = pp_roots_of(&p->roots, proc->pid);
	pp_roots_drop(&p->roots, old);
}

void pp_procs_scan(struct pp_procs *p, uint32_t pid)
{
	struct pp_proc *proc = get_proc(p, pid);
	char path[64];

	proc->scanned = true;
	find_root(p, proc);
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
		proc->changed = true;
		pp_jits_exec(&p->jits, e->pid);
		proc->scanned = true; /* the new program's mappings follow as events */
		if (is_there(e->pid))
			find_root(p, proc);
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
	child->changed = true;
	child->exited = 0;
	child->sampled = parent && parent->sampled;
	child->scanned = parent && parent->scanned;
	if (!child->scanned)
		return;
	child->comm = parent->comm;
	pp_roots_drop(&p->roots, child->root);
	child->root = pp_roots_hold(&p->roots, parent->root);
	child->regions =
		pp_grow(child->regions, &child->cap, parent->nregions, sizeof(*child->regions));
	if (parent->nregions)
		memcpy(child->regions, parent->regions, parent->nregions * sizeof(*child->regions));
	child->nregions = parent->nregions;
}

/* Of a thread: whether it was the last, time will tell. */
static void handle_exit(struct pp_procs *p, const struct pp_event *e)
{
	struct pp_proc *proc = find_proc(p, e->pid);

	if (proc)
		proc->exited = 1;
}

/* Nobody tells of memory that is unmapped: where regions have become many, see which are left. */
static void handle_mmap(struct pp_procs *p, const struct pp_event *e)
{
	struct pp_proc *proc = get_proc(p, e->pid);

	add_mapping(p, proc, &e->mmap);
	if (proc->nregions < MANY_REGIONS || proc->nregions < proc->many || !is_there(e->pid))
		return;
	proc->nregions = 0;
	scan_maps(p, proc);
	proc->many = 2 * proc->nregions;
}

void pp_procs_event(struct pp_procs *p, const struct pp_event *e)
{
	switch (e->kind) {
	case PP_EVENT_MMAP:
		handle_mmap(p, e);
		break;
	case PP_EVENT_COMM:
		handle_comm(p, e);
		break;
	case PP_EVENT_FORK:
		handle_fork(p, e);
		break;
	case PP_EVENT_EXIT: /* late samples may follow: everything is kept for a while */
		handle_exit(p, e);
		break;
	case PP_EVENT_SAMPLE:
		break;
	}
}

int64_t pp_procs_main_image(struct pp_procs *p, uint32_t pid)
{
	const struct pp_proc *proc = find_proc(p, pid);

	/* the kernel loads programs below their libraries */
	for (size_t i = 0; proc && i < proc->nregions; i++) {
		const struct pp_region *r = &proc->regions[i];

		if (p->images[r->image].inode == 0)
			continue;
		pp_image_use(p, proc, r);
		return r->image;
	}
	return -1;
}

/* A process that is asked about: one not seen before is scanned. */
static struct pp_proc *ask_proc(struct pp_procs *p, uint32_t pid)
{
	struct pp_proc *proc = get_proc(p, pid);

	if (!proc->scanned)
		pp_procs_scan(p, pid);
	return proc;
}

/* The region around `address`; NULL if there is none. */
static const struct pp_region *find_region(const struct pp_proc *proc, uint64_t address)
{
	size_t at = region_after(proc, address);
	if (at == proc->nregions || proc->regions[at].start > address)
		return NULL;
	return &proc->regions[at];
}

int64_t pp_procs_find(struct pp_procs *p, uint32_t pid, uint64_t *address)
{
	const struct pp_proc *proc = ask_proc(p, pid);
	const struct pp_region *r = find_region(proc, *address);

	if (!r)
		return -1;
	pp_image_use(p, proc, r);
	*address = p->images[r->image].start + (*address - r->origin);
	return r->image;
}

/* Every process that maps an image has to be told that its table is there. */
static void note_table(struct pp_procs *p, uint32_t image)
{
	for (size_t i = 0; i < p->nprocs; i++) {
		struct pp_proc *proc = &p->procs[i];

		for (size_t j = 0; j < proc->nregions && !proc->changed; j++)
			proc->changed = proc->regions[j].image == image;
	}
}

/* The unwind table of a region's file; NULL if there is none. */
static const struct pp_unwind_table *region_table(struct pp_procs *p, const struct pp_proc *proc,
						  const struct pp_region *r)
{
	struct pp_image *image = &p->images[r->image];
	bool fresh = !image->opened;

	pp_image_open(p, proc, r);
	if (image->module != PP_MODULE_NONE) {
		fresh |= !p->modules.modules[image->module].tabled;
		pp_modules_table(&p->modules, image->module, image->fd);
	}
	if (fresh)
		note_table(p, r->image);
	return image->module == PP_MODULE_NONE ? NULL : &p->modules.modules[image->module].table;
}

struct pp_unwind_code pp_procs_code(struct pp_procs *p, uint32_t pid, uint64_t address)
{
	struct pp_unwind_code code = {.kind = PP_UNWIND_CODE_NONE};
	const struct pp_proc *proc = ask_proc(p, pid);
	const struct pp_region *r = find_region(proc, address);

	if (!r)
		return code;
	code.table = region_table(p, proc, r);
	code.kind = code.table ? PP_UNWIND_CODE_TABLE : PP_UNWIND_CODE_MADE;
	code.vaddr = p->images[r->image].vaddr + (address - r->origin);
	return code;
}

bool pp_procs_prepare(struct pp_procs *p, uint32_t pid, int64_t deadline)
{
	struct pp_proc *proc = get_proc(p, pid);
	size_t i = 0;

	proc->sampled = true;
	proc->changed = true;
	while (i < proc->nregions && pp_clock_mono() < deadline)
		region_table(p, proc, &proc->regions[i++]);
	return i == proc->nregions;
}

void pp_procs_note_copy(struct pp_procs *p, uint32_t pid, bool useful)
{
	struct pp_proc *proc = get_proc(p, pid);

	proc->changed |= !proc->sampled;
	proc->sampled = true;
	proc->copied_stacks++;
	proc->useful_copies += useful;
}

static void forget_proc(struct pp_procs *p, size_t i,
			void (*forget)(void *context, struct pp_proc *proc), void *context)
{
	struct pp_proc *proc = &p->procs[i];

	if (forget)
		forget(context, proc);
	free(proc->regions);
	pp_roots_drop(&p->roots, proc->root);
	pp_map_remove(&p->by_pid, proc->pid);
	if (i != --p->nprocs) {
		*proc = p->procs[p->nprocs];
		*pp_map_put(&p->by_pid, proc->pid, 0) = (uint32_t)i;
	}
}

void pp_procs_forget(struct pp_procs *p, void (*forget)(void *context, struct pp_proc *proc),
		     void *context)
{
	for (size_t i = 0; i < p->nprocs;) {
		struct pp_proc *proc = &p->procs[i];

		if (proc->exited && proc->exited < LATE_CALLS) {
			proc->exited++;
		} else if (proc->exited && !is_there(proc->pid)) {
			forget_proc(p, i, forget, context);
			continue; /* another has taken its place */
		}
		i++;
	}
}

void pp_procs_find_ended(struct pp_procs *p)
{
	for (size_t i = 0; i < p->nprocs; i++) {
		if (!p->procs[i].exited && !is_there(p->procs[i].pid))
			p->procs[i].exited = 1;
	}
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
