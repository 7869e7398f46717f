# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libdoctor.a
libdoctor_a_SOURCES = \
	%D%/findings.c %D%/findings.h \
	%D%/machine.c %D%/machine.h \
	%D%/process.c %D%/process.h \
	%D%/tries.c %D%/tries.h
