/* SPDX-License-Identifier: Apache-2.0 */
/* Filling the eBPF program's maps. */
#include <config.h>

#include "collect/unwind_maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/alloc.h"
#include "collect/bpf/event.h"

#define SHARD_BYTES  ((size_t)PP_BPF_SHARD_CELLS * sizeof(uint64_t))
#define REGION_BYTES ((size_t)PP_BPF_REGIONS_MAX * sizeof(struct pp_bpf_region))
#define MAX_REGIONS  ((1u << (PP_RUN_SIZES - 1)) - 1) /* of one process */
#define KEEP_TICKS   4
#define CLEAR_TICKS  600 /* from one clearing to the next, at least */
#define COPY_BUDGET  48	 /* stacks that a process may send as they are between two calls */

static void *map_shared(int fd, size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

int pp_unwind_maps_open(struct pp_unwind_maps *m, struct pp_unwind_maps_fds fds, uint64_t max_bytes,
			uint64_t copies, struct pp_err *err)
{
	uint64_t shards = max_bytes / SHARD_BYTES;

	*m = (struct pp_unwind_maps){.fds = fds, .copies = copies};
	m->max_shards = shards < PP_BPF_SHARDS_MAX ? (uint32_t)shards : PP_BPF_SHARDS_MAX;
	m->regions = map_shared(fds.regions, REGION_BYTES);
	m->limits = m->regions ? map_shared(fds.limits, sizeof(*m->limits)) : NULL;
	if (!m->limits)
		return pp_err_sys(err, errno, "cannot map the eBPF program's memory");
	m->limits->stacks = copies;
	m->limits->wake = 1;
	return 0;
}

void pp_unwind_maps_close(struct pp_unwind_maps *m)
{
	if (m->regions)
		munmap(m->regions, REGION_BYTES);
	if (m->limits)
		munmap(m->limits, sizeof(*m->limits));
	for (uint32_t i = 0; i < m->nshards; i++)
		munmap(m->shards[i], SHARD_BYTES);
	for (size_t i = 0; i < PP_RUN_SIZES; i++)
		free(m->free[i].runs);
	free(m->waiting);
	free(m->shards);
	*m = (struct pp_unwind_maps){.regions = NULL};
}

uint64_t pp_unwind_maps_bytes(const struct pp_unwind_maps *m)
{
	return m->nshards * SHARD_BYTES;
}

/* ---- unwind tables ---- */

static bool add_shard(struct pp_unwind_maps *m)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);

	if (m->nshards == m->max_shards)
		return false;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "pp_shard", sizeof(uint32_t), sizeof(uint64_t),
				PP_BPF_SHARD_CELLS, &options);
	if (fd < 0)
		return false;
	uint64_t *cells = map_shared(fd, SHARD_BYTES);
	bool added = cells && bpf_map_update_elem(m->fds.shards, &m->nshards, &fd, BPF_ANY) == 0;
	close(fd); /* the program's map keeps it */
	if (!added) {
		if (cells)
			munmap(cells, SHARD_BYTES);
		return false;
	}
	m->shards = pp_xrealloc(m->shards, m->nshards + 1, sizeof(*m->shards));
	m->shards[m->nshards++] = cells;
	return true;
}

/* Make cells up to `end` exist. */
static bool reach(struct pp_unwind_maps *m, uint64_t end)
{
	while (end > (uint64_t)m->nshards << PP_BPF_SHARD_BITS) {
		if (!add_shard(m))
			return false;
	}
	return true;
}

static void set_cell(struct pp_unwind_maps *m, uint32_t cell, uint64_t value)
{
	m->shards[cell >> PP_BPF_SHARD_BITS][cell & (PP_BPF_SHARD_CELLS - 1)] = value;
}

static uint64_t row_cell(struct pp_unwind_row row)
{
	uint64_t cell;

	memcpy(&cell, &row, sizeof(cell));
	return cell;
}

/* A table on its way into cells, page by page. */
struct placing {
	struct pp_unwind_maps *m;
	const struct pp_unwind_table *table;
	uint64_t cell; /* the next one that is free */
	size_t next;   /* the first row that does not begin before the page */
	int64_t last;  /* the row in the cell before `cell`; -1: none */
};

/* The n rows of a page from row `first` on, -1 being the absence of one: into cells of one shard,
 * sharing with the page before what it ends with. */
static bool place_rows(struct placing *p, int64_t first, uint32_t n, uint64_t page_start,
		       struct pp_bpf_page *out)
{
	bool shared = p->last == first && first >= 0 && (p->cell & (PP_BPF_SHARD_CELLS - 1)) != 0;
	uint64_t from = p->cell - shared, shard = from >> PP_BPF_SHARD_BITS;

