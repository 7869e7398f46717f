/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP GET. The only user of libcurl, which is loaded at the first call. Proxies are as
 * libcurl's environment variables say; .netrc and cookies are not used.
 */
#ifndef PP_IO_HTTP_H
#define PP_IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

struct pp_http_request {
	const char *url;	    /* http or https; without a scheme it is http */
	const char *const *headers; /* "Name: value" each */
	size_t nheaders;
	const char *bearer;	/* token for an Authorization header, or NULL */
	const char *cacert;	/* PEM file of the authorities to trust instead of the system's */
	const char *cert, *key; /* PEM files to show to the server; the key may be in `cert` */
	bool insecure;		/* accept any server certificate */
	int64_t deadline_ns;	/* for the whole transfer, redirects included */
	int64_t connect_ns;	/* for each connection to stand */
	uint64_t max_bytes;	/* of the body */
	/* If not NULL, called about once a second, oftener while bytes come, and at every signal,
	 * with the bytes of the body so far; true stops the transfer. */
	bool (*progress)(void *arg, uint64_t bytes, int64_t elapsed_ns);
	void *progress_arg;
};

struct pp_http_response {
	struct pp_buf body; /* as served: no content coding is undone */
	long status;
	char reason[96]; /* of the status line, safe for a terminal; "" if it has none */
	char content_type[128];
	char *url; /* where the answer came from in the end, as pp_url_show has it */
};

/* Whether anything can be fetched at all: PP_ERR_UNSUPPORTED with a hint if there is no libcurl. */
int pp_http_check(struct pp_err *err) PP_NODISCARD;

/* Get a URL. 0 when an HTTP answer came, whatever its status; only of an answer with status 200 the
 * body is whole (others: at most 64 KiB of it). Redirects are followed, five at most, within the
 * same scheme, host and port, and from http to https on one host if the request carries no
 * credentials (bearer, headers, certificate, user in the URL); any other is refused. The caller
 * releases the response after success. */
int pp_http_get(const struct pp_http_request *rq, struct pp_http_response *rs,
		struct pp_err *err) PP_NODISCARD;

void pp_http_release(struct pp_http_response *rs);

#endif
