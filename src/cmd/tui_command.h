/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of `pyroprof tui` share: its options, and the way from a report to what is shown.
 */
#ifndef PP_CMD_TUI_COMMAND_H
#define PP_CMD_TUI_COMMAND_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cmd/disassemble.h"
#include "cmd/live_source.h"
#include "cmd/report.h"
#include "cmd/tui_server.h"
#include "symbol/source.h"
#include "tui/tui.h"

struct pp_tui_command {
	struct pp_report_options report; /* first: printing finds the rest behind it */
	struct pp_tui_options tui;
	int order, colours; /* of enums; -1: by what is shown */
	int width, delta;
	bool list_keys;
	struct pp_record_options what; /* to show live, */
	struct pp_live_options how;
	struct pp_source_paths paths;
	struct pp_disassemble_options disasm;
};

/* Show a server's report, and what will come from the feed of `tui`, which has the command's
 * options. Releases the server. */
int pp_tui_show(struct pp_tui_server *server, struct pp_tui_options *tui, struct pp_out *out,
		struct pp_err *err) PP_NODISCARD;

/* What stands above it. */
struct pp_str pp_tui_title(struct pp_report *r);

/* Reports to be freed, whose warnings are not printed: the screen is not theirs. NULL with an
 * error. One of nothing, whatever type is asked for; one of what the options name. */
struct pp_report *pp_tui_nothing(struct pp_cli *cli, const struct pp_report_kind *kind,
				 struct pp_report_options *o, struct pp_err *err) PP_NODISCARD;
struct pp_report *pp_tui_load(struct pp_cli *cli, const struct pp_report_kind *kind,
			      const struct pp_report_options *o, struct pp_err *err) PP_NODISCARD;
void pp_tui_free(struct pp_report *r);

/* Show the archive, to choose from. */
int pp_tui_browse(struct pp_cli *cli, const struct pp_report_kind *kind, struct pp_tui_command *c,
		  struct pp_err *err) PP_NODISCARD;

/* For struct pp_report_kind, whose context is the command. */
void pp_tui_live_add_options(struct pp_opt *table, size_t cap, void *command);
bool pp_tui_live(struct pp_cli *cli, const struct pp_report_kind *kind, struct pp_report_options *o,
		 int *code);

/* For struct pp_tui_options. */
int pp_tui_save(const struct pp_view *view, const char *path, struct pp_err *err) PP_NODISCARD;

#endif
