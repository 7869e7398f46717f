# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libunwind.a
libunwind_a_CPPFLAGS = $(AM_CPPFLAGS)
libunwind_a_SOURCES = \
	%D%/cache.c %D%/cache.h \
	%D%/cache_file.c %D%/cache_file.h \
	%D%/cfi.c %D%/cfi.h \
	%D%/cfi_run.c %D%/cfi_run.h \
	%D%/cfi_state.c %D%/cfi_state.h \
	%D%/cursor.h \
	%D%/frame.h \
	%D%/go.c %D%/go.h \
	%D%/row.h \
	%D%/rows.c %D%/rows.h \
	%D%/step.h \
	%D%/table.c %D%/table.h \
	%D%/trampoline.c %D%/trampoline.h \
	%D%/walk.c %D%/walk.h
