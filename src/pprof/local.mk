# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libpprof.a
libpprof_a_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) -Iproto
libpprof_a_SOURCES = \
	%D%/decode.c %D%/decode.h \
	%D%/decode_tables.c %D%/decode_tables.h \
	%D%/encode.c %D%/encode.h \
	%D%/fields.h \
	%D%/flame.c %D%/flame.h \
	%D%/flame_block.h %D%/flame_meta.c %D%/flame_samples.c %D%/flame_tables.c \
	%D%/folded.c %D%/folded.h %D%/folded_chunk.c %D%/folded_chunk.h \
	%D%/folded_names.c %D%/folded_names.h \
	%D%/read.c %D%/read.h %D%/read_all.c \
	%D%/goroutine_header.c %D%/goroutine_header.h \
	%D%/goroutines.c \
	%D%/legacy.c %D%/legacy.h %D%/legacy_readers.h \
	%D%/legacy_assign.c %D%/legacy_assign.h \
	%D%/legacy_contention.c %D%/legacy_count.c %D%/legacy_cpu.c %D%/legacy_heap.c \
	%D%/legacy_java.c %D%/legacy_java.h %D%/legacy_java_names.c \
	%D%/legacy_maps.c %D%/legacy_maps.h %D%/legacy_maps_entry.c \
	%D%/legacy_stack.c %D%/legacy_stack.h \
	%D%/legacy_text.c %D%/legacy_text.h \
	%D%/legacy_thread.c \
	%D%/read.c %D%/read.h \
	%D%/sniff.c %D%/sniff.h
