/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof gate --base P... --head P...: whether a change has made anything dearer. */
#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cli/stage.h"
#include "cli/tint.h"
#include "cmd/cmd.h"
#include "cmd/gate_options.h"
#include "cmd/gate_profiles.h"
#include "cmd/gate_rules.h"
#include "cmd/rename.h"
#include "cmd/report.h"
#include "cmd/repository_path.h"
#include "gate/gate.h"
#include "gate/report.h"
#include "gate/self_check.h"
#include "io/atomic.h"

#define SEED 0x70797270u /* the same profiles give the same numbers */

static const struct pp_report_kind kind = {.compares = true, .untrimmed = true};

struct job {
	struct pp_cli *cli;
	struct pp_gate_command *command;
	struct pp_nodes nodes;
	struct pp_places places;
	struct pp_gate gate;
	struct pp_gate_load load;
	struct pp_gate_report report;
	struct pp_self_check self;
	char *here; /* the current directory, or NULL */
};

static int cannot_judge(struct job *j, const char *side, const char *why, struct pp_err *err)
{
	j->load.unlike = true;
	return pp_err_set(err, PP_ERR_FORMAT, "cannot judge --%s: %s", side, why);
}

static int load_side(struct job *j, const struct pp_opt_list *paths, struct pp_gate_side *side,
		     const char *name, struct pp_err *err)
{
	if (pp_gate_load_side(&j->load, paths, side, err))
		return err->kind == PP_ERR_FORMAT ? pp_err_wrap(err, "cannot judge --%s", name)
						  : -1;
	for (size_t i = 0; i < side->n; i++) {
		if (!(side->profiles[i].all >= 0))
			return cannot_judge(j, name, "a profile has a negative total", err);
	}
	return side->all > 0 ? 0 : cannot_judge(j, name, "there are no samples", err);
}

static int load_base(struct job *j, struct pp_err *err)
{
	const struct pp_opt_list *renames = &j->command->renames;
	PP_CLEANUP(pp_freep) bool *found = pp_xcalloc(renames->n, sizeof(*found));

	j->load.units = j->command->units[0];
	j->load.renames = renames;
	j->load.renamed = found;
	int rc = load_side(j, &j->command->base, &j->gate.before, "base", err);
	j->load.renames = NULL;
	j->load.renamed = NULL;
	for (size_t i = 0; rc == 0 && i < renames->n; i++) {
		if (!found[i])
			pp_cli_warn(j->cli, "option '--rename': there is no '%.*s' before",
				    (int)pp_rename_old(renames->item[i]).n, renames->item[i]);
	}
	return rc;
}

static int load(struct job *j, struct pp_err *err)
{
	struct pp_gate_command *c = j->command;

	PP_CLEANUP(pp_progress_done) struct pp_progress progress;

	pp_progress_init(&progress, j->cli);
	j->load = (struct pp_gate_load){.cli = j->cli,
					.progress = &progress,
					.options = &c->report,
					.report = &kind,
					.nodes = &j->nodes,
					.places = &j->places,
					.per = c->per};
	if (load_base(j, err))
		return -1;
	j->load.units = c->units[1];
	if (!c->self_check && load_side(j, &c->head, &j->gate.after, "head", err))
		return -1;
	j->gate.options = c->options;
	j->gate.options.sampled = j->load.kind.sampled;
	j->gate.options.judge.weighted = !j->load.kind.counts;
	j->gate.nodes = &j->nodes;
	pp_stage_done(j->cli, "read profiles");
	return 0;
}

static void place(void *context, uint32_t node, struct pp_buf *file, int64_t *line)
{
	const struct job *j = context;
	struct pp_str name;

	pp_places_get(&j->places, node, &name, line);
	pp_repository_path(file, name, j->command->trim, j->here);
}

static void write_verdicts(const struct job *j, int format, struct pp_out *out)
{
	static void (*const writers[])(const struct pp_gate_report *, struct pp_out *) = {
		pp_gate_text,	pp_gate_json,	pp_gate_markdown,
		pp_gate_github, pp_gate_gitlab, pp_gate_junit};
	const int fd = j->cli->out.fd;
	const struct pp_tint good = pp_tint_of(j->cli, PP_TINT_GOOD, fd);
	const struct pp_tint bad = pp_tint_of(j->cli, PP_TINT_BAD, fd);
	struct pp_gate_report r = j->report;

	/* colours are for what is shown, not for files */
	if (out == &j->cli->out) {
		r.good = good.on;
		r.bad = bad.on;
		r.plain = good.off;
	}
	writers[format](&r, out);
}

static void write_self_check(const struct job *j, int format, struct pp_out *out)
{
	const struct pp_self_report r = {
		.check = &j->self, .of = j->gate.before.n, .allowed = j->gate.options.allowed};

	if (format == PP_GATE_JSON)
		pp_self_check_json(&r, out);
	else
		pp_self_check_text(&r, out);
}

/* Each of the reports to where it goes. */
static int write_all(struct job *j, void write(const struct job *, int, struct pp_out *),
		     struct pp_err *err)
{
	const struct pp_gate_command *c = j->command;

	for (size_t i = 0; i < c->noutputs; i++) {
		struct pp_out out;

		if (!c->outputs[i].path) {
			write(j, c->outputs[i].format, &j->cli->out);
			continue;
		}
		pp_out_init_mem(&out);
		write(j, c->outputs[i].format, &out);
		int rc = pp_atomic_write(c->outputs[i].path, out.buf.p, out.buf.n, false, err);
		pp_buf_release(&out.buf);
		if (rc)
			return -1;
	}
	return 0;
}

