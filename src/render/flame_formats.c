/* SPDX-License-Identifier: Apache-2.0 */
/* The tree for other viewers. All of it is written in one pass over the nodes, which are in
 * preorder, however deep they are. */
#include <config.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/json.h"
#include "render/flame.h"
#include "render/folded.h"

static void quote(struct pp_out *out, struct pp_str s)
{
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_str(&j, s);
}

static void number(struct pp_out *out, double v)
{
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_double(&j, v);
}

/* pp_out_fmt() for the many numbers that stacks are made of. */
static void decimal(struct pp_out *out, uint32_t v)
{
	char text[10], *p = text + sizeof(text);

	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	pp_out_bytes(out, p, (size_t)(text + sizeof(text) - p));
}

/* speedscope's name of a unit. */
static const char *speedscope_unit(struct pp_str unit)
{
	static const char *const names[][2] = {
		{"nanoseconds", "nanoseconds"},
		{"ns", "nanoseconds"},
		{"microseconds", "microseconds"},
		{"us", "microseconds"},
		{"milliseconds", "milliseconds"},
		{"ms", "milliseconds"},
		{"seconds", "seconds"},
		{"s", "seconds"},
		{"bytes", "bytes"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		if (pp_str_eq(unit, pp_str_of(names[i][0])))
			return names[i][1];
	}
	return "none";
}

static void speedscope_frames(const struct pp_flame *f, struct pp_out *out)
{
	pp_out_text(out, "\"shared\":{\"frames\":[");
	for (uint32_t i = 1; i < f->nfuncs; i++) {
		pp_out_text(out, i > 1 ? ",\n{\"name\":" : "\n{\"name\":");
		quote(out, f->funcs[i].name);
		if (f->funcs[i].file.n) {
			pp_out_text(out, ",\"file\":");
			quote(out, f->funcs[i].file);
		}
		if (f->funcs[i].line > 0)
			pp_out_fmt(out, ",\"line\":%" PRId64, f->funcs[i].line);
		pp_out_char(out, '}');
	}
	pp_out_text(out, "\n]},\n");
}

/* The stacks of nodes that have a value themselves, as numbers of frames from the root on. */
static void speedscope_stacks(const struct pp_flame *f, const int64_t *self, struct pp_out *out)
{
	PP_CLEANUP(pp_freep) uint32_t *path = pp_xcalloc(f->max_depth + 1, sizeof(*path));
	const char *between = "";

	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t depth = f->depth[i];

		path[depth] = f->func[i];
		if (self[i] == 0)
			continue;
		pp_out_text(out, between);
		pp_out_char(out, '[');
		for (uint32_t d = 1; d <= depth; d++) {
			if (d > 1)
				pp_out_char(out, ',');
			decimal(out, path[d] - 1);
		}
		pp_out_char(out, ']');
		between = ",\n";
	}
}

static void speedscope_weights(const struct pp_flame *f, const int64_t *self, struct pp_out *out)
{
	const char *between = "";

	for (uint32_t i = 0; i < f->n; i++) {
		if (self[i] == 0)
			continue;
		pp_out_fmt(out, "%s%" PRId64, between, self[i]);
		between = ",";
	}
}

static void speedscope_profile(const struct pp_flame_view *v, uint32_t type, uint32_t side,
			       struct pp_out *out)
{
	static const char *const sides[] = {" (before)", " (after)"};
	struct pp_flame *f = v->flame;
	const struct pp_profile *p = v->view->profile;
	uint32_t column = side * f->ntypes + type;
	struct pp_str unit = pp_profile_str(p, p->sample_types[type].unit);
	struct pp_out name;

	pp_out_init_mem(&name);
	pp_out_str(&name, pp_profile_str(p, p->sample_types[type].type));
	if (f->nsides > 1)
		pp_out_text(&name, sides[side]);
	pp_out_text(out, "{\"type\":\"sampled\",\"name\":");
	quote(out, pp_buf_view(&name.buf));
	pp_out_fmt(out, ",\"unit\":\"%s\",\"startValue\":0,\"endValue\":%" PRId64 ",\n",
		   speedscope_unit(unit), pp_flame_total(f, column)[0]);
	pp_out_text(out, "\"samples\":[");
	speedscope_stacks(f, f->self[column], out);
	pp_out_text(out, "],\n\"weights\":[");
	speedscope_weights(f, f->self[column], out);
	pp_out_text(out, "]}");
	pp_buf_release(&name.buf);
}

