/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: batches of events, records of a perf ring that is made up in memory. */
#include <config.h>

#include "unit.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "collect/event.h"
#include "collect/ring.h"

static bool str_is(struct pp_str s, const char *text)
{
	return pp_str_eq(s, pp_str_of(text));
}

/* ---- batches ---- */

static void add_comm(struct pp_batch *b, uint64_t time, uint32_t pid, const char *name)
{
	struct pp_event e = {.kind = PP_EVENT_COMM, .pid = pid, .tid = pid, .time = time};

	e.comm.name = pp_str_of(name);
	pp_batch_add(b, &e);
}

static void batch_orders_by_time(void **state PP_UNUSED)
{
	static const uint64_t times[] = {5, 3, UINT64_MAX, 0, 4, 1, 2};
	struct pp_batch b = PP_BATCH_INIT;

	for (size_t i = 0; i < PP_ARRAY_LEN(times); i++)
		add_comm(&b, times[i], (uint32_t)i, "x");
	pp_batch_sort(&b);
	assert_int_equal(b.n, PP_ARRAY_LEN(times));
	for (size_t i = 1; i < b.n; i++)
		assert_true(b.events[i - 1].time < b.events[i].time);
	assert_int_equal(b.events[6].pid, 2);
	pp_batch_release(&b);
}

/* So many that no sort is stable by luck, and that the buffer of names has moved often. */
static void batch_is_stable_and_keeps_names(void **state PP_UNUSED)
{
	struct pp_batch b = PP_BATCH_INIT;
	char name[32];

	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "name of %u", i);
		add_comm(&b, (i * 7919) % 10, i, name);
	}
	memset(name, 'x', sizeof(name) - 1); /* the batch has its own copy */
	pp_batch_sort(&b);
	for (size_t i = 0; i < b.n; i++) {
		snprintf(name, sizeof(name), "name of %u", b.events[i].pid);
		assert_true(str_is(b.events[i].comm.name, name));
		if (i && b.events[i].time == b.events[i - 1].time)
			assert_true(b.events[i].pid > b.events[i - 1].pid);
	}
	pp_batch_release(&b);
}

static void batch_copies_stacks(void **state PP_UNUSED)
{
	struct pp_batch b = PP_BATCH_INIT;

	for (uint32_t i = 0; i < 300; i++) {
		uint64_t frames[64];
		char thread[16];

		for (uint32_t j = 0; j < 64; j++)
			frames[j] = ((uint64_t)i << 32) + j;
		snprintf(thread, sizeof(thread), "t%u", i);
		struct pp_event e = {.kind = PP_EVENT_SAMPLE, .pid = i, .time = 1000 - i};
		e.sample = (struct pp_event_sample){frames, i % 3, i % 60, pp_str_of(thread),
						    PP_STR_LIT("")};
		pp_batch_add(&b, &e);
	}
	pp_batch_sort(&b);
	for (size_t i = 0; i < b.n; i++) {
		const struct pp_event *e = &b.events[i];
		char thread[16];

		snprintf(thread, sizeof(thread), "t%u", e->pid);
		assert_int_equal(e->pid, 299 - i);
		assert_true(str_is(e->sample.thread, thread));
		assert_int_equal(e->sample.process.n, 0);
		assert_int_equal((uintptr_t)e->sample.frames % sizeof(uint64_t), 0);
		for (uint32_t j = 0; j < e->sample.nkernel + e->sample.nuser; j++)
			assert_int_equal(e->sample.frames[j], ((uint64_t)e->pid << 32) + j);
	}
	pp_batch_release(&b);
}

static void batch_starts_anew(void **state PP_UNUSED)
{
	struct pp_batch b = PP_BATCH_INIT;

	pp_batch_sort(&b);
	assert_int_equal(b.n, 0);
	add_comm(&b, 9, 1, "before");
	b.lost = 3;
	pp_batch_sort(&b);
	pp_batch_clear(&b);
	assert_int_equal(b.n, 0);
	assert_int_equal(b.lost, 0);
	add_comm(&b, 1, 2, "after");
	pp_batch_sort(&b);
	assert_int_equal(b.n, 1);
	assert_true(str_is(b.events[0].comm.name, "after"));
	pp_batch_release(&b);
}

