/* SPDX-License-Identifier: Apache-2.0 */
/* profile/: which samples, frames and labels filters leave. */
#include <config.h>

#include "unit.h"

#include "base/buf.h"
#include "profile/filter.h"
#include "profile/name_match.h"
#include "profile/tag_frames.h"
#include "sketch.h"

/* The stack of a sample as names: lines of a location joined by '+', "?" for one without. */
static void put_stack(struct pp_buf *out, const struct pp_profile *p, const struct pp_sample *s)
{
	for (uint32_t i = 0; i < s->nlocations; i++) {
		const struct pp_location *loc = &p->locations[s->locations[i]];

		pp_buf_str(out, i ? " " : "");
		if (loc->nlines == 0)
			pp_buf_char(out, '?');
		for (uint32_t k = 0; k < loc->nlines; k++) {
			const struct pp_line *line = &p->lines[loc->first_line + k];
			struct pp_str name = pp_profile_str(p, p->functions[line->function].name);

			pp_buf_fmt(out, "%s%.*s", k ? "+" : "", (int)name.n, name.p);
		}
	}
}

static void put_labels(struct pp_buf *out, const struct pp_filter *f, struct pp_sample *s)
{
	struct pp_label label;

	while (pp_filter_next_label(f, &s->label, &label)) {
		struct pp_str key = pp_profile_str(f->profile, label.key);

		pp_buf_fmt(out, " #%.*s", (int)key.n, key.p);
	}
}

/* What is left of all samples, "stack #label; stack", or without the labels. */
static void put(struct pp_buf *out, const struct pp_profile *p, const struct pp_filter *f,
		bool labels)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	bool any = false;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			if (!pp_filter_sample(f, &s))
				continue;
			pp_buf_str(out, any ? "; " : "");
			put_stack(out, p, &s);
			if (labels)
				put_labels(out, f, &s);
			any = true;
		}
		pp_samples_release(&it);
	}
	pp_buf_str(out, "");
}

static void put_samples(struct pp_buf *out, const struct pp_profile *p, const struct pp_filter *f)
{
	put(out, p, f, true);
}

static void put_stacks(struct pp_buf *out, const struct pp_profile *p, const struct pp_filter *f)
{
	put(out, p, f, false);
}

/* `unmatched` are the bits of the kinds that match nothing. */
static void check(const struct sketch *s, const struct pp_filter_options *o, const char *want,
		  uint32_t unmatched)
{
	struct pp_buf got = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_filter f;
	struct pp_profile p;

	sketch_profile(&p, s);
	assert_int_equal(pp_filter_init(&f, &p, o, &err), 0);
	put_samples(&got, &p, &f);
	assert_string_equal(got.p ? got.p : "", want);
	assert_int_equal(f.unmatched, unmatched);
	pp_buf_release(&got);
	pp_filter_release(&f);
	pp_profile_release(&p);
}

struct filter_case {
	struct pp_filter_options o;
	const char *want;
	uint32_t unmatched;
};

static void check_all(const struct sketch *s, const struct filter_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		print_message("# case %zu\n", i);
		check(s, &cases[i].o, cases[i].want, cases[i].unmatched);
	}
}

#define TEXT_OF(kind, expression) .text[PP_FILTER_##kind] = (expression)
#define TEXT(kind, expression)	  .o TEXT_OF(kind, expression)
#define NONE(kind)		  (1u << PP_FILTER_##kind)

