/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking a stack that was copied out of a process, by the rules that the eBPF program follows on
 * the running thread (unwind/step.h).
 */
#ifndef PP_UNWIND_WALK_H
#define PP_UNWIND_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unwind/frame.h"
#include "unwind/table.h"

#define PP_UNWIND_MAX_FRAMES 1023

enum pp_unwind_code_kind {
	PP_UNWIND_CODE_NONE,	 /* nothing executable is mapped there */
	PP_UNWIND_CODE_TABLE,	 /* of a file with a table, which may be empty */
	PP_UNWIND_CODE_NO_TABLE, /* of a file whose table is not there (yet) */
	PP_UNWIND_CODE_MADE,	 /* made at run time: there are but frame pointers */
};

struct pp_unwind_code {
	enum pp_unwind_code_kind kind;
	const struct pp_unwind_table *table;
	uint64_t vaddr; /* the address in the file */
};

/* Say what code is at address `pc` of the process. */
typedef struct pp_unwind_code pp_unwind_find_fn(void *context, uint64_t pc);

/* n bytes of a stack, copied from address `at`; never read beyond. */
struct pp_unwind_stack {
	const uint8_t *bytes;
	size_t n;
	uint64_t at;
};

struct pp_unwind_frame {
	uint64_t pc;
	bool exact; /* pc is where the frame is; else it is where a call returns to, and the frame
		     * is at the call: look up pc - 1 */
};

/*
 * From the registers of running code, innermost frame first, at most PP_UNWIND_MAX_FRAMES: *n of
 * them, at least one. A return address into no code is no frame. The result is why there are no
 * more, never PP_UNWIND_MORE. Walks stacks of the machine that this runs on.
 */
enum pp_unwind_end pp_unwind_walk(const struct pp_unwind_stack *stack,
				  const struct pp_unwind_regs *regs, pp_unwind_find_fn *find,
				  void *context, struct pp_unwind_frame *frames, size_t *n);

#endif
