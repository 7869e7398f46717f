/* SPDX-License-Identifier: Apache-2.0 */
/* Where functions are in the source, for who marks them there. What tells nodes apart need not say
 * it: of a function that is judged as a whole, its file is no part. */
#ifndef PP_GATE_PLACES_H
#define PP_GATE_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/view.h"
#include "base/map.h"
#include "base/str.h"

struct pp_place {
	uint32_t file; /* in files; 0: unknown */
	int64_t line;  /* where the function begins, else one of its lines; 0: unknown */
};

struct pp_places {
	struct pp_place *of; /* by node */
	size_t n, cap;
	struct pp_strtab files;
};

void pp_places_init(struct pp_places *p);
void pp_places_release(struct pp_places *p);

/* Learn where the view's nodes are. Who is asked later wins: the side after, whose source it is
 * that people look at. */
void pp_places_add(struct pp_places *p, const struct pp_view *v);

/* "" and 0 if unknown. The text is valid until more is added. */
void pp_places_get(const struct pp_places *p, uint32_t node, struct pp_str *file, int64_t *line);

#endif
