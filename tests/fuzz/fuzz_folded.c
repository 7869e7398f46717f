/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folded stacks from outside: what is read is a valid profile, and written as folded stacks again
 * it says the same.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "pprof/decode.h"
#include "pprof/encode.h"
#include "pprof/folded.h"
#include "pprof/legacy.h"
#include "profile/samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_folded: %s\n", what);
	abort();
}

/* As a pprof file. */
static void check_valid(const struct pp_profile *p)
{
	struct pp_buf written = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile again;

	pp_pprof_encode(p, &written);
	if (pp_pprof_decode(&again, (uint8_t *)written.p, written.n, &err))
		fail(err.msg);
	pp_profile_release(&again);
}

/* With a ';' on either side of each frame, so that blanks stay a part of it. */
static void write_sample(struct pp_buf *out, const struct pp_profile *p, const struct pp_sample *s)
{
	pp_buf_char(out, ';');
	for (uint32_t i = s->nlocations; i-- > 0;) {
		const struct pp_location *l = &p->locations[s->locations[i]];
		struct pp_str name =
			pp_profile_str(p, p->functions[p->lines[l->first_line].function].name);

		if (name.n == 0 || memchr(name.p, ';', name.n) || memchr(name.p, '\n', name.n) ||
		    memchr(name.p, '\0', name.n))
			fail("a name that no line can have");
		pp_buf_add(out, name.p, name.n);
		pp_buf_char(out, ';');
	}
	for (uint32_t i = 0; i < p->nsample_types; i++)
		pp_buf_fmt(out, " %lld", (long long)s->values[i]);
	pp_buf_char(out, '\n');
}

static void write_samples(struct pp_buf *out, const struct pp_profile *p)
{
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s))
			write_sample(out, p, &s);
		pp_samples_release(&it);
	}
}

static void check_round_trip(const struct pp_profile *p)
{
	struct pp_buf written = PP_BUF_INIT, again = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile q;

	write_samples(&written, p);
	if (pp_folded_read(&q, pp_buf_view(&written), &err) != PP_LEGACY_READ)
		fail(err.msg);
	write_samples(&again, &q);
	if (again.n != written.n || memcmp(again.p, written.p, again.n) != 0)
		fail("written again, it says something else");
	pp_profile_release(&q);
	pp_buf_release(&written);
	pp_buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *copy = pp_xcalloc(n, 1);
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	if (n)
		memcpy(copy, bytes, n);
	int rc = pp_folded_read(&p, (struct pp_str){copy, n}, &err);
	if (rc == PP_LEGACY_READ) {
		check_valid(&p);
		check_round_trip(&p);
		pp_profile_release(&p);
	} else if (rc == PP_LEGACY_FAILED
			   ? !err.msg[0] || (err.kind != PP_ERR_FORMAT && err.kind != PP_ERR_LIMIT)
			   : pp_folded_is((struct pp_str){copy, n})) {
		fail("refused without saying why");
	}
	free(copy);
	return 0;
}
