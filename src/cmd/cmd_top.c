/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof top [PROFILE...]: the functions that cost most. */
#include <config.h>

#include <stdlib.h>

#include "analyze/top.h"
#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/opt.h"
#include "cmd/cmd.h"
#include "cmd/defaults.h"
#include "pprof/read.h"
#include "render/top.h"

#define EDGE_FRACTION 0.001 /* pprof's default; top has no option for it */

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV };

struct options {
	struct pp_opt_list paths;
	struct pp_top_options top;
	const char *sample_index;
	const char *unit;
	int format;
};

/* Everything the report is made of; profiles and frames go together by position. */
struct report {
	struct pp_profile *profiles;
	struct pp_frames *frames;
	uint32_t *index; /* the value that is reported */
	uint32_t n;
	struct pp_nodes nodes;
	struct pp_flat flat;
	struct pp_top top;
	struct pp_header header;
};

static void release(struct report *r)
{
	pp_top_release(&r->top);
	pp_flat_release(&r->flat);
	for (uint32_t i = 0; i < r->n; i++) {
		pp_frames_release(&r->frames[i]);
		pp_profile_release(&r->profiles[i]);
	}
	pp_nodes_release(&r->nodes);
	free(r->profiles);
	free(r->frames);
	free(r->index);
}

static struct pp_str unit_of(const struct report *r, uint32_t i)
{
	const struct pp_profile *p = &r->profiles[i];

	return pp_profile_str(p, p->sample_types[r->index[i]].unit);
}

/* Profiles can be summed if what they count has the same name and unit. */
static int check_compatible(const struct report *r, const char *path, struct pp_err *err)
{
	const struct pp_profile *first = &r->profiles[0], *last = &r->profiles[r->n - 1];
	struct pp_str a = pp_profile_str(first, first->sample_types[r->index[0]].type);
	struct pp_str b = pp_profile_str(last, last->sample_types[r->index[r->n - 1]].type);

	if (!pp_str_eq(a, b))
		return pp_err_set(err, PP_ERR_FORMAT, "cannot add '%s': it counts %.*s, not %.*s",
				  path, (int)b.n, b.p, (int)a.n, a.p);
	a = unit_of(r, 0);
	b = unit_of(r, r->n - 1);
	if (!pp_str_eq(a, b))
		return pp_err_set(err, PP_ERR_FORMAT, "cannot add '%s': its unit is %.*s, not %.*s",
				  path, (int)b.n, b.p, (int)a.n, a.p);
	return 0;
}

static int read_profile(struct report *r, const char *path, const struct options *o,
			struct pp_err *err)
{
	if (pp_pprof_read(&r->profiles[r->n], path, err))
		return -1;
	r->n++; /* from here on release() knows it */
	if (pp_profile_sample_index(&r->profiles[r->n - 1], o->sample_index, &r->index[r->n - 1],
				    err))
		return pp_err_wrap(err, "cannot report '%s'", path);
	return check_compatible(r, path, err);
}

static int read_profiles(struct report *r, const struct options *o, struct pp_err *err)
{
	static const char *const standard[] = {PP_DEFAULT_PROFILE};
	const char *const *paths = o->paths.n ? o->paths.item : standard;
	size_t n = o->paths.n ? o->paths.n : 1;

	r->profiles = pp_xcalloc(n, sizeof(*r->profiles));
	r->frames = pp_xcalloc(n, sizeof(*r->frames));
	r->index = pp_xcalloc(n, sizeof(*r->index));
	for (size_t i = 0; i < n; i++) {
		if (read_profile(r, paths[i], o, err) == 0)
			continue;
		if (o->paths.n == 0 && err->kind == PP_ERR_NOT_FOUND)
			pp_err_hint(err, "name a profile, or record one: pyroprof record -p PID");
		return -1;
	}
	return 0;
}

static void build(struct report *r, const struct options *o)
{
	for (uint32_t i = 0; i < r->n; i++)
		pp_frames_init(&r->frames[i], &r->profiles[i], &r->nodes);
	pp_flat_init(&r->flat, r->nodes.count);
	for (uint32_t i = 0; i < r->n; i++)
		pp_flat_add(&r->flat, &r->frames[i], r->index[i]);
	pp_top_init(&r->top, &r->flat, &r->nodes, r->frames, r->index, r->n, &o->top);

	pp_header_init(&r->header, &r->profiles[0], r->index[0]);
	for (uint32_t i = 1; i < r->n; i++)
		pp_header_join(&r->header, &r->profiles[i]);
	r->header.total = r->top.total;
	r->header.out_unit = pp_top_unit(&r->top, r->header.unit, pp_str_of(o->unit));
}

static void print(const struct report *r, int format, struct pp_out *out)
{
	switch ((enum format)format) {
	case FORMAT_TEXT:
		pp_top_text(&r->top, &r->nodes, &r->header, out);
		break;
	case FORMAT_JSON:
		pp_top_json(&r->top, &r->nodes, &r->header, out);
		break;
	case FORMAT_CSV:
		pp_top_csv(&r->top, &r->nodes, &r->header, out);
		break;
	}
}

static int report(struct pp_cli *cli, const struct options *o)
{
	struct report r = {0};
	struct pp_err err = PP_ERR_INIT;
	int code = PP_EXIT_OK;

	pp_nodes_init(&r.nodes);
	if (read_profiles(&r, o, &err)) {
		code = pp_cli_fail(cli, &err);
	} else {
		build(&r, o);
		if (r.flat.overflow)
			pp_cli_warn(cli, "the total does not fit into 64 bits and has wrapped");
		print(&r, o->format, &cli->out);
	}
	release(&r);
	return code;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", "csv", NULL};
	struct options o = {.top = {.nodefraction = 0.005, .edgefraction = EDGE_FRACTION},
			    .unit = "minimum"};
	struct pp_err err = PP_ERR_INIT;
	const struct pp_opt opts[] = {
		{PP_OPT_FLAG, 0, "cum", NULL, "sort by cumulative cost, callees included",
		 &o.top.cum, .group = "What to show"},
		{PP_OPT_NUMBER, 'n', "nodecount", "N", "show at most N functions (default: all)",
		 &o.top.nodecount},
		{PP_OPT_FRACTION, 0, "nodefraction", "FRACTION",
		 "leave out functions below this part of the total (default 0.005)",
		 &o.top.nodefraction},
		{PP_OPT_TEXT, 0, "sample-index", "TYPE",
		 "which value of the samples, by name or number (default: the profile's)",
		 &o.sample_index},
		{PP_OPT_TEXT, 0, "unit", "UNIT", "print quantities in this unit, e.g. ms or MB",
		 &o.unit, .group = "How to show it"},
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &o.format,
		 .choices = formats},
		{PP_OPT_ARGS, 0, NULL, "PROFILE",
		 "pprof files, - for standard input; several are added up (default pyroprof.pb.gz)",
		 &o.paths, .hint = PP_HINT_PROFILE, .group = "Arguments"},
		PP_OPT_END,
	};
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);
	int code = PP_EXIT_OK;

	if (rc < 0)
		code = pp_cli_fail(cli, &err);
	else if (rc == 0)
		code = report(cli, &o);
	pp_opt_list_release(&o.paths);
	return code;
}

const struct pp_command pp_cmd_top = {
	.name = "top",
	.summary = "show the functions that cost most",
	.run = run,
	.group = "Look",
};
