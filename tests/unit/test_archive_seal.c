/* SPDX-License-Identifier: Apache-2.0 */
/* What reports make of segments is what they make of the profiles that went in; without those that
 * are damaged, which are named, and of which `fsck --repair` keeps what is left. */
#include <config.h>

#include "unit.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/add.h"
#include "archive/fsck.h"
#include "archive/load.h"
#include "archive/seal.h"
#include "archive/segment_place.h"
#include "archive/tags.h"
#include "base/alloc.h"
#include "few_stacks.h"
#include "oracle_merge.h"
#include "pprof/encode.h"
#include "pprof/read.h"
#include "profile/merge.h"
#include "random_profile.h"

#define ROUNDS	  20
#define ADDED_MAX 40
#define FIRST	  (500000 * PP_HOUR_NSEC)

static char directory[] = "/tmp/pyroprof-seal-XXXXXX";
static struct pp_archive archive;

/* What was added, and how to find it. */
static struct added {
	struct pp_profile profile;
	struct pp_id id;
	int64_t hour;
	bool is_a, is_tagged;
} added[ADDED_MAX];
static uint32_t nadded;

static int begin(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	bool fresh;

	(void)state;
	strcpy(directory + sizeof(directory) - 7, "XXXXXX"); /* pp-allow: room for them is there */
	if (!mkdtemp(directory) || pp_archive_init(directory, &fresh, &err) || !fresh ||
	    pp_archive_open(&archive, directory, &err) || pp_archive_lock(&archive, &err))
		return -1;
	nadded = 0;
	return 0;
}

static int finish(void **state)
{
	char *const paths[] = {directory, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL, NULL);

	(void)state;
	pp_archive_close(&archive);
	for (FTSENT *e = fts_read(fts); e; e = fts_read(fts)) {
		if (e->fts_info != FTS_D)
			remove(e->fts_accpath);
	}
	fts_close(fts);
	for (uint32_t i = 0; i < nadded; i++)
		pp_profile_release(&added[i].profile);
	return 0;
}

/* A merge takes its profiles over: work with copies. */
static void copy(struct pp_profile *to, const struct pp_profile *from)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf bytes = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;

	pp_pprof_encode(from, &bytes);
	if (pp_pprof_read_bytes(to, (uint8_t *)bytes.p, bytes.n, NULL, &err))
		fail_msg("%s", err.msg);
}

/* Profiles of three hours, so many apart, one service or two, and some processes, with and without
 * mappings. */
static void add(uint64_t *seed, size_t services, int64_t apart)
{
	struct pp_entry_labels labels = {0};
	struct added *to = &added[nadded];
	struct pp_err err = PP_ERR_INIT;
	struct pp_added result;

	make_few(&to->profile, seed, below(seed, 3) > 0, below(seed, 4) == 0);
	to->hour = (int64_t)below(seed, 3) * apart;
	to->profile.time_nanos =
		FIRST + to->hour * PP_HOUR_NSEC + (int64_t)below(seed, 3600) * 1000;
	to->is_a = below(seed, services) == 0;
	to->is_tagged = false;
	assert_int_equal(pp_entry_labels_parse(&labels, to->is_a ? "service=a" : "service=b", &err),
			 0);
	assert_int_equal(pp_entry_labels_parse(&labels, below(seed, 2) ? "pid=1" : "pid=2", &err),
			 0);
	if (pp_archive_add(&archive, &to->profile, PP_STR_LIT("x"), &labels, &result, &err))
		fail_msg("%s", err.msg);
	pp_entry_labels_release(&labels);
	to->id = result.id;
	if (result.fresh)
		nadded++;
	else
		pp_profile_release(&to->profile);
}

static void tag(uint32_t i)
{
	struct pp_entry_labels labels = {0};
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_entry_labels_parse(&labels, "env=prod", &err), 0);
	if (pp_tags_write(&archive, &added[i].id, &labels, &err))
		fail_msg("%s", err.msg);
	pp_entry_labels_release(&labels);
	added[i].is_tagged = true;
}

static void count(void *context, const struct pp_sealed *s)
{
	(void)s;
	++*(uint32_t *)context;
}

static void nothing_is_damaged(void *context, const char *what)
{
	(void)context;
	fail_msg("%s", what);
}

static uint32_t seal(void)
{
	uint32_t n = 0;
	struct pp_seal s = {.archive = &archive,
			    .all = true,
			    .sealed = count,
			    .damaged = nothing_is_damaged,
			    .context = &n};
	struct pp_err err = PP_ERR_INIT;

	if (pp_seal(&s, &err))
		fail_msg("%s", err.msg);
	return n;
}

typedef bool wanted_fn(const struct added *a);

