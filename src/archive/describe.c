/* SPDX-License-Identifier: Apache-2.0 */
/* Automatic labels; which labels the samples have. */
#include <config.h>

#include "archive/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/labels.h"
#include "profile/samples.h"

/* Labels of samples that become labels of the entry where all samples agree. */
static const char *const owners[] = {"pid",	     "comm", "exe",	 "cgroup",
				     "container_id", "pod",  "namespace"};

#define OWNERS PP_ARRAY_LEN(owners)

/* What the samples say about one of them. */
struct owner {
	uint64_t samples;    /* that have it */
	const uint8_t *last; /* of these, to count each once */
	uint32_t str;
	int64_t num;
	bool differ;
};

static struct pp_series_type type_of(const struct pp_profile *p, const struct pp_value_type *t)
{
	return (struct pp_series_type){pp_profile_str(p, t->type), pp_profile_str(p, t->unit)};
}

static bool has_type(const struct pp_series *s, const char *name)
{
	for (uint32_t i = 0; i < s->ntypes; i++) {
		if (pp_str_eq(s->types[i].type, pp_str_of(name)))
			return true;
	}
	return false;
}

static bool ends_unlocking(const struct pp_profile *p, const struct pp_sample *s)
{
	if (s->nlocations == 0)
		return false;
	const struct pp_location *leaf = &p->locations[s->locations[0]];
	if (leaf->nlines == 0)
		return false;
	struct pp_str name =
		pp_profile_str(p, p->functions[p->lines[leaf->first_line].function].name);
	return name.n &&
	       (memmem(name.p, name.n, "nlock", 5) || memmem(name.p, name.n, "LostContended", 13));
}

/* Go's profiles of blocking and of mutexes have the same types; but the latter are about those who
 * unlock. */
static bool is_mutex(const struct pp_profile *p)
{
	uint64_t unlocking = 0, n = 0;
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			unlocking += ends_unlocking(p, &s);
			n++;
		}
		pp_samples_release(&it);
	}
	return unlocking * 2 > n;
}

/* The first part of profile_type. */
static struct pp_str kind_of(const struct pp_profile *p, const struct pp_series *s)
{
	if (has_type(s, "cpu"))
		return PP_STR_LIT("process_cpu");
	if (has_type(s, "inuse_space") || has_type(s, "alloc_space"))
		return PP_STR_LIT("memory");
	if (has_type(s, "goroutine") || has_type(s, "goroutines"))
		return PP_STR_LIT("goroutine");
	if (has_type(s, "contentions") && has_type(s, "delay"))
		return is_mutex(p) ? PP_STR_LIT("mutex") : PP_STR_LIT("block");
	return s->types[s->default_type].type;
}

/* What a profile calls itself may be no label; then it has none. */
static int set(struct pp_series *s, const char *key, struct pp_str value, struct pp_err *err)
{
	struct pp_err no;

	if (pp_entry_labels_has(&s->labels, key) ||
	    pp_entry_label_check(pp_str_of(key), value, &no))
		return 0;
	return pp_entry_labels_set(&s->labels, pp_str_of(key), value, err);
}

static int set_type(struct pp_series *s, const struct pp_profile *p, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	const struct pp_series_type *t = &s->types[s->default_type];
	const struct pp_str parts[] = {kind_of(p, s), t->type, t->unit, s->period_type.type,
				       s->period_type.unit};

	for (size_t i = 0; i < PP_ARRAY_LEN(parts); i++) {
		if (i)
			pp_buf_char(&text, ':');
		pp_buf_add(&text, parts[i].p, parts[i].n);
	}
	return set(s, "profile_type", pp_buf_view(&text), err);
}

static void see(struct owner *o, const struct pp_profile *p, const struct pp_sample *s,
		const struct pp_label *l)
{
	if (o->samples == 0) {
		o->str = l->str;
		o->num = l->num;
	} else if (o->num != l->num || (o->str == 0) != (l->str == 0) ||
		   !pp_str_eq(pp_profile_str(p, o->str), pp_profile_str(p, l->str))) {
		o->differ = true;
	}
	if (o->last != s->label.p || o->samples == 0)
		o->samples++;
	o->last = s->label.p;
}

