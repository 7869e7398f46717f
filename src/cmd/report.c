/* SPDX-License-Identifier: Apache-2.0 */
/* From options to a view, and from a view to bytes. */
#include <config.h>

#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/regex.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/stage.h"
#include "cmd/cmd.h"
#include "cmd/defaults.h"
#include "cmd/report_options.h"
#include "io/atomic.h"
#include "profile/scale.h"
#include "profile/tag_frames.h"
#include "symbol/names.h"

/* The profiles among the arguments, borrowed. */
static struct pp_opt_list profile_args(const struct pp_report_kind *kind,
				       const struct pp_report_options *o)
{
	static const char *standard[] = {PP_DEFAULT_PROFILE, NULL};
	size_t skip = kind->takes_regex;

	if (o->args.n > skip)
		return (struct pp_opt_list){.item = o->args.item + skip, .n = o->args.n - skip};
	return (struct pp_opt_list){.item = standard, .n = 1};
}

int pp_report_hint(const char *path, struct pp_err *err)
{
	if (strcmp(path, PP_DEFAULT_PROFILE) == 0 && err->kind == PP_ERR_NOT_FOUND)
		pp_err_hint(err, "name a profile, or record one: pyroprof record -p PID");
	return -1;
}

static int read_profiles(struct pp_report *r, const struct pp_report_kind *kind, struct pp_err *err)
{
	struct pp_load_options load = r->options->load;
	int rc;

	load.paths = profile_args(kind, r->options);
	load.cli = r->cli;
	r->is_diff = kind->two_sides && load.diff_base.n;
	if (pp_load_check(&load, err))
		return -1;
	if (r->is_diff)
		rc = pp_load_sides(&r->profile, &r->before.profile, r->sources, &load, err);
	else
		rc = pp_load(&r->profile, &load, err);
	return rc ? pp_report_hint(load.paths.item[0], err) : 0;
}

/* What of the options is found in no side. */
struct found {
	struct pp_tag_frames_found tags;
	uint32_t unmatched; /* as in struct pp_filter */
};

static void warn_unmatched(struct pp_report *r, const struct found *found)
{
	const struct pp_report_options *o = r->options;

	if (r->live)
		return; /* it may come, and would be said again and again */
	if (o->tagroot && *o->tagroot && !found->tags.root)
		pp_cli_warn(r->cli, "option '--tagroot': no sample has a label '%s'", o->tagroot);
	if (o->tagleaf && *o->tagleaf && !found->tags.leaf)
		pp_cli_warn(r->cli, "option '--tagleaf': no sample has a label '%s'", o->tagleaf);
	for (enum pp_filter_kind kind = 0; kind < PP_FILTER_KINDS; kind++) {
		if (found->unmatched & 1u << kind)
			pp_cli_warn(r->cli, "option '--%s': '%s' matches nothing",
				    pp_filter_option(kind), o->filter.text[kind]);
	}
}

/* Where the parts of a side are. */
struct side {
	struct pp_profile *profile;
	struct pp_filter *filter;
	struct pp_frames *frames;
	struct pp_view *view;
	struct pp_uncut *uncut, *tagged;
};

struct pp_filter_options pp_report_filters(const struct pp_report_options *o)
{
	struct pp_filter_options filters = o->filter;

	/* frames of labels are added after drop_frames, which must not see them */
	filters.all_frames |= pp_tag_frames_any(o->tagroot, o->tagleaf);
	return filters;
}

static int compile_filters(struct side *s, const struct pp_report_kind *kind,
			   const struct pp_report_options *o, struct found *found,
			   struct pp_err *err)
{
	struct pp_tag_frames_options frames = {.root = o->tagroot,
					       .leaf = o->tagleaf,
					       .unit = o->unit,
					       .all_frames = o->filter.all_frames};
	struct pp_filter_options filters = pp_report_filters(o);
	struct pp_tag_frames_found tags;

