/* SPDX-License-Identifier: Apache-2.0 */
/* The block as a whole: its sections put together, compressed, as text. */
#include <config.h>

#include "render/flame_block.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "io/gzip.h"
#include "io/json.h"
#include "render/colours.h"
#include "render/flame_block_state.h"
#include "render/flame_diff.h"

#define BLOCK_VERSION  1
#define MAGIC	       "PPFLAME1"
#define SECTION_HEADER 8		 /* name and length */
#define PIECE	       ((size_t)3 << 14) /* bytes that become text at a time, a multiple of 3 */

void pp_block_open(struct pp_block_writer *w, const char name[4])
{
	w->section = w->body.n;
	pp_buf_add(&w->body, name, 4);
	pp_buf_add(&w->body, "\0\0\0", 4);
}

static void set_length(struct pp_block_writer *w, struct pp_buf *b, size_t at)
{
	size_t n = b->n - at - SECTION_HEADER;
	uint32_t length = htole32((uint32_t)n);

	memcpy(b->p + at + 4, &length, sizeof(length));
	w->full |= n > UINT32_MAX;
}

void pp_block_close(struct pp_block_writer *w)
{
	set_length(w, &w->body, w->section);
}

void pp_block_utf8(struct pp_buf *out, struct pp_str s)
{
	const char *good = s.p;
	uint32_t cp;

	while (s.n) {
		size_t n = pp_utf8_decode(s, &cp);

		if (n == 0) {
			if (s.p != good)
				pp_buf_add(out, good, (size_t)(s.p - good));
			pp_buf_str(out, "\xef\xbf\xbd");
			good = s.p + 1;
			n = 1;
		}
		s.p += n;
		s.n -= n;
	}
	if (s.p != good)
		pp_buf_add(out, good, (size_t)(s.p - good));
}

uint32_t pp_block_text(struct pp_block_writer *w, struct pp_str s)
{
	pp_buf_clear(&w->scratch);
	pp_block_utf8(&w->scratch, s);
	return pp_strtab_add(&w->texts, pp_buf_view(&w->scratch));
}

static void put_type(struct pp_json *j, const struct pp_profile *p, struct pp_value_type t)
{
	pp_json_open(j, '{');
	pp_json_pair_str(j, "type", pp_profile_str(p, t.type));
	pp_json_pair_str(j, "unit", pp_profile_str(p, t.unit));
	pp_json_close(j, '}');
}

static void put_types(struct pp_json *j, const struct pp_profile *p)
{
	pp_json_key(j, "types");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < p->nsample_types; i++)
		put_type(j, p, p->sample_types[i]);
	pp_json_close(j, ']');
}

/* Numbers of 64 bits, which JavaScript would round, as text; unless they are 0, not known. */
static void put_wide(struct pp_json *j, const char *key, int64_t value)
{
	char text[24];

	if (value == 0)
		return;
	snprintf(text, sizeof(text), "%" PRId64, value);
	pp_json_pair_str(j, key, pp_str_of(text));
}

static void put_text(struct pp_json *j, const char *key, struct pp_str text)
{
	if (text.n)
		pp_json_pair_str(j, key, text);
}

static void put_profile(struct pp_json *j, const struct pp_profile *p)
{
	pp_json_key(j, "profile");
	pp_json_open(j, '{');
	if (p->nmappings) {
		put_text(j, "file", pp_str_basename(pp_profile_str(p, p->mappings[0].file)));
		put_text(j, "build_id", pp_profile_str(p, p->mappings[0].build_id));
	}
	put_text(j, "doc_url", pp_profile_str(p, p->doc_url));
	put_wide(j, "time", p->time_nanos);
	put_wide(j, "duration", p->duration_nanos);
	put_wide(j, "period", p->period);
	if (p->has_period_type) {
		pp_json_key(j, "period_type");
		put_type(j, p, p->period_type);
	}
	pp_json_key(j, "comments");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < p->ncomments; i++)
		pp_json_str(j, pp_profile_str(p, p->comments[i]));
	pp_json_close(j, ']');
	pp_json_close(j, '}');
}

static void put_diff(struct pp_json *j, const struct pp_flame_block_options *o)
{
	pp_json_key(j, "diff");
	pp_json_open(j, '{');
	pp_json_key(j, "normalize");
	pp_json_bool(j, o->measure.normalize);
	pp_json_pair_str(j, "width", pp_str_of(pp_flame_widths[o->measure.width]));
	pp_json_pair_str(j, "delta", pp_str_of(o->by_self ? "self" : "total"));
	pp_json_close(j, '}');
}

static void put_filters(struct pp_json *j, const char *const *filters)
{
	pp_json_key(j, "filters");
	pp_json_open(j, '[');
	for (; filters && *filters; filters++)
		pp_json_str(j, pp_str_of(*filters));
	pp_json_close(j, ']');
}

