/* SPDX-License-Identifier: Apache-2.0 */
/* The labels of samples. */
#include <config.h>

#include "collect/owner_labels.h"

#include <stdlib.h>

#include "base/alloc.h"

static uint32_t text(struct pp_owner_labels *l, const char *s)
{
	return pp_builder_string(l->b, pp_str_of(s));
}

void pp_owner_labels_init(struct pp_owner_labels *l, const struct pp_recording *r,
			  struct pp_builder *b)
{
	const struct pp_owners *o = &r->owners;

	*l = (struct pp_owner_labels){.r = r, .b = b};
	for (unsigned i = 0; i < PP_LABELS; i++)
		l->key[i] = text(l, pp_label_names[i]);
	l->timestamp = text(l, "timestamp");
	l->made = pp_xcalloc(o->nfixed + PP_LABELS + 1, sizeof(*l->made));
	for (; l->nfixed < o->nfixed; l->nfixed++) {
		const struct pp_fixed_label *f = &o->fixed[l->nfixed];

		l->made[l->nfixed] =
			(struct pp_builder_label){.key = text(l, f->key), .str = text(l, f->value)};
	}
}

void pp_owner_labels_release(struct pp_owner_labels *l)
{
	free(l->made);
	l->made = NULL;
}

static bool is_on(const struct pp_owner_labels *l, enum pp_owner_label label)
{
	return l->r->owners.labels & PP_LABEL_BIT(label);
}

/* A label for string `id` of a table, unless there is nothing to say. */
static void add_text(struct pp_owner_labels *l, uint32_t *n, enum pp_owner_label label,
		     const struct pp_strtab *strings, uint32_t id)
{
	if (!is_on(l, label) || !id)
		return;
	l->made[(*n)++] = (struct pp_builder_label){
		.key = l->key[label], .str = pp_builder_string(l->b, pp_strtab_get(strings, id))};
}

static void add_number(struct pp_owner_labels *l, uint32_t *n, enum pp_owner_label label,
		       uint32_t number)
{
	if (is_on(l, label))
		l->made[(*n)++] =
			(struct pp_builder_label){.key = l->key[label], .num = (int64_t)number};
}

static void add_place(struct pp_owner_labels *l, uint32_t *n, uint32_t place)
{
	const struct pp_containers *c = l->r->owners.containers;

	if (!c)
		return;
	const struct pp_container *at = &c->all[place];
	add_text(l, n, PP_LABEL_CGROUP, &c->strings, at->cgroup);
	add_text(l, n, PP_LABEL_CONTAINER_ID, &c->strings, at->id);
	add_text(l, n, PP_LABEL_POD, &c->strings, at->pod);
	add_text(l, n, PP_LABEL_NAMESPACE, &c->strings, at->namespace);
	add_text(l, n, PP_LABEL_CONTAINER, &c->strings, at->name);
}

uint32_t pp_owner_labels_make(struct pp_owner_labels *l, const struct pp_stack_owner *owner)
{
	const struct pp_strtab *names = &l->r->procs.strings;
	uint32_t n = l->nfixed;

	add_text(l, &n, PP_LABEL_THREAD, names, owner->thread);
	add_number(l, &n, PP_LABEL_TID, owner->tid);
	add_text(l, &n, PP_LABEL_COMM, names, owner->process);
	add_number(l, &n, PP_LABEL_PID, owner->pid);
	add_place(l, &n, owner->place);
	if (l->r->owners.timestamps)
		l->made[n++] = (struct pp_builder_label){
			.key = l->timestamp, .num = (int64_t)owner->time + l->r->epoch_ns};
	return n;
}
