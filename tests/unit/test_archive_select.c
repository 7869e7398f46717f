/* SPDX-License-Identifier: Apache-2.0 */
/* archive/: labels, times and selectors as people write them. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/labels.h"
#include "archive/selector.h"
#include "archive/when.h"
#include "base/clock.h"
#include "base/compiler.h"

#define NOW (1700000000LL * PP_NSEC_PER_SEC) /* 2023-11-14T22:13:20Z */

static const char *label(struct pp_entry_labels *l, const char *text)
{
	struct pp_err err = PP_ERR_INIT;

	if (pp_entry_labels_parse(l, text, &err) == 0)
		return "";
	assert_true(err.msg[0]);
	return "refused";
}

static void labels_are_kept_in_order(void **state)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels l = {.pair = NULL};
	PP_CLEANUP(pp_buf_release) struct pp_buf shown = PP_BUF_INIT;

	(void)state;
	assert_string_equal(label(&l, "version=1.4.2"), "");
	assert_string_equal(label(&l, "env=prod"), "");
	assert_string_equal(label(&l, "k8s.pod=x=y"), "");
	assert_string_equal(label(&l, "env=dev"), "");
	pp_entry_labels_print(&l, &shown);
	assert_string_equal(shown.p, "{env=\"dev\",k8s.pod=\"x=y\",version=\"1.4.2\"}");
	assert_string_equal(label(&l, "env="), "");
	assert_false(pp_entry_labels_has(&l, "env"));
	assert_string_equal(pp_entry_labels_get(&l, "env"), "");
	assert_string_equal(pp_entry_labels_get(&l, "version"), "1.4.2");
}

static void labels_that_are_none_are_refused(void **state)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels l = {.pair = NULL};
	static const char *const bad[] = {"",	    "=",     "=x",     "x",	"1a=x",
					  "a-b=x",  "a/b=x", "../x=y", "a b=x", "\xc3\xa4=x",
					  "a=\xff", ".a=x",  "a\n=x"};
	char text[16];

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++)
		PP_CHECK_MSG(strcmp(label(&l, bad[i]), "refused") == 0, bad[i]);
	assert_int_equal(l.n, 0);
	for (int i = 0; i < PP_ENTRY_LABELS_MAX; i++) {
		snprintf(text, sizeof(text), "k%d=v", i);
		assert_string_equal(label(&l, text), "");
	}
	assert_string_equal(label(&l, "one=more"), "refused");
	assert_string_equal(label(&l, "k0=changed"), "");
}

static void labels_have_bounds(void **state)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels l = {.pair = NULL};
	struct pp_err err = PP_ERR_INIT;
	char *long_one = malloc(PP_ENTRY_VALUE_MAX + 2);

	(void)state;
	memset(long_one, 'a', PP_ENTRY_VALUE_MAX + 2);
	assert_int_equal(pp_entry_labels_set(&l, (struct pp_str){long_one, PP_ENTRY_KEY_MAX},
					     (struct pp_str){long_one, PP_ENTRY_VALUE_MAX}, &err),
			 0);
	assert_int_equal(pp_entry_labels_set(&l, (struct pp_str){long_one, PP_ENTRY_KEY_MAX + 1},
					     PP_STR_LIT("x"), &err),
			 -1);
	assert_int_equal(pp_entry_labels_set(&l, PP_STR_LIT("x"),
					     (struct pp_str){long_one, PP_ENTRY_VALUE_MAX + 1},
					     &err),
			 -1);
	assert_int_equal(l.n, 1);
	free(long_one);
}

