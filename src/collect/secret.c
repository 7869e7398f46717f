/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens. */
#include <config.h>

#include "collect/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/file.h"

#define FILE_MAX (1u << 20) /* enough to say that a file is too large */

static char *refuse(const char *path, enum pp_err_kind kind, const char *why, struct pp_err *err)
{
	pp_err_set(err, kind, "cannot use the token in '%s': %s", path, why);
	return NULL;
}

static char *token_of(const struct pp_file *f, const char *path, struct pp_err *err)
{
	size_t n = f->n;

	while (n && (f->bytes[n - 1] == '\n' || f->bytes[n - 1] == '\r'))
		n--;
	if (n == 0)
		return refuse(path, PP_ERR_FORMAT, "it is empty", err);
	if (n > PP_SECRET_MAX)
		return refuse(path, PP_ERR_LIMIT, "it is larger than 64 KiB", err);
	for (size_t i = 0; i < n; i++)
		if (f->bytes[i] < 0x20 || f->bytes[i] == 0x7f)
			return refuse(path, PP_ERR_FORMAT, "it holds control characters", err);

	char *token = pp_xcalloc(n + 1, 1);
	memcpy(token, f->bytes, n);
	return token;
}

char *pp_secret_read(const char *path, struct pp_err *err)
{
	struct pp_file f;

	if (pp_file_read(&f, path, FILE_MAX, err) < 0)
		return NULL;
	char *token = token_of(&f, path, err);
	if (!f.mapped && f.bytes)
		explicit_bzero(f.bytes, f.n);
	pp_file_release(&f);
	return token;
}

void pp_secret_free(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

void pp_secret_freep(char **secret)
{
	pp_secret_free(*secret);
}