static void stacks_are_filtered_by_name(void **state)
{
	(void)state;
	static const struct sketch s[] = {
		{"leaf@l.c:1 mid@m.c:2 main@m.c:3!/bin/app", {1, 1}, NULL},
		{"in@i.c+out@o.c mid@m.c:2 main@m.c:3!/bin/app", {1, 1}, NULL},
		{"?!/lib/l.so main@m.c:3!/bin/app", {1, 1}, NULL},
		{"", {1, 1}, NULL},
		{NULL, {0}, NULL}};
	static const struct filter_case cases[] = {
		{.want = "leaf mid main; in+out mid main; ? main; "},
		{TEXT(FOCUS, "mid"), .want = "leaf mid main; in+out mid main"},
		{TEXT(FOCUS, "^i\\.c$"), .want = "in+out mid main"},
		{TEXT(FOCUS, "l\\.so"), .want = "? main"},
		{TEXT(FOCUS, "none"), .want = "", .unmatched = NONE(FOCUS)},
		{TEXT(IGNORE, "l\\.so|leaf"), .want = "in+out mid main"},
		{TEXT(IGNORE, "none"), .want = "leaf mid main; in+out mid main; ? main",
		 .unmatched = NONE(IGNORE)},
		/* what is ignored is not in focus, so that focus has nothing of its own here */
		{TEXT(FOCUS, "leaf"), TEXT(IGNORE, "leaf"), .want = "", .unmatched = NONE(FOCUS)},
		{TEXT(FOCUS, "mid"), TEXT(IGNORE, "out"), .want = "leaf mid main"},
		/* lines go; without any left, the location, and without any left, the sample */
		{TEXT(HIDE, "^in$"), .want = "leaf mid main; out mid main; ? main"},
		{TEXT(HIDE, "in|out|l.c"), .want = "mid; mid; ?"},
		{TEXT(HIDE, "bin/app"), .want = "leaf mid; in+out mid; ?"},
		{TEXT(HIDE, "."), .want = ""},
		{TEXT(HIDE, "none"), .want = "leaf mid main; in+out mid main; ? main",
		 .unmatched = NONE(HIDE)},
		{TEXT(SHOW, "mid|out"), .want = "mid; out mid"},
		{TEXT(SHOW, "bin/app"), .want = "main; main; main"},
		{TEXT(SHOW, "none"), .want = "", .unmatched = NONE(SHOW)},
		/* focus sees what hide takes away */
		{TEXT(FOCUS, "leaf"), TEXT(HIDE, "leaf"), .want = "mid main"},
	};

	check_all(s, cases, PP_ARRAY_LEN(cases));
}

static void stacks_are_cut_at_a_match(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"d c b a!/bin/app", {1, 1}, NULL},
					  {"d b c+b2+b1 a!/bin/app", {1, 1}, NULL},
					  {"x(int) y a!/bin/app", {1, 1}, NULL},
					  {NULL, {0}, NULL}};
	static const struct filter_case cases[] = {
		/* the outermost match stays, callers go; so do samples without */
		{TEXT(SHOW_FROM, "^b"), .want = "d c b; d b c+b2+b1"},
		{TEXT(SHOW_FROM, "^b2"), .want = "d b c+b2"},
		{TEXT(SHOW_FROM, "^[cy]"), .want = "d c; d b c; x(int) y"},
		{TEXT(SHOW_FROM, "bin/app"), .want = "d c b a; d b c+b2+b1 a; x(int) y a"},
		{TEXT(SHOW_FROM, "none"), .want = "", .unmatched = NONE(SHOW_FROM)},
		/* the innermost match stays, callees go; other samples stay whole */
		{TEXT(PRUNE_FROM, "^b"), .want = "b a; b b2+b1 a; x(int) y a"},
		{TEXT(PRUNE_FROM, "^b[12]"), .want = "d c b a; b2+b1 a; x(int) y a"},
		{TEXT(PRUNE_FROM, "^x$"), .want = "d c b a; d b c+b2+b1 a; x(int) y a"},
		{TEXT(PRUNE_FROM, "int"), .want = "d c b a; d b c+b2+b1 a; x(int) y a",
		 .unmatched = NONE(PRUNE_FROM)},
		{TEXT(SHOW_FROM, "^b$"), TEXT(PRUNE_FROM, "^c"), .want = "c b; d b"},
	};

	check_all(s, cases, PP_ARRAY_LEN(cases));
}

/* One sample with some labels: does the expression of --tagfocus keep it, and --tagignore drop it?
 */
