/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines that stand above text reports: what the profile is and what it covers; and how all
 * quantities of a report are printed.
 */
#ifndef PP_RENDER_HEADER_H
#define PP_RENDER_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/rows.h"
#include "analyze/view.h"
#include "base/units.h"
#include "io/json.h"
#include "io/out.h"
#include "profile/filter.h"
#include "profile/profile.h"

/* What is known of a profile that is still being taken. */
struct pp_header_live {
	int64_t time_nanos;	/* now */
	bool counted;		/* the rest is known */
	uint64_t samples, lost; /* since the start, whatever the profile is of */
	double rate;		/* samples per second, lately */
};

/* What a report says about its input. Everything is borrowed. */
struct pp_header {
	const struct pp_profile *profile;
	struct pp_str file, build_id; /* of the main binary; "" if unknown */
	struct pp_str type, unit;     /* of the values in the report */
	bool mean;
	bool compact; /* leave out the lines about the profile */
	int64_t total;
	double ratio;			   /* quantities are multiplied by it when they are shown */
	struct pp_str out_unit;		   /* and printed in this */
	const struct pp_header_live *live; /* NULL: it is complete */
	const char *const *filters;	   /* texts by enum pp_filter_kind, or NULL */
};

/* The header of the view's profile and value, in unit "minimum" and ratio 1. */
void pp_header_init(struct pp_header *h, const struct pp_view *v, int64_t total);

/* File:, Build ID:, comments that do not begin with '#', Type:, Doc:, Time:, Duration:. */
void pp_header_text(const struct pp_header *h, struct pp_out *o);

/* "2026-11-20 14:03:07 UTC  990 samples, 0 lost, 198/s": the line above the header of a live
 * profile. */
void pp_header_live_text(const struct pp_header_live *live, struct pp_out *o);

/* The filters in force, each on a line of its own; nothing if there are none. */
void pp_header_filters(const struct pp_header *h, struct pp_out *o);

/* The lines above a table of rows: the header, the filters, what the rows account for and what is
 * not shown. */
void pp_header_rows(const struct pp_header *h, const struct pp_rows *rows, struct pp_out *o);

/* The value as the report shows it, before units: cut to a whole number. */
int64_t pp_header_value(const struct pp_header *h, int64_t value);

/* A value in the report's unit, right-aligned in `width` columns. */
void pp_header_quantity(const struct pp_header *h, int64_t value, size_t width, struct pp_out *o);

/* Settle out_unit "minimum" for a table of rows: the unit of the smallest value shown, unless two
 * decimals suffice to show that in a larger one, which the total is in. Rules: google/pprof,
 * selectOutputUnit. `exact`: only whole numbers can be shown (callgrind). */
void pp_header_choose_unit(struct pp_header *h, const struct pp_rows *rows, bool exact);

/* The same facts as members of an open JSON object: file, build_id, type, unit, mean, time_nanos,
 * duration_nanos (each where known), `live` of a live profile, and total. Values are in `unit`. */
void pp_header_json(const struct pp_header *h, struct pp_json *j);

/* What rows account for, as further members: shown_flat, dropped_nodes, nodes. */
void pp_header_json_rows(const struct pp_header *h, const struct pp_rows *rows, struct pp_json *j);

/* Share of the total in percent; 0 of nothing. */
double pp_header_share(int64_t part, int64_t total);

/* A percentage without its leading blanks. */
const char *pp_header_percent(char out[PP_PERCENT_MAX], int64_t part, int64_t total);

#endif
