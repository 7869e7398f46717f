/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: what is mapped where. Processes are made up, under ids that no kernel gives, but where
 * one is said to be this one. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compiler.h"
#include "collect/procs.h"
#include "collect_fixture.h"

#define OTHER 4200000000u

static void do_fork(struct pp_procs *p, uint32_t parent_pid, uint32_t parent_tid, uint32_t pid,
		    uint32_t tid)
{
	struct pp_event e = {.kind = PP_EVENT_FORK, .pid = pid, .tid = tid};

	e.fork = (struct pp_event_fork){parent_pid, parent_tid};
	pp_procs_event(p, &e);
}

/* The path of what is at `address`, "" if nothing is, with the address moved. */
static const char *path_at(struct pp_procs *p, uint32_t pid, uint64_t *address)
{
	int64_t image = pp_procs_find(p, pid, address);

	if (image < 0)
		return "";
	return pp_strtab_get(&p->strings, p->images[image].path).p;
}

static const char *at(struct pp_procs *p, uint32_t pid, uint64_t address)
{
	return path_at(p, pid, &address);
}

static void procs_find_bounds(void **state)
{
	struct pp_procs *p = *state;
	uint64_t address = 0x3000;

	run_program(p, PID, "a");
	map(p, PID, 0x2000, 0x1000, "/a", 1);
	map(p, PID, 0x8000, 0x1000, "/c", 3);
	map(p, PID, 0x4000, 0x1000, "/b", 2);
	assert_string_equal(at(p, PID, 0x1fff), "");
	assert_string_equal(at(p, PID, 0x2000), "/a");
	assert_string_equal(at(p, PID, 0x2fff), "/a");
	assert_string_equal(path_at(p, PID, &address), "");
	assert_int_equal(address, 0x3000);
	assert_string_equal(at(p, PID, 0x4800), "/b");
	assert_string_equal(at(p, PID, 0x8fff), "/c");
	assert_string_equal(at(p, PID, 0x9000), "");
	assert_string_equal(at(p, PID, UINT64_MAX), "");
	assert_string_equal(at(p, PID, 0), "");
}

/* /old at 0x10000..0x20000, and /new over a part of it. */
static void procs_later_mappings_win(void **state)
{
	static const struct {
		const char *what;
		uint64_t start, length;
		bool head, middle, tail; /* whether /old is still there */
	} cases[] = {
		{"head", 0x8000, 0xc000, false, true, true},
		{"tail", 0x1c000, 0x8000, true, true, false},
		{"middle", 0x16000, 0x4000, true, false, true},
		{"exactly", 0x10000, 0x10000, false, false, false},
		{"more than all", 0x8000, 0x20000, false, false, false},
		{"beside, below", 0x8000, 0x8000, true, true, true},
		{"beside, above", 0x20000, 0x8000, true, true, true},
	};
	struct pp_procs *p = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		uint64_t s = cases[i].start, limit = s + cases[i].length, moved = 0x1ffff;

		run_program(p, PID, "a");
		map(p, PID, 0x10000, 0x10000, "/old", 1);
		map(p, PID, s, cases[i].length, "/new", 2);
		PP_CHECK_MSG((strcmp(at(p, PID, 0x10000), "/old") == 0) == cases[i].head,
			     cases[i].what);
		PP_CHECK_MSG((strcmp(at(p, PID, 0x18000), "/old") == 0) == cases[i].middle,
			     cases[i].what);
		PP_CHECK_MSG((strcmp(path_at(p, PID, &moved), "/old") == 0) == cases[i].tail,
			     cases[i].what);
		/* what is left of it has kept its addresses */
		PP_CHECK_MSG(!cases[i].tail || moved == 0x1ffff, cases[i].what);
		PP_CHECK_MSG(strcmp(at(p, PID, s), "/new") == 0, cases[i].what);
		PP_CHECK_MSG(strcmp(at(p, PID, limit - 1), "/new") == 0, cases[i].what);
	}
}

/* Many small ones, then one over some of them: against a plain array as the second opinion. */
static void procs_many_overlaps(void **state)
{
	enum { PAGES = 256 };
	struct pp_procs *p = *state;
	uint32_t owner[PAGES] = {0};
	uint64_t x = 12345;
	char path[16];

	run_program(p, PID, "a");
	for (uint32_t i = 1; i <= 2000; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		uint32_t start = (uint32_t)(x >> 33) % PAGES;
		uint32_t n = 1 + (uint32_t)(x >> 50) % 24;

		n = start + n > PAGES ? PAGES - start : n;
		snprintf(path, sizeof(path), "/%u", i);
		map(p, PID, (start + 1) * 0x1000ull, n * 0x1000ull, path, i);
		for (uint32_t j = start; j < start + n; j++)
			owner[j] = i;
	}
	for (uint32_t j = 0; j < PAGES; j++) {
		uint64_t address = (j + 1) * 0x1000ull + 5, moved = address;

		snprintf(path, sizeof(path), "/%u", owner[j]);
		assert_string_equal(path_at(p, PID, &moved), owner[j] ? path : "");
		assert_int_equal(moved, address);
	}
}

