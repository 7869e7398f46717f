# SPDX-License-Identifier: Apache-2.0
# Every test speaks TAP. tests/tap-run.sh runs one program; automake's tap-driver.sh counts.
TEST_EXTENSIONS = .sh .bats .py .js
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)'; \
	export top_srcdir top_builddir;
PP_TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
PP_TAP_RUN = bash $(top_srcdir)/tests/tap-run.sh
LOG_DRIVER = $(PP_TAP_DRIVER)
LOG_COMPILER = $(PP_TAP_RUN)
SH_LOG_DRIVER = $(PP_TAP_DRIVER)
SH_LOG_COMPILER = $(PP_TAP_RUN)
BATS_LOG_DRIVER = $(PP_TAP_DRIVER)
BATS_LOG_COMPILER = $(PP_TAP_RUN)
PY_LOG_DRIVER = $(PP_TAP_DRIVER)
PY_LOG_COMPILER = $(PP_TAP_RUN)
JS_LOG_DRIVER = $(PP_TAP_DRIVER)
JS_LOG_COMPILER = $(PP_TAP_RUN)

# Unit programs: tests/unit/test_FOLDER.c, one line each.
UNIT_TESTS =
UNIT_TESTS += %D%/unit/test_base
UNIT_TESTS += %D%/unit/test_base_num
UNIT_TESTS += %D%/unit/test_base_units
tests_unit_test_base_units_SOURCES = %D%/unit/test_base_units.c %D%/unit/lines_fixture.h
UNIT_TESTS += %D%/unit/test_archive_select
UNIT_TESTS += %D%/unit/test_archive_canonical
tests_unit_test_archive_canonical_SOURCES = %D%/unit/test_archive_canonical.c %D%/unit/random_profile.h $(ORACLE_CONTENT)
tests_unit_test_archive_canonical_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
ORACLE_CONTENT = %D%/fuzz/oracle_content.c %D%/fuzz/oracle_content.h
UNIT_TESTS += %D%/unit/test_archive_segment
tests_unit_test_archive_segment_SOURCES = %D%/unit/test_archive_segment.c %D%/unit/random_profile.h \
	%D%/unit/segment_fixture.h %D%/unit/few_stacks.h $(ORACLE_MERGE)
tests_unit_test_archive_segment_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
UNIT_TESTS += %D%/unit/test_archive_seal
tests_unit_test_archive_seal_SOURCES = %D%/unit/test_archive_seal.c %D%/unit/random_profile.h \
	%D%/unit/few_stacks.h $(ORACLE_MERGE)
