# SPDX-License-Identifier: Apache-2.0
# Not a test: a table of ratios, on stdout and in bench.txt.
bench: pyroprof$(EXEEXT) contrib/demo/demo$(EXEEXT)
	@python3 $(top_srcdir)/%D%/run.py $(top_srcdir) $(top_builddir)
.PHONY: bench

EXTRA_DIST += %D%/run.py
CLEANFILES += bench.txt
clean-local: clean-bench
clean-bench:
	-rm -rf bench-data
.PHONY: clean-bench
