# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libanalyze.a
libanalyze_a_SOURCES = \
	%D%/assembly.h \
	%D%/calls.c %D%/calls.h \
	%D%/costs.c %D%/costs.h \
	%D%/edges.c %D%/edges.h \
	%D%/flat.c %D%/flat.h \
	%D%/frames.c %D%/frames.h \
	%D%/lines.c %D%/lines.h \
	%D%/nodes.c %D%/nodes.h \
	%D%/rows.c %D%/rows.h \
	%D%/fold.c %D%/fold.h \
	%D%/summary.c %D%/summary.h \
	%D%/tags.c %D%/tags.h \
	%D%/total.c %D%/total.h \
	%D%/view.h
