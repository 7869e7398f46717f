# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += librender.a
librender_a_SOURCES = \
	%D%/header.c %D%/header.h \
	%D%/top.c %D%/top.h
