/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts in the forms that people and CI systems read. */
#ifndef PP_GATE_REPORT_H
#define PP_GATE_REPORT_H

#include "base/str.h"
#include "gate/gate.h"
#include "gate/self_check.h"
#include "io/out.h"
#include "render/compare.h"

/* All borrowed. */
struct pp_gate_report {
	const struct pp_gate *gate;
	struct pp_str type, unit; /* of the values */
	enum pp_per per;
	double sample;	      /* what one sample is worth, where values are no shares */
	bool fails_undecided; /* an inconclusive verdict is a failure, too */
	/* where a function is, for annotations: appends its file, and nothing if it is unknown */
	void (*place)(void *context, uint32_t node, struct pp_buf *file, int64_t *line);
	void *context;
	const char *good, *bad, *plain; /* what switches colours on and off; NULL: none */
};

void pp_gate_text(const struct pp_gate_report *r, struct pp_out *o);
void pp_gate_json(const struct pp_gate_report *r, struct pp_out *o);
void pp_gate_markdown(const struct pp_gate_report *r, struct pp_out *o);
/* Workflow commands of GitHub Actions: annotations. */
void pp_gate_github(const struct pp_gate_report *r, struct pp_out *o);
/* GitLab's Code Quality report (a subset of Code Climate's). */
void pp_gate_gitlab(const struct pp_gate_report *r, struct pp_out *o);
/* JUnit's XML as CI systems read it: a test case for each function that was guarded or is not ok.
 */
void pp_gate_junit(const struct pp_gate_report *r, struct pp_out *o);

/* One line about an item: what it cost, costs, and why that is so judged. */
void pp_gate_sentence(const struct pp_gate_report *r, const struct pp_gate_item *i,
		      struct pp_buf *out);

/* How often splits of one side were wrong; `of` is how many profiles it has. */
struct pp_self_report {
	const struct pp_self_check *check;
	size_t of;
	double allowed;
};

void pp_self_check_text(const struct pp_self_report *r, struct pp_out *o);
void pp_self_check_json(const struct pp_self_report *r, struct pp_out *o);

extern const char *const pp_verdict_names[]; /* ok, inconclusive, regressed */

#endif
