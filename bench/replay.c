/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks stacks that somebody else has copied, by our tables and our steps. Reads commands from
 * stdin, a line each; SPACE is a number that stands for a process:
 *
 *	map SPACE START END OFFSET PATH	code is mapped from there on; numbers are hexadecimal
 *	copy SPACE FROM			SPACE is a child of FROM
 *	clear SPACE			what was mapped is gone: the process runs another program
 *	walk SPACE PC SP FP SCRATCH N	followed by the N bytes from SP on
 *
 * and prints for each walk a line: why it ended, as the number of enum pp_unwind_end, and the
 * frames, innermost first, by OFFSET in what is mapped or, where nothing is, by address. Callers
 * are given by the last byte of the call.
 */
#include <config.h>

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/alloc.h"
#include "symbol/elffile.h"
#include "unwind/walk.h"

#define MAX_SPACES 65536
#define MAX_STACK  (1 << 16)
#define MAX_LINE   8192

struct file {
	char *path;
	bool has_table;
	struct pp_unwind_table table;
	struct pp_elffile_segment *segments;
	size_t nsegments;
};

struct mapping {
	uint64_t start, end, offset;
	size_t file;
};

struct space {
	struct mapping *list; /* a later one hides what it covers */
	size_t n, cap;
};

struct replay {
	struct space *spaces; /* [MAX_SPACES] */
	struct file *files;
	size_t nfiles, cap;
};

/* What find_code looks at. */
struct place {
	const struct replay *replay;
	const struct space *space;
};

static void fail(const char *what)
{
	fprintf(stderr, "replay: %s\n", what);
	exit(2);
}

/* ---- Files ---- */

static void keep_segments(struct file *f, struct pp_elffile *elf)
{
	f->segments = elf->segments;
	f->nsegments = elf->nsegments;
	elf->segments = NULL;
	elf->nsegments = 0;
	pp_elffile_release(elf);
}

static void open_file(struct file *f)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_elffile elf;
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (pp_elffile_open_segments(&elf, fd, &err) == 0) {
		keep_segments(f, &elf);
		f->has_table = pp_unwind_table_read(&f->table, fd, &err) == 0;
	}
	close(fd);
}

/* It is the same in all processes of a machine; its size is in its headers. */
static void open_vdso(struct file *f)
{
	const uint8_t *image = (const uint8_t *)getauxval(AT_SYSINFO_EHDR);
	struct pp_err err = PP_ERR_INIT;
	struct pp_elffile elf;
	Elf64_Ehdr header;

	if (!image)
		return;
	memcpy(&header, image, sizeof(header));
	size_t n = header.e_shoff + (size_t)header.e_shnum * header.e_shentsize;
	if (pp_elffile_open_memory(&elf, image, n, &err) == 0) {
		keep_segments(f, &elf);
		f->has_table = pp_unwind_table_read_memory(&f->table, image, n, &err) == 0;
	}
}

static size_t get_file(struct replay *r, const char *path)
{
	for (size_t i = 0; i < r->nfiles; i++)
		if (strcmp(r->files[i].path, path) == 0)
			return i;
	r->files = pp_grow(r->files, &r->cap, r->nfiles + 1, sizeof(*r->files));
	struct file *f = &r->files[r->nfiles];
	*f = (struct file){.path = pp_xstrdup(path)};
	if (strcmp(path, "[vdso]") == 0)
		open_vdso(f);
	else if (path[0] == '/')
		open_file(f);
	return r->nfiles++;
}

/* ---- Address spaces ---- */

static struct space *get_space(struct replay *r, uint64_t number)
{
	if (number >= MAX_SPACES)
		fail("too many spaces");
	return &r->spaces[number];
}

static void add_mapping(struct space *s, struct mapping m)
{
	s->list = pp_grow(s->list, &s->cap, s->n + 1, sizeof(*s->list));
	s->list[s->n++] = m;
}

static void copy_space(struct space *s, const struct space *from)
{
	s->n = 0;
	for (size_t i = 0; i < from->n; i++)
		add_mapping(s, from->list[i]);
}

static const struct mapping *find_mapping(const struct space *s, uint64_t address)
{
	for (size_t i = s->n; i-- > 0;)
		if (address >= s->list[i].start && address < s->list[i].end)
			return &s->list[i];
	return NULL;
}

static struct pp_unwind_code find_code(void *context, uint64_t pc)
{
	const struct place *place = context;
	struct pp_unwind_code code = {.kind = PP_UNWIND_CODE_NONE};
	const struct mapping *m = find_mapping(place->space, pc);

	if (!m)
		return code;
	const struct file *f = &place->replay->files[m->file];
	code.kind = PP_UNWIND_CODE_MADE;
	if (f->has_table && pp_elffile_segments_vaddr(f->segments, f->nsegments,
						      m->offset + (pc - m->start), &code.vaddr)) {
		code.kind = PP_UNWIND_CODE_TABLE;
		code.table = &f->table;
	}
	return code;
}

/* ---- Commands ---- */

static void print_frame(const struct space *s, struct pp_unwind_frame frame)
{
	uint64_t at = frame.exact ? frame.pc : frame.pc - 1;
	const struct mapping *m = find_mapping(s, at);

	printf(" %" PRIx64, m ? at - m->start + m->offset : at);
}

static void walk(struct replay *r, const char *line)
{
	static uint8_t bytes[MAX_STACK];
	struct pp_unwind_frame frames[PP_UNWIND_MAX_FRAMES];
	struct pp_unwind_regs regs = {0};
	uint64_t number, pc, sp, fp, scratch, n;
	size_t nframes;

	/* pp-allow: numbers of our own benchmark */
	if (sscanf(line,
		   "walk %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64,
		   &number, &pc, &sp, &fp, &scratch, &n) != 6 ||
	    n > sizeof(bytes) || fread(bytes, 1, n, stdin) != n)
		fail(line);
	struct place place = {r, get_space(r, number)};
	struct pp_unwind_stack stack = {bytes, n, sp};

	regs.pc = pc;
	regs.sp = sp;
	regs.fp = fp;
	regs.scratch = scratch;
	enum pp_unwind_end end = pp_unwind_walk(&stack, &regs, find_code, &place, frames, &nframes);
	printf("%d", end);
	for (size_t i = 0; i < nframes; i++)
		print_frame(place.space, frames[i]);
	putchar('\n');
}

static void change(struct replay *r, const char *line)
{
	struct mapping m = {0};
	uint64_t number, from;
	int path = 0;

	/* pp-allow: numbers of our own benchmark */
	if (sscanf(line, "map %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %n", &number,
		   &m.start, &m.end, &m.offset, &path) == 4 &&
	    path) {
		m.file = get_file(r, line + path);
		add_mapping(get_space(r, number), m);
	} else if (sscanf(line, "copy %" SCNx64 " %" SCNx64, &number, &from) == 2) { /* pp-allow */
		copy_space(get_space(r, number), get_space(r, from));
	} else if (sscanf(line, "clear %" SCNx64, &number) == 1) { /* pp-allow: the same */
		get_space(r, number)->n = 0;
	} else {
		fail(line);
	}
}

int main(void)
{
	struct replay r = {.spaces = pp_xcalloc(MAX_SPACES, sizeof(*r.spaces))};
	char line[MAX_LINE];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "walk ", 5) == 0)
			walk(&r, line);
		else
			change(&r, line);
	}
	return 0;
}
