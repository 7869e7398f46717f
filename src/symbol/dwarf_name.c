/* SPDX-License-Identifier: Apache-2.0 */
/* Names of functions (DWARF 5 sections 2.13, 3.3.8). */
#include <config.h>

#include "symbol/dwarf_name.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "symbol/dwarf_form.h"

#define MAX_HOPS 16 /* concrete instance, abstract instance, declaration: three are usual */

void pp_dwarf_names_init(struct pp_dwarf_names *names, struct pp_strtab *strings)
{
	*names = (struct pp_dwarf_names){.strings = strings, .n = 1};
	names->list = pp_grow(NULL, &names->cap, 1, sizeof(*names->list));
	names->list[0] = (struct pp_dwarf_name){0};
}

void pp_dwarf_names_release(struct pp_dwarf_names *names)
{
	free(names->list);
	*names = (struct pp_dwarf_names){0};
}

uint32_t pp_dwarf_intern(struct pp_strtab *strings, struct pp_dwarf_budget *budget, struct pp_str s)
{
	size_t before = strings->nbytes;
	uint32_t id;

	if (s.n > budget->text) {
		budget->out = true;
		return 0;
	}
	id = pp_strtab_add(strings, s);
	budget->text -=
		strings->nbytes - before < budget->text ? strings->nbytes - before : budget->text;
	return id;
}

/* What is known of a function so far; the first entry that has something wins. */
struct found {
	struct pp_str system_name, name;
	uint32_t start_line;
};

static void take(struct found *f, const struct pp_dwarf_cu *cu, const struct pp_dwarf_entry *e)
{
	uint64_t line = pp_dwarf_entry_get(e, PP_DWARF_DECL_LINE).u;

	if (!f->system_name.n)
		f->system_name =
			pp_dwarf_value_string(cu, pp_dwarf_entry_get(e, PP_DWARF_LINKAGE_NAME));
	if (!f->name.n)
		f->name = pp_dwarf_value_string(cu, pp_dwarf_entry_get(e, PP_DWARF_NAME));
	if (!f->start_line && line <= UINT32_MAX)
		f->start_line = (uint32_t)line;
}

static uint32_t add(struct pp_dwarf_names *names, struct pp_dwarf_budget *budget,
		    const struct found *f)
{
	struct pp_dwarf_name n = {.start_line = f->start_line};

	if (f->system_name.n)
		n.system_name = pp_dwarf_intern(names->strings, budget, f->system_name);
	else
		n.name = pp_dwarf_intern(names->strings, budget, f->name);
	if (!n.system_name && !n.name && !n.start_line)
		return 0;
	if (!pp_dwarf_make(budget, 1))
		return 0;
	names->list = pp_grow(names->list, &names->cap, names->n + 1, sizeof(*names->list));
	names->list[names->n] = n;
	return (uint32_t)names->n++;
}

/* The entry that this one refers to; false if there is none. */
static bool follow(const struct pp_dwarf_cu **cu, uint64_t *entry, struct pp_dwarf_value origin)
{
	struct pp_dwarf_file *file;

	if (!origin.form || !pp_dwarf_value_reference(*cu, origin, &file, entry))
		return false;
	if (file == (*cu)->file && *entry >= (*cu)->entries && *entry < (*cu)->end)
		return true;

	struct pp_dwarf_unit *unit = pp_dwarf_file_unit(file, *entry);
	*cu = unit ? pp_dwarf_unit_open(file, unit) : NULL;
	return *cu != NULL;
}

uint32_t pp_dwarf_names_find(struct pp_dwarf_names *names, const struct pp_dwarf_cu *cu,
			     uint64_t entry)
{
	struct pp_dwarf_file *home = cu->file;
	uint64_t key = entry;
	struct pp_dwarf_entry e;
	struct found f = {0};

	for (int hops = 0; hops < MAX_HOPS; hops++) {
		bool empty = !f.system_name.n && !f.name.n && !f.start_line;

		/* what adds nothing is called what it refers to, which many others do, too */
		if (empty) {
			uint32_t known = pp_map_find(&cu->file->names, entry);

			if (known != PP_MAP_NONE)
				return known;
			home = cu->file;
			key = entry;
		}
		if (!pp_dwarf_spend(home->budget, 8) || !pp_dwarf_entry_at(cu, entry, &e))
			break;
		take(&f, cu, &e);
		if (!follow(&cu, &entry, pp_dwarf_entry_get(&e, PP_DWARF_ORIGIN)))
			break;
	}

	uint32_t name = add(names, home->budget, &f);
	pp_map_put(&home->names, key, name);
	return name;
}
