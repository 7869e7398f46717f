/* SPDX-License-Identifier: Apache-2.0 */
/* The text formats. Every reader sees every input. */
#include <config.h>

#include "legacy_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static pp_legacy_reader *const readers[] = {
		pp_legacy_heap,	      pp_legacy_count, pp_legacy_thread,
		pp_legacy_contention, pp_legacy_java,
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(readers); i++)
		legacy_check(readers[i], bytes, n);
	return 0;
}
