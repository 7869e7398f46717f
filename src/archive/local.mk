# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libarchive.a
libarchive_a_SOURCES = \
	%D%/add.c %D%/add.h \
	%D%/archive.c %D%/archive.h \
	%D%/canonical.c %D%/canonical.h \
	%D%/chain.c %D%/chain.h \
	%D%/content_order.c %D%/content_order.h \
	%D%/content_samples.c %D%/content_samples.h \
	%D%/delta.c %D%/delta.h \
	%D%/describe.c %D%/describe.h \
	%D%/each.c %D%/each.h \
	%D%/entry.c %D%/entry.h \
	%D%/fetch.c %D%/fetch.h \
	%D%/fields.h \
	%D%/fsck.c %D%/fsck.h \
	%D%/group.c %D%/group.h \
	%D%/labels.c %D%/labels.h \
	%D%/list.c %D%/list.h \
	%D%/load.c %D%/load.h \
	%D%/loose.c \
	%D%/magic.h \
	%D%/mend.c %D%/mend.h \
	%D%/lost.c %D%/lost.h \
	%D%/nothing.c \
	%D%/object.c %D%/object.h \
	%D%/pins.c %D%/pins.h \
	%D%/place.c %D%/place.h \
	%D%/policy.c %D%/policy.h \
	%D%/prune.c %D%/prune.h %D%/prune_group.c %D%/prune_plan.c %D%/prune_state.h \
	%D%/prune_size.c %D%/prune_size.h \
	%D%/prune_window.c %D%/prune_window.h \
	%D%/pull.c %D%/pull.h \
	%D%/sample_match.c %D%/sample_match.h \
	%D%/seal.c %D%/seal.h %D%/seal_sweep.c \
	%D%/segment.h \
	%D%/segment_block.c \
	%D%/segment_cache.c %D%/segment_cache.h \
	%D%/segment_emit.h \
	%D%/segment_head.c \
	%D%/segment_number.c %D%/segment_number.h \
	%D%/segment_place.c %D%/segment_place.h \
	%D%/segment_profile.c %D%/segment_profile.h \
	%D%/segment_read.c %D%/segment_read.h \
	%D%/segment_read_rows.c %D%/segment_reading.h \
	%D%/segment_rescue.c %D%/segment_rescue.h \
	%D%/segment_rows.c \
	%D%/segment_sources.c %D%/segment_sources.h \
	%D%/segment_store.c %D%/segment_store.h \
	%D%/segment_sum.c %D%/segment_sum.h \
	%D%/segment_tables.c %D%/segment_tables.h \
	%D%/segment_write.c %D%/segment_write.h \
	%D%/selector.c %D%/selector.h \
	%D%/series.c %D%/series.h \
	%D%/status.c %D%/status.h \
	%D%/storage.c %D%/storage.h \
	%D%/tags.c %D%/tags.h \
	%D%/tally.c %D%/tally.h \
	%D%/textfile.c %D%/textfile.h \
	%D%/when.c %D%/when.h
