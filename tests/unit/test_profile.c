/* SPDX-License-Identifier: Apache-2.0 */
/* profile/: the wire format, ids, walking samples and labels, the builder, pruning. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/builder.h"
#include "profile/prune.h"
#include "profile/samples.h"
#include "profile/wire.h"

/* Read a varint from memory of exactly n bytes by the fast and by the slow function. */
static bool read_varint(const uint8_t *bytes, size_t n, uint64_t *v, size_t *used)
{
	uint8_t *exact = pp_xcalloc(n, 1);
	const uint8_t *p = exact, *q = exact;
	uint64_t slow = 0;

	if (n)
		memcpy(exact, bytes, n);
	*v = 0;
	bool ok = pp_wire_varint(&p, exact + n, v);
	assert_int_equal(pp_wire_varint_slow(&q, exact + n, &slow), ok);
	if (ok) {
		assert_true(slow == *v);
		assert_ptr_equal(p, q);
		q = exact;
		assert_true(pp_wire_varint_trusted(&q) == *v);
		assert_ptr_equal(p, q);
	}
	*used = (size_t)(p - exact);
	free(exact);
	return ok;
}

/* Every length from 1 to 10 bytes, at both ends of its range, and cut at every byte. */
static void wire_reads_varints_of_every_length(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits <= 64; bits++) {
		for (int off = -1; off <= 1; off++) {
			uint64_t want = (bits < 64 ? 1ULL << bits : 0) + (uint64_t)off, got;
			struct pp_buf b = PP_BUF_INIT;
			size_t used;

			pp_wire_put_varint(&b, want);
			assert_in_range(b.n, 1, 10);
			assert_true(read_varint((uint8_t *)b.p, b.n, &got, &used));
			assert_true(got == want);
			assert_int_equal(used, b.n);
			for (size_t cut = 0; cut < b.n; cut++)
				assert_false(read_varint((uint8_t *)b.p, cut, &got, &used));
			pp_buf_release(&b);
		}
	}
}

/* More bytes than needed, up to ten in all; bits above the 64th are dropped. */
static void wire_reads_overlong_varints(void **state)
{
	(void)state;
	uint64_t got;
	size_t used;

	for (size_t n = 1; n <= 12; n++) {
		uint8_t bytes[12] = {0x85, 0x80, 0x80, 0x80, 0x80, 0x80,
				     0x80, 0x80, 0x80, 0x80, 0x80, 0x80};

		bytes[n - 1] &= 0x7f;
		assert_int_equal(read_varint(bytes, n, &got, &used), n <= 10);
		if (n <= 10) {
			assert_int_equal(got, 5);
			assert_int_equal(used, n);
		}
	}
	static const uint8_t excess[] = {0xff, 0xff, 0xff, 0xff, 0xff,
					 0xff, 0xff, 0xff, 0xff, 0x7f};
	assert_true(read_varint(excess, sizeof(excess), &got, &used));
	assert_true(got == UINT64_MAX);
}

struct framing {
	const char *what, *bytes;
	size_t n;
	int fields; /* that are read before the end, or -1: an error */
};

#define BYTES(text) text, sizeof(text) - 1

static int count_fields(const struct framing *c)
{
	uint8_t *exact = pp_xcalloc(c->n, 1);
	struct pp_wire w = {exact, exact + c->n, exact};
	struct pp_err err = PP_ERR_INIT;
	struct pp_wire_field f;
	int n = 0, rc;

	if (c->n)
		memcpy(exact, c->bytes, c->n);
	while ((rc = pp_wire_next(&w, &f, &err)) == 1)
		n++;
	if (rc < 0) {
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		assert_non_null(strstr(err.msg, "at byte "));
	} else {
		assert_ptr_equal(w.p, w.end);
	}
	free(exact);
	return rc < 0 ? -1 : n;
}

