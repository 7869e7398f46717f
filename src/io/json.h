/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON (RFC 8259): commas, indentation and escapes are kept by the writer. */
#ifndef PP_IO_JSON_H
#define PP_IO_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "io/out.h"

struct pp_json {
	struct pp_out *out;
	int depth;
	bool comma; /* the next value follows another one */
	bool keyed; /* a key was just written */
	bool line;  /* all on one line; for the caller to set */
};

void pp_json_init(struct pp_json *j, struct pp_out *out);

void pp_json_open(struct pp_json *j, char bracket);  /* '{' or '[' */
void pp_json_close(struct pp_json *j, char bracket); /* '}' or ']'; a newline after the outermost */
void pp_json_key(struct pp_json *j, const char *key);

/* Bytes that are not UTF-8 become U+FFFD; controls, bidirectional controls and '<' are \u-escaped,
 * so that the text is safe on a terminal and inside a page. */
void pp_json_str(struct pp_json *j, struct pp_str s);
void pp_json_int(struct pp_json *j, int64_t v);
void pp_json_double(struct pp_json *j, double v); /* shortest text that reads back the same */
void pp_json_bool(struct pp_json *j, bool v);

/* A key and its value. */
void pp_json_pair_str(struct pp_json *j, const char *key, struct pp_str value);
void pp_json_pair_int(struct pp_json *j, const char *key, int64_t value);

#endif
