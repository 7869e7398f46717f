/* SPDX-License-Identifier: Apache-2.0 */
/* What has to hold whatever a reader of an older format is given. */
#ifndef PP_TESTS_LEGACY_CHECK_H
#define PP_TESTS_LEGACY_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "../lib/profile_dump.h"
#include "base/alloc.h"
#include "pprof/decode.h"
#include "pprof/encode.h"
#include "pprof/legacy_readers.h"

static void legacy_fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static void must_be_equal(const struct pp_buf *a, const struct pp_buf *b, const char *what)
{
	if (a->n != b->n || (a->n && memcmp(a->p, b->p, a->n) != 0))
		legacy_fail(what);
}

/* Written as a pprof file and read again, it is the same. Labels of 0 are not: no such file has
 * them. */
static void legacy_round_trip(struct pp_profile *p)
{
	struct pp_buf said = PP_BUF_INIT, said_again = PP_BUF_INIT;
	struct pp_buf written = PP_BUF_INIT, written_again = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile again;

	p->zero_labels = false;
	dump_profile(&said, p);
	pp_pprof_encode(p, &written);

	uint8_t *copy = pp_xcalloc(written.n, 1);
	memcpy(copy, written.p, written.n);
	if (pp_pprof_decode(&again, copy, written.n, &err))
		legacy_fail(err.msg);
	dump_profile(&said_again, &again);
	pp_pprof_encode(&again, &written_again);
	must_be_equal(&said, &said_again, "what was written says something else");
	must_be_equal(&written, &written_again, "written twice, it differs");
	pp_profile_release(&again);
	pp_buf_release(&said);
	pp_buf_release(&said_again);
	pp_buf_release(&written);
	pp_buf_release(&written_again);
}

/* Read exactly these bytes; returns what the reader said. */
static int legacy_check(pp_legacy_reader *read, const void *bytes, size_t n)
{
	char *copy = pp_xcalloc(n, 1);
	struct pp_err err = PP_ERR_INIT;
	struct pp_builder b;
	struct pp_profile p;

	if (n)
		memcpy(copy, bytes, n);
	pp_builder_init(&b);
	int rc = read(&b, (struct pp_str){copy, n}, &err);
	if (rc == PP_LEGACY_READ) {
		if (pp_builder_finish(&b, &p, &err))
			legacy_fail(err.msg);
		legacy_round_trip(&p);
		pp_profile_release(&p);
	} else if (rc == PP_LEGACY_FAILED &&
		   (!err.msg[0] || (err.kind != PP_ERR_FORMAT && err.kind != PP_ERR_LIMIT))) {
		legacy_fail("failed without saying why");
	} else if (rc == PP_LEGACY_OTHER && (b.head.nsample_types || b.samples.n)) {
		legacy_fail("not its own, and yet it took something");
	}
	pp_builder_release(&b);
	free(copy);
	return rc;
}

#endif
