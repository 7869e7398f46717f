# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcollect.a
libcollect_a_CPPFLAGS = $(AM_CPPFLAGS) $(BPF_CFLAGS)
libcollect_a_SOURCES = \
	%D%/pull.c %D%/pull.h \
	%D%/pull_check.c %D%/pull_check.h \
	%D%/secret.c %D%/secret.h
