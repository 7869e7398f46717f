/* SPDX-License-Identifier: Apache-2.0 */
/* A Go program made by hand, in any format of its table of functions: two functions of 0x100
 * bytes, the first of which has inlined a third, and depths of the stack. */
#ifndef PP_TESTS_GO_FIXTURE_H
#define PP_TESTS_GO_FIXTURE_H

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "symbol/gotab.h"

#define GO_TEXT	 0x401000ul
#define GO_DATA	 0x600000ul /* an inlined call, the table, and at 0x800 the module data */
#define GO_TABLE (GO_DATA + 0x100)
#define GO_END	 0xa00

static void go_put(struct pp_buf *b, size_t at, uint64_t v, size_t n)
{
	while (b->n < at + n)
		pp_buf_char(b, 0);
	for (size_t i = 0; i < n; i++)
		b->p[at + i] = (char)(v >> 8 * i);
}

static void go_text(struct pp_buf *b, size_t at, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		go_put(b, at + i, (uint8_t)bytes[i], 1);
}

/* The members of one function's entry, as gotab.c knows them, written down once more. */
static void go_func(struct pp_buf *b, size_t at, enum pp_gotab_version v, unsigned i, uint32_t name)
{
	bool wide = v < PP_GOTAB_1_18;
	size_t m = at + (wide ? 8 : 4);

	go_put(b, at, i * 0x100 + (wide ? GO_TEXT : 0), wide ? 8 : 4);
	go_put(b, m, name, 4);
	go_put(b, m + 12, 1, 4);  /* sp */
	go_put(b, m + 16, 10, 4); /* file */
	go_put(b, m + 20, 14, 4); /* line */
	go_put(b, m + 24, 3, 4);  /* tables of values */
	m += 28;
	if (v != PP_GOTAB_1_2)
		m += 4; /* unit 0 */
	if (v == PP_GOTAB_1_20) {
		go_put(b, m, 40, 4);
		m += 4;
	}
	go_put(b, m + 3, 4, 1); /* data */
	m += 4;
	go_put(b, m + 8, i == 0 ? 24 : 0, 4);
	m += 12;
	if (wide)
		m = (m + 7) / 8 * 8;
	go_put(b, m + 3 * (wide ? 8u : 4u),
	       wide	? (i == 0 ? GO_DATA : 0)
	       : i == 0 ? 0
			: ~0u,
	       wide ? 8 : 4);
}

/* The table, with its parts at offsets of 0x100 and more, from `at` on. */
static void go_table(struct pp_buf *b, size_t at, enum pp_gotab_version v)
{
	static const uint32_t magics[] = {0xfffffffb, 0xfffffffa, 0xfffffff0, 0xfffffff1};
	static const char names[] = "\0main.outer\0runtime.goexit\0main.inner";
	/* depth 0 for 4 bytes, 0x18 to 0xfc, 0 up to the end */
	static const char sp[] = {2, 4, 48, (char)0xf8, 1, 47, 4, 0};
	/* line 10 for 0x10 bytes, 99 for 0x10, 11 */
	static const char line[] = {22, 16, (char)0xb2, 1, 16, (char)0xaf, 1, (char)0xe0, 1, 0};
	/* call 0 is in 0x10 to 0x20 */
	static const char calls[] = {0, 16, 2, 16, 1, (char)0xe0, 1, 0};
	bool old = v == PP_GOTAB_1_2, wide = v < PP_GOTAB_1_18;
	size_t values = old ? 0 : 0x180, funcs = old ? 16 : 0x200, base = old ? 0 : funcs;
	size_t entry = wide ? 8 : 4, index = at + funcs;

	go_put(b, at, magics[v], 4);
	go_put(b, at + 6, 1, 1);
	go_put(b, at + 7, 8, 1);
	go_put(b, at + 8, 2, 8);
	if (!old) {
		size_t p = at + 24;

		go_put(b, at + 16, 1, 8);
		if (v >= PP_GOTAB_1_18) {
			go_put(b, p, GO_TEXT, 8);
			p += 8;
		}
		for (size_t i = 0; i < 5; i++)
			go_put(b, p + 8 * i,
			       (const uint64_t[]){0x100, 0x140, 0x150, 0x180, 0x200}[i], 8);
	}
	for (size_t i = 0; i < 3; i++) {
		go_put(b, index + 2 * i * entry, i * 0x100 + (wide ? GO_TEXT : 0), entry);
		if (i < 2)
			go_put(b, index + (2 * i + 1) * entry, (old ? 0x240 : 0x40) + i * 0x60,
			       entry);
	}
	if (old)
		go_put(b, index + 5 * entry, 0x140, 4);
	go_text(b, at + 0x100, names, sizeof(names));
	go_put(b, at + 0x140, old ? 1 : 0, 4);
	go_put(b, at + 0x144, old ? 0x150 : UINT32_MAX, 4);
	go_text(b, at + 0x150, "/src/main.go", 13);
	for (size_t i = 0; i < 2; i++)
		go_func(b, at + base + (old ? 0x240 : 0x40) + i * 0x60, v, (unsigned)i,
			(uint32_t)((old ? 0x100 : 0) + (i ? 12 : 1)));
	if (old) { /* all offsets are from the beginning, which the header has */
		for (size_t i = 0; i < 2; i++) {
			size_t m = at + 0x240 + i * 0x60;

			go_put(b, m + 20, 0x181, 4);
			go_put(b, m + 24, 0x18a, 4);
			go_put(b, m + 28, 0x18e, 4);
			go_put(b, m + 48, i == 0 ? 0x198 : 0, 4);
		}
		values = 0x180;
	}
	go_text(b, at + values + 1, sp, sizeof(sp));
	go_text(b, at + values + 10, old ? "\4\200\2" : "\2\200\2", 4); /* file 1, or 0 */
	go_text(b, at + values + 14, line, sizeof(line));
	go_text(b, at + values + 24, calls, sizeof(calls));
}