tests_unit_test_archive_seal_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
UNIT_TESTS += %D%/unit/test_archive_prune
UNIT_TESTS += %D%/unit/test_archive
UNIT_TESTS += %D%/unit/test_archive_delta
UNIT_TESTS += %D%/unit/test_cli
UNIT_TESTS += %D%/unit/test_cli_talk
UNIT_TESTS += %D%/unit/test_cli_config
UNIT_TESTS += %D%/unit/test_io
UNIT_TESTS += %D%/unit/test_io_run
UNIT_TESTS += %D%/unit/test_symbol
UNIT_TESTS += %D%/unit/test_symbol_dwarf
tests_unit_test_symbol_dwarf_SOURCES = %D%/unit/test_symbol_dwarf.c %D%/unit/dwarf_fixture.h
UNIT_TESTS += %D%/unit/test_symbol_elf
UNIT_TESTS += %D%/unit/test_symbol_elffile
UNIT_TESTS += %D%/unit/test_symbol_workers
UNIT_TESTS += %D%/unit/test_symbol_go
tests_unit_test_symbol_go_SOURCES = %D%/unit/test_symbol_go.c %D%/unit/go_fixture.h
UNIT_TESTS += %D%/unit/test_symbol_jit
UNIT_TESTS += %D%/unit/test_symbol_names
UNIT_TESTS += %D%/unit/test_symbol_demangle
UNIT_TESTS += %D%/unit/test_symbol_objdump
UNIT_TESTS += %D%/unit/test_symbol_source
if CURL
UNIT_TESTS += %D%/unit/test_pull
endif
UNIT_TESTS += %D%/unit/test_collect
UNIT_TESTS += %D%/unit/test_collect_procs
UNIT_TESTS += %D%/unit/test_collect_stacks
UNIT_TESTS += %D%/unit/test_collect_parts
UNIT_TESTS += %D%/unit/test_collect_places
tests_unit_test_collect_places_SOURCES = %D%/unit/test_collect_places.c %D%/unit/tree_fixture.h
UNIT_TESTS += %D%/unit/test_collect_select
tests_unit_test_collect_select_SOURCES = %D%/unit/test_collect_select.c %D%/unit/tree_fixture.h
UNIT_TESTS += %D%/unit/test_doctor
tests_unit_test_doctor_SOURCES = %D%/unit/test_doctor.c %D%/unit/tree_fixture.h
UNIT_TESTS += %D%/unit/test_cmd_record
if CURL
UNIT_TESTS += %D%/unit/test_target_file
UNIT_TESTS += %D%/unit/test_cmd_pullers
endif
UNIT_TESTS += %D%/unit/test_archive_status
UNIT_TESTS += %D%/unit/test_collect_pace
UNIT_TESTS += %D%/unit/test_collect_long
UNIT_TESTS += %D%/unit/test_collect_live
if BPF
UNIT_TESTS += %D%/unit/test_collect_unwind
endif
UNIT_TESTS += %D%/unit/test_profile
UNIT_TESTS += %D%/unit/test_profile_strings
UNIT_TESTS += %D%/unit/test_profile_builder
UNIT_TESTS += %D%/unit/test_pprof
tests_unit_test_pprof_SOURCES = %D%/unit/test_pprof.c %D%/unit/random_profile.h $(ORACLE_PPROF)
tests_unit_test_pprof_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
UNIT_TESTS += %D%/unit/test_merge
tests_unit_test_merge_SOURCES = %D%/unit/test_merge.c $(MERGE_FIXTURE)
tests_unit_test_merge_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
UNIT_TESTS += %D%/unit/test_combine
tests_unit_test_combine_SOURCES = %D%/unit/test_combine.c $(MERGE_FIXTURE)
tests_unit_test_combine_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
UNIT_TESTS += %D%/unit/test_merge_random
tests_unit_test_merge_random_SOURCES = %D%/unit/test_merge_random.c %D%/unit/random_profile.h $(MERGE_FIXTURE)
tests_unit_test_merge_random_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
MERGE_FIXTURE = %D%/unit/merge_fixture.h $(ORACLE_MERGE)
UNIT_TESTS += %D%/unit/test_pprof_legacy
UNIT_TESTS += %D%/unit/test_pprof_cpu
UNIT_TESTS += %D%/unit/test_pprof_folded
UNIT_TESTS += %D%/unit/test_pprof_flame
tests_unit_test_pprof_flame_SOURCES = %D%/unit/test_pprof_flame.c $(FLAME_FIXTURE)
UNIT_TESTS += %D%/unit/test_render_block
tests_unit_test_render_block_SOURCES = %D%/unit/test_render_block.c $(FLAME_FIXTURE)
FLAME_FIXTURE = %D%/unit/block_fixture.h %D%/unit/flame_random.h
UNIT_TESTS += %D%/unit/test_io_json
UNIT_TESTS += %D%/unit/test_analyze
UNIT_TESTS += %D%/unit/test_analyze_nodes
UNIT_TESTS += %D%/unit/test_analyze_flame
tests_unit_test_analyze_flame_SOURCES = %D%/unit/test_analyze_flame.c %D%/unit/flame_fixture.h
UNIT_TESTS += %D%/unit/test_analyze_flame_funcs
tests_unit_test_analyze_flame_funcs_SOURCES = %D%/unit/test_analyze_flame_funcs.c %D%/unit/sketch.h
UNIT_TESTS += %D%/unit/test_analyze_flame_change
tests_unit_test_analyze_flame_change_SOURCES = %D%/unit/test_analyze_flame_change.c %D%/unit/flame_fixture.h
UNIT_TESTS += %D%/unit/test_analyze_flame_random
tests_unit_test_analyze_flame_random_SOURCES = %D%/unit/test_analyze_flame_random.c %D%/unit/flame_fixture.h
UNIT_TESTS += %D%/unit/test_render_boxes
UNIT_TESTS += %D%/unit/test_render_html
tests_unit_test_render_html_SOURCES = %D%/unit/test_render_html.c %D%/unit/flame_fixture.h
UNIT_TESTS += %D%/unit/test_render_svg
tests_unit_test_render_svg_SOURCES = %D%/unit/test_render_svg.c %D%/unit/flame_fixture.h
tests_unit_test_render_boxes_SOURCES = %D%/unit/test_render_boxes.c $(BOXES_FIXTURE)
UNIT_TESTS += %D%/unit/test_render_boxes_random
tests_unit_test_render_boxes_random_SOURCES = %D%/unit/test_render_boxes_random.c $(BOXES_FIXTURE)
BOXES_FIXTURE = %D%/unit/boxes_fixture.h %D%/unit/flame_fixture.h
UNIT_TESTS += %D%/unit/test_filter
if TUI
UNIT_TESTS += %D%/unit/test_tui_grid
UNIT_TESTS += %D%/unit/test_tui_style
UNIT_TESTS += %D%/unit/test_tui_unfold
tests_unit_test_tui_unfold_SOURCES = %D%/unit/test_tui_unfold.c %D%/unit/flame_fixture.h
endif
UNIT_TESTS += %D%/unit/test_analyze_lines
UNIT_TESTS += %D%/unit/test_analyze_trend
tests_unit_test_analyze_trend_SOURCES = %D%/unit/test_analyze_trend.c %D%/unit/stacks_fixture.h
UNIT_TESTS += %D%/unit/test_analyze_graph
tests_unit_test_analyze_graph_SOURCES = %D%/unit/test_analyze_graph.c %D%/unit/stacks_fixture.h
UNIT_TESTS += %D%/unit/test_gate_statistics
UNIT_TESTS += %D%/unit/test_render
UNIT_TESTS += %D%/unit/test_render_graph
tests_unit_test_render_graph_SOURCES = %D%/unit/test_render_graph.c %D%/unit/stacks_fixture.h
UNIT_TESTS += %D%/unit/test_render_shorten
UNIT_TESTS += %D%/unit/test_render_fit
tests_unit_test_render_fit_SOURCES = %D%/unit/test_render_fit.c %D%/unit/lines_fixture.h
UNIT_TESTS += %D%/unit/test_render_colours
tests_unit_test_render_colours_SOURCES = %D%/unit/test_render_colours.c %D%/unit/lines_fixture.h
UNIT_TESTS += %D%/unit/test_samples
UNIT_TESTS += %D%/unit/test_unwind
tests_unit_test_unwind_SOURCES = %D%/unit/test_unwind.c $(UNWIND_IMAGE)
tests_unit_test_unwind_CPPFLAGS = $(UNWIND_CPPFLAGS)
UNIT_TESTS += %D%/unit/test_unwind_walk
tests_unit_test_unwind_walk_SOURCES = %D%/unit/test_unwind_walk.c %D%/unwind/walk_arm64.c $(UNWIND_MACHINES)
tests_unit_test_unwind_walk_CPPFLAGS = $(UNWIND_CPPFLAGS)
UNIT_TESTS += %D%/unit/test_unwind_cache
tests_unit_test_unwind_cache_SOURCES = %D%/unit/test_unwind_cache.c $(UNWIND_IMAGE)
tests_unit_test_unwind_cache_CPPFLAGS = $(UNWIND_CPPFLAGS)
if NATIVE
UNIT_TESTS += %D%/unit/test_unwind_live
endif
UNWIND_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unwind
UNWIND_IMAGE = %D%/unwind/image.c %D%/unwind/image.h
UNWIND_MACHINES = %D%/unwind/machine.c %D%/unwind/machine_x86.c %D%/unwind/machine_arm64.c \
	%D%/unwind/machine.h

