/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of a tree. These are most of a block: numbers are written where there is room. */
#include <config.h>

#include "render/colours.h"
#include "render/flame_block_state.h"

#define PIECE 4096u /* nodes between two looks at the room there is */

/* Begin a piece of nodes from `at` on: where it is written, and its end. */
static uint8_t *begin_piece(struct pp_block_writer *w, uint32_t at, uint32_t *end)
{
	uint32_t left = w->f->n - at;

	*end = at + (left < PIECE ? left : PIECE);
	pp_buf_reserve(&w->body, (size_t)(*end - at) * PP_WIRE_VARINT_MAX);
	return (uint8_t *)w->body.p + w->body.n;
}

static void end_piece(struct pp_block_writer *w, const uint8_t *p)
{
	w->body.n = (size_t)(p - (uint8_t *)w->body.p);
}

static void put_funcs(struct pp_block_writer *w)
{
	pp_block_open(w, "FUNC");
	for (uint32_t i = 0; i < w->f->nfuncs; i++) {
		const struct pp_flame_func *f = &w->f->funcs[i];
		struct pp_hue hue = pp_colours_hue(f);

		pp_block_number(w, pp_block_text(w, f->name));
		pp_block_number(w, pp_block_text(w, f->file));
		pp_block_number(w, pp_block_text(w, f->object));
		pp_block_number(w, f->line > 0 ? (uint64_t)f->line : 0);
		pp_block_number(w, f->kind);
		pp_block_number(w, hue.hue + PP_HUES * (uint64_t)hue.shade);
		pp_block_number(w, hue.object);
	}
	pp_block_close(w);
}

static void put_shape(struct pp_block_writer *w)
{
	const struct pp_flame *f = w->f;
	uint32_t before = UINT32_MAX; /* the depth that the root is one deeper than */

	pp_block_open(w, "SHAP");
	for (uint32_t i = 0, end; i < f->n;) {
		uint8_t *p = begin_piece(w, i, &end);

		for (; i < end; i++) {
			uint64_t up = before + 1 - f->depth[i];

			p = pp_wire_write_varint(p, up << 1 | (i && f->inlined[i]));
			before = f->depth[i];
		}
		end_piece(w, p);
	}
	pp_block_close(w);
}

static void put_node_funcs(struct pp_block_writer *w)
{
	const struct pp_flame *f = w->f;

	pp_block_open(w, "FNID");
	for (uint32_t i = 0, end; i < f->n;) {
		uint8_t *p = begin_piece(w, i, &end);

		for (; i < end; i++)
			p = pp_wire_write_varint(p, f->func[i]);
		end_piece(w, p);
	}
	pp_block_close(w);
}

/* Whether a column is a multiple of another: by the first node that is not 0 there. */
static bool is_multiple(const struct pp_flame *f, uint32_t column, uint32_t of, int64_t *factor)
{
	const int64_t *a = f->self[column], *b = f->self[of];
	uint32_t i = 0;
	int64_t product;

	*factor = 0;
	while (i < f->n && a[i] == 0 && b[i] == 0)
		i++;
	if (i < f->n) {
		/* -1 apart: the quotient of the least number does not fit */
		if (b[i] == 0 || b[i] == -1 || a[i] % b[i])
			return false;
		*factor = a[i] / b[i];
	}
	for (; i < f->n; i++) {
		if (__builtin_mul_overflow(b[i], *factor, &product) || product != a[i])
			return false;
	}
	return true;
}

/* The column that this one is a multiple of, or PP_NONE. Only columns that are none themselves can
 * be, of which the first few are tried. */
static uint32_t find_multiple(const struct pp_flame *f, uint32_t column, const uint32_t *plain,
			      uint32_t nplain, int64_t *factor)
{
	for (uint32_t i = 0; i < nplain; i++) {
		if (is_multiple(f, column, plain[i], factor))
			return plain[i];
	}
	return PP_NONE;
}

static void put_selfs(struct pp_block_writer *w, const int64_t *self)
{
	for (uint32_t i = 0, end; i < w->f->n;) {
		uint8_t *p = begin_piece(w, i, &end);

		for (; i < end; i++)
			p = pp_wire_write_varint(p, pp_block_fold(self[i]));
		end_piece(w, p);
	}
}

static void put_columns(struct pp_block_writer *w)
{
	uint32_t plain[8], nplain = 0;

	for (uint32_t i = 0; i < w->f->ncolumns; i++) {
		int64_t factor;
		uint32_t of = find_multiple(w->f, i, plain, nplain, &factor);

		pp_block_open(w, "SELF");
		pp_block_number(w, of != PP_NONE);
		if (of != PP_NONE) {
			pp_block_number(w, of);
			pp_block_signed(w, factor);
		} else {
			put_selfs(w, w->f->self[i]);
			if (nplain < PP_ARRAY_LEN(plain))
				plain[nplain++] = i;
		}
		pp_block_close(w);
	}
}

void pp_block_put_tree(struct pp_block_writer *w)
{
	put_funcs(w);
	put_shape(w);
	put_node_funcs(w);
	put_columns(w);
}

void pp_block_put_table(struct pp_block_writer *w)
{
	const struct pp_flame *f = w->f;

	if (!f->flat)
		return;
	pp_block_open(w, "TABL");
	for (uint32_t i = 0; i < f->nfuncs; i++) {
		for (uint32_t c = 0; c < f->ncolumns; c++) {
			pp_block_signed(w, f->flat[c][i]);
			pp_block_signed(w, f->cum[c][i]);
		}
	}
	pp_block_close(w);
}
