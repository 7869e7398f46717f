/* SPDX-License-Identifier: Apache-2.0 */
/* collect/: what a recording of days must let go, and what hostile users must not reach. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "collect/compact.h"
#include "collect/procs.h"
#include "collect_fixture.h"
#include "io/file.h"

/* What nobody maps any more holds nothing, and is found again as if it were new. */
static void compact_lets_go(void **state)
{
	struct pp_procs *p = *state;

	map(p, PID, 0x1000, 0x1000, "/passes", 1);
	p->roots.roots = pp_xcalloc(1, sizeof(*p->roots.roots));
	p->roots.roots[0].fd = open("/", O_PATH | O_CLOEXEC);
	p->roots.roots[0].users = 1;
	p->roots.n = p->roots.cap = 1;
	p->images[0].root = 0;
	p->images[0].module = 0;
	p->images[0].opened = true;
	run_program(p, PID, "other");
	pp_procs_compact(p);
	assert_int_equal(p->roots.roots[0].fd, -1);
	assert_int_equal(p->images[0].root, PP_ROOT_OURS);
	assert_int_equal(p->images[0].module, PP_MODULE_NONE);
}

/* Processes end, even if the kernel has lost the event. */
static void compact_finds_ended(void **state)
{
	struct pp_procs *p = *state;

	pp_procs_add(p, (uint32_t)getpid());
	pp_procs_add(p, UINT32_MAX / 2); /* above all pids */
	pp_procs_compact(p);
	for (int i = 0; i < 5; i++)
		pp_procs_forget(p, NULL, NULL);
	assert_int_equal(p->nprocs, 1);
	assert_int_equal(p->procs[0].pid, getpid());
}

/* What is no file is not opened: whoever mapped one may have put a device into its place. */
static void only_files_are_opened(void **state)
{
	struct pp_procs *p = *state;
	char path[] = "/tmp/pyroprof-unit-fifo-XXXXXX", seen[512];
	uint64_t address = 0x1000;
	struct stat st;
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	assert_non_null(mkdtemp(path));
	rmdir(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(inotify_add_watch(watch, path, IN_OPEN) >= 0);
	map(p, PID, 0x1000, 0x1000, path, (uint32_t)st.st_ino);
	p->images[0].inode = st.st_ino;
	assert_int_equal(pp_procs_find(p, PID, &address), 0);
	assert_int_equal(p->images[0].fd, -1);
	assert_true(read(watch, seen, sizeof(seen)) < 0);
	close(watch);
	unlink(path);
}

/* This program without its build id, in a file of its own; the descriptor. */
static int copy_without_id(void)
{
	static const char id[] = "\4\0\0\0\x14\0\0\0\3\0\0\0GNU";
	struct pp_file self;
	struct pp_err err = PP_ERR_INIT;
	char path[] = "/tmp/pyroprof-unit-copy-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(pp_file_read(&self, "/proc/self/exe", 256u << 20, &err), 0);
	PP_CLEANUP(pp_freep) char *bytes = pp_xcalloc(self.n, 1);
	memcpy(bytes, self.bytes, self.n);
	char *note = memmem(bytes, self.n, id, sizeof(id));
	if (note)
		note[8] = 0x7f;
	assert_int_equal(write(fd, bytes, self.n), self.n);
	pp_file_release(&self);
	return fd;
}

static void modules_of_files_that_change(void **state)
{
	struct pp_procs *p = *state;
	const struct timespec times[2] = {{1, 0}, {1, 0}};
	int fd = copy_without_id();

	uint32_t before = pp_modules_file(&p->modules, fd);
	assert_int_not_equal(before, PP_MODULE_NONE);
	assert_int_equal(pp_modules_file(&p->modules, fd), before);
	assert_int_equal(futimens(fd, times), 0);
	assert_int_not_equal(pp_modules_file(&p->modules, fd), before);
	close(fd);
}

/* Somebody else's process is there, even if no signal may be sent to it. */
static void jits_of_others(void **state)
{
	struct pp_jits j = {.n = 0};
	int status;

	(void)state;
	if (geteuid())
		PP_SKIP("only root may become another user");
	pp_jits_note(&j, (uint32_t)getpid());
	assert_true(j.entries[0].seen);
	pid_t pid = fork();
	if (pid == 0) {
		if (setresuid(65534, 65534, 65534) < 0)
			_exit(2); /* pp-allow: a forked child */
		pp_jits_compact(&j);
		_exit(j.n != 1); /* pp-allow: a forked child */
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	pp_jits_release(&j);
}

/* A process that maps and unmaps code for days. */
static void regions_do_not_grow(void **state)
{
	struct pp_procs *p = *state;

	for (uint64_t i = 0; i < 50000; i++)
		map(p, (uint32_t)getpid(), (i + 1) << 13, 0x1000, "", 0);
	assert_true(p->procs[0].nregions < 20000);
	assert_true(p->procs[0].nregions > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(compact_lets_go, setup, teardown),
		cmocka_unit_test_setup_teardown(compact_finds_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(only_files_are_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(modules_of_files_that_change, setup, teardown),
		cmocka_unit_test_setup_teardown(regions_do_not_grow, setup, teardown),
		cmocka_unit_test(jits_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
