# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcollect.a
libcollect_a_CPPFLAGS = $(AM_CPPFLAGS) $(BPF_CFLAGS)
libcollect_a_SOURCES =
