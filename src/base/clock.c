/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and the text form of an instant. */
#include <config.h>

#include "base/clock.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
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

/* Local time of an instant; the nanoseconds of its second. false if no calendar has it. */
static bool split(int64_t real_ns, struct tm *tm, int64_t *ns)
{
	time_t sec = (time_t)(real_ns / PP_NSEC_PER_SEC);

	/* division rounds towards zero: an instant before 1970 belongs to the second below */
	*ns = real_ns % PP_NSEC_PER_SEC;
	if (*ns < 0) {
		*ns += PP_NSEC_PER_SEC;
		sec--;
	}
	tzset();
	return localtime_r(&sec, tm) != NULL;
}

void pp_clock_format(char *out, size_t size, int64_t real_ns)
{
	struct tm tm;
	int64_t ns;

	if (!split(real_ns, &tm, &ns) || strftime(out, size, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		out[0] = '\0';
}

/* ".5" for a fraction of 500 with three digits; "" for 0. Returns the length. */
static int print_fraction(char *out, size_t size, int64_t fraction, int digits)
{
	if (fraction == 0)
		return 0;
	for (; fraction % 10 == 0; digits--)
		fraction /= 10;
	return snprintf(out, size, ".%0*" PRId64, digits, fraction);
}

void pp_clock_format_full(char *out, size_t size, int64_t real_ns)
{
	char day[32], zone[32], fraction[16] = "";
	struct tm tm;
	int64_t ns;

	out[0] = '\0';
	if (!split(real_ns, &tm, &ns) ||
	    strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &tm) == 0 ||
	    strftime(zone, sizeof(zone), "%z %Z", &tm) == 0)
		return;
	print_fraction(fraction, sizeof(fraction), ns, 9);
	snprintf(out, size, "%s%s %s", day, fraction, zone);
}

/* Below a second, the unit is chosen so that it begins with a digit that is not 0. */
static void print_short(char *out, size_t size, uint64_t ns)
{
	const char *unit = ns < 1000 ? "ns" : ns < 1000000 ? "\xc2\xb5s" : "ms";
	int64_t one = ns < 1000 ? 1 : ns < 1000000 ? 1000 : 1000000;
	int digits = one == 1 ? 0 : one == 1000 ? 3 : 6;
	char fraction[16] = "";

	print_fraction(fraction, sizeof(fraction), (int64_t)ns % one, digits);
	snprintf(out, size, "%" PRId64 "%s%s", (int64_t)ns / one, fraction, unit);
}

char *pp_clock_duration(char out[PP_DURATION_MAX], int64_t ns)
{
	uint64_t u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	uint64_t sec = u / PP_NSEC_PER_SEC;
	char fraction[16] = "";
	size_t at = 0;

	if (u == 0)
		return memcpy(out, "0s", 3);
	if (ns < 0)
		out[at++] = '-';
	if (sec == 0) {
		print_short(out + at, PP_DURATION_MAX - at, u);
		return out;
	}
	print_fraction(fraction, sizeof(fraction), (int64_t)(u % PP_NSEC_PER_SEC), 9);
	if (sec >= 3600)
		at += (size_t)snprintf(out + at, PP_DURATION_MAX - at, "%" PRIu64 "h", sec / 3600);
	if (sec >= 60)
		at += (size_t)snprintf(out + at, PP_DURATION_MAX - at, "%" PRIu64 "m",
				       sec / 60 % 60);
	snprintf(out + at, PP_DURATION_MAX - at, "%" PRIu64 "%ss", sec % 60, fraction);
	return out;
}