static void warn(const struct job *j)
{
	const struct pp_gate_command *c = j->command;

	for (size_t i = 0; i < c->options.nguards; i++) {
		if (!c->options.guards[i].matched)
			pp_cli_warn(j->cli, "option '--guard': '%s' matches no function",
				    c->guards.item[i]);
	}
	if (c->undecided == PP_UNDECIDED_WARN &&
	    pp_gate_verdict(&j->gate) == PP_VERDICT_INCONCLUSIVE)
		pp_cli_warn(j->cli, "inconclusive: the profiles cannot tell; record more of them");
}

static int exit_code(const struct job *j)
{
	switch (pp_gate_verdict(&j->gate)) {
	case PP_VERDICT_REGRESSED:
		return PP_EXIT_NO;
	case PP_VERDICT_INCONCLUSIVE:
		return j->command->undecided == PP_UNDECIDED_FAIL ? PP_EXIT_UNDECIDED : PP_EXIT_OK;
	case PP_VERDICT_OK:
		break;
	}
	return PP_EXIT_OK;
}

static int judge(struct job *j, int *code, struct pp_err *err)
{
	const struct pp_gate_command *c = j->command;

	pp_gate_run(&j->gate);
	pp_stage_done(j->cli, "judged functions");
	j->report = (struct pp_gate_report){.gate = &j->gate,
					    .type = j->load.kind.type,
					    .unit = j->load.kind.unit,
					    .per = c->per,
					    .sample = j->load.sample,
					    .fails_undecided = c->undecided == PP_UNDECIDED_FAIL,
					    .place = place,
					    .context = j};
	if (write_all(j, write_verdicts, err))
		return -1;
	warn(j);
	*code = exit_code(j);
	return 0;
}

static int check_self(struct job *j, struct pp_err *err)
{
	const struct pp_gate_side *all = &j->gate.before;

	if (all->n < 4)
		return pp_err_set(err, PP_ERR_FORMAT,
				  "--self-check needs 4 profiles or more, there %s %zu",
				  all->n == 1 ? "is" : "are", all->n);
	j->self =
		pp_self_check(all, &j->nodes, &j->gate.options, (uint32_t)j->command->splits, SEED);
	return write_all(j, write_self_check, err);
}

static void open_job(struct job *j, struct pp_cli *cli, struct pp_gate_command *c)
{
	*j = (struct job){.cli = cli, .command = c, .here = getcwd(NULL, 0)};
	pp_nodes_init(&j->nodes);
	pp_places_init(&j->places);
	pp_report_settle_type(&c->report);
	if (c->report.threads)
		pp_parallel_limit((unsigned)c->report.threads);
}

static void close_job(struct job *j)
{
	pp_gate_release(&j->gate);
	pp_gate_kind_release(&j->load.kind);
	pp_places_release(&j->places);
	pp_nodes_release(&j->nodes);
	free(j->here);
}

static int run_gate(struct pp_cli *cli, struct pp_gate_command *c)
{
	struct pp_err err = PP_ERR_INIT;
	int rc, code = PP_EXIT_OK;
	struct job j;

	open_job(&j, cli, c);
	rc = pp_gate_options_check(c, &err);
	if (rc == 0)
		rc = load(&j, &err);
	if (rc == 0)
		rc = c->self_check ? check_self(&j, &err) : judge(&j, &code, &err);
	if (rc)
		code = pp_cli_fail(cli, &err);
	if (rc && j.load.unlike)
		code = PP_EXIT_UNDECIDED;
	close_job(&j);
	return code;
}

/* Once to see whether there are rules; then again with what these say in front of what was typed,
 * which so wins. */
static int parse(struct pp_cli *cli, struct pp_gate_command *c, struct pp_gate_rules *rules,
		 int argc, char **argv, struct pp_err *err)
{
	struct pp_opt table[PP_REPORT_TABLE_MAX];
	int rc;

	pp_gate_options_table(table, c);
	rc = pp_opt_parse(cli, table, argc, argv, err);
	if (rc == 0)
		rc = pp_gate_options_check_values(c, err);
	if (rc || !c->rules)
		return rc;
	const char *path = c->rules;
	if (pp_gate_rules_read(rules, path, argc, argv, err))
		return -1;
	pp_gate_options_release(c);
	pp_gate_options_init(c);
	if (pp_opt_parse(cli, table, rules->argc, rules->argv, err) == 0 &&
	    pp_gate_options_check_values(c, err) == 0)
		return 0;
	/* what was typed has been found good before */
	err->kind = PP_ERR_FORMAT;
	return pp_err_wrap(err, "'%s'", path);
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_gate_options_release) struct pp_gate_command c;
	PP_CLEANUP(pp_gate_rules_release) struct pp_gate_rules rules = {.argc = 0};
	struct pp_err err = PP_ERR_INIT;
	int rc;

	pp_gate_options_init(&c);
	rc = parse(cli, &c, &rules, argc, argv, &err);
	if (rc < 0)
		return pp_cli_fail(cli, &err);
	return rc ? PP_EXIT_OK : run_gate(cli, &c);
}

const struct pp_command pp_cmd_gate = {
	.name = "gate",
	.summary = "judge whether a change has made anything dearer",
	.run = run,
	.no = "regressed",
	.undecided = "undecided",
};
