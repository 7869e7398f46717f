/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disassembly by LLVM's or GNU's objdump. What it prints is read as google/pprof reads it
 * (internal/binutils), so that reports are the same.
 */
#ifndef PP_SYMBOL_OBJDUMP_H
#define PP_SYMBOL_OBJDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct pp_objdump {
	char *program; /* owned */
	bool llvm;
};

struct pp_instruction {
	uint64_t address;
	struct pp_str text;	      /* all borrowed from the listing */
	struct pp_str function, file; /* of the source; "" if unknown */
	uint64_t line;		      /* 0: unknown */
};

struct pp_disassembly {
	struct pp_instruction *instructions; /* as printed, which is by address */
	size_t n, cap;
	struct pp_buf listing;
};

/* Find a program in the directories of `path`: llvm-objdump before objdump, as pprof. -1 with
 * PP_ERR_NOT_FOUND and a hint. */
int pp_objdump_find(struct pp_objdump *o, const char *path, struct pp_err *err) PP_NODISCARD;
void pp_objdump_release(struct pp_objdump *o);

/* Disassemble [start, stop) of a file's own addresses. `intel`: in Intel's syntax. Release `d` in
 * either case. */
int pp_objdump_run(const struct pp_objdump *o, const char *file, uint64_t start, uint64_t stop,
		   bool intel, struct pp_disassembly *d, struct pp_err *err) PP_NODISCARD;

/* Read d->listing: the second half of pp_objdump_run. -1 with PP_ERR_LIMIT for too many
 * instructions. */
int pp_objdump_parse(struct pp_disassembly *d, struct pp_err *err) PP_NODISCARD;

void pp_disassembly_release(struct pp_disassembly *d);

#endif
