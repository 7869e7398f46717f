/* SPDX-License-Identifier: Apache-2.0 */
/* Pruning by function name: decided once per function, applied per sample by table look-up. */
#include <config.h>

#include "profile/prune.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/regex.h"
#include "profile/name_match.h"

/* The expression as one that matches whole names; NULL if there is none or it does not compile. */
static struct pp_regex *compile(const struct pp_profile *p, uint32_t string)
{
	struct pp_err ignored;

	return string ? pp_regex_new(pp_profile_str(p, string), true, &ignored) : NULL;
}

/* Which functions are to be dropped, one byte each; NULL if none. */
static uint8_t *dropped_functions(const struct pp_profile *p)
{
	PP_CLEANUP(pp_regex_freep) struct pp_regex *drop = compile(p, p->drop_frames);
	PP_CLEANUP(pp_regex_freep) struct pp_regex *keep = compile(p, p->keep_frames);
	uint8_t *dropped = NULL;

	/* keep_frames that does not compile voids the pair */
	if (!drop || (p->keep_frames && !keep))
		return NULL;
	for (uint32_t i = 0; i < p->nfunctions; i++) {
		struct pp_str name = pp_name_simplify(pp_profile_str(p, p->functions[i].name));

		if (!p->functions[i].name || !pp_regex_match(drop, name) ||
		    (keep && pp_regex_match(keep, name)))
			continue;
		if (!dropped)
			dropped = pp_xcalloc(p->nfunctions, 1);
		dropped[i] = 1;
	}
	return dropped;
}

/* Look at the lines from the outermost inwards; cut the location to those outside the first match.
 */
static uint8_t judge(const struct pp_profile *p, struct pp_location *loc, const uint8_t *dropped)
{
	for (uint32_t i = loc->nlines; i-- > 0;) {
		if (!dropped[p->lines[loc->first_line + i].function])
			continue;
		if (i + 1 == loc->nlines)
			return PP_PRUNE_ALL;
		loc->first_line += i + 1;
		loc->nlines -= i + 1;
		return PP_PRUNE_BENEATH;
	}
	return PP_PRUNE_NO;
}

void pp_prune_init(struct pp_prune *prune, struct pp_profile *p)
{
	PP_CLEANUP(pp_freep) uint8_t *dropped = dropped_functions(p);

	prune->verdict = NULL;
	if (!dropped)
		return;
	prune->verdict = pp_xcalloc(p->nlocations, 1);
	for (uint32_t i = 0; i < p->nlocations; i++)
		prune->verdict[i] = judge(p, &p->locations[i], dropped);
}

void pp_prune_release(struct pp_prune *prune)
{
	free(prune->verdict);
	prune->verdict = NULL;
}

void pp_prune_sample(const struct pp_prune *prune, struct pp_sample *s)
{
	bool user_code = false;

	if (!prune->verdict)
		return;
	for (uint32_t i = s->nlocations; i-- > 0;) {
		uint8_t verdict = prune->verdict[s->locations[i]];
		uint32_t cut = verdict == PP_PRUNE_ALL ? i + 1 : i;

		if (verdict == PP_PRUNE_NO) {
			user_code = true;
		} else if (user_code) { /* never the frames at the root: something must be left */
			s->locations += cut;
			s->nlocations -= cut;
			return;
		}
	}
}
