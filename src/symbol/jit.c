/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a process that name the code it makes. */
#include <config.h>

#include "symbol/jit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/scan.h"
#include "io/file.h"
#include "symbol/jitcode.h"
#include "symbol/jitdump.h"
#include "symbol/jitname.h"
#include "symbol/perfmap.h"

#define MAX_MAP (256u << 20)

struct pp_jit {
	struct pp_jitcode code;
	struct pp_buf scratch;
};

/* ---- The process ---- */

/* The last number of a line "KEY: N N N" of /proc/PID/status, or number `which` of it. */
static bool status_number(const char *status, const char *key, int which, uint64_t *out)
{
	struct pp_str rest = pp_str_of(status), line;
	bool found = false;

	while (pp_scan_line(&rest, &line)) {
		if (!pp_str_starts(line, pp_str_of(key)))
			continue;
		line = (struct pp_str){line.p + strlen(key), line.n - strlen(key)};
		for (int i = 0; which < 0 || i <= which; i++) {
			while (pp_scan_char(&line, '\t') || pp_scan_char(&line, ' '))
				continue;
			if (!pp_scan_number(&line, 10, out))
				return found && which < 0;
			found = true;
		}
		return true;
	}
	return false;
}

int pp_jit_process(struct pp_jit_process *p, uint32_t pid, struct pp_err *err)
{
	char path[64], status[8192];
	uint64_t inside = pid, uid;

	*p = (struct pp_jit_process){.root = -1};
	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	if (pp_file_read_text(path, status, sizeof(status)) < 0)
		return pp_err_sys(err, errno, "cannot read '%s'", path);
	if (!status_number(status, "Uid:", 1, &uid))
		return pp_err_set(err, PP_ERR_FORMAT, "no user in '%s'", path);
	/* kernels without pid namespaces do not say */
	(void)status_number(status, "NSpid:", -1, &inside);
	p->uid = (uid_t)uid;
	p->pid_inside = (uint32_t)inside;
	snprintf(path, sizeof(path), "/proc/%u/root", pid);
	p->root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (p->root < 0)
		return pp_err_sys(err, errno, "cannot open the root directory of process %u", pid);
	return 0;
}

void pp_jit_process_release(struct pp_jit_process *p)
{
	if (p->root >= 0)
		close(p->root);
	*p = (struct pp_jit_process){.root = -1};
}

/* ---- Its files ---- */

static int open_below(const struct pp_jit_process *p, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, p->root, path, &how, sizeof(how));
}

/* A file that only the process's user, or root, can have made; -1 with errno or a reason. */
static int open_checked(const struct pp_jit_process *p, const char *path, struct pp_err *err)
{
	int fd = open_below(p, path);
	struct stat st;

	if (fd < 0)
		return pp_err_sys(err, errno, "cannot open '%s'", path);
	if (fstat(fd, &st) < 0) {
		pp_err_sys(err, errno, "cannot open '%s'", path);
	} else if (!S_ISREG(st.st_mode)) {
		pp_err_set(err, PP_ERR_PERMISSION, "'%s' is no regular file", path);
	} else if (st.st_uid != p->uid && st.st_uid != 0) {
		pp_err_set(err, PP_ERR_PERMISSION, "'%s' belongs to somebody else than the process",
			   path);
	} else if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		pp_err_set(err, PP_ERR_PERMISSION, "'%s' can be written by others", path);
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int too_large(struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_LIMIT, "more than %u MiB", MAX_MAP >> 20);
}

/* The text of a file that may grow or shrink meanwhile. */
static int read_text(int fd, struct pp_buf *text, struct pp_err *err)
{
	struct stat st;

	/* a hole costs nothing to make, and much to read */
	if (fstat(fd, &st) == 0 && st.st_size > MAX_MAP)
		return too_large(err);
	for (;;) {
		pp_buf_reserve(text, 64u << 10);
		ssize_t got = read(fd, text->p + text->n, 64u << 10);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pp_err_sys(err, errno, "cannot read it");
		if (got == 0)
			return 0;
		text->n += (size_t)got;
		if (text->n > MAX_MAP)
			return too_large(err);
	}
}

static int read_map(struct pp_jitcode *code, const struct pp_jit_process *p, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	PP_CLEANUP(close_fd) int fd = -1;
	char path[64];

	snprintf(path, sizeof(path), "/tmp/perf-%u.map", p->pid_inside);
	fd = open_checked(p, path, err);
	if (fd < 0)
		return -1;
	if (read_text(fd, &text, err) < 0 || pp_perfmap_read(code, pp_buf_view(&text), err) < 0)
		return pp_err_wrap(err, "cannot use '%s'", path);
	return 0;
}

static int read_dump(struct pp_jitcode *code, const struct pp_jit_process *p, const char *path,
		     struct pp_err *err)
{
	PP_CLEANUP(close_fd) int fd = open_checked(p, path, err);

	if (fd < 0)
		return -1;
	return pp_jitdump_read(code, fd, err) < 0 ? pp_err_wrap(err, "cannot use '%s'", path) : 0;
}

static void reset(struct pp_jitcode *code)
{
	pp_jitcode_release(code);
	pp_jitcode_init(code);
}

struct pp_jit *pp_jit_open(const struct pp_jit_process *p, struct pp_str dump, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%.*s", (int)dump.n, dump.n ? dump.p : "");
	struct pp_jit *jit = pp_xcalloc(1, sizeof(*jit));
	struct pp_err of_map;

	pp_jitcode_init(&jit->code);
	if (dump.n && pp_jitdump_is_name(dump)) {
		if (read_dump(&jit->code, p, path, err) == 0 && jit->code.n)
			return jit;
		reset(&jit->code);
	}
	if (read_map(&jit->code, p, &of_map) == 0)
		return jit;
	/* what is wrong with a dump that is there says more than that there is no map */
	if (!dump.n || of_map.kind != PP_ERR_NOT_FOUND)
		*err = of_map;
	pp_jit_free(jit);
	return NULL;
}

void pp_jit_free(struct pp_jit *jit)
{
	if (!jit)
		return;
	pp_jitcode_release(&jit->code);
	pp_buf_release(&jit->scratch);
	free(jit);
}

bool pp_jit_find(struct pp_jit *jit, uint64_t address, uint64_t time, struct pp_jit_frame *out)
{
	const struct pp_jitcode *c = &jit->code;
	const struct pp_jitcode_entry *e = pp_jitcode_find(c, address, time);
	const struct pp_jitline *line;
	struct pp_jitname name;

	if (!e)
		return false;
	name = pp_jitname_parse(pp_strtab_get(&c->strings, e->name), &jit->scratch);
	*out = (struct pp_jit_frame){
		.system_name = pp_strtab_get(&c->strings, e->name),
		.name = name.function,
		.file = name.file,
		.line = name.line,
		.start_line = name.line,
		.start = e->start,
	};
	line = pp_jitcode_line(c, e, address);
	if (line && line->line) {
		out->line = line->line;
		if (line->file)
			out->file = pp_strtab_get(&c->strings, line->file);
	}
	return true;
}
