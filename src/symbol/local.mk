# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libsymbol.a
libsymbol_a_CPPFLAGS = $(AM_CPPFLAGS) $(ELF_CFLAGS)
libsymbol_a_SOURCES =
