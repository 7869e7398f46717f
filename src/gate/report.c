/* SPDX-License-Identifier: Apache-2.0 */
/* For people: text and Markdown. */
#include <config.h>

#include "gate/report.h"

#include <math.h>
#include <stdio.h>

#include "base/compiler.h"

#define ROWS_MAX 20 /* of a comment on a change */

const char *const pp_verdict_names[] = {"ok", "inconclusive", "regressed"};

static const char *const evidence[] = {
	"by ranks of profiles (Mann-Whitney)",
	"by a quasi-binomial model, there being too few profiles for ranks",
	"variance between runs unknown: assumed",
	"exactly, for they are counted",
};

static void print_amount(const struct pp_gate_report *r, double v, struct pp_buf *out)
{
	if (r->shares)
		pp_buf_fmt(out, "%.2f%%", v * 100);
	else
		pp_buf_fmt(out, "%.4g", v);
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
	pp_buf_fmt(out, "; %s %.*s", notes[i->note], (int)name.n, name.p);
}

/* Of samples, work or seconds, rounded to what is worth saying. */
static void print_needed(const struct pp_gate_report *r, double samples, struct pp_buf *out)
{
	double unit = pow(10, fmax(0, floor(log10(fmax(1, samples))) - 1));

	pp_buf_fmt(out, "; about %.0f %s a side would decide it", ceil(samples / unit) * unit,
		   r->shares	      ? "samples"
		   : r->per[0] == 's' ? "seconds"
				      : "units");
}

void pp_gate_sentence(const struct pp_gate_report *r, const struct pp_gate_item *i,
		      struct pp_buf *out)
{
	const struct pp_judged *j = &i->judged;

	print_amount(r, j->change.before, out);
	pp_buf_str(out, " -> ");
	print_amount(r, j->change.after, out);
	pp_buf_str(out, " (");
	print_relative(relative(i), out);
	pp_buf_str(out, ")");
	if (j->evidence != PP_EVIDENCE_EXACT)
		pp_buf_fmt(out, ", q = %.2g", j->q);
	pp_buf_fmt(out, ", allowed %+.4g%%", j->allowed * 100);
	if (j->verdict == PP_VERDICT_INCONCLUSIVE && j->evidence != PP_EVIDENCE_EXACT) {
		pp_buf_fmt(out, "; could have seen %+.0f%%", j->detectable * 100);
		if (j->samples > 0)
			print_needed(r, j->samples, out);
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

static void print_evidence(const struct pp_gate_report *r, struct pp_out *o)
{
	const struct pp_gate *g = r->gate;

	pp_out_fmt(o, "%zu profiles before, %zu after; ", g->before.n, g->after.n);
	pp_out_safe(o, r->type);
	pp_out_fmt(o, " per %s; ", r->per);
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

	print_evidence(r, o);
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

/* As code within a cell: nothing in a name ends the cell, the code or the line. */
static void print_cell(struct pp_str text, struct pp_out *o)
{
	struct pp_out safe;

	pp_out_init_mem(&safe);
	pp_out_safe(&safe, text);
	pp_out_char(o, '`');
	for (size_t i = 0; i < safe.buf.n; i++) {
		char c = safe.buf.p[i];

		if (c == '|')
			pp_out_char(o, '\\');
		pp_out_char(o, c == '`' ? '\'' : c);
	}
	pp_out_char(o, '`');
	pp_buf_release(&safe.buf);
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
	for (size_t i = 0; i < g->n && rows < ROWS_MAX; i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;

		if (!is_listed(&g->items[i]))
			continue;
		if (rows++ == 0)
			pp_out_text(o, "| | function | what |\n|---|---|---|\n");
		pp_gate_sentence(r, &g->items[i], &line);
		pp_out_fmt(o, "| %s | ", signs[g->items[i].judged.verdict]);
		print_cell(pp_nodes_name(g->nodes, g->items[i].node), o);
		pp_out_text(o, " | ");
		print_cell(pp_buf_view(&line), o);
		pp_out_text(o, " |\n");
	}
	pp_out_text(o, "\n<sub>");
	print_evidence(r, o);
	pp_out_text(o, "</sub>\n");
}
