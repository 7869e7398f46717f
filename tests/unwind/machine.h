/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unwind/step.h on made-up memory, compiled for each machine (machine_x86.c, machine_arm64.c): for
 * tests, on whatever machine they run.
 */
#ifndef PP_TESTS_UNWIND_MACHINE_H
#define PP_TESTS_UNWIND_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unwind/row.h"

struct word {
	uint64_t at, word;
};

/* Words at addresses: those of the list first, then what `rest` says; -1 if there is no memory. */
struct memory {
	const struct word *words;
	size_t n;
	int (*rest)(uint64_t at, uint64_t *word);
};

struct registers {
	uint64_t pc, sp, fp, lr, scratch;
};

/* One turn of a walk (pp_unwind_turn); what it returns is an enum pp_unwind_end. */
int turn_x86(struct memory *m, struct registers *r, struct pp_unwind_row row, bool *exact);
int turn_arm64(struct memory *m, struct registers *r, struct pp_unwind_row row, bool *exact);

int memory_read(void *memory, void *to, size_t n, uint64_t at);

#endif