/* ---- the ring ---- */

#define SAMPLE_TYPE (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CALLCHAIN)

/* One page of control, then `size` bytes of data and not one more: the sanitizer sees what goes
 * beyond. */
struct fake {
	struct pp_ring ring;
	struct perf_event_mmap_page *control;
	uint8_t *data;
	struct pp_batch batch;
};

static int setup(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct fake *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->ring = (struct pp_ring){.size = page, .sample_type = SAMPLE_TYPE};
	f->ring.base = malloc(2 * page);
	assert_non_null(f->ring.base);
	memset(f->ring.base, 0, 2 * page);
	f->control = f->ring.base;
	f->data = (uint8_t *)f->ring.base + page;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fake *f = *state;

	pp_batch_release(&f->batch);
	pp_buf_release(&f->ring.record);
	free(f->ring.base);
	free(f);
	return 0;
}

/* Everything read, the next record at `position`. */
static void seek(struct fake *f, uint64_t position)
{
	f->control->data_head = position;
	f->control->data_tail = position;
}

static void put_bytes(struct fake *f, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		f->data[(f->control->data_head + i) & (f->ring.size - 1)] = p[i];
	f->control->data_head += n;
}

static void put(struct fake *f, uint32_t type, uint16_t misc, const void *body, size_t n)
{
	struct perf_event_header h = {type, misc, (uint16_t)(sizeof(h) + n)};

	put_bytes(f, &h, sizeof(h));
	put_bytes(f, body, n);
}

/* Drain; the ring must be empty afterwards, whatever was in it. */
static void drain(struct fake *f)
{
	pp_batch_clear(&f->batch);
	pp_ring_drain(&f->ring, &f->batch);
	assert_int_equal(f->control->data_tail, f->control->data_head);
	pp_batch_sort(&f->batch);
}

struct trailer {
	uint32_t pid, tid;
	uint64_t time;
};

struct comm_body {
	uint32_t pid, tid;
	char name[16];
	struct trailer trailer;
};

static const struct comm_body comm_body = {70, 71, "worker", {7, 8, 99}};

struct mmap_body {
	uint32_t pid, tid;
	uint64_t start, length, offset;
	uint32_t dev_major, dev_minor;
	uint64_t inode, generation;
	uint32_t protection, flags;
	char path[16];
	struct trailer trailer;
};

static const struct mmap_body mmap_body = {70,	 71, 0x1000, 0x2000, 0x3000,	  8,	       1,
					   4711, 5,  6,	     7,	     "/bin/true", {70, 71, 99}};

struct task_body {
	uint32_t pid, parent_pid, tid, parent_tid;
	uint64_t time;
	struct trailer trailer;
};

static const struct task_body task_body = {20, 10, 21, 11, 5, {10, 11, 99}};

struct sample_body {
	uint32_t pid, tid;
	uint64_t time, n, ips[6];
};

static const struct sample_body sample_body = {70,
					       71,
					       99,
					       6,
					       {PERF_CONTEXT_KERNEL, 0xffffffff81000010,
						0xffffffff81000020, PERF_CONTEXT_USER, 0x1234,
						0x5678}};

struct lost_body {
	uint64_t id, n;
	struct trailer trailer;
};

static const struct lost_body lost_body = {1, 42, {0, 0, 99}};

static void ring_comm(void **state)
{
	struct fake *f = *state;

	put(f, PERF_RECORD_COMM, 0, &comm_body, sizeof(comm_body));
	put(f, PERF_RECORD_COMM, PERF_RECORD_MISC_COMM_EXEC, &comm_body, sizeof(comm_body));
	drain(f);
	assert_int_equal(f->batch.n, 2);
	const struct pp_event *e = f->batch.events;
	assert_int_equal(e[0].kind, PP_EVENT_COMM);
	assert_int_equal(e[0].pid, 70); /* whose name it is, not who set it */
	assert_int_equal(e[0].tid, 71);
	assert_int_equal(e[0].time, 99);
	assert_true(str_is(e[0].comm.name, "worker"));
	assert_false(e[0].comm.exec);
	assert_true(e[1].comm.exec);
}

