/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz the reader of objdump's listings: all that it finds lies within the listing, in the order of
 * the listing, and nothing is found where no line begins with a hexadecimal number and a colon. */
#include <config.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "symbol/objdump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

static void check_inside(const struct pp_buf *listing, struct pp_str s)
{
	check(s.n == 0 || (s.p >= listing->p && s.p + s.n <= listing->p + listing->n));
	check(s.n == 0 || !memchr(s.p, '\n', s.n));
}

static size_t count_colons(const uint8_t *data, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += data[i] == ':';
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pp_disassembly d = {0};
	const char *last = NULL;
	struct pp_err err;

	pp_buf_add(&d.listing, data, size);
	check(pp_objdump_parse(&d, &err) == 0 || err.kind == PP_ERR_LIMIT);
	check(d.n <= count_colons(data, size));
	for (size_t i = 0; i < d.n; i++) {
		const struct pp_instruction *in = &d.instructions[i];

		check_inside(&d.listing, in->text);
		check_inside(&d.listing, in->function);
		check_inside(&d.listing, in->file);
		check(in->text.n > 0 && in->text.p > last);
		check(in->line <= UINT32_MAX);
		last = in->text.p;
	}
	pp_disassembly_release(&d);
	return 0;
}
