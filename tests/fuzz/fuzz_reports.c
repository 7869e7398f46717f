/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reports other than top and tree, on profiles from outside: the first byte chooses granularity
 * and filters, the rest is the profile. No byte that is unsafe on a terminal; and what the filters
 * leave, written as a profile, adds up to what they leave in reports.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/graph.h"
#include "analyze/tags.h"
#include "base/magnitude.h"
#include "pprof/encode.h"
#include "pprof/read.h"
#include "profile/merge.h"
#include "profile/rewrite.h"
#include "profile/tag_frames.h"
#include "render/callgrind.h"
#include "render/dot.h"
#include "render/folded.h"
#include "render/raw.h"
#include "render/tags.h"
#include "render/traces.h"
#include "safe_text.h"
#include "symbol/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_reports: %s\n", what);
	abort();
}

static void check_text(struct pp_out *out)
{
	if (!safe_text(pp_buf_view(&out->buf)))
		fail("unsafe bytes in a report");
	pp_buf_clear(&out->buf);
}

/* Everything that a choice stands for. */
struct report {
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_view view;
	struct pp_header header;
};

static void open_report(struct report *r, uint8_t choice)
{
	static const char *const patterns[] = {NULL, "a", "m|^$", "z"};
	const struct pp_filter_options filters = {
		.text = {[PP_FILTER_FOCUS] = patterns[choice & 1 ? 2 : 0],
			 [PP_FILTER_HIDE] = patterns[choice & 2 ? 3 : 0],
			 [PP_FILTER_SHOW_FROM] = patterns[choice & 4 ? 2 : 0],
			 [PP_FILTER_TAGHIDE] = patterns[choice & 8 ? 1 : 0],
			 [PP_FILTER_PRUNE_FROM] = patterns[choice & 16 ? 1 : 0]},
		.all_frames = true,
	};
	const struct pp_tag_frames_options labels = {
		.root = choice & 32 ? "b,a" : NULL, .unit = "minimum", .all_frames = true};
	const struct pp_frames_options by = {.granularity = (choice >> 5) % 5,
					     .objects = choice & 64};
	struct pp_tag_frames_found found;
	struct pp_err err = PP_ERR_INIT;

	pp_names_demangle(&r->profile, PP_DEMANGLE_SIMPLE);
	if (pp_tag_frames_add(&r->profile, &labels, &found, &err) ||
	    pp_filter_init(&r->filter, &r->profile, &filters, &err))
		fail("a filter of ours is refused");
	pp_nodes_init(&r->nodes);
	pp_frames_init(&r->frames, &r->profile, &r->nodes, &by);
	r->view = (struct pp_view){.profile = &r->profile,
				   .filter = &r->filter,
				   .frames = &r->frames,
				   .nodes = &r->nodes,
				   .index = r->profile.nsample_types - 1,
				   .mean = choice & 128};
	struct pp_total total = pp_total_of(&r->view);
	pp_header_init(&r->header, &r->view, pp_total_value(&total));
}

static void close_report(struct report *r)
{
	pp_frames_release(&r->frames);
	pp_nodes_release(&r->nodes);
	pp_filter_release(&r->filter);
	pp_profile_release(&r->profile);
}

static void print_samples(struct report *r, struct pp_out *out)
{
	const struct pp_raw_options raw = {.noinlines = false};
	struct pp_labels labels;
	struct pp_traces_view traces = {.view = &r->view, .header = &r->header, .labels = &labels};
	struct pp_tags tags;

	pp_labels_init(&labels, &r->profile);
	pp_traces_text(&traces, out);
	pp_traces_json(&traces, out);
	pp_tags_init(&tags, &r->view, &labels);
	pp_tags_text(&tags, &r->header, out);
	pp_tags_json(&tags, &r->header, out);
	check_text(out);
	pp_tags_csv(&tags, &r->header, out);
	pp_traces_csv(&traces, out);
	pp_folded_text(&r->view, &r->header, out);
	pp_raw_text(&r->profile, &r->filter, &raw, out);
	pp_buf_clear(&out->buf);
	pp_tags_release(&tags);
	pp_labels_release(&labels);
}

static void print_graph(struct report *r, bool call_tree, bool visual, struct pp_out *out)
{
	const struct pp_graph_options o = {
		.rows = {.nodecount = 8, .nodefraction = 0.005, .edgefraction = 0.001},
		.call_tree = call_tree,
		.visual = visual,
		.unit = PP_STR_LIT("minimum")};
	PP_CLEANUP(pp_graph_release) struct pp_graph g;
	struct pp_dot_view dot = {.graph = &g, .nodes = &r->nodes, .header = &r->header};
	struct pp_callgrind_view callgrind = {
		.graph = &g, .nodes = &r->nodes, .header = &r->header};
	struct pp_err err = PP_ERR_INIT;

	if (pp_graph_init(&g, &r->view, &o, &err))
		return; /* too large */
	if (visual)
		pp_dot(&dot, out);
	else
		pp_callgrind(&callgrind, out);
	check_text(out);
}

/* The sum of one value over what the filter leaves. */
static int64_t sum_of(const struct pp_profile *p, const struct pp_filter *filter, uint32_t index)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	int64_t sum = 0;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			if (!filter || pp_filter_sample(filter, &s))
				sum = pp_wrap_add(sum, s.values[index]);
		}
		pp_samples_release(&it);
	}
	return sum;
}

static void rewrite(struct report *r)
{
	uint32_t index = r->view.index;
	int64_t want = sum_of(&r->profile, &r->filter, index);
	struct pp_err err = PP_ERR_INIT;
	struct pp_buf bytes = PP_BUF_INIT;
	struct pp_profile again;

	if (pp_rewrite_filtered(&r->profile, &r->filter, &err) ||
	    pp_profile_merge(&r->profile, &r->profile, 1, &err))
		fail("cannot rewrite");
	pp_pprof_encode(&r->profile, &bytes);
	if (pp_pprof_read_bytes(&again, (const uint8_t *)bytes.p, bytes.n, NULL, &err))
		fail(err.msg);
	if (again.nsamples && sum_of(&again, NULL, index) != want)
		fail("what was written does not add up to what was read");
	pp_profile_release(&again);
	pp_buf_release(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_err err = PP_ERR_INIT;
	struct report r;
	struct pp_out out;

	if (n == 0)
		return 0;
	if (pp_pprof_read_bytes(&r.profile, bytes + 1, n - 1, NULL, &err) == 0 &&
	    r.profile.nsample_types) {
		open_report(&r, bytes[0]);
		pp_out_init_mem(&out);
		print_samples(&r, &out);
		print_graph(&r, bytes[0] & 1, true, &out);
		print_graph(&r, bytes[0] & 2, false, &out);
		pp_buf_release(&out.buf);
		rewrite(&r);
		close_report(&r);
	} else {
		pp_profile_release(&r.profile);
	}
	return 0;
}
