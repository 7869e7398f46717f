/* SPDX-License-Identifier: Apache-2.0 */
/* Filling the error object. No allocation happens on this path. */
#include <config.h>

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int pp_err_set(struct pp_err *err, enum pp_err_kind kind, const char *fmt, ...)
{
	va_list ap;

	err->kind = kind;
	err->hint[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -1;
}

static enum pp_err_kind kind_of_errno(int sys)
{
	switch (sys) {
	case EACCES:
	case EPERM:
		return PP_ERR_PERMISSION;
	case ENOENT:
	case ESRCH:
		return PP_ERR_NOT_FOUND;
	default:
		return PP_ERR_IO;
	}
}

int pp_err_sys(struct pp_err *err, int sys, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	err->kind = kind_of_errno(sys);
	err->hint[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);

	size_t n = strlen(err->msg);
	snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", strerror_r(sys, text, sizeof(text)));
	return -1;
}

int pp_err_wrap(struct pp_err *err, const char *fmt, ...)
{
	char old[sizeof(err->msg)];
	va_list ap;

	memcpy(old, err->msg, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);

	size_t n = strlen(err->msg);
	snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", old);
	return -1;
}

int pp_err_hint(struct pp_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return -1;
}
