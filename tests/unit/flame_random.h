/* SPDX-License-Identifier: Apache-2.0 */
/* Random profiles for flame graphs, and what a profile says as lines of text. */
#ifndef PP_TESTS_FLAME_RANDOM_H
#define PP_TESTS_FLAME_RANDOM_H

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "block_fixture.h"
#include "profile/samples.h"

/* xorshift64* (Marsaglia, Vigna): the same on every machine. */
static inline uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1dULL;
}

static inline uint32_t below(uint64_t *seed, uint32_t n)
{
	return (uint32_t)(draw(seed) >> 33) % n;
}

static const char *const names[] = {
	"main",	 "a",	  "b",	   "</script><b>", "std::vector<int>::push_back(int&&)",
	"main2", "(all)", "all",   "_ZN1a1bE",	   "\xe4\xb8\x96\xe7\x95\x8c",
	"x\ny;", "&lt;",  "<none>"};
static const char *const files[] = {"", "a.c", "dir/b.c", "/usr/src/c.cc"};
static const char *const objects[] = {"app",	"libc.so.6",	      "[kernel.kallsyms]",
				      "//anon", "/memfd:x (deleted)", "[vdso]"};

static inline struct pp_line any_line(struct pp_builder *b, uint64_t *seed)
{
	uint32_t name = below(seed, PP_ARRAY_LEN(names));
	uint32_t s = text(b, names[name]);

	/* what a function is follows from its number, so that there are not too many */
	return (struct pp_line){
		.function = pp_builder_function(b, s, s, text(b, files[name % 4]), name % 5),
		.line = below(seed, 3)};
}

static inline uint32_t any_location(struct pp_builder *b, uint64_t *seed)
{
	struct pp_line lines[3];
	uint32_t n = below(seed, 8), mapping = below(seed, 2 + PP_ARRAY_LEN(objects));

	n = n < 3 ? n : 1;
	for (uint32_t i = 0; i < n; i++)
		lines[i] = any_line(b, seed);
	return pp_builder_new_location(b, mapping < PP_ARRAY_LEN(objects) ? mapping : PP_NONE, 0x10,
				       lines, n);
}

static inline uint32_t any_labels(struct pp_builder *b, uint64_t *seed, struct pp_builder_label *l)
{
	static const char *const keys[] = {"thread", "tid", "bytes"};
	uint32_t n = below(seed, 4);

	for (uint32_t i = 0; i < n; i++) {
		l[i] = (struct pp_builder_label){.key = text(b, keys[i])};
		if (below(seed, 2)) {
			l[i].str = text(b, names[below(seed, PP_ARRAY_LEN(names))]);
		} else {
			l[i].num = (int64_t)below(seed, 9) - 4;
			l[i].unit = text(b, below(seed, 2) ? "bytes" : "");
		}
	}
	if (below(seed, 2)) {
		l[n++] = (struct pp_builder_label){.key = text(b, "timestamp"),
						   .num = 1700000000000000000 + below(seed, 1000)};
	}
	return n;
}

struct shape {
	uint32_t types, locations, samples;
	bool labels, negative;
};

static inline int64_t any_value(uint64_t *seed, const struct shape *s)
{
	int64_t v = (int64_t)(draw(seed) >> (below(seed, 40) + 24)) + 1;

	return s->negative ? v * ((int64_t)below(seed, 3) - 1) : v;
}

static inline void fill_header(struct pp_builder *b)
{
	b->head.doc_url = text(b, "https://x/?<a>");
	b->head.time_nanos = 1700000000123456789;
	b->head.duration_nanos = 9007199254740993;
	b->head.period = -5;
	b->head.has_period_type = true;
	b->head.period_type = (struct pp_value_type){text(b, "cpu"), text(b, "nanoseconds")};
	pp_builder_comment(b, PP_STR_LIT("one \"quoted\" </script>"));
	pp_builder_comment(b, PP_STR_LIT(""));
}

static inline void fill_samples(struct pp_builder *b, uint64_t *seed, const struct shape *s)
{
	PP_CLEANUP(pp_freep) uint32_t *locations = pp_xcalloc(s->locations, sizeof(*locations));
	uint32_t stack[12];
	struct pp_builder_label labels[4];
	int64_t values[4];

	for (uint32_t i = 0; i < s->locations; i++)
		locations[i] = any_location(b, seed);
	for (uint32_t i = 0; i < s->samples; i++) {
		uint32_t depth = below(seed, 12);

		for (uint32_t k = 0; k < depth; k++)
			stack[k] = locations[below(seed, s->locations)];
		for (uint32_t k = 0; k < s->types; k++)
			values[k] = any_value(seed, s);
		pp_builder_sample(b, stack, depth, values, labels,
				  s->labels ? any_labels(b, seed, labels) : 0);
	}
}

