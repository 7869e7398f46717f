# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libanalyze.a
libanalyze_a_SOURCES = \
	%D%/assembly.h \
	%D%/calls.c %D%/calls.h \
	%D%/compare.c %D%/compare.h \
	%D%/costs.c %D%/costs.h \
	%D%/calltree.c %D%/calltree.h \
	%D%/edges.c %D%/edges.h \
	%D%/entropy.c %D%/entropy.h \
	%D%/flame.c %D%/flame.h %D%/flame_state.h %D%/flame_funcs.c %D%/flame_time.c \
	%D%/flame_measure.c %D%/flame_sort.c %D%/flame_prune.c \
	%D%/flame_change.c %D%/flame_change.h %D%/flame_pack.c %D%/flame_pack.h \
	%D%/flame_places.c %D%/flame_places.h \
	%D%/flat.c %D%/flat.h \
	%D%/forest.c %D%/forest.h \
	%D%/frames.c %D%/frames.h \
	%D%/lines.c %D%/lines.h \
	%D%/graph.c %D%/graph.h \
	%D%/moved.c %D%/moved.h \
	%D%/nodes.c %D%/nodes.h \
	%D%/redundant.c %D%/redundant.h \
	%D%/rows.c %D%/rows.h \
	%D%/share.c %D%/share.h \
	%D%/fold.c %D%/fold.h \
	%D%/stack_tree.c %D%/stack_tree.h %D%/stack_batch.c \
	%D%/summary.c %D%/summary.h \
	%D%/tags.c %D%/tags.h \
	%D%/tag_sets.c %D%/tag_sets.h \
	%D%/node_tags.c %D%/node_tags.h \
	%D%/total.c %D%/total.h \
	%D%/trend.c %D%/trend.h \
	%D%/view.h
