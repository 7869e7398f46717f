/* SPDX-License-Identifier: Apache-2.0 */
/* Where segments are: "seg/2026-11-20/12-HEX.seg", by the hour in which their entries start (UTC)
 * and the first 16 bytes of their checksum. */
#ifndef PP_ARCHIVE_SEGMENT_PLACE_H
#define PP_ARCHIVE_SEGMENT_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define PP_SEGMENT_DIR	16 /* "seg/2026-11-20" and its NUL, with room */
#define PP_SEGMENT_NAME 48 /* "12-HEX.seg" and its NUL, with room */
#define PP_HOUR_NSEC	3600000000000LL

struct pp_segment_place {
	char dir[PP_SEGMENT_DIR], name[PP_SEGMENT_NAME];
};

/* The hour, counted from the epoch, in which an instant is. */
int64_t pp_hour_of(int64_t ns);

/* The place of a file whose entries start in an hour. */
struct pp_segment_place pp_segment_place(int64_t hour, struct pp_str file);

/* Whether a name below seg/ is that of a day's directory; its first hour. */
bool pp_segment_day(const char *dir, int64_t *hour);

/* Whether a name in a day's directory is that of a segment; its hour of the day. */
bool pp_segment_hour(const char *name, int64_t *hour);

#endif
