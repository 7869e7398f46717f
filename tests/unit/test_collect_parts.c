/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: a recording in parts, which together are the whole. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "collect/naming.h"
#include "collect/parts.h"
#include "collect/procs.h"
#include "collect/stacks.h"
#include "collect_fixture.h"
#include "profile/labels.h"
#include "profile/samples.h"

/* Processes: two by themselves, two in one container in different cgroups, one in another, and
 * those without a number. */
enum { ALONE, OTHER, IN_BOX, IN_BOX_TOO, IN_JAR, IDLE, FOREIGN, PROCESSES };
static const uint32_t pids[PROCESSES] = {PID, PID + 1, PID + 2, PID + 3, PID + 4, 0, UINT32_MAX};
static const uint32_t place_of[PROCESSES] = {1, 1, 2, 3, 4, 0, 0};

static uint32_t add_place(struct pp_containers *c, const char *cgroup, const char *id)
{
	c->all = pp_grow(c->all, &c->cap, c->n + 1, sizeof(*c->all));
	c->all[c->n++] = (struct pp_container){
		.cgroup = pp_strtab_add(&c->strings, pp_str_of(cgroup)),
		.id = pp_strtab_add(&c->strings, pp_str_of(id)),
	};
	return (uint32_t)c->n - 1;
}

static int setup_recording(void **state)
{
	struct pp_recording *r = calloc(1, sizeof(*r));
	struct pp_containers *c = &r->containers;

	assert_non_null(r);
	r->ops = &pp_perf_collector;
	r->pid = -1;
	r->main_image = -1;
	r->sampling = (struct pp_sampling)PP_SAMPLING_INIT;
	assert_int_equal(pp_sampling_set(&r->sampling, pp_sampling_event_at(0), 0, 0, NULL), 0);
	pp_procs_init(&r->procs, NULL);
	pp_stacks_init(&r->stacks);
	pp_containers_init(c, "/nowhere");
	assert_int_equal(add_place(c, "/", ""), 1);
	assert_int_equal(add_place(c, "/box/a", "0123"), 2);
	assert_int_equal(add_place(c, "/box/b", "0123"), 3);
	assert_int_equal(add_place(c, "/jar", "4567"), 4);
	for (unsigned i = 0; i < PROCESSES; i++) {
		pp_pids_put(&c->pids, pids[i])->value = place_of[i];
		run_program(&r->procs, pids[i], "program");
		map(&r->procs, pids[i], 0x1000, 0x1000, i % 2 ? "/odd" : "/even", 1 + i % 2);
		map(&r->procs, pids[i], 0x7000, 0x1000, "/shared", 3);
	}
	r->owners = (struct pp_owners){
		.labels = PP_LABELS_OF_ENTRIES, .parts = true, .apart = true, .containers = c};
	r->stacks.owners = &r->owners;
	*state = r;
	return 0;
}

static int teardown_recording(void **state)
{
	pp_recording_release(*state);
	free(*state);
	return 0;
}

/* A sample of weight 3, in the program and in what it shares with others. */
static void add(struct pp_recording *r, unsigned process, unsigned where)
{
	uint64_t frames[] = {0x1010 + 16 * (where % 5), 0x7010 + 16 * (where % 3)};
	struct pp_event e = {.kind = PP_EVENT_SAMPLE, .pid = pids[process], .tid = pids[process]};

	e.sample = (struct pp_event_sample){.frames = frames,
					    .nuser = 2,
					    .thread = PP_STR_LIT("thread"),
					    .process = PP_STR_LIT("program"),
					    .weight = 3};
	pp_stacks_add(&r->stacks, &r->procs, &e);
}

static void parts_by_owner(void **state)
{
	static const struct {
		bool is_container;
		uint32_t pid, place;
		uint64_t samples;
	} want[] = {{false, PID, 1, 2},
		    {true, PID + 3, 3, 3},
		    {false, 0, 0, 2},
		    {false, PID + 1, 1, 1},
		    {true, PID + 4, 4, 1}};
	struct pp_recording *r = *state;
	struct pp_parts parts;

	add(r, ALONE, 0);
	add(r, IN_BOX, 0);
	add(r, IN_BOX_TOO, 0);
	add(r, IN_BOX_TOO, 0);
	add(r, IDLE, 0);
	add(r, FOREIGN, 0);
	add(r, OTHER, 0);
	add(r, ALONE, 1);
	add(r, IN_JAR, 0);
	pp_parts_make(&parts, r);
	assert_int_equal(parts.n, PP_ARRAY_LEN(want));
	for (size_t i = 0; i < parts.n; i++) {
		const struct pp_part *p = &parts.part[i];

		assert_int_equal(p->is_container, want[i].is_container);
		assert_int_equal(p->pid, want[i].pid);
		assert_int_equal(p->place, want[i].place);
		assert_int_equal(p->samples, want[i].samples);
		assert_int_equal(p->weight, 3 * want[i].samples);
	}
	/* nothing that is shown tells the processes of the container apart but their code */
	assert_int_equal(parts.part[1].nrows, 2);
	pp_parts_release(&parts);

	r->owners.apart = false;
	pp_parts_make(&parts, r);
	assert_int_equal(parts.n, 1);
	assert_int_equal(parts.part[0].samples, 9);
	assert_false(parts.part[0].is_container);
	pp_parts_release(&parts);
}

