# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libgate.a
libgate_a_SOURCES = \
	%D%/fail_on.c %D%/fail_on.h