# Fuzz targets: tests/fuzz/fuzz_NAME.c with seeds in tests/fuzz/seeds/NAME/, two lines each.
FUZZ_TARGETS =
FUZZ_TARGETS += %D%/fuzz/fuzz_canonical
tests_fuzz_fuzz_canonical_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_canonical_SOURCES = %D%/fuzz/fuzz_canonical.c $(ORACLE_CONTENT)
tests_fuzz_fuzz_canonical_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
FUZZ_TARGETS += %D%/fuzz/fuzz_config
tests_fuzz_fuzz_config_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_object
tests_fuzz_fuzz_object_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_segment
tests_fuzz_fuzz_segment_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_dwarf
tests_fuzz_fuzz_dwarf_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_flame
tests_fuzz_fuzz_flame_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_flame_SOURCES = %D%/fuzz/fuzz_flame.c %D%/unit/block_fixture.h
tests_fuzz_fuzz_flame_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit
FUZZ_TARGETS += %D%/fuzz/fuzz_folded
tests_fuzz_fuzz_folded_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_gzip
tests_fuzz_fuzz_gzip_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_gopclntab
tests_fuzz_fuzz_gopclntab_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_jitdump
tests_fuzz_fuzz_jitdump_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_perfmap
tests_fuzz_fuzz_perfmap_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_objdump
tests_fuzz_fuzz_objdump_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_pprof
tests_fuzz_fuzz_pprof_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_pprof_SOURCES = %D%/fuzz/fuzz_pprof.c %D%/fuzz/safe_text.h $(ORACLE_PPROF)
tests_fuzz_fuzz_pprof_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
FUZZ_TARGETS += %D%/fuzz/fuzz_reports
tests_fuzz_fuzz_reports_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_reports_SOURCES = %D%/fuzz/fuzz_reports.c %D%/fuzz/safe_text.h
FUZZ_TARGETS += %D%/fuzz/fuzz_elffile
tests_fuzz_fuzz_elffile_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_names
tests_fuzz_fuzz_names_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_merge
tests_fuzz_fuzz_merge_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_merge_SOURCES = %D%/fuzz/fuzz_merge.c $(ORACLE_MERGE)
tests_fuzz_fuzz_merge_CPPFLAGS = $(ORACLE_PPROF_CPPFLAGS)
ORACLE_MERGE = %D%/fuzz/oracle_merge.c %D%/fuzz/oracle_merge.h
FUZZ_TARGETS += %D%/fuzz/fuzz_legacy_text
tests_fuzz_fuzz_legacy_text_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_legacy_cpu
tests_fuzz_fuzz_legacy_cpu_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_goroutines
tests_fuzz_fuzz_goroutines_LDADD = $(FUZZ_LIBS)
FUZZ_TARGETS += %D%/fuzz/fuzz_gate_rules
tests_fuzz_fuzz_gate_rules_LDADD = $(FUZZ_LIBS)
if CURL
FUZZ_TARGETS += %D%/fuzz/fuzz_targets
tests_fuzz_fuzz_targets_LDADD = $(FUZZ_LIBS)
endif
FUZZ_TARGETS += %D%/fuzz/fuzz_unwind
tests_fuzz_fuzz_unwind_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_unwind_SOURCES = %D%/fuzz/fuzz_unwind.c $(UNWIND_IMAGE) $(UNWIND_MACHINES)
tests_fuzz_fuzz_unwind_CPPFLAGS = $(UNWIND_CPPFLAGS)
ORACLE_PPROF = %D%/fuzz/oracle_pprof.c %D%/fuzz/oracle_pprof.h
ORACLE_PPROF_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/fuzz $(PROTOBUF_C_CFLAGS) -Iproto