static void times_are_understood(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {{"2023-11-14T22:13:20Z", 1700000000},
		    {"2023-11-14t22:13:20z", 1700000000},
		    {"2023-11-14T23:13:20+01:00", 1700000000},
		    {"2023-11-14T16:43:20-05:30", 1700000000},
		    {"2023-11-14T22:13:20.999Z", 1700000000},
		    {"2023-11-14 22:13:20", 1700000000},
		    {"2023-11-14 22:13", 1699999980},
		    {"2023-11-14", 1699920000},
		    {"2024-02-29", 1709164800},
		    {"22:13", 1699999980},
		    {"22:13:20", 1700000000},
		    {"now", 1700000000},
		    {"now-1h", 1699996400},
		    {"now+1h30m", 1700005400},
		    {"today", 1699920000},
		    {"yesterday", 1699833600},
		    {"yesterday+12h", 1699876800},
		    {"2023-11-14T22:13:20Z-20s", 1699999980},
		    {"2023-11-14T22:13:20+10h", 1700036000},
		    {"@1700000000", 1700000000},
		    {"@1700000000.5-1s", 1699999999}};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		struct pp_err err = PP_ERR_INIT;
		int64_t ns = 0;

		if (pp_when_parse(pp_str_of(good[i].text), NOW, &ns, &err))
			fail_msg("'%s': %s", good[i].text, err.msg);
		PP_CHECK_MSG(ns / PP_NSEC_PER_SEC == good[i].seconds, good[i].text);
	}
}

static void fractions_of_a_second_count(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	int64_t ns;

	(void)state;
	assert_int_equal(pp_when_parse(PP_STR_LIT("@1.000000001999"), NOW, &ns, &err), 0);
	assert_true(ns == 1000000001);
	assert_int_equal(pp_when_parse(PP_STR_LIT("1970-01-01T00:00:02.25Z"), NOW, &ns, &err), 0);
	assert_true(ns == 2250000000);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {"",
					  "noon",
					  "24:00",
					  "14",
					  "14:0",
					  "14:00x",
					  "2023-13-01",
					  "2023-02-29",
					  "2023-11-14T",
					  "now-",
					  "now-1x",
					  "now 1h",
					  "now-1h-1h",
					  "@",
					  "@x",
					  "@99999999999999999999",
					  "99999-01-01",
					  "1969-01-01",
					  "now-999999999h"};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		struct pp_err err = PP_ERR_INIT;
		int64_t ns;

		PP_CHECK_MSG(pp_when_parse(pp_str_of(bad[i]), NOW, &ns, &err) == -1, bad[i]);
		PP_CHECK_MSG(err.kind == PP_ERR_USAGE, bad[i]);
	}
}

static void ranges_may_be_open(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_range r;

	(void)state;
	assert_int_equal(pp_range_parse(PP_STR_LIT("now-1h.."), NOW, &r, &err), 0);
	assert_true(r.from == NOW - 3600 * PP_NSEC_PER_SEC && r.until == INT64_MAX);
	assert_int_equal(pp_range_parse(PP_STR_LIT("..now"), NOW, &r, &err), 0);
	assert_true(r.from == INT64_MIN && r.until == NOW);
	assert_int_equal(pp_range_parse(PP_STR_LIT(".."), NOW, &r, &err), 0);
	assert_int_equal(pp_range_parse(PP_STR_LIT("22:13:20.5..now+1s"), NOW, &r, &err), 0);
	assert_true(r.from == NOW + PP_NSEC_PER_SEC / 2);
	assert_int_equal(pp_range_parse(PP_STR_LIT("now..now-1s"), NOW, &r, &err), -1);
	assert_int_equal(pp_range_parse(PP_STR_LIT("now"), NOW, &r, &err), -1);
	assert_int_equal(pp_range_parse(PP_STR_LIT("a..b"), NOW, &r, &err), -1);
}

/* What the selector `text` says of {service_name="api",version="1.4.2"} and an instant. */
static const char *answer(const char *text, int64_t start)
{
	static const char *const in_samples[] = {"thread"};
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels l = {.pair = NULL};
	PP_CLEANUP(pp_selector_release) struct pp_selector s;
	struct pp_err err = PP_ERR_INIT;

	label(&l, "service_name=api");
	label(&l, "version=1.4.2");
	if (pp_selector_parse(&s, text, NOW, &err))
		return err.kind == PP_ERR_USAGE && err.msg[0] ? "wrong" : "odd";
	return pp_selector_fits(&s, &l, in_samples, 1, start) ? "yes" : "no";
}

