/* SPDX-License-Identifier: Apache-2.0 */
/* An archive in a directory of its own: adding, finding, loading; and what must not get through. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/add.h"
#include "archive/fsck.h"
#include "archive/load.h"
#include "archive/object.h"
#include "archive/pins.h"
#include "archive/place.h"
#include "archive/tags.h"
#include "archive/textfile.h"
#include "base/alloc.h"
#include "profile/builder.h"
#include "profile/samples.h"

static char directory[] = "/tmp/pyroprof-archive-XXXXXX";
static struct pp_archive archive;

static int begin(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	bool fresh;

	(void)state;
	strcpy(directory + sizeof(directory) - 7, "XXXXXX"); /* pp-allow: room for them is there */
	if (!mkdtemp(directory) || pp_archive_init(directory, &fresh, &err) || !fresh ||
	    pp_archive_open(&archive, directory, &err))
		return -1;
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
	return 0;
}

/* One stack, whose samples have the label `tenant` "a" or "b" in turn; the first value is `value`.
 */
static void make(struct pp_profile *p, const char *type, int64_t time, int64_t value, uint32_t n)
{
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, type, "nanoseconds");
	uint32_t name = pp_builder_string(&b, PP_STR_LIT("work"));
	uint32_t function = pp_builder_function(&b, name, name, 0, 1);
	const struct pp_line line = {.function = function, .line = 1};
	uint32_t location = pp_builder_location(&b, PP_NONE, 0, &line, 1);
	for (uint32_t i = 0; i < n; i++) {
		const struct pp_builder_label labels[] = {
			{.key = pp_builder_string(&b, PP_STR_LIT("tenant")),
			 .str = pp_builder_string(&b, i % 2 ? PP_STR_LIT("b") : PP_STR_LIT("a"))},
			{.key = pp_builder_string(&b, PP_STR_LIT("pid")), .num = 42}};
		pp_builder_sample(&b, &location, 1, &value, labels, 2);
	}
	b.head.time_nanos = time;
	b.head.duration_nanos = 5;
	if (pp_builder_finish(&b, p, &err))
		fail_msg("%s", err.msg);
	pp_builder_release(&b);
}

static struct pp_added add(const char *type, int64_t time, int64_t value, const char *label)
{
	struct pp_entry_labels labels = {0};
	struct pp_err err = PP_ERR_INIT;
	struct pp_added added;
	struct pp_profile p;

	make(&p, type, time, value, 4);
	if (label)
		assert_int_equal(pp_entry_labels_parse(&labels, label, &err), 0);
	if (pp_archive_add(&archive, &p, PP_STR_LIT("as received"), &labels, &added, &err))
		fail_msg("%s", err.msg);
	pp_entry_labels_release(&labels);
	pp_profile_release(&p);
	return added;
}

/* What a selector finds; the error if it cannot be listed. */
static uint32_t find(const char *text, struct pp_list *list, struct pp_err *err)
{
	struct pp_selector s;
	struct pp_want want = {.selector = &s};

	*err = (struct pp_err)PP_ERR_INIT;
	if (pp_selector_parse(&s, text, 0, err))
		fail_msg("%s", err->msg);
	int rc = pp_list_entries(list, &archive, &want, err);
	pp_selector_release(&s);
	return rc ? 0 : list->n;
}

static uint32_t found(const char *text)
{
	struct pp_list list;
	struct pp_err err;
	uint32_t n = find(text, &list, &err);

	pp_list_release(&list);
	return n;
}

static void adding_again_changes_nothing(void **state)
{
	(void)state;
	struct pp_added first = add("cpu", 1000, 7, NULL), again = add("cpu", 1000, 7, NULL);

	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_memory_equal(&first.id, &again.id, sizeof(first.id));
	assert_int_equal(found("{}"), 1);
	assert_true(add("cpu", 1000, 7, "service=api").fresh);
	assert_int_equal(found("{}"), 2);
}

