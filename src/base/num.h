/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as people type them. Every function takes the whole text, knows no locale, refuses signs,
 * blanks, trailing bytes and overflow, and says what was wrong.
 */
#ifndef PP_BASE_NUM_H
#define PP_BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* A decimal integer in min..max. */
int pp_parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out,
		 struct pp_err *err) PP_NODISCARD;

/* A duration in nanoseconds: "10", "10s", "1.5s", "250ms", "2m", "1h30m"; a bare number is seconds.
 */
int pp_parse_duration(const char *s, int64_t *ns, struct pp_err *err) PP_NODISCARD;

/* A size in bytes: "4096", "64k", "10M", "1.5GiB"; suffixes are powers of 1024. */
int pp_parse_size(const char *s, uint64_t *bytes, struct pp_err *err) PP_NODISCARD;

/* A non-negative decimal fraction such as "0.005". */
int pp_parse_fraction(const char *s, double *out, struct pp_err *err) PP_NODISCARD;

/* The same with a sign in front, if there is one. */
int pp_parse_real(const char *s, double *out, struct pp_err *err) PP_NODISCARD;

/* Decimal digits with a sign in front, if there is one, and nothing else. False if the text is no
 * such number or does not fit. */
bool pp_parse_i64(struct pp_str s, int64_t *out) PP_NODISCARD;

#endif
