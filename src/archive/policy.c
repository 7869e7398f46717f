/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/policy.h"

#include <stdlib.h>
#include <string.h>

#include "archive/segment_place.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/num.h"

static int bad(const char *step, const char *why, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_USAGE, "policy '%.60s': %s", step, why);
}

/* Windows lie in one hour each, since segments do, and larger ones are made of smaller ones. */
static int check_window(const struct pp_policy *p, int64_t window, const char *step,
			struct pp_err *err)
{
	int64_t before = p->n > 0 ? p->step[p->n - 1].window : 0;

	if (p->n == 0)
		return bad(step, "'full=AGE' comes first", err);
	if (window < PP_NSEC_PER_SEC || PP_HOUR_NSEC % window)
		return bad(step, "an hour is no multiple of that window", err);
	if (before && (window <= before || window % before))
		return bad(step, "a window is a multiple of the one before it", err);
	return 0;
}

/* "WINDOW=AGE", cut in two here. */
static int parse_step(struct pp_policy *p, char *step, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *whole = pp_xstrdup(step);
	char *age = strchr(step, '=');
	struct pp_policy_step s = {0};
	struct pp_err no;

	if (!age)
		return bad(whole, "not WINDOW=AGE", err);
	*age++ = '\0';
	if (pp_parse_duration(age, &s.age, &no))
		return bad(whole, "that age is no duration such as 7d", err);
	if (strcmp(step, "full") != 0) {
		if (pp_parse_duration(step, &s.window, &no))
			return bad(whole, "that window is neither 'full' nor a duration such as 5m",
				   err);
		if (check_window(p, s.window, whole, err))
			return -1;
	} else if (p->n) {
		return bad(whole, "'full=AGE' comes first", err);
	}
	if (p->n && s.age <= p->step[p->n - 1].age)
		return bad(whole, "its age is not above the one before it", err);
	if (p->n == PP_POLICY_STEPS_MAX)
		return bad(whole, "too many steps", err);
	p->step[p->n++] = s;
	return 0;
}

int pp_policy_parse(struct pp_policy *p, const char *text, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *copy = pp_xstrdup(text);
	char *rest = copy;

	*p = (struct pp_policy){.n = 0};
	while (rest) {
		char *step = strsep(&rest, ",");

		if (parse_step(p, step, err))
			return -1;
	}
	return 0;
}

uint32_t pp_policy_find(const struct pp_policy *p, int64_t age)
{
	uint32_t i = 0;

	while (i < p->n && age >= p->step[i].age)
		i++;
	return i;
}
