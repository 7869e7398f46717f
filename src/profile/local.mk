# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libprofile.a
libprofile_a_SOURCES = \
	%D%/base.c %D%/base.h \
	%D%/builder.c %D%/builder.h \
	%D%/combine.c %D%/combine.h \
	%D%/filter.c %D%/filter.h \
	%D%/ids.c %D%/ids.h \
	%D%/label_sets.c %D%/label_sets.h \
	%D%/labels.c %D%/labels.h \
	%D%/merge.c %D%/merge.h %D%/merge_finish.c %D%/merge_state.h \
	%D%/merge_tables.c %D%/merge_tables.h \
	%D%/name_match.c %D%/name_match.h \
	%D%/merge_walk.c %D%/merge_walk.h \
	%D%/profile.c %D%/profile.h \
	%D%/prune.c %D%/prune.h \
	%D%/rewrite.c %D%/rewrite.h \
	%D%/sample_set.c %D%/sample_set.h \
	%D%/samples.c %D%/samples.h %D%/samples_check.c \
	%D%/scale.c %D%/scale.h \
	%D%/tag_filter.c %D%/tag_filter.h \
	%D%/tag_frames.c %D%/tag_frames.h \
	%D%/type_kind.c %D%/type_kind.h \
	%D%/uncut.c %D%/uncut.h \
	%D%/walk.c %D%/walk.h \
	%D%/wire.c %D%/wire.h
