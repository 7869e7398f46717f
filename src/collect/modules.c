/* SPDX-License-Identifier: Apache-2.0 */
/* Files and their unwind tables. */
#include <config.h>

#include "collect/modules.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/clock.h"

#define VDSO_KEY "vdso"
#define MAX_IDLE 6

/* The vdso has no file that its table could be made from again. */
static bool is_vdso(const struct pp_modules *m, size_t module)
{
	return pp_str_eq(pp_strtab_get(&m->keys, (uint32_t)module + 1), PP_STR_LIT(VDSO_KEY));
}

void pp_modules_init(struct pp_modules *m, struct pp_unwind_cache *cache)
{
	*m = (struct pp_modules){.cache = cache};
	pp_strtab_init(&m->keys);
}

void pp_modules_release(struct pp_modules *m)
{
	for (size_t i = 0; i < m->n; i++)
		pp_unwind_table_release(&m->modules[i].table);
	free(m->modules);
	pp_strtab_release(&m->keys);
}

/* The position of the module with this key; *fresh if it is new, and empty. */
static uint32_t intern(struct pp_modules *m, struct pp_str key, bool *fresh)
{
	uint32_t at = pp_strtab_add(&m->keys, key) - 1;

	*fresh = at == m->n;
	if (*fresh) {
		m->modules = pp_grow(m->modules, &m->cap, m->n + 1, sizeof(*m->modules));
		m->modules[m->n++] = (struct pp_module){.tabled = false};
	}
	return at;
}

static struct pp_str file_key(const struct pp_loads *loads, const struct stat *st, uint64_t room[4])
{
	if (loads->build_id[0])
		return pp_str_of(loads->build_id);
	room[0] = st->st_dev;
	room[1] = st->st_ino;
	/* numbers of files are used again, and files are written to */
	room[2] = (uint64_t)st->st_size;
	room[3] = (uint64_t)(st->st_mtim.tv_sec * PP_NSEC_PER_SEC + st->st_mtim.tv_nsec);
	return (struct pp_str){(const char *)room, 4 * sizeof(*room)};
}

uint32_t pp_modules_file(struct pp_modules *m, int fd)
{
	struct pp_loads loads;
	struct stat st;
	uint64_t room[4];
	bool fresh;

	if (!pp_loads_read(&loads, fd) || fstat(fd, &st) < 0)
		return PP_MODULE_NONE;
	uint32_t at = intern(m, file_key(&loads, &st, room), &fresh);
	if (fresh)
		m->modules[at].loads = loads;
	return at;
}

uint32_t pp_modules_vdso(struct pp_modules *m, size_t size)
{
	const void *base = (const void *)getauxval(AT_SYSINFO_EHDR); /* NOLINT */
	struct pp_err ignored;
	bool fresh;

	if (!base)
		return PP_MODULE_NONE;
	uint32_t at = intern(m, PP_STR_LIT(VDSO_KEY), &fresh);
	struct pp_module *module = &m->modules[at];
	if (!fresh)
		return at;
	module->loads.n = 1;
	module->loads.load[0] =
		(struct pp_elffile_segment){.type = PT_LOAD, .flags = PF_X, .size = size};
	module->tabled = true;
	if (pp_unwind_table_read_memory(&module->table, base, size, &ignored))
		module->table = (struct pp_unwind_table){0};
	m->rows += module->table.nrows;
	return at;
}

const struct pp_unwind_table *pp_modules_table(struct pp_modules *m, uint32_t module, int fd)
{
	struct pp_module *one = &m->modules[module];
	struct pp_err ignored;

	if (one->tabled)
		return &one->table;
	one->tabled = true;
	if (pp_unwind_cache_get(m->cache, pp_str_of(one->loads.build_id), fd, &one->table,
				&ignored))
		one->table = (struct pp_unwind_table){0};
	m->rows += one->table.nrows;
	return &one->table;
}

void pp_modules_age(struct pp_modules *m, const bool *in_use)
{
	for (size_t i = 0; i < m->n; i++) {
		struct pp_module *one = &m->modules[i];

		one->idle = in_use[i] ? 0 : one->idle + 1;
		if (one->idle < MAX_IDLE || !one->tabled || is_vdso(m, i))
			continue;
		m->rows -= one->table.nrows;
		pp_unwind_table_release(&one->table);
		one->tabled = false;
	}
}
