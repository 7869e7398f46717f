/* SPDX-License-Identifier: Apache-2.0 */
/* Questions for all locations first, then new tables of lines and functions. */
#include <config.h>

#include "symbol/profile_names.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/map.h"
#include "io/file.h"
#include "symbol/kallsyms.h"
#include "symbol/procmaps.h"
#include "symbol/profile_table.h"

#define KERNEL_NAME PP_STR_LIT("[kernel.kallsyms]")
#define VDSO_NAME   PP_STR_LIT("[vdso]")
#define MAX_MAPS    (64u << 20)
#define NO_FILE	    UINT32_MAX
#define KERNEL_FILE (UINT32_MAX - 1)
#define MAX_FILES   4096

struct namer {
	struct pp_profile *p;
	const struct pp_profile_names_options *o;
	struct pp_profile_names_report *report;
	struct pp_symbolizer *symbols;
	struct pp_strtab keys; /* path and build id of files that were looked for */
	uint32_t *key_files;   /* per key: its number in symbols, or NO_FILE */
	size_t key_cap;
	int *fds;
	size_t nfds, fds_cap;
	uint32_t *file; /* per mapping */
	bool *wanted;	/* per location */
	struct pp_kallsyms *kallsyms;
	uint64_t kernel_start;
	bool same_boot;
};

static struct pp_binary_place place_of(const struct namer *n, const struct pp_mapping *m)
{
	return (struct pp_binary_place){pp_profile_str(n->p, m->file),
					pp_profile_str(n->p, m->build_id), m->start, m->limit,
					m->offset};
}

/* ---- which locations ---- */

static bool has_name(const struct namer *n, const struct pp_location *l)
{
	struct pp_str file = {"", 0};

	if (l->mapping != PP_NONE)
		file = pp_profile_str(n->p, n->p->mappings[l->mapping].file);
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_function *f =
			&n->p->functions[n->p->lines[l->first_line + i].function];
		struct pp_str name = pp_profile_str(n->p, f->name);

		if (name.n && !pp_sources_is_fde_name(name, file))
			return true;
	}
	return false;
}

static void choose_locations(struct namer *n)
{
	for (uint32_t i = 0; i < n->p->nlocations; i++) {
		const struct pp_location *l = &n->p->locations[i];

		if (!n->o->force && has_name(n, l)) {
			n->report->kept++;
			continue;
		}
		n->wanted[i] = l->mapping != PP_NONE && l->address != 0;
		n->report->asked += n->wanted[i];
	}
}

/* ---- their files ---- */

static void ignore_other(void *context, const char *path, struct pp_str wanted, struct pp_str found)
{
	const struct namer *n = context;

	if (n->o->ignored)
		n->o->ignored(n->o->context, path, wanted, found);
}

/* And not memory that goes by a name. */
static bool is_file_name(struct pp_str s)
{
	return s.n && s.p[0] != '[' && !pp_str_starts(s, PP_STR_LIT("//anon")) &&
	       !pp_str_starts(s, PP_STR_LIT("/memfd:"));
}

static int find_file(struct namer *n, const struct pp_binary_place *place, char **path)
{
	struct pp_err err = PP_ERR_INIT;
	int fd = pp_binary_find(place, n->o->binary_path, ignore_other, n, path, &err);

	if (fd < 0 && n->o->symbols.server && place->build_id.n) {
		PP_CLEANUP(pp_freep)
		char *id = pp_xasprintf("%.*s", (int)place->build_id.n, place->build_id.p);

		fd = pp_debuginfod_find(n->o->symbols.server, id, PP_DEBUGINFOD_EXECUTABLE, path);
	}
	if (fd < 0 && n->o->missing && is_file_name(place->file))
		n->o->missing(n->o->context, err.msg);
	return fd;
}

/* Its name in the profile is what functions without a name are called after. */
static uint32_t add_file(struct namer *n, const struct pp_binary_place *place)
{
	PP_CLEANUP(pp_freep)
	char *as = pp_xasprintf("%.*s", (int)place->file.n, place->file.p);
	char *path = NULL;
	int fd = n->nfds < MAX_FILES ? find_file(n, place, &path) : -1;

	free(path);
	if (fd < 0)
		return NO_FILE;
	n->fds = pp_grow(n->fds, &n->fds_cap, n->nfds + 1, sizeof(*n->fds));
	n->fds[n->nfds++] = fd;
	return pp_symbolizer_add_file(n->symbols, fd, as, -1);
}

static bool find_vdso(struct pp_procmap *m)
{
	struct pp_file f;
	struct pp_err ignored;
	bool found = false;

	if (pp_file_read(&f, "/proc/self/maps", MAX_MAPS, &ignored))
		return false;
	struct pp_str rest = {(const char *)f.bytes, f.n};
	while (!found && pp_procmaps_next(&rest, m))
		found = pp_str_eq(m->path, VDSO_NAME);
	pp_file_release(&f);
	return found;
}

