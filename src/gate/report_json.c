/* SPDX-License-Identifier: Apache-2.0 */
/* For programs of people: everything that is known. */
#include <config.h>

#include <math.h>

#include "gate/report.h"
#include "io/json.h"
#include "render/compare_numbers.h"

#define SCHEMA 1

static const char *const evidence[] = {"ranks", "model", "assumed", "exact"};
static const char *const notes[] = {"", "renamed", "shifted", "absorbed"};

static void number(struct pp_json *j, const char *key, double v)
{
	if (!isfinite(v))
		return;
	pp_json_key(j, key);
	pp_json_double(j, v);
}

static void put_side(struct pp_json *j, const char *key, const struct pp_gate_side *s)
{
	pp_json_key(j, key);
	pp_json_open(j, '[');
	for (size_t i = 0; i < s->n; i++) {
		pp_json_open(j, '{');
		pp_json_pair_str(j, "profile", pp_str_of(s->profiles[i].name));
		pp_json_pair_int(j, "time_nanos", s->profiles[i].time);
		pp_json_pair_int(j, "duration_nanos", s->profiles[i].duration);
		number(j, "all", s->profiles[i].all);
		pp_json_close(j, '}');
	}
	pp_json_close(j, ']');
}

static void put_item(const struct pp_gate_report *r, const struct pp_gate_item *i,
		     struct pp_json *j)
{
	const struct pp_judged *d = &i->judged;
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	double worth = r->per == PP_PER_TOTAL ? 1 : r->sample;
	int64_t line;

	r->place(r->context, i->node, &file, &line);
	pp_json_open(j, '{');
	pp_json_pair_str(j, "name", pp_nodes_name(r->gate->nodes, i->node));
	if (file.n) {
		pp_json_pair_str(j, "file", pp_buf_view(&file));
		pp_json_pair_int(j, "line", line);
	}
	pp_json_pair_str(j, "verdict", pp_str_of(pp_verdict_names[d->verdict]));
	pp_json_key(j, "guarded");
	pp_json_bool(j, d->guarded);
	number(j, "before", worth * d->change.before);
	number(j, "after", worth * d->change.after);
	number(j, "change", worth * (d->change.after - d->change.before));
	number(j, "relative", (d->change.after - d->change.before) / d->change.before);
	number(j, "change_low", worth * d->change.interval.low);
	number(j, "change_high", worth * d->change.interval.high);
	number(j, "allowed", d->allowed);
	pp_json_pair_str(j, "evidence", pp_str_of(evidence[d->evidence]));
	number(j, "dispersion", d->change.dispersion);
	number(j, "p", d->p);
	number(j, "q", d->q);
	number(j, "detectable", d->detectable);
	if (d->samples > 0)
		number(j, "samples_to_decide", d->samples);
	if (i->note != PP_GATE_PLAIN) {
		pp_json_pair_str(j, "note", pp_str_of(notes[i->note]));
		pp_json_pair_str(j, "other", pp_nodes_name(r->gate->nodes, i->other));
	}
	pp_json_close(j, '}');
}

void pp_gate_json(const struct pp_gate_report *r, struct pp_out *o)
{
	const struct pp_gate *g = r->gate;
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	pp_json_pair_int(&j, "schema", SCHEMA);
	pp_json_pair_str(&j, "verdict", pp_str_of(pp_verdict_names[pp_gate_verdict(g)]));
	pp_json_pair_str(&j, "type", r->type);
	pp_json_pair_str(&j, "unit", r->unit);
	pp_json_pair_str(&j, "metric", pp_str_of(g->options.cum ? "cum" : "flat"));
	pp_json_pair_str(&j, "per", pp_str_of(pp_compare_per(r->per)));
	number(&j, "alpha", g->options.judge.alpha);
	pp_json_pair_str(&j, "fdr", pp_str_of(g->options.judge.discovery_rates ? "bh" : "none"));
	number(&j, "min_share", g->options.min_share);
	put_side(&j, "base", &g->before);
	put_side(&j, "head", &g->after);
	pp_json_key(&j, "functions");
	pp_json_open(&j, '[');
	for (size_t i = 0; i < g->n; i++)
		put_item(r, &g->items[i], &j);
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}
