/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles from outside: read as protobuf-c reads them, written so that they read back the same,
 * and reported without a byte that is unsafe on a terminal.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/edges.h"
#include "analyze/rows.h"
#include "base/magnitude.h"
#include "io/gzip.h"
#include "oracle_pprof.h"
#include "pprof/read.h"
#include "profile/samples.h"
#include "render/top.h"
#include "render/tree.h"
#include "safe_text.h"

#define DEFLATE_UP_TO 4096

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_pprof: %s\n", what);
	abort();
}

/* The same sum by the plainest loop. */
static int64_t sum_leaves(const struct pp_view *v)
{
	int64_t sum = 0;

	for (uint32_t range = 0; range < v->profile->nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, v->profile, range);
		while (pp_samples_next(&it, &s)) {
			if (pp_filter_sample(v->filter, &s) && s.nlocations)
				sum = pp_wrap_add(sum, s.values[v->index]);
		}
		pp_samples_release(&it);
	}
	return sum;
}

static void check_text(const struct pp_out *out)
{
	if (!safe_text(pp_buf_view(&out->buf)))
		fail("unsafe bytes in a report");
}

static void print(const struct pp_view *v, struct pp_rows *rows)
{
	struct pp_edges edges;
	struct pp_header header;
	struct pp_tree_view tree = {
		.rows = rows, .edges = &edges, .nodes = v->nodes, .header = &header};
	struct pp_out out;

	pp_header_init(&header, v, rows->total);
	pp_header_choose_unit(&header, rows, false);
	pp_edges_init(&edges, v, rows);
	pp_out_init_mem(&out);
	pp_top_text(rows, v->nodes, &header, &out);
	pp_top_json(rows, v->nodes, &header, &out);
	pp_tree_json(&tree, &out);
	check_text(&out);
	pp_tree_text(&tree, &out); /* whose legend has tabs */
	pp_tree_csv(&tree, &out);
	pp_top_csv(rows, v->nodes, &header, &out);
	pp_buf_release(&out.buf);
	pp_edges_release(&edges);
}

/* Report one of the values at one granularity, of what some filter leaves. */
static void report(struct pp_profile *p, uint32_t index, enum pp_granularity granularity,
		   const struct pp_filter_options *filters)
{
	const struct pp_rows_options options = {.nodefraction = 0.005, .edgefraction = 0.001};
	const struct pp_frames_options by = {.granularity = granularity};
	struct pp_err err = PP_ERR_INIT;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_view view = {.profile = p,
			       .filter = &filter,
			       .frames = &frames,
			       .nodes = &nodes,
			       .index = index};
	struct pp_flat flat;
	struct pp_rows rows;
	int64_t sum = 0;

	if (pp_filter_init(&filter, p, filters, &err))
		fail("a filter of ours is refused");
	pp_nodes_init(&nodes);
	pp_frames_init(&frames, p, &nodes, &by);
	pp_flat_init(&flat, &view);
	for (uint32_t i = 0; i < flat.n; i++)
		sum = pp_wrap_add(sum, flat.cells[i].flat);
	if (sum != sum_leaves(&view))
		fail("flat values do not add up");
	pp_rows_init(&rows, &flat, NULL, &nodes, &options);
	pp_edges_mark_inlined(&rows, &view, &flat);
	print(&view, &rows);
	pp_rows_release(&rows);
	pp_flat_release(&flat);
	pp_frames_release(&frames);
	pp_nodes_release(&nodes);
	pp_filter_release(&filter);
}

/* The bytes as a file: they may happen to be gzip, or in an older format. Whether they were read.
 */
static bool read_as_file(const uint8_t *bytes, size_t n)
{
	static const struct pp_filter_options everything;
	static const struct pp_filter_options some = {.text = {[PP_FILTER_IGNORE] = "z",
							       [PP_FILTER_HIDE] = "a",
							       [PP_FILTER_SHOW_FROM] = "m|^$",
							       [PP_FILTER_TAGIGNORE] = "7:9",
							       [PP_FILTER_TAGHIDE] = "b",
							       [PP_FILTER_PRUNE_FROM] = "f"}};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	if (pp_pprof_read_bytes(&p, bytes, n, NULL, &err) == 0) {
		report(&p, p.nsample_types - 1, PP_BY_FUNCTION, &everything);
		report(&p, p.nsample_types - 1, PP_BY_ADDRESS, &some);
		if (p.nsample_types > 1)
			report(&p, 0, PP_BY_LINE, &everything);
	} else if (!err.msg[0]) {
		fail("no message");
	}

	bool accepted = p.nsample_types > 0;
	pp_profile_release(&p);
	return accepted;
}

/* Compressing must not change the verdict. */
static void read_deflated(const uint8_t *bytes, size_t n, bool accepted)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	uint8_t *packed;
	size_t packed_n;

	pp_gzip_deflate(bytes, n, &packed, &packed_n);
	if ((pp_pprof_read_bytes(&p, packed, packed_n, NULL, &err) == 0) != accepted)
		fail("another verdict when compressed");
	pp_profile_release(&p);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct oracle_pprof verdict = oracle_pprof_check(bytes, n);

	if (verdict.wrong)
		fail(verdict.wrong);

	bool accepted = read_as_file(bytes, n);
	if (verdict.accepted && !accepted)
		fail("a profile that is refused as a file");
	if (n <= DEFLATE_UP_TO && !pp_gzip_is(bytes, n))
		read_deflated(bytes, n, accepted);
	return 0;
}