static void procs_mappings_that_cannot_be(void **state)
{
	struct pp_procs *p = *state;

	run_program(p, PID, "a");
	map(p, PID, 0x1000, 0, "/empty", 1);
	map(p, PID, UINT64_MAX - 0xfff, 0x2000, "/wraps", 2);
	assert_string_equal(at(p, PID, 0x1000), "");
	assert_string_equal(at(p, PID, UINT64_MAX), "");
	map(p, PID, UINT64_MAX - 0xfff, 0xfff, "/last", 3);
	assert_string_equal(at(p, PID, UINT64_MAX - 1), "/last");
}

static void procs_exec_clears(void **state)
{
	struct pp_procs *p = *state;

	run_program(p, PID, "first");
	map(p, PID, 0x1000, 0x1000, "/first", 1);
	struct pp_event e = {.kind = PP_EVENT_COMM, .pid = PID, .tid = PID};
	e.comm.name = PP_STR_LIT("renamed");
	pp_procs_event(p, &e);
	assert_string_equal(at(p, PID, 0x1000), "/first");
	assert_string_equal(pp_strtab_get(&p->strings, pp_procs_comm(p, PID)).p, "renamed");

	/* a thread's name is not its process' */
	e.tid = PID + 1;
	e.comm.name = PP_STR_LIT("worker");
	pp_procs_event(p, &e);
	assert_string_equal(pp_strtab_get(&p->strings, pp_procs_comm(p, PID)).p, "renamed");
	assert_string_equal(pp_strtab_get(&p->strings, pp_procs_thread_name(p, PID, PID + 1)).p,
			    "worker");

	run_program(p, PID, "second");
	assert_string_equal(at(p, PID, 0x1000), "");
	assert_string_equal(pp_strtab_get(&p->strings, pp_procs_comm(p, PID)).p, "second");
}

static void procs_fork_copies(void **state)
{
	struct pp_procs *p = *state;

	run_program(p, PID, "parent");
	map(p, PID, 0x1000, 0x1000, "/a", 1);
	do_fork(p, PID, PID, OTHER, OTHER);
	map(p, PID, 0x1000, 0x1000, "/of-parent", 2);
	map(p, OTHER, 0x5000, 0x1000, "/of-child", 3);
	assert_string_equal(at(p, OTHER, 0x1000), "/a");
	assert_string_equal(at(p, OTHER, 0x5000), "/of-child");
	assert_string_equal(at(p, PID, 0x1000), "/of-parent");
	assert_string_equal(at(p, PID, 0x5000), "");
	assert_string_equal(pp_strtab_get(&p->strings, pp_procs_comm(p, OTHER)).p, "parent");

	/* an id that is given again: nothing stays of the one who had it before */
	do_fork(p, PID, PID, OTHER, OTHER);
	assert_string_equal(at(p, OTHER, 0x1000), "/of-parent");
	assert_string_equal(at(p, OTHER, 0x5000), "");
}

/* A thread has its creator's name, and changes no mapping. */
static void procs_new_threads(void **state)
{
	struct pp_procs *p = *state;

	run_program(p, PID, "main");
	map(p, PID, 0x1000, 0x1000, "/a", 1);
	do_fork(p, PID, PID, PID, PID + 1);
	assert_string_equal(at(p, PID, 0x1000), "/a");
	assert_string_equal(pp_strtab_get(&p->strings, pp_procs_thread_name(p, PID, PID + 1)).p,
			    "main");
	assert_int_equal(p->nprocs, 1);
}

/* One file at two addresses is one image; its addresses are where it was first seen. */
static void procs_share_images(void **state)
{
	struct pp_procs *p = *state;
	uint64_t address = 0x70000123;

	run_program(p, PID, "a");
	run_program(p, OTHER, "b");
	map(p, PID, 0x10000, 0x8000, "/lib", 1);
	map(p, OTHER, 0x70000000, 0x8000, "/lib", 1);
	assert_string_equal(path_at(p, OTHER, &address), "/lib");
	assert_int_equal(address, 0x10123);
	assert_int_equal(p->nimages, 1);

	/* also where its head has been mapped over */
	map(p, OTHER, 0x70000000, 0x1000, "/over", 2);
	address = 0x70001123;
	assert_string_equal(path_at(p, OTHER, &address), "/lib");
	assert_int_equal(address, 0x11123);

	/* another file by the same name is another image */
	map(p, OTHER, 0x80000000, 0x8000, "/lib", 9);
	address = 0x80000123;
	assert_string_equal(path_at(p, OTHER, &address), "/lib");
	assert_int_equal(address, 0x80000123);
	assert_int_equal(p->nimages, 3);
}

