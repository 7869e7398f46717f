/* SPDX-License-Identifier: Apache-2.0 */
/* For people: text and Markdown. */
#include <config.h>

#include "gate/report.h"

#include <math.h>
#include <stdio.h>

#include "base/compiler.h"
#include "render/compare_numbers.h"
#include "render/markdown.h"

#define ROWS_MAX 20 /* of a comment on a change */

const char *const pp_verdict_names[] = {"ok", "inconclusive", "regressed"};

static const char *const evidence[] = {
	"by ranks of profiles (Mann-Whitney)",
	"by a quasi-binomial model, there being too few profiles for ranks",
	"variance between runs unknown: assumed",
	"exactly, for they are counted",
};

/* What it cost and costs, in one unit. */
static void print_amounts(const struct pp_gate_report *r, const struct pp_share_change *c,
			  struct pp_buf *out)
{
	double worth = r->per == PP_PER_TOTAL ? 1 : r->sample;
	char text[PP_COMPARE_TEXT_MAX];
	struct pp_compare_numbers n;

	pp_compare_numbers_of(&n, r->per, r->unit, PP_STR_LIT("auto"),
			      worth * fmax(fabs(c->before), fabs(c->after)));
	pp_buf_str(out, pp_compare_value(text, &n, worth * c->before));
	pp_buf_str(out, " -> ");
	pp_buf_str(out, pp_compare_value(text, &n, worth * c->after));
}

static double relative(const struct pp_gate_item *i)
{
	const struct pp_share_change *c = &i->judged.change;

	return c->before > 0 ? (c->after - c->before) / c->before : (double)INFINITY;
}

static void print_relative(double part, struct pp_buf *out)
{
	if (isinf(part))
		pp_buf_str(out, "new");
	else
		pp_buf_fmt(out, "%+.1f%%", part * 100);
}

static void print_other(const struct pp_gate_report *r, const struct pp_gate_item *i,
			struct pp_buf *out)
{
	static const char *const notes[] = {"", "most likely renamed from", "cost moved within",
					    "took over the cost of"};

	if (i->note == PP_GATE_PLAIN)
		return;
	struct pp_str name = pp_nodes_name(r->gate->nodes, i->other);
	pp_buf_fmt(out, "; %s ", notes[i->note]);
	pp_buf_add(out, name.p, name.n);
}

/* To two digits, which are worth saying. */
static double round_up(double v)
{
	double unit = pow(10, fmax(0, floor(log10(fmax(1, v))) - 1));

	return ceil(v / unit) * unit;
}

/* How much evidence it takes: of values that are no number of samples, only how many profiles such
 * as these. */
static void print_needed(const struct pp_gate_report *r, const struct pp_judged *j,
			 struct pp_buf *out)
{
	static const char *const what[] = {"samples", "seconds", "units"};
	const struct pp_gate *g = r->gate;
	double profiles =
		j->samples * (double)(g->before.n + g->after.n) / (g->before.all + g->after.all);

	pp_buf_fmt(out, "; about %.0f %s a side would decide it",
		   round_up(g->options.judge.weighted ? profiles : j->samples),
		   g->options.judge.weighted ? "profiles" : what[r->per]);
}

void pp_gate_sentence(const struct pp_gate_report *r, const struct pp_gate_item *i,
		      struct pp_buf *out)
{
	const struct pp_judged *j = &i->judged;

	print_amounts(r, &j->change, out);
	pp_buf_str(out, " (");
	print_relative(relative(i), out);
	pp_buf_str(out, ")");
	if (j->evidence != PP_EVIDENCE_EXACT)
		pp_buf_fmt(out, ", q = %.2g", j->q);
	pp_buf_fmt(out, ", allowed %+.4g%%", j->allowed * 100);
	if (j->verdict == PP_VERDICT_INCONCLUSIVE && j->evidence != PP_EVIDENCE_EXACT) {
		pp_buf_fmt(out, "; could have seen %+.0f%%", j->detectable * 100);
		if (j->samples > 0)
			print_needed(r, j, out);
	}
	print_other(r, i, out);
}

