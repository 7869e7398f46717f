# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += librender.a
librender_a_SOURCES = \
	%D%/disasm.c %D%/disasm.h \
	%D%/header.c %D%/header.h %D%/header_json.c \
	%D%/list.c %D%/list.h \
	%D%/shorten.c %D%/shorten.h \
	%D%/top.c %D%/top.h \
	%D%/tree.c %D%/tree.h