	if ((from + n - 1) >> PP_BPF_SHARD_BITS != shard)
		from = (shard + 1) << PP_BPF_SHARD_BITS;
	if (from + n > UINT32_MAX || !reach(p->m, from + n))
		return false;
	*out = (struct pp_bpf_page){(uint32_t)from, n};
	for (uint32_t i = 0; i < n; i++) {
		struct pp_unwind_row none = {.pc = (uint32_t)page_start, .kind = PP_CFA_NONE};

		set_cell(p->m, (uint32_t)from + i,
			 row_cell(first + i < 0 ? none : p->table->rows[first + i]));
	}
	p->cell = from + n;
	p->last = first + n - 1;
	return true;
}

/* The row that holds where the page begins, and those that begin in it. */
static bool place_page(struct placing *p, uint64_t page, struct pp_bpf_page *out)
{
	const struct pp_unwind_table *t = p->table;
	uint64_t start = page << PP_BPF_PAGE_BITS, end = start + PP_BPF_PAGE_BYTES;
	int64_t first = (int64_t)p->next;

	if (p->next == t->nrows || t->rows[p->next].pc > start)
		first--;
	while (p->next < t->nrows && t->rows[p->next].pc < end)
		p->next++;
	return place_rows(p, first, (uint32_t)((int64_t)p->next - first), start, out);
}

static bool place_table(struct pp_unwind_maps *m, const struct pp_unwind_table *t, uint32_t *pages,
			uint32_t *npages)
{
	uint64_t n = ((uint64_t)t->rows[t->nrows - 1].pc >> PP_BPF_PAGE_BITS) + 1;
	struct placing p = {.m = m, .table = t, .cell = m->next_cell + n, .last = -1};
	struct pp_bpf_page page;
	uint64_t cell;

	if (p.cell > UINT32_MAX || !reach(m, p.cell))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		if (!place_page(&p, i, &page))
			return false;
		memcpy(&cell, &page, sizeof(cell));
		set_cell(m, m->next_cell + (uint32_t)i, cell);
	}
	*pages = m->next_cell;
	*npages = (uint32_t)n;
	m->next_cell = (uint32_t)p.cell;
	return true;
}

/* How the program is to unwind the code of an image. */
static void find_table(struct pp_unwind_maps *m, struct pp_procs *p, const struct pp_image *image,
		       struct pp_bpf_region *out)
{
	out->npages = PP_BPF_NO_TABLE;
	if (image->module == PP_MODULE_NONE) {
		if (!image->opened)
			out->npages = PP_BPF_TABLE_PENDING;
		return;
	}
	struct pp_module *module = &p->modules.modules[image->module];
	if (!module->tabled) {
		out->npages = PP_BPF_TABLE_PENDING;
		return;
	}
	if (!module->table.nrows || module->refused)
		return;
	if (!module->npages && m->clearing) {
		out->npages = PP_BPF_TABLE_PENDING;
		return;
	}
	if (!module->npages && !place_table(m, &module->table, &module->pages, &module->npages)) {
		m->full = true;
		module->refused = true;
		m->refused++;
		return;
	}
	out->pages = module->pages;
	out->npages = module->npages;
}

/* ---- regions ---- */

static size_t size_of(uint32_t n)
{
	size_t size = 0;

	while (1u << size < n)
		size++;
	return size;
}

static bool take_run(struct pp_unwind_maps *m, size_t size, uint32_t *at)
{
	struct pp_run_list *list = &m->free[size];

	if (list->n) {
		*at = list->runs[--list->n];
		return true;
	}
	if ((1u << size) > PP_BPF_REGIONS_MAX - m->next_region)
		return false;
	*at = m->next_region;
	m->next_region += 1u << size;
	return true;
}

static void give_up(struct pp_unwind_maps *m, uint32_t at, uint32_t n)
{
	m->waiting = pp_grow(m->waiting, &m->waiting_cap, m->nwaiting + 1, sizeof(*m->waiting));
	m->waiting[m->nwaiting++] = (struct pp_run){at, (uint32_t)size_of(n), m->tick};
}

/* What was given up long enough ago can be used again. */
static void collect_runs(struct pp_unwind_maps *m)
{
	while (m->waiting_from < m->nwaiting &&
	       m->waiting[m->waiting_from].tick + KEEP_TICKS <= m->tick) {
		struct pp_run run = m->waiting[m->waiting_from++];
		struct pp_run_list *list = &m->free[run.size];

		list->runs = pp_grow(list->runs, &list->cap, list->n + 1, sizeof(*list->runs));
		list->runs[list->n++] = run.at;
	}
	if (m->waiting_from == m->nwaiting) {
		m->nwaiting = m->waiting_from = 0;
	} else if (m->waiting_from > m->nwaiting / 2) {
		m->nwaiting -= m->waiting_from;
		memmove(m->waiting, m->waiting + m->waiting_from,
			m->nwaiting * sizeof(*m->waiting));
		m->waiting_from = 0;
	}
}

