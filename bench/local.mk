# SPDX-License-Identifier: Apache-2.0
# Not a test: a table of ratios, on stdout and in bench.txt.
BENCH_MODULES = %D%/generate.py %D%/inputs.py %D%/measure.py %D%/peer.py %D%/record.py \
	%D%/reports.py %D%/start.py %D%/table.py

bench: pyroprof$(EXEEXT) contrib/demo/demo$(EXEEXT)
	@PYTHONDONTWRITEBYTECODE=1 python3 $(top_srcdir)/%D%/run.py $(top_srcdir) $(top_builddir)
.PHONY: bench

EXTRA_DIST += %D%/run.py $(BENCH_MODULES)
CLEANFILES += bench.txt
clean-local: clean-bench
clean-bench:
	-rm -rf bench-data
.PHONY: clean-bench
