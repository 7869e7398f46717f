/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof trend REGEX [SELECTOR]: what functions cost over time. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "analyze/trend.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/map.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/terminal.h"
#include "cmd/archive_options.h"
#include "cmd/archive_shares.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "io/atomic.h"
#include "profile/type_kind.h"
#include "render/trend.h"
#include "symbol/names.h"

/* Behind those of all reports. BY_NAME: as the name of the output says. */
enum { FORMAT_SVG = PP_FORMAT_CSV + 1, FORMAT_HTML, BY_NAME };

static const char *const formats[] = {"text", "json", "csv", "svg", "html", NULL};

struct trend {
	struct pp_shares_query query;
	int64_t step; /* 0: a good one */
	bool cum, steps;
	int format;
	const char *output;
};

static int compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* How long it usually takes from one entry of a series to the next; 0 if there is no next one. */
static int64_t usual_distance(const struct pp_list *list)
{
	PP_CLEANUP(pp_freep) int64_t *distance = pp_xcalloc(list->n, sizeof(*distance));
	struct pp_map last = {0}; /* item of a series */
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_item *item = &list->items[i];
		uint32_t *before = pp_map_put(&last, (uintptr_t)item->series, i);

		if (*before != i &&
		    !__builtin_sub_overflow(item->entry.start, list->items[*before].entry.start,
					    &distance[n]))
			n++;
		*before = i;
	}
	pp_map_release(&last);
	if (n == 0)
		return 0;
	qsort(distance, n, sizeof(*distance), compare_ns);
	return distance[(n - 1) / 2];
}

/* No finer than what was recorded, so that not every other step is empty. */
static int64_t choose_step(const struct pp_list *list)
{
	int64_t first = list->items[0].entry.start, last = list->items[list->n - 1].entry.start;
	int64_t shortest = usual_distance(list), mean = 0;

	for (uint32_t i = 0; i < list->n; i++)
		mean += list->items[i].entry.duration / list->n;
	return pp_trend_choose(first, last, mean > shortest ? mean : shortest);
}

static int add_up(struct pp_trend *t, const struct trend *c, const struct pp_shares_found *found,
		  struct pp_err *err)
{
	const struct pp_list *list = &found->list;
	int64_t step = c->step ? c->step : choose_step(list);
	bool state = pp_type_is_state(found->type);

	if (pp_trend_init(t, list->items[0].entry.start, list->items[list->n - 1].entry.start, step,
			  err))
		return -1;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_entry *e = &list->items[i].entry;
		const struct pp_share *share = &found->shares[i];
		struct pp_trend_cell cell = {.duration = e->duration,
					     .value = c->cum ? share->cum : share->own,
					     .total = found->totals[i]};

		pp_trend_repeat(&cell, e->profiles, state);
		if (pp_trend_add(t, pp_shares_group(&c->query, &list->items[i]), e->start, &cell,
				 err))
			return -1;
	}
	pp_trend_sort(t);
	return 0;
}

static int format_of_name(const char *name)
{
	const char *dot = name ? strrchr(name, '.') : NULL;

	for (int i = 0; dot && formats[i]; i++) {
		if (strcasecmp(dot + 1, formats[i]) == 0)
			return i;
	}
	return PP_FORMAT_TEXT;
}

static void write_as(const struct trend *c, const struct pp_trend_view *v, struct pp_out *out)
{
	switch (c->format) {
	case FORMAT_SVG:
	case FORMAT_HTML:
		pp_trend_chart(v, c->format == FORMAT_HTML, out);
		break;
	case PP_FORMAT_JSON:
		pp_trend_json(v, out);
		break;
	case PP_FORMAT_CSV:
		pp_trend_csv(v, out);
		break;
	default:
		pp_trend_text(v, out);
		break;
	}
}

static int print(struct pp_cli *cli, const struct trend *c, const struct pp_trend_view *v,
		 struct pp_err *err)
{
	struct pp_out out;
	int rc;

	if (!c->output || strcmp(c->output, "-") == 0) {
		write_as(c, v, &cli->out);
		return 0;
	}
	pp_out_init_mem(&out);
	write_as(c, v, &out);
	rc = pp_atomic_write(c->output, out.buf.p, out.buf.n, false, err);
	pp_buf_release(&out.buf);
	return rc;
}

static int show(struct pp_cli *cli, const struct trend *c, const struct pp_shares_found *found,
		struct pp_err *err)
{
	struct pp_trend t;
	const struct pp_trend_view v = {
		.trend = &t,
		.pattern = c->query.args.item[0],
		.cum = c->cum,
		.type = found->type,
		.unit = found->unit,
		.by = c->query.by,
		.steps = c->steps,
		.utf8 = pp_terminal_is_utf8(),
	};
	int rc = add_up(&t, c, found, err);

	if (rc == 0)
		rc = print(cli, c, &v, err);
	pp_trend_release(&t);
	return rc;
}

static int check(struct trend *c, struct pp_err *err)
{
	if (c->format == BY_NAME)
		c->format = format_of_name(c->output);
	if (c->step % PP_NSEC_PER_SEC)
		return pp_err_set(err, PP_ERR_USAGE, "option '--step': whole seconds only");
	return pp_shares_query_args(&c->query, 1, err);
}

static int trend(struct pp_cli *cli, struct trend *c, struct pp_err *err)
{
	PP_CLEANUP(pp_shares_found_release) struct pp_shares_found found = {.npatterns = 0};

	if (check(c, err) || pp_shares_find(cli, &c->query, &found, err))
		return -1;
	if (found.list.n == 0)
		return pp_shares_nothing(&c->query, &found, err);
	return pp_shares_check_by(&c->query, &found.list, err) || show(cli, c, &found, err) ? -1
											    : 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct trend c = {.query = {.demangle = PP_DEMANGLE_SIMPLE}, .format = BY_NAME};
	const struct pp_opt opts[] = {
		{PP_OPT_DURATION, 0, "step", "DURATION",
		 "how long a step is (default: so that about 60 show everything)", &c.step,
		 .group = "What to show"},
		{PP_OPT_FLAG, 0, "cum", NULL, "count what the functions call as well", &c.cum},
		{PP_OPT_FLAG, 0, "steps", NULL, "show a row for each step", &c.steps},
		PP_SHARES_OPTIONS(&c.query),
		PP_ARCHIVE_OPTION(&c.query.archive),
		PP_LAST_OPTION(&c.query.last),
		PP_DELTA_OPTION(&c.query.delta),
		{PP_OPT_NUMBER, 0, "threads", "N", "use at most N threads", &c.query.threads,
		 .min = 1, .max = 1024},
		{PP_OPT_ENUM, 0, "format", "FORMAT",
		 "output format (default: what the name of the output ends with, else text)",
		 &c.format, .choices = formats, .group = "Output"},
		{PP_OPT_TEXT, 'o', "output", "FILE", "write to FILE rather than standard output",
		 &c.output, .hint = PP_HINT_FILE},
		{PP_OPT_ARGS, 0, NULL, "REGEX SELECTOR",
		 "names of functions; which entries (default: all)", &c.query.args, .min = 1,
		 .max = 2, .hint = PP_HINT_SELECTOR, .first_hint = PP_HINT_FUNCTION,
		 .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = trend(cli, &c, &err);
	pp_shares_query_release(&c.query);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_trend = {
	.name = "trend",
	.summary = "show what functions cost over time",
	.run = run,
};