/* What labels show keeps rows apart, and nothing else does. */
static void parts_fold(void **state)
{
	struct pp_recording *r = *state;
	struct pp_parts parts;

	map(&r->procs, PID + 3, 0x1000, 0x1000, "/even", 1);
	for (unsigned i = 0; i < 10; i++)
		add(r, i % 2 ? IN_BOX : IN_BOX_TOO, 0);
	pp_parts_make(&parts, r);
	assert_int_equal(parts.n, 1);
	assert_int_equal(parts.part[0].nrows, 1);
	assert_int_equal(parts.part[0].rows[0].count, 10);
	assert_int_equal(parts.part[0].rows[0].weight, 30);
	pp_parts_release(&parts);

	r->owners.labels |= PP_LABEL_BIT(PP_LABEL_PID);
	pp_parts_make(&parts, r);
	assert_int_equal(parts.part[0].nrows, 2);
	pp_parts_release(&parts);

	r->owners.labels = PP_LABEL_BIT(PP_LABEL_CGROUP);
	pp_parts_make(&parts, r);
	assert_int_equal(parts.part[0].nrows, 2);
	pp_parts_release(&parts);
}

static void parts_of_nothing(void **state)
{
	struct pp_parts parts;

	pp_parts_make(&parts, *state);
	assert_int_equal(parts.n, 0);
	pp_parts_release(&parts);
}

/* Add a profile's samples to counts by their stacks, as addresses; how many samples they stand
 * for. */
static uint64_t count_stacks(const struct pp_profile *p, uint64_t counts[5][3])
{
	struct pp_sample_iter it;
	struct pp_sample s;
	uint64_t n = 0;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			const struct pp_location *leaf = &p->locations[s.locations[0]];
			const struct pp_location *caller = &p->locations[s.locations[1]];

			assert_int_equal(s.nlocations, 2);
			assert_int_equal(s.values[1], s.values[0] * p->period);
			counts[(leaf->address - 0x1010) / 16]
			      [(caller->address + 1 - 0x7010) / 16] += (uint64_t)s.values[0];
			n += (uint64_t)s.values[0];
		}
		pp_samples_release(&it);
	}
	return n;
}

/* A profile of a part has what its own samples need and nothing else. */
static void check_part(const struct pp_profile *p, const struct pp_part *part)
{
	PP_CLEANUP(pp_freep) bool *used = pp_xcalloc(p->nlocations, sizeof(*used));
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			for (uint32_t i = 0; i < s.nlocations; i++)
				used[s.locations[i]] = true;
		}
		pp_samples_release(&it);
	}
	for (uint32_t i = 0; i < p->nlocations; i++)
		assert_true(used[i]);
	assert_int_equal(p->nsamples, part->nrows);
	assert_int_equal(p->ncomments, 1);
	assert_string_equal(pp_profile_str(p, p->comments[0]).p,
			    "#recorded by pyroprof " PACKAGE_VERSION
			    ": collector=perf frequency=99 event=cpu-clock");
}

/* Whatever samples there are, the parts have them all, each once. */
static void parts_are_the_whole(void **state)
{
	struct pp_recording *r = *state;
	struct pp_err err = PP_ERR_INIT;
	uint64_t whole[5][3] = {{0}}, sum[5][3] = {{0}}, n = 0, weight = 0, shown = 0;
	struct pp_profile p;
	struct pp_parts parts;
	unsigned seed = 1;

	for (unsigned i = 0; i < 5000; i++) {
		seed = seed * 1103515245 + 12345;
		add(r, seed / 65536 % PROCESSES, seed / 65536 / PROCESSES);
	}
	assert_int_equal(pp_naming_profile(r, NULL, &p, NULL, &err), 0);
	assert_int_equal(count_stacks(&p, whole), 5000);
	pp_profile_release(&p);

	struct pp_naming *names = pp_naming_new(r, NULL);
	pp_parts_make(&parts, r);
	assert_int_equal(parts.n, 5);
	for (size_t i = 0; i < parts.n; i++) {
		int64_t main_image = pp_procs_main_image(&r->procs, parts.part[i].pid);

		n += parts.part[i].samples;
		weight += parts.part[i].weight;
		assert_int_equal(pp_naming_part(names, &parts.part[i], main_image, &p, &err), 0);
		assert_int_equal(p.mappings[0].start, 0x1000);
		check_part(&p, &parts.part[i]);
		shown += count_stacks(&p, sum);
		pp_profile_release(&p);
	}
	pp_naming_free(names, NULL);
	pp_parts_release(&parts);
	assert_int_equal(n, 5000);
	assert_int_equal(shown, 5000);
	assert_int_equal(weight, 15000);
	assert_memory_equal(whole, sum, sizeof(whole));
}

#define RECORDING_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup_recording, teardown_recording)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORDING_TEST(parts_by_owner),
		RECORDING_TEST(parts_fold),
		RECORDING_TEST(parts_of_nothing),
		RECORDING_TEST(parts_are_the_whole),
	};

	return cmocka_run_group_tests_name("collect_parts", tests, NULL, NULL);
}
