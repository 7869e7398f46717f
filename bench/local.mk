# SPDX-License-Identifier: Apache-2.0
# Not a test: a table of ratios, on stdout and in bench.txt.
BENCH_MODULES = %D%/archive.py %D%/series.go %D%/generate.py %D%/inputs.py %D%/measure.py %D%/peer.py %D%/record.py \
	%D%/reports.py %D%/start.py %D%/symbols.py %D%/table.py %D%/unwind.py \
	%D%/flame.py %D%/gate.py %D%/flame_browser.js %D%/flame_inputs.py %D%/flame_kept.json \
	%D%/completeness.py %D%/overhead.py %D%/replay.py %D%/stacks.py %D%/workloads.py

bench: pyroprof$(EXEEXT) contrib/demo/demo$(EXEEXT) %D%/units$(EXEEXT) %D%/units-fp$(EXEEXT) %D%/segments$(EXEEXT) \
		%D%/replay$(EXEEXT) \
		tests/programs/symbolize$(EXEEXT) tests/programs/unwind$(EXEEXT)
	@PYTHONDONTWRITEBYTECODE=1 python3 $(top_srcdir)/%D%/run.py $(top_srcdir) $(top_builddir)
.PHONY: bench

# A target of recordings, like the demo the same whatever the rest is built with.
EXTRA_PROGRAMS = %D%/units %D%/units-fp %D%/segments %D%/replay
bench_segments_SOURCES = %D%/segments.c
bench_segments_LDADD = $(PP_LIBS)
bench_replay_SOURCES = %D%/replay.c
bench_replay_LDADD = $(PP_LIBS)
bench_units_SOURCES = %D%/units.c
bench_units_CFLAGS = -std=gnu17 $(WARN_CFLAGS) -O2 -g -fomit-frame-pointer -pthread
bench_units_LDFLAGS = -pthread
bench_units_LDADD =
bench_units_fp_SOURCES = %D%/units.c
bench_units_fp_CFLAGS = $(bench_units_CFLAGS) -fno-omit-frame-pointer
bench_units_fp_LDFLAGS = -pthread
bench_units_fp_LDADD =

EXTRA_DIST += %D%/run.py $(BENCH_MODULES)
CLEANFILES += bench.txt $(EXTRA_PROGRAMS)
clean-local: clean-bench
clean-bench:
	-rm -rf bench-data
.PHONY: clean-bench
