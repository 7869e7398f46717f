/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file behind /proc/PID/exe, by the readers that the recorder has, and the process's files in
 * /proc.
 */
#include <config.h>

#include "doctor/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "collect/privilege.h"
#include "io/file.h"
#include "symbol/debugfiles.h"
#include "symbol/jit.h"
#include "symbol/jitdump.h"
#include "symbol/procmaps.h"

#define MAX_MAPS (64u << 20)

/* Half of the code of a program that keeps frame pointers is prologues at most. */
#define KEEPS_FRAME_POINTERS 0.5

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* What was refused, in /proc/PID: whoever may not look at a process may not name its code either.
 */
static void refused(struct pp_findings *f, const char *name, const char *path)
{
	struct pp_err err = PP_ERR_INIT;

	pp_err_sys(&err, errno, "cannot look at '%s'", path);
	if (err.kind == PP_ERR_PERMISSION)
		pp_err_hint(&err, "%s", PP_PRIVILEGE_SETCAP);
	pp_findings_add_error(f, name, &err);
}

/* ---- The program ---- */

static bool has_section(const struct pp_elffile *e, const char *name)
{
	return pp_elffile_section(e, name) != NULL;
}

static void symbols(struct pp_findings *f, const struct pp_elffile *e, const char *mend)
{
	if (has_section(e, ".symtab"))
		pp_findings_add(f, PP_MARK_OK, "symbols", NULL, "all functions (.symtab)");
	else if (has_section(e, ".gopclntab"))
		pp_findings_add(f, PP_MARK_OK, "symbols", NULL,
				"Go's table of functions and lines");
	else if (has_section(e, ".gnu_debugdata"))
		pp_findings_add(f, PP_MARK_OK, "symbols", NULL, "all functions (.gnu_debugdata)");
	else
		pp_findings_add(f, PP_MARK_BAD, "symbols", mend, "stripped: %s",
				has_section(e, ".dynsym") ? "only exported functions have names"
							  : "no function has a name");
}

/* The program's own, or a file that belongs to it. */
static void debug_information(struct pp_findings *f, const struct pp_elffile *e, const char *path,
			      int root, const char *mend)
{
	static const char name[] = "debug information";
	struct pp_debugfiles where = {.root = root};

	if (has_section(e, ".debug_info") || has_section(e, ".zdebug_info")) {
		pp_findings_add(f, PP_MARK_OK, name, NULL, "in the program");
		symbols(f, e, mend);
		return;
	}
	PP_CLEANUP(pp_debugfile_release)
	struct pp_debugfile found = pp_debugfiles_find(&where, e, path);
	if (found.fd >= 0) {
		pp_findings_add(f, PP_MARK_OK, name, NULL, "%s", found.path);
		return;
	}
	pp_findings_add(f, PP_MARK_NOTE, name, NULL,
			"none: no lines of source, no inlined functions");
	symbols(f, e, mend);
}

double pp_doctor_frame_pointers(const struct pp_unwind_table *t)
{
	uint64_t kept = 0, all = 0;

	for (size_t i = 0; i + 1 < t->nrows; i++) {
		uint32_t n = t->rows[i + 1].pc - t->rows[i].pc;
		unsigned rule = t->rows[i].kind & PP_CFA_RULE_MASK;

		/* what is between functions, and stubs, have no frames */
		if (rule == PP_CFA_NONE || rule == PP_CFA_PLT)
			continue;
		all += n;
		if (rule == PP_CFA_FP)
			kept += n;
	}
	return all ? (double)kept / (double)all : -1;
}

static void stacks(struct pp_findings *f, int fd)
{
	struct pp_unwind_table t;
	struct pp_err err = PP_ERR_INIT;

	if (pp_unwind_table_read(&t, fd, &err)) {
		pp_findings_add_error(f, "unwind table", &err);
		return;
	}
	double kept = pp_doctor_frame_pointers(&t);
	if (t.nrows)
		pp_findings_add(f, PP_MARK_OK, "unwind table", NULL, "%zu rows (.eh_frame)",
				t.nrows);
	else
		pp_findings_add(f, PP_MARK_BAD, "unwind table",
				"build it without -fno-asynchronous-unwind-tables, or with "
				"-fno-omit-frame-pointer",
				"none: stacks are walked by frame pointers");
	if (kept < 0)
		pp_findings_add(f, PP_MARK_NOTE, "frame pointers", NULL,
				"unknown, without a table to tell it");
	else
		pp_findings_add(f, PP_MARK_OK, "frame pointers", NULL,
				"%s: %.0f%% of the code is walked by them",
				kept >= KEEPS_FRAME_POINTERS ? "kept" : "not kept, nor needed",
				100 * kept);
	pp_unwind_table_release(&t);
}

