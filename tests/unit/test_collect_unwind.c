/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: from stacks to frames, in user space and through what the eBPF program is given. */
#include <config.h>

#include "unit.h"

#include <linux/types.h>

#include <bpf/bpf.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "collect/bpf/event.h"
#include "collect/compact.h"
#include "collect/copied.h"
#include "collect/ends.h"
#include "collect/procs.h"
#include "collect/unwind_maps.h"
#include "collect_fixture.h"
#include "regs_fixture.h"
#include "symbol/loads.h"

/* ---- a walk over a copy of one's own stack ---- */

#define COPY_BYTES 65536

struct backtrace {
	uint64_t pc[256];
	size_t n;
};

static _Unwind_Reason_Code note_pc(struct _Unwind_Context *context, void *arg)
{
	struct backtrace *b = arg;

	if (b->n == PP_ARRAY_LEN(b->pc))
		return _URC_END_OF_STACK;
	b->pc[b->n++] = _Unwind_GetIP(context);
	return _URC_NO_REASON;
}

/* Where the stack of this process ends. */
static uint64_t stack_end(void)
{
	char line[512];
	unsigned long long end = 0;
	FILE *f = fopen("/proc/self/maps", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, "[stack]"))
			end = strtoull(strchr(line, '-') + 1, NULL, 16); /* pp-allow: kernel's */
	}
	fclose(f);
	return end;
}

/* As a sampler does, which does not ask what is in a stack either. */
static __attribute__((noinline, no_sanitize("address"))) void copy_words(char *to, uint64_t from,
									 uint64_t n)
{
	volatile uint64_t *out = (volatile uint64_t *)(void *)to;

	for (uint64_t i = 0; i < n / 8; i++)
		out[i] = ((const volatile uint64_t *)from)[i]; /* NOLINT */
}

/* The registers here, a copy of the stack from here on, and who called by another unwinder. */
static __attribute__((noinline)) void take_stack(struct pp_event *e, char *copy,
						 struct backtrace *callers)
{
	ucontext_t here;
	uint64_t n;

	assert_int_equal(getcontext(&here), 0);
	_Unwind_Backtrace(note_pc, callers);
	*e = (struct pp_event){.kind = PP_EVENT_SAMPLE, .pid = (uint32_t)getpid()};
	e->sample.copied = true;
	e->sample.regs = regs_of(&here);
	n = stack_end() - e->sample.regs.sp;
	n = n < COPY_BYTES ? n : COPY_BYTES;
	copy_words(copy, e->sample.regs.sp, n);
	e->sample.stack = (struct pp_str){copy, n};
}

static void copied_walk_agrees(void **state)
{
	struct pp_procs *p = *state;
	PP_CLEANUP(pp_freep) char *copy = pp_xcalloc(COPY_BYTES, 1);
	uint64_t frames[PP_COPIED_MAX];
	struct backtrace callers = {.n = 0};
	struct pp_event e;
	enum pp_unwind_end end;

	take_stack(&e, copy, &callers);
	uint32_t n = pp_copied_walk(p, &e, frames, &end);
	assert_string_equal(pp_end_name(end), "root");
	assert_true(n > 3);
	assert_int_equal(frames[0], e.sample.regs.pc | PP_FRAME_EXACT);
	/* libgcc may leave out, or repeat, the outermost */
	assert_true(callers.n >= n - 1);
	for (size_t i = 1; i + 1 < n; i++)
		assert_int_equal(frames[i], callers.pc[i]);
}

static void copied_walk_ends_with_the_copy(void **state)
{
	struct pp_procs *p = *state;
	PP_CLEANUP(pp_freep) char *copy = pp_xcalloc(COPY_BYTES, 1);
	uint64_t frames[PP_COPIED_MAX];
	struct backtrace callers = {.n = 0};
	struct pp_event e;
	enum pp_unwind_end end;
	uint32_t last = 0;

	take_stack(&e, copy, &callers);
	size_t all = e.sample.stack.n;
	for (size_t n = 0; n <= all; n += n < 8192 ? 8 : 1024) {
		e.sample.stack.n = n;
		uint32_t got = pp_copied_walk(p, &e, frames, &end);
		assert_true(got >= last); /* more stack, more frames */
		last = got;
		assert_true(end == PP_UNWIND_UNREADABLE || end == PP_UNWIND_ROOT);
	}
	assert_true(last > 3);
}

