/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What addresses of one file are called: for each, its frames, the innermost inlined function
 * first. All sources of names (DWARF, symbol tables, Go's tables, ...) give their answers so.
 */
#ifndef PP_SYMBOL_ANSWERS_H
#define PP_SYMBOL_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

struct pp_answer_frame {
	uint32_t system_name; /* string: as the linker has it (mangled), or "" */
	uint32_t name;	      /* string: as the source has it, or "" to have it demangled */
	uint32_t file;	      /* string, or "" */
	uint32_t line;	      /* 0: unknown */
	uint32_t start_line;  /* where the function is declared; 0: unknown */
};

struct pp_answers {
	struct pp_strtab strings;
	struct pp_answer_frame *frames;
	size_t nframes, frames_cap;
	uint32_t *first; /* n + 1: frames of address i are [first[i], first[i + 1]); none: no answer
			  */
	size_t n;
};

/* Room for the answers to n addresses, none so far. */
void pp_answers_init(struct pp_answers *a, size_t n);
void pp_answers_release(struct pp_answers *a);

/* Answers are given in order of address: begin each, the last one, too, whether it has frames or
 * not, then add its frames to it. */
void pp_answers_begin(struct pp_answers *a, size_t i);
void pp_answers_add(struct pp_answers *a, size_t i, struct pp_answer_frame f);

#endif
