/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where renderers write: a file descriptor or memory, buffered, with a sticky error. Nobody below
 * cmd/ knows what stdout is.
 */
#ifndef PP_IO_OUT_H
#define PP_IO_OUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct pp_out {
	struct pp_buf buf;
	int fd; /* -1: memory only, read it from buf */
	/* Called once, before the first bytes are written; may change fd. NULL: nothing is. */
	void (*first)(struct pp_out *o, void *arg);
	void *first_arg;
	int error; /* errno of the first failed write; later output is dropped */
};

/* Write to fd, which stays the caller's. */
void pp_out_init_fd(struct pp_out *o, int fd);

/* Have `first` called before anything is written. */
void pp_out_at_first(struct pp_out *o, void (*first)(struct pp_out *o, void *arg), void *arg);

/* Collect in o->buf. */
void pp_out_init_mem(struct pp_out *o);

/* Write out what is buffered and free the buffer. -1 if any write failed since the start; `name` is
 * the thing to name in the message. */
int pp_out_finish(struct pp_out *o, const char *name, struct pp_err *err) PP_NODISCARD;

/* Write out what is buffered. -1 if any write failed since the start: o->error. */
int pp_out_flush(struct pp_out *o) PP_NODISCARD;

void pp_out_bytes(struct pp_out *o, const void *p, size_t n);
void pp_out_str(struct pp_out *o, struct pp_str s);
void pp_out_text(struct pp_out *o, const char *s);
void pp_out_char(struct pp_out *o, char c);
void pp_out_fmt(struct pp_out *o, const char *fmt, ...) PP_PRINTF(2, 3);

/* A name from a profile as text for people: unsafe characters (see pp_utf8_is_unsafe) and bytes
 * that are not UTF-8 appear as \xNN or \u{NNNN}. */
void pp_out_safe(struct pp_out *o, struct pp_str s);

/* The same for text that is laid out with tabs, such as a line of source: these stay. */
void pp_out_safe_tabs(struct pp_out *o, struct pp_str s);

/* As pp_out_safe, with blanks in front where it has fewer than `width` characters. */
void pp_out_safe_right(struct pp_out *o, struct pp_str s, size_t width);

/* As pp_out_safe, as a CSV field, RFC 4180: quoted where it has to be. */
void pp_out_csv(struct pp_out *o, struct pp_str s);

#endif
