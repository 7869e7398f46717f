# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcollect.a
# The skeleton is generated code: -isystem, so that our warning flags do not judge it.
libcollect_a_CPPFLAGS = $(AM_CPPFLAGS) $(BPF_CFLAGS) -isystem %D%/bpf
libcollect_a_SOURCES = \
	%D%/bpf/event.h \
	%D%/cgroup.c %D%/cgroup.h \
	%D%/collector.h \
	%D%/compact.c %D%/compact.h \
	%D%/container.c %D%/container.h \
	%D%/copied.c %D%/copied.h \
	%D%/cputime.c %D%/cputime.h \
	%D%/drop.c %D%/drop.h \
	%D%/ends.c %D%/ends.h \
	%D%/event.c %D%/event.h \
	%D%/event_set.c %D%/event_set.h \
	%D%/images.c %D%/images.h \
	%D%/kernel.c %D%/kernel.h \
	%D%/kubelet.c %D%/kubelet.h \
	%D%/live.c %D%/live.h %D%/live_state.h \
	%D%/live_puller.c \
	%D%/live_sampler.c \
	%D%/live_window.c %D%/live_window.h \
	%D%/jits.c %D%/jits.h \
	%D%/modules.c %D%/modules.h \
	%D%/naming.c %D%/naming.h \
	%D%/owner.c %D%/owner.h \
	%D%/owner_labels.c %D%/owner_labels.h \
	%D%/pace.c %D%/pace.h \
	%D%/parts.c %D%/parts.h \
	%D%/perf_collector.c \
	%D%/perf_event.c %D%/perf_event.h \
	%D%/pids.c %D%/pids.h \
	%D%/privilege.c %D%/privilege.h \
	%D%/procs.c %D%/procs.h \
	%D%/pull.c %D%/pull.h \
	%D%/pull_check.c %D%/pull_check.h \
	%D%/recording.c %D%/recording.h \
	%D%/ring.c %D%/ring.h \
	%D%/ring_set.c %D%/ring_set.h \
	%D%/roots.c %D%/roots.h \
	%D%/sampling.c %D%/sampling.h \
	%D%/secret.c %D%/secret.h \
	%D%/selection.c %D%/selection.h \
	%D%/stacks.c %D%/stacks.h \
	%D%/target.c %D%/target.h
if BPF
libcollect_a_SOURCES += \
	%D%/bpf_collector.c \
	%D%/unwind_maps.c %D%/unwind_maps.h
nodist_libcollect_a_SOURCES = %D%/bpf/sampler.skel.h
BUILT_SOURCES += %D%/bpf/sampler.skel.h
# BUILT_SOURCES are made for `make all` and `make check` only
%D%/libcollect_a-bpf_collector.$(OBJEXT): %D%/bpf/sampler.skel.h
else
libcollect_a_SOURCES += %D%/bpf_absent.c
endif
CLEANFILES += %D%/bpf/sampler.bpf.o %D%/bpf/sampler.skel.h
EXTRA_DIST += %D%/bpf/sampler.bpf.c $(SAMPLER_PARTS)
SAMPLER_PARTS = %D%/bpf/rows.bpf.h %D%/bpf/stack.bpf.h %D%/bpf/vmlinux_min.h %D%/bpf/walk.bpf.h

%D%/bpf/sampler.bpf.o: %D%/bpf/sampler.bpf.c %D%/bpf/event.h $(SAMPLER_PARTS) \
		src/unwind/frame.h src/unwind/row.h src/unwind/step.h
	$(AM_V_GEN)$(MKDIR_P) %D%/bpf && $(BPF_CLANG) -target bpf -D__TARGET_ARCH_$(BPF_ARCH) -O2 -g -Wall -Werror \
		-I$(top_srcdir)/src -I$(top_srcdir)/src/collect/bpf -c $(top_srcdir)/src/collect/bpf/sampler.bpf.c -o $@ && \
		$(BPF_STRIP) -g $@

%D%/bpf/sampler.skel.h: %D%/bpf/sampler.bpf.o
	$(AM_V_GEN)$(BPFTOOL) gen skeleton $< name sampler > $@.tmp && mv $@.tmp $@
