/* SPDX-License-Identifier: Apache-2.0 */
/* Entries counted by their labels. */
#ifndef PP_CMD_ARCHIVE_SUMS_H
#define PP_CMD_ARCHIVE_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/list.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"

struct pp_sum {
	const struct pp_series *series; /* of a series: one that has its labels */
	const char *name;		/* of a label: its key, or its value */
	bool of_samples;		/* it is the samples' */
	int64_t values, entries;
	int64_t first, last; /* starts */
};

struct pp_sums {
	struct pp_sum *sum;
	size_t n, cap;
	struct pp_strtab seen; /* of sum + 1 */
};

void pp_sums_release(struct pp_sums *s);

/* One for each set of labels, in the order of labels. Borrows from the list. */
void pp_sums_of_series(struct pp_sums *s, const struct pp_list *list);

/* One for each label (name NULL), or each of its values. Borrows from the list. */
void pp_sums_of_labels(struct pp_sums *s, const struct pp_list *list, const char *name);

/* What is not said of each entry. */
struct pp_totals {
	uint64_t profiles, samples;
	uint64_t merged;       /* entries that stand for several profiles */
	uint64_t files, bytes; /* below the archive */
	uint64_t unpacked;     /* canonical bytes */
};

int pp_archive_totals(struct pp_totals *t, const struct pp_archive *a, const struct pp_list *list,
		      struct pp_err *err) PP_NODISCARD;

#endif