static void wire_holds_the_framing(void **state)
{
	(void)state;
	static const struct framing cases[] = {
		{"nothing", BYTES(""), 0},
		{"a number", BYTES("\x08\x01"), 1},
		{"no number", BYTES("\x08"), -1},
		{"bytes", BYTES("\x0a\x02hi"), 1},
		{"no bytes", BYTES("\x0a"), -1},
		{"empty bytes", BYTES("\x0a\0"), 1},
		{"bytes cut short", BYTES("\x0a\x03hi"), -1},
		{"a claim of 4 GiB", BYTES("\x0a\xff\xff\xff\xff\x0f!"), -1},
		{"a claim of 2^64 - 1", BYTES("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01!"), -1},
		{"an overlong length", BYTES("\x0a\x81\x80\x80\x80\x80\0!"), 1},
		{"fixed64",
		 BYTES("\x09"
		       "12345678"),
		 1},
		{"fixed64 cut",
		 BYTES("\x09"
		       "1234567"),
		 -1},
		{"fixed32",
		 BYTES("\x0d"
		       "1234"),
		 1},
		{"fixed32 cut",
		 BYTES("\x0d"
		       "123"),
		 -1},
		{"field number 0", BYTES("\0\0\0\0"), 2},
		{"an odd zero", BYTES("\0"), -1},
		{"a group", BYTES("\x0b\x0c"), -1},
		{"the end of a group", BYTES("\x0c"), -1},
		{"wire type 6", BYTES("\x0e\0"), -1},
		{"wire type 7", BYTES("\x0f\0"), -1},
		{"the highest field number", BYTES("\xf8\xff\xff\xff\xff\xff\xff\xff\xff\x01\x07"),
		 1},
		{"a tag of eleven bytes", BYTES("\x88\x80\x80\x80\x80\x80\x80\x80\x80\x80\0\x01"),
		 -1},
		{"long tag and length", BYTES("\x8a\0\x82\0hi\x08\x01"), 2},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++)
		PP_CHECK_MSG(count_fields(&cases[i]) == cases[i].fields, cases[i].what);
}

static void ids_follow_any_numbering(void **state)
{
	(void)state;
	static const uint64_t numberings[][5] = {
		{1, 2, 3, 4, 5},
		{1, 2, 9, 3, 4},
		{5, 4, 3, 2, 1},
		{UINT64_MAX, 1ULL << 63, 7, UINT32_MAX, 1ULL << 32},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(numberings); i++) {
		struct pp_ids ids;

		pp_ids_init(&ids);
		for (uint32_t j = 0; j < 5; j++) {
			assert_int_equal(pp_ids_find(&ids, numberings[i][j]), PP_NONE);
			assert_true(pp_ids_add(&ids, numberings[i][j]));
		}
		assert_int_equal(ids.dense, i == 0);
		for (uint32_t j = 0; j < 5; j++) {
			assert_int_equal(pp_ids_find(&ids, numberings[i][j]), j);
			assert_false(pp_ids_add(&ids, numberings[i][j]));
		}
		assert_int_equal(pp_ids_find(&ids, 0), PP_NONE);
		assert_int_equal(pp_ids_find(&ids, 12345), PP_NONE);
		pp_ids_release(&ids);
	}
}

/* A profile of `n` locations, `types` sample types and hand-made samples. */
static void sample_profile(struct pp_profile *p, const char *samples, size_t nbytes, uint32_t types)
{
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;

	pp_builder_init(&b);
	for (uint32_t i = 0; i < types; i++)
		pp_builder_sample_type(&b, i ? "b" : "a", "count");
	for (uint64_t i = 0; i < 4; i++)
		pp_builder_location(&b, PP_NONE, 100 + i, NULL, 0);
	pp_builder_string(&b, PP_STR_LIT("key"));
	assert_int_equal(pp_builder_finish(&b, p, &err), 0);
	pp_builder_release(&b);
	p->bytes = pp_xcalloc(nbytes, 1);
	memcpy(p->bytes, samples, nbytes);
	p->nbytes = nbytes;
	p->ranges[0] = (struct pp_sample_range){p->bytes, p->bytes + nbytes};
	p->nranges = 1;
}

static bool check_samples(const char *samples, size_t n, uint32_t types)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	sample_profile(&p, samples, n, types);
	bool ok = pp_samples_check(&p, &err) == 0;
	if (!ok)
		assert_int_equal(err.kind, PP_ERR_FORMAT);
	pp_profile_release(&p);
	return ok;
}

