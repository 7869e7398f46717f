# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	%D%/command.h \
	%D%/complete.c %D%/complete.h \
	%D%/dispatch.c \
	%D%/exitcode.h \
	%D%/fail.c %D%/fail.h \
	%D%/help.c %D%/help.h \
	%D%/opt.c %D%/opt.h \
	%D%/opt_check.c \
	%D%/progress.c %D%/progress.h \
	%D%/scan.c %D%/scan.h \
	%D%/suggest.c %D%/suggest.h \
	%D%/version.c %D%/version.h
