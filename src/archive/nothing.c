/* SPDX-License-Identifier: Apache-2.0 */
/* What to say when a selector finds nothing. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/load.h"
#include "base/clock.h"
#include "base/map.h"

#define SHOWN 200 /* bytes of a list of names or values */

/* Names joined by commas, each once, as many as fit. */
struct names {
	struct pp_strtab seen;
	struct pp_buf text;
	bool cut;
};

static void init_names(struct names *n)
{
	*n = (struct names){0};
	pp_strtab_init(&n->seen);
	pp_buf_str(&n->text, "");
}

static void release_names(struct names *n)
{
	pp_strtab_release(&n->seen);
	pp_buf_release(&n->text);
}

static void add_name(struct names *n, const char *name)
{
	size_t before = n->seen.count;

	if (n->cut || !*name)
		return;
	pp_strtab_add(&n->seen, pp_str_of(name));
	if (n->seen.count == before)
		return;
	if (n->text.n + strlen(name) > SHOWN) {
		pp_buf_str(&n->text, n->text.n ? ", ..." : "...");
		n->cut = true;
		return;
	}
	pp_buf_fmt(&n->text, "%s%s", n->text.n ? ", " : "", name);
}

static bool is_sample_key(const struct pp_series *series, const char *key)
{
	for (uint32_t i = 0; i < series->nkeys; i++) {
		if (strcmp(series->keys[i], key) == 0)
			return true;
	}
	return false;
}

/* The series that there are. */
struct found {
	const struct pp_series **series;
	uint32_t n;
};

/* Whether a matcher alone fits anything; if not, which values its label has. */
static bool fits_any(const struct found *all, const struct pp_matcher *m, struct names *values)
{
	for (uint32_t i = 0; i < all->n; i++) {
		const struct pp_series *s = all->series[i];
		const char *value = pp_entry_labels_get(&s->labels, m->key);

		if (pp_matcher_fits(m, value) || (!*value && is_sample_key(s, m->key)))
			return true;
		add_name(values, value);
	}
	return false;
}

/* The first matcher that fits nothing, and what its label may be; or, if it is not that, nothing.
 */
static void explain_labels(const struct found *all, const struct pp_selector *s, struct pp_buf *out)
{
	struct names names;

	for (uint32_t i = 0; i < s->n; i++) {
		init_names(&names);
		bool fits = fits_any(all, &s->matcher[i], &names);
		if (!fits && names.text.n)
			pp_buf_fmt(out, ": label %s is %s", s->matcher[i].key, names.text.p);
		release_names(&names);
		if (fits)
			continue;
		if (out->n)
			return;
		init_names(&names);
		for (uint32_t k = 0; k < all->n; k++) {
			const struct pp_entry_labels *l = &all->series[k]->labels;

			for (uint32_t j = 0; j < l->n; j++)
				add_name(&names, l->pair[j].key);
		}
		pp_buf_fmt(out, ": there is no label %s, but %s", s->matcher[i].key, names.text.p);
		release_names(&names);
		return;
	}
}

static void explain_times(const struct pp_list *all, struct pp_buf *out)
{
	char from[64], until[64];

	pp_clock_format(from, sizeof(from), all->items[0].entry.start);
	pp_clock_format(until, sizeof(until), all->items[all->n - 1].entry.start);
	pp_buf_fmt(out, "; there are %u from %s until %s", all->n, from, until);
}

int pp_nothing_found(const struct pp_archive *a, const struct pp_want *want, struct pp_err *err)
{
	PP_CLEANUP(pp_list_release) struct pp_list all = {0};
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	const struct pp_want everything = {0};

	if (pp_list_entries(&all, a, &everything, err))
		return -1;
	if (all.n == 0) {
		pp_err_set(err, PP_ERR_NOT_FOUND, "archive '%s' is empty", a->path);
		return pp_err_hint(err, "add profiles: pyroprof archive add PROFILE...");
	}
	struct found found;
	found.series = pp_list_series(&all, &found.n);
	if (want->selector)
		explain_labels(&found, want->selector, &text);
	free(found.series); /* NOLINT: of the pointers */
	explain_times(&all, &text);
	return pp_err_set(err, PP_ERR_NOT_FOUND, "no profile matches%s", text.p);
}
