/* SPDX-License-Identifier: Apache-2.0 */
/* Dumps of goroutines: what stands in front of one must not change what it says. */
#include <config.h>

#include "legacy_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_buf with_log = PP_BUF_INIT;
	int rc = legacy_check(pp_goroutines, bytes, n);

	pp_buf_str(&with_log, "panic: something\n\n");
	pp_buf_add(&with_log, bytes, n);
	if (legacy_check(pp_goroutines, with_log.p, with_log.n) != rc)
		legacy_fail("another verdict behind a message");
	pp_buf_release(&with_log);
	return 0;
}
