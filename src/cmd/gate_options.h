/* SPDX-License-Identifier: Apache-2.0 */
/* The options of `gate`. */
#ifndef PP_CMD_GATE_OPTIONS_H
#define PP_CMD_GATE_OPTIONS_H

#include "cmd/report.h"
#include "cmd/report_options.h"
#include "gate/gate.h"
#include "render/compare.h"

enum pp_gate_format {
	PP_GATE_TEXT,
	PP_GATE_JSON,
	PP_GATE_MARKDOWN,
	PP_GATE_GITHUB,
	PP_GATE_GITLAB,
	PP_GATE_JUNIT,
};

enum pp_undecided { PP_UNDECIDED_PASS, PP_UNDECIDED_WARN, PP_UNDECIDED_FAIL };

/* A report and where it goes; NULL: standard output. */
struct pp_gate_output {
	int format; /* enum pp_gate_format */
	const char *path;
};

struct pp_gate_command {
	struct pp_report_options report; /* filters, names, input */
	struct pp_opt_list base, head, guards, formats, renames;
	const char *increase, *min_share, *per_text, *rules, *output;
	const char *trim; /* prefixes of names of files, separated by ':', or NULL */
	double alpha, dispersion;
	int metric, fdr, undecided;
	bool exact, self_check;
	uint64_t splits;

	/* found by checking */
	struct pp_gate_options options; /* its guards are owned here */
	enum pp_per per;
	double units[PP_SIDES]; /* 0 unless per unit */
	struct pp_gate_output *outputs;
	size_t noutputs;
};

void pp_gate_options_init(struct pp_gate_command *c);
void pp_gate_options_release(struct pp_gate_command *c);
void pp_gate_options_table(struct pp_opt table[PP_REPORT_TABLE_MAX], struct pp_gate_command *c);

/* Once after parsing: what each value says by itself, so that a file that has it can be named. */
int pp_gate_options_check_values(struct pp_gate_command *c, struct pp_err *err) PP_NODISCARD;

/* After that: whether it is all there and goes together. */
int pp_gate_options_check(struct pp_gate_command *c, struct pp_err *err) PP_NODISCARD;

#endif
