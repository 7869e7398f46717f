# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcmd.a
TUI_COMMAND =
if TUI
TUI_COMMAND += %D%/tui_archive.c %D%/tui_command.h %D%/tui_live.c %D%/tui_save.c %D%/tui_server.c %D%/tui_server.h
endif
libcmd_a_CPPFLAGS = $(AM_CPPFLAGS) -DPP_MANDIR='"$(mandir)"'
libcmd_a_SOURCES = \
	%D%/archive_options.c %D%/archive_options.h \
	%D%/archive_shares.c %D%/archive_shares.h \
	%D%/archive_sums.c %D%/archive_sums.h \
	%D%/archive_complete.c %D%/archive_complete.h \
	%D%/archive_text.c %D%/archive_text.h \
	%D%/cache_folder.c %D%/cache_folder.h \
	%D%/cmd.h \
	%D%/cmd_archive.c \
	%D%/cmd_archive_add.c \
	%D%/cmd_archive_cat.c \
	%D%/cmd_archive_check.c \
	%D%/cmd_archive_export.c \
	%D%/cmd_archive_log.c \
	%D%/cmd_archive_pins.c \
	%D%/cmd_archive_prune.c \
	%D%/cmd_archive_pull.c \
	%D%/cmd_archive_reindex.c \
	%D%/cmd_archive_seal.c \
	%D%/cmd_archive_show.c \
	%D%/cmd_comments.c \
	%D%/cmd_config.c \
	%D%/cmd_convert.c \
	%D%/cmd_diff.c \
	%D%/cmd_disasm.c \
	%D%/cmd_doctor.c \
	%D%/cmd_list.c \
	%D%/cmd_metrics.c \
	%D%/cmd_flame.c %D%/cmd_flame.h \
	%D%/cmd_folded.c \
	%D%/cmd_gate.c \
	%D%/cmd_info.c %D%/cmd_info.h \
	%D%/cmd_graph.c \
	%D%/cmd_raw.c \
	%D%/cmd_record.c \
	%D%/cmd_series.c \
	%D%/cmd_status.c \
	%D%/cmd_symbolize.c \
	%D%/cmd_tags.c \
	%D%/cmd_top.c \
	%D%/cmd_traces.c \
	%D%/cmd_tree.c \
	%D%/cmd_trend.c \
	%D%/cmd_tui.c \
	%D%/code_hits.c %D%/code_hits.h \
	%D%/defaults.h \
	%D%/diff_options.c %D%/diff_options.h \
	%D%/disassemble.c %D%/disassemble.h \
	%D%/flame_limit.c %D%/flame_limit.h \
	%D%/function_complete.c %D%/function_complete.h \
	%D%/flame_options.c %D%/flame_options.h \
	%D%/flame_source.c %D%/flame_source.h \
	%D%/gate_options.c %D%/gate_options.h \
	%D%/gate_profiles.c %D%/gate_profiles.h \
	%D%/gate_rules.c %D%/gate_rules.h \
	%D%/lens.c %D%/lens.h \
	%D%/load.c %D%/load.h \
	%D%/pullers.c %D%/pullers.h \
	%D%/record.h \
	%D%/per.c %D%/per.h \
	%D%/rename.c %D%/rename.h \
	%D%/report.c %D%/report.h \
	%D%/report_options.c %D%/report_options.h \
	%D%/record_attach.c %D%/record_attach.h \
	%D%/record_check.c \
	%D%/record_options.c %D%/record_options.h \
	%D%/live_source.c %D%/live_source.h \
	%D%/top_live.c %D%/top_live.h \
	%D%/record_entries.c %D%/record_entries.h \
	%D%/record_live.c \
	%D%/record_plan.c %D%/record_plan.h \
	%D%/record_pull.c \
	%D%/record_targets.c \
	%D%/record_stats.c %D%/record_stats.h \
	%D%/record_store.c %D%/record_store.h \
	%D%/record_windows.c %D%/record_windows.h \
	%D%/target_file.c %D%/target_file.h \
	%D%/target_pull.c %D%/target_pull.h \
	%D%/window_name.c %D%/window_name.h \
	$(TUI_COMMAND) \
	%D%/write_profile.c %D%/write_profile.h \
	%D%/cmd_complete.c \
	%D%/cmd_help.c \
	%D%/cmd_version.c \
	%D%/repository_path.c %D%/repository_path.h \
	%D%/rewrite.c %D%/rewrite.h \
	%D%/symbol_options.c %D%/symbol_options.h \
	%D%/table.c