static void copied_walk_outside_of_code(void **state)
{
	struct pp_procs *p = *state;
	struct pp_event e = {.kind = PP_EVENT_SAMPLE, .pid = PID};
	uint64_t frames[PP_COPIED_MAX];
	enum pp_unwind_end end;

	e.sample.copied = true;
	e.sample.regs.pc = 0x1234;
	run_program(p, PID, "a");
	assert_int_equal(pp_copied_walk(p, &e, frames, &end), 1);
	assert_int_equal(frames[0], 0x1234 | PP_FRAME_EXACT);
	assert_int_equal(end, PP_UNWIND_NO_CODE);
	/* anonymous memory: only the frame pointer can tell */
	map(p, PID, 0x1000, 0x1000, "", 0);
	assert_int_equal(pp_copied_walk(p, &e, frames, &end), 1);
	assert_int_equal(end, PP_UNWIND_FP_ZERO);
}

/* ---- what the eBPF program is given ---- */

#define COPIES 77

struct maps {
	struct pp_unwind_maps m;
	struct pp_unwind_maps_fds fds;
};

/* Maps as the program has them; skips the test where they cannot be had. */
static void open_maps(struct maps *maps, uint64_t max_bytes)
{
	struct pp_err err = PP_ERR_INIT;
	LIBBPF_OPTS(bpf_map_create_opts, shared, .map_flags = BPF_F_MMAPABLE);
	int inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "inner", 4, 8, PP_BPF_SHARD_CELLS, &shared);

	if (inner < 0)
		PP_SKIP("no eBPF maps here");
	LIBBPF_OPTS(bpf_map_create_opts, outer, .inner_map_fd = (__u32)inner);
	maps->fds.procs = bpf_map_create(BPF_MAP_TYPE_HASH, "procs", 4, sizeof(struct pp_bpf_proc),
					 PP_BPF_PROCS_MAX, NULL);
	maps->fds.targets = bpf_map_create(BPF_MAP_TYPE_HASH, "targets", 4, 1, 100, NULL);
	maps->fds.regions =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, "regions", 4, sizeof(struct pp_bpf_region),
			       PP_BPF_REGIONS_MAX, &shared);
	maps->fds.shards = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "shards", 4, 4,
					  PP_BPF_SHARDS_MAX, &outer);
	maps->fds.limits = bpf_map_create(BPF_MAP_TYPE_ARRAY, "limits", 4,
					  sizeof(struct pp_bpf_limits), 1, &shared);
	close(inner);
	assert_true(maps->fds.limits >= 0);
	assert_true(maps->fds.procs >= 0 && maps->fds.regions >= 0 && maps->fds.shards >= 0);
	assert_int_equal(pp_unwind_maps_open(&maps->m, maps->fds, max_bytes, COPIES, &err), 0);
}

static void close_maps(struct maps *maps)
{
	pp_unwind_maps_close(&maps->m);
	close(maps->fds.procs);
	close(maps->fds.targets);
	close(maps->fds.regions);
	close(maps->fds.shards);
	close(maps->fds.limits);
}

/* The process as the program finds it; false if it is not known. */
static bool look_up(const struct maps *maps, uint32_t pid, struct pp_bpf_proc *out)
{
	return bpf_map_lookup_elem(maps->fds.procs, &pid, out) == 0;
}

static uint64_t cell(const struct maps *maps, uint32_t at)
{
	return maps->m.shards[at >> PP_BPF_SHARD_BITS][at & (PP_BPF_SHARD_CELLS - 1)];
}

