/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and the text form of an instant. */
#include <config.h>

#include "base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * PP_NSEC_PER_SEC + ts.tv_nsec;
}

int64_t pp_clock_real(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t pp_clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void pp_clock_format(char *out, size_t size, int64_t real_ns)
{
	time_t sec = (time_t)(real_ns / PP_NSEC_PER_SEC);
	struct tm tm;

	/* division rounds towards zero: an instant before 1970 belongs to the second below */
	if (real_ns < 0 && real_ns % PP_NSEC_PER_SEC)
		sec--;
	tzset();
	if (!localtime_r(&sec, &tm) || strftime(out, size, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		out[0] = '\0';
}