# Scenarios, one line each: those that take longest first, so that none of them is left over at the end.
BATS_TESTS =
BATS_TESTS += %D%/cli/record.bats
BATS_TESTS += %D%/cli/stacks.bats
BATS_TESTS += %D%/cli/record-select.bats
BATS_TESTS += %D%/cli/pull.bats
BATS_TESTS += %D%/cli/stacks-builds.bats
BATS_TESTS += %D%/cli/record-archive.bats
BATS_TESTS += %D%/cli/record-windows.bats
BATS_TESTS += %D%/cli/record-ends.bats
BATS_TESTS += %D%/cli/doctor.bats
BATS_TESTS += %D%/cli/archive_prune.bats
BATS_TESTS += %D%/cli/targets.bats
BATS_TESTS += %D%/cli/gate-real.bats
BATS_TESTS += %D%/cli/archive.bats
BATS_TESTS += %D%/cli/archive_seal.bats
BATS_TESTS += %D%/cli/trend.bats
BATS_TESTS += %D%/cli/completion.bats
BATS_TESTS += %D%/cli/help.bats
BATS_TESTS += %D%/cli/examples.bats
BATS_TESTS += %D%/cli/pull-archive.bats
BATS_TESTS += %D%/cli/delta.bats
BATS_TESTS += %D%/cli/config.bats
BATS_TESTS += %D%/cli/everywhere.bats
BATS_TESTS += %D%/cli/tour.bats
BATS_TESTS += %D%/cli/pager.bats
BATS_TESTS += %D%/cli/record-service.bats
BATS_TESTS += %D%/cli/record-jit.bats
BATS_TESTS += %D%/cli/record-names.bats
BATS_TESTS += %D%/cli/record-refusals.bats
BATS_TESTS += %D%/cli/merge.bats
BATS_TESTS += %D%/cli/source.bats
BATS_TESTS += %D%/cli/symbolize.bats
BATS_TESTS += %D%/cli/samples.bats
BATS_TESTS += %D%/cli/top.bats
BATS_TESTS += %D%/cli/top-live.bats
BATS_TESTS += %D%/cli/folded.bats
BATS_TESTS += %D%/cli/diff.bats
BATS_TESTS += %D%/cli/gate.bats
BATS_TESTS += %D%/cli/gate-ci.bats
BATS_TESTS += %D%/cli/gate-edges.bats
BATS_TESTS += %D%/cli/flame.bats
BATS_TESTS += %D%/cli/graph.bats
BATS_TESTS += %D%/cli/tui.bats
BATS_TESTS += %D%/cli/tui-random.bats
BATS_TESTS += %D%/cli/tui-undo.bats
BATS_TESTS += %D%/cli/tui-live.bats
BATS_TESTS += %D%/cli/tui-code.bats
BATS_TESTS += %D%/cli/graph-conformance.bats
BATS_TESTS += %D%/cli/same.bats
BATS_TESTS += %D%/cli/names.bats
BATS_TESTS += %D%/cli/unwind.bats