static void ring_mmap(void **state)
{
	struct fake *f = *state;

	put(f, PERF_RECORD_MMAP2, 0, &mmap_body, sizeof(mmap_body));
	drain(f);
	assert_int_equal(f->batch.n, 1);
	const struct pp_event *e = f->batch.events;
	assert_int_equal(e->kind, PP_EVENT_MMAP);
	assert_int_equal(e->pid, 70);
	assert_int_equal(e->tid, 71);
	assert_int_equal(e->time, 99);
	assert_int_equal(e->mmap.start, 0x1000);
	assert_int_equal(e->mmap.length, 0x2000);
	assert_int_equal(e->mmap.offset, 0x3000);
	assert_int_equal(e->mmap.dev_major, 8);
	assert_int_equal(e->mmap.dev_minor, 1);
	assert_int_equal(e->mmap.inode, 4711);
	assert_true(str_is(e->mmap.path, "/bin/true"));
}

static void ring_tasks(void **state)
{
	struct fake *f = *state;

	put(f, PERF_RECORD_FORK, 0, &task_body, sizeof(task_body));
	put(f, PERF_RECORD_EXIT, 0, &task_body, sizeof(task_body));
	drain(f);
	assert_int_equal(f->batch.n, 2);
	const struct pp_event *e = f->batch.events;
	assert_int_equal(e[0].kind, PP_EVENT_FORK);
	assert_int_equal(e[0].pid, 20);
	assert_int_equal(e[0].tid, 21);
	assert_int_equal(e[0].time, 99);
	assert_int_equal(e[0].fork.parent_pid, 10);
	assert_int_equal(e[0].fork.parent_tid, 11);
	assert_int_equal(e[1].kind, PP_EVENT_EXIT);
	assert_int_equal(e[1].pid, 20);
}

static void check_sample(const struct pp_event *e)
{
	assert_int_equal(e->kind, PP_EVENT_SAMPLE);
	assert_int_equal(e->pid, 70);
	assert_int_equal(e->tid, 71);
	assert_int_equal(e->time, 99);
	assert_int_equal(e->sample.nkernel, 2);
	assert_int_equal(e->sample.nuser, 2);
	assert_int_equal(e->sample.frames[0], 0xffffffff81000010);
	assert_int_equal(e->sample.frames[1], 0xffffffff81000020);
	assert_int_equal(e->sample.frames[2], 0x1234);
	assert_int_equal(e->sample.frames[3], 0x5678);
	assert_int_equal(e->sample.thread.n, 0);
}

static void ring_sample(void **state)
{
	struct fake *f = *state;

	put(f, PERF_RECORD_SAMPLE, 0, &sample_body, sizeof(sample_body));
	drain(f);
	assert_int_equal(f->batch.n, 1);
	check_sample(f->batch.events);

	/* an event that has no stacks sends no samples that could be read */
	f->ring.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME;
	put(f, PERF_RECORD_SAMPLE, 0, &sample_body, sizeof(sample_body));
	drain(f);
	assert_int_equal(f->batch.n, 0);
}

/* A count beyond the record, and a stack deeper than any that is kept. */
static void ring_sample_depth(void **state)
{
	struct fake *f = *state;
	struct sample_body huge = sample_body;
	uint64_t deep[4 + 480];

	huge.n = UINT64_MAX;
	put(f, PERF_RECORD_SAMPLE, 0, &huge, sizeof(huge));
	drain(f);
	assert_int_equal(f->batch.n, 1);
	check_sample(f->batch.events);

	memcpy(deep, &sample_body, 3 * sizeof(deep[0]));
	deep[2] = PP_ARRAY_LEN(deep) - 3;
	deep[3] = PERF_CONTEXT_USER;
	for (size_t i = 4; i < PP_ARRAY_LEN(deep); i++)
		deep[i] = i;
	put(f, PERF_RECORD_SAMPLE, 0, deep, sizeof(deep));
	drain(f);
	assert_int_equal(f->batch.n, 1);
	assert_int_equal(f->batch.events->sample.nkernel, 0);
	assert_int_equal(f->batch.events->sample.nuser, 480);
	assert_int_equal(f->batch.events->sample.frames[479], 483);
}

