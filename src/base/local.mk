# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	%D%/alloc.c %D%/alloc.h \
	%D%/arena.c %D%/arena.h \
	%D%/base64.c %D%/base64.h \
	%D%/buf.c %D%/buf.h \
	%D%/bytes.h \
	%D%/cells.c %D%/cells.h \
	%D%/clock.c %D%/clock.h \
	%D%/compiler.h \
	%D%/err.c %D%/err.h \
	%D%/hash.c %D%/hash.h \
	%D%/magnitude.h \
	%D%/map.c %D%/map.h \
	%D%/num.c %D%/num.h \
	%D%/parallel.c %D%/parallel.h \
	%D%/path.c %D%/path.h \
	%D%/regex.c %D%/regex.h \
	%D%/scan.h \
	%D%/steps.h \
	%D%/str.h \
	%D%/spans.c %D%/spans.h \
	%D%/suggest.c %D%/suggest.h \
	%D%/text.c %D%/text.h \
	%D%/units.c %D%/units.h \
	%D%/utf8.c %D%/utf8.h
