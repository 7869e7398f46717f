# SPDX-License-Identifier: Apache-2.0
TUI_LIB =
if TUI
TUI_LIB += libtui.a
noinst_LIBRARIES += libtui.a
libtui_a_CPPFLAGS = $(AM_CPPFLAGS) $(NCURSES_CFLAGS)
libtui_a_SOURCES = \
	%D%/action.c %D%/action.h \
	%D%/actions.c \
	%D%/actions_change.c %D%/actions_change.h \
	%D%/app.h %D%/archive.h \
	%D%/bench.c %D%/bench.h \
	%D%/code.c %D%/code.h \
	%D%/offers.c %D%/offers.h \
	%D%/event.h \
	%D%/export.c %D%/export.h \
	%D%/figures.c \
	%D%/follow.c %D%/follow.h \
	%D%/bars.c %D%/bars.h %D%/bars_draw.c \
	%D%/grid.c %D%/grid.h \
	%D%/key.c %D%/key.h \
	%D%/list.c %D%/list.h \
	%D%/menu_labels.c %D%/menu_labels.h \
	%D%/model.c %D%/model.h \
	%D%/overlay.c %D%/overlay.h \
	%D%/paint.c %D%/paint.h \
	%D%/panes.c %D%/panes.h \
	%D%/prompt.c %D%/prompt.h \
	%D%/screen.h \
	%D%/script.c %D%/script.h \
	%D%/search.c %D%/search.h \
	%D%/signals.c %D%/signals.h \
	%D%/status.c \
	%D%/steps.c %D%/steps.h \
	%D%/style.c %D%/style.h \
	%D%/term.c %D%/term.h \
	%D%/tui.c %D%/tui.h \
	%D%/view.h %D%/views.c \
	%D%/view_archive.c %D%/view_archive.h \
	%D%/view_flame.c %D%/view_flame.h \
	%D%/view_sandwich.c %D%/view_sandwich.h \
	%D%/view_table.c %D%/view_table.h \
	%D%/unfold.c %D%/unfold.h \
	%D%/view_tree.c %D%/view_tree.h \
	%D%/view_info.c %D%/view_info.h \
	%D%/view_source.c %D%/view_source.h \
	%D%/zoom.c %D%/zoom.h
endif
