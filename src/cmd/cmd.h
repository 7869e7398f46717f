/* SPDX-License-Identifier: Apache-2.0 */
/* The commands; each is described in the file that defines it. */
#ifndef PP_CMD_CMD_H
#define PP_CMD_CMD_H

#include "cli/command.h"

extern const struct pp_command pp_cmd_archive;
extern const struct pp_command pp_cmd_archive_add;
extern const struct pp_command pp_cmd_archive_cat;
extern const struct pp_command pp_cmd_archive_export;
extern const struct pp_command pp_cmd_archive_fsck;
extern const struct pp_command pp_cmd_archive_gc;
extern const struct pp_command pp_cmd_archive_pull;
extern const struct pp_command pp_cmd_archive_init;
extern const struct pp_command pp_cmd_archive_log;
extern const struct pp_command pp_cmd_archive_pin;
extern const struct pp_command pp_cmd_archive_reindex;
extern const struct pp_command pp_cmd_archive_prune;
extern const struct pp_command pp_cmd_archive_seal;
extern const struct pp_command pp_cmd_archive_show;
extern const struct pp_command pp_cmd_archive_stats;
extern const struct pp_command pp_cmd_archive_tag;
extern const struct pp_command pp_cmd_archive_unpin;
extern const struct pp_command pp_cmd_archive_verify;
extern const struct pp_command pp_cmd_callgrind;
extern const struct pp_command pp_cmd_comments;
extern const struct pp_command pp_cmd_complete;
extern const struct pp_command pp_cmd_config;
extern const struct pp_command pp_cmd_convert;
extern const struct pp_command pp_cmd_diff;
extern const struct pp_command pp_cmd_disasm;
extern const struct pp_command pp_cmd_doctor;
extern const struct pp_command pp_cmd_flame;
extern const struct pp_command pp_cmd_gate;
extern const struct pp_command pp_cmd_folded;
extern const struct pp_command pp_cmd_graph;
extern const struct pp_command pp_cmd_help;
extern const struct pp_command pp_cmd_version;
extern const struct pp_command pp_cmd_info;
extern const struct pp_command pp_cmd_list;
extern const struct pp_command pp_cmd_labels;
extern const struct pp_command pp_cmd_log;
extern const struct pp_command pp_cmd_merge;
extern const struct pp_command pp_cmd_metrics;
extern const struct pp_command pp_cmd_options;
extern const struct pp_command pp_cmd_peek;
extern const struct pp_command pp_cmd_raw;
extern const struct pp_command pp_cmd_record;
extern const struct pp_command pp_cmd_series;
extern const struct pp_command pp_cmd_show;
extern const struct pp_command pp_cmd_status;
extern const struct pp_command pp_cmd_symbolize;
extern const struct pp_command pp_cmd_tags;
extern const struct pp_command pp_cmd_top;
extern const struct pp_command pp_cmd_traces;
extern const struct pp_command pp_cmd_tree;
extern const struct pp_command pp_cmd_trend;
extern const struct pp_command pp_cmd_tui;

#endif
