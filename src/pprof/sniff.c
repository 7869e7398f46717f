/* SPDX-License-Identifier: Apache-2.0 */
/* Recognizing by the first bytes. */
#include <config.h>

#include "pprof/sniff.h"

#include <string.h>
#include <strings.h>

#include "base/compiler.h"

struct magic {
	const char *bytes;
	size_t n;
	const char *what;
};

#define MAGIC(text, what)                    \
	{                                    \
		text, sizeof(text) - 1, what \
	}

static const struct magic magics[] = {
	MAGIC("PERFILE2", "a perf.data file"),
	MAGIC("\x7f"
	      "ELF",
	      "an ELF program or library"),
	MAGIC("\x28\xb5\x2f\xfd", "a zstd stream"),
	MAGIC("\xfd"
	      "7zXZ",
	      "an xz stream"),
	MAGIC("PK\x03\x04", "a zip archive"),
	MAGIC("\x78\x01", "a zlib stream"),
	MAGIC("\x78\x5e", "a zlib stream"),
	MAGIC("\x78\x9c", "a zlib stream"),
	MAGIC("\x78\xda", "a zlib stream"),
	MAGIC("go 1.", "a Go execution trace"),
	MAGIC("JFR\0", "a Java flight recording"),
	MAGIC("\xff\xfe", "text in UTF-16"),
	MAGIC("\xfe\xff", "text in UTF-16"),
	MAGIC("{", "JSON"),
	MAGIC("[", "JSON"),
};

static int is_html(const uint8_t *p, size_t n)
{
	static const char *const starts[] = {"<!doctype html", "<html", "<?xml", "<svg"};

	for (size_t i = 0; i < PP_ARRAY_LEN(starts); i++) {
		size_t len = strlen(starts[i]);

		if (n >= len && strncasecmp((const char *)p, starts[i], len) == 0)
			return 1;
	}
	return 0;
}

static int is_text(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && i < 512; i++) {
		if (p[i] < 0x20 && !memchr("\t\r\n", p[i], 3))
			return 0;
	}
	return n > 0;
}

const char *pp_pprof_sniff(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(magics); i++) {
		if (n >= magics[i].n && memcmp(bytes, magics[i].bytes, magics[i].n) == 0)
			return magics[i].what;
	}
	while (n && memchr(" \t\r\n", *bytes, 4)) {
		bytes++;
		n--;
	}
	if (is_html(bytes, n))
		return PP_SNIFFED_PAGE;
	return is_text(bytes, n) ? "text" : NULL;
}
