/* SPDX-License-Identifier: Apache-2.0 */
/* Any profile has canonical bytes, which say the same and are their own canonical bytes. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/canonical.h"
#include "archive/describe.h"
#include "archive/series.h"
#include "oracle_content.h"
#include "pprof/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_canonical: %s\n", what);
	abort();
}

/* What is described can be read again. */
static void check_series(const struct pp_profile *p)
{
	const struct pp_entry_labels none = {0};
	struct pp_buf encoded = PP_BUF_INIT, again = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_series s;

	if (pp_describe(p, &none, "host", &encoded, &err) == 0 &&
	    encoded.n <= PP_SERIES_BYTES_MAX) {
		if (pp_series_decode(&s, pp_buf_view(&encoded), &err))
			fail(err.msg);
		pp_series_encode(&s, &again);
		if (!pp_str_eq(pp_buf_view(&encoded), pp_buf_view(&again)))
			fail("a series is another one when it is read again");
		pp_series_release(&s);
	}
	pp_buf_release(&encoded);
	pp_buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_buf once = PP_BUF_INIT, twice = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p, q;

	if (pp_pprof_read_bytes(&p, bytes, n, NULL, &err))
		return 0;
	p.zero_labels = false; /* as any file has it */
	if (pp_canonical(&p, &once, &err))
		fail(err.msg);
	if (pp_pprof_read_bytes(&q, (const uint8_t *)once.p, once.n, NULL, &err))
		fail(err.msg);
	if (pp_canonical(&q, &twice, &err))
		fail(err.msg);
	if (!pp_str_eq(pp_buf_view(&once), pp_buf_view(&twice)))
		fail("not a fixed point");
	char *before = oracle_content(&p), *after = oracle_content(&q);
	if (n < 65536 && strcmp(before, after) != 0)
		fail("it does not say the same");
	free(before);
	free(after);
	check_series(&q);
	pp_buf_release(&once);
	pp_buf_release(&twice);
	pp_profile_release(&p);
	pp_profile_release(&q);
	return 0;
}