static void samples_are_checked(void **state)
{
	(void)state;
	static const struct {
		const char *what, *bytes;
		size_t n;
		bool ok;
	} cases[] = {
		{"packed", BYTES("\x12\x07\x0a\x02\x01\x02\x12\x01\x05"), true},
		{"no stack", BYTES("\x12\x03\x12\x01\x05"), true},
		{"id 0", BYTES("\x12\x06\x0a\x01\x00\x12\x01\x05"), false},
		{"id 5 of 4", BYTES("\x12\x06\x0a\x01\x05\x12\x01\x05"), false},
		{"unpacked id 5 of 4", BYTES("\x12\x05\x08\x05\x12\x01\x05"), false},
		{"no value", BYTES("\x12\x03\x0a\x01\x01"), false},
		{"two values", BYTES("\x12\x04\x12\x02\x05\x06"), false},
		{"two unpacked values", BYTES("\x12\x04\x10\x05\x10\x06"), false},
		{"an empty sample", BYTES("\x12\x00"), false},
		{"ids of a wrong type",
		 BYTES("\x12\x08\x0d"
		       "1234\x12\x01\x05"),
		 false},
		{"values of a wrong type",
		 BYTES("\x12\x05\x15"
		       "1234"),
		 false},
		{"packed value cut short", BYTES("\x12\x03\x12\x01\x85"), false},
		{"packed id cut short", BYTES("\x12\x06\x0a\x01\x81\x12\x01\x05"), false},
		{"a label of strings", BYTES("\x12\x09\x12\x01\x05\x1a\x04\x08\x01\x10\x01"), true},
		{"a label's key out of range", BYTES("\x12\x07\x12\x01\x05\x1a\x02\x08\x63"),
		 false},
		{"a label's string out of range", BYTES("\x12\x07\x12\x01\x05\x1a\x02\x10\x63"),
		 false},
		{"a label's unit out of range", BYTES("\x12\x07\x12\x01\x05\x1a\x02\x20\x63"),
		 false},
		{"a label's number", BYTES("\x12\x07\x12\x01\x05\x1a\x02\x18\x63"), true},
		{"a label's number as bytes", BYTES("\x12\x07\x12\x01\x05\x1a\x02\x1a\x00"), false},
		{"a label as a number", BYTES("\x12\x05\x12\x01\x05\x18\x01"), false},
		{"an unknown field", BYTES("\x12\x06\x12\x01\x05\x2a\x01!"), true},
		{"other fields between", BYTES("\x48\x05\x12\x03\x12\x01\x05\x32\x01!"), true},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++)
		PP_CHECK_MSG(check_samples(cases[i].bytes, cases[i].n, 1) == cases[i].ok,
			     cases[i].what);
}

/* One sample in several encodings: stack 1 2 3 2, values 7 -1. */
static void samples_walk_in_any_encoding(void **state)
{
	(void)state;
#define MINUS_1 "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
	static const struct framing cases[] = {
		{"packed", BYTES("\x12\x13\x0a\x04\x01\x02\x03\x02\x12\x0b\x07" MINUS_1), 0},
		{"unpacked", BYTES("\x12\x15\x08\x01\x08\x02\x08\x03\x08\x02\x10\x07\x10" MINUS_1),
		 0},
		{"mixed", BYTES("\x12\x15\x0a\x02\x01\x02\x08\x03\x08\x02\x12\x01\x07\x10" MINUS_1),
		 0},
		{"several packed fields, turned round",
		 BYTES("\x12\x19\x12\x01\x07\x0a\x01\x01\x12\x0a" MINUS_1
		       "\x0a\x03\x02\x03\x02\x0a\x00"),
		 0},
		{"overlong numbers",
		 BYTES("\x12\x15\x0a\x06\x81\x80\x00\x02\x03\x02\x12\x0b\x07" MINUS_1), 0},
		{"unknown fields between",
		 BYTES("\x12\x1c\x2a\x01!\x0a\x04\x01\x02\x03\x02\x31"
		       "12345678"
		       "\x12\x0b\x07" MINUS_1),
		 0},
	};
	static const uint32_t stack[] = {0, 1, 2, 1};
	static const int64_t values[] = {7, -1};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		char *bytes = pp_xcalloc(cases[i].n, 1);
		struct pp_err err = PP_ERR_INIT;
		struct pp_sample_iter it;
		struct pp_profile p;
		struct pp_sample s;

		memcpy(bytes, cases[i].bytes, cases[i].n);
		bytes[1] = (char)(cases[i].n - 2);
		sample_profile(&p, bytes, cases[i].n, 2);
		PP_CHECK_MSG(pp_samples_check(&p, &err) == 0, cases[i].what);
		assert_int_equal(p.nsamples, 1);
		assert_int_equal(p.max_depth, 4);
		pp_samples_begin(&it, &p, 0);
		PP_CHECK_MSG(pp_samples_next(&it, &s), cases[i].what);
		PP_CHECK_MSG(s.nlocations == 4, cases[i].what);
		assert_memory_equal(s.locations, stack, sizeof(stack));
		assert_memory_equal(s.values, values, sizeof(values));
		assert_false(pp_samples_next(&it, &s));
		pp_samples_release(&it);
		pp_profile_release(&p);
		free(bytes);
	}
}