/* Ours, if it is the one that was recorded. */
static uint32_t add_vdso(struct namer *n, struct pp_str build_id)
{
	struct pp_procmap m;
	uint32_t file;

	if (build_id.n == 0 || !find_vdso(&m))
		return NO_FILE;
	file = pp_symbolizer_add_memory(n->symbols, (const void *)(uintptr_t)m.start,
					(size_t)(m.limit - m.start), VDSO_NAME.p);
	return pp_str_eq(build_id, pp_str_of(pp_symbolizer_build_id(n->symbols, file))) ? file
											: NO_FILE;
}

static uint32_t file_of(struct namer *n, const struct pp_binary_place *place)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;

	if (pp_str_eq(place->file, VDSO_NAME))
		return add_vdso(n, place->build_id);
	pp_buf_add(&key, place->file.p, place->file.n);
	pp_buf_char(&key, '\0');
	pp_buf_add(&key, place->build_id.p, place->build_id.n);

	size_t known = n->keys.count;
	uint32_t id = pp_strtab_add(&n->keys, pp_buf_view(&key));
	if (n->keys.count > known) {
		n->key_files =
			pp_grow(n->key_files, &n->key_cap, n->keys.count, sizeof(*n->key_files));
		n->key_files[id] = add_file(n, place);
	}
	return n->key_files[id];
}

/* ---- the kernel ---- */

static int64_t boot_time(void)
{
	struct timespec up;

	if (clock_gettime(CLOCK_BOOTTIME, &up) < 0)
		return INT64_MAX;
	return pp_clock_real() - (int64_t)up.tv_sec * PP_NSEC_PER_SEC - up.tv_nsec;
}

static bool is_running_kernel(struct pp_str build_id)
{
	struct pp_err ignored;
	char running[41];

	return build_id.n && pp_kernel_build_id("/sys/kernel/notes", running, &ignored) == 0 &&
	       pp_str_eq(build_id, pp_str_of(running));
}

static uint32_t kernel_file(struct namer *n, struct pp_str build_id)
{
	struct pp_err ignored;
	uint64_t limit;

	if (!is_running_kernel(build_id))
		return NO_FILE;
	if (!n->kallsyms) {
		n->kallsyms = pp_kallsyms_load("/proc/kallsyms", &ignored);
		if (n->kallsyms && !pp_kallsyms_range(n->kallsyms, &n->kernel_start, &limit))
			n->kernel_start = 0;
		n->same_boot = n->p->time_nanos > boot_time();
	}
	return n->kallsyms ? KERNEL_FILE : NO_FILE;
}

/* The kernel's text is at another place after each start, as a whole. */
static bool find_kernel_symbol(const struct namer *n, const struct pp_location *l,
			       struct pp_symbol *out)
{
	const struct pp_mapping *m = &n->p->mappings[l->mapping];
	uint64_t start = 0, limit = 0;

	if (n->same_boot)
		return pp_kallsyms_find(n->kallsyms, l->address, out);
	if (!n->kernel_start || l->address < m->start ||
	    !pp_kallsyms_range(n->kallsyms, &start, &limit) ||
	    l->address - m->start >= limit - start)
		return false;
	return pp_kallsyms_find(n->kallsyms, l->address - m->start + start, out);
}

/* ---- asking ---- */

static bool is_kernel(const struct namer *n, const struct pp_mapping *m)
{
	return pp_str_starts(pp_profile_str(n->p, m->file), KERNEL_NAME);
}

static void find_files(struct namer *n)
{
	PP_CLEANUP(pp_freep) bool *needed = pp_xcalloc(n->p->nmappings, sizeof(*needed));

	for (uint32_t i = 0; i < n->p->nlocations; i++) {
		if (n->wanted[i])
			needed[n->p->locations[i].mapping] = true;
	}
	for (uint32_t i = 0; i < n->p->nmappings; i++) {
		struct pp_binary_place place = place_of(n, &n->p->mappings[i]);

		n->file[i] = NO_FILE;
		if (needed[i] && is_kernel(n, &n->p->mappings[i]))
			n->file[i] = kernel_file(n, place.build_id);
		else if (needed[i])
			n->file[i] = file_of(n, &place);
	}
}

/* From an address of the profile to the file's own, as pp_binary_address. */
static bool file_address(const struct namer *n, const struct pp_location *l, uint32_t *file,
			 uint64_t *vaddr)
{
	const struct pp_mapping *m = &n->p->mappings[l->mapping];

	*file = n->file[l->mapping];
	if (*file >= KERNEL_FILE)
		return false;
	if (m->start == 0 && m->offset == 0 && (m->limit == 0 || m->limit == UINT64_MAX)) {
		*vaddr = l->address;
		return true;
	}
	if (l->address < m->start || l->address >= m->limit)
		return false;
	return pp_symbolizer_vaddr(n->symbols, *file, l->address - m->start + m->offset, vaddr);
}