/* Memory without a file is like no other, however alike; the vdso is the same everywhere. */
static void procs_anonymous_memory(void **state)
{
	struct pp_procs *p = *state;
	uint64_t one = 0x10010, two = 0x20010;

	run_program(p, PID, "jit");
	map(p, PID, 0x10000, 0x1000, "", 0);
	map(p, PID, 0x20000, 0x1000, "", 0);
	assert_int_not_equal(pp_procs_find(p, PID, &one), pp_procs_find(p, PID, &two));
	assert_int_equal(one, 0x10010);
	assert_int_equal(two, 0x20010);
	/* events and /proc/PID/maps call it differently */
	map(p, PID, 0x50000, 0x1000, "//anon", 0);
	assert_string_equal(at(p, PID, 0x50000), "");

	run_program(p, OTHER, "other");
	map(p, PID, 0x30000, 0x1000, "[vdso]", 0);
	map(p, OTHER, 0x40000, 0x1000, "[vdso]", 0);
	one = 0x30010;
	two = 0x40010;
	assert_int_equal(pp_procs_find(p, PID, &one), pp_procs_find(p, OTHER, &two));
	assert_int_equal(one, two);
}

static void procs_deleted_files(void **state)
{
	struct pp_procs *p = *state;
	uint64_t address = 0x1000;

	run_program(p, PID, "a");
	map(p, PID, 0x1000, 0x1000, "/gone (deleted)", 1);
	map(p, PID, 0x3000, 0x1000, " (deleted)", 2);
	int64_t image = pp_procs_find(p, PID, &address);
	assert_true(image >= 0);
	assert_true(p->images[image].deleted);
	assert_int_equal(p->images[image].fd, -1);
	assert_string_equal(at(p, PID, 0x1000), "/gone");
	assert_string_equal(at(p, PID, 0x3000), " (deleted)");
}

/* A file that has taken the place of the mapped one is not opened in its stead. */
static void procs_opens_no_impostor(void **state)
{
	struct pp_procs *p = *state;
	struct stat st;

	assert_int_equal(stat("/proc/self/exe", &st), 0);
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(n > 0);
	self[n] = '\0';

	run_program(p, PID, "a");
	map(p, PID, 0x1000, 0x1000, self, st.st_ino + 1);
	map(p, PID, 0x3000, 0x1000, self, st.st_ino);
	uint64_t impostor = 0x1000, right = 0x3000;
	int64_t image = pp_procs_find(p, PID, &impostor);
	assert_true(image >= 0);
	assert_int_equal(p->images[image].fd, -1);
	image = pp_procs_find(p, PID, &right);
	assert_true(image >= 0);
	assert_true(p->images[image].fd >= 0);
}

/* This process, as /proc shows it. */
static void procs_scan(void **state)
{
	struct pp_procs *p = *state;
	uint64_t here = (uint64_t)(uintptr_t)procs_scan, address = here;
	struct stat st, opened;

	int64_t image = pp_procs_find(p, (uint32_t)getpid(), &address); /* scans it by itself */
	assert_true(image >= 0);
	assert_int_equal(address, here);
	assert_int_equal(stat("/proc/self/exe", &st), 0);
	assert_int_equal(p->images[image].inode, st.st_ino);
	assert_int_equal(fstat(p->images[image].fd, &opened), 0);
	assert_int_equal(opened.st_ino, st.st_ino);
	assert_int_equal(opened.st_dev, st.st_dev);

	/* data is no code */
	address = (uint64_t)(uintptr_t)p;
	assert_int_equal(pp_procs_find(p, (uint32_t)getpid(), &address), -1);

	const char *comm = pp_strtab_get(&p->strings, pp_procs_comm(p, (uint32_t)getpid())).p;
	assert_int_equal(strncmp(comm, "test_collect_pr", 15), 0);
	assert_int_equal(pp_procs_thread_name(p, (uint32_t)getpid(), (uint32_t)getpid()),
			 pp_procs_comm(p, (uint32_t)getpid()));
}

static void procs_nobody_there(void **state)
{
	struct pp_procs *p = *state;

	pp_procs_scan(p, PID);
	assert_string_equal(at(p, PID, 0x1000), "");
	assert_int_equal(pp_procs_comm(p, PID), 0);
	assert_int_equal(pp_procs_thread_name(p, PID, PID), 0);
}

#define PROCS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROCS_TEST(procs_find_bounds),	     PROCS_TEST(procs_later_mappings_win),
		PROCS_TEST(procs_many_overlaps),     PROCS_TEST(procs_mappings_that_cannot_be),
		PROCS_TEST(procs_exec_clears),	     PROCS_TEST(procs_fork_copies),
		PROCS_TEST(procs_new_threads),	     PROCS_TEST(procs_share_images),
		PROCS_TEST(procs_anonymous_memory),  PROCS_TEST(procs_deleted_files),
		PROCS_TEST(procs_opens_no_impostor), PROCS_TEST(procs_scan),
		PROCS_TEST(procs_nobody_there),
	};

	return cmocka_run_group_tests_name("collect_procs", tests, NULL, NULL);
}
