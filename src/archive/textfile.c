/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/textfile.h"

#include <string.h>

#include "archive/place.h"
#include "base/scan.h"
#include "io/sha256.h"

#define LAST "sha256 "

static void add_last(struct pp_buf *out, struct pp_str before)
{
	char hex[PP_SHA256_HEX];
	uint8_t hash[PP_SHA256_SIZE];

	pp_sha256(before.p, before.n, hash);
	pp_buf_fmt(out, LAST "%s\n", pp_sha256_hex(hex, hash));
}

int pp_textfile_write(const struct pp_archive *a, const char *dir, const char *name,
		      const char *first, struct pp_str text, bool keep, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf all = PP_BUF_INIT;

	pp_buf_fmt(&all, "%s\n", first);
	pp_buf_add(&all, text.p, text.n);
	add_last(&all, pp_buf_view(&all));
	return pp_place_write(a, dir, name, pp_buf_view(&all), keep, err);
}

/* The lines between the first and the last; false if those are not what they should be. */
static bool check(struct pp_str all, const char *first, struct pp_str *text)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf last = PP_BUF_INIT;
	size_t last_n = strlen(LAST) + PP_SHA256_HEX; /* the NUL's place is the newline's */
	struct pp_str line;

	*text = all;
	if (all.n < last_n || !pp_scan_line(text, &line) || !pp_str_eq(line, pp_str_of(first)) ||
	    text->n < last_n)
		return false;
	text->n -= last_n;
	add_last(&last, (struct pp_str){all.p, all.n - last_n});
	return pp_str_eq(pp_buf_view(&last), (struct pp_str){all.p + all.n - last_n, last_n});
}

int pp_textfile_read(const struct pp_archive *a, const char *dir, const char *name,
		     const char *first, struct pp_buf *out, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf all = PP_BUF_INIT;
	struct pp_str text;

	if (pp_place_read(a, dir, name, PP_TEXTFILE_MAX, &all, err))
		return -1;
	if (!check(pp_buf_view(&all), first, &text))
		return pp_err_set(err, PP_ERR_FORMAT, "'%s/%s/%s' is damaged", a->path, dir, name);
	pp_buf_add(out, text.p, text.n);
	return 0;
}