# Nothing in these runs what is built with the others' flags: once is enough.
PLAIN_TESTS =
PLAIN_TESTS += %D%/cli/builds.bats
PLAIN_TESTS += %D%/cli/quickstart.bats
PLAIN_TESTS += %D%/cli/web-bundle.bats
PLAIN_TESTS += %D%/web/test_boxes.js
PLAIN_TESTS += %D%/web/test_look.js
PLAIN_TESTS += %D%/web/test_transform.js
PLAIN_TESTS += %D%/web/test_state.js
PLAIN_TESTS += %D%/web/test_decode.js

# The same in Python, where there is much to compare.
PY_TESTS =
PY_TESTS += %D%/cli/archive_crash.py
PY_TESTS += %D%/cli/failures.py
PY_TESTS += %D%/cli/dwarf.py
PY_TESTS += %D%/cli/archive_power.py
PY_TESTS += %D%/cli/archive_stress.py
PY_TESTS += %D%/cli/archive_flip.py
PY_TESTS += %D%/cli/archive_hostile.py
PY_TESTS += %D%/cli/hostile.py
PY_TESTS += %D%/conformance/conformance.py

# The page's scripts, in node, beside what the program says; one line each.
WEB_TESTS =
WEB_TESTS += %D%/web/test_export.js
WEB_TESTS += %D%/web/test_same.js

