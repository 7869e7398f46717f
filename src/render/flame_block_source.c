/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of source: files, and what their lines cost. */
#include <config.h>

#include "base/alloc.h"
#include "render/flame_block_state.h"

#define TEXT_MAX ((size_t)8 << 20) /* of all files */

/* The functions of this name are [*from, *to). */
static void find_name(const struct pp_flame *f, struct pp_str name, uint32_t *from, uint32_t *to)
{
	uint32_t low = 1, high = f->nfuncs;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (pp_str_cmp(f->funcs[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*from = *to = low;
	while (*to < f->nfuncs && pp_str_eq(f->funcs[*to].name, name))
		++*to;
}

/* The function that a routine is, by its file if there are several; PP_NONE if the tree has none,
 * as where its nodes are no functions. */
static uint32_t find_func(const struct pp_flame *f, const struct pp_lines_routine *r)
{
	uint32_t from, to;

	find_name(f, r->name, &from, &to);
	for (uint32_t i = from; i < to; i++) {
		if (pp_str_eq(f->funcs[i].file, r->source) || pp_str_eq(f->funcs[i].file, r->file))
			return i;
	}
	return from + 1 == to ? from : PP_NONE;
}

/* A text as its bytes, not by number: it is met once. */
static void put_bytes(struct pp_buf *out, struct pp_str s)
{
	struct pp_buf utf8 = PP_BUF_INIT;

	pp_block_utf8(&utf8, s);
	pp_wire_put_varint(out, utf8.n);
	pp_buf_add(out, utf8.p, utf8.n);
	pp_buf_release(&utf8);
}

static bool add_file(const struct pp_block_writer *w, const struct pp_lines_routine *r,
		     struct pp_str name, struct pp_buf *files)
{
	const struct pp_list_sources *sources = w->o->sources;
	struct pp_err ignored = PP_ERR_INIT;
	const struct pp_text *text = sources->read(sources->context, r, &ignored);

	if (!text)
		return false;
	size_t n = text->nlines ? text->line_at[text->nlines] : 0;
	if (n > TEXT_MAX || files->n > TEXT_MAX - n)
		return false;
	put_bytes(files, name);
	put_bytes(files, (struct pp_str){text->bytes, n});
	return true;
}

static void put_files(struct pp_block_writer *w, const uint32_t *func)
{
	const struct pp_lines *l = w->o->lines;
	struct pp_buf files = PP_BUF_INIT;
	struct pp_strtab seen;
	uint32_t n = 0;

	pp_strtab_init(&seen);
	for (uint32_t i = 0; i < l->n && w->o->sources; i++) {
		if (func[i] == PP_NONE)
			continue;

		struct pp_str name = w->f->funcs[func[i]].file;
		size_t known = seen.count;
		if (name.n && pp_strtab_add(&seen, name) == known)
			n += add_file(w, &l->routines[i], name, &files);
	}
	pp_block_open(w, "SRCT");
	pp_block_number(w, n);
	pp_buf_add(&w->body, files.p, files.n);
	pp_block_close(w);
	pp_buf_release(&files);
	pp_strtab_release(&seen);
}

static void put_lines(struct pp_block_writer *w, const uint32_t *func)
{
	const struct pp_lines *l = w->o->lines;
	size_t n = 0;

	for (uint32_t i = 0; i < l->n; i++)
		n += func[i] == PP_NONE ? 0 : l->routines[i].nrows;
	pp_block_open(w, "LINE");
	pp_block_number(w, n);
	for (uint32_t i = 0; i < l->n; i++) {
		const struct pp_lines_routine *r = &l->routines[i];

		for (uint32_t k = 0; k < r->nrows && func[i] != PP_NONE; k++) {
			pp_block_number(w, func[i]);
			pp_block_number(w, r->rows[k].line > 0 ? (uint64_t)r->rows[k].line : 0);
			pp_block_signed(w, r->rows[k].flat);
			pp_block_signed(w, r->rows[k].cum);
		}
	}
	pp_block_close(w);
}

void pp_block_put_source(struct pp_block_writer *w)
{
	const struct pp_lines *l = w->o->lines;

	if (!l)
		return;
	PP_CLEANUP(pp_freep) uint32_t *func = pp_xcalloc(l->n, sizeof(*func));
	for (uint32_t i = 0; i < l->n; i++)
		func[i] = find_func(w->f, &l->routines[i]);
	put_files(w, func);
	put_lines(w, func);
}
