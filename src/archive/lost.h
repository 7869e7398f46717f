/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Items of a list that turned out to be damaged when they were read: lists are made of the heads of
 * files only. Reports go on without them, and name the files.
 */
#ifndef PP_ARCHIVE_LOST_H
#define PP_ARCHIVE_LOST_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "archive/list.h"
#include "base/err.h"

struct pp_lost {
	const struct pp_list *list;
	bool *items; /* by position in the list */
	char **what; /* each file once */
	uint32_t n;
	size_t cap;
	struct pp_err first;
	pthread_mutex_t mutex;
};

void pp_lost_init(struct pp_lost *l, const struct pp_list *list);
void pp_lost_release(struct pp_lost *l);

/* Items are lost, for a reason that names their file. Several threads may say so at the same time,
 * each of items of its own. */
void pp_lost_add(struct pp_lost *l, const struct pp_item *const *items, uint32_t n,
		 const struct pp_err *why);

/* Take them out of the list, which names their files among those that are damaged. */
void pp_lost_drop(const struct pp_lost *l, struct pp_list *list);

#endif
