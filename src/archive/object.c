/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/magic.h"
#include "archive/place.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "io/crc32.h"
#include "io/file.h"
#include "io/sha256.h"
#include "io/zstd.h"
#include "pprof/decode.h"

#define MAGIC	   "PPOBJ1\n" /* with the NUL */
#define MAGIC_SIZE 8
#define HEAD_SIZE  (MAGIC_SIZE + 4 + 4) /* up to the record */
#define FILE_MAX   ((uint64_t)PP_PPROF_MAX_BYTES + (64u << 20))
#define LEVEL	   3
#define FIRST_READ 4096 /* bytes: nearly every record is within */

struct pp_object_place pp_object_place(const struct pp_id *id)
{
	struct pp_object_place place;
	char hex[PP_SHA256_HEX];

	pp_sha256_hex(hex, id->bytes);
	snprintf(place.dir, sizeof(place.dir), "new/%.2s", hex);
	snprintf(place.name, sizeof(place.name), "%.62s.pp", hex + 2);
	return place;
}

bool pp_object_id(const char *dir, const char *name, struct pp_id *id)
{
	char hex[PP_SHA256_HEX];

	if (strlen(dir) != 2 || strlen(name) != 65 || strcmp(name + 62, ".pp") != 0)
		return false;
	snprintf(hex, sizeof(hex), "%.2s%.62s", dir, name);
	return pp_id_parse(pp_str_of(hex), id) == 0;
}

static void put_le32(struct pp_buf *out, uint32_t v)
{
	v = htole32(v);
	pp_buf_add(out, &v, sizeof(v));
}

static void put_le64(struct pp_buf *out, uint64_t v)
{
	v = htole64(v);
	pp_buf_add(out, &v, sizeof(v));
}

static int encode(const struct pp_entry *e, struct pp_str canonical, struct pp_buf *out,
		  struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf record = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf payload = PP_BUF_INIT;
	uint8_t hash[PP_SHA256_SIZE];

	if (pp_entry_encode(e, &record, err))
		return -1;
	pp_zstd_pack(canonical.p, canonical.n, LEVEL, &payload);
	pp_buf_add(out, MAGIC, MAGIC_SIZE);
	put_le32(out, (uint32_t)record.n);
	put_le32(out, pp_crc32c(record.p, record.n));
	pp_buf_add(out, record.p, record.n);
	put_le64(out, payload.n);
	pp_buf_add(out, payload.p, payload.n);
	pp_sha256(out->p, out->n, hash);
	pp_buf_add(out, hash, sizeof(hash));
	return 0;
}

static int bad(struct pp_err *err, const char *what)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s", what);
}

/* The length of the record that the first bytes of a file announce. */
static int check_start(const uint8_t *p, size_t n, uint32_t *record, struct pp_err *err)
{
	if (n < HEAD_SIZE || memcmp(p, MAGIC, MAGIC_SIZE) != 0)
		return pp_other_magic((struct pp_str){(const char *)p, n}, MAGIC, "an object", err);
	*record = pp_load_le32(p + MAGIC_SIZE);
	return *record > PP_ENTRY_RECORD_MAX ? bad(err, "its record is too large") : 0;
}

/* The record at `p`, which is behind the start, and the length of the payload behind it; `size` is
 * that of the file. */
static int check_head(const uint8_t *p, uint32_t record, uint64_t size, const struct pp_id *id,
		      struct pp_series_pool *pool, struct pp_entry *e, struct pp_err *err)
{
	uint32_t crc = pp_load_le32(p - 4);

	if (pp_crc32c(p, record) != crc)
		return bad(err, "the checksum of its record is wrong");
	if (pp_entry_decode(e, (struct pp_str){(const char *)p, record}, pool, err))
		return -1;
	if (memcmp(&e->id, id, sizeof(*id)) != 0)
		return bad(err, "it is not what its name says");
	if (e->size > PP_PPROF_MAX_BYTES)
		return bad(err, "its profile is too large");
	uint64_t payload = pp_load_le64(p + record),
		 around = HEAD_SIZE + record + 8 + PP_SHA256_SIZE;
	if (size < around || payload != size - around)
		return bad(err, "its length is wrong");
	return 0;
}

/* Without an errno, it has become shorter meanwhile. */
static int cannot_read(struct pp_err *err)
{
	return errno ? pp_err_sys(err, errno, "cannot read") : bad(err, "its length is wrong");
}

