/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/group.h"

#include <stdlib.h>

#include "archive/segment_place.h"
#include "base/alloc.h"
#include "base/buf.h"

static const char *const instances[] = {"pid", "tid", "container_id", "pod"};

void pp_group_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out)
{
	struct pp_err no;

	*out = (struct pp_entry_labels){0};
	pp_entry_labels_copy(out, labels);
	for (size_t i = 0; i < PP_ARRAY_LEN(instances); i++)
		(void)!pp_entry_labels_set(out, pp_str_of(instances[i]), PP_STR_LIT(""), &no);
}

void pp_instance_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out)
{
	struct pp_err no;

	*out = (struct pp_entry_labels){0};
	for (size_t i = 0; i < PP_ARRAY_LEN(instances); i++)
		(void)!pp_entry_labels_set(out, pp_str_of(instances[i]),
					   pp_str_of(pp_entry_labels_get(labels, instances[i])),
					   &no);
}

void pp_groups_init(struct pp_groups *groups)
{
	*groups = (struct pp_groups){0};
	pp_strtab_init(&groups->keys);
}

void pp_groups_release(struct pp_groups *groups)
{
	for (uint32_t i = 0; i < groups->n; i++) {
		free(groups->at[i].items);
		free(groups->at[i].labels);
	}
	free(groups->at);
	pp_strtab_release(&groups->keys);
}

static char *labels_of(const struct pp_entry *e)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels own = {0};

	pp_group_labels(&e->series->labels, &own);
	pp_entry_labels_print(&own, &text);
	return pp_xstrdup(text.p);
}

static struct pp_group *group_of(struct pp_groups *groups, const struct pp_entry *e)
{
	int64_t hour = pp_hour_of(e->start);
	PP_CLEANUP(pp_freep) char *labels = labels_of(e);
	PP_CLEANUP(pp_freep) char *key = pp_xasprintf("%lld %s", (long long)hour, labels);
	uint32_t at = pp_strtab_add(&groups->keys, pp_str_of(key)) - 1;

	if (at == groups->n) {
		groups->at = pp_grow(groups->at, &groups->cap, (size_t)groups->n + 1,
				     sizeof(*groups->at));
		groups->at[groups->n++] = (struct pp_group){.hour = hour, .labels = labels};
		labels = NULL;
	}
	return &groups->at[at];
}

void pp_groups_add(struct pp_groups *groups, const struct pp_entry *e, uint32_t item)
{
	struct pp_group *g = group_of(groups, e);

	g->items = pp_grow(g->items, &g->cap, (size_t)g->n + 1, sizeof(*g->items));
	g->items[g->n++] = item;
}
