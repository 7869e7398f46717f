/* SPDX-License-Identifier: Apache-2.0 */
/* One file of the cache: a header, then the rows, as they are in memory. */
#include <config.h>

#include "unwind/cache_file.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/file.h"
#include "unwind/rows.h"

static const char magic[8] = "ppunwind";

struct header {
	char magic[8];
	uint32_t version;
	uint32_t machine;
	uint64_t base;
	uint64_t nrows;
	uint64_t fdes, unsupported, skipped;
	char name[PP_UNWIND_CACHE_NAME];
	uint64_t sum; /* of all that is before, and of the rows */
};

/* Against accidents, not against forgery, which ownership is for. */
static uint64_t add_words(uint64_t sum, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i + 8 <= n; i += 8) {
		uint64_t word;

		memcpy(&word, p + i, 8);
		sum = (sum ^ word) * 0x9e3779b97f4a7c15;
		sum ^= sum >> 29;
	}
	return sum;
}

static uint64_t sum_of(const struct header *h, const struct pp_unwind_row *rows, size_t nrows)
{
	uint64_t sum = add_words(0, h, offsetof(struct header, sum));

	return add_words(sum, rows, nrows * sizeof(*rows));
}

static void make_header(struct header *h, const char *name, const struct pp_unwind_table *t)
{
	memset(h, 0, sizeof(*h));
	memcpy(h->magic, magic, sizeof(magic));
	memcpy(h->name, name, sizeof(h->name));
	h->version = PP_UNWIND_CACHE_VERSION;
	h->machine = t->machine;
	h->base = t->base;
	h->nrows = t->nrows;
	h->fdes = t->counts.fdes;
	h->unsupported = t->counts.unsupported;
	h->skipped = t->counts.skipped;
	h->sum = sum_of(h, t->rows, t->nrows);
}

uint64_t pp_unwind_cache_file_size(const struct pp_unwind_table *t)
{
	return sizeof(struct header) + t->nrows * sizeof(*t->rows);
}

static bool write_all(int fd, const void *bytes, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = write(fd, (const char *)bytes + done, n - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

bool pp_unwind_cache_file_write(int fd, const char name[PP_UNWIND_CACHE_NAME],
				const struct pp_unwind_table *t)
{
	struct header h;

	make_header(&h, name, t);
	return write_all(fd, &h, sizeof(h)) && write_all(fd, t->rows, t->nrows * sizeof(*t->rows));
}

static bool sane_header(const struct header *h, uint64_t size, const char *name)
{
	return memcmp(h->magic, magic, sizeof(magic)) == 0 &&
	       h->version == PP_UNWIND_CACHE_VERSION &&
	       (h->machine == EM_X86_64 || h->machine == EM_AARCH64) &&
	       memcmp(h->name, name, sizeof(h->name)) == 0 && h->nrows <= PP_UNWIND_MAX_ROWS &&
	       size == sizeof(*h) + h->nrows * sizeof(struct pp_unwind_row);
}

/* The promises of unwind/table.h. */
static bool sane_rows(const struct pp_unwind_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i && rows[i - 1].pc >= rows[i].pc)
			return false;
		if ((rows[i].kind & PP_CFA_RULE_MASK) >= PP_CFA_RULES)
			return false;
	}
	return n == 0 || rows[n - 1].kind == PP_CFA_NONE;
}

bool pp_unwind_cache_file_read(int fd, uint64_t size, const char name[PP_UNWIND_CACHE_NAME],
			       struct pp_unwind_table *t)
{
	struct header h;

	*t = (struct pp_unwind_table){0};
	if (!pp_file_read_at(fd, &h, sizeof(h), 0) || !sane_header(&h, size, name))
		return false;
	t->nrows = (size_t)h.nrows;
	if (t->nrows)
		t->rows = pp_xrealloc(NULL, t->nrows, sizeof(*t->rows));
	if (!pp_file_read_at(fd, t->rows, t->nrows * sizeof(*t->rows), sizeof(h)) ||
	    h.sum != sum_of(&h, t->rows, t->nrows) || !sane_rows(t->rows, t->nrows)) {
		pp_unwind_table_release(t);
		return false;
	}
	t->base = h.base;
	t->machine = (uint16_t)h.machine;
	t->counts = (struct pp_unwind_counts){.fdes = h.fdes,
					      .rows = h.nrows,
					      .unsupported = h.unsupported,
					      .skipped = h.skipped};
	return true;
}
