/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal program asks of a report: its tree by other filters, source, what it is. */
#ifndef PP_CMD_TUI_SERVER_H
#define PP_CMD_TUI_SERVER_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cmd/disassemble.h"
#include "cmd/flame_source.h"
#include "cmd/lens.h"
#include "cmd/report.h"
#include "tui/tui.h"

/* Source of a view, and of the type that it has. */
struct pp_tui_source {
	struct pp_flame_source source;
	const struct pp_view *of; /* NULL: there is none */
	uint32_t type;
};

/* Routines of a view by address whose name matches a pattern. */
struct pp_tui_code {
	struct pp_report report;
	struct pp_report_options options;
	const char *pattern; /* its only argument */
	struct pp_disassemble *routines;
};

/* Begins with `report`, `paths` and `disasm`, which are borrowed, and the rest 0. */
struct pp_tui_server {
	struct pp_report *report;
	const struct pp_source_paths *paths;
	struct pp_lens *now, *last;	 /* the last is that of a tree which may still be shown */
	struct pp_lens *old[2];		 /* likewise, of the report before */
	struct pp_tui_source sources[2]; /* before, and after */
	const struct pp_disassemble_options *disasm;
	struct pp_tui_code codes[2];
};

/* The tree of a report's views, from malloc; NULL with an error. */
struct pp_flame *pp_tui_flame(const struct pp_report *r, const struct pp_view *before,
			      const struct pp_view *after, struct pp_err *err) PP_NODISCARD;

struct pp_tui_services pp_tui_server_services(struct pp_tui_server *s);

/* Serve another report from now on; and: what the one before had made is shown no more. */
void pp_tui_server_turn(struct pp_tui_server *s, struct pp_report *r);
void pp_tui_server_turned(struct pp_tui_server *s);

void pp_tui_server_release(struct pp_tui_server *s);

#endif
