# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcmd.a
libcmd_a_SOURCES =