static void ask(struct namer *n)
{
	uint32_t file;
	uint64_t vaddr;

	for (uint32_t i = 0; i < n->p->nlocations; i++) {
		if (n->wanted[i] && file_address(n, &n->p->locations[i], &file, &vaddr))
			pp_symbolizer_ask(n->symbols, file, vaddr);
	}
	pp_symbolizer_resolve(n->symbols);
}

/* ---- putting answers in place ---- */

static bool name_kernel(struct namer *n, struct pp_profile_table *t, const struct pp_location *l)
{
	struct pp_symbol symbol;

	if (pp_kallsyms_hidden(n->kallsyms)) {
		n->report->hidden++;
		return false;
	}
	if (!find_kernel_symbol(n, l, &symbol)) {
		n->report->foreign += !n->same_boot;
		return false;
	}
	pp_profile_table_line(t, symbol.name, symbol.name, (struct pp_str){"", 0}, 0, 0);
	return true;
}

static bool name_by_file(struct namer *n, struct pp_profile_table *t, const struct pp_location *l)
{
	uint32_t file;
	uint64_t vaddr;

	if (!file_address(n, l, &file, &vaddr))
		return false;
	struct pp_symbolizer_answer a = pp_symbolizer_get(n->symbols, file, vaddr);
	for (size_t i = 0; i < a.n; i++) {
		const struct pp_answer_frame *f = &a.frames[i];

		pp_profile_table_line(t, pp_strtab_get(a.strings, f->name),
				      pp_strtab_get(a.strings, f->system_name),
				      pp_strtab_get(a.strings, f->file), f->line, f->start_line);
	}
	n->report->named += a.source > PP_SOURCE_FDE;
	return a.n > 0;
}

static void place_answers(struct namer *n, struct pp_profile_table *t)
{
	for (uint32_t i = 0; i < n->p->nlocations; i++) {
		const struct pp_location *l = &n->p->locations[i];
		bool is_named = false;

		pp_profile_table_begin(t, i);
		if (n->wanted[i] && n->file[l->mapping] == KERNEL_FILE) {
			is_named = name_kernel(n, t, l);
			n->report->named += is_named;
		} else if (n->wanted[i]) {
			n->report->foreign += n->file[l->mapping] == NO_FILE &&
					      is_kernel(n, &n->p->mappings[l->mapping]);
			is_named = name_by_file(n, t, l);
		}
		if (!is_named)
			pp_profile_table_keep(t, i);
	}
}

static void set_flags(struct namer *n)
{
	for (uint32_t i = 0; i < n->p->nmappings; i++) {
		struct pp_mapping *m = &n->p->mappings[i];

		if (n->file[i] == NO_FILE)
			continue;
		if (n->file[i] == KERNEL_FILE) {
			m->has_functions |= !pp_kallsyms_hidden(n->kallsyms);
			continue;
		}
		struct pp_symbolizer_coverage c = pp_symbolizer_coverage(n->symbols, n->file[i]);
		m->has_functions |= c.functions;
		m->has_filenames |= c.files;
		m->has_lines |= c.lines;
		m->has_inlines |= c.inlines;
	}
}

static void release(struct namer *n)
{
	pp_symbolizer_free(n->symbols);
	for (size_t i = 0; i < n->nfds; i++)
		close(n->fds[i]);
	free(n->fds);
	free(n->key_files);
	free(n->file);
	free(n->wanted);
	pp_strtab_release(&n->keys);
	pp_kallsyms_free(n->kallsyms);
}

int pp_profile_names_add(struct pp_profile *p, const struct pp_profile_names_options *o,
			 struct pp_profile_names_report *report, struct pp_err *err)
{
	struct namer n = {.p = p, .o = o, .report = report};
	struct pp_profile_table table;

	*report = (struct pp_profile_names_report){0};
	n.symbols = pp_symbolizer_new(&o->symbols);
	n.file = pp_xcalloc(p->nmappings, sizeof(*n.file));
	n.wanted = pp_xcalloc(p->nlocations, sizeof(*n.wanted));
	pp_strtab_init(&n.keys);
	choose_locations(&n);
	find_files(&n);
	ask(&n);

	pp_profile_table_init(&table, p);
	place_answers(&n, &table);
	set_flags(&n);
	report->stats = pp_symbolizer_stats(n.symbols);
	int rc = pp_profile_table_finish(&table, err);
	release(&n);
	return rc;
}