# Programs that are recorded: like the demo, the same whatever the rest is built with.
check_PROGRAMS += %D%/programs/target
tests_programs_target_SOURCES = %D%/programs/target.c
tests_programs_target_CFLAGS = -std=gnu17 $(WARN_CFLAGS) -O2 -g -fno-omit-frame-pointer \
	-mno-omit-leaf-frame-pointer -pthread
tests_programs_target_LDFLAGS = -pthread
tests_programs_target_LDADD = -ldl
# What no command shows on its own, for the scenarios.
check_PROGRAMS += %D%/programs/names
tests_programs_names_SOURCES = %D%/programs/names.c
tests_programs_names_LDADD = $(PP_LIBS)
check_PROGRAMS += %D%/programs/symbolize
tests_programs_symbolize_SOURCES = %D%/programs/symbolize.c
tests_programs_symbolize_LDADD = $(PP_LIBS)
# Makes unwind tables, and compares them with libdw's answers.
check_PROGRAMS += %D%/programs/unwind
tests_programs_unwind_SOURCES = %D%/programs/unwind.c $(UNWIND_MACHINES)
tests_programs_unwind_CPPFLAGS = $(UNWIND_CPPFLAGS) $(DW_CFLAGS) $(ELF_CFLAGS)
tests_programs_unwind_LDADD = $(PP_LIBS) $(DW_LIBS)
check_DATA = %D%/programs/plugin.so %D%/programs/failing.so
CLEANFILES += %D%/programs/plugin.so %D%/programs/failing.so
%D%/programs/plugin.so: %D%/programs/plugin.c
	$(AM_V_CCLD)$(MKDIR_P) %D%/programs && \
		$(CC) $(DEFS) $(DEFAULT_INCLUDES) -std=gnu17 -O2 -g -fPIC -shared -fno-omit-frame-pointer -o $@ \
			$(top_srcdir)/tests/programs/plugin.c
# Preloaded, to let calls fail; never with a sanitizer.
%D%/programs/failing.so: %D%/programs/failing.c
	$(AM_V_CCLD)$(MKDIR_P) %D%/programs && \
		$(CC) $(DEFS) $(DEFAULT_INCLUDES) -std=gnu17 -O2 -g -fPIC -shared -o $@ \
			$(top_srcdir)/tests/programs/failing.c -ldl
# As Debian builds: optimized, without frame pointers. shapes_fp.c is the opposite.
SHAPES_CFLAGS = -std=gnu17 $(WARN_CFLAGS) -Wno-vla -Wno-alloca -O2 -g
check_PROGRAMS += %D%/programs/shapes
check_LIBRARIES = %D%/programs/libshapes_fp.a
tests_programs_libshapes_fp_a_SOURCES = %D%/programs/shapes_fp.c %D%/programs/shapes.h
tests_programs_libshapes_fp_a_CFLAGS = $(SHAPES_CFLAGS) -fno-omit-frame-pointer \
	-mno-omit-leaf-frame-pointer -fno-asynchronous-unwind-tables -fno-unwind-tables
