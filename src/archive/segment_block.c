/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks: CRC-32C of what follows, kind, whether it is packed, two bytes that are 0, its length
 * unpacked, its length as it is stored, its bytes.
 */
#include <config.h>

#include "archive/segment.h"

#include <endian.h>
#include <string.h>

#include "base/bytes.h"
#include "io/crc32.h"
#include "io/zstd.h"

#define LEVEL 19 /* nobody waits for a segment */

enum { CRC = 0, KIND = 4, PACKED = 5, ZERO = 6, RAW = 8, STORED = 12 };

static void put_le32(char *to, uint32_t v)
{
	v = htole32(v);
	memcpy(to, &v, sizeof(v));
}

void pp_segment_put(struct pp_buf *file, enum pp_segment_kind kind, const struct pp_buf *raw)
{
	char head[PP_SEGMENT_BLOCK_HEAD] = {0};
	size_t at = file->n, bytes = at + sizeof(head);

	pp_buf_add(file, head, sizeof(head));
	pp_zstd_pack(raw->p, raw->n, LEVEL, file);
	bool packed = file->n - bytes < raw->n;
	if (!packed) {
		file->n = bytes;
		pp_buf_add(file, raw->p, raw->n);
	}
	char *p = file->p + at;
	p[KIND] = (char)kind;
	p[PACKED] = packed;
	put_le32(p + RAW, (uint32_t)raw->n);
	put_le32(p + STORED, (uint32_t)(file->n - bytes));
	put_le32(p + CRC, pp_crc32c(p + KIND, file->n - at - KIND));
}

static int bad(enum pp_segment_kind kind, const char *what, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_FORMAT, "block %d: %s", kind, what);
}

int pp_segment_block(struct pp_segment_block *b, const char *bytes, enum pp_segment_kind kind,
		     struct pp_err *err)
{
	*b = (struct pp_segment_block){.raw = pp_load_le32(bytes + RAW),
				       .stored = pp_load_le32(bytes + STORED),
				       .crc = pp_load_le32(bytes + CRC),
				       .packed = bytes[PACKED]};
	if (bytes[KIND] != (char)kind || bytes[PACKED] & ~1 || bytes[ZERO] || bytes[ZERO + 1])
		return bad(kind, "it is not there", err);
	if (b->packed ? b->stored >= b->raw : b->stored != b->raw)
		return bad(kind, "its length is wrong", err);
	return 0;
}

int pp_segment_take(struct pp_str *rest, enum pp_segment_kind kind, uint64_t *budget,
		    struct pp_buf *raw, struct pp_err *err)
{
	struct pp_segment_block b;

	if (rest->n < PP_SEGMENT_BLOCK_HEAD)
		return bad(kind, "cut off", err);
	if (pp_segment_block(&b, rest->p, kind, err))
		return -1;
	const char *bytes = rest->p + PP_SEGMENT_BLOCK_HEAD;
	if (b.stored > rest->n - PP_SEGMENT_BLOCK_HEAD)
		return bad(kind, "cut off", err);
	if (pp_crc32c(rest->p + KIND, PP_SEGMENT_BLOCK_HEAD - KIND + b.stored) != b.crc)
		return bad(kind, "its checksum is wrong", err);
	if (b.raw > *budget)
		return bad(kind, "it is too large", err);
	*budget -= b.raw;
	pp_buf_reserve(raw, b.raw);
	if (!b.packed)
		pp_buf_add(raw, bytes, b.stored);
	else if (pp_zstd_unpack(bytes, b.stored, raw->p + raw->n, b.raw, err))
		return pp_err_wrap(err, "block %d", kind);
	else
		raw->n += b.raw;
	raw->p[raw->n] = '\0';
	rest->p = bytes + b.stored;
	rest->n -= PP_SEGMENT_BLOCK_HEAD + b.stored;
	return 0;
}
