/* SPDX-License-Identifier: Apache-2.0 */
/* What every report promises about its text. */
#ifndef SAFE_TEXT_H
#define SAFE_TEXT_H

#include <stdbool.h>

#include "base/str.h"
#include "base/utf8.h"

/* Whether there is nothing in it but UTF-8 that is safe on a terminal, and newlines. */
static inline bool safe_text(struct pp_str text)
{
	while (text.n) {
		uint32_t cp;
		size_t n = pp_utf8_decode(text, &cp);

		if (n == 0 || (cp != '\n' && pp_utf8_is_unsafe(cp)))
			return false;
		text.p += n;
		text.n -= n;
	}
	return true;
}

#endif
