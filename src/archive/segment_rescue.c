/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums of blocks are passed over, as an id says of an entry what they would. What is in no id,
 * such as when it was added, is in the head, whose checksums have to hold. */
#include <config.h>

#include "archive/segment_rescue.h"

#include <endian.h>
#include <string.h>

#include "archive/object.h"
#include "archive/segment.h"
#include "archive/segment_profile.h"
#include "archive/segment_read.h"
#include "base/bytes.h"
#include "io/crc32.h"
#include "io/sha256.h"

/* Give every block from `at` on the checksum that it should have. */
static void mend_checksums(struct pp_buf *file, size_t at)
{
	enum { KIND = 4, STORED = 12 };
	size_t end = file->n - PP_SHA256_SIZE;

	while (at < end && end - at >= PP_SEGMENT_BLOCK_HEAD) {
		uint32_t stored = pp_load_le32(file->p + at + STORED), crc;

		if (stored > end - at - PP_SEGMENT_BLOCK_HEAD)
			return;
		crc = htole32(pp_crc32c(file->p + at + KIND,
					PP_SEGMENT_BLOCK_HEAD - KIND + (size_t)stored));
		memcpy(file->p + at, &crc, sizeof(crc));
		at += PP_SEGMENT_BLOCK_HEAD + (size_t)stored;
	}
}

static int rescue_entries(const struct pp_archive *a, const struct pp_segment *s, uint64_t *n,
			  struct pp_err *err)
{
	for (uint32_t i = 0; i < s->head.n; i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf canonical = PP_BUF_INIT;
		struct pp_err no;
		bool fresh;

		if (pp_segment_check(s, i, &no) || pp_segment_canonical(s, i, &canonical, &no))
			continue;
		if (pp_object_write(a, &s->head.entries[i], pp_buf_view(&canonical), &fresh, err))
			return -1;
		++*n;
	}
	return 0;
}

int pp_segment_rescue(const struct pp_archive *a, struct pp_str file, uint64_t *n,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf copy = PP_BUF_INIT;
	struct pp_series_pool pool;
	struct pp_err no = PP_ERR_INIT;
	struct pp_segment s;
	uint64_t head;
	int rc = 0;

	*n = 0;
	if (file.n < PP_SEGMENT_MAGIC_SIZE + PP_SHA256_SIZE ||
	    pp_segment_head_size(file.p, file.n, &head, &no) || head > file.n)
		return 0;
	pp_buf_add(&copy, file.p, file.n);
	mend_checksums(&copy, (size_t)head);
	pp_series_pool_init(&pool);
	/* rows that cannot be read leave those before them; what is missing is no entry by its id
	 */
	if (pp_segment_read_tables(&s, pp_buf_view(&copy), &pool, &no) == 0) {
		(void)!pp_segment_read_rows(&s, &no);
		if (s.values)
			rc = rescue_entries(a, &s, n, err);
	}
	pp_segment_release(&s);
	pp_series_pool_release(&pool);
	return rc;
}
