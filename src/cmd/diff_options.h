/* SPDX-License-Identifier: Apache-2.0 */
/* The options of `diff`, and what follows from them before anything is read. */
#ifndef PP_CMD_DIFF_OPTIONS_H
#define PP_CMD_DIFF_OPTIONS_H

#include "analyze/compare.h"
#include "cmd/report.h"
#include "gate/fail_on.h"
#include "render/compare.h"

enum pp_diff_format {
	PP_DIFF_TEXT,
	PP_DIFF_JSON,
	PP_DIFF_CSV,
	PP_DIFF_MARKDOWN,
	PP_DIFF_HTML,
	PP_DIFF_SVG,
	PP_DIFF_BY_FILE, /* nobody has said: by the name of --output, else text */
};

struct pp_diff_command {
	struct pp_report_options report; /* the first, so that it stands for the whole */
	struct pp_opt_list before, after;
	const char *per_text;
	struct pp_opt_list fail_on_texts, rename_texts;
	bool quiet;

	enum pp_per per;
	double units[PP_SIDES];
	struct pp_fail_on *fail_on; /* one for each text */
};

#define PP_DIFF_OPTIONS_MAX 8

void pp_diff_options_init(struct pp_diff_command *c);
void pp_diff_options_release(struct pp_diff_command *c);
void pp_diff_table(struct pp_opt table[PP_DIFF_OPTIONS_MAX], struct pp_diff_command *c);

/* See that everything is said and nothing contradicts; fill what comes last in the struct, and put
 * the sides into report.args and report.load.diff_base. */
int pp_diff_check(struct pp_diff_command *c, struct pp_err *err) PP_NODISCARD;

extern const char *const pp_diff_formats[];

#endif
