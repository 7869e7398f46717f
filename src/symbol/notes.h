/* SPDX-License-Identifier: Apache-2.0 */
/* ELF notes (gABI, "Note Section") as far as the build id needs them. Internal to symbol/. */
#ifndef PP_SYMBOL_NOTES_H
#define PP_SYMBOL_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PP_BUILD_ID_MAX 64 /* bytes; the usual ones have 8, 16 or 20 */

/* Write the build id among the n bytes of notes as lower-case hex. `align` is the segment's or
 * section's alignment, 4 unless it is 8. False if there is none, or one that is empty or longer
 * than PP_BUILD_ID_MAX. */
bool pp_notes_build_id(const uint8_t *notes, size_t n, uint64_t align,
		       char hex[2 * PP_BUILD_ID_MAX + 1]);

#endif
