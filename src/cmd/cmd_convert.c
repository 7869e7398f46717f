/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof convert PROFILE: the same profile in another form. */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/opt.h"
#include "cmd/cmd.h"
#include "cmd/write_profile.h"
#include "pprof/read.h"
#include "profile/merge.h"

enum format { FORMAT_PPROF };

struct options {
	struct pp_opt_list paths;
	const char *output;
	int format; /* -1: by the name of the output */
	bool uncompressed;
};

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcmp(name + n - m, suffix) == 0;
}

/* What the name of the output says and the options do not. */
static void guess_format(struct options *o)
{
	if (o->format < 0)
		o->format = FORMAT_PPROF;
	if (o->format == FORMAT_PPROF && ends_with(o->output, ".pb"))
		o->uncompressed = true;
}

static int write_format(struct pp_profile *p, const struct options *o, size_t *size,
			struct pp_err *err)
{
	switch ((enum format)o->format) {
	case FORMAT_PPROF:
		break;
	}
	return pp_write_profile(o->output, p, o->uncompressed, size, err);
}

static int convert(struct pp_cli *cli, struct options *o)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	char text[PP_QTY_MAX];
	size_t size;

	if (pp_write_profile_check(&o->output, &err) ||
	    pp_pprof_read(&p, o->paths.item[0], NULL, &err) || pp_profile_merge(&p, &p, 1, &err))
		return pp_cli_fail(cli, &err);
	guess_format(o);
	unsigned long long nsamples = p.nsamples;
	if (write_format(&p, o, &size, &err))
		return pp_cli_fail(cli, &err);
	pp_units_label(text, (int64_t)size, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_cli_note(cli, "%llu samples: %s (%s)", nsamples,
		    strcmp(o->output, "-") ? o->output : "standard output", text);
	return PP_EXIT_OK;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const char *const formats[] = {"pprof", NULL};
	struct options o = {.format = -1};
	struct pp_err err = PP_ERR_INIT;
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 'o', "output", "FILE",
		 "where to write (default: standard output, unless that is a terminal)", &o.output,
		 .hint = PP_HINT_FILE, .group = "Output"},
		{PP_OPT_ENUM, 0, "to", "FORMAT",
		 "what to write (default: what the name of FILE says)", &o.format,
		 .choices = formats},
		{PP_OPT_FLAG, 0, "uncompressed", NULL,
		 "leave pprof output uncompressed, as for FILE.pb", &o.uncompressed},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no summary", &cli->quiet},
		{PP_OPT_ARGS, 0, NULL, "PROFILE", "pprof file, - for standard input", &o.paths,
		 .min = 1, .max = 1, .hint = PP_HINT_PROFILE, .group = "Arguments"},
		PP_OPT_END,
	};
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);
	int code = PP_EXIT_OK;

	if (rc < 0)
		code = pp_cli_fail(cli, &err);
	else if (rc == 0)
		code = convert(cli, &o);
	pp_opt_list_release(&o.paths);
	return code;
}

const struct pp_command pp_cmd_convert = {
	.name = "convert",
	.summary = "rewrite a profile in another form",
	.run = run,
};