tests_programs_shapes_SOURCES = %D%/programs/shapes.c %D%/programs/shapes_os.c %D%/programs/shapes.h
tests_programs_shapes_CFLAGS = $(SHAPES_CFLAGS) -fomit-frame-pointer -fasynchronous-unwind-tables
tests_programs_shapes_LDFLAGS = -pthread -Wl,-z,lazy
tests_programs_shapes_LDADD = %D%/programs/libshapes_fp.a -ldl
check_DATA += %D%/programs/shapes-lib.so
CLEANFILES += %D%/programs/shapes-lib.so
%D%/programs/shapes-lib.so: %D%/programs/shapes_lib.c %D%/programs/shapes.h
	$(AM_V_CCLD)$(MKDIR_P) %D%/programs && \
		$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(SHAPES_CFLAGS) -fPIC -shared -o $@ $(top_srcdir)/tests/programs/shapes_lib.c

LINTS = %D%/check-includes.sh %D%/check-banned.sh %D%/check-style.sh %D%/check-man.sh %D%/check-compat.sh
LINTS += %D%/check-web.js %D%/check-tidy.sh

# Pages in a real browser, one line each; like the lints, once is enough.
BROWSER_TESTS =
BROWSER_TESTS += %D%/browser/open.js
BROWSER_TESTS += %D%/browser/boxes.js
BROWSER_TESTS += %D%/browser/paint.js
BROWSER_TESTS += %D%/browser/zoom.js
BROWSER_TESTS += %D%/browser/search.js
BROWSER_TESTS += %D%/browser/fragment.js
BROWSER_TESTS += %D%/browser/keys.js
BROWSER_TESTS += %D%/browser/commands.js
BROWSER_TESTS += %D%/browser/save.js
BROWSER_TESTS += %D%/browser/table.js
BROWSER_TESTS += %D%/browser/filters.js
BROWSER_TESTS += %D%/browser/time.js
BROWSER_TESTS += %D%/browser/diff.js
BROWSER_TESTS += %D%/browser/sizes.js
BROWSER_TESTS += %D%/browser/source.js
BROWSER_TESTS += %D%/browser/hostile.js
BROWSER_TESTS += %D%/browser/shapes.js
BROWSER_TESTS += %D%/browser/svg.js
BROWSER_TESTS += %D%/browser/svg-look.js
BROWSER_TESTS += %D%/browser/damaged.js
BROWSER_TESTS += %D%/browser/speed.js
BROWSER_TESTS += %D%/browser/speedscope.js
BROWSER_TESTS += %D%/browser/firefox.js

# What a program gets that says nothing else: unit programs.
LDADD = $(PP_LIBS) $(CMOCKA_LIBS)

# In this order: what is short fills the gaps at the end.
TESTS += $(PY_TESTS) $(BATS_TESTS) $(LINTS) $(BROWSER_TESTS) $(PLAIN_TESTS) $(WEB_TESTS) %D%/run-golden.sh

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
else
TESTS += %D%/units-skipped.sh
endif

# Without libFuzzer the same sources run each seed once, from a main() of ours.
if FUZZING
FUZZ_LIBS = $(PP_LIBS) $(LIB_FUZZING_ENGINE)
noinst_PROGRAMS += $(FUZZ_TARGETS)
else
FUZZ_LIBS = %D%/fuzz/libseeds.a $(PP_LIBS)
check_LIBRARIES += %D%/fuzz/libseeds.a
tests_fuzz_libseeds_a_SOURCES = %D%/fuzz/standalone.c
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
endif

# Scripts are found in the source tree, so a run needs the program and nothing else from `make`.
$(TEST_LOGS): pyroprof$(EXEEXT)

# For ./check. One after the other: "all" starts a make of its own, which would write the same files.
build-tests: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS) $(check_DATA)
print-test-logs:
	@printf '%s\n' $(TEST_LOGS)