static void ring_counts_the_lost(void **state)
{
	struct fake *f = *state;

	put(f, PERF_RECORD_LOST, 0, &lost_body, sizeof(lost_body));
	put(f, PERF_RECORD_LOST, 0, &lost_body, sizeof(lost_body));
	drain(f);
	assert_int_equal(f->batch.n, 0);
	assert_int_equal(f->batch.lost, 84);
}

static void ring_skips_the_unknown(void **state)
{
	static const uint64_t noise[5] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, 0, 1};
	struct fake *f = *state;

	put(f, PERF_RECORD_THROTTLE, 0, noise, sizeof(noise));
	put(f, 0, 0, noise, sizeof(noise));
	put(f, UINT32_MAX, UINT16_MAX, noise, 0);
	put(f, PERF_RECORD_SAMPLE, 0, &sample_body, sizeof(sample_body));
	drain(f);
	assert_int_equal(f->batch.n, 1);
	check_sample(f->batch.events);
}

/* Records that lie across the end, cut at every place, also through their headers. */
static void ring_wraps(void **state)
{
	struct fake *f = *state;

	for (size_t back = 0; back <= 256; back++) {
		seek(f, 5 * f->ring.size - back);
		put(f, PERF_RECORD_MMAP2, 0, &mmap_body, sizeof(mmap_body));
		put(f, PERF_RECORD_SAMPLE, 0, &sample_body, sizeof(sample_body));
		put(f, PERF_RECORD_COMM, 0, &comm_body, sizeof(comm_body));
		drain(f);
		assert_int_equal(f->batch.n, 3);
		assert_true(str_is(f->batch.events[0].mmap.path, "/bin/true"));
		check_sample(&f->batch.events[1]);
		assert_true(str_is(f->batch.events[2].comm.name, "worker"));
	}
}

/* Two records that fill the ring to the last byte. */
static void ring_may_be_full(void **state)
{
	struct fake *f = *state;
	size_t rest = f->ring.size - 2 * sizeof(struct perf_event_header) - sizeof(sample_body);
	PP_CLEANUP(pp_freep) uint8_t *noise = calloc(1, rest);

	seek(f, 3 * f->ring.size + 128);
	put(f, 99, 0, noise, rest);
	put(f, PERF_RECORD_SAMPLE, 0, &sample_body, sizeof(sample_body));
	assert_int_equal(f->control->data_head - f->control->data_tail, f->ring.size);
	drain(f);
	assert_int_equal(f->batch.n, 1);
	check_sample(f->batch.events);
}

struct kind {
	uint32_t type;
	const void *body;
	size_t n;
};

static const struct kind kinds[] = {
	{PERF_RECORD_COMM, &comm_body, sizeof(comm_body)},
	{PERF_RECORD_MMAP2, &mmap_body, sizeof(mmap_body)},
	{PERF_RECORD_FORK, &task_body, sizeof(task_body)},
	{PERF_RECORD_EXIT, &task_body, sizeof(task_body)},
	{PERF_RECORD_SAMPLE, &sample_body, sizeof(sample_body)},
	{PERF_RECORD_LOST, &lost_body, sizeof(lost_body)},
};

/* Every record cut at every length, in the last bytes of the ring: nothing beyond is read. */
static void ring_short_records(void **state)
{
	struct fake *f = *state;

	for (size_t k = 0; k < PP_ARRAY_LEN(kinds); k++) {
		for (size_t n = 0; n < kinds[k].n; n++) {
			seek(f, 2 * f->ring.size - sizeof(struct perf_event_header) - n);
			put(f, kinds[k].type, 0, kinds[k].body, n);
			put(f, PERF_RECORD_SAMPLE, 0, &sample_body, sizeof(sample_body));
			drain(f);
			/* what follows is found */
			assert_true(f->batch.n >= 1 && f->batch.n <= 2);
			bool found = f->batch.events[0].time == 99 &&
				     f->batch.events[0].kind == PP_EVENT_SAMPLE &&
				     f->batch.events[0].sample.nuser == 2;
			for (size_t i = 1; i < f->batch.n; i++)
				found |= f->batch.events[i].kind == PP_EVENT_SAMPLE &&
					 f->batch.events[i].sample.nuser == 2;
			assert_true(found);
		}
	}
}