static void an_entry_says_what_its_profile_says(void **state)
{
	(void)state;
	struct pp_added added = add("cpu", 1000, 7, "service=api");
	struct pp_list list;
	struct pp_err err;

	assert_int_equal(find("{}", &list, &err), 1);
	const struct pp_entry *e = &list.items[0].entry;
	const struct pp_entry_labels *l = &e->series->labels;
	assert_memory_equal(&e->id, &added.id, sizeof(e->id));
	assert_int_equal(e->start, 1000);
	assert_int_equal(e->duration, 5);
	assert_int_equal(e->samples, 4);
	assert_int_equal(e->profiles, 1);
	assert_int_equal(e->totals[0], 28);
	assert_string_equal(pp_entry_labels_get(l, "service"), "api");
	assert_string_equal(pp_entry_labels_get(l, "profile_type"),
			    "process_cpu:cpu:nanoseconds::");
	assert_string_equal(pp_entry_labels_get(l, "pid"), "42"); /* all samples agree */
	assert_false(pp_entry_labels_has(l, "tenant"));		  /* they do not */
	assert_int_equal(e->series->nkeys, 2);
	assert_string_equal(e->series->keys[0], "pid");
	assert_string_equal(e->series->keys[1], "tenant");
	pp_list_release(&list);
}

static void selectors_find(void **state)
{
	static const struct {
		const char *selector;
		uint32_t n;
	} cases[] = {
		{"{}", 3},
		{"{service=\"api\"}", 2},
		{"{service!=\"api\"}", 1},
		{"{service=~\"a.*|w.*\"}", 3},
		{"{service=\"api\"}@latest", 1},
		{"@latest", 1},
		{"{nothing=\"\"}", 3},
		{"{nothing=\"x\"}", 0},
		{"{tenant=\"a\"}", 3}, /* of samples: which of them is seen when they are loaded */
		{"@@0..@3", 2},
		{"@@2..", 2},
	};

	(void)state;
	add("cpu", 1000000000, 7, "service=api");
	add("cpu", 2000000000, 7, "service=api");
	add("cpu", 3000000000, 7, "service=web");
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++)
		PP_CHECK_MSG(found(cases[i].selector) == cases[i].n, cases[i].selector);
}

static void digits_of_an_id_find_it(void **state)
{
	(void)state;
	struct pp_added added = add("cpu", 1, 7, NULL);
	char hex[PP_SHA256_HEX], text[PP_SHA256_HEX + 1];
	struct pp_list list;
	struct pp_err err;

	for (int64_t i = 0; i < 20; i++)
		add("cpu", 2 + i, 7, NULL);
	pp_sha256_hex(hex, added.id.bytes);
	snprintf(text, sizeof(text), "@%.8s", hex);
	assert_int_equal(found(text), 1);
	snprintf(text, sizeof(text), "@%s", hex);
	assert_int_equal(found(text), 1);
	assert_int_equal(find("@0123456789abcdef", &list, &err), 0);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_list_release(&list);
	assert_int_equal(find("@no-such-pin", &list, &err), 0);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_list_release(&list);
}

static int load(const char *text, struct pp_profile *p, struct pp_err *err)
{
	struct pp_selector s;
	struct pp_want want = {.selector = &s};
	struct pp_list list;

	*err = (struct pp_err)PP_ERR_INIT;
	assert_int_equal(pp_selector_parse(&s, text, 0, err), 0);
	int rc = pp_archive_load(p, &list, &archive, &want, NULL, NULL, err);
	pp_list_release(&list);
	pp_selector_release(&s);
	return rc;
}

static int64_t sum(const struct pp_profile *p)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	int64_t total = 0;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s))
			total += s.values[0];
		pp_samples_release(&it);
	}
	return total;
}

static void what_is_found_is_added_up(void **state)
{
	(void)state;
	struct pp_profile p;
	struct pp_err err;

	for (int64_t i = 0; i < 200; i++) /* several batches */
		add("cpu", 1 + i, i, NULL);
	assert_int_equal(load("{}", &p, &err), 0);
	assert_int_equal(sum(&p), 4 * 199 * 200 / 2);
	assert_int_equal(p.nsamples, 2);
	assert_int_equal(p.duration_nanos, 5 * 200);
	pp_profile_release(&p);
	assert_int_equal(load("{tenant=\"a\"}", &p, &err), 0);
	assert_int_equal(sum(&p), 2 * 199 * 200 / 2);
	pp_profile_release(&p);
	assert_int_equal(load("{tenant!~\"a|b\"}", &p, &err), 0);
	assert_int_equal(sum(&p), 0);
	pp_profile_release(&p);
}

