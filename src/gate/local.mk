# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libgate.a
libgate_a_SOURCES = \
	%D%/discovery.c %D%/discovery.h \
	%D%/distribution.c %D%/distribution.h \
	%D%/evidence.c %D%/evidence.h \
	%D%/explain.c %D%/explain.h \
	%D%/fail_on.c %D%/fail_on.h \
	%D%/gate.c %D%/gate.h \
	%D%/judge.c %D%/judge.h \
	%D%/places.c %D%/places.h \
	%D%/rank_sum.c %D%/rank_sum.h \
	%D%/report.c %D%/report.h %D%/report_ci.c %D%/report_json.c %D%/report_self_check.c \
	%D%/self_check.c %D%/self_check.h \
	%D%/share_change.c %D%/share_change.h
