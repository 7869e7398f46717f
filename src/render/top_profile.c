/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: google/pprof, printTopProto. */
#include <config.h>

#include "render/top_profile.h"

#include "base/magnitude.h"
#include "base/units.h"
#include "profile/builder.h"

static void add_head(struct pp_builder *b, const struct pp_header *h)
{
	const struct pp_profile *from = h->profile;
	struct pp_value_type type = {pp_builder_string(b, PP_STR_LIT("cum")),
				     pp_builder_string(b, h->out_unit)};

	pp_buf_add(&b->sample_types, &type, sizeof(type));
	type.type = pp_builder_string(b, PP_STR_LIT("flat"));
	pp_buf_add(&b->sample_types, &type, sizeof(type));
	b->head.nsample_types = 2;
	b->head.time_nanos = from->time_nanos;
	b->head.duration_nanos = from->duration_nanos;
	b->head.period = from->period;
	b->head.has_period_type = from->has_period_type;
	b->head.period_type.type =
		pp_builder_string(b, pp_profile_str(from, from->period_type.type));
	b->head.period_type.unit =
		pp_builder_string(b, pp_profile_str(from, from->period_type.unit));
}

/* In the unit of the result; saturates. Unlike text, without the report's ratio, as in pprof. */
static int64_t scale(int64_t value, const struct pp_header *h)
{
	return pp_fraction_of(1, pp_units_scale(value, h->unit, h->out_unit).value);
}

static void add_row(struct pp_builder *b, const struct pp_row *r, const struct pp_nodes *nodes,
		    const struct pp_header *h)
{
	struct pp_node node = pp_nodes_get(nodes, r->node);
	struct pp_line line = {
		.function = pp_builder_function(b, pp_builder_string(b, node.name), 0,
						pp_builder_string(b, node.file), node.start_line),
		.line = node.line,
		.column = node.column,
	};
	uint32_t location = pp_builder_new_location(b, PP_NONE, node.address, &line, 1);
	int64_t values[2] = {scale(r->cum_value, h), scale(r->flat_value, h)};

	pp_builder_sample(b, &location, 1, values, NULL, 0);
}

int pp_top_profile(struct pp_profile *p, const struct pp_rows *rows, const struct pp_nodes *nodes,
		   const struct pp_header *h, struct pp_err *err)
{
	struct pp_builder b;
	int rc;

	pp_builder_init(&b);
	add_head(&b, h);
	for (uint32_t i = 0; i < rows->n; i++)
		add_row(&b, &rows->all[i], nodes, h);
	rc = pp_builder_finish(&b, p, err);
	pp_builder_release(&b);
	return rc;
}
