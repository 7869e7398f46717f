/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz perf maps and names in them: entries are disjoint, in order, and found; parts of names lie
 * within them. */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>

#include "symbol/jitname.h"
#include "symbol/perfmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

static void check_name(struct pp_str text, struct pp_buf *scratch)
{
	struct pp_jitname n = pp_jitname_parse(text, scratch);

	check(text.n == 0 || n.function.n > 0);
	check(n.file.n == 0 || (n.file.p >= text.p && n.file.p + n.file.n <= text.p + text.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pp_buf scratch = PP_BUF_INIT;
	struct pp_jitcode c;
	struct pp_err err;

	check_name((struct pp_str){(const char *)data, size}, &scratch);
	pp_jitcode_init(&c);
	check(pp_perfmap_read(&c, (struct pp_str){(const char *)data, size}, &err) == 0);
	for (size_t i = 0; i < c.n; i++) {
		const struct pp_jitcode_entry *e = &c.entries[i];

		check(e->start < e->limit && (i == 0 || e->start >= e[-1].limit));
		check(pp_jitcode_find(&c, e->start, 0) == e);
		check(pp_jitcode_find(&c, e->limit - 1, 0) == e);
		check_name(pp_strtab_get(&c.strings, e->name), &scratch);
	}
	pp_jitcode_release(&c);
	pp_buf_release(&scratch);
	return 0;
}
