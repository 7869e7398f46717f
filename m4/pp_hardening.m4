dnl SPDX-License-Identifier: Apache-2.0
dnl PP_HARDENING: what distributions build with. No FORTIFY under sanitizers, which check more.
AC_DEFUN([PP_HARDENING], [
	HARDEN_CFLAGS=
	m4_foreach_w([flag], [-fstack-protector-strong -fstack-clash-protection -fcf-protection=full],
		[PP_TRY_CFLAG([HARDEN_CFLAGS], flag)])
	AS_IF([test "$enable_sanitizers" != yes],
		[HARDEN_CFLAGS="$HARDEN_CFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
	HARDEN_LDFLAGS="-Wl,-z,relro,-z,now,-z,noexecstack,--as-needed"
	AC_SUBST([HARDEN_CFLAGS])
	AC_SUBST([HARDEN_LDFLAGS])
])
