# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libpprof.a
libpprof_a_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) -Iproto
libpprof_a_SOURCES =
