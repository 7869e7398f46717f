/* SPDX-License-Identifier: Apache-2.0 */
/* Answers. */
#include <config.h>

#include "symbol/answers.h"

#include <stdlib.h>

#include "base/alloc.h"

void pp_answers_init(struct pp_answers *a, size_t n)
{
	*a = (struct pp_answers){.n = n};
	pp_strtab_init(&a->strings);
	a->first = pp_xcalloc(n + 1, sizeof(*a->first));
}

void pp_answers_release(struct pp_answers *a)
{
	pp_strtab_release(&a->strings);
	free(a->frames);
	free(a->first);
	*a = (struct pp_answers){0};
}

void pp_answers_begin(struct pp_answers *a, size_t i)
{
	a->first[i] = a->first[i + 1] = (uint32_t)a->nframes;
}

void pp_answers_add(struct pp_answers *a, size_t i, struct pp_answer_frame f)
{
	a->frames = pp_grow(a->frames, &a->frames_cap, a->nframes + 1, sizeof(*a->frames));
	a->frames[a->nframes++] = f;
	a->first[i + 1] = (uint32_t)a->nframes;
}
