/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries that came from one place one after the other: what each of them is to be compared with,
 * where values count since the start of a program.
 */
#ifndef PP_ARCHIVE_CHAIN_H
#define PP_ARCHIVE_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/list.h"

#define PP_CHAIN_NONE UINT32_MAX

struct pp_link {
	uint32_t chain;	 /* number of the place, from 0 */
	uint32_t before; /* item of the same place that came before; PP_CHAIN_NONE: there is none */
	bool restarted;	 /* since that one, the program was started anew */
};

struct pp_chains {
	struct pp_link *links; /* one for each item of the list */
	uint32_t n;	       /* how many places there are */
};

/* Whether an item is a state of affairs at its start: nothing was recorded for a time, and it has
 * not been added up. Others are in no chain: they are none of a number, but PP_CHAIN_NONE. */
bool pp_item_is_snapshot(const struct pp_item *item);

/*
 * A place is a set of labels, as the entries had them when they were added; but where there is an
 * `instance`, another build_id is the same place after a restart. There was one as well where the
 * total of anything that is counted has become less. No profile is read for this.
 */
void pp_chains_make(struct pp_chains *c, const struct pp_list *list);
void pp_chains_release(struct pp_chains *c);

#endif
