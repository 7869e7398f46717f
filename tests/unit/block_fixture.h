/* SPDX-License-Identifier: Apache-2.0 */
/* A profile with its flame graph, and the block of that. */

#ifndef PP_TESTS_BLOCK_FIXTURE_H
#define PP_TESTS_BLOCK_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "analyze/flame.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "io/gzip.h"
#include "pprof/flame.h"
#include "profile/builder.h"
#include "profile/wire.h"
#include "render/flame_block.h"

struct flame_fixture {
	struct pp_profile profile; /* taken over */
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_view view;
	struct pp_flame flame;
};

/* The tree of a profile, by function. */
static inline void flame_fixture_init(struct flame_fixture *x, const struct pp_profile *p)
{
	const struct pp_filter_options none = {.all_frames = true};
	const struct pp_frames_options frames = {.objects = true};
	const struct pp_flame_options o = {0};
	struct pp_err err = PP_ERR_INIT;

	x->profile = *p;
	if (pp_filter_init(&x->filter, &x->profile, &none, &err))
		abort();
	pp_nodes_init(&x->nodes);
	pp_frames_init(&x->frames, &x->profile, &x->nodes, &frames);
	x->view = (struct pp_view){.profile = &x->profile,
				   .filter = &x->filter,
				   .frames = &x->frames,
				   .nodes = &x->nodes};
	if (pp_flame_init(&x->flame, &x->view, 1, &o, &err))
		abort();
}

static inline void flame_fixture_release(struct flame_fixture *x)
{
	pp_flame_release(&x->flame);
	pp_frames_release(&x->frames);
	pp_nodes_release(&x->nodes);
	pp_filter_release(&x->filter);
	pp_profile_release(&x->profile);
}

/* The block's text. */
static inline struct pp_buf flame_text(struct flame_fixture *x,
				       const struct pp_flame_block_options *o)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_out out;

	pp_out_init_mem(&out);
	if (pp_flame_block_write(&x->flame, &x->view, o, &out, &err))
		abort();
	return out.buf;
}

/* The block's bytes, for free(). */
static inline uint8_t *flame_bytes(const struct pp_buf *text, size_t *n)
{
	struct pp_buf packed = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	uint8_t *bytes;

	if (pp_base64_decode(pp_buf_view(text), &packed, &err) ||
	    pp_gzip_inflate((const uint8_t *)packed.p, packed.n, UINT32_MAX, &bytes, n, &err))
		abort();
	pp_buf_release(&packed);
	return bytes;
}

static inline uint32_t text(struct pp_builder *b, const char *s)
{
	return pp_builder_string(b, pp_str_of(s));
}

/* The k-th section of a name in a block; {NULL, 0}: there is none. */
static inline struct pp_str section(const uint8_t *block, size_t n, const char *name, int k)
{
	for (size_t at = 8; at + 8 <= n;) {
		uint32_t length = pp_load_le32(block + at + 4);

		if (memcmp(block + at, name, 4) == 0 && k-- == 0)
			return (struct pp_str){(const char *)block + at + 8, length};
		at += 8 + length;
	}
	return (struct pp_str){NULL, 0};
}

static inline uint64_t number(struct pp_str *s)
{
	const uint8_t *p = (const uint8_t *)s->p;
	uint64_t v = 0;

	if (!pp_wire_varint(&p, p + s->n, &v))
		abort();
	s->n -= (size_t)((const char *)p - s->p);
	s->p = (const char *)p;
	return v;
}

static inline int64_t signed_number(struct pp_str *s)
{
	uint64_t v = number(s);

	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static inline uint8_t *bytes_of(struct flame_fixture *x, const struct pp_flame_block_options *o,
				size_t *n)
{
	struct pp_buf data = flame_text(x, o);
	uint8_t *bytes = flame_bytes(&data, n);

	pp_buf_release(&data);
	return bytes;
}

/* A sample of one frame, or none. */
static inline void add_sample(struct pp_builder *b, const char *function, int64_t v0, int64_t v1,
			      const struct pp_builder_label *labels, uint32_t nlabels)
{
	uint32_t s = text(b, function);
	struct pp_line line = {.function = pp_builder_function(b, s, s, text(b, "f.c"), 3)};
	uint32_t location = pp_builder_location(b, PP_NONE, 0, &line, 1);
	int64_t values[2] = {v0, v1};

	pp_builder_sample(b, &location, 1, values, labels, nlabels);
}

static inline void begin_profile(struct pp_builder *b)
{
	pp_builder_init(b);
	pp_builder_sample_type(b, "samples", "count");
	pp_builder_sample_type(b, "cpu", "nanoseconds");
}

static inline void end_profile(struct pp_builder *b, struct flame_fixture *x)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	if (pp_builder_finish(b, &p, &err))
		abort();
	pp_builder_release(b);
	flame_fixture_init(x, &p);
}

#endif