	if (kind->refilters)
		pp_uncut_save(s->uncut, s->profile);
	if (pp_tag_frames_add(s->profile, &frames, &tags, err))
		return -1;
	if (kind->refilters && pp_tag_frames_any(o->tagroot, o->tagleaf))
		pp_uncut_save(s->tagged, s->profile);
	if (pp_filter_init(s->filter, s->profile, &filters, err))
		return -1;
	found->tags.root |= tags.root;
	found->tags.leaf |= tags.leaf;
	found->unmatched &= s->filter->unmatched;
	return 0;
}

static int divide(struct pp_profile *p, double divisor, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) double *ratios = pp_xcalloc(p->nsample_types, sizeof(*ratios));

	for (uint32_t i = 0; i < p->nsample_types; i++)
		ratios[i] = 1 / divisor;
	return pp_profile_scale(p, ratios, PP_ROUND_NEAREST, err);
}

static int prepare_profile(struct side *s, const struct pp_report_kind *kind,
			   const struct pp_report_options *o, struct pp_err *err)
{
	pp_names_demangle(s->profile, (enum pp_demangle)o->demangle);
	if (s->profile->nsample_types == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "the profile has no sample types");
	if (kind->scales && o->divide_by != 1 && divide(s->profile, o->divide_by, err))
		return -1;
	return pp_profile_sample_index(s->profile, o->sample_index, &s->view->index, err);
}

struct pp_frames_options pp_report_frames(const struct pp_report_options *o)
{
	return (struct pp_frames_options){
		.granularity = (enum pp_granularity)o->granularity,
		.noinlines = o->noinlines,
		.columns = o->columns,
	};
}

static void prepare_view(struct side *s, struct pp_nodes *nodes, const struct pp_report_kind *kind,
			 const struct pp_report_options *o)
{
	struct pp_frames_options frames = pp_report_frames(o);

	if (kind->fixed)
		frames.granularity = kind->granularity;
	frames.noinlines |= kind->noinlines;
	frames.objects = kind->objects;
	frames.builds = kind->compares || (kind->two_sides && o->load.diff_base.n);
	frames.whole_files = kind->whole_files;
	if (!kind->no_frames)
		pp_frames_init(s->frames, s->profile, nodes, &frames);
	s->view->profile = s->profile;
	s->view->filter = s->filter;
	s->view->frames = s->frames;
	s->view->nodes = nodes;
	s->view->mean = o->mean;
	s->view->relative = o->relative;
}

