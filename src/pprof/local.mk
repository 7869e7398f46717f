# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libpprof.a
libpprof_a_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) -Iproto
libpprof_a_SOURCES = \
	%D%/decode.c %D%/decode.h \
	%D%/decode_tables.c %D%/decode_tables.h \
	%D%/encode.c %D%/encode.h \
	%D%/fields.h \
	%D%/read.c %D%/read.h %D%/read_all.c \
	%D%/sniff.c %D%/sniff.h
