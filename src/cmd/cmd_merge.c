/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof merge PROFILE...: several profiles into one file. */
#include <config.h>

#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/opt.h"
#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/write_profile.h"
#include "profile/scale.h"

struct options {
	struct pp_load_options load;
	const char *output;
	const char *divide_by;
};

static int parse_divisor(const char *text, double *divisor, struct pp_err *err)
{
	*divisor = 1;
	if (text && (pp_parse_fraction(text, divisor, err) || *divisor == 0))
		return pp_err_set(err, PP_ERR_USAGE, "--divide-by: '%s' is not a number above 0",
				  text);
	return 0;
}

/* A single profile is merged with nothing: what repeats in it is added up, too. */
static int divide(struct pp_profile *p, double divisor, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) double *ratios = pp_xcalloc(p->nsample_types, sizeof(*ratios));

	for (uint32_t i = 0; i < p->nsample_types; i++)
		ratios[i] = 1 / divisor;
	return pp_profile_scale(p, ratios, PP_ROUND_TO_ZERO, err);
}

static int load(struct pp_profile *p, const struct options *o, double divisor, struct pp_err *err)
{
	bool is_merged = o->load.paths.n + o->load.base.n + o->load.diff_base.n > 1;

	if (pp_load(p, &o->load, err))
		return -1;
	return is_merged && divisor == 1 ? 0 : divide(p, divisor, err);
}

static int merge(struct pp_cli *cli, struct options *o)
{
	struct pp_err err = PP_ERR_INIT;
	char text[PP_QTY_MAX];
	struct pp_profile p;
	double divisor;
	size_t size;

	if (pp_load_check(&o->load, &err) || parse_divisor(o->divide_by, &divisor, &err) ||
	    pp_write_profile_check(&o->output, &err) || load(&p, o, divisor, &err))
		return pp_cli_fail(cli, &err);
	unsigned long long nsamples = p.nsamples;
	if (pp_write_profile(o->output, &p, false, &size, &err))
		return pp_cli_fail(cli, &err);
	pp_units_label(text, (int64_t)size, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_cli_note(cli, "%zu profile%s, %llu samples: %s (%s)", o->load.paths.n,
		    o->load.paths.n == 1 ? "" : "s", nsamples,
		    strcmp(o->output, "-") ? o->output : "standard output", text);
	return PP_EXIT_OK;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct options o = {.output = NULL};
	struct pp_err err = PP_ERR_INIT;
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 'o', "output", "FILE",
		 "where to write (default: standard output, unless that is a terminal)", &o.output,
		 .hint = PP_HINT_FILE, .group = "Output"},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no summary", &cli->quiet},
		{PP_OPT_LIST, 0, "base", "PROFILE", "subtract this profile; may be repeated",
		 &o.load.base, .hint = PP_HINT_PROFILE, .group = "Values"},
		{PP_OPT_LIST, 0, "diff-base", "PROFILE",
		 "the same, but keep its samples apart, for reports on the difference",
		 &o.load.diff_base, .hint = PP_HINT_PROFILE},
		{PP_OPT_FLAG, 0, "normalize", NULL, "first scale the sum to that of the base",
		 &o.load.normalize},
		{PP_OPT_TEXT, 0, "divide-by", "N", "divide all values by this number",
		 &o.divide_by},
		{PP_OPT_ARGS, 0, NULL, "PROFILE", "pprof files, - for standard input",
		 &o.load.paths, .min = 1, .hint = PP_HINT_PROFILE, .group = "Arguments"},
		PP_OPT_END,
	};
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);
	int code = PP_EXIT_OK;

	if (rc < 0)
		code = pp_cli_fail(cli, &err);
	else if (rc == 0)
		code = merge(cli, &o);
	pp_load_options_release(&o.load);
	return code;
}

const struct pp_command pp_cmd_merge = {
	.name = "merge",
	.summary = "add profiles up, or subtract them, into one file",
	.run = run,
	.group = "Rework",
};
