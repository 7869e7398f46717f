/* SPDX-License-Identifier: Apache-2.0 */
/* base/units: the vectors that scripts of pages are held to as well, tests/web/units.tsv. */
#include <config.h>

#include "unit.h"

#include <string.h>

#include "base/scan.h"
#include "base/units.h"
#include "lines_fixture.h"

/* The next field of a line of a table. */
static struct pp_str take(struct pp_str *line)
{
	const char *tab = line->n ? memchr(line->p, '\t', line->n) : NULL;
	struct pp_str field = {line->p, tab ? (size_t)(tab - line->p) : line->n};
	size_t used = field.n + (tab != NULL);

	*line = (struct pp_str){line->p + used, line->n - used};
	return field;
}

static int64_t number(struct pp_str field)
{
	bool negative = pp_scan_char(&field, '-');
	uint64_t n = 0;

	assert_true(pp_scan_number(&field, 10, &n) && field.n == 0 && n <= INT64_MAX);
	return negative ? -(int64_t)n : (int64_t)n;
}

static void expect_line(struct pp_str line)
{
	char label[PP_QTY_MAX], percent[PP_PERCENT_MAX], *text = percent;
	int64_t value = number(take(&line)), total = number(take(&line));
	struct pp_str unit = take(&line), quantity = take(&line);

	pp_units_label(label, value, unit, PP_STR_LIT("minimum"));
	if (!pp_str_eq(pp_str_of(label), quantity))
		fail_msg("%s, not %.*s", label, (int)quantity.n, quantity.p);
	pp_units_percent(percent, value, total);
	assert_true(strlen(percent) >= 6 || percent[0] != ' ');
	while (*text == ' ')
		text++;
	if (!pp_str_eq(pp_str_of(text), line))
		fail_msg("%s, not %.*s", percent, (int)line.n, line.p);
}

static void vectors(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_str rest, line;
	size_t checked = 0;

	lines_read(&text, "tests/web/units.tsv");
	rest = pp_buf_view(&text);
	while (pp_scan_line(&rest, &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		expect_line(line);
		checked++;
	}
	assert_true(checked > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