static void fill_region(struct pp_unwind_maps *m, struct pp_procs *p, const struct pp_region *r,
			struct pp_bpf_region *out)
{
	const struct pp_image *image = &p->images[r->image];
	uint64_t base = 0;

	*out = (struct pp_bpf_region){.start = r->start, .limit = r->limit};
	find_table(m, p, image, out);
	if (out->npages == PP_BPF_NO_TABLE || out->npages == PP_BPF_TABLE_PENDING)
		return;
	base = p->modules.modules[image->module].table.base;
	out->bias = r->origin - (image->vaddr - base);
}

static void forget(void *context, struct pp_proc *proc)
{
	struct pp_unwind_maps *m = context;

	/* the program may have taken over an entry at a fork of which we know nothing */
	bpf_map_delete_elem(m->fds.procs, &proc->pid);
	if (proc->known)
		give_up(m, proc->known_at, proc->known_n);
	proc->known = false;
}

static void forget_ended(void *context, struct pp_proc *proc)
{
	struct pp_unwind_maps *m = context;

	bpf_map_delete_elem(m->fds.targets, &proc->pid);
	forget(m, proc);
}

/* Fewer copies where they have told nothing that frames had not. */
static void adapt_budget(struct pp_proc *proc)
{
	if (proc->changed || proc->useful_copies || !proc->copy_budget)
		proc->copy_budget = COPY_BUDGET;
	else if (proc->copied_stacks && proc->copy_budget > 1)
		proc->copy_budget /= 2;
	proc->copied_stacks = proc->useful_copies = 0;
}

/* How many regions to tell of. The last may be the vsyscall page, which lies in the kernel's half,
 * where the program does not look. */
static uint32_t count_regions(const struct pp_proc *proc)
{
	size_t n = proc->nregions;

	while (n && proc->regions[n - 1].start >> 63)
		n--;
	return n < MAX_REGIONS ? (uint32_t)n : MAX_REGIONS;
}

/* A number for mappings that have changed. Once they have run out, nothing is remembered. */
static uint32_t next_number(struct pp_unwind_maps *m)
{
	return m->number < PP_BPF_NUMBER_MAX ? ++m->number : 0;
}

static void tell(struct pp_unwind_maps *m, struct pp_procs *p, struct pp_proc *proc)
{
	uint32_t n = count_regions(proc), at;
	struct pp_bpf_proc entry = {.stacks = 0};

	adapt_budget(proc);
	entry.stacks = proc->copy_budget;
	if (!take_run(m, size_of(n), &at)) {
		forget(m, proc); /* it will send copies */
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		fill_region(m, p, &proc->regions[i], &m->regions[at + i]);
	entry.mappings.first = at & (PP_BPF_REGIONS_MAX - 1);
	entry.mappings.n = n & MAX_REGIONS;
	entry.mappings.number = next_number(m);
	if (bpf_map_update_elem(m->fds.procs, &proc->pid, &entry, BPF_ANY)) {
		give_up(m, at, n);
		return;
	}
	if (proc->known)
		give_up(m, proc->known_at, proc->known_n);
	proc->known = true;
	proc->known_at = at;
	proc->known_n = n;
	proc->changed = false;
}

static void change_all(struct pp_procs *p)
{
	for (size_t i = 0; i < p->nprocs; i++)
		p->procs[i].changed = true;
}

/* Where there is no room for a table, most are of files that nobody maps any more: all are given
 * up, and those in use come back. While the program may still look at the old ones, copies serve.
 */
static void make_room(struct pp_unwind_maps *m, struct pp_procs *p)
{
	if (m->clearing && m->cleared + KEEP_TICKS <= m->tick) {
		m->clearing = false;
		m->next_cell = 0;
		change_all(p);
	}
	if (!m->full || m->clearing || (m->cleared && m->cleared + CLEAR_TICKS > m->tick))
		return;
	m->full = false;
	m->clearing = true;
	m->cleared = m->tick;
	m->refused = 0;
	for (size_t i = 0; i < p->modules.n; i++) {
		p->modules.modules[i].npages = 0;
		p->modules.modules[i].refused = false;
	}
	change_all(p);
}

void pp_unwind_maps_sync(struct pp_unwind_maps *m, struct pp_procs *p)
{
	m->tick++;
	m->limits->stacks = m->copies;
	m->limits->wake = 1;
	collect_runs(m);
	make_room(m, p);
	pp_procs_forget(p, forget_ended, m);
	for (size_t i = 0; i < p->nprocs; i++) {
		struct pp_proc *proc = &p->procs[i];

		if (proc->sampled && (proc->changed || proc->copied_stacks))
			tell(m, p, proc);
	}
}
