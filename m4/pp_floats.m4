dnl SPDX-License-Identifier: Apache-2.0
dnl PP_FLOATS: products and sums are rounded one by one, to the width of their type, on every machine: the page
dnl computes the same boxes, and files are the same bytes. No fused operations, and not the 80 bits of x87.
AC_DEFUN([PP_FLOATS], [
	AC_REQUIRE([AC_CANONICAL_HOST])
	FLOAT_CFLAGS=-ffp-contract=off
	AS_CASE([$host_cpu], [i?86], [FLOAT_CFLAGS="$FLOAT_CFLAGS -msse2 -mfpmath=sse"])
	AC_SUBST([FLOAT_CFLAGS])
])
