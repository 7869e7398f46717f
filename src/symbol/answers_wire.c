/* SPDX-License-Identifier: Apache-2.0 */
/*
 * u32 magic, n, frames, bytes of strings; n bytes of sources; n u32 counts of frames; frames of
 * five u32; strings, each with a NUL, referred to by offset; offset 0 is the empty one.
 */
#include <config.h>

#include "symbol/answers_wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define MAGIC	   0x314e5050 /* "PPN1" */
#define HEADER	   16
#define FRAME	   20
#define MAX_FRAMES (64u << 20)

static void put_u32(struct pp_buf *b, uint32_t v)
{
	v = htole32(v);
	pp_buf_add(b, &v, sizeof(v));
}

/* The offset that a string will have: they are written in the order of their ids. */
static uint32_t *string_offsets(const struct pp_strtab *t, struct pp_buf *strings)
{
	uint32_t *offsets = pp_xcalloc(t->count, sizeof(*offsets));

	for (uint32_t i = 0; i < t->count; i++) {
		struct pp_str s = pp_strtab_get(t, i);

		offsets[i] = (uint32_t)strings->n;
		/* a name with a NUL in it ends there */
		pp_buf_add(strings, s.p, s.n ? strnlen(s.p, s.n) : 0);
		pp_buf_char(strings, '\0');
	}
	return offsets;
}

void pp_answers_encode(const struct pp_named *named, struct pp_buf *out)
{
	const struct pp_answers *a = &named->answers;
	PP_CLEANUP(pp_buf_release) struct pp_buf strings = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) uint32_t *offsets = string_offsets(&a->strings, &strings);

	put_u32(out, MAGIC);
	put_u32(out, (uint32_t)a->n);
	put_u32(out, (uint32_t)a->nframes);
	put_u32(out, (uint32_t)strings.n);
	pp_buf_add(out, named->source, a->n);
	for (size_t i = 0; i < a->n; i++)
		put_u32(out, a->first[i + 1] - a->first[i]);
	for (size_t i = 0; i < a->nframes; i++) {
		const struct pp_answer_frame *f = &a->frames[i];

		put_u32(out, offsets[f->system_name]);
		put_u32(out, offsets[f->name]);
		put_u32(out, offsets[f->file]);
		put_u32(out, f->line);
		put_u32(out, f->start_line);
	}
	pp_buf_add(out, strings.p, strings.n);
}

struct decoder {
	struct pp_named *named;
	size_t n;
	uint32_t nframes, nstrings; /* the latter in bytes */
	const uint8_t *sources, *counts, *frames;
	const char *strings;
	struct pp_map ids; /* offset -> string of the answers */
};

static bool begin(struct decoder *d, size_t n, const uint8_t *bytes, size_t nbytes)
{
	if (nbytes < HEADER || pp_load_le32(bytes) != MAGIC || pp_load_le32(bytes + 4) != n)
		return false;
	d->n = n;
	d->nframes = pp_load_le32(bytes + 8);
	d->nstrings = pp_load_le32(bytes + 12);
	if (d->nframes > MAX_FRAMES || d->nstrings == 0 ||
	    nbytes - HEADER != n * 5 + (size_t)d->nframes * FRAME + d->nstrings)
		return false;
	d->sources = bytes + HEADER;
	d->counts = d->sources + n;
	d->frames = d->counts + n * 4;
	d->strings = (const char *)d->frames + (size_t)d->nframes * FRAME;
	return d->strings[0] == '\0' && d->strings[d->nstrings - 1] == '\0';
}

static bool take_string(struct decoder *d, const uint8_t *p, uint32_t *out)
{
	uint32_t offset = pp_load_le32(p);

	/* ends of strings would make more text out of one than there are bytes */
	if (offset >= d->nstrings || (offset && d->strings[offset - 1]))
		return false;
	*out = pp_map_find(&d->ids, offset);
	if (*out != PP_MAP_NONE)
		return true;
	*out = pp_strtab_add(&d->named->answers.strings, pp_str_of(d->strings + offset));
	*pp_map_put(&d->ids, offset, 0) = *out;
	return true;
}

static bool take_frame(struct decoder *d, size_t i, const uint8_t *p)
{
	struct pp_answer_frame f;

	if (!take_string(d, p, &f.system_name) || !take_string(d, p + 4, &f.name) ||
	    !take_string(d, p + 8, &f.file))
		return false;
	f.line = pp_load_le32(p + 12);
	f.start_line = pp_load_le32(p + 16);
	pp_answers_add(&d->named->answers, i, f);
	return true;
}

static bool take_all(struct decoder *d)
{
	uint32_t frame = 0;

	for (size_t i = 0; i < d->n; i++) {
		uint32_t count = pp_load_le32(d->counts + i * 4);

		if (count > PP_SOURCES_MAX_INLINED || count > d->nframes - frame ||
		    d->sources[i] >= PP_SOURCE_KINDS ||
		    (d->sources[i] == PP_SOURCE_NONE) != (count == 0))
			return false;
		d->named->source[i] = d->sources[i];
		pp_answers_begin(&d->named->answers, i);
		for (; count; count--, frame++) {
			if (!take_frame(d, i, d->frames + (size_t)frame * FRAME))
				return false;
		}
	}
	return frame == d->nframes;
}

int pp_answers_decode(struct pp_named *named, size_t n, const uint8_t *bytes, size_t nbytes,
		      struct pp_err *err)
{
	struct decoder d = {.named = named};

	if (!begin(&d, n, bytes, nbytes))
		return pp_err_set(err, PP_ERR_FORMAT, "damaged answer");
	pp_named_init(named, n);
	bool good = take_all(&d);
	pp_map_release(&d.ids);
	if (good)
		return 0;
	pp_named_release(named);
	return pp_err_set(err, PP_ERR_FORMAT, "damaged answer");
}
