/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that are in the profile already are not looked up again by their texts: a function of
 * the same name that was named by somebody else stays apart.
 */
#include <config.h>

#include "symbol/profile_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "symbol/demangle.h"

void pp_profile_table_init(struct pp_profile_table *t, struct pp_profile *p)
{
	*t = (struct pp_profile_table){.p = p};
	pp_strtab_init(&t->strings);
	pp_strtab_init(&t->function_keys);
	t->first = pp_xcalloc(p->nlocations, sizeof(*t->first));
	t->count = pp_xcalloc(p->nlocations, sizeof(*t->count));
}

static void release(struct pp_profile_table *t)
{
	pp_buf_release(&t->lines);
	pp_buf_release(&t->functions);
	pp_buf_release(&t->name);
	pp_strtab_release(&t->strings);
	pp_strtab_release(&t->function_keys);
	pp_map_release(&t->readable);
	free(t->first);
	free(t->count);
}

static size_t line_count(const struct pp_profile_table *t)
{
	return t->lines.n / sizeof(struct pp_line);
}

void pp_profile_table_begin(struct pp_profile_table *t, uint32_t location)
{
	t->location = location;
	t->first[location] = (uint32_t)line_count(t);
}

static void add(struct pp_profile_table *t, const struct pp_line *lines, uint32_t n)
{
	pp_buf_add(&t->lines, lines, n * sizeof(*lines));
	t->count[t->location] += n;
}

void pp_profile_table_keep(struct pp_profile_table *t, uint32_t location)
{
	const struct pp_location *l = &t->p->locations[location];

	if (l->nlines)
		add(t, t->p->lines + l->first_line, l->nlines);
}

/* The readable form of a system name, made once for each. */
static uint32_t readable(struct pp_profile_table *t, uint32_t system_name, struct pp_str text)
{
	uint32_t name = pp_map_find(&t->readable, system_name);

	if (name != PP_MAP_NONE)
		return name;
	pp_buf_clear(&t->name);
	name = system_name;
	if (pp_demangle(text, PP_DEMANGLE_SIMPLE, &t->name))
		name = pp_strtab_add(&t->strings, pp_buf_view(&t->name));
	*pp_map_put(&t->readable, system_name, 0) = name;
	return name;
}

/* The position of a function with these strings (of the table). */
static uint32_t intern_function(struct pp_profile_table *t, const struct pp_function *f)
{
	struct {
		uint32_t name, system_name, filename, zero;
		int64_t start_line;
	} key = {f->name, f->system_name, f->filename, 0, f->start_line};
	size_t known = t->function_keys.count;
	uint32_t id =
		pp_strtab_add(&t->function_keys, (struct pp_str){(const char *)&key, sizeof(key)});

	if (t->function_keys.count > known)
		pp_buf_add(&t->functions, f, sizeof(*f));
	return t->p->nfunctions + id - 1;
}

void pp_profile_table_line(struct pp_profile_table *t, struct pp_str name,
			   struct pp_str system_name, struct pp_str file, int64_t line,
			   int64_t start_line)
{
	struct pp_str text = system_name.n ? system_name : name;
	struct pp_function f = {.system_name = pp_strtab_add(&t->strings, text),
				.filename = pp_strtab_add(&t->strings, file),
				.start_line = start_line};

	f.name = name.n ? pp_strtab_add(&t->strings, name) : readable(t, f.system_name, text);
	struct pp_line l = {.function = intern_function(t, &f), .line = line};
	add(t, &l, 1);
}

/* ---- into the profile ---- */

/* A copy in the arena of what is there, with what is new behind it. */
static void *extend(struct pp_profile *p, const void *old, size_t nold, const struct pp_buf *new,
		    size_t size, struct pp_err *err)
{
	char *all = pp_arena_array(&p->arena, nold + new->n / size, size, err);

	if (!all)
		return NULL;
	if (nold)
		memcpy(all, old, nold * size);
	if (new->n)
		memcpy(all + nold * size, new->p, new->n);
	return all;
}

/* Ids of functions are free to be chosen anew: nothing but lines refers to them. */
static void number(struct pp_function *functions, uint32_t n, uint32_t nold, uint32_t strings)
{
	for (uint32_t i = 0; i < n; i++) {
		struct pp_function *f = &functions[i];

		f->id = i + 1;
		if (i < nold)
			continue;
		f->name = f->name ? strings + f->name - 1 : 0;
		f->system_name = f->system_name ? strings + f->system_name - 1 : 0;
		f->filename = f->filename ? strings + f->filename - 1 : 0;
	}
}

static int add_strings(struct pp_profile_table *t, struct pp_err *err)
{
	for (uint32_t i = 1; i < t->strings.count; i++) {
		if (pp_profile_add_string(t->p, pp_strtab_get(&t->strings, i), err) == PP_NONE)
			return -1;
	}
	return 0;
}

static int apply(struct pp_profile_table *t, struct pp_err *err)
{
	struct pp_profile *p = t->p;
	uint32_t strings = p->nstrings;
	size_t nnew = t->functions.n / sizeof(*p->functions);
	struct pp_line *lines = extend(p, NULL, 0, &t->lines, sizeof(*lines), err);
	struct pp_function *functions =
		extend(p, p->functions, p->nfunctions, &t->functions, sizeof(*functions), err);

	if (!lines || !functions || add_strings(t, err))
		return -1;
	number(functions, p->nfunctions + (uint32_t)nnew, p->nfunctions, strings);
	p->functions = functions;
	p->nfunctions += (uint32_t)nnew;
	p->lines = lines;
	p->nlines = (uint32_t)line_count(t);
	for (uint32_t i = 0; i < p->nlocations; i++) {
		p->locations[i].first_line = t->first[i];
		p->locations[i].nlines = t->count[i];
	}
	return 0;
}

int pp_profile_table_finish(struct pp_profile_table *t, struct pp_err *err)
{
	int rc = apply(t, err);

	release(t);
	return rc;
}
