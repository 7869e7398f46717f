/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles from outside: read as protobuf-c reads them, written so that they read back the same,
 * and reported without a byte that is unsafe on a terminal.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/top.h"
#include "base/magnitude.h"
#include "base/utf8.h"
#include "io/gzip.h"
#include "oracle_pprof.h"
#include "pprof/read.h"
#include "profile/samples.h"
#include "render/top.h"

#define DEFLATE_UP_TO 4096

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_pprof: %s\n", what);
	abort();
}

/* The same sum by the plainest loop. */
static int64_t sum_leaves(const struct pp_frames *f, uint32_t index)
{
	int64_t sum = 0;

	for (uint32_t range = 0; range < f->profile->nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, f->profile, range);
		while (pp_samples_next(&it, &s)) {
			if (s.nlocations)
				sum = pp_wrap_add(sum, s.values[index]);
		}
		pp_samples_release(&it);
	}
	return sum;
}

static void check_text(const struct pp_out *out)
{
	struct pp_str rest = pp_buf_view(&out->buf);

	while (rest.n) {
		uint32_t cp;
		size_t n = pp_utf8_decode(rest, &cp);

		if (n == 0 || (cp != '\n' && pp_utf8_is_unsafe(cp)))
			fail("unsafe bytes in a report");
		rest.p += n;
		rest.n -= n;
	}
}

static void report(struct pp_profile *p, uint32_t index)
{
	const struct pp_top_options options = {.nodefraction = 0.005, .edgefraction = 0.001};
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_flat flat;
	struct pp_top top;
	struct pp_header header;
	struct pp_out out;
	int64_t sum = 0;

	pp_nodes_init(&nodes);
	pp_frames_init(&frames, p, &nodes);
	pp_flat_init(&flat, nodes.count);
	pp_flat_add(&flat, &frames, index);
	for (uint32_t i = 0; i < flat.n; i++)
		sum = pp_wrap_add(sum, flat.cells[i].flat);
	if (sum != sum_leaves(&frames, index))
		fail("flat values do not add up");

	pp_top_init(&top, &flat, &nodes, &frames, &index, 1, &options);
	pp_header_init(&header, p, index);
	header.total = top.total;
	header.out_unit = pp_top_unit(&top, header.unit, PP_STR_LIT("minimum"));
	pp_out_init_mem(&out);
	pp_top_text(&top, &nodes, &header, &out);
	pp_top_json(&top, &nodes, &header, &out);
	check_text(&out);
	pp_top_csv(&top, &nodes, &header, &out);
	pp_buf_release(&out.buf);
	pp_top_release(&top);
	pp_flat_release(&flat);
	pp_frames_release(&frames);
	pp_nodes_release(&nodes);
}

/* The bytes as a file: they may happen to be gzip. */
static void read_as_file(const uint8_t *bytes, size_t n)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	if (pp_pprof_read_bytes(&p, bytes, n, &err) == 0) {
		report(&p, p.nsample_types - 1);
		if (p.nsample_types > 1)
			report(&p, 0);
	} else if (!err.msg[0]) {
		fail("no message");
	}
	pp_profile_release(&p);
}

/* Compressing must not change the verdict. */
static void read_deflated(const uint8_t *bytes, size_t n, bool accepted)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	uint8_t *packed;
	size_t packed_n;

	pp_gzip_deflate(bytes, n, &packed, &packed_n);
	if ((pp_pprof_read_bytes(&p, packed, packed_n, &err) == 0) != accepted)
		fail("another verdict when compressed");
	pp_profile_release(&p);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct oracle_pprof verdict = oracle_pprof_check(bytes, n);

	if (verdict.wrong)
		fail(verdict.wrong);
	if (n <= DEFLATE_UP_TO)
		read_deflated(bytes, n, verdict.accepted);
	read_as_file(bytes, n);
	return 0;
}
