# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += librender.a
librender_a_SOURCES = \
	%D%/colours.c %D%/colours.h \
	%D%/disasm.c %D%/disasm.h \
	%D%/boxes.c %D%/boxes.h %D%/boxes_groups.c %D%/boxes_state.h \
	%D%/chart.c %D%/chart.h \
	%D%/comments.c %D%/comments.h \
	%D%/compare.c %D%/compare.h %D%/compare_numbers.c %D%/compare_numbers.h \
	%D%/fit.c %D%/fit.h \
	%D%/flame_block.c %D%/flame_block.h %D%/flame_block_state.h \
	%D%/flame_block_labels.c %D%/flame_block_source.c %D%/flame_block_tree.c \
	%D%/flame_diff.c %D%/flame_diff.h \
	%D%/flame.h %D%/flame_boxes.c %D%/flame_formats.c \
	%D%/folded.c %D%/folded.h \
	%D%/callgrind.c %D%/callgrind.h \
	%D%/dot.c %D%/dot.h \
	%D%/dot_tags.c %D%/dot_tags.h \
	%D%/dot_text.c %D%/dot_text.h \
	%D%/header.c %D%/header.h %D%/header_json.c \
	%D%/html.c \
	%D%/list.c %D%/list.h \
	%D%/info.c %D%/info.h %D%/info_data.c \
	%D%/label_lines.c %D%/label_lines.h \
	%D%/markdown.c %D%/markdown.h \
	%D%/name_parts.c %D%/name_parts.h \
	%D%/name_scan.c %D%/name_scan.h \
	%D%/openmetrics.c %D%/openmetrics.h \
	%D%/raw.c %D%/raw.h \
	%D%/shorten.c %D%/shorten.h \
	%D%/spark.c %D%/spark.h \
	%D%/svg.c %D%/svg.h %D%/svg_frames.c %D%/svg_style.c \
	%D%/svg_text.c %D%/svg_text.h %D%/svg_thin.c %D%/svg_title.c \
	%D%/table.c %D%/table.h \
	%D%/tags.c %D%/tags.h \
	%D%/top.c %D%/top.h \
	%D%/top_profile.c %D%/top_profile.h \
	%D%/traces.c %D%/traces.h %D%/traces_data.c \
	%D%/tree.c %D%/tree.h \
	%D%/trend.c %D%/trend.h %D%/trend_chart.c

# What runs in browsers, as C. Files of web/ need not be listed anywhere.
nodist_librender_a_SOURCES = %D%/web_page.c %D%/web_svg.c
librender_a_SOURCES += %D%/web.h
CLEANFILES += %D%/web_page.c %D%/web_svg.c
EXTRA_DIST += %D%/web build-aux/web-bundle.sh
web_sources = $(wildcard $(top_srcdir)/%D%/web/*/*) $(top_srcdir)/build-aux/web-bundle.sh

%D%/web_page.c: $(web_sources)
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		$(top_srcdir)/build-aux/web-bundle.sh page $(top_srcdir)/%D%/web >$@.tmp && mv $@.tmp $@

%D%/web_svg.c: $(web_sources)
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		$(top_srcdir)/build-aux/web-bundle.sh svg $(top_srcdir)/%D%/web >$@.tmp && mv $@.tmp $@
