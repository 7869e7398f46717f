# SPDX-License-Identifier: Apache-2.0
# A workload with a known profile. Without the sanitizers and always optimized, whatever the rest is
# built with: its proportions are what tests compare with.
noinst_PROGRAMS += contrib/demo/demo
contrib_demo_demo_SOURCES = %D%/demo/demo.c
contrib_demo_demo_CFLAGS = -std=gnu17 $(WARN_CFLAGS) -O2 -g -fno-omit-frame-pointer -pthread
contrib_demo_demo_LDFLAGS = -pthread
contrib_demo_demo_LDADD =

# Alerts on what `pyroprof metrics` writes, and units for systemd: copied, not installed.
EXTRA_DIST += %D%/prometheus/pyroprof.rules.yml %D%/pyroprof-record.service \
	%D%/pyroprof-targets.service %D%/pyroprof-archive.service %D%/pyroprof-archive.timer \
	%D%/ci/pyroprof-gate.sh %D%/ci/github.yml %D%/ci/gitlab.yml

# Packages for Debian: contrib/debian/build makes them of what `make dist` gives.
EXTRA_DIST += %D%/debian/build %D%/debian/changelog %D%/debian/config %D%/debian/control %D%/debian/copyright \
	%D%/debian/docs %D%/debian/examples %D%/debian/lintian-overrides %D%/debian/po/POTFILES.in %D%/debian/postinst \
	%D%/debian/rules %D%/debian/source/format %D%/debian/source/lintian-overrides %D%/debian/templates %D%/debian/tests/control %D%/debian/tests/smoke
