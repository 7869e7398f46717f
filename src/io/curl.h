/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl, loaded when the first URL is met: linked in, its 33 libraries would cost every command
 * 3 ms of start-up. For io/ only.
 */
#ifndef PP_IO_CURL_H
#define PP_IO_CURL_H

#include <curl/curl.h>

#include "base/compiler.h"
#include "base/err.h"

struct pp_curl {
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_easy_perform) *easy_perform;
	__typeof__(curl_easy_strerror) *easy_strerror;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
	__typeof__(curl_url) *url;
	__typeof__(curl_url_cleanup) *url_cleanup;
	__typeof__(curl_url_set) *url_set;
	__typeof__(curl_url_get) *url_get;
	__typeof__(curl_url_strerror) *url_strerror;
	__typeof__(curl_free) *free;
};

/* Fill the table. The library stays loaded; a second call is cheap. PP_ERR_UNSUPPORTED with a hint
 * when it is not installed. */
int pp_curl_load(struct pp_curl *c, struct pp_err *err) PP_NODISCARD;

#endif
