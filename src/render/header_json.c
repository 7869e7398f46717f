/* SPDX-License-Identifier: Apache-2.0 */
/* Report headers as members of a JSON object. */
#include <config.h>

#include "render/header.h"

#include <math.h>

static void pair_if_known(struct pp_json *j, const char *key, struct pp_str value)
{
	if (value.n)
		pp_json_pair_str(j, key, value);
}

static void live_json(const struct pp_header_live *live, struct pp_json *j)
{
	pp_json_key(j, "live");
	pp_json_open(j, '{');
	pp_json_pair_int(j, "time_nanos", live->time_nanos);
	if (live->counted) {
		pp_json_pair_int(j, "samples", (int64_t)live->samples);
		pp_json_pair_int(j, "lost", (int64_t)live->lost);
		pp_json_key(j, "rate");
		pp_json_double(j, live->rate);
	}
	pp_json_close(j, '}');
}

void pp_header_json(const struct pp_header *h, struct pp_json *j)
{
	const struct pp_profile *p = h->profile;

	pair_if_known(j, "file", h->file);
	pair_if_known(j, "build_id", h->build_id);
	pair_if_known(j, "type", h->type);
	pair_if_known(j, "unit", h->unit);
	if (h->mean) {
		pp_json_key(j, "mean");
		pp_json_bool(j, true);
	}
	if (p->time_nanos)
		pp_json_pair_int(j, "time_nanos", p->time_nanos);
	if (p->duration_nanos)
		pp_json_pair_int(j, "duration_nanos", p->duration_nanos);
	if (h->live)
		live_json(h->live, j);
	pp_json_pair_int(j, "total", pp_header_value(h, h->total));
}

void pp_header_json_rows(const struct pp_header *h, const struct pp_rows *rows, struct pp_json *j)
{
	pp_json_pair_int(j, "shown_flat", pp_header_value(h, rows->shown_flat));
	pp_json_pair_int(j, "dropped_nodes", rows->dropped);
	pp_json_pair_int(j, "nodes", rows->candidates);
}

double pp_header_share(int64_t part, int64_t total)
{
	return total ? 100 * fabs((double)part / (double)total) : 0;
}
