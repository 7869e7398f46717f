/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the files that belong together, and what they have. */
#include <config.h>

#include "symbol/dwarf.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "symbol/dwarf_batch.h"

/* Enough to read everything several times, which honest files do not need; and for each address
 * the functions that it is in. */
#define STEPS_LEAST	  (4u << 20)
#define STEPS_MOST	  (4ull << 30)
#define STEPS_PER_BYTE	  8
#define STEPS_PER_ADDRESS 512
#define ROOM		  (16u << 20)
#define ROOM_PER_ADDRESS  32
#define TEXT		  (256u << 20)

struct files {
	struct pp_dwarf_elf main_elf, alt_elf, dwp_elf;
	struct pp_dwarf_file main, alt;
	struct pp_dwarf_budget budget;
};

static void release_files(struct files *f)
{
	pp_dwarf_file_release(&f->main);
	pp_dwarf_file_release(&f->alt);
	pp_dwarf_elf_release(&f->main_elf);
	pp_dwarf_elf_release(&f->alt_elf);
	pp_dwarf_elf_release(&f->dwp_elf);
}

static void start_file(struct files *f, struct pp_dwarf_file *file, const struct pp_dwarf_elf *elf)
{
	memcpy(file->sections, elf->sections, sizeof(file->sections));
	file->budget = &f->budget;
	file->code = &f->main_elf;
	for (unsigned i = 0; i < PP_DWARF_SECTIONS; i++)
		f->budget.steps += elf->sections[i].n * STEPS_PER_BYTE;
}

static int open_main(struct files *f, int fd, struct pp_err *err)
{
	f->budget = (struct pp_dwarf_budget){.steps = STEPS_LEAST, .room = ROOM, .text = TEXT};
	if (pp_dwarf_elf_open(&f->main_elf, fd, PP_DWARF_MAIN, err) < 0)
		return -1;
	start_file(f, &f->main, &f->main_elf);
	pp_dwarf_file_index(&f->main);
	return 0;
}

/* Files that cannot be read are as good as none. */
static void open_others(struct files *f, const struct pp_dwarf_options *o)
{
	struct pp_err ignored;

	if (o->alt_fd >= 0 &&
	    pp_dwarf_elf_open(&f->alt_elf, o->alt_fd, PP_DWARF_MAIN, &ignored) == 0) {
		start_file(f, &f->alt, &f->alt_elf);
		pp_dwarf_file_index(&f->alt);
		f->main.alt = &f->alt;
	}
	if (o->dwp_fd >= 0 &&
	    pp_dwarf_elf_open(&f->dwp_elf, o->dwp_fd, PP_DWARF_SPLIT, &ignored) == 0) {
		for (unsigned i = 0; i < PP_DWARF_SECTIONS; i++)
			f->budget.steps += f->dwp_elf.sections[i].n * STEPS_PER_BYTE;
	}
}

static void read_altlink(struct pp_dwarf_facts *facts, struct pp_dwarf_bytes link)
{
	static const char digits[] = "0123456789abcdef";
	struct pp_dwarf_cursor c = pp_dwarf_cursor_at(link, 0);
	struct pp_str path = pp_dwarf_string(&c);
	size_t n = pp_dwarf_left(&c);

	if (c.bad || !path.n)
		return;
	facts->alt_path = pp_xstrdup(path.p);
	if (n > PP_BUILD_ID_MAX)
		return;
	for (size_t i = 0; i < n; i++) {
		facts->alt_build_id[2 * i] = digits[c.p[i] >> 4];
		facts->alt_build_id[2 * i + 1] = digits[c.p[i] & 15];
	}
}

static bool any_split(struct files *f)
{
	for (size_t i = 0; i < f->main.nunits; i++) {
		struct pp_dwarf_cu cu;

		if (f->main.units[i].type == DW_UT_skeleton)
			return true;
		if (pp_dwarf_unit_peek(&f->main, &f->main.units[i], &cu) && cu.dwo_name.n)
			return true;
	}
	return false;
}

int pp_dwarf_inspect(int fd, struct pp_dwarf_facts *facts, struct pp_err *err)
{
	PP_CLEANUP(release_files) struct files f = {0};

	*facts = (struct pp_dwarf_facts){0};
	if (open_main(&f, fd, err) < 0)
		return -1;
	facts->functions = f.main.nunits > 0;
	facts->lines = f.main_elf.sections[PP_DWARF_LINE].n > 0;
	facts->split = any_split(&f);
	read_altlink(facts, f.main_elf.altlink);
	return 0;
}

void pp_dwarf_facts_release(struct pp_dwarf_facts *facts)
{
	free(facts->alt_path);
	*facts = (struct pp_dwarf_facts){0};
}

int pp_dwarf_resolve(int fd, const struct pp_dwarf_options *o, const uint64_t *vaddrs, size_t n,
		     struct pp_answers *out, struct pp_err *err)
{
	PP_CLEANUP(release_files) struct files f = {0};

	pp_answers_init(out, n);
	if (open_main(&f, fd, err) < 0)
		return -1;
	open_others(&f, o);
	f.budget.steps += (uint64_t)n * STEPS_PER_ADDRESS;
	if (f.budget.steps > STEPS_MOST)
		f.budget.steps = STEPS_MOST;
	f.budget.room += n * ROOM_PER_ADDRESS;

	struct pp_dwarf_batch b = {.file = &f.main,
				   .dwp = f.dwp_elf.map ? &f.dwp_elf : NULL,
				   .options = o,
				   .vaddrs = vaddrs,
				   .n = n,
				   .out = out};
	pp_dwarf_batch_run(&b);
	if (f.budget.out)
		return pp_err_set(err, PP_ERR_LIMIT, "debug information is too large or damaged");
	return 0;
}
