/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What entries of one source have in common, and what is therefore kept once for all of them: their
 * labels, their sample types and period, and which labels their samples have.
 */
#ifndef PP_ARCHIVE_SERIES_H
#define PP_ARCHIVE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/labels.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

#define PP_SERIES_KEYS_MAX  256	       /* keys of sample labels that are kept */
#define PP_SERIES_BYTES_MAX (1u << 20) /* of an encoded one */

struct pp_series_type {
	struct pp_str type, unit;
};

struct pp_series {
	struct pp_entry_labels labels;
	struct pp_series_type *types; /* owned, as the texts */
	uint32_t ntypes;
	uint32_t default_type; /* position */
	bool has_period_type;
	struct pp_series_type period_type;
	int64_t period;
	char **keys; /* of the samples' labels, in order */
	uint32_t nkeys;
	char *texts; /* what the spans above point into */
};

void pp_series_release(struct pp_series *s);

/* Append it as bytes: equal ones give equal bytes. */
void pp_series_encode(const struct pp_series *s, struct pp_buf *out);

/* From such bytes, which are hostile. -1 with PP_ERR_FORMAT; release in either case. */
int pp_series_decode(struct pp_series *s, struct pp_str bytes, struct pp_err *err) PP_NODISCARD;

/* Many, each once. */
struct pp_series_pool {
	struct pp_strtab encoded;
	struct pp_series **all; /* by id in `encoded` - 1 */
	size_t cap;
};

void pp_series_pool_init(struct pp_series_pool *p);
void pp_series_pool_release(struct pp_series_pool *p);

/* The series with this encoding, which lives as long as the pool; NULL with PP_ERR_FORMAT. */
const struct pp_series *pp_series_pool_get(struct pp_series_pool *p, struct pp_str encoded,
					   struct pp_err *err) PP_NODISCARD;

/* `s` with further labels, which win over its own. NULL with PP_ERR_LIMIT if they are too many. */
const struct pp_series *pp_series_pool_with(struct pp_series_pool *p, const struct pp_series *s,
					    const struct pp_entry_labels *more,
					    struct pp_err *err) PP_NODISCARD;

#endif
