/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The error object: every fallible function takes a `struct pp_err *` last and returns -1 or NULL
 * after filling it; on success it is untouched. Library folders never print; `cli/` does.
 */
#ifndef PP_BASE_ERR_H
#define PP_BASE_ERR_H

#include "base/compiler.h"

enum pp_err_kind {
	PP_ERR_NONE,
	PP_ERR_USAGE,	    /* the command line is wrong: exit 2 */
	PP_ERR_IO,	    /* a system call on a file or socket failed */
	PP_ERR_FORMAT,	    /* bytes from outside are not what they should be */
	PP_ERR_LIMIT,	    /* a budget or a numeric range is exhausted */
	PP_ERR_UNSUPPORTED, /* well formed, but not something we can do */
	PP_ERR_PERMISSION,  /* the kernel or file system said no */
	PP_ERR_NOT_FOUND,   /* no such file, process, sample type, ... */
	PP_ERR_NETWORK,	    /* a transfer failed */
};

struct pp_err {
	enum pp_err_kind kind;
	char msg[768]; /* one line, no capital, no full stop: "cannot read 'x': truncated at byte 7"
			*/
	char hint[384]; /* a command that mends it, or "" */
};

#define PP_ERR_INIT                 \
	{                           \
		.kind = PP_ERR_NONE \
	}

/* Set kind and message, drop any hint. Always returns -1, so `return pp_err_set(...)` works. */
int pp_err_set(struct pp_err *err, enum pp_err_kind kind, const char *fmt, ...) PP_PRINTF(3, 4);

/* As pp_err_set, with ": " and the text of errno value `sys` appended; EACCES and EPERM give
 * PP_ERR_PERMISSION, ENOENT and ESRCH PP_ERR_NOT_FOUND, anything else PP_ERR_IO. Returns -1. */
int pp_err_sys(struct pp_err *err, int sys, const char *fmt, ...) PP_PRINTF(3, 4);

/* Put "<formatted text>: " in front of the message that is there. Returns -1. */
int pp_err_wrap(struct pp_err *err, const char *fmt, ...) PP_PRINTF(2, 3);

/* Attach a hint to an error that is already set. Returns -1. */
int pp_err_hint(struct pp_err *err, const char *fmt, ...) PP_PRINTF(2, 3);

#endif
