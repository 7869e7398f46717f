# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libanalyze.a
libanalyze_a_SOURCES =
