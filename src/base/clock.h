/* SPDX-License-Identifier: Apache-2.0 */
/* Time as int64_t nanoseconds. */
#ifndef PP_BASE_CLOCK_H
#define PP_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define PP_NSEC_PER_SEC 1000000000LL

/* Nanoseconds of CLOCK_REALTIME since the epoch. */
int64_t pp_clock_real(void);

/* Nanoseconds of CLOCK_MONOTONIC, the clock that samples and mapping events carry. */
int64_t pp_clock_mono(void);

/* "2023-11-14 22:13:20 UTC": local time and zone of an instant, as pprof's Time: header. */
void pp_clock_format(char *out, size_t size, int64_t real_ns);

/* "2023-11-14 22:13:20.5 +0000 UTC": the same as Go prints a time, with its fraction. */
void pp_clock_format_full(char *out, size_t size, int64_t real_ns);

#define PP_DURATION_MAX 32

/* "1h2m3.5s", "250ms", "7ns": a duration as Go prints it. Returns `out`. */
char *pp_clock_duration(char out[PP_DURATION_MAX], int64_t ns);

#endif