static void go_segment(struct pp_buf *b, size_t i, uint32_t flags, uint64_t vaddr, size_t offset,
		       size_t n)
{
	size_t at = 64 + i * 56;

	go_put(b, at, PT_LOAD, 4);
	go_put(b, at + 4, flags, 4);
	go_put(b, at + 8, offset, 8);
	go_put(b, at + 16, vaddr, 8);
	go_put(b, at + 24, vaddr, 8);
	go_put(b, at + 32, n, 8);
	go_put(b, at + 40, n, 8);
}

/* The program: no section headers, so that the table is found by how it begins. */
static void go_program(struct pp_buf *b, enum pp_gotab_version v)
{
	/* sub $0x18, %rsp; mov %rbp, 0x10(%rsp); lea 0x10(%rsp), %rbp */
	static const char code[] = "\x48\x83\xec\x18\x48\x89\x6c\x24\x10\x48\x8d\x6c\x24\x10";
	size_t data = 0x400, name = v == PP_GOTAB_1_2 ? 0x100 + 27 : 27;

	go_text(b, 0, ELFMAG, SELFMAG);
	go_put(b, EI_CLASS, ELFCLASS64, 1);
	go_put(b, EI_DATA, ELFDATA2LSB, 1);
	go_put(b, 16, ET_EXEC, 2);
	go_put(b, 18, EM_X86_64, 2);
	go_put(b, 32, 64, 8);
	go_put(b, 54, 56, 2);
	go_put(b, 56, 2, 2);
	go_segment(b, 0, PF_R | PF_X, GO_TEXT, 0x200, 0x200);
	go_segment(b, 1, PF_R | PF_W, GO_DATA, data, GO_END);
	go_text(b, 0x200, code, sizeof(code) - 1);
	/* the inlined call: of main.inner, from 5 bytes into main.outer */
	go_put(b, data + (v == PP_GOTAB_1_20 ? 4 : 12), name, 4);
	go_put(b, data + (v == PP_GOTAB_1_20 ? 8 : 16), 5, 4);
	go_put(b, data + (v == PP_GOTAB_1_20 ? 12 : 4), 90, 4);
	go_table(b, data + (GO_TABLE - GO_DATA), v);
	go_put(b, data + 0x800, GO_TABLE, 8);
	go_put(b, data + 0x808, GO_TABLE + 0x100, 8);
	go_put(b, data + 0x800 + 22 * 8, GO_TEXT, 8);
	go_put(b, data + 0x800 + (v == PP_GOTAB_1_20 ? 40 : 38) * 8, GO_DATA, 8);
	go_put(b, data + GO_END - 1, 0, 1);
}

/* A file in memory with these bytes. */
static int go_file(const void *bytes, size_t n)
{
	int fd = memfd_create("go", MFD_CLOEXEC);

	if (fd >= 0 && n && write(fd, bytes, n) != (ssize_t)n) {
		close(fd);
		return -1;
	}
	return fd;
}

#endif
