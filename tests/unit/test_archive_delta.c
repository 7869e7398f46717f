/* SPDX-License-Identifier: Apache-2.0 */
/* archive/delta.h: what is new between entries that count since the start of a program. */
#include <config.h>

#include "unit.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "archive/add.h"
#include "archive/chain.h"
#include "archive/delta.h"
#include "archive/pins.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "profile/builder.h"
#include "profile/samples.h"
#include "profile/type_kind.h"

#define HOUR (3600 * PP_NSEC_PER_SEC)

static char directory[] = "/tmp/pyroprof-delta-XXXXXX";
static struct pp_archive archive;

static int begin(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	bool fresh;

	memset(directory + sizeof(directory) - 7, 'X', 6);
	return !mkdtemp(directory) || pp_archive_init(directory, &fresh, &err) ||
			       pp_archive_open(&archive, directory, &err)
		       ? -1
		       : 0;
}

static int finish(void **state PP_UNUSED)
{
	char *const paths[] = {directory, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL, NULL);

	pp_archive_close(&archive);
	for (FTSENT *e = fts_read(fts); e; e = fts_read(fts)) {
		if (e->fts_info != FTS_D)
			remove(e->fts_accpath);
	}
	fts_close(fts);
	return 0;
}

/* ---- entries ---- */

/* What two functions have allocated since the start, and what they have in use. */
struct heap {
	int64_t a, b, inuse;
};

static const struct {
	const char *counter, *state;
} standard = {"alloc_space", "inuse_space"};

static void add_stack(struct pp_builder *b, const char *function, int64_t counted, int64_t inuse)
{
	uint32_t name = pp_builder_string(b, pp_str_of(function));
	const struct pp_line line = {.function = pp_builder_function(b, name, name, 0, 1),
				     .line = 1};
	uint32_t location = pp_builder_location(b, PP_NONE, 0, &line, 1);
	const int64_t values[] = {counted, inuse};

	if (counted || inuse)
		pp_builder_sample(b, &location, 1, values, NULL, 0);
}

static void store(struct pp_builder *b, const char *labels, struct pp_id *id)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels all = {0};
	PP_CLEANUP(pp_freep) char *text = pp_xstrdup(labels);
	struct pp_err err = PP_ERR_INIT;
	struct pp_added added;
	struct pp_profile p;

	for (char *rest = text, *one; (one = strsep(&rest, " "));) {
		if (*one)
			assert_int_equal(pp_entry_labels_parse(&all, one, &err), 0);
	}
	if (pp_builder_finish(b, &p, &err) ||
	    pp_archive_add(&archive, &p, PP_STR_LIT(""), &all, &added, &err))
		fail_msg("%s", err.msg);
	pp_profile_release(&p);
	pp_builder_release(b);
	if (id)
		*id = added.id;
}

/* Labels are KEY=VALUE, blanks between. */
static struct pp_id add(const char *labels, int64_t time, struct heap h)
{
	struct pp_builder b;
	struct pp_id id;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, standard.counter, "bytes");
	pp_builder_sample_type(&b, standard.state, "bytes");
	add_stack(&b, "a", h.a, h.inuse);
	add_stack(&b, "b", h.b, 0);
	b.head.time_nanos = time;
	store(&b, labels, &id);
	return id;
}

static void add_other(const char *type, const char *labels, int64_t time, int64_t duration,
		      int64_t value)
{
	struct pp_builder b;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, type, "count");
	add_stack(&b, "a", value, 0);
	b.head.time_nanos = time;
	b.head.duration_nanos = duration;
	store(&b, labels, NULL);
}

/* ---- what is new ---- */

static int delta_of(const char *text, uint64_t last, struct pp_profile *p, struct pp_delta *d,
		    struct pp_err *err)
{
	struct pp_selector s;
	struct pp_want want = {.selector = &s, .last = last};

	*err = (struct pp_err)PP_ERR_INIT;
	assert_int_equal(pp_selector_parse(&s, text, 0, err), 0);
	int rc = pp_archive_delta(p, d, &archive, &want, NULL, NULL, err);
	pp_selector_release(&s);
	return rc;
}

