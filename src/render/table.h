/* SPDX-License-Identifier: Apache-2.0 */
/* A table of texts and numbers: aligned for people, as CSV, or as JSON. */
#ifndef PP_RENDER_TABLE_H
#define PP_RENDER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "io/out.h"

struct pp_table_column {
	const char *name; /* lower case, as CSV and JSON have it; people see capitals */
	bool number;	  /* to the right; in JSON without quotes */
};

struct pp_table {
	const struct pp_table_column *columns; /* borrowed */
	size_t ncolumns;
	struct pp_buf cells; /* struct pp_table_cell */
	struct pp_buf texts;
};

void pp_table_init(struct pp_table *t, const struct pp_table_column *columns, size_t n);
void pp_table_release(struct pp_table *t);

/* Add the next cell, row by row. `shown` is what people see of it; NULL: the same. */
void pp_table_text(struct pp_table *t, struct pp_str text, const char *shown);
void pp_table_number(struct pp_table *t, int64_t number, const char *shown);

enum pp_table_format { PP_TABLE_TEXT, PP_TABLE_JSON, PP_TABLE_CSV };

/* In one of these; a table without rows is nothing for people. */
void pp_table_write(const struct pp_table *t, int format, struct pp_out *out);

void pp_table_print(const struct pp_table *t, struct pp_out *out);
void pp_table_csv(const struct pp_table *t, struct pp_out *out);

/* An array with an object for each row. */
void pp_table_json(const struct pp_table *t, struct pp_out *out);

#endif