/* The row for an address of a region, found in the plainest way. */
static struct pp_unwind_row row_at(const struct maps *maps, const struct pp_bpf_region *r,
				   uint64_t address)
{
	uint64_t relative = address - r->bias, page = relative >> PP_BPF_PAGE_BITS, value;
	struct pp_unwind_row row = {.kind = PP_CFA_NONE}, next;
	struct pp_bpf_page p;

	if (page >= r->npages)
		return row;
	value = cell(maps, r->pages + (uint32_t)page);
	memcpy(&p, &value, sizeof(p));
	assert_in_range(p.nrows, 1, PP_BPF_PAGE_BYTES);
	assert_int_equal(p.rows >> PP_BPF_SHARD_BITS, (p.rows + p.nrows - 1) >> PP_BPF_SHARD_BITS);
	for (uint32_t i = 0; i < p.nrows; i++) {
		value = cell(maps, p.rows + i);
		memcpy(&next, &value, sizeof(next));
		if (i == 0)
			assert_true(next.pc <= (page << PP_BPF_PAGE_BITS) ||
				    next.pc >> PP_BPF_PAGE_BITS == page);
		if (next.pc > relative)
			break;
		row = next;
	}
	return row;
}

static void check_region(const struct maps *maps, struct pp_procs *p, uint32_t pid,
			 const struct pp_bpf_region *r, unsigned *rows)
{
	uint64_t step = (r->limit - r->start) / 5000 + 1;

	for (uint64_t a = r->start; a < r->limit; a += step) {
		struct pp_unwind_row got = row_at(maps, r, a);
		struct pp_unwind_code code = pp_procs_code(p, pid, a);

		if (!code.table || !code.table->nrows) {
			assert_int_equal(r->npages, PP_BPF_NO_TABLE);
			continue;
		}
		struct pp_unwind_row want = pp_unwind_table_find(code.table, code.vaddr);
		if (want.kind & PP_CFA_RULE_MASK)
			assert_memory_equal(&got, &want, sizeof(got));
		assert_int_equal(got.kind, want.kind);
		++*rows;
	}
}

static void maps_hold_the_tables(void **state)
{
	struct pp_procs *p = *state;
	struct maps maps;
	struct pp_bpf_proc proc;
	uint32_t self = (uint32_t)getpid();
	unsigned rows = 0, tables = 0;

	open_maps(&maps, 64ull << 20);
	pp_procs_scan(p, self);
	pp_procs_prepare(p, self, INT64_MAX);
	assert_false(look_up(&maps, self, &proc));
	pp_unwind_maps_sync(&maps.m, p);
	assert_true(look_up(&maps, self, &proc));
	assert_in_range(proc.mappings.n, 3, 200);
	assert_true(proc.stacks > 0);
	assert_int_equal(maps.m.limits->stacks, COPIES);
	maps.m.limits->stacks = 0;
	pp_unwind_maps_sync(&maps.m, p);
	assert_int_equal(maps.m.limits->stacks, COPIES);
	for (uint32_t i = 0; i < proc.mappings.n; i++) {
		const struct pp_bpf_region *r = &maps.m.regions[proc.mappings.first + i];

		assert_true(r->start < r->limit && r->limit < 1ull << 63);
		assert_true(i == 0 || r[-1].limit <= r->start);
		assert_true(r->npages != PP_BPF_TABLE_PENDING);
		tables += r->npages != PP_BPF_NO_TABLE;
		check_region(&maps, p, self, r, &rows);
	}
	assert_true(tables >= 3 && rows > 5000);
	assert_true(pp_unwind_maps_bytes(&maps.m) <= 64ull << 20);
	close_maps(&maps);
}