static struct heap sum(const struct pp_profile *p)
{
	struct heap h = {0};
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			const struct pp_line *line =
				&p->lines[p->locations[s.locations[0]].first_line];
			struct pp_str name = pp_profile_str(p, p->functions[line->function].name);

			*(pp_str_eq(name, PP_STR_LIT("a")) ? &h.a : &h.b) += s.values[0];
			h.inuse += p->nsample_types > 1 ? s.values[1] : 0;
		}
		pp_samples_release(&it);
	}
	return h;
}

/* What the selector has that is new, by two functions; and what is in use at its end. */
static struct pp_delta check(const char *text, uint64_t last, struct heap want)
{
	struct pp_delta d;
	struct pp_profile p;
	struct pp_err err;

	if (delta_of(text, last, &p, &d, &err))
		fail_msg("%s: %s", text, err.msg);
	struct heap is = sum(&p);
	if (is.a != want.a || is.b != want.b || is.inuse != want.inuse)
		fail_msg("%s: %lld %lld %lld", text, (long long)is.a, (long long)is.b,
			 (long long)is.inuse);
	assert_int_equal(p.time_nanos, d.from);
	assert_int_equal(p.duration_nanos, d.until - d.from);
	pp_profile_release(&p);
	return d;
}

static int64_t seconds(int64_t n)
{
	return n * PP_NSEC_PER_SEC;
}

static void fill_hour(void)
{
	for (int64_t i = 1; i <= 6; i++)
		add("service=api instance=x:1", seconds(100 * i),
		    (struct heap){10 * i, i * i, 1000 - i});
}

static void the_last_less_the_one_before(void **state PP_UNUSED)
{
	fill_hour();
	struct pp_delta d = check("{}@@300..@501", 0, (struct heap){30, 25 - 4, 995});
	assert_int_equal(d.from, seconds(200));
	assert_int_equal(d.until, seconds(500));
	assert_int_equal(d.places, 1);
	assert_int_equal(d.unfounded + d.lonely + d.restarts + d.backwards, 0);
	/* one entry is enough if there is another before it */
	d = check("{service=\"api\"}@@500..@501", 0, (struct heap){10, 25 - 16, 995});
	assert_int_equal(d.from, seconds(400));
	check("{}@latest", 0, (struct heap){10, 36 - 25, 994});
	check("{}", 2, (struct heap){20, 36 - 16, 994});
}

static void without_one_before_the_first_is_taken(void **state PP_UNUSED)
{
	fill_hour();
	struct pp_delta d = check("{}", 0, (struct heap){50, 35, 994});

	assert_int_equal(d.unfounded, 1);
	assert_int_equal(d.from, seconds(100));
	assert_int_equal(d.until, seconds(600));
}

static void the_one_before_may_be_old(void **state PP_UNUSED)
{
	add("", HOUR, (struct heap){10, 0, 1});
	add("", 50 * HOUR, (struct heap){15, 0, 2});
	struct pp_delta d = check("{}@@7200..", 0, (struct heap){5, 0, 2});

	assert_int_equal(d.from, HOUR);
	assert_int_equal(d.unfounded, 0);
}

static void one_alone_says_nothing(void **state PP_UNUSED)
{
	struct pp_delta d;
	struct pp_profile p;
	struct pp_err err;

	add("instance=x", seconds(100), (struct heap){10, 0, 1});
	assert_int_equal(delta_of("{}", 0, &p, &d, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "only one entry, and none before"));
	assert_int_equal(delta_of("{}@@900..", 0, &p, &d, &err), -1);
	assert_non_null(strstr(err.msg, "no profile matches"));
	/* others do not suffer */
	add("instance=y", seconds(100), (struct heap){1, 0, 2});
	add("instance=y", seconds(200), (struct heap){5, 0, 3});
	d = check("{}", 0, (struct heap){4, 0, 3});
	assert_int_equal(d.lonely, 1);
	assert_int_equal(d.places, 1);
}