/* A name that fills its field to the last byte has no NUL. */
static void ring_unterminated_name(void **state)
{
	struct fake *f = *state;
	struct comm_body c = comm_body;

	memset(c.name, 'n', sizeof(c.name));
	put(f, PERF_RECORD_COMM, 0, &c, sizeof(c));
	drain(f);
	assert_int_equal(f->batch.n, 1);
	assert_true(str_is(f->batch.events[0].comm.name, "nnnnnnnnnnnnnnnn"));
}

/* Headers that cannot be: the rest is given up, and the ring goes on after that. */
static void ring_impossible_sizes(void **state)
{
	static const uint16_t sizes[] = {0, 1, 7, 48, 4104, UINT16_MAX};
	struct fake *f = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(sizes); i++) {
		struct perf_event_header h = {PERF_RECORD_SAMPLE, 0, sizes[i]};

		seek(f, f->ring.size - 4);
		put_bytes(f, &h, sizeof(h));
		put_bytes(f, &sample_body, 32); /* less than 48 bytes */
		drain(f);
		assert_int_equal(f->batch.n, 0);

		put(f, PERF_RECORD_SAMPLE, 0, &sample_body, sizeof(sample_body));
		drain(f);
		assert_int_equal(f->batch.n, 1);
		check_sample(f->batch.events);
	}
}

/* More announced than the ring holds: a record must not be read beyond its end, either. */
static void ring_impossible_head(void **state)
{
	struct fake *f = *state;
	struct perf_event_header h = {PERF_RECORD_SAMPLE, 0, UINT16_MAX};

	seek(f, 0);
	put_bytes(f, &h, sizeof(h));
	f->control->data_head = 1u << 20;
	drain(f);
	assert_int_equal(f->batch.n, 0);

	/* a head behind the tail, as after a wrap of 64 bits */
	f->control->data_tail = UINT64_MAX - 7;
	f->control->data_head = 0;
	drain(f);
	assert_int_equal(f->batch.n, 0);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Bytes without sense: it ends, within bounds. */
static void ring_noise(void **state)
{
	struct fake *f = *state;
	uint64_t x = 88172645463325252ULL;

	for (unsigned round = 0; round < 2000; round++) {
		uint64_t *words = (uint64_t *)(void *)f->data;

		for (size_t i = 0; i < f->ring.size / sizeof(*words); i++) {
			words[i] = next_random(&x);
			/* types and sizes that get through, half of the time */
			if (words[i] & 1 << 20)
				words[i] = (words[i] & 0xf) | (8 + (words[i] >> 8 & 0x7f)) << 48;
		}
		seek(f, next_random(&x) >> 8);
		f->control->data_head += next_random(&x) % (f->ring.size + 1);
		drain(f);
		for (size_t i = 0; i < f->batch.n; i++)
			assert_true(f->batch.events[i].kind <= PP_EVENT_EXIT);
	}
}

#define RING_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batch_orders_by_time),
		cmocka_unit_test(batch_is_stable_and_keeps_names),
		cmocka_unit_test(batch_copies_stacks),
		cmocka_unit_test(batch_starts_anew),
		RING_TEST(ring_comm),
		RING_TEST(ring_mmap),
		RING_TEST(ring_tasks),
		RING_TEST(ring_sample),
		RING_TEST(ring_sample_depth),
		RING_TEST(ring_counts_the_lost),
		RING_TEST(ring_skips_the_unknown),
		RING_TEST(ring_wraps),
		RING_TEST(ring_may_be_full),
		RING_TEST(ring_short_records),
		RING_TEST(ring_unterminated_name),
		RING_TEST(ring_impossible_sizes),
		RING_TEST(ring_impossible_head),
		RING_TEST(ring_noise),
	};

	return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
