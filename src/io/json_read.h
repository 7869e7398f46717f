/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON (RFC 8259) that comes from outside, value by value in the order of the text. Strict:
 * every byte is checked, also of what is skipped. After a failure there is nothing more to read.
 *
 *	if (pp_json_read_open(&r, '{', err))
 *		return -1;
 *	while ((rc = pp_json_read_key(&r, &key, err)) == 1)
 *		... read or skip exactly one value ...
 */
#ifndef PP_IO_JSON_READ_H
#define PP_IO_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define PP_JSON_READ_DEPTH 64 /* of what is skipped */

struct pp_json_read {
	const char *p, *end, *begin;
	bool fresh; /* behind the bracket that opens */
};

void pp_json_read_init(struct pp_json_read *r, struct pp_str text);

/* What the next value begins with: one of '{', '[', '"', '-', a digit, 't', 'f' and 'n'; anything
 * else is no value, '\0' is the end. */
char pp_json_read_peek(struct pp_json_read *r);

/* The start of an object or a list. */
int pp_json_read_open(struct pp_json_read *r, char bracket, struct pp_err *err) PP_NODISCARD;

/* Inside an object, the next key, which replaces what is in *key: 1, and its value is next; 0
 * behind the object's end; -1. */
int pp_json_read_key(struct pp_json_read *r, struct pp_buf *key, struct pp_err *err) PP_NODISCARD;

/* Inside a list: 1, and another value is next; 0 behind the list's end; -1. */
int pp_json_read_item(struct pp_json_read *r, struct pp_err *err) PP_NODISCARD;

/* A string, which replaces what is in *text, as UTF-8. */
int pp_json_read_str(struct pp_json_read *r, struct pp_buf *text, struct pp_err *err) PP_NODISCARD;

/* A whole number, or a string that is one. */
int pp_json_read_int(struct pp_json_read *r, int64_t *value, struct pp_err *err) PP_NODISCARD;

/* Any value. */
int pp_json_read_skip(struct pp_json_read *r, struct pp_err *err) PP_NODISCARD;

/* That nothing is left but blanks. */
int pp_json_read_end(struct pp_json_read *r, struct pp_err *err) PP_NODISCARD;

#endif