static bool is_any(const struct added *a)
{
	return a->hour >= 0;
}

static bool is_a(const struct added *a)
{
	return a->is_a;
}

static bool is_tagged(const struct added *a)
{
	return a->is_tagged;
}

static bool is_late(const struct added *a)
{
	return a->hour > 0;
}

static void named(void *context, const char *what)
{
	char **to = context;

	free(*to);
	*to = pp_xstrdup(what);
}

/* What a selector finds, as a report has it; *damaged: the file that was left out. */
static void load(struct pp_profile *p, const char *selector, char **damaged)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_selector s;
	struct pp_want want = {.selector = &s};
	struct pp_list list;

	assert_int_equal(pp_selector_parse(&s, selector, 0, &err), 0);
	if (pp_archive_load(p, &list, &archive, &want, named, damaged, &err))
		fail_msg("%s: %s", selector, err.msg);
	pp_list_release(&list);
	pp_selector_release(&s);
}

static void assert_same(const struct pp_profile *a, const struct pp_profile *b)
{
	struct oracle_samples x, y;

	oracle_samples_init(&x, 2);
	oracle_samples_init(&y, 2);
	oracle_samples_add(&x, a, 1, false);
	oracle_samples_add(&y, b, 1, false);
	assert_true(oracle_samples_equal(&x, &y));
	oracle_samples_release(&x);
	oracle_samples_release(&y);
	assert_int_equal(a->time_nanos, b->time_nanos);
	assert_int_equal(a->duration_nanos, b->duration_nanos);
	assert_int_equal(a->nsamples, b->nsamples);
	assert_null(oracle_merged_wrong(b));
}

static void check(const char *selector, wanted_fn *wanted, char **damaged)
{
	struct pp_profile in[ADDED_MAX], merged, sum;
	struct pp_err err = PP_ERR_INIT;
	uint32_t n = 0;

	for (uint32_t i = 0; i < nadded; i++) {
		if (wanted(&added[i]))
			copy(&in[n++], &added[i].profile);
	}
	if (n < 2) { /* which is shown as it is */
		for (uint32_t i = 0; i < n; i++)
			pp_profile_release(&in[i]);
		return;
	}
	if (pp_profile_merge(&merged, in, n, &err))
		fail_msg("%s", err.msg);
	load(&sum, selector, damaged);
	assert_same(&merged, &sum);
	pp_profile_release(&merged);
	pp_profile_release(&sum);
}