void pp_flame_speedscope(const struct pp_flame_view *v, struct pp_out *out)
{
	const struct pp_flame *f = v->flame;
	uint32_t active = (f->nsides - 1) * f->ntypes + v->block.measure.type;

	pp_out_text(out, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
			 "\"exporter\":\"" PACKAGE_NAME "\",\"name\":");
	quote(out, pp_str_of(v->block.title));
	pp_out_fmt(out, ",\"activeProfileIndex\":%" PRIu32 ",\n", active);
	speedscope_frames(f, out);
	pp_out_text(out, "\"profiles\":[\n");
	for (uint32_t side = 0; side < f->nsides; side++) {
		for (uint32_t type = 0; type < f->ntypes; type++) {
			if (side || type)
				pp_out_text(out, ",\n");
			speedscope_profile(v, type, side, out);
		}
	}
	pp_out_text(out, "\n]}\n");
}

/* Of a comparison, value is that of the side after, and delta the change as d3-flame-graph
 * colours it. */
static void json_node(const struct pp_flame_view *v, uint32_t node, const int64_t *before,
		      double scale, const int64_t *after, struct pp_out *out)
{
	const struct pp_flame *f = v->flame;

	pp_out_text(out, "{\"name\":");
	quote(out, f->funcs[f->func[node]].name);
	pp_out_fmt(out, ",\"value\":%" PRId64, after[node]);
	if (!before)
		return;
	pp_out_fmt(out, ",\"before\":%" PRId64 ",\"delta\":", before[node]);
	number(out, (double)after[node] - (double)before[node] * scale);
}

void pp_flame_json(const struct pp_flame_view *v, struct pp_out *out)
{
	struct pp_flame *f = v->flame;
	const struct pp_flame_measure *m = &v->block.measure;
	const int64_t *after = pp_flame_total(f, pp_flame_after(f, m->type));
	const int64_t *before =
		f->nsides > 1 ? pp_flame_total(f, pp_flame_before(f, m->type)) : NULL;
	double scale = pp_flame_scale(f, m);
	uint32_t depth = 0;

	json_node(v, 0, before, scale, after, out);
	for (uint32_t i = 1; i < f->n; i++) {
		if (f->depth[i] > depth) {
			pp_out_text(out, ",\"children\":[\n");
		} else {
			pp_out_char(out, '}');
			for (; depth > f->depth[i]; depth--)
				pp_out_text(out, "]}");
			pp_out_text(out, ",\n");
		}
		depth = f->depth[i];
		json_node(v, i, before, scale, after, out);
	}
	pp_out_char(out, '}');
	for (; depth; depth--)
		pp_out_text(out, "]}");
	pp_out_char(out, '\n');
}

void pp_flame_folded(const struct pp_flame_view *v, struct pp_out *out)
{
	struct pp_flame *f = v->flame;
	uint32_t type = v->block.measure.type;
	const int64_t *after = f->self[pp_flame_after(f, type)];
	const int64_t *before = f->nsides > 1 ? f->self[pp_flame_before(f, type)] : NULL;
	PP_CLEANUP(pp_freep) size_t *ends = pp_xcalloc(f->max_depth + 1, sizeof(*ends));
	struct pp_out name, path;

	pp_out_init_mem(&name);
	pp_out_init_mem(&path);
	for (uint32_t i = 1; i < f->n; i++) {
		uint32_t depth = f->depth[i];

		path.buf.n = ends[depth - 1];
		if (depth > 1)
			pp_out_char(&path, ';');
		pp_folded_name(&name, f->funcs[f->func[i]].name);
		pp_out_bytes(&path, name.buf.p, name.buf.n);
		ends[depth] = path.buf.n;
		if (after[i] == 0 && (!before || before[i] == 0))
			continue;
		pp_out_bytes(out, path.buf.p, path.buf.n);
		if (before)
			pp_out_fmt(out, " %" PRId64, before[i]);
		pp_out_fmt(out, " %" PRId64 "\n", after[i]);
	}
	pp_buf_release(&name.buf);
	pp_buf_release(&path.buf);
}
