/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/pullers.h: who stays, who goes, and how each is doing. Nothing is pulled here. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "cmd/pullers.h"

#define S PP_NSEC_PER_SEC

static struct pp_entry_labels labels;

static int take(struct pp_pullers *p, const char *text, size_t *fresh, size_t *gone,
		struct pp_err *err)
{
	struct pp_target_file f;
	int rc = pp_target_file_parse(&f, pp_str_of(text), err);

	if (rc == 0)
		rc = pp_pullers_take(p, &f, fresh, gone, err);
	pp_target_file_release(&f);
	return rc;
}

static void those_who_stay_go_on(void **state PP_UNUSED)
{
	struct pp_pullers all = {.labels = &labels, .every = 10 * S};
	struct pp_err err = PP_ERR_INIT;
	size_t fresh, gone;
	int64_t begin = pp_clock_mono();

	assert_int_equal(take(&all, "- targets: [a, b, c, d, e]\n", &fresh, &gone, &err), 0);
	assert_int_equal(fresh, 5);
	assert_int_equal(gone, 0);
	/* one after the other */
	for (size_t i = 0; i < all.n; i++) {
		assert_in_range(all.item[i]->next - begin, 2 * S * i, 2 * S * i + S);
		assert_string_equal(all.item[i]->endpoint.labels.pair[0].key, "instance");
	}
	assert_string_equal(all.item[1]->shown, "http://b/debug/pprof/profile");

	const struct pp_puller *b = all.item[1], *d = all.item[3];
	all.item[1]->entries = 7;
	assert_int_equal(take(&all, "- targets: [x, d, b]\n", &fresh, &gone, &err), 0);
	assert_int_equal(fresh, 1);
	assert_int_equal(gone, 3);
	assert_int_equal(all.n, 3);
	assert_ptr_equal(all.item[1], d);
	assert_ptr_equal(all.item[2], b);
	assert_int_equal(b->entries, 7);

	/* other labels make another target; the same file changes nothing */
	assert_int_equal(take(&all, "- targets: [x, d]\n- targets: [b]\n  labels: {k: v}\n", &fresh,
			      &gone, &err),
			 0);
	assert_int_equal(fresh, 1);
	assert_int_equal(gone, 1);
	assert_int_equal(take(&all, "- {targets: [b], labels: {k: v}}\n- targets: [d, x, d]\n",
			      &fresh, &gone, &err),
			 0);
	assert_int_equal(fresh + gone, 0);
	assert_ptr_equal(all.item[1], d);
	assert_int_equal(take(&all, "[]", &fresh, &gone, &err), 0);
	assert_int_equal(gone, 3);
	pp_pullers_release(&all);
}

static void what_cannot_be_changes_nothing(void **state PP_UNUSED)
{
	struct pp_pullers all = {.labels = &labels, .every = S, .options = {.type = "heap"}};
	struct pp_err err = PP_ERR_INIT;
	size_t fresh, gone;

	assert_int_equal(take(&all, "- targets: [a]\n", &fresh, &gone, &err), 0);
	const struct pp_puller *a = all.item[0];
	assert_int_equal(take(&all, "- targets:\n  - b\n  - c/debug/pprof/mutex\n  - d\n", &fresh,
			      &gone, &err),
			 -1);
	assert_int_equal(err.kind, PP_ERR_FORMAT);
	assert_int_equal(strncmp(err.msg, "line 3: the URL names the mutex", 31), 0);
	assert_int_equal(all.n, 1);
	assert_ptr_equal(all.item[0], a);
	pp_pullers_release(&all);
}

static void each_is_asked_as_it_can_be(void **state PP_UNUSED)
{
	struct pp_pullers all = {.labels = &labels, .every = 10 * S};
	struct pp_err err = PP_ERR_INIT;
	size_t fresh, gone;

	assert_int_equal(take(&all,
			      "- targets: [a]\n- {targets: [a], labels: {__param_seconds: 4}}\n"
			      "- {targets: [a], labels: {__profile_path__: /debug/pprof/heap}}\n",
			      &fresh, &gone, &err),
			 0);
	/* a period, and as long as it measures */
	assert_true(all.item[0]->measures);
	assert_int_equal(all.item[0]->options.duration_ns, 10 * S);
	assert_int_equal(all.item[0]->options.http.deadline_ns, 20 * S);
	assert_false(all.item[1]->measures);
	assert_int_equal(all.item[1]->options.http.deadline_ns, 14 * S);
	assert_false(all.item[2]->measures);
	assert_int_equal(all.item[2]->options.duration_ns, 0);
	assert_int_equal(all.item[2]->options.http.deadline_ns, 10 * S);
	pp_pullers_release(&all);
}

/* A pull that ends: with an error of its own, or because of the archive, or well. */
static int end(struct pp_puller *p, int rc, bool kept)
{
	struct pp_target_pull pull = {.rc = rc, .kept = kept, .took = 5};

	if (rc)
		pp_err_set(&pull.err, PP_ERR_NETWORK, "%s", kept ? "no room" : "refused");
	p->pull = &pull;
	int how = pp_puller_note(p, S, 0);
	p->pull = NULL;
	return how;
}

static void changes_are_told_once(void **state PP_UNUSED)
{
	struct pp_pullers all = {.labels = &labels, .every = S};
	struct pp_status s = {.item = NULL};
	struct pp_err err = PP_ERR_INIT;
	size_t fresh, gone;

	assert_int_equal(take(&all, "- targets: [a]\n", &fresh, &gone, &err), 0);
	struct pp_puller *p = all.item[0];
	int64_t begin = pp_clock_mono();

	assert_int_equal(p->state, PP_STATUS_WAITING);
	assert_int_equal(end(p, 0, true), 0); /* nobody expected anything else */
	assert_int_equal(end(p, -1, false), -1);
	assert_int_equal(end(p, -1, false), 0);
	assert_int_equal(end(p, -1, false), 0);
	assert_in_range(p->next - begin, 4 * S, 5 * S);
	assert_int_equal(end(p, 0, true), 1);
	assert_int_equal(p->failures, 0);
	assert_int_equal(end(p, 0, true), 0);
	/* the archive's fault: in step, not later and later */
	assert_int_equal(end(p, -1, true), -1);
	assert_int_equal(end(p, -1, true), 0);
	assert_int_equal(p->failures, 0);

	pp_pullers_status(&all, &s);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.item[0].target, "http://a/debug/pprof/profile");
	assert_string_equal(s.item[0].labels, "{instance=\"a\"}");
	assert_string_equal(s.item[0].error, "no room");
	assert_int_equal(s.item[0].state, PP_STATUS_DOWN);
	assert_int_equal(s.item[0].entries, 3);
	assert_int_equal(s.item[0].took, 5);
	assert_true(s.item[0].good > 0 && s.item[0].next > s.item[0].good - S);
	pp_status_release(&s);
	pp_pullers_release(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_who_stay_go_on),
		cmocka_unit_test(what_cannot_be_changes_nothing),
		cmocka_unit_test(each_is_asked_as_it_can_be),
		cmocka_unit_test(changes_are_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
