/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering samples as JSON and CSV: labels one by one, in the order of the sample. */
#include <config.h>

#include "render/traces.h"

#include <inttypes.h>

#include "io/json.h"
#include "profile/walk.h"

struct writer {
	const struct pp_traces_view *t;
	struct pp_out *o;
	struct pp_json json;
	struct pp_buf labels; /* scratch */
	uint64_t sample;      /* from 1 */
};

/* Of a number: the unit it says, or else that of its key. */
static struct pp_str unit_of(const struct writer *w, const struct pp_label *label)
{
	struct pp_str own = pp_profile_str(w->t->view->profile, label->unit);

	return own.n ? own : w->t->labels->keys[pp_labels_key(w->t->labels, label->key)].unit;
}

static void json_labels(struct writer *w, const struct pp_sample *s)
{
	const struct pp_profile *p = w->t->view->profile;
	struct pp_wire labels = s->label;
	struct pp_label label;

	pp_json_key(&w->json, "labels");
	pp_json_open(&w->json, '[');
	while (pp_filter_next_label(w->t->view->filter, &labels, &label)) {
		pp_json_open(&w->json, '{');
		pp_json_pair_str(&w->json, "key", pp_profile_str(p, label.key));
		if (label.str) {
			pp_json_pair_str(&w->json, "value", pp_profile_str(p, label.str));
		} else {
			pp_json_pair_int(&w->json, "number", label.num);
			pp_json_pair_str(&w->json, "unit", unit_of(w, &label));
		}
		pp_json_close(&w->json, '}');
	}
	pp_json_close(&w->json, ']');
}

static void json_stack(struct writer *w, const struct pp_sample *s)
{
	const struct pp_view *v = w->t->view;
	uint32_t n;

	pp_json_key(&w->json, "stack");
	pp_json_open(&w->json, '[');
	for (uint32_t i = 0; i < s->nlocations; i++) {
		const uint32_t *nodes = pp_frames_of(v->frames, s->locations[i], &n);

		for (uint32_t k = 0; k < n; k++)
			pp_json_str(&w->json, pp_nodes_name(v->nodes, nodes[k]));
	}
	pp_json_close(&w->json, ']');
}

/* Positions in the stack of what is inlined into the next frame. */
static void json_inlined(struct writer *w, const struct pp_sample *s)
{
	uint32_t n, at = 0;
	bool any = false;

	for (uint32_t i = 0; i < s->nlocations; i++) {
		pp_frames_of(w->t->view->frames, s->locations[i], &n);
		for (uint32_t k = 0; k + 1 < n; k++) {
			if (!any) {
				pp_json_key(&w->json, "inlined");
				pp_json_open(&w->json, '[');
			}
			any = true;
			pp_json_int(&w->json, at + k);
		}
		at += n;
	}
	if (any)
		pp_json_close(&w->json, ']');
}

static void visit_json(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct writer *w = context;
	const struct pp_view *v = w->t->view;

	if (!pp_filter_sample(v->filter, s) || s->nlocations == 0)
		return;
	pp_json_open(&w->json, '{');
	pp_json_pair_int(&w->json, "value", pp_header_value(w->t->header, pp_view_sample(v, s)));
	json_labels(w, s);
	json_stack(w, s);
	json_inlined(w, s);
	pp_json_close(&w->json, '}');
}

void pp_traces_json(const struct pp_traces_view *t, struct pp_out *o)
{
	struct writer w = {.t = t, .o = o};

	pp_json_init(&w.json, o);
	pp_json_open(&w.json, '{');
	pp_header_json(t->header, &w.json);
	pp_json_key(&w.json, "samples");
	pp_json_open(&w.json, '[');
	pp_walk(t->view->profile, 1, visit_json, &w);
	pp_json_close(&w.json, ']');
	pp_json_close(&w.json, '}');
}

/* "key=value;size=64 bytes" in the scratch buffer. */
static struct pp_str csv_labels(struct writer *w, const struct pp_sample *s)
{
	const struct pp_profile *p = w->t->view->profile;
	struct pp_wire labels = s->label;
	struct pp_label label;

	pp_buf_clear(&w->labels);
	while (pp_filter_next_label(w->t->view->filter, &labels, &label)) {
		struct pp_str key = pp_profile_str(p, label.key);
		struct pp_str value = label.str ? pp_profile_str(p, label.str) : unit_of(w, &label);

		if (w->labels.n)
			pp_buf_char(&w->labels, ';');
		pp_buf_add(&w->labels, key.p, key.n);
		pp_buf_char(&w->labels, '=');
		if (label.str == 0)
			pp_buf_fmt(&w->labels, "%" PRId64 " ", label.num);
		pp_buf_add(&w->labels, value.p, value.n);
	}
	return pp_buf_view(&w->labels);
}

/* The fields before the frame's own; value, unit and labels stand at the first frame. */
static void csv_sample(struct writer *w, uint32_t at, const struct pp_sample *s)
{
	pp_out_fmt(w->o, "%" PRIu64 ",%" PRIu32 ",", w->sample, at);
	if (at) {
		pp_out_text(w->o, ",,,");
		return;
	}
	pp_out_fmt(w->o, "%" PRId64 ",",
		   pp_header_value(w->t->header, pp_view_sample(w->t->view, s)));
	pp_out_csv(w->o, w->t->header->unit);
	pp_out_char(w->o, ',');
	pp_out_csv(w->o, csv_labels(w, s));
	pp_out_char(w->o, ',');
}

static void visit_csv(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct writer *w = context;
	const struct pp_view *v = w->t->view;
	uint32_t at = 0, n;

	if (!pp_filter_sample(v->filter, s) || s->nlocations == 0)
		return;
	w->sample++;
	for (uint32_t i = 0; i < s->nlocations; i++) {
		const uint32_t *nodes = pp_frames_of(v->frames, s->locations[i], &n);

		for (uint32_t k = 0; k < n; k++, at++) {
			csv_sample(w, at, s);
			pp_out_text(w->o, k + 1 < n ? "yes," : ",");
			pp_out_csv(w->o, pp_nodes_name(v->nodes, nodes[k]));
			pp_out_char(w->o, '\n');
		}
	}
}

void pp_traces_csv(const struct pp_traces_view *t, struct pp_out *o)
{
	struct writer w = {.t = t, .o = o};

	pp_out_text(o, "sample,frame,value,unit,labels,inlined,name\n");
	pp_walk(t->view->profile, 1, visit_csv, &w);
	pp_buf_release(&w.labels);
}
