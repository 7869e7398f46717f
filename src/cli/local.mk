# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	%D%/alias.c %D%/alias.h \
	%D%/tint.c %D%/tint.h \
	%D%/command.h \
	%D%/common.c %D%/common.h \
	%D%/complete.c %D%/complete.h \
	%D%/config.c %D%/config.h \
	%D%/config_file.c %D%/config_file.h \
	%D%/dispatch.c \
	%D%/exitcode.h \
	%D%/fail.c %D%/fail.h \
	%D%/help.c %D%/help.h \
	%D%/leading.c %D%/leading.h \
	%D%/opt.c %D%/opt.h \
	%D%/opt_check.c \
	%D%/pager.c %D%/pager.h \
	%D%/progress.c %D%/progress.h \
	%D%/scan.c %D%/scan.h \
	%D%/stage.c %D%/stage.h \
	%D%/terminal.c %D%/terminal.h \
	%D%/version.c %D%/version.h
