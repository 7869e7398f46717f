/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of collect/: a tree of files that stands in for /proc and others. */
#ifndef PP_TESTS_TREE_FIXTURE_H
#define PP_TESTS_TREE_FIXTURE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/compiler.h"

static char root[] = "/tmp/pyroprof-unit-XXXXXX";

static int make_root(void **state PP_UNUSED)
{
	strcpy(strrchr(root, '-') + 1, "XXXXXX"); /* pp-allow: room for exactly this */
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state PP_UNUSED)
{
	PP_CLEANUP(pp_freep) char *command = pp_xasprintf("rm -rf %s", root);

	return system(command); /* pp-allow: a path of our own */
}

/* Make the directories above a path below the root; the path, owned by the caller. */
static char *make_place(const char *path)
{
	char *full = pp_xasprintf("%s%s", root, path);

	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	return full;
}

static void make_file(const char *path, const char *text)
{
	PP_CLEANUP(pp_freep) char *full = make_place(path);
	FILE *f = fopen(full, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_dir(const char *path)
{
	PP_CLEANUP(pp_freep) char *below = pp_xasprintf("%s/", path);

	free(make_place(below));
}

static PP_UNUSED void make_process(uint32_t pid, const char *comm, uint32_t uid, const char *cgroup)
{
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("/proc/%u/comm", pid);
	PP_CLEANUP(pp_freep) char *status = pp_xasprintf("/proc/%u/status", pid);
	PP_CLEANUP(pp_freep) char *group = pp_xasprintf("/proc/%u/cgroup", pid);
	PP_CLEANUP(pp_freep) char *line = pp_xasprintf("%s\n", comm);
	PP_CLEANUP(pp_freep) char *ids = pp_xasprintf("Name:\t%s\nUid:\t7\t%u\t8\t9\n", comm, uid);

	make_file(name, line);
	make_file(status, ids);
	make_file(group, cgroup);
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

#endif
