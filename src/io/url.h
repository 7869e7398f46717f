/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http and https URLs in parts. libcurl takes them apart, so that what is checked and what is
 * fetched can never be two different readings of one text.
 */
#ifndef PP_IO_URL_H
#define PP_IO_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define PP_URL_SHOWN_MAX 300 /* bytes of a URL in a message */

/* Every part is owned by the struct, percent-encoded as it was given, and NULL where absent or
 * empty. */
struct pp_url {
	char *scheme; /* "http" or "https" */
	char *user, *password;
	char *host;  /* IPv6 in brackets */
	char *port;  /* NULL: the scheme's own */
	char *path;  /* starts with '/' */
	char *query; /* without '?' */
};

/* Take a URL apart; without a scheme it is http. A fragment is dropped. PP_ERR_USAGE, in words that
 * show no password, if it is none that can be fetched. Release it only after success. */
int pp_url_parse(struct pp_url *u, const char *text, struct pp_err *err) PP_NODISCARD;

void pp_url_release(struct pp_url *u);

/* The whole URL, secrets included; owned by the caller. */
char *pp_url_text(const struct pp_url *u) PP_NODISCARD;

/* The URL as messages show it: no password, no query (tokens travel there), safe for a terminal,
 * of bounded length. Owned by the caller. */
char *pp_url_show(const struct pp_url *u) PP_NODISCARD;

/* Whether scheme, host and port are the same. */
bool pp_url_same_origin(const struct pp_url *a, const struct pp_url *b);

/* The first line of `text` that is not blank, safe for a terminal and cut after `max` bytes of it;
 * "" if there is none. Owned by the caller. */
char *pp_url_first_line(struct pp_str text, size_t max) PP_NODISCARD;

#endif