static void maps_without_room(void **state)
{
	struct pp_procs *p = *state;
	struct maps maps;
	struct pp_bpf_proc proc;
	uint32_t self = (uint32_t)getpid();

	open_maps(&maps, 0);
	pp_procs_scan(p, self);
	pp_procs_prepare(p, self, INT64_MAX);
	pp_unwind_maps_sync(&maps.m, p);
	assert_true(maps.m.refused > 0);
	assert_int_equal(pp_unwind_maps_bytes(&maps.m), 0);
	assert_true(look_up(&maps, self, &proc));
	for (uint32_t i = 0; i < proc.mappings.n; i++)
		assert_int_equal(maps.m.regions[proc.mappings.first + i].npages, PP_BPF_NO_TABLE);
	close_maps(&maps);
}

/* Tables that are not there yet are announced, and come once a sample has needed them. */
static void maps_of_tables_to_come(void **state)
{
	struct pp_procs *p = *state;
	struct maps maps;
	struct pp_bpf_proc proc;
	uint32_t self = (uint32_t)getpid();
	uint64_t here = (uint64_t)(uintptr_t)maps_of_tables_to_come;

	open_maps(&maps, 64ull << 20);
	pp_procs_scan(p, self);
	pp_procs_prepare(p, self, 0);
	pp_unwind_maps_sync(&maps.m, p);
	assert_true(look_up(&maps, self, &proc));
	for (int round = 0; round < 2; round++) {
		bool found = false;

		for (uint32_t i = 0; i < proc.mappings.n; i++) {
			const struct pp_bpf_region *r = &maps.m.regions[proc.mappings.first + i];

			if (here < r->start || here >= r->limit)
				continue;
			found = true;
			assert_int_equal(r->npages == PP_BPF_TABLE_PENDING, round == 0);
		}
		assert_true(found);
		assert_int_equal(pp_procs_code(p, self, here).kind, PP_UNWIND_CODE_TABLE);
		pp_unwind_maps_sync(&maps.m, p);
		assert_true(look_up(&maps, self, &proc));
	}
	close_maps(&maps);
}

/* Tables that nobody uses fill the room: all are given up, and those in use come back. */
static void maps_make_room(void **state)
{
	struct pp_procs *p = *state;
	struct maps maps;
	struct pp_bpf_proc proc;
	uint32_t self = (uint32_t)getpid(), pending = 0, tables = 0;
	unsigned rows = 0;

	open_maps(&maps, 2ull << 20);
	pp_procs_scan(p, self);
	pp_procs_prepare(p, self, INT64_MAX);
	pp_unwind_maps_sync(&maps.m, p);
	assert_int_equal(maps.m.refused, 0);
	maps.m.next_cell = PP_BPF_SHARD_CELLS - 1;
	for (size_t i = 0; i < p->modules.n; i++)
		p->modules.modules[i].npages = 0;
	for (int i = 0; i < 10; i++) {
		p->procs[0].changed = true;
		pp_unwind_maps_sync(&maps.m, p);
		if (i == 0)
			assert_true(maps.m.refused > 0);
		assert_true(look_up(&maps, self, &proc));
		for (uint32_t j = 0; j < proc.mappings.n; j++)
			pending += maps.m.regions[proc.mappings.first + j].npages ==
				   PP_BPF_TABLE_PENDING;
	}
	assert_true(pending > 0);
	assert_int_equal(maps.m.refused, 0);
	for (uint32_t i = 0; i < proc.mappings.n; i++) {
		const struct pp_bpf_region *r = &maps.m.regions[proc.mappings.first + i];

		tables += r->npages != PP_BPF_NO_TABLE;
		check_region(&maps, p, self, r, &rows);
	}
	assert_true(tables >= 3 && rows > 5000);
	close_maps(&maps);
}