static void program(struct pp_findings *f, pid_t pid, int root)
{
	char link[64], path[4096];
	PP_CLEANUP(pp_freep)
	char *mend = pp_xasprintf("DEBUGINFOD_URLS=https://debuginfod.elfutils.org/ "
				  "pyroprof record --debuginfod -p %d",
				  (int)pid);
	struct pp_elffile e;
	struct pp_err err = PP_ERR_INIT;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	PP_CLEANUP(close_fd) int fd = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (n < 0 || fd < 0) {
		refused(f, "program", link);
		return;
	}
	path[n] = '\0';
	pp_findings_add(f, PP_MARK_OK, "program", NULL, "%s", path);
	if (pp_elffile_open(&e, fd, &err)) {
		pp_findings_add_error(f, "build id", &err);
		return;
	}
	if (e.build_id[0])
		pp_findings_add(f, PP_MARK_OK, "build id", NULL, "%s", e.build_id);
	else
		pp_findings_add(f, PP_MARK_BAD, "build id", "link it with -Wl,--build-id",
				"none: it cannot be told from another build of it");
	debug_information(f, &e, path, root, mend);
	stacks(f, fd);
	pp_elffile_release(&e);
}

/* ---- Code that it makes ---- */

struct made {
	uint64_t bytes;	    /* of executable memory that is no file */
	struct pp_str dump; /* the jitdump that it has mapped; "" for none */
};

static struct made look_at_maps(struct pp_str text)
{
	struct made m = {0, {NULL, 0}};
	struct pp_procmap map;

	while (pp_procmaps_next(&text, &map)) {
		if (!map.exec)
			continue;
		if (map.inode && pp_jitdump_is_name(map.path))
			m.dump = map.path;
		if (!map.inode && map.path.n == 0)
			m.bytes += map.limit - map.start;
	}
	return m;
}

static void made_code(struct pp_findings *f, pid_t pid, const struct pp_jit_process *process)
{
	char path[64];
	struct pp_file maps;
	struct pp_err err = PP_ERR_INIT;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	if (pp_file_read(&maps, path, MAX_MAPS, &err)) {
		pp_findings_add_error(f, "code made by it", &err);
		return;
	}
	struct made m = look_at_maps((struct pp_str){(const char *)maps.bytes, maps.n});
	struct pp_jit *jit = NULL;
	if (m.bytes || m.dump.n)
		jit = pp_jit_open(process, m.dump, &err);
	if (jit)
		pp_findings_add(f, PP_MARK_OK, "code made by it", NULL, "named by its %s",
				m.dump.n ? "jitdump" : "perf map");
	else if (!m.bytes && !m.dump.n)
		pp_findings_add(f, PP_MARK_OK, "code made by it", NULL, "none");
	else
		pp_findings_add(
			f, PP_MARK_BAD, "code made by it",
			"node --perf-basic-prof; java -XX:+DumpPerfMapAtExit; python3 -X perf",
			"%llu KiB without names: %s", (unsigned long long)(m.bytes >> 10), err.msg);
	pp_jit_free(jit);
	pp_file_release(&maps);
}

/* ---- Where it lives ---- */

static bool same_namespace(pid_t pid, const char *kind, bool *known)
{
	char theirs[64], ours[64];
	struct stat a, b;

	snprintf(theirs, sizeof(theirs), "/proc/%d/ns/%s", (int)pid, kind);
	snprintf(ours, sizeof(ours), "/proc/self/ns/%s", kind);
	*known = stat(theirs, &a) == 0 && stat(ours, &b) == 0;
	return *known && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static void namespaces(struct pp_findings *f, pid_t pid)
{
	static const char *const kinds[] = {"pid", "mnt", "user", "cgroup"};
	char others[64] = "";
	bool known = true;

	for (size_t i = 0; known && i < PP_ARRAY_LEN(kinds); i++) {
		size_t n = strlen(others);

		if (!same_namespace(pid, kinds[i], &known))
			snprintf(others + n, sizeof(others) - n, " %s", kinds[i]);
	}
	if (!known)
		pp_findings_add(f, PP_MARK_NOTE, "namespaces", NULL, "not to be seen");
	else if (others[0])
		pp_findings_add(f, PP_MARK_OK, "namespaces", NULL,
				"of its own:%s; files are found below its root", others);
	else
		pp_findings_add(f, PP_MARK_OK, "namespaces", NULL, "the same as here");
}

void pp_doctor_process(struct pp_findings *f, pid_t pid)
{
	struct pp_jit_process process;
	struct pp_err err = PP_ERR_INIT;

	f->group = "process";
	if (pp_jit_process(&process, (uint32_t)pid, &err)) {
		if (err.kind == PP_ERR_PERMISSION)
			pp_err_hint(&err, "%s", PP_PRIVILEGE_SETCAP);
		pp_findings_add_error(f, "program", &err);
		return;
	}
	program(f, pid, process.root);
	made_code(f, pid, &process);
	namespaces(f, pid);
	pp_jit_process_release(&process);
}
