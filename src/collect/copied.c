/* SPDX-License-Identifier: Apache-2.0 */
/* From a SAMPLE event to what unwind/walk.h wants. */
#include <config.h>

#include "collect/copied.h"

struct process {
	struct pp_procs *procs;
	uint32_t pid;
};

static struct pp_unwind_code find_code(void *context, uint64_t pc)
{
	const struct process *p = context;

	return pp_procs_code(p->procs, p->pid, pc);
}

uint32_t pp_copied_walk(struct pp_procs *procs, const struct pp_event *e, uint64_t *frames,
			enum pp_unwind_end *end)
{
	struct process process = {procs, e->pid};
	struct pp_unwind_frame walked[PP_UNWIND_MAX_FRAMES];
	struct pp_unwind_stack stack = {
		.bytes = (const uint8_t *)e->sample.stack.p,
		.n = e->sample.stack.n,
		.at = e->sample.regs.sp & ~7ULL,
	};
	size_t n;

	*end = pp_unwind_walk(&stack, &e->sample.regs, find_code, &process, walked, &n);
	for (size_t i = 0; i < n; i++)
		frames[i] = walked[i].pc | (walked[i].exact ? PP_FRAME_EXACT : 0);
	return (uint32_t)n;
}