static void labels_follow_the_rules(void **state)
{
	(void)state;
	/* strings: "", a, count, key */
	static const char sample[] = "\x12\x23\x12\x01\x05"
				     "\x1a\x04\x08\x03\x10\x01" /* key=a */
				     "\x1a\x02\x08\x03"		/* nothing but a key */
				     "\x1a\x04\x08\x03\x18\x07" /* 7 */
				     "\x1a\x04\x08\x03\x20\x02" /* 0 count */
				     "\x1a\x08\x08\x03\x10\x01\x18\x07\x20\x02" /* both */;
	static const struct pp_label want[] = {
		{3, 1, 0, 0}, {3, 0, 0, 7}, {3, 0, 2, 0}, {3, 1, 0, 0}};
	struct pp_err err = PP_ERR_INIT;
	struct pp_sample_iter it;
	struct pp_profile p;
	struct pp_sample s;
	struct pp_label l;

	char *bytes = pp_xcalloc(sizeof(sample) - 1, 1);
	memcpy(bytes, sample, sizeof(sample) - 1);
	bytes[1] = (char)(sizeof(sample) - 3);
	sample_profile(&p, bytes, sizeof(sample) - 1, 1);
	assert_int_equal(pp_samples_check(&p, &err), 0);
	pp_samples_begin(&it, &p, 0);
	assert_true(pp_samples_next(&it, &s));
	struct pp_wire cursor = s.label;
	for (size_t i = 0; i < PP_ARRAY_LEN(want); i++) {
		assert_true(pp_labels_next(&cursor, &l));
		assert_int_equal(l.key, want[i].key);
		assert_int_equal(l.str, want[i].str);
		assert_int_equal(l.unit, want[i].unit);
		assert_int_equal(l.num, want[i].num);
	}
	assert_false(pp_labels_next(&cursor, &l));
	pp_samples_release(&it);
	pp_profile_release(&p);
	free(bytes);
}

static uint32_t intern(struct pp_builder *b, const char *s)
{
	return pp_builder_string(b, pp_str_of(s));
}

static uint32_t named(struct pp_builder *b, const char *name)
{
	return pp_builder_function(b, intern(b, name), 0, 0, 0);
}

