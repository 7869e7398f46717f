/* SPDX-License-Identifier: Apache-2.0 */
/* Names for the ends of stacks. */
#include <config.h>

#include "collect/ends.h"

static const struct {
	const char *name, *text;
	bool complete;
} ends[PP_UNWIND_ENDS] = {
	[PP_UNWIND_MORE] = {"unknown", "walked by frame pointers, of which nothing is known",
			    false},
	[PP_UNWIND_ROOT] = {"root", "reached the beginning of the thread", true},
	[PP_UNWIND_ZERO] = {"zero", "reached a return address of 0, a beginning by convention",
			    true},
	[PP_UNWIND_FP_ZERO] = {"fp-zero", "reached a frame pointer of 0, a beginning by convention",
			       true},
	[PP_UNWIND_NO_CODE] = {"no-code", "a return address lies outside all code", false},
	[PP_UNWIND_NO_FRAME] = {"no-frame",
				"code without unwind information and without a frame pointer",
				false},
	[PP_UNWIND_UNSUPPORTED] = {"unsupported",
				   "unwind information of a kind that tables cannot hold", false},
	[PP_UNWIND_UNREADABLE] = {"unreadable",
				  "the stack was not in memory, or not copied that far", false},
	[PP_UNWIND_LOOP] = {"loop", "the caller's frame is not above", false},
	[PP_UNWIND_TRUNCATED] = {"truncated", "more than 1023 frames", false},
	[PP_UNWIND_OTHER_ABI] = {"32-bit", "32-bit code", false},
	[PP_UNWIND_NO_TABLE] = {"no-table", "the unwind table was not ready", false},
	[PP_UNWIND_NO_USER] = {"kernel",
			       "no user code: a thread of the kernel, or between two programs",
			       true},
};

bool pp_end_is_complete(enum pp_unwind_end end)
{
	return ends[end].complete;
}

const char *pp_end_name(enum pp_unwind_end end)
{
	return ends[end].name;
}

const char *pp_end_text(enum pp_unwind_end end)
{
	return ends[end].text;
}

double pp_end_completeness(const uint64_t counts[PP_UNWIND_ENDS])
{
	uint64_t all = 0, complete = 0;

	for (int i = 0; i < PP_UNWIND_ENDS; i++) {
		if (i == PP_UNWIND_MORE || i == PP_UNWIND_NO_USER)
			continue;
		all += counts[i];
		complete += ends[i].complete ? counts[i] : 0;
	}
	return all ? (double)complete / (double)all : 1;
}
