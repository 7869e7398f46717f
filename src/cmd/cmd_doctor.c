/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof doctor: what works here, what does not, and what mends it. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/terminal.h"
#include "cli/tint.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "cmd/symbol_options.h"
#include "doctor/machine.h"
#include "doctor/process.h"
#include "doctor/tries.h"
#include "io/http.h"
#include "io/json.h"
#include "io/run.h"
#include "symbol/objdump.h"

static const char *const formats[] = {"text", "json", NULL};
enum { TEXT, JSON };

static void program_on_path(struct pp_findings *f, const char *name, const char *mend,
			    const char *use)
{
	const char *path = getenv("PATH");
	PP_CLEANUP(pp_freep) char *found = pp_run_find(name, path ? path : "");

	if (found)
		pp_findings_add(f, PP_MARK_OK, name, NULL, "%s", found);
	else
		pp_findings_add(f, PP_MARK_BAD, name, mend, "not installed: %s", use);
}

static void disassembler(struct pp_findings *f)
{
	const char *path = getenv("PATH");
	struct pp_objdump o;
	struct pp_err err = PP_ERR_INIT;

	if (pp_objdump_find(&o, path ? path : "", &err))
		pp_findings_add_error(f, "objdump", &err);
	else
		pp_findings_add(f, PP_MARK_OK, "objdump", NULL, "%s", o.program);
	pp_objdump_release(&o);
}

static void parts(struct pp_findings *f)
{
	const char *urls = pp_debuginfod_urls();
	struct pp_err err = PP_ERR_INIT;

	f->group = "other parts";
	if (urls)
		pp_findings_add(f, PP_MARK_OK, "debuginfod", NULL, "%s", urls);
	else
		pp_findings_add(f, PP_MARK_NOTE, "debuginfod", NULL,
				"$DEBUGINFOD_URLS is not set, which --debuginfod needs");
	if (pp_http_check(&err))
		pp_findings_add_error(f, "libcurl", &err);
	else
		pp_findings_add(f, PP_MARK_OK, "libcurl", NULL, "URLs can be read");
	disassembler(f);
	program_on_path(f, "dot", "sudo apt install graphviz", "graph cannot draw SVG, PNG or PDF");
}

static void terminal(struct pp_findings *f, const struct pp_out *out)
{
	const char *term = getenv("TERM");

	f->group = "terminal";
	if (term && *term)
		pp_findings_add(f, PP_MARK_OK, "TERM", NULL, "%s", term);
	else
		pp_findings_add(f, PP_MARK_NOTE, "TERM", NULL, "not set");
	if (pp_terminal_has_colours(out->fd))
		pp_findings_add(f, PP_MARK_OK, "colours", NULL, "yes");
	else
		pp_findings_add(f, PP_MARK_NOTE, "colours", NULL,
				"no: not a terminal, or $TERM or $NO_COLOR say so");
	if (pp_terminal_is_utf8())
		pp_findings_add(f, PP_MARK_OK, "UTF-8", NULL, "yes");
	else
		pp_findings_add(f, PP_MARK_BAD, "UTF-8", "export LANG=C.UTF-8",
				"no, as $LC_ALL, $LC_CTYPE and $LANG have it");
}

/* ---- Output ---- */

static const char *mark(enum pp_mark m)
{
	static const char *const plain[] = {"ok", "--", "NO"};
	static const char *const pretty[] = {"✓", "–", "✗"};

	return pp_terminal_is_utf8() ? pretty[m] : plain[m];
}

/* Neighbours that are mended by the same are mended once, below the last of them. */
static bool says_mend(const struct pp_findings *f, size_t i)
{
	const char *mend = f->item[i].mend;
	const char *next = i + 1 < f->n ? f->item[i + 1].mend : NULL;

	return mend && !(next && strcmp(mend, next) == 0);
}

static void print_text(const struct pp_findings *f, bool works, const struct pp_cli *cli,
		       struct pp_out *out)
{
	const struct pp_tint good = pp_tint_of(cli, PP_TINT_GOOD, out->fd);
	const struct pp_tint bad = pp_tint_of(cli, PP_TINT_BAD, out->fd);
	const struct pp_tint none = {.off = ""}, *colours[] = {&good, &none, &bad};
	const char *group = "";

	for (size_t i = 0; i < f->n; i++) {
		const struct pp_finding *x = &f->item[i];

		if (strcmp(group, x->group) != 0)
			pp_out_fmt(out, "%s\n", x->group);
		group = x->group;
		pp_out_fmt(out, "  %s%s%s %-19s ", colours[x->mark]->on, mark(x->mark),
			   colours[x->mark]->off, x->name);
		pp_out_safe(out, pp_str_of(x->text));
		pp_out_char(out, '\n');
		if (!says_mend(f, i))
			continue;
		pp_out_fmt(out, "      mend: ");
		pp_out_safe(out, pp_str_of(x->mend));
		pp_out_char(out, '\n');
	}
	pp_out_text(out, works ? "Recording works.\n" : "Recording is impossible.\n");
}

static void print_json(const struct pp_findings *f, bool works, struct pp_out *out)
{
	static const char *const marks[] = {"ok", "note", "bad"};
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_open(&j, '{');
	pp_json_key(&j, "recording");
	pp_json_bool(&j, works);
	pp_json_key(&j, "findings");
	pp_json_open(&j, '[');
	for (size_t i = 0; i < f->n; i++) {
		const struct pp_finding *x = &f->item[i];

		pp_json_open(&j, '{');
		pp_json_pair_str(&j, "group", pp_str_of(x->group));
		pp_json_pair_str(&j, "name", pp_str_of(x->name));
		pp_json_pair_str(&j, "state", pp_str_of(marks[x->mark]));
		pp_json_pair_str(&j, "text", pp_str_of(x->text));
		if (x->mend)
			pp_json_pair_str(&j, "mend", pp_str_of(x->mend));
		pp_json_close(&j, '}');
	}
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_findings_release) struct pp_findings f = PP_FINDINGS_INIT;
	uint64_t pid = 0;
	int format = TEXT;
	const struct pp_opt opts[] = {
		{PP_OPT_NUMBER, 'p', "pid", "PID", "look at this process, too", &pid, .min = 1,
		 .max = INT32_MAX, .hint = PP_HINT_PID},
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &format, .choices = formats},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc < 0)
		return pp_cli_fail(cli, &err);
	if (rc > 0)
		return PP_EXIT_OK;
	pp_doctor_kernel(&f, "");
	pp_doctor_capabilities(&f);
	bool works;
	if (pp_doctor_recording(&f, (pid_t)pid, &works, &err))
		return pp_cli_fail(cli, &err);
	if (pid)
		pp_doctor_process(&f, (pid_t)pid);
	parts(&f);
	terminal(&f, &cli->out);
	if (format == JSON)
		print_json(&f, works, &cli->out);
	else
		print_text(&f, works, cli, &cli->out);
	return works ? PP_EXIT_OK : PP_EXIT_NO;
}

const struct pp_command pp_cmd_doctor = {
	.name = "doctor",
	.summary = "show what works here, and what mends the rest",
	.run = run,
	.group = "Help",
	.no = "recording is impossible",
};
