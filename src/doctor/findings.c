/* SPDX-License-Identifier: Apache-2.0 */
/* A list of lines. */
#include <config.h>

#include "doctor/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

void pp_findings_release(struct pp_findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->item[i].text);
		free(f->item[i].mend);
	}
	free(f->item);
	*f = (struct pp_findings)PP_FINDINGS_INIT;
}

void pp_findings_add(struct pp_findings *f, enum pp_mark mark, const char *name, const char *mend,
		     const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->item = pp_grow(f->item, &f->cap, f->n + 1, sizeof(*f->item));
	f->item[f->n++] = (struct pp_finding){
		.mark = mark,
		.group = f->group,
		.name = name,
		.text = pp_xstrdup(text),
		.mend = mark == PP_MARK_BAD && mend && *mend ? pp_xstrdup(mend) : NULL,
	};
}

void pp_findings_add_error(struct pp_findings *f, const char *name, const struct pp_err *err)
{
	pp_findings_add(f, PP_MARK_BAD, name, err->hint, "%s", err->msg);
}
