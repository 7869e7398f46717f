dnl SPDX-License-Identifier: Apache-2.0
dnl PP_WARNINGS: every warning the compiler knows from our list, in WARN_CFLAGS; --enable-werror.
AC_DEFUN([PP_TRY_CFLAG], [
	AC_MSG_CHECKING([whether $CC accepts $2])
	pp_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
		[AC_MSG_RESULT([yes]); $1="$$1 $2"], [AC_MSG_RESULT([no])])
	CFLAGS=$pp_saved_CFLAGS
])
AC_DEFUN([PP_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors])],
		[], [enable_werror=no])
	WARN_CFLAGS=
	m4_foreach_w([flag], [-Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wconversion -Wno-sign-conversion -Wformat=2
		-Wundef -Wvla -Walloca -Wpointer-arith -Wcast-qual -Wcast-align=strict -Wwrite-strings
		-Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes -Wmissing-declarations
		-Wnested-externs -Wredundant-decls -Wdate-time -Wimplicit-fallthrough -Wlogical-op
		-Wduplicated-cond -Wduplicated-branches -Wdouble-promotion -fno-common],
		[PP_TRY_CFLAG([WARN_CFLAGS], flag)])
	AS_IF([test "$enable_werror" = yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
	AC_SUBST([WARN_CFLAGS])
])
