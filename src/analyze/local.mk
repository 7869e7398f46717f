# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libanalyze.a
libanalyze_a_SOURCES = \
	%D%/flat.c %D%/flat.h \
	%D%/frames.c %D%/frames.h \
	%D%/inlined.c %D%/inlined.h \
	%D%/nodes.c %D%/nodes.h \
	%D%/top.c %D%/top.h
