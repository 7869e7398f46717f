/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over ELF notes. */
#include <config.h>

#include "symbol/notes.h"

#include <elf.h>
#include <string.h>

#include "base/bytes.h"

static void to_hex(const uint8_t *bytes, size_t n, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*hex++ = digits[bytes[i] >> 4];
		*hex++ = digits[bytes[i] & 15];
	}
	*hex = '\0';
}

bool pp_notes_build_id(const uint8_t *notes, size_t n, uint64_t align,
		       char hex[2 * PP_BUILD_ID_MAX + 1])
{
	const uint64_t mask = align == 8 ? 7 : 3;
	uint64_t at = 0;

	/* 32-bit sizes in 64-bit sums: nothing here can wrap. */
	while (at + 12 <= n) {
		uint64_t name_n = pp_load_le32(notes + at);
		uint64_t desc_n = pp_load_le32(notes + at + 4);
		uint32_t type = pp_load_le32(notes + at + 8);
		uint64_t name = at + 12;
		uint64_t desc = (name + name_n + mask) & ~mask;

		if (desc > n || desc_n > n - desc)
			return false;
		if (type == NT_GNU_BUILD_ID && name_n == 4 && !memcmp(notes + name, "GNU", 4) &&
		    desc_n > 0 && desc_n <= PP_BUILD_ID_MAX) {
			to_hex(notes + desc, (size_t)desc_n, hex);
			return true;
		}
		at = (desc + desc_n + mask) & ~mask;
	}
	return false;
}
