/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/atomic.h"
#include "render/flame.h"
#include "tui/app.h"

/* What a file is made of. */
struct export
{
	struct pp_tui *t;
	struct pp_view view; /* of the type that is shown */
	struct pp_header header;
	char *title;
	char *filters[PP_TUI_FILTERS + 1];
	struct pp_flame_view all;
};

typedef int write_file(const struct export *e, struct pp_out *out, struct pp_err *err);

static int write_svg(const struct export *e, struct pp_out *out, struct pp_err *err)
{
	return pp_flame_svg(&e->all, out, err);
}

static int write_html(const struct export *e, struct pp_out *out, struct pp_err *err)
{
	return pp_flame_html(&e->all, out, err);
}

static int write_folded(const struct export *e, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	pp_flame_folded(&e->all, out);
	return 0;
}

static int write_json(const struct export *e, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	pp_flame_json(&e->all, out);
	return 0;
}

/* What is seen, without the prompt. */
static int write_screen(const struct export *e, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	pp_tui_draw(e->t);
	pp_grid_save(&e->t->grid, false, &text);
	pp_out_bytes(out, text.p, text.n);
	return 0;
}

static const struct {
	const char *end;
	write_file *write;
} formats[] = {
	{".svg", write_svg},	      {".html", write_html}, {".folded", write_folded},
	{".collapsed", write_folded}, {".json", write_json}, {".txt", write_screen},
};

static bool ends_in(const char *path, const char *end)
{
	size_t n = strlen(path), want = strlen(end);

	return n > want && strcmp(path + n - want, end) == 0;
}

static write_file *format_of(const char *path)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(formats); i++) {
		if (ends_in(path, formats[i].end))
			return formats[i].write;
	}
	return NULL;
}

static void list_filters(struct export *e)
{
	size_t n = 0;

	for (int i = 0; i < PP_TUI_FILTERS; i++) {
		const char *text = pp_steps_filter_text(e->t, i);
		struct pp_buf option = PP_BUF_INIT;

		if (!text || !*text)
			continue;
		pp_tui_filter_option(i, text, &option);
		e->filters[n++] = option.p;
	}
}

static void describe(struct export *e)
{
	struct pp_model *m = &e->t->model;
	struct pp_str title = e->t->title;

	e->view = *m->in.view;
	e->view.index = m->in.measure.type;
	pp_header_init(&e->header, &e->view, m->total[1]);
	e->header.out_unit = m->in.unit;
	e->title = pp_xasprintf("%.*s", (int)title.n, title.p);
	list_filters(e);
	e->all = (struct pp_flame_view){
		.flame = m->flame,
		.view = &e->view,
		.extents = m->extents,
		.header = &e->header,
		.block = {.title = e->title,
			  .order = m->in.order,
			  .measure = m->in.measure,
			  .by_self = m->in.by_self,
			  .filters = (const char *const *)e->filters,
			  .labels = true,
			  .times = true},
		.look = {.title = e->title,
			 .width = 1200,
			 .fontsize = 12,
			 .minwidth = 0.5,
			 .colours = m->in.colours,
			 .inverted = !m->upwards,
			 .reverse = m->inverted},
	};
}

static void release(struct export *e)
{
	for (size_t i = 0; e->filters[i]; i++)
		free(e->filters[i]);
	free(e->title);
}

/* The profile as filters leave it: changes of the tree are none of a profile. */
static void save(struct pp_tui *t, const char *path)
{
	struct pp_err err = PP_ERR_INIT;

	if (t->options->save(t->model.in.view, path, &err))
		pp_tui_fail(t, "%s", err.msg);
	else
		pp_tui_say(t, "wrote %s", path);
}

void pp_export(struct pp_tui *t, const char *path)
{
	write_file *write = format_of(path);
	struct export e = {.t = t};
	struct pp_err err = PP_ERR_INIT;
	struct pp_out out;

	if (ends_in(path, ".pb.gz")) {
		save(t, path);
		return;
	}
	if (!write) {
		pp_tui_fail(t,
			    "name a file that ends in .pb.gz, .svg, .html, .folded, .json or .txt");
		return;
	}
	describe(&e);
	pp_out_init_mem(&out);
	if (write(&e, &out, &err) || pp_atomic_write(path, out.buf.p, out.buf.n, true, &err))
		pp_tui_fail(t, "%s", err.msg);
	else
		pp_tui_say(t, "wrote %zu bytes to %s", out.buf.n, path);
	pp_buf_release(&out.buf);
	release(&e);
}
