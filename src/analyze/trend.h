/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cost and the total that it is a part of, over time: sums for steps of equal length, which begin
 * at multiples of that length since 1970 UTC, and for groups. Steps in which nothing was recorded
 * are there, and are empty.
 */
#ifndef PP_ANALYZE_TREND_H
#define PP_ANALYZE_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

#define PP_TREND_STEPS	   60	      /* that a step is chosen for */
#define PP_TREND_STEPS_MAX 100000     /* of a group */
#define PP_TREND_CELLS_MAX (4u << 20) /* of all groups */

/* What was recorded. */
struct pp_trend_cell {
	uint64_t profiles;
	int64_t duration;     /* ns; saturates */
	int64_t value, total; /* sums; they wrap */
};

struct pp_trend_group {
	uint32_t name;		     /* in names */
	struct pp_trend_cell *steps; /* t->nsteps */
	struct pp_trend_cell all;
};

struct pp_trend {
	int64_t first, step; /* when the first step begins; ns */
	uint32_t nsteps;
	struct pp_trend_group *groups;
	uint32_t ngroups;
	size_t cap;
	struct pp_strtab names; /* with '=' in front, since a name may be empty */
};

/* When the step begins that holds an instant; the last one that 64 bits can name is as good as none
 * before it. */
int64_t pp_trend_floor(int64_t ns, int64_t step);

/* A length in which [first, last] are at most PP_TREND_STEPS steps, of those that people use, and
 * not below `shortest`. */
int64_t pp_trend_choose(int64_t first, int64_t last, int64_t shortest);

/* Steps that hold everything from `first` to `last`. -1 with PP_ERR_USAGE if they are too many.
 * Release in either case. */
int pp_trend_init(struct pp_trend *t, int64_t first, int64_t last, int64_t step,
		  struct pp_err *err) PP_NODISCARD;
void pp_trend_release(struct pp_trend *t);

/* Add to the step that holds `at`, which is between `first` and `last`. -1 with PP_ERR_LIMIT if
 * there are too many groups. */
int pp_trend_add(struct pp_trend *t, struct pp_str group, int64_t at,
		 const struct pp_trend_cell *cell, struct pp_err *err) PP_NODISCARD;

/* Put groups into the order of their names, numbers in them by value. Nothing may be added
 * afterwards. */
void pp_trend_sort(struct pp_trend *t);

struct pp_str pp_trend_name(const struct pp_trend *t, const struct pp_trend_group *g);

/* Make a cell, of an entry that stands for so many profiles, what they would have been together: of
 * a state, which it has the mean of, so many times as much. */
void pp_trend_repeat(struct pp_trend_cell *c, uint64_t profiles, bool state);

/* Join a cell into another one. */
void pp_trend_join(struct pp_trend_cell *to, const struct pp_trend_cell *from);

/* value / total; NAN if there is no total. */
double pp_trend_share(const struct pp_trend_cell *c);

/* What was recorded at a time: the value, or, of what is a state rather than a sum of events, its
 * mean. NAN if nothing was. */
double pp_trend_value(const struct pp_trend_cell *c, bool state);

/* Value per second of what was recorded; NAN if there is no duration, or for a state. */
double pp_trend_rate(const struct pp_trend_cell *c, bool state);

/* Shares: NAN if no step has one. */
struct pp_trend_range {
	double first, last, min, max;
	double change; /* last - first */
};

struct pp_trend_range pp_trend_range(const struct pp_trend *t, const struct pp_trend_group *g);

#endif