static int read_head(int fd, const struct pp_id *id, struct pp_series_pool *pool,
		     struct pp_entry *e, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf head = PP_BUF_INIT;
	struct stat st;
	uint32_t record;

	if (fstat(fd, &st) < 0)
		return pp_err_sys(err, errno, "cannot read");
	if (!S_ISREG(st.st_mode))
		return bad(err, "not a regular file");
	size_t size = pp_alloc_size((uint64_t)st.st_size);
	size_t first = size < FIRST_READ ? size : FIRST_READ;
	pp_buf_reserve(&head, first);
	if (!pp_file_read_at(fd, head.p, first, 0))
		return cannot_read(err);
	if (check_start((uint8_t *)head.p, first, &record, err))
		return -1;
	if (size < HEAD_SIZE + 8 || record > size - HEAD_SIZE - 8)
		return bad(err, "its length is wrong");
	size_t need = HEAD_SIZE + (size_t)record + 8;
	if (need > first) {
		pp_buf_reserve(&head, need);
		if (!pp_file_read_at(fd, head.p, need, 0))
			return cannot_read(err);
	}
	return check_head((uint8_t *)head.p + HEAD_SIZE, record, size, id, pool, e, err);
}

int pp_object_head(const struct pp_archive *a, const struct pp_id *id, struct pp_series_pool *pool,
		   struct pp_entry *e, struct pp_err *err)
{
	struct pp_object_place place = pp_object_place(id);
	PP_CLEANUP(pp_place_close) int fd = -1;

	*e = (struct pp_entry){0};
	fd = pp_place_open(a, place.dir, place.name, err);
	return fd < 0 ? -1 : read_head(fd, id, pool, e, err);
}

int pp_object_decode(struct pp_str file, const struct pp_id *id, struct pp_series_pool *pool,
		     struct pp_entry *e, struct pp_buf *canonical, struct pp_err *err)
{
	const uint8_t *p = (const uint8_t *)file.p;
	uint8_t hash[PP_SHA256_SIZE];
	uint32_t record;

	if (file.n < HEAD_SIZE + 8 + PP_SHA256_SIZE)
		return bad(err, "its length is wrong");
	pp_sha256(p, file.n - PP_SHA256_SIZE, hash);
	if (memcmp(hash, p + file.n - PP_SHA256_SIZE, sizeof(hash)) != 0)
		return bad(err, "its checksum is wrong");
	if (check_start(p, file.n, &record, err))
		return -1;
	if (HEAD_SIZE + (uint64_t)record + 8 + PP_SHA256_SIZE > file.n)
		return bad(err, "its length is wrong");
	p += HEAD_SIZE;
	if (check_head(p, record, file.n, id, pool, e, err))
		return -1;
	size_t size = pp_alloc_size(e->size);
	pp_buf_reserve(canonical, size);
	if (pp_zstd_unpack(p + record + 8, (size_t)pp_load_le64(p + record),
			   canonical->p + canonical->n, size, err))
		return -1;
	canonical->n += size;
	canonical->p[canonical->n] = '\0';
	return 0;
}

int pp_object_read(const struct pp_archive *a, const struct pp_id *id, struct pp_series_pool *pool,
		   struct pp_entry *e, struct pp_buf *canonical, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	struct pp_object_place place = pp_object_place(id);

	*e = (struct pp_entry){0};
	if (pp_place_read(a, place.dir, place.name, FILE_MAX, &file, err))
		return -1;
	if (pp_object_decode(pp_buf_view(&file), id, pool, e, canonical, err))
		return pp_err_wrap(err, "'%s/%s/%s'%s", a->path, place.dir, place.name,
				   err->kind == PP_ERR_FORMAT ? " is damaged" : "");
	return 0;
}

/* Whether it is there and whole. */
static bool is_there(const struct pp_archive *a, const struct pp_id *id)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf canonical = PP_BUF_INIT;
	struct pp_series_pool pool;
	struct pp_entry e;
	struct pp_err no;

	pp_series_pool_init(&pool);
	bool there = pp_object_read(a, id, &pool, &e, &canonical, &no) == 0;
	pp_entry_release(&e);
	pp_series_pool_release(&pool);
	return there;
}

int pp_object_write(const struct pp_archive *a, const struct pp_entry *e, struct pp_str canonical,
		    bool *fresh, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	struct pp_object_place place = pp_object_place(&e->id);

	*fresh = !is_there(a, &e->id);
	/* by somebody who may not have come to the end of it, or who has sealed it by now */
	if (!*fresh && pp_place_sync(a, place.dir, place.name, err) == 0)
		return 0;
	if (!*fresh && err->kind != PP_ERR_NOT_FOUND)
		return -1;
	if (encode(e, canonical, &file, err))
		return -1;
	return pp_place_write(a, place.dir, place.name, pp_buf_view(&file), false, err);
}
