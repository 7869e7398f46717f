/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/report.h"
#include "io/json.h"

#define SCHEMA 1

static double part(const struct pp_self_report *r, uint32_t n)
{
	return (double)n / r->check->splits;
}

void pp_self_check_text(const struct pp_self_report *r, struct pp_out *o)
{
	const struct pp_self_check *c = r->check;

	pp_out_fmt(o, "%u splits of %zu profiles, %.0f functions judged in each\n", c->splits,
		   r->of, c->judged);
	pp_out_fmt(
		o,
		"this gate:          %5.1f%% of splits with a false alarm, %.2f functions each\n",
		100 * part(r, c->alarms), part(r, c->functions));
	pp_out_fmt(
		o,
		"any above %+.4g%%:%*s %5.1f%% of splits with a false alarm, %.2f functions each\n",
		r->allowed * 100, 5, "", 100 * part(r, c->naive_alarms),
		part(r, c->naive_functions));
}

static void put_rule(struct pp_json *j, const char *key, double alarms, double functions)
{
	pp_json_key(j, key);
	pp_json_open(j, '{');
	pp_json_key(j, "false_alarms");
	pp_json_double(j, alarms);
	pp_json_key(j, "functions");
	pp_json_double(j, functions);
	pp_json_close(j, '}');
}

void pp_self_check_json(const struct pp_self_report *r, struct pp_out *o)
{
	const struct pp_self_check *c = r->check;
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	pp_json_pair_int(&j, "schema", SCHEMA);
	pp_json_pair_int(&j, "splits", c->splits);
	pp_json_pair_int(&j, "profiles", (int64_t)r->of);
	pp_json_key(&j, "judged");
	pp_json_double(&j, c->judged);
	put_rule(&j, "gate", part(r, c->alarms), part(r, c->functions));
	put_rule(&j, "naive", part(r, c->naive_alarms), part(r, c->naive_functions));
	pp_json_close(&j, '}');
}
