/* SPDX-License-Identifier: Apache-2.0 */
/* All commands, in the order of the overview. */
#include <config.h>

#include <stddef.h>

#include "cmd/cmd.h"

/* One a line, however many there are. */
/* clang-format off */
const struct pp_command *const pp_commands[] = {
	&pp_cmd_record,
	&pp_cmd_top,
	&pp_cmd_tree,
	&pp_cmd_peek,
	&pp_cmd_diff,
	&pp_cmd_gate,
	&pp_cmd_flame,
	&pp_cmd_tui,
	&pp_cmd_list,
	&pp_cmd_disasm,
	&pp_cmd_traces,
	&pp_cmd_tags,
	&pp_cmd_raw,
	&pp_cmd_comments,
	&pp_cmd_folded,
	&pp_cmd_info,
	&pp_cmd_graph,
	&pp_cmd_callgrind,
	&pp_cmd_merge,
	&pp_cmd_convert,
	&pp_cmd_symbolize,
	&pp_cmd_archive,
	&pp_cmd_log,
	&pp_cmd_show,
	&pp_cmd_series,
	&pp_cmd_labels,
	&pp_cmd_status,
	&pp_cmd_trend,
	&pp_cmd_metrics,
	&pp_cmd_archive_init,
	&pp_cmd_archive_add,
	&pp_cmd_archive_log,
	&pp_cmd_archive_show,
	&pp_cmd_archive_cat,
	&pp_cmd_archive_export,
	&pp_cmd_archive_tag,
	&pp_cmd_archive_pin,
	&pp_cmd_archive_unpin,
	&pp_cmd_archive_stats,
	&pp_cmd_archive_fsck,
	&pp_cmd_archive_verify,
	&pp_cmd_archive_gc,
	&pp_cmd_archive_pull,
	&pp_cmd_archive_reindex,
	&pp_cmd_archive_seal,
	&pp_cmd_archive_prune,
	&pp_cmd_doctor,
	&pp_cmd_config,
	&pp_cmd_help,
	&pp_cmd_version,
	&pp_cmd_complete,
	&pp_cmd_options,
	NULL,
};
/* clang-format on */

const struct pp_example pp_examples[] = {
	{"record", "pyroprof record -p 4242 -d 30s", "sample process 4242 for half a minute"},
	{"record", "pyroprof record -- make -j4", "sample a program from start to end"},
	{"top", "pyroprof top --cum", "where the time of that recording went"},
	{"flame", "pyroprof flame --open", "the same as a flame graph, in the browser"},
	{"merge", "pyroprof merge -o day.pb.gz hour-*.pb.gz", "many recordings as one"},
	{"archive", "pyroprof archive add -l app=web *.pb.gz", "keep profiles, with a label"},
	{"archive", "pyroprof top '{app=\"web\"}@now-1d..'", "what a day of them adds up to"},
	{NULL, NULL, NULL},
};
