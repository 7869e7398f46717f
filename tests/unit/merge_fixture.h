/* SPDX-License-Identifier: Apache-2.0 */
/* Small profiles made by hand, and what became of them as text. */
#ifndef PP_TESTS_MERGE_FIXTURE_H
#define PP_TESTS_MERGE_FIXTURE_H

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "oracle_merge.h"
#include "profile/builder.h"
#include "profile/merge.h"
#include "profile/samples.h"

static inline uint32_t intern(struct pp_builder *b, const char *s)
{
	return pp_builder_string(b, pp_str_of(s));
}

/* "type/unit" of each sample type. */
static inline void begin(struct pp_builder *b, const char *const *types, size_t n)
{
	pp_builder_init(b);
	for (size_t i = 0; i < n; i++) {
		char type[64];

		snprintf(type, sizeof(type), "%s", types[i]);
		char *slash = strchr(type, '/');
		*slash = '\0';
		pp_builder_sample_type(b, type, slash + 1);
	}
}

static inline void begin_cpu(struct pp_builder *b)
{
	static const char *const types[] = {"cpu/ns"};

	begin(b, types, 1);
}

static inline void end(struct pp_builder *b, struct pp_profile *p)
{
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_builder_finish(b, p, &err), 0);
	pp_builder_release(b);
}

static inline uint32_t map(struct pp_builder *b, uint64_t start, uint64_t limit, const char *file,
			   const char *build_id)
{
	struct pp_mapping m = {.start = start,
			       .limit = limit,
			       .file = intern(b, file),
			       .build_id = intern(b, build_id)};

	return pp_builder_mapping(b, &m);
}

/* A location of one line. */
static inline uint32_t place(struct pp_builder *b, uint32_t mapping, uint64_t address,
			     const char *name, int64_t line, int64_t column)
{
	struct pp_line l = {.function = pp_builder_function(b, intern(b, name), 0, 0, 0),
			    .line = line,
			    .column = column};

	return pp_builder_location(b, mapping, address, &l, 1);
}

/* A location of nothing but a function, at an address made of its name. */
static inline uint32_t frame(struct pp_builder *b, const char *name)
{
	return place(b, PP_NONE, (uint64_t)(unsigned char)name[0], name, 0, 0);
}

/* A sample whose frames are the letters of `stack`, leaf first. */
static inline void sample(struct pp_builder *b, const char *stack, const int64_t *values)
{
	uint32_t locations[8], n = 0;

	for (; *stack; stack++)
		locations[n++] = frame(b, (char[]){*stack, '\0'});
	pp_builder_sample(b, locations, n, values, NULL, 0);
}

static inline void sample_one(struct pp_builder *b, const char *stack, int64_t value)
{
	sample(b, stack, &value);
}

/* Profiles of one sample type, and samples such as "ab=5 c=-1". */
static inline void make(struct pp_profile *p, const char *samples)
{
	struct pp_builder b;

	begin_cpu(&b);
	while (*samples) {
		char stack[8];
		long long v;
		int n, got;

		got = sscanf(samples, " %7[a-z]=%lld%n", stack, &v, &n); /* pp-allow: our own */
		assert_int_equal(got, 2);
		sample_one(&b, stack, v);
		samples += n;
	}
	end(&b, p);
}

static inline void put_labels(struct pp_buf *out, const struct pp_profile *p, struct pp_wire cursor)
{
	struct pp_label l;

	while (pp_labels_next(&cursor, &l)) {
		struct pp_str key = pp_profile_str(p, l.key), str = pp_profile_str(p, l.str),
			      unit = pp_profile_str(p, l.unit);

		pp_buf_fmt(out, "{%.*s:", (int)key.n, key.p);
		if (str.n)
			pp_buf_fmt(out, "%.*s}", (int)str.n, str.p);
		else
			pp_buf_fmt(out, "%lld%.*s}", (long long)l.num, (int)unit.n, unit.p);
	}
}

static inline void put_frame(struct pp_buf *out, const struct pp_profile *p,
			     const struct pp_location *l)
{
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *line = &p->lines[l->first_line + i];
		struct pp_str name = pp_profile_str(p, p->functions[line->function].name);

		pp_buf_fmt(out, "%.*s", (int)name.n, name.p);
	}
}