/* How they were judged: guards may have it easier than what pays for others. */
static void print_methods(const struct pp_gate *g, struct pp_out *o)
{
	const char *between = "";

	for (size_t e = 0; e < PP_ARRAY_LEN(evidence); e++) {
		size_t i = 0;

		while (i < g->n && g->items[i].judged.evidence != e)
			i++;
		if (i == g->n)
			continue;
		pp_out_fmt(o, "%s%s", between, evidence[e]);
		between = ", or ";
	}
	pp_out_text(o, g->n ? "\n" : "nothing to judge\n");
}

static void print_evidence(const struct pp_gate_report *r,
			   void print(struct pp_out *, struct pp_str), struct pp_out *o)
{
	const struct pp_gate *g = r->gate;

	pp_out_fmt(o, "%zu profile%s before, %zu after; ", g->before.n, g->before.n > 1 ? "s" : "",
		   g->after.n);
	print(o, r->type);
	pp_out_fmt(o, " per %s; ", pp_compare_per(r->per));
	print_methods(g, o);
	if (g->n && g->items[0].judged.change.df <= 0 && !g->options.judge.exact)
		pp_out_fmt(o, "dispersion %.3g is assumed; %d or more profiles in all tell it\n",
			   g->items[0].judged.change.dispersion, PP_DISPERSION_PROFILES);
}

static void print_sum(const struct pp_gate_report *r, struct pp_out *o)
{
	const size_t *n = r->gate->count;

	pp_out_fmt(o, "%zu regressed, %zu inconclusive, %zu ok\n", n[PP_VERDICT_REGRESSED],
		   n[PP_VERDICT_INCONCLUSIVE], n[PP_VERDICT_OK]);
}

/* What is plainly ok is not listed, unless it was asked for. */
static bool is_listed(const struct pp_gate_item *i)
{
	return i->judged.verdict != PP_VERDICT_OK || i->judged.guarded || i->note != PP_GATE_PLAIN;
}

/* Its name, in the colour of what it means, and blanks. */
static void print_verdict(const struct pp_gate_report *r, enum pp_verdict v, struct pp_out *o)
{
	const char *on = v == PP_VERDICT_OK ? r->good : v == PP_VERDICT_REGRESSED ? r->bad : NULL;

	pp_out_fmt(o, "%s%-12s%s ", on ? on : "", pp_verdict_names[v], on ? r->plain : "");
}

void pp_gate_text(const struct pp_gate_report *r, struct pp_out *o)
{
	const struct pp_gate *g = r->gate;

	print_evidence(r, pp_out_safe, o);
	for (size_t i = 0; i < g->n; i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;

		if (!is_listed(&g->items[i]))
			continue;
		pp_gate_sentence(r, &g->items[i], &line);
		print_verdict(r, g->items[i].judged.verdict, o);
		pp_out_safe(o, pp_nodes_name(g->nodes, g->items[i].node));
		pp_out_text(o, g->items[i].judged.guarded ? " (guarded): " : ": ");
		pp_out_safe(o, pp_buf_view(&line));
		pp_out_char(o, '\n');
	}
	print_sum(r, o);
}

void pp_gate_markdown(const struct pp_gate_report *r, struct pp_out *o)
{
	static const char *const signs[] = {"🟢", "🟡", "🔴"};
	const struct pp_gate *g = r->gate;
	size_t rows = 0;

	pp_out_fmt(o, "### %s Performance: %s\n\n", signs[pp_gate_verdict(g)],
		   pp_verdict_names[pp_gate_verdict(g)]);
	print_sum(r, o);
	pp_out_text(o, "\n");
	for (size_t i = 0; i < g->n; i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;

		if (!is_listed(&g->items[i]) || ++rows > ROWS_MAX)
			continue;
		if (rows == 1)
			pp_out_text(o, "| | function | what |\n|---|---|---|\n");
		pp_gate_sentence(r, &g->items[i], &line);
		pp_out_fmt(o, "| %s | ", signs[g->items[i].judged.verdict]);
		pp_markdown_code(o, pp_nodes_name(g->nodes, g->items[i].node));
		pp_out_text(o, " | ");
		pp_markdown_code(o, pp_buf_view(&line));
		pp_out_text(o, " |\n");
	}
	if (rows > ROWS_MAX)
		pp_out_fmt(o, "\n%zu more %s not shown.\n", rows - ROWS_MAX,
			   rows - ROWS_MAX > 1 ? "are" : "is");
	pp_out_text(o, "\n<sub>");
	print_evidence(r, pp_markdown_text, o);
	pp_out_text(o, "</sub>\n");
}
