/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile segment: the input as a file, and as the blocks of one, each with its length in two
 * bytes in front, which get heads with the right checksums. What is accepted gives profiles that
 * are fit to be walked.
 */
#include <config.h>

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "archive/segment.h"
#include "archive/segment_profile.h"
#include "archive/segment_read.h"
#include "archive/segment_sum.h"
#include "base/bytes.h"
#include "io/crc32.h"

#define INPUT_MAX (64u << 10)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void use(struct pp_segment *s)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_segment_sum sum;
	struct pp_profile p;
	bool good = s->head.n > 0;

	pp_segment_sum_init(&sum);
	for (uint32_t i = 0; i < s->head.n; i++)
		good = good && pp_segment_sum_add(&sum, s, &i, 1, &err) == 0;
	if (good && pp_segment_sum_finish(&sum, &p, &err) == 0)
		pp_profile_release(&p);
	pp_segment_sum_release(&sum);
	if (pp_segment_read_rows(s, &err))
		return;
	for (uint32_t i = 0; i < s->head.n; i++)
		(void)!pp_segment_check(s, i, &err);
}

static void read_file(struct pp_str file)
{
	struct pp_series_pool pool;
	struct pp_err err = PP_ERR_INIT;
	struct pp_segment s;

	pp_series_pool_init(&pool);
	if (pp_segment_read_tables(&s, file, &pool, &err) == 0)
		use(&s);
	pp_segment_release(&s);
	pp_series_pool_release(&pool);
}

static void put_block(struct pp_buf *file, unsigned kind, struct pp_str raw)
{
	uint32_t length = htole32((uint32_t)raw.n), crc;
	size_t at = file->n;
	const char head[8] = {0, 0, 0, 0, (char)kind};

	pp_buf_add(file, head, sizeof(head));
	pp_buf_add(file, &length, sizeof(length));
	pp_buf_add(file, &length, sizeof(length));
	pp_buf_add(file, raw.p, raw.n);
	crc = htole32(pp_crc32c(file->p + at + sizeof(crc), file->n - at - sizeof(crc)));
	memcpy(file->p + at, &crc, sizeof(crc));
}

static void read_blocks(struct pp_str in)
{
	struct pp_buf file = PP_BUF_INIT;
	const char hash[PP_SHA256_SIZE] = {0};
	unsigned kind = PP_SEGMENT_SUMMARY;

	pp_buf_add(&file, PP_SEGMENT_MAGIC, PP_SEGMENT_MAGIC_SIZE);
	while (in.n >= 2) {
		size_t n = pp_load_le16(in.p);

		if (n > in.n - 2)
			n = in.n - 2;
		put_block(&file, kind, (struct pp_str){in.p + 2, n});
		in.p += n + 2;
		in.n -= n + 2;
		kind += kind < PP_SEGMENT_VALUES;
	}
	pp_buf_add(&file, hash, sizeof(hash));
	read_file(pp_buf_view(&file));
	pp_buf_release(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct pp_str in = {(const char *)bytes, n};

	if (n > INPUT_MAX)
		return 0;
	read_file(in);
	read_blocks(in);
	return 0;
}