static void what_cannot_be_found_is_explained(void **state)
{
	(void)state;
	struct pp_profile p;
	struct pp_err err;

	assert_int_equal(load("{}", &p, &err), -1);
	assert_non_null(strstr(err.msg, "is empty"));
	add("cpu", 1, 7, "service=api");
	assert_int_equal(load("{service=\"web\"}", &p, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "label service is api"));
	assert_int_equal(load("{srvice=\"api\"}", &p, &err), -1);
	assert_non_null(strstr(err.msg, "no label srvice, but host, pid, profile_type, service"));
	add("delay", 1, 7, NULL);
	assert_int_equal(load("{}", &p, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	assert_non_null(strstr(err.msg, "several types"));
}

/* Read, flip, write: pieces of a path that is known to be ours. */
static void flip(const char *path, size_t at, uint8_t mask)
{
	/* what is nobody's to write to is still the owner's */
	int fd = chmod(path, 0600) < 0 ? -1 : open(path, O_RDWR | O_CLOEXEC);
	uint8_t byte = 0;

	assert_true(fd >= 0 && pread(fd, &byte, 1, (off_t)at) == 1);
	byte ^= mask;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

static void tell(void *context, const char *file, const char *why, bool stray)
{
	(void)why;
	if (!stray)
		*(char **)context = pp_xstrdup(file);
}

static void check_flips(const char *file)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/%s", directory, file);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	for (size_t at = 0; at < (size_t)st.st_size; at++) {
		char *named = NULL;
		struct pp_fsck f = {.archive = &archive, .tell = tell, .context = &named};
		struct pp_err err = PP_ERR_INIT;

		flip(path, at, (uint8_t)(1u << at % 8));
		if (pp_fsck(&f, &err))
			fail_msg("%s", err.msg);
		if (f.damaged != 1 || !named || strcmp(named, file) != 0)
			fail_msg("byte %zu of %s: nobody sees it", at, file);
		flip(path, at, (uint8_t)(1u << at % 8));
		free(named);
	}
}

static void every_flipped_byte_is_seen(void **state)
{
	(void)state;
	struct pp_added added = add("cpu", 1, 7, "service=api");
	struct pp_object_place place = pp_object_place(&added.id);
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%s/%s", place.dir, place.name);
	char hex[PP_SHA256_HEX];
	struct pp_entry_labels labels = {0};
	struct pp_err err = PP_ERR_INIT;

	pp_sha256_hex(hex, added.id.bytes);
	PP_CLEANUP(pp_freep) char *tags = pp_xasprintf("tags/%.2s/%s", hex, hex + 2);
	assert_int_equal(pp_pin_write(&archive, "release", &added.id, 1, &err), 0);
	assert_int_equal(pp_entry_labels_parse(&labels, "env=prod", &err), 0);
	assert_int_equal(pp_tags_write(&archive, &added.id, &labels, &err), 0);
	pp_entry_labels_release(&labels);
	check_flips(file);
	check_flips("pins/release");
	check_flips(tags);
}

static void damage_is_left_out_named_and_mended(void **state)
{
	(void)state;
	struct pp_added added = add("cpu", 1, 7, NULL);
	struct pp_object_place place = pp_object_place(&added.id);
	PP_CLEANUP(pp_freep)
	char *path = pp_xasprintf("%s/%s/%s", directory, place.dir, place.name);
	struct pp_list list;
	struct pp_err err;

	add("cpu", 2, 7, NULL);
	flip(path, 20, 1);
	assert_int_equal(find("{}", &list, &err), 1);
	assert_int_equal(list.ndamaged, 1);
	assert_non_null(strstr(list.damaged[0].what, place.name));
	pp_list_release(&list);
	/* adding it again puts a good one in its place */
	assert_true(add("cpu", 1, 7, NULL).fresh);
	assert_int_equal(found("{}"), 2);
	flip(path, 20, 1);
	char *named = NULL;
	struct pp_fsck f = {.archive = &archive, .repair = true, .tell = tell, .context = &named};
	assert_int_equal(pp_fsck(&f, &err), 0);
	assert_int_equal(f.moved, 1);
	free(named);
	assert_int_equal(found("{}"), 1);
	assert_int_equal(access(path, F_OK), -1);
}

/* A link to something of ours elsewhere is no object. */
static void links_are_not_followed(void **state)
{
	(void)state;
	struct pp_added added = add("cpu", 1, 7, NULL);
	struct pp_object_place place = pp_object_place(&added.id);
	PP_CLEANUP(pp_freep)
	char *path = pp_xasprintf("%s/%s/%s", directory, place.dir, place.name);
	PP_CLEANUP(pp_freep) char *away = pp_xasprintf("%s/tmp/away", directory);
	struct pp_list list;
	struct pp_err err;

	assert_int_equal(rename(path, away), 0);
	assert_int_equal(symlink(away, path), 0);
	assert_int_equal(find("{}", &list, &err), 0);
	assert_int_equal(list.ndamaged, 1);
	pp_list_release(&list);
}

static void tags_select_and_do_not_change_ids(void **state)
{
	(void)state;
	struct pp_added added = add("cpu", 1, 7, "service=api");
	struct pp_entry_labels labels = {0};
	struct pp_err err = PP_ERR_INIT;
	struct pp_list list;

	assert_int_equal(pp_entry_labels_parse(&labels, "env=pro\\d\nx", &err), 0);
	assert_int_equal(pp_entry_labels_parse(&labels, "service=other", &err), 0);
	assert_int_equal(pp_tags_write(&archive, &added.id, &labels, &err), 0);
	assert_int_equal(find("{env=\"pro\\\\d\\nx\",service=\"other\"}", &list, &err), 1);
	assert_string_equal(pp_entry_labels_get(&list.items[0].entry.series->labels, "service"),
			    "api");
	assert_memory_equal(&list.items[0].entry.id, &added.id, sizeof(added.id));
	pp_list_release(&list);
	pp_entry_labels_release(&labels);
	assert_int_equal(pp_tags_write(&archive, &added.id, &labels, &err), 0);
	assert_int_equal(found("{env=~\".+\"}"), 0);
	assert_false(add("cpu", 1, 7, "service=api").fresh);
}

static void pins_have_names_that_stay_in_their_place(void **state)
{
	static const char *const good[] = {"release-1.2", "v1", "abc", "_x", "LATEST"};
	static const char *const bad[] = {"",	     ".",      "..",   "../x", "a/b",  "-x",
					  ".hidden", "latest", "4f2a", "a b",  "a\nb", "\xc3\xa9"};
	struct pp_err err = PP_ERR_INIT;
	char longest[PP_PIN_NAME_MAX + 2];
	struct pp_strtab ids;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++)
		PP_CHECK_MSG(pp_pin_name_check(bad[i], &err) == -1, bad[i]);
	memset(longest, 'x', sizeof(longest));
	longest[PP_PIN_NAME_MAX + 1] = '\0';
	assert_int_equal(pp_pin_name_check(longest, &err), -1);
	struct pp_added added = add("cpu", 1, 7, NULL);
	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++)
		assert_int_equal(pp_pin_write(&archive, good[i], &added.id, 1, &err), 0);
	assert_int_equal(found("@release-1.2"), 1);
	pp_strtab_init(&ids);
	assert_int_equal(pp_pin_read(&archive, "v1", &ids, &err), 0);
	assert_int_equal(ids.count, 2);
	pp_strtab_release(&ids);
	assert_int_equal(pp_pin_remove(&archive, "v1", &err), 0);
	assert_int_equal(pp_pin_remove(&archive, "v1", &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
}

static void a_later_version_is_refused(void **state)
{
	(void)state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_archive other;
	bool fresh;

	assert_int_equal(pp_textfile_write(&archive, ".", "ARCHIVE", "pyroprof archive",
					   PP_STR_LIT("version 2\nsomething else\n"), false, &err),
			 0);
	assert_int_equal(pp_archive_open(&other, directory, &err), -1);
	assert_int_equal(err.kind, PP_ERR_UNSUPPORTED);
	pp_archive_close(&other);
	assert_int_equal(pp_archive_init(directory, &fresh, &err), -1);
	assert_int_equal(err.kind, PP_ERR_UNSUPPORTED);
}

static void what_is_no_archive_is_left_alone(void **state)
{
	(void)state;
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/tmp", directory);
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%s/letter", path);
	struct pp_err err = PP_ERR_INIT;
	struct pp_archive other;
	bool fresh;
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(pp_archive_init(path, &fresh, &err), -1);
	assert_non_null(strstr(err.msg, "it has 'letter'"));
	assert_int_equal(pp_archive_open(&other, path, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_archive_close(&other);
	/* one that is there stays the one that it is */
	assert_int_equal(pp_archive_init(directory, &fresh, &err), 0);
	assert_false(fresh);
}

static void a_generation_follows_another(void **state)
{
	(void)state;
	struct pp_generation a, b;
	struct pp_err err = PP_ERR_INIT;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(pp_archive_generation(&archive, &a, &err), 0);
		assert_int_equal(pp_archive_raise(&archive, &err), 0);
		assert_int_equal(pp_archive_generation(&archive, &b, &err), 0);
		assert_memory_not_equal(&a, &b, sizeof(a));
	}
}

/* Cut off anywhere, a record is refused. */
static void a_part_of_a_record_is_refused(void **state)
{
	(void)state;
	struct pp_buf record = PP_BUF_INIT;
	struct pp_err err;
	struct pp_list list;
	struct pp_series_pool pool;
	struct pp_entry e;

	add("cpu", 1, 7, "service=api");
	assert_int_equal(find("{}", &list, &err), 1);
	assert_int_equal(pp_entry_encode(&list.items[0].entry, &record, &err), 0);
	pp_list_release(&list);
	pp_series_pool_init(&pool);
	for (size_t n = 0; n < record.n; n++) {
		char *exact = pp_xcalloc(n + 1, 1); /* so that reading beyond it is noticed */

		memcpy(exact, record.p, n);
		assert_int_equal(pp_entry_decode(&e, (struct pp_str){exact, n}, &pool, &err), -1);
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		pp_entry_release(&e);
		free(exact);
	}
	assert_int_equal(pp_entry_decode(&e, pp_buf_view(&record), &pool, &err), 0);
	pp_entry_release(&e);
	pp_series_pool_release(&pool);
	pp_buf_release(&record);
}

static void files_are_the_owners_only(void **state)
{
	(void)state;
	struct pp_added added = add("cpu", 1, 7, NULL);
	struct pp_object_place place = pp_object_place(&added.id);
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("%s/%s", directory, place.dir);
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/%s", dir, place.name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	struct pp_names left;
	struct pp_err err;
	assert_int_equal(pp_place_names(&archive, "tmp", &left, &err), 0);
	assert_int_equal(left.n, 0);
	pp_names_release(&left);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(adding_again_changes_nothing),
		TEST(an_entry_says_what_its_profile_says),
		TEST(selectors_find),
		TEST(digits_of_an_id_find_it),
		TEST(what_is_found_is_added_up),
		TEST(what_cannot_be_found_is_explained),
		TEST(every_flipped_byte_is_seen),
		TEST(damage_is_left_out_named_and_mended),
		TEST(links_are_not_followed),
		TEST(tags_select_and_do_not_change_ids),
		TEST(pins_have_names_that_stay_in_their_place),
		TEST(a_later_version_is_refused),
		TEST(what_is_no_archive_is_left_alone),
		TEST(a_generation_follows_another),
		TEST(a_part_of_a_record_is_refused),
		TEST(files_are_the_owners_only),
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
