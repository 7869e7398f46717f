/* SPDX-License-Identifier: Apache-2.0 */
/* Three small sections. */
#include <config.h>

#include "symbol/debuglink.h"

#include <string.h>

#include "base/bytes.h"
#include "io/xz.h"

#define MAX_PACKED   (64u << 20)
#define MAX_INFLATED (256u << 20)

/* A name in the front of a section, and how far it goes with its NUL; 0 if it is none. */
static size_t take_name(const struct pp_buf *b, char out[PP_DEBUGLINK_MAX])
{
	size_t n = b->n ? strnlen(b->p, b->n) : 0;

	if (n == 0 || n == b->n || n >= PP_DEBUGLINK_MAX)
		return 0;
	memcpy(out, b->p, n + 1);
	return n + 1;
}

static bool read_section(const struct pp_elffile *f, const char *name, struct pp_buf *out)
{
	const struct pp_elffile_section *s = pp_elffile_section(f, name);

	return s && pp_elffile_read(f, s, 2 * (uint64_t)PP_DEBUGLINK_MAX, out);
}

bool pp_debuglink_read(struct pp_debuglink *link, const struct pp_elffile *f)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = PP_BUF_INIT;

	if (!read_section(f, ".gnu_debuglink", &b))
		return false;
	size_t at = (take_name(&b, link->name) + 3) & ~(size_t)3;

	/* names that are paths would lead anywhere */
	if (at == 0 || at > b.n || b.n - at < 4 || strchr(link->name, '/') ||
	    strcmp(link->name, "..") == 0 || strcmp(link->name, ".") == 0)
		return false;
	link->crc = pp_load_le32(b.p + at);
	return true;
}

static void to_hex(const uint8_t *bytes, size_t n, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*hex++ = digits[bytes[i] >> 4];
		*hex++ = digits[bytes[i] & 15];
	}
	*hex = '\0';
}

bool pp_debugaltlink_read(struct pp_debugaltlink *link, const struct pp_elffile *f)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = PP_BUF_INIT;

	if (!read_section(f, ".gnu_debugaltlink", &b))
		return false;
	size_t at = take_name(&b, link->name);
	if (at == 0 || b.n == at || b.n - at > PP_BUILD_ID_MAX)
		return false;
	to_hex((const uint8_t *)b.p + at, b.n - at, link->build_id);
	return true;
}

int pp_debugdata_read(const struct pp_elffile *f, struct pp_buf *out, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf packed = PP_BUF_INIT;
	const struct pp_elffile_section *s = pp_elffile_section(f, ".gnu_debugdata");

	if (!s || !pp_elffile_read(f, s, MAX_PACKED, &packed))
		return pp_err_set(err, PP_ERR_NOT_FOUND, "no .gnu_debugdata");
	return pp_xz_inflate((const uint8_t *)packed.p, packed.n, MAX_INFLATED, out, err);
}