static void check_tags(const char *labels, const char *expression, bool want)
{
	const struct sketch s[] = {{"f", {1, 1}, labels}, {NULL, {0}, NULL}};
	struct pp_filter_options focus = {.text[PP_FILTER_TAGFOCUS] = expression};
	struct pp_filter_options ignore = {.text[PP_FILTER_TAGIGNORE] = expression};
	const struct pp_filter_options *both[] = {&focus, &ignore};

	print_message("# '%s' for '%s'\n", expression, labels);
	for (int i = 0; i < 2; i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_sample_iter it;
		struct pp_sample sample;
		struct pp_filter f;
		struct pp_profile p;

		sketch_profile(&p, s);
		assert_int_equal(pp_filter_init(&f, &p, both[i], &err), 0);
		pp_samples_begin(&it, &p, 0);
		assert_true(pp_samples_next(&it, &sample));
		assert_int_equal(pp_filter_sample(&f, &sample), i ? !want : want);
		assert_int_equal(f.unmatched, want ? 0 : i ? NONE(TAGIGNORE) : NONE(TAGFOCUS));
		pp_samples_release(&it);
		pp_filter_release(&f);
		pp_profile_release(&p);
	}
}

struct tag_case {
	const char *labels, *expression;
	bool want;
};

static void check_tag_cases(const struct tag_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_tags(cases[i].labels, cases[i].expression, cases[i].want);
}

/* Cases from google/pprof, TestTagFilter, and more of the kind. */
static void text_labels_are_matched(void **state)
{
	(void)state;
	static const struct tag_case cases[] = {
		{"v=tag1 v=tag2", "tag2", true},
		{"v=tag1 v=tag2", "tag3", false},
		{"v=tag1 v=tag2 w=tag3", "tag1,tag3", true},
		{"v=tag1 v=tag2 w=tag3", "t..[12],t..3", true},
		{"v=tag1 v=tag2", "tag2,tag3", false},
		{"key1=tag1 key1=tag2", "key1=tag1,tag2", true},
		{"key1=tag1", "key1=tag1,tag2", true},
		{"key1=tag1 key1=tag2", "key1:tag1,tag2", true},
		{"key1=tag2", "key1:tag1,tag2", false},
		{"key1=tag1", "key1:tag1,tag2", false},
		{"key1=tag1", "key=tag1", false},
		{"key1=tag1", "=tag1", false},
		{"key1=tag1", "key1=", true},
		{"key1=tag1", "key1=^tag1$", true},
		{"key1=tag1", "^tag1$", false}, /* of "key1:tag1" */
		{"key1=tag1", "^key1:tag1$", true},
		{"key1=#5", "5.", false}, /* numbers are no texts */
		{"", "tag1", false},
	};

	check_tag_cases(cases, PP_ARRAY_LEN(cases));
}

/* Cases from google/pprof, TestNumericTagFilter, and more of the kind. */
static void numeric_labels_are_matched(void **state)
{
	(void)state;
	static const struct tag_case cases[] = {
		{"key1=#131072bytes key2=#128kilobytes", "128kb", true},
		{"key1=#512bytes key2=#128kilobytes", "512kb", false},
		{"key1=#10bytes key2=#128kilobytes", "10bytes", true},
		{"key1=#8bytes", ":10bytes", true},
		{"key1=#8bytes", ":10kb", true},
		{"key1=#8kilobytes", "10b:", true},
		{"key1=#12bytes", "10b:", true},
		{"key1=#8bytes", "10b:", false},
		{"key1=#8bytes", "10kb:", false},
		{"key1=#12bytes", ":10b", false},
		{"bytes=#10bytes bytes=#5bytes", "bytes=5b", true},
		{"bytes=#1024kilobytes", "bytes=1024b", false},
		{"bytes=#1024bytes key2=#5bytes", "bytes=1024b", true},
		{"bytes=#780bytes", "bytes=512b:1024b", true},
		{"key1=#4096bytes", "key1=1kb:2kb", false},
		{"key1=#256bytes", "key1=1kb:2kb", false},
		{"key1=#2048bytes", "key1=1kb:2kb", true},
		{"bytes=#1kilobytes", "bytes=1024b", true},
		{"key1=#256bytes", "key2=256bytes", false},
		{"bytes=#-256bytes", "bytes=-512b:-128b", true},
		{"bytes=#-2048bytes", "bytes=-512b:-128b", false},
		{"pid=#123", "pid=123pid", true},
		{"pid=#123", "pid=123", true},
		{"pid=#123", "pid=123:123", true},
		{"pid=#123", "pid=124:124", false},
		{"pid=#123", "100:", true},
		{"pid=#123", ":100", false},
		{"request=#4096", "4kb", true}, /* its unit is bytes, said or not */
		{"t=#3ms", "1ms:5ms", true},
		{"t=#3ms", "1kb:5kb", false},
		{"t=#3ms", "+1ms:+5ms", true},
		{"t=3ms", "1ms:5ms", false}, /* a text */
	};

	check_tag_cases(cases, PP_ARRAY_LEN(cases));
}

