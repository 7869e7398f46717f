/* SPDX-License-Identifier: Apache-2.0 */
/* A trend as lines. */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "render/chart.h"
#include "render/trend.h"

void pp_trend_chart(const struct pp_trend_view *v, bool page, struct pp_out *out)
{
	const struct pp_trend *t = v->trend;
	PP_CLEANUP(pp_buf_release) struct pp_buf title = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf subtitle = PP_BUF_INIT;
	PP_CLEANUP(pp_freep)
	struct pp_chart_line *lines = pp_xcalloc(t->ngroups, sizeof(*lines));
	PP_CLEANUP(pp_freep)
	double *values = pp_xcalloc((size_t)t->ngroups * t->nsteps, sizeof(*values));
	struct pp_chart chart = {.first = t->first,
				 .step = t->step,
				 .nsteps = t->nsteps,
				 .lines = lines,
				 .nlines = t->ngroups};

	for (uint32_t i = 0; i < t->ngroups; i++) {
		double *own = &values[(size_t)i * t->nsteps];

		for (uint32_t k = 0; k < t->nsteps; k++)
			own[k] = pp_trend_share(&t->groups[i].steps[k]);
		lines[i] = (struct pp_chart_line){.name = pp_trend_label(v, &t->groups[i]),
						  .values = own,
						  .mean = pp_trend_share(&t->groups[i].all)};
	}
	pp_trend_bounds(t, &chart.low, &chart.high);
	pp_trend_title(v, &title);
	pp_trend_subtitle(v, &subtitle);
	chart.title = pp_buf_view(&title);
	chart.subtitle = pp_buf_view(&subtitle);
	if (page)
		pp_chart_html(&chart, out);
	else
		pp_chart_svg(&chart, out);
}