/* What the program remembers goes by the number of a process's mappings: none comes twice. */
static void maps_are_numbered(void **state)
{
	struct pp_procs *p = *state;
	struct maps maps;
	struct pp_bpf_proc before, proc;
	uint32_t self = (uint32_t)getpid();

	open_maps(&maps, 64ull << 20);
	pp_procs_scan(p, self);
	pp_procs_prepare(p, self, INT64_MAX);
	pp_unwind_maps_sync(&maps.m, p);
	assert_true(look_up(&maps, self, &before));
	assert_int_not_equal(before.mappings.number, 0);
	pp_unwind_maps_sync(&maps.m, p);
	assert_true(look_up(&maps, self, &proc));
	assert_true(proc.mappings.word == before.mappings.word);
	for (int i = 0; i < 3; i++) {
		maps.m.number = i ? PP_BPF_NUMBER_MAX : PP_BPF_NUMBER_MAX - 1;
		p->procs[0].changed = true;
		pp_unwind_maps_sync(&maps.m, p);
		assert_true(look_up(&maps, self, &proc));
		assert_int_equal(proc.mappings.number, i ? 0 : PP_BPF_NUMBER_MAX);
		assert_int_equal(proc.mappings.n, before.mappings.n);
	}
	close_maps(&maps);
}

static void modules_age(void **state)
{
	struct pp_procs *p = *state;
	uint32_t self = (uint32_t)getpid();
	PP_CLEANUP(pp_freep) bool *in_use = NULL;

	pp_procs_scan(p, self);
	pp_procs_prepare(p, self, INT64_MAX);
	assert_true(p->modules.n >= 3);
	uint64_t rows = p->modules.rows, kept = p->modules.modules[1].table.nrows;
	in_use = pp_xcalloc(p->modules.n, sizeof(*in_use));
	in_use[1] = true;
	for (int i = 0; i < 20; i++)
		pp_modules_age(&p->modules, in_use);
	assert_true(p->modules.rows < rows && p->modules.rows >= kept);
	assert_int_equal(p->modules.modules[1].table.nrows, kept);
	/* asked for again, they are made again */
	pp_procs_prepare(p, self, INT64_MAX);
	assert_int_equal(p->modules.rows, rows);
}

/* Processes that change, fork and end, for a long time: room is used again. */
static void maps_do_not_grow(void **state)
{
	struct pp_procs *p = *state;
	struct maps maps;
	struct pp_bpf_proc entry;
	uint32_t most = 0;

	open_maps(&maps, 0);
	for (uint32_t round = 0; round < 3000; round++) {
		for (uint32_t i = 0; i < 20; i++) {
			uint32_t pid = PID + round * 20 + i;

			run_program(p, pid, "short");
			for (uint32_t j = 0; j <= i; j++)
				map(p, pid, 0x1000 * (j + 1), 0x1000, "", 0);
			pp_procs_note_copy(p, pid, true);
			struct pp_event end = {.kind = PP_EVENT_EXIT, .pid = pid, .tid = pid};
			pp_procs_event(p, &end); /* forgotten some calls later */
		}
		pp_unwind_maps_sync(&maps.m, p);
		if (round == 100)
			most = maps.m.next_region;
	}
	for (int i = 0; i < 5; i++)
		pp_unwind_maps_sync(&maps.m, p);
	assert_int_equal(p->nprocs, 0);
	assert_int_equal(p->by_pid.count, 0);
	assert_false(look_up(&maps, PID, &entry));
	assert_true(most > 0);
	assert_int_equal(maps.m.next_region, most);
	close_maps(&maps);
}

/* ---- files ---- */

static void loads_of_this_program(void **state)
{
	struct pp_loads l;
	uint64_t vaddr;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), none;

	(void)state;
	assert_true(fd >= 0);
	assert_true(pp_loads_read(&l, fd));
	assert_in_range(l.n, 1, PP_LOADS_MAX);
	for (size_t i = 0; i < l.n; i++) {
		if (!(l.load[i].flags & PF_X))
			continue;
		assert_true(pp_loads_mapped(&l, l.load[i].offset, l.load[i].size, &vaddr));
		assert_int_equal(vaddr, l.load[i].vaddr);
	}
	assert_false(pp_loads_mapped(&l, 1ull << 60, 1ull << 62, &vaddr));
	close(fd);
	none = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	assert_false(pp_loads_read(&l, none));
	assert_int_equal(l.n, 0);
	close(none);
	assert_false(pp_loads_read(&l, -1));
}

