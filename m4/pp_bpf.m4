dnl SPDX-License-Identifier: Apache-2.0
dnl PP_BPF: the tools that turn src/collect/bpf/*.bpf.c into a skeleton, and libbpf to load it; --disable-bpf
dnl records by perf events alone. Other machines than two have no eBPF program of ours, nor the walk of stacks.
AC_DEFUN([PP_BPF_FAIL], [AC_MSG_ERROR([$1, or configure with --disable-bpf])])
AC_DEFUN([PP_BPF_TOOLS], [
	AC_PATH_PROGS([BPF_CLANG], [clang clang-19 clang-16 clang-14])
	AS_IF([test -z "$BPF_CLANG"], [PP_BPF_FAIL([clang not found: install clang])])
	AC_PATH_PROGS([BPF_STRIP], [llvm-strip llvm-strip-19 llvm-strip-16 llvm-strip-14])
	AS_IF([test -z "$BPF_STRIP"], [PP_BPF_FAIL([llvm-strip not found: install llvm])])
	AC_PATH_PROG([BPFTOOL], [bpftool], [], [$PATH:/usr/sbin:/sbin])
	AS_IF([test -z "$BPFTOOL"], [PP_BPF_FAIL([bpftool not found: install bpftool])])
	PKG_CHECK_MODULES([BPF], [libbpf >= 1.0], [],
		[PP_BPF_FAIL([libbpf 1.0 or later not found: install libbpf-dev])])
	AC_DEFINE([HAVE_BPF], [1], [Define to 1 if there is an eBPF collector.])
])
AC_DEFUN([PP_BPF], [
	AC_CANONICAL_HOST
	BPF_ARCH=
	AS_CASE([$host_cpu], [x86_64], [BPF_ARCH=x86], [aarch64], [BPF_ARCH=arm64])
	AC_SUBST([BPF_ARCH])
	AC_ARG_ENABLE([bpf], [AS_HELP_STRING([--disable-bpf], [record by perf events only])],
		[], [AS_IF([test -n "$BPF_ARCH"], [enable_bpf=yes], [enable_bpf="no (not on $host_cpu)"])])
	AS_IF([test "$enable_bpf" = yes], [
		AS_IF([test -z "$BPF_ARCH"], [PP_BPF_FAIL([the eBPF program is for x86_64 and aarch64, not $host_cpu])])
		PP_BPF_TOOLS
	])
	AM_CONDITIONAL([BPF], [test "$enable_bpf" = yes])
	AM_CONDITIONAL([NATIVE], [test -n "$BPF_ARCH"])
	AS_IF([test -n "$BPF_ARCH"],
		[AC_DEFINE([HAVE_NATIVE], [1], [Define to 1 if native stacks can be walked on this machine.])])
])
