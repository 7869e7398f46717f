/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the block in a file, and its sections in the block. */
#include <config.h>

#include "pprof/flame.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "io/gzip.h"
#include "pprof/flame_block.h"

#define SECTION_HEADER 8 /* name and length */

static const struct pp_str marker =
	PP_STR_LIT("<script type=\"application/octet-stream\" id=\"pyroprof-data\"");
static const struct pp_str marker_end = PP_STR_LIT("</script>");
static const struct pp_str magic = PP_STR_LIT("PPFLAME1");
static const char blanks[] = " \t\r\n";

static const char *find(struct pp_str in, struct pp_str what)
{
	return in.n ? memmem(in.p, in.n, what.p, what.n) : NULL;
}

static struct pp_str trim(struct pp_str s)
{
	while (s.n && memchr(blanks, s.p[0], sizeof(blanks) - 1)) {
		s.p++;
		s.n--;
	}
	while (s.n && memchr(blanks, s.p[s.n - 1], sizeof(blanks) - 1))
		s.n--;
	return s;
}

bool pp_flame_is(struct pp_str file)
{
	struct pp_str text = trim(file);

	return text.n && text.p[0] == '<' && find(text, marker);
}

/* From behind the marker to behind the start tag, which may have more attributes. */
static bool skip_tag(struct pp_str *s)
{
	bool quoted = false;

	while (s->n) {
		char c = *s->p++;

		s->n--;
		quoted ^= c == '"';
		if (c == '>' && !quoted)
			return true;
	}
	return false;
}

/* The text of the block. */
static int find_text(struct pp_str file, struct pp_str *text, struct pp_err *err)
{
	const char *at = find(file, marker), *begin, *end;

	if (!at)
		return pp_err_set(err, PP_ERR_FORMAT, "there is no block of data");
	begin = at + marker.n;
	*text = (struct pp_str){begin, file.n - (size_t)(begin - file.p)};
	if (find(*text, marker))
		return pp_err_set(err, PP_ERR_FORMAT, "there are two blocks of data");
	if (!skip_tag(text) || !(end = find(*text, marker_end)))
		return pp_err_set(err, PP_ERR_FORMAT, "the block of data is truncated");
	text->n = (size_t)(end - text->p);
	*text = trim(*text);
	return 0;
}

int pp_section_fail(const struct pp_section *s, struct pp_err *err, const char *what)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s at byte %zu of section %s", what,
			  (size_t)(s->p - s->begin), s->name);
}

int pp_section_number(struct pp_section *s, uint64_t *v, struct pp_err *err)
{
	if (!pp_wire_varint(&s->p, s->end, v))
		return pp_section_fail(s, err, "truncated or overlong number");
	return 0;
}

int pp_section_below(struct pp_section *s, uint64_t limit, uint32_t *v, struct pp_err *err)
{
	uint64_t wide;

	if (pp_section_number(s, &wide, err))
		return -1;
	if (wide >= limit)
		return pp_section_fail(s, err, "number out of range");
	*v = (uint32_t)wide;
	return 0;
}

int pp_section_signed(struct pp_section *s, int64_t *v, struct pp_err *err)
{
	uint64_t folded;

	if (pp_section_number(s, &folded, err))
		return -1;
	*v = (int64_t)(folded >> 1 ^ (0 - (folded & 1)));
	return 0;
}

int pp_section_count(struct pp_section *s, size_t least, uint32_t *n, struct pp_err *err)
{
	if (pp_section_below(s, UINT32_MAX, n, err))
		return -1;
	if (*n > (size_t)(s->end - s->p) / least)
		return pp_section_fail(s, err, "truncated");
	return 0;
}

int pp_section_end(const struct pp_section *s, struct pp_err *err)
{
	return s->p == s->end ? 0 : pp_section_fail(s, err, "something is left");
}

/* Where to keep a section of this name; NULL: nowhere. */
static struct pp_section *place(struct pp_block *b, const char *name)
{
	const struct {
		const char *name;
		struct pp_section *at;
	} known[] = {
		{"META", &b->meta}, {"STRS", &b->strs}, {"FUNC", &b->func}, {"SHAP", &b->shap},
		{"FNID", &b->fnid}, {"LABL", &b->labl}, {"LROW", &b->lrow},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(known); i++) {
		if (memcmp(name, known[i].name, 4) == 0) {
			known[i].at->name = known[i].name;
			return known[i].at;
		}
	}
	if (memcmp(name, "SELF", 4) != 0)
		return NULL;
	b->selfs = pp_grow(b->selfs, &b->selfs_cap, b->nselfs + 1, sizeof(*b->selfs));
	b->selfs[b->nselfs] = (struct pp_section){.name = "SELF"};
	return &b->selfs[b->nselfs++];
}