static void a_restart_is_bridged(void **state PP_UNUSED)
{
	static const struct heap all[] = {{10, 1, 9}, {20, 2, 9}, {30, 3, 9}, {5, 0, 4},
					  {6, 4, 5},  {1, 0, 1},  {2, 7, 3}};

	for (size_t i = 0; i < PP_ARRAY_LEN(all); i++)
		add("instance=x", seconds(100 * ((int64_t)i + 1)), all[i]);
	struct pp_delta d = check("{}@@200..", 0, (struct heap){20 + 6 + 2, 2 + 4 + 7, 3});
	assert_int_equal(d.restarts, 2);
	assert_int_equal(d.backwards, 0);
	/* right behind the one that is taken away, right before the last, and both */
	check("{}@@400..@501", 0, (struct heap){6, 4, 5});
	check("{}@@500..@601", 0, (struct heap){1 + 1, 4, 1});
	check("{}@@400..@401", 0, (struct heap){5, 0, 4});
	/* without restarts */
	assert_int_equal(check("{}@@200..@301", 0, (struct heap){20, 2, 9}).restarts, 0);
}

static void another_build_is_a_restart(void **state PP_UNUSED)
{
	add("instance=x build_id=1", seconds(100), (struct heap){10, 0, 1});
	add("instance=x build_id=1", seconds(200), (struct heap){15, 0, 2});
	add("instance=x build_id=2", seconds(300), (struct heap){40, 0, 3});
	assert_int_equal(check("{}", 0, (struct heap){5 + 40, 0, 3}).restarts, 1);
	assert_int_equal(check("{}", 0, (struct heap){5 + 40, 0, 3}).places, 1);
	/* programs that nobody knows to be at one place are apart */
	add("service=y build_id=1", seconds(100), (struct heap){10, 0, 1});
	add("service=y build_id=2", seconds(110), (struct heap){100, 0, 1});
	add("service=y build_id=1", seconds(200), (struct heap){15, 0, 2});
	add("service=y build_id=2", seconds(210), (struct heap){106, 0, 2});
	assert_int_equal(check("{service=\"y\"}", 0, (struct heap){11, 0, 4}).places, 2);
}

static void what_counts_backwards_is_none(void **state PP_UNUSED)
{
	add("", seconds(100), (struct heap){10, 5, 1});
	add("", seconds(200), (struct heap){30, 3, 1});
	assert_int_equal(check("{}", 0, (struct heap){20, 0, 1}).backwards, 1);
}

static void places_are_apart_and_added_up(void **state PP_UNUSED)
{
	char label[32];
	int64_t n = 150; /* several batches */

	for (int64_t i = 0; i < n; i++) {
		snprintf(label, sizeof(label), "instance=%lld", (long long)i);
		add(label, seconds(100 + i), (struct heap){1000 - i, 0, 1});
		add(label, seconds(500 + i), (struct heap){1000, 1, 2});
	}
	struct pp_delta d = check("{}", 0, (struct heap){n * (n - 1) / 2, n, 2 * n});
	assert_int_equal(d.places, n);
	assert_int_equal(d.from, seconds(100));
	assert_int_equal(d.until, seconds(500 + n - 1));
	check("{instance=\"7\"}", 0, (struct heap){7, 1, 2});
}

static void an_id_and_a_pin_name_what_is_new_in_them(void **state PP_UNUSED)
{
	struct pp_id ids[4];
	struct pp_err err = PP_ERR_INIT;
	char hex[PP_SHA256_HEX], text[PP_SHA256_HEX + 1];

	for (int64_t i = 0; i < 4; i++)
		ids[i] = add("instance=x", seconds(100 * (i + 1)), (struct heap){i * i, 0, 1});
	add("instance=y", seconds(250), (struct heap){77, 0, 1});
	snprintf(text, sizeof(text), "@%s", pp_sha256_hex(hex, ids[2].bytes));
	assert_int_equal(check(text, 0, (struct heap){4 - 1, 0, 1}).places, 1);
	assert_int_equal(pp_pin_write(&archive, "both", &ids[1], 2, &err), 0);
	check("@both", 0, (struct heap){4, 0, 1});
}

