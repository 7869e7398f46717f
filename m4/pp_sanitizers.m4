dnl SPDX-License-Identifier: Apache-2.0
dnl PP_SANITIZERS: --enable-sanitizers builds everything with ASan and UBSan, errors fatal.
AC_DEFUN([PP_SANITIZERS], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers], [build with address and undefined sanitizers])],
		[], [enable_sanitizers=no])
	SAN_CFLAGS=
	AS_IF([test "$enable_sanitizers" = yes],
		[SAN_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"])
	AC_SUBST([SAN_CFLAGS])
])
