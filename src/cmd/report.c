/* SPDX-License-Identifier: Apache-2.0 */
/* From options to a view, and from a view to bytes. */
#include <config.h>

#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/regex.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/defaults.h"
#include "cmd/report_options.h"
#include "io/atomic.h"
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

	load.paths = profile_args(kind, r->options);
	if (pp_load_check(&load, err))
		return -1;
	if (pp_load(&r->profile, &load, err) == 0)
		return 0;
	return pp_report_hint(load.paths.item[0], err);
}

static void warn_unmatched(struct pp_report *r)
{
	for (enum pp_filter_kind kind = 0; kind < PP_FILTER_KINDS; kind++) {
		if (r->filter.unmatched & 1u << kind)
			pp_cli_warn(r->cli, "option '--%s': '%s' matches nothing",
				    pp_filter_option(kind), r->options->filter.text[kind]);
	}
}

static int add_tag_frames(struct pp_report *r, struct pp_err *err)
{
	const struct pp_report_options *o = r->options;
	struct pp_tag_frames_options frames = {.root = o->tagroot,
					       .leaf = o->tagleaf,
					       .unit = o->unit,
					       .all_frames = o->filter.all_frames};
	struct pp_tag_frames_found found;

	if (pp_tag_frames_add(&r->profile, &frames, &found, err))
		return -1;
	if (o->tagroot && *o->tagroot && !found.root)
		pp_cli_warn(r->cli, "option '--tagroot': no sample has a label '%s'", o->tagroot);
	if (o->tagleaf && *o->tagleaf && !found.leaf)
		pp_cli_warn(r->cli, "option '--tagleaf': no sample has a label '%s'", o->tagleaf);
	return 0;
}

static int compile_filters(struct pp_report *r, struct pp_err *err)
{
	const struct pp_report_options *o = r->options;
	struct pp_filter_options filters = o->filter;

	/* frames of labels are added after drop_frames, which must not see them */
	if (add_tag_frames(r, err))
		return -1;
	filters.all_frames |= (o->tagroot && *o->tagroot) || (o->tagleaf && *o->tagleaf);
	if (pp_filter_init(&r->filter, &r->profile, &filters, err))
		return -1;
	warn_unmatched(r);
	return 0;
}

/* Prepare everything up to the view. */
static int load(struct pp_report *r, const struct pp_report_kind *kind, struct pp_err *err)
{
	const struct pp_report_options *o = r->options;
	struct pp_frames_options frames = {
		.granularity =
			kind->fixed ? kind->granularity : (enum pp_granularity)o->granularity,
		.noinlines = kind->noinlines || o->noinlines,
		.columns = o->columns,
		.objects = kind->objects,
		.whole_files = kind->whole_files,
	};

	if (o->divide_by == 0)
		return pp_err_set(err, PP_ERR_USAGE, "option '--divide-by': cannot divide by 0");
	if (read_profiles(r, kind, err))
		return -1;
	pp_names_demangle(&r->profile, (enum pp_demangle)o->demangle);
	if (r->profile.nsample_types == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "the profile has no sample types");
	if (pp_profile_sample_index(&r->profile, o->sample_index, &r->view.index, err) ||
	    compile_filters(r, err))
		return -1;
	if (!kind->no_frames)
		pp_frames_init(&r->frames, &r->profile, &r->nodes, &frames);
	r->view.profile = &r->profile;
	r->view.filter = &r->filter;
	r->view.frames = &r->frames;
	r->view.nodes = &r->nodes;
	r->view.mean = o->mean;
	r->view.relative = o->relative;
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

static void release(struct pp_report *r)
{
	pp_rows_release(&r->rows);
	pp_flat_release(&r->flat);
	pp_flat_release(&r->divisors);
	pp_frames_release(&r->frames);
	pp_nodes_release(&r->nodes);
	pp_filter_release(&r->filter);
	pp_profile_release(&r->profile);
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

/* What the flags for types mean; an explicit --sample-index goes before them. */
static void settle_type(struct pp_report_options *o)
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

static int run(struct pp_cli *cli, const struct pp_report_kind *kind, struct pp_report_options *o)
{
	struct pp_report r = {.cli = cli, .options = o};
	struct pp_err err = PP_ERR_INIT;
	int code = PP_EXIT_OK;

	settle_type(o);
	settle_rows(kind, o);
	if (o->threads)
		pp_parallel_limit((unsigned)o->threads);
	pp_nodes_init(&r.nodes);
	if (load(&r, kind, &err) || print(&r, kind, &err))
		code = pp_cli_fail(cli, &err);
	release(&r);
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
