/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/segment_place.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "io/sha256.h"

int64_t pp_hour_of(int64_t ns)
{
	return ns / PP_HOUR_NSEC - (ns % PP_HOUR_NSEC < 0);
}

static void day_name(char out[PP_SEGMENT_DIR], int64_t hour)
{
	time_t seconds = (time_t)(hour * 3600);
	struct tm tm;

	gmtime_r(&seconds, &tm); /* of 64 bits of nanoseconds, years have four digits */
	strftime(out, PP_SEGMENT_DIR, "seg/%Y-%m-%d", &tm);
}

struct pp_segment_place pp_segment_place(int64_t hour, struct pp_str file)
{
	struct pp_segment_place place;
	char hex[PP_SHA256_HEX];
	int64_t of_day = (hour % 24 + 24) % 24;

	day_name(place.dir, hour);
	pp_sha256_hex(hex, (const uint8_t *)file.p + file.n - PP_SHA256_SIZE);
	snprintf(place.name, sizeof(place.name), "%02d-%.32s.seg", (int)of_day, hex);
	return place;
}

bool pp_segment_day(const char *dir, int64_t *hour)
{
	char again[PP_SEGMENT_DIR];
	struct tm tm = {0};
	const char *end = strptime(dir, "%Y-%m-%d", &tm);

	if (!end || *end)
		return false;
	*hour = timegm(&tm) / 3600;
	day_name(again, *hour);
	return strcmp(again + strlen("seg/"), dir) == 0;
}

bool pp_segment_hour(const char *name, int64_t *hour)
{
	if (strlen(name) != 39 || name[2] != '-' || strcmp(name + 35, ".seg") != 0 ||
	    strspn(name, "0123456789") != 2 || strspn(name + 3, "0123456789abcdef") != 32)
		return false;
	*hour = (name[0] - '0') * 10 + (name[1] - '0');
	return *hour < 24;
}