/* Segments as lld makes them, which share pages of the file: 0x1720 is in the page of 0x714. */
static void loads_that_share_pages(void **state)
{
	static const struct pp_loads l = {
		.load = {{.type = PT_LOAD, .flags = PF_R, .size = 0x1714},
			 {.type = PT_LOAD,
			  .flags = PF_R | PF_X,
			  .offset = 0x1720,
			  .vaddr = 0x2720,
			  .size = 0x2290},
			 {.type = PT_LOAD,
			  .flags = PF_R | PF_W,
			  .offset = 0x39b0,
			  .vaddr = 0x59b0,
			  .size = 0x1e8}},
		.n = 3,
	};
	static const struct {
		uint64_t offset, size, vaddr;
	} cases[] = {
		{0x1000, 0x3000, 0x2000}, /* all of the code */
		{0x1000, 0x1000, 0x2000}, /* its first page, which it shares */
		{0x2000, 0x1000, 0x3000}, {0x3000, 0x1000, 0x4000},
		{0, 0x1000, 0}, /* nothing of it */
	};
	uint64_t vaddr;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		assert_true(pp_loads_mapped(&l, cases[i].offset, cases[i].size, &vaddr));
		assert_int_equal(vaddr, cases[i].vaddr);
	}
	assert_false(pp_loads_mapped(&l, 0x4000, 0x1000, &vaddr));
	assert_false(pp_loads_mapped(&l, 0x1000, 0, &vaddr));
}

static const char *path_of(struct pp_procs *p, uint32_t pid, uint64_t address)
{
	int64_t image = pp_procs_find(p, pid, &address);

	return image < 0 ? "" : pp_strtab_get(&p->strings, p->images[image].path).p;
}

static void compact_keeps_what_is_mapped(void **state)
{
	struct pp_procs *p = *state;
	char path[32];

	run_program(p, PID, "stays");
	map(p, PID, 0x1000, 0x1000, "/stays", 1);
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(path, sizeof(path), "/passes/%u", i);
		run_program(p, PID + 1, path);
		map(p, PID + 1, 0x1000, 0x1000, path, i + 2);
	}
	map(p, PID, 0x3000, 0x1000, "/stays/too", 9999);
	assert_int_equal(p->nimages, 5002);
	pp_procs_compact(p);
	assert_int_equal(p->nimages, 3);
	assert_true(p->strings.count < 10);
	assert_string_equal(path_of(p, PID, 0x1000), "/stays");
	assert_string_equal(path_of(p, PID, 0x3fff), "/stays/too");
	assert_string_equal(path_of(p, PID + 1, 0x1800), "/passes/4999");
	assert_string_equal(pp_strtab_get(&p->strings, pp_procs_comm(p, PID)).p, "stays");
	/* the same file is the same image again */
	map(p, PID + 1, 0x8000, 0x1000, "/stays/too", 9999);
	assert_int_equal(p->nimages, 3);
	pp_procs_compact(p);
	assert_int_equal(p->nimages, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(copied_walk_agrees, setup, teardown),
		cmocka_unit_test_setup_teardown(copied_walk_ends_with_the_copy, setup, teardown),
		cmocka_unit_test_setup_teardown(copied_walk_outside_of_code, setup, teardown),
		cmocka_unit_test_setup_teardown(maps_hold_the_tables, setup, teardown),
		cmocka_unit_test_setup_teardown(maps_without_room, setup, teardown),
		cmocka_unit_test_setup_teardown(maps_of_tables_to_come, setup, teardown),
		cmocka_unit_test_setup_teardown(maps_make_room, setup, teardown),
		cmocka_unit_test_setup_teardown(maps_are_numbered, setup, teardown),
		cmocka_unit_test_setup_teardown(maps_do_not_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(modules_age, setup, teardown),
		cmocka_unit_test(loads_of_this_program),
		cmocka_unit_test(loads_that_share_pages),
		cmocka_unit_test_setup_teardown(compact_keeps_what_is_mapped, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
