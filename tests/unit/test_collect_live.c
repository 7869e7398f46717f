/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: windows of a recording that goes on. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "collect/live_window.h"
#include "collect/naming.h"
#include "collect/procs.h"
#include "collect/stacks.h"
#include "collect_fixture.h"
#include "profile/samples.h"

#define SECOND PP_NSEC_PER_SEC

static int setup_recording(void **state)
{
	struct pp_recording *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->ops = &pp_perf_collector;
	r->pid = -1;
	r->main_image = -1;
	r->sampling = (struct pp_sampling)PP_SAMPLING_INIT;
	assert_int_equal(pp_sampling_set(&r->sampling, pp_sampling_event_at(0), 0, 0, NULL), 0);
	pp_procs_init(&r->procs, NULL);
	pp_stacks_init(&r->stacks);
	pp_containers_init(&r->containers, "/nowhere");
	r->stacks.owners = &r->owners;
	r->start_mono = r->drained_mono = 100 * SECOND;
	r->epoch_ns = 1000 * SECOND;
	run_program(&r->procs, PID, "program");
	map(&r->procs, PID, 0x1000, 0x1000, "/program", 1);
	*state = r;
	return 0;
}

static int teardown_recording(void **state)
{
	pp_recording_release(*state);
	free(*state);
	return 0;
}

/* Samples of weight 3 at one place. */
static void add(struct pp_recording *r, uint64_t place, unsigned times)
{
	uint64_t frame = 0x1000 + place;
	struct pp_event e = {.kind = PP_EVENT_SAMPLE, .pid = PID, .tid = PID};

	e.sample = (struct pp_event_sample){.frames = &frame, .nuser = 1, .weight = 3};
	while (times--)
		pp_stacks_add(&r->stacks, &r->procs, &e);
}

struct seen {
	uint64_t count[3]; /* of the first stacks */
	size_t rows;
	struct pp_naming_span span;
};

static struct seen look(struct pp_live_window *w, struct pp_recording *r, int64_t at)
{
	struct pp_part part;
	struct seen seen = {0};

	r->drained_mono = at;
	pp_live_window_take(w, r, &part, &seen.span);
	seen.rows = part.nrows;
	for (size_t i = 0; i < part.nrows; i++) {
		assert_in_range(part.rows[i].stack, 0, 2);
		assert_int_equal(part.rows[i].weight, 3 * part.rows[i].count);
		seen.count[part.rows[i].stack] = part.rows[i].count;
	}
	free(part.rows);
	return seen;
}

static void all_since_the_start(void **state)
{
	struct pp_recording *r = *state;
	struct pp_live_window w;
	struct seen seen;

	pp_live_window_init(&w, 0, SECOND);
	for (int i = 1; i <= 200; i++) {
		add(r, 0, 2);
		add(r, 16, 1);
		seen = look(&w, r, (100 + i) * SECOND);
		assert_int_equal(seen.rows, 2);
		assert_int_equal(seen.count[0], 2 * i);
		assert_int_equal(seen.count[1], i);
		assert_int_equal(seen.span.start_real, 1100 * SECOND);
		assert_int_equal(seen.span.duration_ns, i * SECOND);
		assert_int_equal(seen.span.samples, 3 * i);
		assert_int_equal(seen.span.weight, 9 * i);
	}
	assert_int_equal(w.n, 0);
	pp_live_window_release(&w);
}

/* Three seconds, seen every second: before they are over, all there is. */
static void the_last_seconds(void **state)
{
	struct pp_recording *r = *state;
	struct pp_live_window w;
	struct seen seen;

	pp_live_window_init(&w, 3 * SECOND, SECOND);
	for (unsigned i = 1; i <= 50; i++) {
		unsigned n = i < 3 ? i : 3;

		add(r, 0, i); /* more each time */
		if (i == 10)
			add(r, 16, 5);
		seen = look(&w, r, (100 + i) * SECOND);
		assert_int_equal(seen.span.duration_ns, n * SECOND);
		assert_int_equal(seen.span.start_real, (1100 + i - n) * SECOND);
		assert_int_equal(seen.count[0], n == 3 ? 3 * i - 3 : i * (i + 1) / 2);
		assert_int_equal(seen.count[1], i >= 10 && i < 13 ? 5 : 0);
		assert_int_equal(seen.rows, i >= 10 && i < 13 ? 2 : 1);
		assert_int_equal(seen.span.samples, seen.count[0] + seen.count[1]);
	}
	pp_live_window_release(&w);
}

/* However long a window is, it is divided into a bounded number of parts, of which it may be one
 * too long. */
static void a_long_window(void **state)
{
	struct pp_recording *r = *state;
	struct pp_live_window w;
	struct seen seen;

	pp_live_window_init(&w, 1000 * SECOND, SECOND);
	for (unsigned i = 1; i <= 4000; i++) {
		add(r, 0, 1);
		seen = look(&w, r, (100 + i) * SECOND);
		assert_int_equal(seen.count[0] * SECOND, seen.span.duration_ns);
		if (i >= 1000)
			assert_in_range(seen.count[0], 1000, 1000 + 1000 / PP_LIVE_SLOTS + 1);
		else
			assert_int_equal(seen.count[0], i);
	}
	pp_live_window_release(&w);
}

/* What comes after the names have been looked up is there, and named next time. */
static void names_of_what_is_new(void **state)
{
	struct pp_recording *r = *state;
	struct pp_naming *n = pp_naming_new(r, NULL);
	struct pp_live_window w;
	struct pp_err err = PP_ERR_INIT;

	pp_live_window_init(&w, 0, SECOND);
	assert_false(pp_naming_update(n));
	for (unsigned i = 1; i <= 300; i++) {
		struct pp_naming_span span;
		struct pp_profile p;
		struct pp_part part;

		add(r, 8ul * i, i);
		if (i == 150) {
			run_program(&r->procs, PID + 1, "other");
			map(&r->procs, PID + 1, 0x1000, 0x1000, "/other", 2);
		}
		assert_true(pp_naming_update(n));
		assert_false(pp_naming_update(n));
		if (i % 7 == 0)
			pp_naming_resolve(n);
		r->drained_mono += SECOND;
		pp_live_window_take(&w, r, &part, &span);
		assert_int_equal(pp_naming_window(n, &part, &span, &p, &err), 0);
		assert_int_equal(p.nsamples, i);
		assert_int_equal(p.nlocations, i);
		assert_int_equal(p.nmappings, 1);
		assert_int_equal(p.duration_nanos, i * SECOND);
		pp_profile_release(&p);
		free(part.rows);
	}
	pp_live_window_release(&w);
	pp_naming_free(n, NULL);
}

#define RECORDING_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup_recording, teardown_recording)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORDING_TEST(all_since_the_start),
		RECORDING_TEST(the_last_seconds),
		RECORDING_TEST(a_long_window),
		RECORDING_TEST(names_of_what_is_new),
	};

	return cmocka_run_group_tests_name("collect_live", tests, NULL, NULL);
}
