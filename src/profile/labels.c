/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over the labels. */
#include <config.h>

#include "profile/labels.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "profile/samples.h"

/* The key of this name, new if it was not there. Strings may be in the table twice. */
static uint32_t put_key(struct pp_labels *l, struct pp_str name)
{
	uint32_t key = pp_strtab_add(&l->names, name);

	for (; l->nkeys <= key; l->nkeys++) {
		l->keys = pp_grow(l->keys, &l->keys_cap, l->nkeys + 1, sizeof(*l->keys));
		l->keys[l->nkeys] = (struct pp_label_key){.name = PP_STR_LIT("")};
	}
	l->keys[key].name = name;
	return key;
}

static struct pp_label_key *key_of(struct pp_labels *l, const struct pp_profile *p, uint32_t string)
{
	size_t known = l->key_of.count;
	uint32_t *key = pp_map_put(&l->key_of, string, 0);

	if (l->key_of.count > known) {
		*key = put_key(l, pp_profile_str(p, string));
		l->keys[*key].used = true;
	}
	return &l->keys[*key];
}

static void add_unit(struct pp_label_key *k, struct pp_str unit)
{
	if (unit.n == 0)
		return;
	if (!k->has_unit) {
		k->unit = unit;
		k->has_unit = true;
	} else if (!k->mixed && !pp_str_eq(k->unit, unit)) {
		k->mixed = true;
		k->other = unit;
	}
}

static void add_pair(struct pp_labels *l, uint32_t key, uint32_t str)
{
	size_t known = l->pair_of.count;

	pp_map_put(&l->pair_of, (uint64_t)key << 32 | str, l->npairs);
	if (l->pair_of.count == known)
		return;
	l->pairs = pp_grow(l->pairs, &l->pairs_cap, l->npairs + 1, sizeof(*l->pairs));
	l->pairs[l->npairs++] = (struct pp_label_pair){key, str};
}

static void add_sample(struct pp_labels *l, const struct pp_profile *p, struct pp_wire labels)
{
	struct pp_label label;

	while (pp_labels_next(&labels, &label)) {
		struct pp_label_key *key = key_of(l, p, label.key);

		if (label.str)
			add_pair(l, label.key, label.str);
		else
			add_unit(key, pp_profile_str(p, label.unit));
	}
}

/* Numbers that never say their unit. Source: google/pprof, Profile.NumLabelUnits. */
static void infer_unit(struct pp_label_key *k)
{
	if (k->has_unit)
		return;
	k->unit = k->name;
	if (pp_str_eq(k->name, PP_STR_LIT("alignment")) ||
	    pp_str_eq(k->name, PP_STR_LIT("request")))
		k->unit = PP_STR_LIT("bytes");
}

void pp_labels_init(struct pp_labels *l, const struct pp_profile *p)
{
	struct pp_sample_iter it;
	struct pp_wire sample;

	*l = (struct pp_labels){0};
	pp_strtab_init(&l->names);
	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next_message(&it, &sample))
			add_sample(l, p, sample);
		pp_samples_release(&it);
	}
	for (uint32_t i = 0; i < l->nkeys; i++)
		infer_unit(&l->keys[i]);
}

void pp_labels_release(struct pp_labels *l)
{
	pp_strtab_release(&l->names);
	pp_map_release(&l->key_of);
	pp_map_release(&l->pair_of);
	free(l->keys);
	free(l->pairs);
	*l = (struct pp_labels){0};
}

uint32_t pp_labels_key(const struct pp_labels *l, uint32_t string)
{
	return pp_map_find(&l->key_of, string);
}

uint32_t pp_labels_pair(const struct pp_labels *l, uint32_t key, uint32_t str)
{
	return pp_map_find(&l->pair_of, (uint64_t)key << 32 | str);
}
