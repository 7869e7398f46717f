/* SPDX-License-Identifier: Apache-2.0 */
/* What goes into one segment: entries of an hour whose labels differ in nothing but those that name
 * an instance. */
#ifndef PP_ARCHIVE_GROUP_H
#define PP_ARCHIVE_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "archive/entry.h"
#include "archive/labels.h"
#include "base/map.h"

/* Labels without those that name an instance; *out is to be released. */
void pp_group_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out);

/* Those that name it. */
void pp_instance_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out);

struct pp_group {
	int64_t hour;
	char *labels;
	uint32_t *items; /* numbers, in the order in which they were added */
	uint32_t n;
	size_t cap;
};

struct pp_groups {
	struct pp_strtab keys;
	struct pp_group *at;
	uint32_t n;
	size_t cap;
};

void pp_groups_init(struct pp_groups *groups);
void pp_groups_release(struct pp_groups *groups);

/* Put an item, by its number, into the group of its entry. */
void pp_groups_add(struct pp_groups *groups, const struct pp_entry *e, uint32_t item);

#endif
