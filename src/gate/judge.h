/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From evidence to a verdict. The unit of evidence is the profile: what its samples say together,
 * for samples are not independent of each other. Three verdicts: it has become dearer by more than
 * is allowed; it has not; or the profiles cannot tell, and then which change they could have told,
 * and how many samples would.
 */
#ifndef PP_GATE_JUDGE_H
#define PP_GATE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "gate/share_change.h"

enum pp_verdict { PP_VERDICT_OK, PP_VERDICT_INCONCLUSIVE, PP_VERDICT_REGRESSED };

/* How profiles of a side are taken. */
enum pp_evidence {
	PP_EVIDENCE_RANKS,   /* Mann and Whitney's test */
	PP_EVIDENCE_MODEL,   /* PP_DISPERSION_PROFILES or more in all, but too few for ranks to tell
				anything after the price for many questions: quasi-binomial */
	PP_EVIDENCE_ASSUMED, /* fewer: how much they vary is assumed */
	PP_EVIDENCE_EXACT,   /* counted, not sampled: any difference is one */
};

struct pp_judge_options {
	double alpha;	      /* chances of a false alarm that are accepted */
	bool discovery_rates; /* alpha is the part of false alarms among alarms, of what is not
				 guarded */
	double dispersion;    /* assumed of single profiles */
	bool exact;
	bool rate;     /* see pp_share_change */
	bool weighted; /* values are not counts of samples, so that nothing can be assumed */
};

/* What is judged, and the result. */
struct pp_judged {
	/* given: one for each profile; `all` of each is what the share is of */
	struct pp_share_side before, after;
	double allowed;	  /* the increase, as a part of what there was before */
	double min_share; /* below that on both sides it does not matter */
	bool guarded;	  /* asked for by name: no price is paid for the others */
	/* found */
	enum pp_evidence evidence;
	enum pp_verdict verdict;
	struct pp_share_change change;
	double p, q;	   /* q: the rate of false discoveries; p if guarded */
	double detectable; /* the increase, as a part of what was there, that would be seen in four
			      of five such comparisons */
	double samples;	   /* on each side, that would decide it; 0 if it is decided */
};

/* Judge all of them together. */
void pp_judge(struct pp_judged *all, size_t n, const struct pp_judge_options *o);

#endif