static void builder_keeps_everything_once(void **state)
{
	(void)state;
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "cpu", "nanoseconds");
	uint32_t f = named(&b, "f"), g = named(&b, "g");
	assert_int_equal(named(&b, "f"), f);
	assert_int_not_equal(pp_builder_function(&b, intern(&b, "f"), 0, 0, 9), f);
	struct pp_mapping m = {.start = 0x1000, .limit = 0x2000, .file = intern(&b, "/bin/x")};
	uint32_t map = pp_builder_mapping(&b, &m);
	const struct pp_line lines[] = {{f, 1, 2}, {g, 3, 4}};
	uint32_t l = pp_builder_location(&b, map, 0x1234, lines, 2);
	assert_int_equal(pp_builder_location(&b, map, 0x1234, NULL, 0), l);
	uint32_t bare = pp_builder_location(&b, PP_NONE, 0x1234, NULL, 0);
	assert_int_not_equal(bare, l);

	const uint32_t stack[] = {l, bare, l};
	const int64_t value = INT64_MIN;
	const struct pp_builder_label labels[] = {{intern(&b, "k"), intern(&b, "v"), 0, 0},
						  {intern(&b, "n"), 0, intern(&b, "u"), -5}};
	pp_builder_sample(&b, stack, 3, &value, labels, 2);
	pp_builder_sample(&b, NULL, 0, &value, NULL, 0);
	assert_int_equal(pp_builder_finish(&b, &p, &err), 0);

	assert_int_equal(p.nfunctions, 3);
	assert_int_equal(p.nlocations, 2);
	assert_int_equal(p.nlines, 2);
	assert_int_equal(p.nsamples, 2);
	assert_int_equal(p.max_depth, 3);
	assert_int_equal(p.locations[l].nlines, 2);
	assert_int_equal(p.lines[p.locations[l].first_line + 1].column, 4);
	assert_int_equal(p.locations[bare].mapping, PP_NONE);
	assert_true(pp_str_eq(pp_profile_str(&p, p.mappings[map].file), PP_STR_LIT("/bin/x")));
	assert_int_equal(p.mappings[map].id, 1);

	struct pp_sample_iter it;
	struct pp_sample s;
	struct pp_label got;
	pp_samples_begin(&it, &p, 0);
	assert_true(pp_samples_next(&it, &s));
	assert_int_equal(s.nlocations, 3);
	assert_memory_equal(s.locations, stack, sizeof(stack));
	assert_true(s.values[0] == INT64_MIN);
	assert_true(pp_labels_next(&s.label, &got));
	assert_true(pp_str_eq(pp_profile_str(&p, got.str), PP_STR_LIT("v")));
	assert_true(pp_labels_next(&s.label, &got));
	assert_int_equal(got.num, -5);
	assert_false(pp_samples_next(&it, &s));
	pp_samples_release(&it);
	/* so few bytes are shared out by the sample */
	assert_int_equal(p.nranges, 2);
	pp_samples_begin(&it, &p, 1);
	assert_true(pp_samples_next(&it, &s));
	assert_int_equal(s.nlocations, 0);
	assert_false(pp_samples_next(&it, &s));
	pp_samples_release(&it);
	pp_profile_release(&p);
	pp_builder_release(&b);
}

/* A profile of one sample from leaf to root; "a+b" is a inlined into b. */
static void one_stack(struct pp_profile *p, const char *const *stack, const char *drop,
		      const char *keep)
{
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;
	uint32_t ids[8], n = 0;
	int64_t value = 1;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "n", "count");
	for (; stack[n]; n++) {
		const char *plus = strchr(stack[n], '+');
		size_t first = plus ? (size_t)(plus - stack[n]) : strlen(stack[n]);
		struct pp_line lines[2] = {0};

		lines[0].function = pp_builder_function(
			&b, pp_builder_string(&b, (struct pp_str){stack[n], first}), 0, 0, 0);
		if (plus)
			lines[1].function = named(&b, plus + 1);
		ids[n] = pp_builder_location(&b, PP_NONE, n + 1, lines, plus ? 2 : 1);
	}
	pp_builder_sample(&b, ids, n, &value, NULL, 0);
	b.head.drop_frames = intern(&b, drop);
	b.head.keep_frames = intern(&b, keep);
	assert_int_equal(pp_builder_finish(&b, p, &err), 0);
	pp_builder_release(&b);
}

/* What is left of the stack, names joined by blanks. */
static void left_over(struct pp_profile *p, struct pp_buf *out)
{
	struct pp_prune prune;
	struct pp_sample_iter it;
	struct pp_sample s;

	pp_prune_init(&prune, p);
	pp_samples_begin(&it, p, 0);
	assert_true(pp_samples_next(&it, &s));
	pp_prune_sample(&prune, &s);
	for (uint32_t i = 0; i < s.nlocations; i++) {
		const struct pp_location *l = &p->locations[s.locations[i]];

		for (uint32_t j = 0; j < l->nlines; j++) {
			struct pp_str name = pp_profile_str(
				p, p->functions[p->lines[l->first_line + j].function].name);

			pp_buf_str(out, out->n ? " " : "");
			pp_buf_add(out, name.p, name.n);
		}
	}
	pp_samples_release(&it);
	pp_prune_release(&prune);
}