static int find_sections(struct pp_block *b, struct pp_str block, struct pp_err *err)
{
	const char *p = block.p + magic.n, *end = block.p + block.n;

	while (p < end) {
		size_t left = (size_t)(end - p);
		size_t n = left < SECTION_HEADER ? left : pp_load_le32(p + 4);

		if (left < SECTION_HEADER || n > left - SECTION_HEADER)
			return pp_err_set(err, PP_ERR_FORMAT, "truncated section at byte %zu",
					  (size_t)(p - block.p));
		struct pp_section *s = place(b, p);
		if (s && s->begin)
			return pp_err_set(err, PP_ERR_FORMAT, "section %s is there twice", s->name);
		p += SECTION_HEADER;
		if (s) {
			s->begin = s->p = (const uint8_t *)p;
			s->end = s->p + n;
		}
		p += n;
	}
	return 0;
}

/* SELFs are checked against META's types later. */
static int check_sections(const struct pp_block *b, struct pp_err *err)
{
	const struct {
		const char *name;
		const struct pp_section *at;
	} needed[] = {
		{"META", &b->meta}, {"STRS", &b->strs}, {"FUNC", &b->func},
		{"SHAP", &b->shap}, {"FNID", &b->fnid},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(needed); i++) {
		if (!needed[i].at->begin)
			return pp_err_set(err, PP_ERR_FORMAT, "there is no section %s",
					  needed[i].name);
	}
	return 0;
}

static void block_release(struct pp_block *b)
{
	for (uint32_t i = 0; b->columns && i < b->nselfs; i++)
		free(b->columns[i].self);
	free(b->columns);
	free(b->selfs);
	free(b->strings);
	free(b->funcs);
	free(b->parent);
	free(b->node_func);
	free(b->inlined);
	free(b->set_begin);
	free(b->labels);
}

static int read_into(struct pp_block *b, struct pp_builder *to, struct pp_str block, uint64_t limit,
		     struct pp_err *err)
{
	if (!pp_str_starts(block, magic))
		return pp_err_set(err, PP_ERR_FORMAT, "it does not begin as a block does");
	if (find_sections(b, block, err) || check_sections(b, err) || pp_block_meta(b, to, err) ||
	    pp_block_tables(b, to, err))
		return -1;
	return pp_block_samples(b, to, limit, err);
}

int pp_flame_read_block(struct pp_profile *p, struct pp_str block, uint64_t limit,
			struct pp_err *err)
{
	struct pp_builder builder;
	struct pp_block b = {0};

	pp_builder_init(&builder);
	int rc = read_into(&b, &builder, block, limit, err);
	block_release(&b);
	if (rc == 0)
		rc = pp_builder_finish(&builder, p, err);
	pp_builder_release(&builder);
	return rc;
}

/* From the text to the block's bytes, for free(). */
static int inflate(struct pp_str text, uint64_t limit, uint8_t **out, size_t *n, struct pp_err *err)
{
	struct pp_buf packed = PP_BUF_INIT;
	int rc = pp_base64_decode(text, &packed, err);

	if (rc == 0 && !pp_gzip_is((const uint8_t *)packed.p, packed.n))
		rc = pp_err_set(err, PP_ERR_FORMAT, "the block of data is not compressed");
	if (rc == 0)
		rc = pp_gzip_inflate((const uint8_t *)packed.p, packed.n, limit, out, n, err);
	pp_buf_release(&packed);
	return rc;
}

int pp_flame_read(struct pp_profile *p, struct pp_str file, uint64_t limit, struct pp_err *err)
{
	struct pp_str text;
	uint8_t *block = NULL;
	size_t n;
	int rc = find_text(file, &text, err);

	if (rc == 0)
		rc = inflate(text, limit, &block, &n, err);
	if (rc == 0)
		rc = pp_flame_read_block(p, (struct pp_str){(const char *)block, n}, limit, err);
	free(block);
	return rc ? pp_err_wrap(err, "not a valid flame graph of pyroprof") : 0;
}
