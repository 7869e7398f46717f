/* SPDX-License-Identifier: Apache-2.0 */
/* What was looked at, what was found, and what mends it: a line each, in groups. */
#ifndef PP_DOCTOR_FINDINGS_H
#define PP_DOCTOR_FINDINGS_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"

enum pp_mark {
	PP_MARK_OK,   /* as it should be */
	PP_MARK_NOTE, /* good to know; nothing has to be mended */
	PP_MARK_BAD,  /* something does not work because of it */
};

struct pp_finding {
	enum pp_mark mark;
	const char *group, *name; /* static */
	char *text;		  /* may hold anything that a file name may */
	char *mend;		  /* a command, or NULL: there is none */
};

struct pp_findings {
	struct pp_finding *item;
	size_t n, cap;
	const char *group; /* of what is added from now on */
};

#define PP_FINDINGS_INIT      \
	{                     \
		.item = NULL, \
	}

void pp_findings_release(struct pp_findings *f);

/* Add a line. `mend`, copied, is for PP_MARK_BAD only, and may be NULL. */
void pp_findings_add(struct pp_findings *f, enum pp_mark mark, const char *name, const char *mend,
		     const char *fmt, ...) PP_PRINTF(5, 6);

/* What could not be done, and why: the error's message, and its hint as what mends it. */
void pp_findings_add_error(struct pp_findings *f, const char *name, const struct pp_err *err);

#endif