/* All of it sealed, or sealed in two goes, or the last ones loose. */
static void segments_add_up_to_what_went_in(void **state)
{
	uint64_t seed = 31;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char *damaged = NULL;

		for (size_t n = 2 + below(&seed, ADDED_MAX / 2 - 2); n; n--)
			add(&seed, 2, 1);
		seal();
		for (size_t n = below(&seed, ADDED_MAX / 2); n && round % 3; n--)
			add(&seed, 2, 1);
		if (round % 3 == 1)
			seal();
		for (uint32_t i = 0; i < nadded && round % 2; i += 3)
			tag(i);
		check("{}", is_any, &damaged);
		check("{service=\"a\"}", is_a, &damaged);
		check("{env=\"prod\"}", is_tagged, &damaged);
		check("{}@@1800003600..", is_late, &damaged);
		assert_null(damaged);
		assert_int_equal(finish(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

/* What is listed of the newest is the end of what is listed of all, though not all is read. */
static void the_newest_are_those_at_the_end(void **state)
{
	uint64_t seed = 41;
	struct pp_want want = {.last = 0};
	struct pp_err err = PP_ERR_INIT;
	struct pp_list all, last;

	(void)state;
	while (nadded < ADDED_MAX / 2)
		add(&seed, 2, 30); /* of three days */
	seal();
	while (nadded < ADDED_MAX)
		add(&seed, 2, 30);
	assert_int_equal(pp_list_entries(&all, &archive, &want, &err), 0);
	assert_int_equal(all.n, nadded);
	for (uint32_t n = 1; n <= all.n + 1; n++) {
		uint32_t kept = n < all.n ? n : all.n;

		want.last = n;
		assert_int_equal(pp_list_entries(&last, &archive, &want, &err), 0);
		assert_int_equal(last.n, kept);
		for (uint32_t i = 0; i < kept; i++)
			assert_memory_equal(&last.items[i].entry.id,
					    &all.items[all.n - kept + i].entry.id,
					    sizeof(struct pp_id));
		pp_list_release(&last);
	}
	for (uint32_t i = 1; i < all.n; i++)
		assert_true(all.items[i - 1].entry.start <= all.items[i].entry.start);
	pp_list_release(&all);
}

/* The segment of an hour: its path, owned by the caller. */
static char *segment_of(int64_t hour)
{
	PP_CLEANUP(pp_freep) char *seg = pp_xasprintf("%s/seg", directory);
	char *const paths[] = {seg, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL, NULL);
	char *found = NULL;
	int64_t of_day;

	for (FTSENT *e = fts_read(fts); e; e = fts_read(fts)) {
		if (e->fts_info != FTS_F || !pp_segment_hour(e->fts_name, &of_day) ||
		    of_day != (FIRST / PP_HOUR_NSEC + hour) % 24)
			continue;
		free(found);
		found = pp_xstrdup(e->fts_path);
	}
	fts_close(fts);
	assert_non_null(found);
	return found;
}

/* Change the byte so far from the end of a file. */
static void damage(const char *path, long from_end)
{
	assert_int_equal(chmod(path, 0600), 0);
	FILE *f = fopen(path, "r+");

	assert_non_null(f);
	assert_int_equal(fseek(f, -from_end, SEEK_END), 0);
	int byte = fgetc(f);
	assert_int_equal(fseek(f, -from_end, SEEK_END), 0);
	fputc(byte ^ 1, f);
	fclose(f);
}

/* Of three hours with one service, so that there is one segment of each. */
static void seal_hours(void)
{
	uint64_t seed = 7;

	while (nadded < ADDED_MAX / 2)
		add(&seed, 1, 1);
	assert_int_equal(seal(), 3);
}

static void a_damaged_segment_is_named_and_left_out(void **state)
{
	char *what = NULL;

	(void)state;
	seal_hours();
	PP_CLEANUP(pp_freep) char *path = segment_of(0);
	damage(path, 40); /* in the last column of values */
	for (uint32_t i = 0; i < nadded; i++)
		added[i].is_a &= added[i].hour > 0;
	check("{service=\"a\"}", is_a, &what);
	assert_non_null(what);
	assert_non_null(strstr(what, path + strlen(directory) + 1));
	assert_non_null(strstr(what, "is damaged"));
	free(what);
}

static void all_damaged_is_an_error(void **state)
{
	struct pp_selector s;
	struct pp_want want = {.selector = &s};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	struct pp_list list;
	char *what = NULL;

	(void)state;
	seal_hours();
	PP_CLEANUP(pp_freep) char *path = segment_of(2);
	damage(path, 40);
	assert_int_equal(pp_selector_parse(&s, "{service=\"a\"}@@1800007200..", 0, &err), 0);
	assert_int_equal(pp_archive_load(&p, &list, &archive, &want, named, &what, &err), -1);
	assert_int_equal(err.kind, PP_ERR_FORMAT);
	assert_non_null(strstr(err.msg, path + strlen(directory) + 1));
	assert_null(what);
	pp_list_release(&list);
	pp_selector_release(&s);
}

static void tell(void *context, const char *file, const char *why, bool stray)
{
	(void)context;
	(void)file;
	(void)why;
	assert_false(stray);
}

static struct pp_fsck repair(void)
{
	struct pp_fsck f = {.archive = &archive, .repair = true, .tell = tell};
	struct pp_err err = PP_ERR_INIT;

	if (pp_fsck(&f, &err))
		fail_msg("%s", err.msg);
	return f;
}

/* Whatever is damaged, what a repair keeps is what it was. */
static void entries_of_a_damaged_segment_are_rescued(void **state)
{
	struct pp_fsck f = {.archive = &archive, .ids = true, .tell = tell};
	struct stat st = {.st_size = 1};
	char *what = NULL;

	for (long at = 1; at <= st.st_size; at += 37) {
		seal_hours();
		PP_CLEANUP(pp_freep) char *path = segment_of(1);
		assert_int_equal(stat(path, &st), 0);
		damage(path, at);
		struct pp_fsck repaired = repair();
		assert_int_equal(repaired.damaged, 1);
		assert_int_equal(repaired.moved, 1);
		assert_int_equal(access(path, F_OK), -1);
		if (at == 1) { /* in the checksum of the file, so that nothing else is wrong */
			check("{service=\"a\"}", is_a, &what);
			assert_null(what);
		}
		struct pp_err err = PP_ERR_INIT;
		assert_int_equal(pp_fsck(&f, &err), 0);
		assert_int_equal(f.damaged, 0);
		assert_int_equal(finish(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(segments_add_up_to_what_went_in),
		TEST(the_newest_are_those_at_the_end),
		TEST(a_damaged_segment_is_named_and_left_out),
		TEST(all_damaged_is_an_error),
		TEST(entries_of_a_damaged_segment_are_rescued),
	};

	return cmocka_run_group_tests_name("sealed archives", tests, NULL, NULL);
}