/* What make() was given, with labels before the '='. */
static inline void put_samples(struct pp_buf *out, const struct pp_profile *p)
{
	for (uint32_t range = 0; range < p->nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			pp_buf_str(out, out->n ? " " : "");
			for (uint32_t i = 0; i < s.nlocations; i++)
				put_frame(out, p, &p->locations[s.locations[i]]);
			put_labels(out, p, s.label);
			for (uint32_t i = 0; i < p->nsample_types; i++)
				pp_buf_fmt(out, "%c%lld", i ? ',' : '=', (long long)s.values[i]);
		}
		pp_samples_release(&it);
	}
}

static inline void assert_samples(const struct pp_profile *p, const char *want)
{
	struct pp_buf got = PP_BUF_INIT;
	const char *wrong = oracle_merged_wrong(p);

	put_samples(&got, p);
	if (strcmp(got.p ? got.p : "", want) != 0)
		fail_msg("%s, not %s", got.p ? got.p : "nothing", want);
	if (wrong)
		fail_msg("%s", wrong);
	pp_buf_release(&got);
}

static inline void assert_string(const struct pp_profile *p, uint32_t string, const char *want)
{
	struct pp_str s = pp_profile_str(p, string);

	if (!pp_str_eq(s, pp_str_of(want)))
		fail_msg("'%.*s', not '%s'", (int)s.n, s.p, want);
}

static inline void merge_ok(struct pp_profile *out, struct pp_profile *in, uint32_t n)
{
	struct pp_err err = PP_ERR_INIT;

	if (pp_profile_merge(out, in, n, &err))
		fail_msg("%s", err.msg);
	for (uint32_t i = 0; i < n; i++) {
		assert_true(out == &in[i] || in[i].bytes == NULL);
		assert_true(out == &in[i] || in[i].strings == NULL);
	}
}

static inline void label(struct pp_builder *b, struct pp_builder_label *l, const char *text)
{
	char key[16], value[16];
	long long num;
	int n = (int)(strrchr(text, ':') - text);
	snprintf(key, sizeof(key), "%.*s", n++, text);
	*l = (struct pp_builder_label){.key = intern(b, key)};
	if (sscanf(text + n, "%lld%15s", &num, value) == 2) /* pp-allow: a test's own text */
		l->unit = intern(b, value);
	else if (sscanf(text + n, "%lld", &num) != 1) /* pp-allow: a test's own text */
		l->str = intern(b, text + n);
	if (!l->str)
		l->num = num;
}

/* A sample with labels such as "key:value" or "key:7bytes". */
static inline void labelled(struct pp_profile *p, const char *const *texts)
{
	struct pp_builder_label labels[4];
	struct pp_builder b;
	uint32_t n = 0;

	begin_cpu(&b);
	for (; texts[n]; n++)
		label(&b, &labels[n], texts[n]);
	uint32_t l = frame(&b, "a");
	pp_builder_sample(&b, &l, 1, (int64_t[]){1}, labels, n);
	end(&b, p);
}

struct header {
	int64_t time, duration, period;
	const char *comments[3], *default_type, *doc, *drop, *keep;
};

static inline void with_header(struct pp_profile *p, const struct header *h)
{
	struct pp_builder b;

	begin_cpu(&b);
	b.head.time_nanos = h->time;
	b.head.duration_nanos = h->duration;
	b.head.period = h->period;
	b.head.has_period_type = true;
	b.head.period_type = (struct pp_value_type){intern(&b, "cpu"), intern(&b, "ns")};
	for (size_t i = 0; i < 3 && h->comments[i]; i++)
		pp_builder_comment(&b, pp_str_of(h->comments[i]));
	b.head.default_sample_type = intern(&b, h->default_type);
	b.head.doc_url = intern(&b, h->doc);
	b.head.drop_frames = intern(&b, h->drop);
	b.head.keep_frames = intern(&b, h->keep);
	end(&b, p);
}

static inline void types(struct pp_profile *p, const char *const *names, size_t n,
			 const int64_t *values)
{
	struct pp_builder b;

	begin(&b, names, n);
	sample(&b, "a", values);
	end(&b, p);
}

#endif
