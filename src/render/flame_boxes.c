/* SPDX-License-Identifier: Apache-2.0 */
/* What a view looks like, as lines of JSON: for tests, and for whoever draws for himself. */
#include <config.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "render/flame.h"

/* The function of that name with the lowest number, or PP_NONE. */
static uint32_t func_of(const struct pp_flame *f, struct pp_str name)
{
	for (uint32_t i = 0; i < f->nfuncs; i++) {
		if (pp_str_eq(f->funcs[i].name, name))
			return i;
	}
	return PP_NONE;
}

/* The next name of a path such as "main;serve", in which ';' itself is "%3B". */
static bool next_name(const char **path, struct pp_buf *name)
{
	const char *p = *path;

	pp_buf_clear(name);
	if (!p || !*p)
		return false;
	for (; *p && *p != ';'; p++) {
		bool is_escape = strncmp(p, "%3B", 3) == 0;

		pp_buf_char(name, is_escape ? ';' : *p);
		if (is_escape)
			p += 2;
	}
	*path = *p ? p + 1 : p;
	return true;
}

static uint32_t child_of(const struct pp_flame *f, uint32_t node, struct pp_str name)
{
	for (uint32_t c = node + 1; c < f->end[node]; c = f->end[c]) {
		if (pp_str_eq(f->funcs[f->func[c]].name, name))
			return c;
	}
	return PP_NONE;
}

static int no_such(struct pp_str name, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_NOT_FOUND, "option '--boxes': there is no '%.*s'",
			  (int)(name.n < 200 ? name.n : 200), name.p ? name.p : "");
}

static int tree(struct pp_boxes *b, const struct pp_boxes_view *v, const char *path,
		struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	uint32_t node = 0;

	while (next_name(&path, &name)) {
		node = child_of(v->flame, node, pp_buf_view(&name));
		if (node == PP_NONE)
			return no_such(pp_buf_view(&name), err);
	}
	pp_boxes_tree(b, v, node);
	return 0;
}

static int inverted(struct pp_boxes *b, const struct pp_boxes_view *v, const char *path,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) uint32_t *funcs = NULL;
	size_t n = 0, cap = 0;

	while (next_name(&path, &name)) {
		funcs = pp_grow(funcs, &cap, n + 1, sizeof(*funcs));
		funcs[n] = func_of(v->flame, pp_buf_view(&name));
		if (funcs[n++] == PP_NONE)
			return no_such(pp_buf_view(&name), err);
	}
	pp_boxes_inverted(b, v, funcs, n);
	return 0;
}

static int sandwich(struct pp_boxes *b, const struct pp_boxes_view *v, const char *name,
		    bool callers, struct pp_err *err)
{
	uint32_t func = func_of(v->flame, pp_str_of(name));

	if (func == PP_NONE)
		return no_such(pp_str_of(name), err);
	if (callers)
		pp_boxes_callers(b, v, func);
	else
		pp_boxes_callees(b, v, func);
	return 0;
}

static int lay_out(struct pp_boxes *b, const struct pp_boxes_view *v, const char *what,
		   struct pp_err *err)
{
	const char *rest = strchr(what, ':');
	size_t n = rest ? (size_t)(rest - what) : strlen(what);
	struct pp_str kind = {what, n};

	rest = rest ? rest + 1 : "";
	if (pp_str_eq(kind, PP_STR_LIT("tree")))
		return tree(b, v, rest, err);
	if (pp_str_eq(kind, PP_STR_LIT("inverted")))
		return inverted(b, v, rest, err);
	if (pp_str_eq(kind, PP_STR_LIT("callers")))
		return sandwich(b, v, rest, true, err);
	if (pp_str_eq(kind, PP_STR_LIT("callees")))
		return sandwich(b, v, rest, false, err);
	return pp_err_set(err, PP_ERR_USAGE,
			  "option '--boxes': '%s' is not tree, inverted, callers:FUNC or "
			  "callees:FUNC",
			  what);
}

static void index_or_none(uint32_t v, struct pp_out *out)
{
	if (v == PP_NONE)
		pp_out_text(out, ",-1");
	else
		pp_out_fmt(out, ",%" PRIu32, v);
}

static void print(const struct pp_boxes *b, uint32_t nsides, struct pp_out *out)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct pp_box *box = &b->all[i];

		pp_out_fmt(out, "[%" PRIu32 ",%.9g,%.9g", box->depth, box->x, box->w);
		index_or_none(box->func, out);
		index_or_none(box->node, out);
		pp_out_fmt(out, ",%" PRIu32 ",%s", box->count, box->above ? "true" : "false");
		for (uint32_t side = 2 - nsides; side < 2; side++)
			pp_out_fmt(out, ",%" PRId64, box->total[side]);
		for (uint32_t side = 2 - nsides; side < 2; side++)
			pp_out_fmt(out, ",%" PRId64, box->self[side]);
		pp_out_text(out, "]\n");
	}
}

int pp_flame_boxes(const struct pp_flame_view *v, const char *what, struct pp_out *out,
		   struct pp_err *err)
{
	struct pp_boxes boxes = {0};
	const struct pp_boxes_view view = {
		.flame = v->flame,
		.measure = v->block.measure,
		.order = v->block.order,
		.extents = v->extents,
		.width = v->look.width,
		.min = v->look.minwidth_percent ? v->look.minwidth / 100 * v->look.width
						: v->look.minwidth,
	};
	int rc = lay_out(&boxes, &view, what, err);

	if (rc == 0)
		print(&boxes, v->flame->nsides, out);
	pp_boxes_release(&boxes);
	return rc;
}
