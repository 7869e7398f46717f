/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/segment_sources.h"

#include <stdlib.h>

#include "base/alloc.h"

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void pp_sources_put(struct pp_buf *sources, struct pp_buf *out)
{
	uint64_t *v = (void *)sources->p;
	size_t n = sources->n / sizeof(*v), kept = 0;

	if (n == 0)
		return;
	qsort(v, n, sizeof(*v), compare);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || v[kept - 1] != v[i])
			v[kept++] = v[i];
	}
	sources->n = kept * sizeof(*v);
	pp_wire_put_varint(out, kept);
	for (size_t i = 0; i < kept; i++) {
		uint64_t bytes = htobe64(v[i]);

		pp_buf_add(out, &bytes, sizeof(bytes));
	}
}

bool pp_sources_read(struct pp_fields *f, uint64_t **sources, uint32_t *n)
{
	if (f->bad || f->p == f->end)
		return !f->bad;
	uint32_t count = pp_field_count(f);
	struct pp_str bytes = pp_field_bytes(f, (uint64_t)count * sizeof(**sources));

	if (f->bad || count == 0)
		return false;
	*sources = pp_xcalloc(count, sizeof(**sources));
	*n = count;
	for (uint32_t i = 0; i < count; i++) {
		memcpy(&(*sources)[i], bytes.p + i * sizeof(**sources), sizeof(**sources));
		(*sources)[i] = be64toh((*sources)[i]);
		if (i && (*sources)[i] <= (*sources)[i - 1])
			return false;
	}
	return true;
}