static void bad_expressions_are_refused(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"f", {1, 1}, "k=v"}, {NULL, {0}, NULL}};
	static const struct {
		struct pp_filter_options o;
		const char *message;
	} cases[] = {
		{{TEXT_OF(FOCUS, "(")}, "option '--focus': bad regular expression '('"},
		{{TEXT_OF(PRUNE_FROM, "a{2,1}")}, "option '--prune-from': bad regular expression"},
		{{TEXT_OF(TAGFOCUS, "a,[")}, "option '--tagfocus': bad regular expression '['"},
		{{TEXT_OF(TAGIGNORE, "k=*")}, "option '--tagignore': bad regular expression '*'"},
		{{TEXT_OF(TAGHIDE, "+")}, "option '--taghide': bad regular expression '+'"},
		{{TEXT_OF(TAGFOCUS, "99999999999999999999:")},
		 "option '--tagfocus': number out of range: 99999999999999999999"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_filter f;
		struct pp_profile p;

		sketch_profile(&p, s);
		assert_int_equal(pp_filter_init(&f, &p, &cases[i].o, &err), -1);
		PP_CHECK_MSG(strncmp(err.msg, cases[i].message, strlen(cases[i].message)) == 0,
			     err.msg);
		assert_int_equal(err.kind, PP_ERR_USAGE);
		pp_filter_release(&f);
		pp_profile_release(&p);
	}
}

static void labels_are_hidden_by_key(void **state)
{
	(void)state;
	static const struct sketch s[] = {
		{"f", {1, 1}, "k1=a k2=b n=#3"}, {"g", {1, 1}, "k2=c"}, {NULL, {0}, NULL}};
	static const struct filter_case cases[] = {
		{.want = "f #k1 #k2 #n; g #k2"},
		{TEXT(TAGSHOW, "k"), .want = "f #k1 #k2; g #k2"},
		{TEXT(TAGSHOW, "n|1"), .want = "f #k1 #n; g"},
		{TEXT(TAGHIDE, "^k1$"), .want = "f #k2 #n; g #k2"},
		{TEXT(TAGSHOW, "k"), TEXT(TAGHIDE, "1"), .want = "f #k2; g #k2"},
		{TEXT(TAGSHOW, "none"), .want = "f; g", .unmatched = NONE(TAGSHOW)},
		{TEXT(TAGHIDE, "none"), .want = "f #k1 #k2 #n; g #k2", .unmatched = NONE(TAGHIDE)},
		/* what is hidden can still be asked for */
		{TEXT(TAGFOCUS, "k1=a"), TEXT(TAGHIDE, "k1"), .want = "f #k2 #n"},
	};

	check_all(s, cases, PP_ARRAY_LEN(cases));
}

static void units_of_labels_are_inferred(void **state)
{
	(void)state;
	static const struct sketch s[] = {
		{"f", {1, 1}, "said=#1ms request=#1 alignment=#1 other=#1 text=x"},
		{"g", {1, 1}, "said=#2 other=#3 mixed=#1bytes mixed=#1seconds mixed=#2hours"},
		{NULL, {0}, NULL}};
	static const struct {
		const char *key, *unit;
		bool mixed;
	} want[] = {{"said", "ms", false},	   {"request", "bytes", false},
		    {"alignment", "bytes", false}, {"other", "other", false},
		    {"text", "text", false},	   {"mixed", "bytes", true}};
	struct pp_profile p;
	struct pp_labels l;
	size_t used = 0;

	sketch_profile(&p, s);
	pp_labels_init(&l, &p);
	for (uint32_t i = 0; i < l.nkeys; i++) {
		const struct pp_label_key *k = &l.keys[i];

		if (!k->used)
			continue;
		assert_true(used < PP_ARRAY_LEN(want));
		assert_true(pp_str_eq(k->name, pp_str_of(want[used].key)));
		assert_true(pp_str_eq(k->unit, pp_str_of(want[used].unit)));
		assert_int_equal(k->mixed, want[used].mixed);
		used++;
	}
	assert_int_equal(used, PP_ARRAY_LEN(want));
	pp_labels_release(&l);
	pp_profile_release(&p);
}

