/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof symbolize [PROFILE]: name what was recorded without names, or elsewhere. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/stage.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "cmd/defaults.h"
#include "cmd/load.h"
#include "cmd/report.h"
#include "cmd/symbol_options.h"
#include "cmd/write_profile.h"
#include "io/atomic.h"
#include "pprof/read.h"
#include "symbol/profile_names.h"

#define MAX_WARNINGS 10 /* about files that are not found */

struct symbolize {
	struct pp_cli *cli;
	struct pp_load_options load; /* of what is not in a file */
	const char *input, *output, *binary_path;
	bool force;
	struct pp_symbol_options symbols;
	unsigned missing;
};

static void warn_other_build(void *context, const char *path, struct pp_str wanted,
			     struct pp_str found)
{
	const struct symbolize *s = context;

	if (s->missing < MAX_WARNINGS)
		pp_cli_warn(s->cli, "'%s' is not used: its build id is %.*s, not %.*s", path,
			    found.n ? (int)found.n : 4, found.n ? found.p : "none", (int)wanted.n,
			    wanted.p);
}

static void warn_missing(void *context, const char *why)
{
	struct symbolize *s = context;

	s->missing++;
	if (s->missing <= MAX_WARNINGS)
		pp_cli_warn(s->cli, "%s", why);
	else if (s->missing == MAX_WARNINGS + 1)
		pp_cli_warn(s->cli, "more files cannot be found");
}

static int add_names(struct symbolize *s, struct pp_profile *p,
		     struct pp_profile_names_report *report, struct pp_err *err)
{
	struct pp_profile_names_options o = {.binary_path = s->binary_path,
					     .force = s->force,
					     .ignored = warn_other_build,
					     .missing = warn_missing,
					     .context = s};
	struct pp_symbol_settings settings;

	pp_symbol_settings_begin(&settings, s->cli, &s->symbols, &o.symbols);
	int rc = pp_profile_names_add(p, &o, report, err);
	pp_symbol_settings_end(&settings, &report->stats);
	return rc;
}

static bool is_uncompressed(const char *name)
{
	size_t n = strlen(name);

	return n > 3 && strcmp(name + n - 3, ".pb") == 0;
}

static void summarize(const struct symbolize *s, const struct pp_profile_names_report *r)
{
	if (r->hidden)
		pp_symbol_explain_hidden(s->cli);
	if (r->foreign)
		pp_cli_note(s->cli,
			    "%u kernel addresses have no names: they are not of the kernel that "
			    "runs here",
			    r->foreign);
	pp_cli_note(s->cli, "named %u of %u addresses, %u had names: %s", r->named, r->asked,
		    r->kept, strcmp(s->output, "-") ? s->output : "standard output");
}

/* Without -o the profile takes the place of the one that was read, as if it had been recorded
 * again. */
static int symbolize(struct symbolize *s, struct pp_err *err)
{
	struct pp_profile_names_report report = {0};
	struct pp_profile p;
	bool selected = pp_load_selects(&s->load.paths);
	bool in_place = !s->output && !selected && strcmp(s->input, "-") != 0;
	size_t size;

	if (in_place)
		s->output = s->input;
	if (pp_load_check(&s->load, err) || pp_symbol_options_check(&s->symbols, err) ||
	    pp_write_profile_check(&s->output, err))
		return -1;
	if (selected ? pp_load(&p, &s->load, err) : pp_pprof_read(&p, s->input, NULL, err))
		return pp_report_hint(s->input, err);
	pp_stage_done(s->cli, "read the profile");
	if (add_names(s, &p, &report, err)) {
		pp_profile_release(&p);
		return -1;
	}
	pp_stage_done(s->cli, "looked up names");
	if (in_place && report.named == 0) {
		/* the one that was there before stays the old one */
		pp_profile_release(&p);
	} else if (pp_write_profile(s->output, &p, is_uncompressed(s->output), in_place, &size,
				    err)) {
		return -1;
	}
	summarize(s, &report);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_freep) char *path = pp_binary_path_standard();
	struct symbolize s = {.cli = cli, .binary_path = path, .load = {.cli = cli}};
	struct pp_opt_list *args = &s.load.paths;
	struct pp_err err = PP_ERR_INIT;
	const struct pp_opt opts[] = {
		{PP_OPT_ARGS, 0, NULL, "PROFILE",
		 "the profile to complete (default: pyroprof.pb.gz)", args, .max = 1,
		 .hint = PP_HINT_PROFILE},
		PP_ARCHIVE_OPTION(&s.load.archive),
		PP_LAST_OPTION(&s.load.last),
		PP_DELTA_OPTION(&s.load.delta),
		{PP_OPT_TEXT, 'o', "output", "FILE",
		 "where to write, - for standard output (default: in place; what was there becomes "
		 ".old)",
		 &s.output, .hint = PP_HINT_FILE},
		{PP_OPT_FLAG, 0, "force", NULL, "look up again what has names", &s.force},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no progress and no summary", &cli->quiet},
		PP_SYMBOL_OPTIONS(&s.symbols),
		{PP_OPT_TEXT, 0, "binary-path", "DIR:...",
		 "where to look for binaries (default: $PPROF_BINARY_PATH or ~/pprof/binaries)",
		 &s.binary_path},
		PP_OPT_END,
	};
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);
	int code = PP_EXIT_OK;

	s.input = args->n ? args->item[0] : PP_DEFAULT_PROFILE;
	if (rc < 0 || (rc == 0 && symbolize(&s, &err)))
		code = pp_cli_fail(cli, &err);
	pp_opt_list_release(&s.symbols.debug_dirs);
	pp_load_options_release(&s.load);
	return code;
}

const struct pp_command pp_cmd_symbolize = {
	.name = "symbolize",
	.summary = "name the functions of a profile recorded without names",
	.run = run,
};
