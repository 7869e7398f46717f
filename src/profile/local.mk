# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libprofile.a
libprofile_a_SOURCES = \
	%D%/builder.c %D%/builder.h \
	%D%/ids.c %D%/ids.h \
	%D%/profile.c %D%/profile.h \
	%D%/prune.c %D%/prune.h \
	%D%/samples.c %D%/samples.h %D%/samples_check.c \
	%D%/wire.c %D%/wire.h