static void put_pruned(struct pp_json *j, const struct pp_flame_block_options *o)
{
	pp_json_key(j, "pruned");
	pp_json_open(j, '{');
	pp_json_pair_int(j, "nodes", o->pruned_nodes);
	pp_json_key(j, "below");
	pp_json_double(j, o->pruned_below);
	pp_json_close(j, '}');
}

void pp_block_put_meta(const struct pp_block_writer *w, struct pp_out *out)
{
	const struct pp_profile *p = w->v->profile;
	const struct pp_flame_block_options *o = w->o;
	struct pp_json j;
	uint32_t type;

	pp_json_init(&j, out);
	pp_json_open(&j, '{');
	pp_json_pair_int(&j, "version", BLOCK_VERSION);
	put_text(&j, "title", pp_str_of(o->title ? o->title : ""));
	pp_json_pair_int(&j, "nodes", w->f->n);
	pp_json_pair_int(&j, "funcs", w->f->nfuncs);
	put_types(&j, p);
	pp_json_pair_int(&j, "default", o->measure.type);
	put_text(&j, "unit", o->unit);
	pp_json_pair_int(&j, "sides", w->f->nsides);
	pp_json_pair_str(&j, "order", pp_str_of(pp_flame_orders[o->order]));
	if (w->f->nsides == 2)
		put_diff(&j, o);
	put_profile(&j, p);
	put_filters(&j, o->filters);
	if (o->pruned_nodes)
		put_pruned(&j, o);
	pp_json_key(&j, "palette");
	pp_colours_json(&j);
	type = pp_flame_diff_count_type(p);
	pp_json_pair_int(&j, "count_type", type == PP_NONE ? -1 : (int64_t)type);
	pp_json_key(&j, "source");
	pp_json_bool(&j, o->source);
	pp_json_close(&j, '}');
}

/* A section in front of the others. */
static void put_first(struct pp_block_writer *w, struct pp_buf *block, const char name[4],
		      const struct pp_buf *content)
{
	size_t at = block->n;

	pp_buf_add(block, name, 4);
	pp_buf_add(block, "\0\0\0", 4);
	pp_buf_add(block, content->p, content->n);
	set_length(w, block, at);
}

static void put_strings(const struct pp_block_writer *w, struct pp_buf *out)
{
	pp_wire_put_varint(out, w->texts.count);
	for (uint32_t i = 0; i < w->texts.count; i++) {
		struct pp_str s = pp_strtab_get(&w->texts, i);

		pp_wire_put_varint(out, s.n);
		pp_buf_add(out, s.p, s.n);
	}
}

/* All sections. */
static void put_together(struct pp_block_writer *w, struct pp_buf *block)
{
	struct pp_out meta;
	struct pp_buf strings = PP_BUF_INIT;

	pp_block_put_tree(w);
	pp_block_put_table(w);
	pp_block_put_samples(w);
	if (w->o->source)
		pp_block_put_source(w);

	pp_out_init_mem(&meta);
	pp_block_put_meta(w, &meta);
	put_strings(w, &strings);
	pp_buf_reserve(block, meta.buf.n + strings.n + w->body.n + 64);
	pp_buf_str(block, MAGIC);
	put_first(w, block, "META", &meta.buf);
	put_first(w, block, "STRS", &strings);
	pp_buf_add(block, w->body.p, w->body.n);
	pp_buf_release(&w->body);
	pp_buf_release(&meta.buf);
	pp_buf_release(&strings);
}

static void put_base64(const uint8_t *bytes, size_t n, struct pp_out *out)
{
	struct pp_buf text = PP_BUF_INIT;

	while (n) {
		size_t piece = n < PIECE ? n : PIECE;

		pp_buf_clear(&text);
		pp_base64_encode(bytes, piece, &text);
		pp_out_bytes(out, text.p, text.n);
		bytes += piece;
		n -= piece;
	}
	pp_buf_release(&text);
}

int pp_flame_block_write(struct pp_flame *f, const struct pp_view *v,
			 const struct pp_flame_block_options *o, struct pp_out *out,
			 struct pp_err *err)
{
	struct pp_block_writer w = {.f = f, .v = v, .o = o};
	struct pp_buf block = PP_BUF_INIT;
	uint8_t *packed;
	size_t n;
	int rc = 0;

	pp_strtab_init(&w.texts);
	put_together(&w, &block);
	if (w.full) {
		rc = pp_err_set(err, PP_ERR_LIMIT, "the tree is too large for a flame graph file");
	} else {
		pp_gzip_deflate((const uint8_t *)block.p, block.n, &packed, &n);
		put_base64(packed, n, out);
		free(packed);
	}
	pp_buf_release(&block);
	pp_buf_release(&w.body);
	pp_buf_release(&w.scratch);
	pp_strtab_release(&w.texts);
	return rc;
}
