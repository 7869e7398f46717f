# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libprofile.a
libprofile_a_SOURCES = \
	%D%/builder.c %D%/builder.h \
	%D%/filter.c %D%/filter.h \
	%D%/ids.c %D%/ids.h \
	%D%/labels.c %D%/labels.h \
	%D%/name_match.c %D%/name_match.h \
	%D%/profile.c %D%/profile.h \
	%D%/prune.c %D%/prune.h \
	%D%/samples.c %D%/samples.h %D%/samples_check.c \
	%D%/tag_frames.c %D%/tag_frames.h \
	%D%/tag_filter.c %D%/tag_filter.h \
	%D%/walk.c %D%/walk.h \
	%D%/wire.c %D%/wire.h