/* The empty name has the first place whether it occurs or not: it must not lend another's name. */
static void a_label_without_a_name_has_none(void **state)
{
	(void)state;
	static const struct sketch s[] = {
		{"f", {1, 1}, "tenant=blue"}, {"g", {1, 1}, "=#3bytes"}, {NULL, {0}, NULL}};
	struct pp_profile p;
	struct pp_labels l;

	sketch_profile(&p, s);
	pp_labels_init(&l, &p);
	assert_int_equal(l.nkeys, 2);
	assert_true(l.keys[0].used && l.keys[1].used);
	assert_int_equal(l.keys[0].name.n, 0);
	assert_true(pp_str_eq(l.keys[1].name, PP_STR_LIT("tenant")));
	pp_labels_release(&l);
	pp_profile_release(&p);
}

static void labels_become_frames(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"f main", {1, 1}, "k=a k=b n=#2048bytes"},
					  {"g main", {1, 1}, "k=a plain=#7"},
					  {"", {1, 1}, "k=c"},
					  {NULL, {0}, NULL}};
	static const struct {
		const char *root, *leaf, *want;
		bool found_root, found_leaf;
	} cases[] = {
		{"k", "", "f main a,b; g main a; c", true, false},
		{"", "k", "a,b f main; a g main; c", false, true},
		{"k,n", "", "f main 2kB a,b; g main  a;  c", true, false},
		{"k", ",n,", "2kB f main a,b;  g main a;  c", true, true},
		{"none", NULL, "f main ; g main ; ", false, false},
		{NULL, "plain,k", "a,b  f main; a 7 g main; c ", false, true},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_tag_frames_options o = {
			.root = cases[i].root, .leaf = cases[i].leaf, .unit = "minimum"};
		static const struct pp_filter_options everything;
		struct pp_buf got = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;
		struct pp_tag_frames_found found;
		struct pp_filter f;
		struct pp_profile p;

		print_message("# case %zu\n", i);
		sketch_profile(&p, s);
		assert_int_equal(pp_tag_frames_add(&p, &o, &found, &err), 0);
		assert_int_equal(found.root, cases[i].found_root);
		assert_int_equal(found.leaf, cases[i].found_leaf);
		assert_int_equal(pp_filter_init(&f, &p, &everything, &err), 0);
		put_stacks(&got, &p, &f);
		assert_string_equal(got.p, cases[i].want);
		pp_buf_release(&got);
		pp_filter_release(&f);
		pp_profile_release(&p);
	}
}

static void names_are_simplified(void **state)
{
	(void)state;
	static const struct {
		const char *name, *want;
	} cases[] = {
		{"f", "f"},
		{"", ""},
		{".f", "f"},
		{"..f", ".f"},
		{"f(int)", "f"},
		{"(anonymous namespace)::f(int)", "(anonymous namespace)::f"},
		{"a::operator()(int)", "a::operator()"},
		{"a::operator()(int)::b(c)", "a::operator()"},
		{"main.(*T).m", "main."},
		{"(", ""},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++)
		PP_CHECK_MSG(pp_str_eq(pp_name_simplify(pp_str_of(cases[i].name)),
				       pp_str_of(cases[i].want)),
			     cases[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_are_filtered_by_name),
		cmocka_unit_test(stacks_are_cut_at_a_match),
		cmocka_unit_test(text_labels_are_matched),
		cmocka_unit_test(numeric_labels_are_matched),
		cmocka_unit_test(bad_expressions_are_refused),
		cmocka_unit_test(labels_are_hidden_by_key),
		cmocka_unit_test(units_of_labels_are_inferred),
		cmocka_unit_test(a_label_without_a_name_has_none),
		cmocka_unit_test(labels_become_frames),
		cmocka_unit_test(names_are_simplified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
