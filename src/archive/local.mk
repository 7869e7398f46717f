# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libarchive.a
libarchive_a_SOURCES = \
	%D%/labels.c %D%/labels.h \
	%D%/selector.c %D%/selector.h \
	%D%/when.c %D%/when.h
