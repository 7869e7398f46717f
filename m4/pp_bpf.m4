dnl SPDX-License-Identifier: Apache-2.0
dnl PP_BPF: the tools that turn src/collect/bpf/*.bpf.c into a skeleton.
AC_DEFUN([PP_BPF], [
	AC_PATH_PROGS([BPF_CLANG], [clang clang-19 clang-16 clang-14])
	AS_IF([test -z "$BPF_CLANG"], [AC_MSG_ERROR([clang not found: the BPF programs need it])])
	AC_CANONICAL_HOST
	AS_CASE([$host_cpu], [x86_64], [BPF_ARCH=x86], [aarch64], [BPF_ARCH=arm64],
		[AC_MSG_ERROR([stacks can be walked on x86_64 and aarch64 only, not on $host_cpu])])
	AC_SUBST([BPF_ARCH])
	AC_PATH_PROGS([BPF_STRIP], [llvm-strip llvm-strip-19 llvm-strip-16 llvm-strip-14])
	AS_IF([test -z "$BPF_STRIP"], [AC_MSG_ERROR([llvm-strip not found: install llvm])])
	AC_PATH_PROG([BPFTOOL], [bpftool], [], [$PATH:/usr/sbin:/sbin])
	AS_IF([test -z "$BPFTOOL"], [AC_MSG_ERROR([bpftool not found: install bpftool])])
])
