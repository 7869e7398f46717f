/* SPDX-License-Identifier: Apache-2.0 */
/* Filters, scaling, writing. */
#include <config.h>

#include "cmd/rewrite.h"

#include <string.h>

#include "base/alloc.h"
#include "base/units.h"
#include "cli/fail.h"
#include "cmd/write_profile.h"
#include "profile/rewrite.h"
#include "profile/scale.h"
#include "profile/tag_frames.h"
#include "symbol/demangle.h"

void pp_rewrite_command_init(struct pp_rewrite_command *c)
{
	*c = (struct pp_rewrite_command){.format = -1};
	pp_report_options_init(&c->report);
	c->report.demangle = PP_DEMANGLE_NONE;
}

/* Unless something is to be left out, frames that drop_frames hides stay, as does drop_frames. */
static bool has_filters(const struct pp_report_options *o)
{
	if (pp_tag_frames_any(o->tagroot, o->tagleaf))
		return true;
	for (size_t i = 0; i < PP_FILTER_KINDS; i++) {
		if (o->filter.text[i] && o->filter.text[i][0])
			return true;
	}
	return false;
}

static void drop_inlines(struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nlocations; i++) {
		struct pp_location *loc = &p->locations[i];

		if (loc->nlines < 2)
			continue;
		loc->first_line += loc->nlines - 1;
		loc->nlines = 1;
	}
}

/* Scaling by 1 is not idle: it adds up equal samples and renumbers everything. */
static int divide(struct pp_profile *p, double divisor, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) double *ratios = pp_xcalloc(p->nsample_types, sizeof(*ratios));

	/* as in pprof, a divisor that makes no sense is none */
	for (uint32_t i = 0; i < p->nsample_types; i++)
		ratios[i] = divisor > 0 ? 1 / divisor : 1;
	return pp_profile_scale(p, ratios, PP_ROUND_TO_ZERO, err);
}

static int prepare(struct pp_report *r, struct pp_err *err)
{
	const struct pp_report_options *o = r->options;
	struct pp_profile *p = &r->profile;
	bool is_merged = o->args.n + o->load.base.n + o->load.diff_base.n > 1;
	bool is_changed = has_filters(o) || o->noinlines || o->divide_by != 1;

	if (has_filters(o) && pp_rewrite_filtered(p, &r->filter, err))
		return -1;
	if (o->noinlines)
		drop_inlines(p);
	return is_merged && !is_changed ? 0 : divide(p, o->divide_by, err);
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcmp(name + n - m, suffix) == 0;
}

int pp_rewrite_command_print(struct pp_report *r, struct pp_out *out PP_UNUSED, struct pp_err *err)
{
	const struct pp_rewrite_command *c = (const struct pp_rewrite_command *)r->options;
	const char *output = r->options->output;
	char text[PP_QTY_MAX];
	size_t size;

	if (pp_write_profile_check(&output, err) || prepare(r, err))
		return -1;
	unsigned long long nsamples = r->profile.nsamples;
	if (pp_write_profile(output, &r->profile, c->uncompressed || ends_with(output, ".pb"),
			     false, &size, err))
		return -1;
	pp_units_label(text, (int64_t)size, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_cli_note(r->cli, "%zu profile%s, %llu samples: %s (%s)", r->options->args.n,
		    r->options->args.n == 1 ? "" : "s", nsamples,
		    strcmp(output, "-") ? output : "standard output", text);
	return 0;
}
