# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += librender.a
librender_a_SOURCES = \
	%D%/disasm.c %D%/disasm.h \
	%D%/comments.c %D%/comments.h \
	%D%/folded.c %D%/folded.h \
	%D%/callgrind.c %D%/callgrind.h \
	%D%/dot.c %D%/dot.h \
	%D%/dot_tags.c %D%/dot_tags.h \
	%D%/dot_text.c %D%/dot_text.h \
	%D%/header.c %D%/header.h %D%/header_json.c \
	%D%/list.c %D%/list.h \
	%D%/info.c %D%/info.h %D%/info_data.c \
	%D%/label_lines.c %D%/label_lines.h \
	%D%/raw.c %D%/raw.h \
	%D%/shorten.c %D%/shorten.h \
	%D%/tags.c %D%/tags.h \
	%D%/top.c %D%/top.h \
	%D%/top_profile.c %D%/top_profile.h \
	%D%/traces.c %D%/traces.h %D%/traces_data.c \
	%D%/tree.c %D%/tree.h
