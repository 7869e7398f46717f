# SPDX-License-Identifier: Apache-2.0
# The generated encoder, in a library of its own because our warning flags are not for it.
noinst_LIBRARIES += libproto.a
nodist_libproto_a_SOURCES = %D%/profile.pb-c.c %D%/profile.pb-c.h
libproto_a_CPPFLAGS = $(PROTOBUF_C_CFLAGS)
libproto_a_CFLAGS = -std=gnu17 $(SAN_CFLAGS)
BUILT_SOURCES += %D%/profile.pb-c.h
CLEANFILES += %D%/profile.pb-c.c %D%/profile.pb-c.h
EXTRA_DIST += %D%/profile.proto

%D%/profile.pb-c.h: %D%/profile.proto
	$(AM_V_GEN)$(MKDIR_P) %D% && $(PROTOC_C) --proto_path=$(top_srcdir)/%D% --c_out=%D% profile.proto

%D%/profile.pb-c.c: %D%/profile.pb-c.h
	@test -f $@
