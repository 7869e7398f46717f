/* SPDX-License-Identifier: Apache-2.0 */
/* The options of pyroprof flame beyond those of all reports. */
#ifndef PP_CMD_FLAME_OPTIONS_H
#define PP_CMD_FLAME_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cli/opt.h"
#include "cmd/report.h"
#include "render/flame.h"
#include "symbol/source.h"

#define PP_FLAME_OPTIONS_MAX 40

enum pp_flame_format {
	PP_FLAME_SVG,
	PP_FLAME_HTML,
	PP_FLAME_SPEEDSCOPE,
	PP_FLAME_FOLDED,
	PP_FLAME_JSON,
	PP_FLAME_BOXES,
	PP_FLAME_BY_FILE, /* of the output file; settled by pp_flame_options_check */
};

extern const char *const pp_flame_formats[]; /* of --format, NULL-terminated */

/* Set by options; texts are borrowed from argv. */
struct pp_flame_command {
	struct pp_report_options report; /* first: printing finds the others behind it */
	struct pp_flame_look look;
	const char *minwidth;
	int colours, data; /* enums of struct pp_flame_look; colours -1: by what is shown */
	int order;	   /* enum pp_flame_order; -1 likewise */
	int width, delta;  /* of a diff: enum pp_flame_width; 1: by self */
	bool negate;
	bool flamechart;
	bool open;
	bool is_default_output; /* nobody has named one */
	bool hash, cp;		/* nothing depends on them */
	bool with_source, no_labels, no_times;
	struct pp_source_paths paths;
	uint64_t max_size;
	const char *boxes; /* NULL: "tree" */
	char *viewer;	   /* with --open: the file of xdg-open, owned */
};

void pp_flame_options_init(struct pp_flame_command *c);
void pp_flame_options_release(struct pp_flame_command *c);

/* Fill `table`, whose values are in *c. */
void pp_flame_options_table(struct pp_opt table[PP_FLAME_OPTIONS_MAX], struct pp_flame_command *c,
			    struct pp_cli *cli);

/* Refuse what does not go together and settle what depends on other options: format, output, order,
 * colours, least width. For struct pp_report_kind. */
int pp_flame_options_check(struct pp_cli *cli, struct pp_report_options *o,
			   struct pp_err *err) PP_NODISCARD;

#endif