static inline void random_profile(struct pp_profile *p, uint64_t *seed, const struct shape *s)
{
	static const char *const types[] = {"samples", "cpu", "alloc_space", "x"};
	struct pp_err err = PP_ERR_INIT;
	struct pp_builder b;

	pp_builder_init(&b);
	for (uint32_t i = 0; i < s->types; i++)
		pp_builder_sample_type(&b, types[i], i ? "nanoseconds" : "count");
	for (uint32_t i = 0; i < PP_ARRAY_LEN(objects); i++) {
		struct pp_mapping m = {.start = 0x1000 * i, .file = text(&b, objects[i])};

		pp_builder_mapping(&b, &m);
	}
	fill_header(&b);
	fill_samples(&b, seed, s);
	assert_int_equal(pp_builder_finish(&b, p, &err), 0);
	pp_builder_release(&b);
}

/* What a profile says, as lines: path, labels, values; equal ones are added up. */
struct said {
	struct pp_strtab lines;
	int64_t sums[4096];
	uint32_t ntypes;
};

static inline void say_location(struct pp_buf *out, const struct pp_profile *p, uint32_t at)
{
	const struct pp_location *l = &p->locations[at];
	struct pp_str object = {"", 0};

	if (l->mapping != PP_NONE)
		object = pp_str_basename(pp_profile_str(p, p->mappings[l->mapping].file));
	for (uint32_t i = l->nlines; i-- > 0;) {
		const struct pp_function *f = &p->functions[p->lines[l->first_line + i].function];
		struct pp_str name = pp_profile_str(p, f->name);
		struct pp_str file = pp_profile_str(p, f->filename);

		pp_buf_fmt(out, ";%.*s(%.*s:%d@%.*s)", (int)name.n, name.p, (int)file.n, file.p,
			   (int)f->start_line, (int)object.n, object.p);
	}
	if (l->nlines == 0)
		pp_buf_fmt(out, ";@%.*s", (int)object.n, object.p);
}

static inline int compare_text(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static inline void say_labels(struct pp_buf *out, const struct pp_profile *p, struct pp_wire labels)
{
	char *found[8];
	size_t n = 0;
	struct pp_label l;

	while (pp_labels_next(&labels, &l)) {
		if (pp_str_eq(pp_profile_str(p, l.key), PP_STR_LIT("timestamp")))
			continue;
		found[n++] = pp_xasprintf("|%s=%s,%lld%s", pp_profile_str(p, l.key).p,
					  pp_profile_str(p, l.str).p, (long long)l.num,
					  pp_profile_str(p, l.unit).p);
	}
	qsort(found, n, sizeof(*found), compare_text);
	for (size_t i = 0; i < n; i++) {
		pp_buf_str(out, found[i]);
		free(found[i]);
	}
}

/* Inlined frames are as others: in a tree they are only where they always are. */
static inline void say(struct said *said, const struct pp_profile *p, bool labels)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	struct pp_buf line = PP_BUF_INIT;

	memset(said, 0, sizeof(*said));
	pp_strtab_init(&said->lines);
	said->ntypes = p->nsample_types;
	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			pp_buf_clear(&line);
			pp_buf_str(&line, "root");
			for (uint32_t i = s.nlocations; i-- > 0;)
				say_location(&line, p, s.locations[i]);
			if (labels)
				say_labels(&line, p, s.label);
			uint32_t at = pp_strtab_add(&said->lines, pp_buf_view(&line));
			assert_true((at + 1) * said->ntypes <= PP_ARRAY_LEN(said->sums));
			for (uint32_t k = 0; k < said->ntypes; k++)
				said->sums[at * said->ntypes + k] += s.values[k];
		}
		pp_samples_release(&it);
	}
	pp_buf_release(&line);
}

static inline bool is_zero(const struct said *s, uint32_t line)
{
	for (uint32_t k = 0; k < s->ntypes; k++) {
		if (s->sums[line * s->ntypes + k])
			return false;
	}
	return true;
}

/* Every line of a that is not all zero is in b, with the same values. */
static inline void expect_within(const struct said *a, struct said *b)
{
	size_t n = b->lines.count;

	assert_int_equal(a->ntypes, b->ntypes);
	for (uint32_t i = 0; i < a->lines.count; i++) {
		struct pp_str line = pp_strtab_get(&a->lines, i);

		if (is_zero(a, i))
			continue;
		uint32_t at = pp_strtab_add(&b->lines, line);
		PP_CHECK_MSG(at < n, line.p);
		for (uint32_t k = 0; k < a->ntypes; k++)
			PP_CHECK_MSG(a->sums[i * a->ntypes + k] == b->sums[at * a->ntypes + k],
				     line.p);
	}
}

static inline void expect_same_said(const struct pp_profile *a, const struct pp_profile *b,
				    bool labels)
{
	struct said *x = pp_xcalloc(2, sizeof(*x));

	say(&x[0], a, labels);
	say(&x[1], b, labels);
	expect_within(&x[0], &x[1]);
	/* lines that were missing there are there now, with nothing */
	pp_strtab_release(&x[1].lines);
	say(&x[1], b, labels);
	expect_within(&x[1], &x[0]);
	pp_strtab_release(&x[0].lines);
	pp_strtab_release(&x[1].lines);
	free(x);
}

#endif