static void what_tells_of_a_time_is_refused(void **state PP_UNUSED)
{
	struct pp_delta d;
	struct pp_profile p;
	struct pp_err err;

	add_other("cpu", "", seconds(1), 0, 1);
	add_other("alloc_space", "", seconds(2), seconds(10), 1);
	assert_int_equal(delta_of("{profile_type=~\"process_cpu.*\"}", 0, &p, &d, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	assert_non_null(strstr(err.msg, "process_cpu:cpu:count"));
	assert_int_equal(delta_of("{profile_type=~\"memory.*\"}", 0, &p, &d, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	assert_non_null(strstr(err.msg, "what happened in 10s"));
	assert_int_equal(delta_of("{}", 0, &p, &d, &err), -1);
	assert_non_null(strstr(err.msg, "several types"));
}

static void one_of_a_time_is_no_base(void **state PP_UNUSED)
{
	add_other("delay", "", seconds(1), 0, 10);
	add_other("delay", "", seconds(2), seconds(10), 3);
	add_other("delay", "", seconds(3), 0, 15);
	check("{}@@3..", 0, (struct heap){5, 0, 0});
}

static void states_are_as_they_are_last(void **state PP_UNUSED)
{
	add_other("goroutine", "instance=x", seconds(1), 0, 10);
	add_other("goroutine", "instance=y", seconds(1), 0, 7);
	check("{}", 0, (struct heap){17, 0, 0}); /* one each is enough */
	add_other("goroutine", "instance=x", seconds(2), 0, 3);
	assert_int_equal(check("{}", 0, (struct heap){10, 0, 0}).restarts, 0);
}

static void types_are_known_by_name(void **state PP_UNUSED)
{
	static const struct {
		const char *name;
		enum pp_type_kind kind;
	} all[] = {{"alloc_space", PP_KIND_COUNTER}, {"alloc_objects", PP_KIND_COUNTER},
		   {"contentions", PP_KIND_COUNTER}, {"delay", PP_KIND_COUNTER},
		   {"inuse_space", PP_KIND_STATE},   {"goroutine", PP_KIND_STATE},
		   {"threadcreate", PP_KIND_STATE},  {"cpu", PP_KIND_EVENTS},
		   {"samples", PP_KIND_EVENTS},	     {"cpu2", PP_KIND_OTHER},
		   {"inuse", PP_KIND_OTHER},	     {"", PP_KIND_OTHER}};

	for (size_t i = 0; i < PP_ARRAY_LEN(all); i++)
		PP_CHECK_MSG(pp_type_kind(pp_str_of(all[i].name)) == all[i].kind, all[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_last_less_the_one_before, begin, finish),
		cmocka_unit_test_setup_teardown(without_one_before_the_first_is_taken, begin,
						finish),
		cmocka_unit_test_setup_teardown(the_one_before_may_be_old, begin, finish),
		cmocka_unit_test_setup_teardown(one_alone_says_nothing, begin, finish),
		cmocka_unit_test_setup_teardown(a_restart_is_bridged, begin, finish),
		cmocka_unit_test_setup_teardown(another_build_is_a_restart, begin, finish),
		cmocka_unit_test_setup_teardown(what_counts_backwards_is_none, begin, finish),
		cmocka_unit_test_setup_teardown(places_are_apart_and_added_up, begin, finish),
		cmocka_unit_test_setup_teardown(an_id_and_a_pin_name_what_is_new_in_them, begin,
						finish),
		cmocka_unit_test_setup_teardown(what_tells_of_a_time_is_refused, begin, finish),
		cmocka_unit_test_setup_teardown(one_of_a_time_is_no_base, begin, finish),
		cmocka_unit_test_setup_teardown(states_are_as_they_are_last, begin, finish),
		cmocka_unit_test(types_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
