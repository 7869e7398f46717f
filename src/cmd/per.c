/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/per.h"

#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "cli/opt.h"

#define UNIT "unit="

/* N, or BEFORE:AFTER. */
static int parse_units(const char *text, double units[PP_SIDES], struct pp_err *err)
{
	size_t n = strcspn(text, ":");
	PP_CLEANUP(pp_freep) char *first = pp_xasprintf("%.*s", (int)n, text);

	if (pp_parse_fraction(first, &units[PP_BEFORE], err) ||
	    pp_parse_fraction(text[n] ? text + n + 1 : first, &units[PP_AFTER], err))
		return -1;
	if (units[PP_BEFORE] > 0 && units[PP_AFTER] > 0)
		return 0;
	return pp_err_set(err, PP_ERR_USAGE, "a cost per 0 units is none");
}

static int parse(const char *const *choices, const char *text, enum pp_per *per,
		 double units[PP_SIDES], struct pp_err *err)
{
	int choice;

	if (strncmp(text, UNIT, strlen(UNIT)) == 0) {
		*per = PP_PER_UNIT;
		return parse_units(text + strlen(UNIT), units, err);
	}
	if (strcmp(text, "unit") == 0)
		return pp_err_set(err, PP_ERR_USAGE,
				  "'unit' needs how many: unit=N or unit=BEFORE:AFTER");
	if (pp_opt_parse_choice(choices, text, &choice, err))
		return -1;
	*per = (enum pp_per)choice;
	return 0;
}

int pp_per_parse(const char *const *choices, const char *text, enum pp_per *per,
		 double units[PP_SIDES], struct pp_err *err)
{
	return parse(choices, text, per, units, err) ? pp_err_wrap(err, "option '--per'") : 0;
}