/* From the profiles to the views. */
static int prepare(struct pp_report *r, const struct pp_report_kind *kind, struct pp_err *err)
{
	const struct pp_report_options *o = r->options;
	struct side sides[] = {
		{&r->profile, &r->filter, &r->frames, &r->view, &r->uncut, &r->tagged},
		{&r->before.profile, &r->before.filter, &r->before.frames, &r->before.view,
		 &r->before.uncut, &r->before.tagged}};
	struct found found = {.unmatched = UINT32_MAX};
	size_t n = r->is_diff ? 2 : 1;

	for (size_t i = 0; i < n; i++) {
		if (prepare_profile(&sides[i], kind, o, err))
			return -1;
	}
	if (kind->change && kind->change(r, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (compile_filters(&sides[i], kind, o, &found, err))
			return -1;
	}
	warn_unmatched(r, &found);
	r->tags[0] = pp_xstrdup(o->tagroot ? o->tagroot : "");
	r->tags[1] = pp_xstrdup(o->tagleaf ? o->tagleaf : "");
	r->tags_all_frames = o->filter.all_frames;
	for (size_t i = 0; i < n; i++)
		prepare_view(&sides[i], &r->nodes, kind, o);
	r->before.view.index = r->view.index;
	return 0;
}

int pp_report_view(struct pp_report_side *one, struct pp_nodes *nodes,
		   const struct pp_report_kind *kind, const struct pp_report_options *o,
		   struct pp_err *err)
{
	struct side s = {&one->profile, &one->filter, &one->frames, &one->view};
	struct found found = {.unmatched = UINT32_MAX};

	if (prepare_profile(&s, kind, o, err) || compile_filters(&s, kind, o, &found, err))
		return -1;
	prepare_view(&s, nodes, kind, o);
	return 0;
}

void pp_report_side_release(struct pp_report_side *one)
{
	pp_frames_release(&one->frames);
	pp_filter_release(&one->filter);
	pp_profile_release(&one->profile);
}

static int check_divisor(const struct pp_report_options *o, struct pp_err *err)
{
	if (o->divide_by == 0)
		return pp_err_set(err, PP_ERR_USAGE, "option '--divide-by': cannot divide by 0");
	return 0;
}

/* Prepare everything up to the views. */
static int load(struct pp_report *r, const struct pp_report_kind *kind, struct pp_err *err)
{
	if (check_divisor(r->options, err) || read_profiles(r, kind, err))
		return -1;
	pp_stage_done(r->cli, "read %llu samples, %u functions",
		      (unsigned long long)r->profile.nsamples, r->profile.nfunctions);
	if (prepare(r, kind, err))
		return -1;
	pp_stage_done(r->cli, "prepared names and filters");
	return 0;
}

void pp_report_header(struct pp_report *r, int64_t total)
{
	const struct pp_report_options *o = r->options;

	pp_header_init(&r->header, &r->view, total);
	r->header.ratio = 1 / o->divide_by;
	r->header.out_unit = pp_str_of(o->unit);
	r->header.filters = o->filter.text;
	r->header.compact = o->compact;
	r->header.live = r->live;
}

void pp_report_rows(struct pp_report *r)
{
	struct pp_view divisor = r->view;

	pp_flat_init(&r->flat, &r->view);
	if (r->flat.total.overflow)
		pp_cli_warn(r->cli, "the total does not fit into 64 bits and has wrapped");
	if (r->view.mean) {
		divisor.index = 0;
		pp_flat_init(&r->divisors, &divisor);
	}
	pp_rows_init(&r->rows, &r->flat, r->view.mean ? &r->divisors : NULL, &r->nodes,
		     &r->options->rows);
	pp_stage_done(r->cli, "counted %u nodes", r->flat.n);
	pp_report_header(r, r->rows.total);
	pp_header_choose_unit(&r->header, &r->rows, false);
}

void pp_report_labels(struct pp_report *r, struct pp_labels *labels)
{
	pp_labels_init(labels, &r->profile);
	for (uint32_t i = 0; i < labels->nkeys; i++) {
		const struct pp_label_key *k = &labels->keys[i];

		if (k->mixed)
			pp_cli_warn(r->cli,
				    "label '%.*s': units '%.*s' and '%.*s'; '%.*s' is used for all",
				    (int)k->name.n, k->name.p, (int)k->unit.n, k->unit.p,
				    (int)k->other.n, k->other.p, (int)k->unit.n, k->unit.p);
	}
}

struct pp_regex *pp_report_regex(const struct pp_report *r, struct pp_err *err)
{
	return pp_regex_new(pp_str_of(r->options->args.item[0]), false, err);
}

void pp_report_close(struct pp_report *r)
{
	pp_rows_release(&r->rows);
	pp_flat_release(&r->flat);
	pp_flat_release(&r->divisors);
	pp_frames_release(&r->frames);
	pp_frames_release(&r->before.frames);
	pp_nodes_release(&r->nodes);
	pp_filter_release(&r->filter);
	pp_filter_release(&r->before.filter);
	pp_uncut_release(&r->uncut);
	pp_uncut_release(&r->tagged);
	pp_uncut_release(&r->before.uncut);
	pp_uncut_release(&r->before.tagged);
	free(r->tags[0]);
	free(r->tags[1]);
	pp_profile_release(&r->profile);
	pp_profile_release(&r->before.profile);
	for (int i = 0; i < 2; i++)
		pp_spans_release(&r->sources[i].spans);
}

static int print(struct pp_report *r, const struct pp_report_kind *kind, struct pp_err *err)
{
	const char *path = r->options->output;
	struct pp_out out;
	int rc;

	if (kind->writes_file || !path || strcmp(path, "-") == 0)
		return kind->print(r, &r->cli->out, err);
	pp_out_init_mem(&out);
	rc = kind->print(r, &out, err);
	if (rc == 0)
		rc = pp_atomic_write(path, out.buf.p, out.buf.n, false, err);
	pp_buf_release(&out.buf);
	return rc;
}

void pp_report_settle_type(struct pp_report_options *o)
{
	static const char *const types[] = {NULL,	   "inuse_space",   "inuse_objects",
					    "alloc_space", "alloc_objects", "contentions",
					    "delay",	   "delay"};

	if (!o->sample_index)
		o->sample_index = types[o->type_flag];
	o->mean |= o->type_flag == PP_TYPE_MEAN_DELAY;
}

static void settle_rows(const struct pp_report_kind *kind, struct pp_report_options *o)
{
	if (o->rows.nodecount == UINT64_MAX)
		o->rows.nodecount = kind->nodecount;
	if (o->trim && !kind->untrimmed)
		return;
	o->rows.nodecount = 0;
	o->rows.nodefraction = o->rows.edgefraction = 0;
}

int pp_report_open(struct pp_report *r, struct pp_cli *cli, const struct pp_report_kind *kind,
		   const struct pp_report_options *o, struct pp_profile *p,
		   const struct pp_header_live *live, struct pp_err *err)
{
	*r = (struct pp_report){.cli = cli, .options = o, .profile = *p, .live = live};
	pp_nodes_init(&r->nodes);
	return check_divisor(o, err) || prepare(r, kind, err) ? -1 : 0;
}

int pp_report_load(struct pp_report *r, struct pp_cli *cli, const struct pp_report_kind *kind,
		   const struct pp_report_options *o, const struct pp_header_live *live,
		   struct pp_err *err)
{
	*r = (struct pp_report){.cli = cli, .options = o, .live = live};
	pp_nodes_init(&r->nodes);
	return load(r, kind, err);
}

int pp_report_profile(struct pp_cli *cli, const struct pp_report_kind *kind,
		      const struct pp_report_options *o, struct pp_profile *p,
		      const struct pp_header_live *live, struct pp_out *out, struct pp_err *err)
{
	struct pp_report r;
	int rc = pp_report_open(&r, cli, kind, o, p, live, err) || kind->print(&r, out, err) ? -1
											     : 0;

	pp_report_close(&r);
	return rc;
}

static int run(struct pp_cli *cli, const struct pp_report_kind *kind, struct pp_report_options *o)
{
	struct pp_report r = {.cli = cli, .options = o};
	struct pp_err err = PP_ERR_INIT;
	int code = PP_EXIT_OK;

	pp_report_settle_type(o);
	settle_rows(kind, o);
	if (o->threads)
		pp_parallel_limit((unsigned)o->threads);
	if (kind->instead && kind->instead(cli, kind, o, &code))
		return code;
	pp_nodes_init(&r.nodes);
	if ((kind->check && kind->check(cli, o, &err)) || load(&r, kind, &err) ||
	    print(&r, kind, &err))
		code = pp_cli_fail(cli, &err);
	else
		code = r.code;
	pp_stage_done(cli, "wrote the report");
	pp_report_close(&r);
	return code;
}

int pp_report_main(struct pp_cli *cli, int argc, char **argv, const struct pp_report_kind *kind,
		   struct pp_report_options *o)
{
	struct pp_opt table[PP_REPORT_TABLE_MAX];
	struct pp_err err = PP_ERR_INIT;
	int rc;

	pp_report_table(table, kind, o);
	rc = pp_opt_parse(cli, table, argc, argv, &err);
	if (rc < 0)
		return pp_cli_fail(cli, &err);
	return rc ? PP_EXIT_OK : run(cli, kind, o);
}
