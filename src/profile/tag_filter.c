/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions are tried once per distinct label; samples only look the verdict up. */
#include <config.h>

#include "profile/tag_filter.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/regex.h"
#include "base/units.h"

#define MAX_EXPRESSIONS 32

/* A number with a unit somewhere in a text. */
struct quantity {
	struct pp_str text; /* all of it, as it stands there */
	struct pp_str digits, unit;
};

static bool find_quantity(struct pp_str s, struct quantity *q)
{
	size_t i = 0, begin, end;

	while (i < s.n && !isdigit((unsigned char)s.p[i]))
		i++;
	if (i == s.n)
		return false;
	begin = i && (s.p[i - 1] == '+' || s.p[i - 1] == '-') ? i - 1 : i;
	while (i < s.n && isdigit((unsigned char)s.p[i]))
		i++;
	for (end = i; end < s.n && isalpha((unsigned char)s.p[end]);)
		end++;
	q->text = (struct pp_str){s.p + begin, end - begin};
	q->digits = (struct pp_str){s.p + begin, i - begin};
	q->unit = (struct pp_str){s.p + i, end - i};
	return true;
}

static int number_of(const struct quantity *q, int64_t *v, struct pp_err *err)
{
	if (pp_parse_i64(q->digits, v))
		return 0;
	return pp_err_set(err, PP_ERR_USAGE, "number out of range: %.*s", (int)q->text.n,
			  q->text.p);
}

static bool is_joined(struct pp_str s, struct pp_str a, const char *between, struct pp_str b)
{
	size_t n = strlen(between);

	return s.n == a.n + n + b.n && memcmp(s.p, a.p, a.n) == 0 &&
	       memcmp(s.p + a.n, between, n) == 0 && memcmp(s.p + a.n + n, b.p, b.n) == 0;
}

/* Read a range: 1, 0 if the text is none, -1 for one that cannot be. */
static int parse_range(struct pp_tag_filter *f, struct pp_str s, struct pp_err *err)
{
	static const struct pp_str nothing = {"", 0};
	struct quantity from, to;
	struct pp_qty low, high;
	int64_t v;

	if (!find_quantity(s, &from))
		return 0;
	struct pp_str rest = {from.text.p + from.text.n,
			      s.n - (size_t)(from.text.p + from.text.n - s.p)};
	bool two = find_quantity(rest, &to);
	if (two ? !is_joined(s, from.text, ":", to.text)
		: !pp_str_eq(s, from.text) && !is_joined(s, from.text, ":", nothing) &&
			    !is_joined(s, nothing, ":", from.text))
		return 0;
	if (number_of(&from, &v, err))
		return -1;
	low = high = pp_units_scale(v, from.unit, from.unit);
	if (two) {
		if (number_of(&to, &v, err))
			return -1;
		high = pp_units_scale(v, to.unit, low.unit);
		if (!pp_str_eq(high.unit, low.unit))
			return 0;
	} else if (s.p[0] == ':') {
		low.value = -HUGE_VAL;
	} else if (s.p[s.n - 1] == ':') {
		high.value = HUGE_VAL;
	}
	f->range = true;
	f->low = low.value;
	f->high = high.value;
	f->unit = low.unit;
	return 1;
}

/* Try one expression on all labels that it may be asked about. */
static void try_expression(struct pp_tag_filter *f, struct pp_regex *re, uint32_t bit)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	for (uint32_t i = 0; i < f->labels->npairs; i++) {
		struct pp_str key = pp_profile_str(f->profile, f->labels->pairs[i].key);
		struct pp_str value = pp_profile_str(f->profile, f->labels->pairs[i].str);

		if (f->has_key && !pp_str_eq(f->key, key))
			continue;
		pp_buf_clear(&text);
		if (!f->has_key) {
			pp_buf_add(&text, key.p, key.n);
			pp_buf_char(&text, ':');
		}
		pp_buf_add(&text, value.p, value.n);
		if (pp_regex_match(re, pp_buf_view(&text)))
			f->matched[i] |= bit;
	}
}

static int add_expression(struct pp_tag_filter *f, struct pp_str pattern, unsigned n,
			  struct pp_err *err)
{
	if (n == MAX_EXPRESSIONS)
		return pp_err_set(err, PP_ERR_USAGE, "more than %d expressions", MAX_EXPRESSIONS);

	PP_CLEANUP(pp_regex_freep) struct pp_regex *re = pp_regex_new(pattern, false, err);
	if (!re)
		return -1;
	f->all |= 1u << n;
	try_expression(f, re, 1u << n);
	if (pp_regex_gave_up(re))
		return pp_err_set(err, PP_ERR_LIMIT, "'%.*s' takes too long to match",
				  (int)pattern.n, pattern.p);
	return 0;
}

static int add_expressions(struct pp_tag_filter *f, struct pp_str text, struct pp_err *err)
{
	f->matched = pp_xcalloc(f->labels->npairs, sizeof(*f->matched));
	for (unsigned n = 0;; n++) {
		const char *comma = text.n ? memchr(text.p, ',', text.n) : NULL;
		struct pp_str one = {text.p, comma ? (size_t)(comma - text.p) : text.n};

		if (add_expression(f, one, n, err))
			return -1;
		if (!comma)
			return 0;
		text.p = comma + 1;
		text.n -= one.n + 1;
	}
}

int pp_tag_filter_init(struct pp_tag_filter *f, const struct pp_profile *p,
		       const struct pp_labels *labels, struct pp_str text, struct pp_err *err)
{
	const char *equals = memchr(text.p, '=', text.n);

	*f = (struct pp_tag_filter){.profile = p, .labels = labels};
	if (equals) {
		f->has_key = true;
		f->key = (struct pp_str){text.p, (size_t)(equals - text.p)};
		text = (struct pp_str){equals + 1, text.n - f->key.n - 1};
	}
	int range = parse_range(f, text, err);
	if (range)
		return range < 0 ? -1 : 0;
	return add_expressions(f, text, err);
}

void pp_tag_filter_release(struct pp_tag_filter *f)
{
	free(f->matched);
	*f = (struct pp_tag_filter){0};
}

static bool in_range(const struct pp_tag_filter *f, const struct pp_label *label)
{
	const struct pp_label_key *key = &f->labels->keys[pp_labels_key(f->labels, label->key)];

	if (f->has_key && !pp_str_eq(key->name, f->key))
		return false;
	struct pp_qty q = pp_units_scale(label->num, key->unit, f->unit);
	return pp_str_eq(q.unit, f->unit) && q.value >= f->low && q.value <= f->high;
}

bool pp_tag_filter_match(const struct pp_tag_filter *f, const struct pp_sample *s)
{
	struct pp_wire labels = s->label;
	struct pp_label label;
	uint32_t matched = 0;

	while (pp_labels_next(&labels, &label)) {
		if (f->range && !label.str && in_range(f, &label))
			return true;
		if (!f->range && label.str)
			matched |= f->matched[pp_labels_pair(f->labels, label.key, label.str)];
	}
	return !f->range && (f->has_key ? matched != 0 : matched == f->all);
}