# For tests/check-tidy.sh.
print-cppflags:
	@echo $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) -Iproto -isystem src/collect/bpf $(libcmd_a_CPPFLAGS) \
		$(BPF_CFLAGS) $(PROTOBUF_C_CFLAGS) $(NCURSES_CFLAGS) -std=gnu17
print-fuzz-targets:
	@printf '%s\n' $(FUZZ_TARGETS)

# What whoever packages can run: no privileges, browser or network needed.
PACKAGE_TESTS = $(UNIT_TESTS) %D%/run-golden.sh
print-package-tests:
	@echo $(PACKAGE_TESTS)
check-package:
	$(MAKE) check TESTS='$(PACKAGE_TESTS)'

# Reports: nothing in them is a limit.
coverage:
	@bash $(top_srcdir)/%D%/coverage.sh $(top_builddir)/coverage
complexity:
	@bash $(top_srcdir)/%D%/complexity.sh
.PHONY: coverage complexity
clean-local: clean-coverage
clean-coverage:
	-rm -rf coverage
.PHONY: clean-coverage
.PHONY: build-tests print-cppflags print-test-logs print-fuzz-targets print-package-tests check-package

# By name: of a folder, what is built there would be distributed as well.
PROGRAMS_FILES = \
	%D%/programs/failing.c %D%/programs/gated.c %D%/programs/gateserver %D%/programs/layers.c \
	%D%/programs/mangled.cc %D%/programs/names.c %D%/programs/plugin.c %D%/programs/pprofserver \
	%D%/programs/shape %D%/programs/shapes.c %D%/programs/shapes.h %D%/programs/shapes_cxx.cc \
	%D%/programs/shapes_fp.c %D%/programs/shapes_lib.c %D%/programs/shapes_os.c \
	%D%/programs/symbolize.c %D%/programs/target.c %D%/programs/unwind.c
CONFORMANCE_FILES = \
	%D%/conformance/cases.py \
	%D%/conformance/conformance.py \
	%D%/conformance/exceptions.txt \
	%D%/conformance/exceptions_table.py \
	%D%/conformance/goldens.txt \
	%D%/conformance/oracle.py \
	%D%/conformance/recorded.py

EXTRA_DIST += \
	quickstart .ci/run build-aux/build.bash build-aux/packages.bash \
	$(LINTS) $(BATS_TESTS) $(PY_TESTS) $(PLAIN_TESTS) $(WEB_TESTS) \
	%D%/web/load.js %D%/web/encode.js %D%/web/naive.js \
	%D%/web/fit.tsv %D%/web/colours.tsv %D%/web/palette.json %D%/web/units.tsv \
	%D%/tap-run.sh %D%/soak.sh %D%/other-machines.sh %D%/coverage.sh %D%/complexity.sh %D%/run-golden.sh %D%/units-skipped.sh %D%/lint.bash \
	%D%/cli/common.bash %D%/cli/binary.bash %D%/cli/shapes.bash %D%/cli/tmux.bash %D%/unit/unit.h %D%/unit/cli_fixture.h %D%/unit/collect_fixture.h %D%/unit/regs_fixture.h %D%/fuzz/legacy_check.h \
	%D%/unit/sketch.h \
	$(PROGRAMS_FILES) $(CONFORMANCE_FILES) %D%/lib %D%/golden %D%/data %D%/fuzz/seeds

# Not in EXTRA_DIST: make would take the script for its own target of that name.
dist-hook:
	cp -p $(top_srcdir)/check $(distdir)/check

EXTRA_DIST += $(BROWSER_TESTS) %D%/browser/package.json %D%/browser/package-lock.json \
	%D%/browser/eslint.config.js %D%/browser/lib

# What the browser tests install.
clean-local: clean-browser
clean-browser:
	-rm -rf browser-packages
.PHONY: clean-browser
