dnl SPDX-License-Identifier: Apache-2.0
dnl PP_CURL: libcurl's headers, for all that fetches; --without-curl builds what does not.
AC_DEFUN([PP_CURL], [
	AC_ARG_WITH([curl], [AS_HELP_STRING([--without-curl], [fetch nothing: no record --url, no debuginfod])],
		[], [with_curl=yes])
	AS_IF([test "$with_curl" != no], [
		with_curl=yes
		dnl Headers only: linking the 33 libraries behind it would cost every command 3 ms of start-up.
		PKG_CHECK_MODULES([CURL], [libcurl], [],
			[AC_MSG_ERROR([libcurl not found: install libcurl4-openssl-dev, or configure --without-curl])])
		AC_DEFINE([HAVE_CURL], [1], [Define to 1 if URLs can be fetched.])
	])
	AM_CONDITIONAL([CURL], [test "$with_curl" != no])
])