static void pruning_follows_the_rules(void **state)
{
	(void)state;
	static const struct {
		const char *stack[6], *drop, *keep, *left;
	} cases[] = {
		{{"a", "b", "main"}, "", "", "a b main"},
		{{"a", "b", "main"}, "b", "", "main"},
		{{"a", "b", "main"}, "a|b", "b", "b main"},
		{{"a", "b", "main"}, "b", "(", "a b main"},
		{{"a", "b", "main"}, "(", "", "a b main"},
		{{"a", "b", "main"}, "mai", "", "a b main"},  /* whole names only */
		{{"a", "b", "main"}, "main", "", "a b main"}, /* nothing would be left */
		{{"a", "b", "main"}, "main|a", "", "b main"}, /* but below it, yes */
		{{"a", "m", "b", "m", "c"}, "m", "", "c"},    /* the one nearest the root */
		{{"x", "in+out", "main"}, "in", "", "out main"},
		{{"x", "in+out", "main"}, "out", "", "main"},
		{{"x", "main", "in+out"}, "in", "", "x main out"}, /* cut, but no user code yet */
		{{"f(int)", "main"}, "f", "", "main"},
		{{".f", "main"}, "f", "", "main"},
		{{"..f", "main"}, "f", "", "..f main"},
		{{"(anonymous namespace)::f(int)", "main"},
		 "\\(anonymous namespace\\)::f",
		 "",
		 "main"},
		{{"x::operator()(int)", "main"}, "x::operator\\(\\)", "", "main"},
		{{"x::operator()(int)", "main"}, "x::operator", "", "x::operator()(int) main"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_buf got = PP_BUF_INIT;
		struct pp_profile p;

		one_stack(&p, cases[i].stack, cases[i].drop, cases[i].keep);
		left_over(&p, &got);
		assert_string_equal(got.p, cases[i].left);
		pp_buf_release(&got);
		pp_profile_release(&p);
	}
}

static void sample_index_is_chosen(void **state)
{
	(void)state;
	static const struct {
		const char *name, *standard;
		int index;
	} cases[] = {
		{NULL, "", 3},		{NULL, "space", 1},
		{NULL, "nonsense", 3},	{"space", "", 1},
		{"0", "space", 0},	{"3", "", 3},
		{"4", "", -1},		{"-1", "", -1},
		{"alloc_space", "", 3}, {"inuse_space", "", 1},
		{"inuse_", "", -1},	{"", "", -1},
		{"Space", "", -1},	{"inuse_alloc_space", "", 3},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_builder b;
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile p;
		uint32_t index = 99;

		pp_builder_init(&b);
		pp_builder_sample_type(&b, "objects", "count");
		pp_builder_sample_type(&b, "space", "bytes");
		pp_builder_sample_type(&b, "alloc_objects", "count");
		pp_builder_sample_type(&b, "alloc_space", "bytes");
		b.head.default_sample_type = intern(&b, cases[i].standard);
		assert_int_equal(pp_builder_finish(&b, &p, &err), 0);
		pp_builder_release(&b);
		int rc = pp_profile_sample_index(&p, cases[i].name, &index, &err);
		assert_int_equal(rc, cases[i].index < 0 ? -1 : 0);
		if (rc == 0) {
			assert_int_equal(index, cases[i].index);
		} else {
			assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
			assert_non_null(strstr(err.msg, "objects, space, alloc_objects"));
		}
		pp_profile_release(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_reads_varints_of_every_length),
		cmocka_unit_test(wire_reads_overlong_varints),
		cmocka_unit_test(wire_holds_the_framing),
		cmocka_unit_test(ids_follow_any_numbering),
		cmocka_unit_test(samples_are_checked),
		cmocka_unit_test(samples_walk_in_any_encoding),
		cmocka_unit_test(labels_follow_the_rules),
		cmocka_unit_test(builder_keeps_everything_once),
		cmocka_unit_test(pruning_follows_the_rules),
		cmocka_unit_test(sample_index_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
