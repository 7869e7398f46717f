/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/fail_on.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "base/units.h"

static int bad(const struct pp_fail_on *f, const char *what, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_USAGE, "'%s': %s", f->text, what);
	return pp_err_hint(err, "write 'flat(NAME)>+2pp', 'cum(/REGEX/)>+10%%' or 'total>+5%%'");
}

/* What is bounded; *rest: the text behind it. */
static int parse_subject(struct pp_fail_on *f, const char **rest, struct pp_err *err)
{
	static const char *const words[] = {"total", "flat(", "cum("};
	const char *end, *name;

	for (f->of = PP_BOUND_TOTAL; strncmp(f->text, words[f->of], strlen(words[f->of])) != 0;
	     f->of++) {
		if (f->of == PP_BOUND_CUM)
			return bad(f, "neither total, flat(NAME) nor cum(NAME)", err);
	}
	name = f->text + strlen(words[f->of]);
	*rest = name;
	if (f->of == PP_BOUND_TOTAL)
		return 0;
	/* names may have brackets of their own: the last one that an operator follows counts */
	end = strrchr(name, '>');
	while (end && end > name && end[-1] != ')')
		end--;
	if (!end || end <= name + 1)
		return bad(f, "no ')>' behind the name", err);
	*rest = end;
	f->name = (struct pp_str){name, (size_t)(end - 1 - name)};
	if (f->name.n < 2 || f->name.p[0] != '/' || f->name.p[f->name.n - 1] != '/')
		return 0;
	f->regex = pp_regex_new((struct pp_str){f->name.p + 1, f->name.n - 2}, false, err);
	return f->regex ? 0 : pp_err_wrap(err, "'%s'", f->text);
}

static int parse_bound(struct pp_fail_on *f, const char *text, struct pp_err *err)
{
	size_t n = strspn(text, "+-0123456789.");
	PP_CLEANUP(pp_freep) char *number = pp_xasprintf("%.*s", (int)(n < 64 ? n : 64), text);

	f->change = *text == '+' || *text == '-';
	f->unit = pp_str_of(text + n);
	if (pp_parse_real(number, &f->bound, err))
		return bad(f, "no number behind '>'", err);
	if (pp_str_eq(f->unit, PP_STR_LIT("pp")) && f->change)
		f->in = PP_BOUND_POINTS;
	else if (pp_str_eq(f->unit, PP_STR_LIT("%")))
		f->in = f->change ? PP_BOUND_PART : PP_BOUND_POINTS;
	else
		f->in = PP_BOUND_QUANTITY;
	if (f->in != PP_BOUND_QUANTITY)
		f->bound /= 100;
	return 0;
}

int pp_fail_on_parse(struct pp_fail_on *f, const char *text, struct pp_err *err)
{
	const char *rest = text;

	*f = (struct pp_fail_on){.text = text};
	if (parse_subject(f, &rest, err))
		return -1;
	if (*rest++ != '>')
		return bad(f, "no '>' behind what is bounded", err);
	f->or_equal = *rest == '=';
	return parse_bound(f, rest + f->or_equal, err);
}

void pp_fail_on_release(struct pp_fail_on *f)
{
	pp_regex_free(f->regex);
	f->regex = NULL;
}

/* The bound in what is compared. */
static int settle(const struct pp_fail_on *f, const struct pp_fail_on_values *v, double *bound,
		  struct pp_err *err)
{
	*bound = f->bound;
	if (f->in == PP_BOUND_PART)
		return 0;
	if (f->in == PP_BOUND_POINTS && v->shares)
		return 0;
	if (f->in == PP_BOUND_POINTS)
		return bad(f, "a share of the total is compared with --per=total only", err);
	if (v->shares)
		return bad(f, "shares are compared: the bound needs % or pp, or --per=none", err);
	if (f->unit.n == 0)
		return 0; /* as values are */
	if (!pp_units_convertible(f->unit, v->unit))
		return bad(f, "values are not in this unit", err);
	*bound = f->bound / pp_units_scale(INT64_C(1) << 40, v->unit, f->unit).value * 0x1p40;
	return 0;
}

static bool exceeds(const struct pp_fail_on *f, double bound, const double side[PP_SIDES])
{
	double value = f->in == PP_BOUND_PART ? pp_compare_relative(side)
		       : f->change	      ? pp_compare_change(side)
					      : side[PP_AFTER];

	return f->or_equal ? value >= bound : value > bound;
}

static bool is_meant(const struct pp_fail_on *f, struct pp_str name)
{
	return f->regex ? pp_regex_match(f->regex, name) : pp_str_eq(name, f->name);
}

int pp_fail_on_check(const struct pp_fail_on *f, const struct pp_fail_on_values *v, bool *matched,
		     pp_exceeds_fn *tell, void *context, struct pp_err *err)
{
	const struct pp_compare *c = v->compare;
	uint32_t n = f->regex ? c->candidates : c->count;
	double bound;

	*matched = f->of == PP_BOUND_TOTAL;
	if (settle(f, v, &bound, err))
		return -1;
	if (f->of == PP_BOUND_TOTAL && v->shares && f->in != PP_BOUND_POINTS) {
		/* the share of the total is all of it, always: what can change is the sum */
		const double sums[PP_SIDES] = {(double)c->total[PP_BEFORE],
					       (double)c->total[PP_AFTER]};

		if (exceeds(f, bound, sums))
			tell(context, f, NULL);
		return 0;
	}
	if (f->of == PP_BOUND_TOTAL) {
		if (exceeds(f, bound, c->amount))
			tell(context, f, NULL);
		return 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct pp_compare_row *r = &c->all[i];

		if (!is_meant(f, pp_nodes_name(v->nodes, r->node)))
			continue;
		*matched = true;
		if (exceeds(f, bound, f->of == PP_BOUND_FLAT ? r->own : r->all))
			tell(context, f, r);
	}
	return 0;
}
