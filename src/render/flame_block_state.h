/* SPDX-License-Identifier: Apache-2.0 */
/* A block that is being written; internal to render/flame_block*.c. */
#ifndef PP_RENDER_FLAME_BLOCK_STATE_H
#define PP_RENDER_FLAME_BLOCK_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "profile/wire.h"
#include "render/flame_block.h"

struct pp_block_writer {
	struct pp_flame *f;
	const struct pp_view *v;
	const struct pp_flame_block_options *o;
	struct pp_strtab texts; /* STRS, so far */
	struct pp_buf body;	/* the sections behind STRS */
	size_t section;		/* where the one that is open begins in body */
	struct pp_buf scratch;
	bool full; /* a section is too long */
};

/* Open a section in the body, and close it. */
void pp_block_open(struct pp_block_writer *w, const char name[4]);
void pp_block_close(struct pp_block_writer *w);

/* The number of a text, made valid UTF-8 first. */
uint32_t pp_block_text(struct pp_block_writer *w, struct pp_str s);

/* Append s, with U+FFFD in place of bytes that are not UTF-8. */
void pp_block_utf8(struct pp_buf *out, struct pp_str s);

static inline uint64_t pp_block_fold(int64_t v)
{
	return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

static inline void pp_block_number(struct pp_block_writer *w, uint64_t v)
{
	pp_wire_put_varint(&w->body, v);
}

static inline void pp_block_signed(struct pp_block_writer *w, int64_t v)
{
	pp_wire_put_varint(&w->body, pp_block_fold(v));
}

/* META. */
void pp_block_put_meta(const struct pp_block_writer *w, struct pp_out *out);

/* FUNC, SHAP, FNID, SELF; TABL. */
void pp_block_put_tree(struct pp_block_writer *w);
void pp_block_put_table(struct pp_block_writer *w);

/* LABL, LROW, TIME. */
void pp_block_put_samples(struct pp_block_writer *w);

/* SRCT, LINE. */
void pp_block_put_source(struct pp_block_writer *w);

#endif
