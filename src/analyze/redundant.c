/* SPDX-License-Identifier: Apache-2.0 */
/* For each candidate a search from the callee up. */
#include <config.h>

#include "analyze/redundant.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"

struct search {
	const struct pp_edges *edges;
	bool *drop;
	uint32_t *seen; /* per row: the last search that met it */
	uint32_t *queue;
	uint32_t number; /* of the search, from 1 */
	uint64_t steps;
};

/* Whether the caller of `call` reaches the callee without it. */
static bool has_other_way(struct search *s, size_t call)
{
	const struct pp_edges *e = s->edges;
	uint32_t src = e->all[call].src, head = 0, tail = 0;

	s->number++;
	s->queue[tail++] = e->all[call].dest;
	s->seen[e->all[call].dest] = s->number;
	while (head < tail) {
		uint32_t row = s->queue[head++];

		for (size_t k = e->in_first[row]; k < e->in_first[row + 1]; k++) {
			size_t i = e->in[k];
			uint32_t caller = e->all[i].src;

			s->steps++;
			if (i == call || s->drop[i] || s->seen[caller] == s->number)
				continue;
			if (caller == src)
				return true;
			s->seen[caller] = s->number;
			s->queue[tail++] = caller;
		}
	}
	return false;
}

static void thin_out(struct search *s, uint32_t row)
{
	const struct pp_edges *e = s->edges;

	for (size_t k = e->in_first[row + 1]; k-- > e->in_first[row];) {
		if (!e->all[e->in[k]].residual || s->steps >= PP_REDUNDANT_STEPS)
			return;
		if (has_other_way(s, e->in[k]))
			s->drop[e->in[k]] = true;
	}
}

void pp_redundant_find(const struct pp_edges *edges, const struct pp_rows *rows, bool *drop)
{
	struct search s = {
		.edges = edges,
		.drop = drop,
		.seen = pp_xcalloc(rows->members, sizeof(uint32_t)),
		.queue = pp_xcalloc(rows->members, sizeof(uint32_t)),
	};

	for (uint32_t row = rows->n; row-- > 0;)
		thin_out(&s, row);
	free(s.seen);
	free(s.queue);
}
