# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libprofile.a
libprofile_a_SOURCES =