static void ask_samples(const struct pp_profile *p, const uint8_t *owner_of, struct owner *found)
{
	struct pp_sample_iter it;
	struct pp_sample s = {0};
	struct pp_label l;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next_message(&it, &s.label)) {
			struct pp_wire labels = s.label;

			while (pp_labels_next(&labels, &l)) {
				if (owner_of[l.key])
					see(&found[owner_of[l.key] - 1], p, &s, &l);
			}
		}
		pp_samples_release(&it);
	}
}

static int set_owners(struct pp_series *s, const struct pp_profile *p, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint8_t *owner_of = pp_xcalloc(p->nstrings, 1);
	struct owner found[OWNERS] = {{0}};
	char number[24];

	for (uint32_t i = 0; i < p->nstrings; i++) {
		for (size_t k = 0; k < OWNERS; k++) {
			if (pp_str_eq(p->strings[i], pp_str_of(owners[k])))
				owner_of[i] = (uint8_t)(k + 1);
		}
	}
	ask_samples(p, owner_of, found);
	for (size_t k = 0; k < OWNERS; k++) {
		const struct owner *o = &found[k];
		struct pp_str value = pp_profile_str(p, o->str);

		if (o->differ || o->samples == 0 || o->samples != p->nsamples)
			continue;
		if (!o->str) {
			snprintf(number, sizeof(number), "%lld", (long long)o->num);
			value = pp_str_of(number);
		}
		if (set(s, owners[k], value, err))
			return -1;
	}
	return 0;
}

static int set_labels(struct pp_series *s, const struct pp_profile *p, const char *host,
		      struct pp_err *err)
{
	if (host[0] && set(s, "host", pp_str_of(host), err))
		return -1;
	if (p->nmappings && set(s, "build_id", pp_profile_str(p, p->mappings[0].build_id), err))
		return -1;
	return set_type(s, p, err) || set_owners(s, p, err) ? -1 : 0;
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Keys of samples' labels, as far as a selector can name them. */
static void list_keys(struct pp_series *s, const struct pp_profile *p)
{
	struct pp_labels labels;
	struct pp_err no;

	pp_labels_init(&labels, p);
	s->keys = pp_xcalloc(PP_SERIES_KEYS_MAX, sizeof(*s->keys));
	for (uint32_t i = 0; i < labels.nkeys && s->nkeys < PP_SERIES_KEYS_MAX; i++) {
		const struct pp_label_key *k = &labels.keys[i];

		if (k->used && pp_entry_label_check(k->name, PP_STR_LIT(""), &no) == 0)
			s->keys[s->nkeys++] = pp_xasprintf("%.*s", (int)k->name.n, k->name.p);
	}
	qsort(s->keys, s->nkeys, sizeof(*s->keys), compare_keys);
	pp_labels_release(&labels);
}

static void free_keys(struct pp_series *s)
{
	for (uint32_t i = 0; i < s->nkeys; i++)
		free(s->keys[i]);
}

int pp_describe(const struct pp_profile *p, const struct pp_entry_labels *given, const char *host,
		struct pp_buf *out, struct pp_err *err)
{
	struct pp_series s = {.ntypes = p->nsample_types,
			      .has_period_type = p->has_period_type,
			      .period = p->period};
	int rc;

	if (p->nsample_types == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "the profile has no sample types");
	s.types = pp_xcalloc(s.ntypes, sizeof(*s.types));
	for (uint32_t i = 0; i < s.ntypes; i++)
		s.types[i] = type_of(p, &p->sample_types[i]);
	if (s.has_period_type)
		s.period_type = type_of(p, &p->period_type);
	pp_entry_labels_copy(&s.labels, given);
	list_keys(&s, p);
	rc = pp_profile_sample_index(p, NULL, &s.default_type, err);
	if (rc == 0)
		rc = set_labels(&s, p, host, err);
	if (rc == 0)
		pp_series_encode(&s, out);
	free_keys(&s);
	pp_series_release(&s);
	return rc;
}
