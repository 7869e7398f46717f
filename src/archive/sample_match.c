/* SPDX-License-Identifier: Apache-2.0 */
/* Each text is matched once: a verdict for each string of the profile and each matcher. */
#include <config.h>

#include "archive/sample_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/rewrite.h"
#include "profile/samples.h"

enum verdict { UNKNOWN, FITS, DOES_NOT };

struct test {
	const struct pp_matcher *matcher;
	bool *is_key;	   /* by string */
	uint8_t *verdicts; /* by string: enum verdict */
};

struct tests {
	const struct pp_profile *p;
	struct test *test;
	uint32_t n;
};

static bool selects_samples(const struct pp_matcher *m, const struct pp_series *series)
{
	if (pp_entry_labels_has(&series->labels, m->key))
		return false;
	for (uint32_t i = 0; i < series->nkeys; i++) {
		if (strcmp(series->keys[i], m->key) == 0)
			return true;
	}
	return false;
}

bool pp_sample_match_selects(const struct pp_selector *s, const struct pp_series *series)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (selects_samples(&s->matcher[i], series))
			return true;
	}
	return false;
}

static void init_test(struct test *t, const struct pp_profile *p, const struct pp_matcher *m)
{
	struct pp_str key = pp_str_of(m->key);

	*t = (struct test){.matcher = m,
			   .is_key = pp_xcalloc(p->nstrings, sizeof(*t->is_key)),
			   .verdicts = pp_xcalloc(p->nstrings, sizeof(*t->verdicts))};
	for (uint32_t i = 0; i < p->nstrings; i++)
		t->is_key[i] = pp_str_eq(p->strings[i], key);
}

static bool is_positive(const struct pp_matcher *m)
{
	return m->op == PP_MATCH_EQ || m->op == PP_MATCH_RE;
}

static bool text_fits(const struct test *t, const struct pp_profile *p, uint32_t string)
{
	if (t->verdicts[string] == UNKNOWN) {
		struct pp_str s = pp_profile_str(p, string);
		PP_CLEANUP(pp_freep) char *text = pp_xasprintf("%.*s", (int)s.n, s.p);

		t->verdicts[string] = pp_matcher_fits(t->matcher, text) ? FITS : DOES_NOT;
	}
	return t->verdicts[string] == FITS;
}

static bool label_fits(const struct test *t, const struct pp_profile *p, const struct pp_label *l)
{
	char number[24];

	if (l->str)
		return text_fits(t, p, l->str);
	snprintf(number, sizeof(number), "%lld", (long long)l->num);
	return pp_matcher_fits(t->matcher, number);
}

static bool sample_fits(const struct test *t, const struct pp_profile *p, struct pp_wire labels)
{
	bool any = false, all = true, has = false;
	struct pp_label l;

	while (pp_labels_next(&labels, &l)) {
		if (!t->is_key[l.key])
			continue;
		bool fits = label_fits(t, p, &l);

		has = true;
		any |= fits;
		all &= fits;
	}
	if (!has)
		return pp_matcher_fits(t->matcher, "");
	return is_positive(t->matcher) ? any : all;
}

static bool all_fit(const void *context, struct pp_sample *s)
{
	const struct tests *t = context;

	for (uint32_t i = 0; i < t->n; i++) {
		if (!sample_fits(&t->test[i], t->p, s->label))
			return false;
	}
	return true;
}

int pp_sample_match(struct pp_profile *p, const struct pp_selector *s,
		    const struct pp_series *series, struct pp_err *err)
{
	struct tests tests = {.p = p, .test = pp_xcalloc(s->n, sizeof(*tests.test))};
	int rc = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		if (selects_samples(&s->matcher[i], series))
			init_test(&tests.test[tests.n++], p, &s->matcher[i]);
	}
	if (tests.n)
		rc = pp_rewrite_kept(p, all_fit, &tests, NULL, err);
	for (uint32_t i = 0; i < tests.n; i++) {
		free(tests.test[i].is_key);
		free(tests.test[i].verdicts);
	}
	free(tests.test);
	return rc;
}
