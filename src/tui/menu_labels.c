/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/menu_labels.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "analyze/tags.h"
#include "render/header.h"
#include "tui/app.h"

#define TAGS_MAX 500 /* of a key; labels of requests may be as many as samples */

#define ALL SIZE_MAX /* the item that takes the filter away */

/* What a menu is of. */
struct count {
	struct pp_labels labels;
	struct pp_tags tags;
};

static void count_init(struct count *c, const struct pp_tui *t)
{
	struct pp_view view = *t->model.in.view;

	view.index = t->model.in.measure.type;
	pp_labels_init(&c->labels, view.profile);
	pp_tags_init(&c->tags, &view, &c->labels);
}

static void count_release(struct count *c)
{
	pp_tags_release(&c->tags);
	pp_labels_release(&c->labels);
}

/* Of words only: what else a unit is could not be told from the rest of a filter. */
static struct pp_str word_of(struct pp_str unit)
{
	for (size_t i = 0; i < unit.n; i++) {
		if (!isalpha((unsigned char)unit.p[i]))
			return PP_STR_LIT("");
	}
	return unit;
}

/* A filter that only this label passes. */
static void describe_filter(const struct count *c, const struct pp_tag *tag, struct pp_buf *out)
{
	const struct pp_label_key *key = &c->labels.keys[tag->key];
	struct pp_str unit = word_of(key->unit);

	pp_buf_add(out, key->name.p, key->name.n);
	pp_buf_char(out, '=');
	if (tag->is_number)
		pp_buf_fmt(out, "%" PRId64 "%.*s", tag->number, (int)unit.n, unit.p);
	else
		pp_search_quote(tag->text, ",", out);
}

static void choose(struct pp_tui *t, const struct pp_item *item)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf filter = PP_BUF_INIT;
	struct count c;

	if (item->id == ALL) {
		pp_steps_filter(t, PP_FILTER_TAGFOCUS, "");
		return;
	}
	count_init(&c, t);
	if (item->id < c.tags.n)
		describe_filter(&c, &c.tags.all[item->id], &filter);
	count_release(&c);
	if (filter.n)
		pp_steps_filter(t, PP_FILTER_TAGFOCUS, filter.p);
}

static void add_tag(struct pp_tui *t, const struct count *c, size_t i)
{
	const struct pp_tag *tag = &c->tags.all[i];
	char percent[PP_PERCENT_MAX], number[PP_QTY_MAX];
	struct pp_str text = tag->text;

	if (tag->is_number)
		text = pp_str_of(pp_units_label(number, tag->number, c->labels.keys[tag->key].unit,
						PP_STR_LIT("auto")));
	pp_header_percent(percent, tag->sum, pp_total_value(&c->tags.total));
	pp_overlay_add(t, NULL, text, percent)->id = i;
}

/* The tags of a key, the heaviest first. */
static void add_key(struct pp_tui *t, const struct count *c, size_t from, size_t to)
{
	struct pp_str name = c->labels.keys[c->tags.all[from].key].name;

	if (memchr(name.p, '=', name.n) || memchr(name.p, '\0', name.n))
		return; /* no filter can name it */
	pp_overlay_add(t, NULL, name, NULL)->is_title = true;
	for (size_t i = from; i < to && i < from + TAGS_MAX; i++)
		add_tag(t, c, i);
}

void pp_menu_labels(struct pp_tui *t)
{
	const char *filter = pp_steps_filter_text(t, PP_FILTER_TAGFOCUS);
	struct count c;

	count_init(&c, t);
	pp_overlay_open(t, "only samples with", choose);
	if (filter && *filter)
		pp_overlay_add(t, NULL, PP_STR_LIT("any or none"), NULL)->id = ALL;
	for (size_t from = 0, to; from < c.tags.n; from = to) {
		to = pp_tags_key_end(&c.tags, from);
		add_key(t, &c, from, to);
	}
	if (t->overlay.n && t->overlay.items[0].is_title)
		t->overlay.at = 1;
	if (!t->overlay.n) {
		pp_overlay_close(t);
		pp_tui_say(t, "samples have no labels");
	}
	count_release(&c);
}