static void selectors_choose(void **state)
{
	static const struct {
		const char *text, *answer;
	} all[] = {{"{}", "yes"},
		   {"{service_name=\"api\"}", "yes"},
		   {"{ service_name = \"api\" , }", "yes"},
		   {"{service_name='api'}", "yes"},
		   {"{service_name=`api`}", "yes"},
		   {"{service_name=\"ap\"}", "no"},
		   {"{service_name!=\"api\"}", "no"},
		   {"{service_name=~\"ap\"}", "no"},
		   {"{service_name=~\"a.*\"}", "yes"},
		   {"{version=~\"1\\\\.4.*\"}", "yes"},
		   {"{version=~\"1\\.4.*\"}", "yes"},
		   {"{version=~`1\\.4.*`}", "yes"},
		   {"{version!~\"1\\\\.4.*\"}", "no"},
		   {"{version!~\"2.*\",service_name=\"api\"}", "yes"},
		   {"{env=\"\"}", "yes"},
		   {"{env!=\"\"}", "no"},
		   {"{env!=\"dev\"}", "yes"},
		   {"{service_name=\"\\x61p\\u0069\"}", "yes"},
		   {"{thread=\"main\"}", "yes"},
		   {"{}@now-1h..", "yes"},
		   {"{}@now..", "yes"},
		   {"{}@..now", "no"},
		   {"@now-1h..", "yes"},
		   {"@2023-11-14 22:00..2023-11-14 22:30", "yes"},
		   {"{}@latest", "yes"},
		   {"@4f2a", "yes"}};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(all); i++) {
		const char *said = answer(all[i].text, NOW);

		if (strcmp(said, all[i].answer) != 0)
			fail_msg("%s: %s instead of %s", all[i].text, said, all[i].answer);
	}
}

static void selectors_that_are_wrong_are_refused(void **state)
{
	static const char *const bad[] = {"{",
					  "{a",
					  "{a=",
					  "{a=x}",
					  "{a=\"x}",
					  "{a=\"x\"",
					  "{a=\"x\" b=\"y\"}",
					  "{,}",
					  "{a==\"x\"}",
					  "{a~\"x\"}",
					  "{a!\"x\"}",
					  "{=\"x\"}",
					  "{a-b=\"x\"}",
					  "{a=~\"(\"}",
					  "{a=\"\\x6\"}",
					  "{a=\"\\u00\"}",
					  "{a=\"\\x00\"}",
					  "{a=\"\\",
					  "{}x",
					  "{}@",
					  "{}@4f2a",
					  "{}@x..y",
					  "@",
					  "api"};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++)
		PP_CHECK_MSG(strcmp(answer(bad[i], NOW), "wrong") == 0, bad[i]);
}

/* What is printed for any labels selects them. */
static void printed_labels_are_selectors(void **state)
{
	static const char *const values[] = {"plain",	     "with \"quotes\"", "back\\slash",
					     "new\nline",    "tab\t",		"\x1b[31mred",
					     "\xe2\x80\xae", "{}=,~!",		"'`"};
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(values); i++) {
		PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels l = {.pair = NULL};
		PP_CLEANUP(pp_buf_release) struct pp_buf shown = PP_BUF_INIT;
		PP_CLEANUP(pp_selector_release) struct pp_selector s;

		assert_int_equal(
			pp_entry_labels_set(&l, PP_STR_LIT("k"), pp_str_of(values[i]), &err), 0);
		pp_entry_labels_print(&l, &shown);
		for (size_t k = 0; k < shown.n; k++)
			PP_CHECK_MSG((unsigned char)shown.p[k] >= ' ', values[i]);
		if (pp_selector_parse(&s, shown.p, NOW, &err))
			fail_msg("%s: %s", shown.p, err.msg);
		assert_int_equal(s.n, 1);
		assert_string_equal(s.matcher[0].value, values[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_are_kept_in_order),
		cmocka_unit_test(labels_that_are_none_are_refused),
		cmocka_unit_test(labels_have_bounds),
		cmocka_unit_test(times_are_understood),
		cmocka_unit_test(fractions_of_a_second_count),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(ranges_may_be_open),
		cmocka_unit_test(selectors_choose),
		cmocka_unit_test(selectors_that_are_wrong_are_refused),
		cmocka_unit_test(printed_labels_are_selectors),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
