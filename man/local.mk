# SPDX-License-Identifier: Apache-2.0
dist_man_MANS += \
	%D%/pyroprof.1 \
	%D%/pyroprof-archive.1 \
	%D%/pyroprof-comments.1 \
	%D%/pyroprof-convert.1 \
	%D%/pyroprof-diff.1 \
	%D%/pyroprof-disasm.1 \
	%D%/pyroprof-flame.1 \
	%D%/pyroprof-folded.1 \
	%D%/pyroprof-callgrind.1 \
	%D%/pyroprof-graph.1 \
	%D%/pyroprof-help.1 \
	%D%/pyroprof-labels.1 \
	%D%/pyroprof-list.1 \
	%D%/pyroprof-log.1 \
	%D%/pyroprof-info.1 \
	%D%/pyroprof-peek.1 \
	%D%/pyroprof-merge.1 \
	%D%/pyroprof-metrics.1 \
	%D%/pyroprof-raw.1 \
	%D%/pyroprof-record.1 \
	%D%/pyroprof-reports.7 \
	%D%/pyroprof-selectors.7 \
	%D%/pyroprof-series.1 \
	%D%/pyroprof-show.1 \
	%D%/pyroprof-status.1 \
	%D%/pyroprof-symbolize.1 \
	%D%/pyroprof-tags.1 \
	%D%/pyroprof-top.1 \
	%D%/pyroprof-traces.1 \
	%D%/pyroprof-tree.1 \
	%D%/pyroprof-trend.1 \
	%D%/pyroprof-version.1
