/* SPDX-License-Identifier: Apache-2.0 */
/* Running objdump and reading its listing, which comes from a file that nobody has checked. */
#include <config.h>

#include "symbol/objdump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/scan.h"
#include "io/run.h"

#define MAX_LISTING	 (256u << 20)
#define MAX_INSTRUCTIONS (4u << 20)
#define TIMEOUT		 (60 * PP_NSEC_PER_SEC)

int pp_objdump_find(struct pp_objdump *o, const char *path, struct pp_err *err)
{
	*o = (struct pp_objdump){.program = pp_run_find("llvm-objdump", path), .llvm = true};
	if (!o->program)
		*o = (struct pp_objdump){.program = pp_run_find("objdump", path)};
	if (o->program)
		return 0;
	pp_err_set(err, PP_ERR_NOT_FOUND, "cannot disassemble: objdump is not installed");
	return pp_err_hint(err, "sudo apt install binutils");
}

void pp_objdump_release(struct pp_objdump *o)
{
	free(o->program);
	o->program = NULL;
}

void pp_disassembly_release(struct pp_disassembly *d)
{
	free(d->instructions);
	pp_buf_release(&d->listing);
	*d = (struct pp_disassembly){0};
}

int pp_objdump_run(const struct pp_objdump *o, const char *file, uint64_t start, uint64_t stop,
		   bool intel, struct pp_disassembly *d, struct pp_err *err)
{
	/* a name that begins with '-' would be an option, and one with '@' a file of options */
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s%s", file[0] == '/' ? "" : "./", file);
	PP_CLEANUP(pp_freep) char *from = pp_xasprintf("--start-address=0x%" PRIx64, start);
	PP_CLEANUP(pp_freep) char *to = pp_xasprintf("--stop-address=0x%" PRIx64, stop);
	const char *argv[10] = {o->program,
				"--disassemble",
				"--demangle",
				"--no-show-raw-insn",
				"--line-numbers",
				from,
				to};
	int n = 7;

	if (intel)
		argv[n++] = o->llvm ? "--x86-asm-syntax=intel" : "--disassembler-options=intel";
	argv[n] = path;
	*d = (struct pp_disassembly){0};
	if (pp_run_output(argv, MAX_LISTING, TIMEOUT, &d->listing, err))
		return pp_err_wrap(err, "cannot disassemble '%s'", file);
	return pp_objdump_parse(d, err);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct pp_str trimmed(struct pp_str s)
{
	for (; s.n && is_blank(s.p[0]); s.n--)
		s.p++;
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* "401136:	push   %rbp" */
static bool take_instruction(struct pp_str line, uint64_t *address, struct pp_str *text)
{
	if (!pp_scan_number(&line, 16, address) || !pp_scan_char(&line, ':'))
		return false;
	*text = trimmed(line);
	return line.n && is_blank(line.p[0]);
}

/* Remarks of LLVM's begin with a semicolon. */
static struct pp_str without_semicolon(struct pp_str line)
{
	pp_scan_char(&line, ';');
	if (line.n && is_blank(line.p[0]))
		pp_scan_char(&line, line.p[0]);
	return line;
}

/* "/src/a.c:17", "/src/a.c:17 (discriminator 3)": the last colon with a digit behind it counts. */
static bool take_source(struct pp_str line, struct pp_str *file, uint64_t *number)
{
	struct pp_str s = without_semicolon(line);

	for (size_t i = s.n; i > 1; i--) {
		struct pp_str digits = {s.p + i - 1, s.n - i + 1};
		uint64_t v;

		if (s.p[i - 2] != ':' || pp_scan_digit(s.p[i - 1]) > 9)
			continue;
		if (pp_scan_number(&digits, 10, &v) && v <= UINT32_MAX) {
			*file = (struct pp_str){s.p, i - 2};
			*number = v;
		}
		return true;
	}
	return false;
}

/* "main():", or LLVM's "0000000000401136 <main>:" as it is. */
static bool take_function(struct pp_str line, struct pp_str *function)
{
	struct pp_str s = without_semicolon(line);
	uint64_t address;

	for (size_t i = s.n; i >= 4; i--) {
		if (memcmp(s.p + i - 3, "():", 3) == 0 && !is_blank(s.p[0])) {
			*function = (struct pp_str){s.p, i - 3};
			return true;
		}
	}
	const char *colon = memrchr(line.p, ':', line.n);
	if (!colon)
		return false;
	s = line;
	pp_scan_number(&s, 16, &address);
	if (s.p < colon && is_blank(s.p[0]))
		s.p++;
	*function = (struct pp_str){s.p, (size_t)(colon - s.p)};
	return true;
}

int pp_objdump_parse(struct pp_disassembly *d, struct pp_err *err)
{
	struct pp_str rest = pp_buf_view(&d->listing), line;
	struct pp_instruction at = {0};

	while (pp_scan_line(&rest, &line)) {
		line = trimmed(line);
		if (take_instruction(line, &at.address, &at.text)) {
			if (d->n == MAX_INSTRUCTIONS)
				return pp_err_set(err, PP_ERR_LIMIT,
						  "cannot disassemble: more than %u instructions",
						  MAX_INSTRUCTIONS);
			d->instructions = pp_grow(d->instructions, &d->cap, d->n + 1,
						  sizeof(*d->instructions));
			d->instructions[d->n++] = at;
		} else if (line.n == 0 || (!take_source(line, &at.file, &at.line) &&
					   !take_function(line, &at.function))) {
			at = (struct pp_instruction){0};
		}
	}
	return 0;
}
