dnl SPDX-License-Identifier: Apache-2.0
dnl PP_FUZZING: --enable-fuzzing builds the libFuzzer targets; needs CC=clang.
AC_DEFUN([PP_FUZZING], [
	AC_ARG_ENABLE([fuzzing], [AS_HELP_STRING([--enable-fuzzing], [build the fuzz targets (clang)])],
		[], [enable_fuzzing=no])
	AS_IF([test "$enable_fuzzing" = yes], [
		AC_MSG_CHECKING([whether $CC can build libFuzzer targets])
		pp_saved_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -fsanitize=fuzzer-no-link"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [AC_MSG_RESULT([yes])],
			[AC_MSG_ERROR([no: configure with CC=clang])])
		CFLAGS=$pp_saved_CFLAGS
		FUZZ_CFLAGS=-fsanitize=fuzzer-no-link
		LIB_FUZZING_ENGINE=-fsanitize=fuzzer
	])
	AC_SUBST([FUZZ_CFLAGS])
	AC_SUBST([LIB_FUZZING_ENGINE])
	AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
])
