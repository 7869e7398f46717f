/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The labels of an archived profile: pairs of key and value, in the order of their keys, each key
 * once. What is allowed: doc/ARCHIVE.md, 2.
 */
#ifndef PP_ARCHIVE_LABELS_H
#define PP_ARCHIVE_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define PP_ENTRY_LABELS_MAX 64
#define PP_ENTRY_KEY_MAX    200	 /* bytes */
#define PP_ENTRY_VALUE_MAX  4096 /* bytes */

struct pp_entry_label {
	char *key, *value; /* owned, NUL-terminated: neither may hold a NUL */
};

struct pp_entry_labels {
	struct pp_entry_label *pair;
	uint32_t n;
	size_t cap;
};

void pp_entry_labels_release(struct pp_entry_labels *l);

/* Whether a key or a value may be one. -1 with PP_ERR_USAGE that says what is wrong. */
int pp_entry_label_check(struct pp_str key, struct pp_str value, struct pp_err *err) PP_NODISCARD;

/* Set a label; an empty value takes it away. -1 as above, or with PP_ERR_LIMIT for too many. */
int pp_entry_labels_set(struct pp_entry_labels *l, struct pp_str key, struct pp_str value,
			struct pp_err *err) PP_NODISCARD;

/* The same from "KEY=VALUE" as people write it. */
int pp_entry_labels_parse(struct pp_entry_labels *l, const char *text,
			  struct pp_err *err) PP_NODISCARD;

/* The value, or "" as for any label that is not there. */
const char *pp_entry_labels_get(const struct pp_entry_labels *l, const char *key);
bool pp_entry_labels_has(const struct pp_entry_labels *l, const char *key);

void pp_entry_labels_copy(struct pp_entry_labels *to, const struct pp_entry_labels *from);
bool pp_entry_labels_equal(const struct pp_entry_labels *a, const struct pp_entry_labels *b);

/* Append as {a="x",b="y"}, which is a selector of just these; control characters are escaped. */
void pp_entry_labels_print(const struct pp_entry_labels *l, struct pp_buf *out);

#endif
