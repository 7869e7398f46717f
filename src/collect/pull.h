/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles from the /debug/pprof endpoints that Go's net/http/pprof serves, and others after it.
 * Paths and parameters: https://pkg.go.dev/net/http/pprof
 */
#ifndef PP_COLLECT_PULL_H
#define PP_COLLECT_PULL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "io/http.h"

#define PP_PULL_MAX_BYTES (1ull << 30) /* of a profile, unless the options say otherwise */

/* The profile types, as -t names them; NULL-terminated. */
extern const char *const pp_pull_types[];

struct pp_pull_options {
	/* A server ("localhost:6060", "http://h/debug/pprof"), to which the path of `type` is
	 * added, or an endpoint ("http://h/debug/pprof/heap", "http://h/any/other?x=y"), which is
	 * used as it is. Query parameters are kept. */
	const char *url;
	const char *type;    /* of pp_pull_types; NULL: what the URL names, or cpu */
	int64_t duration_ns; /* rounded up to whole seconds; 0: 30 s of cpu, no delta of others */
	/* How to ask. pp_pull sets `url` itself; max_bytes, which bounds the answer as served and
	 * inflated, connect_ns and deadline_ns may be 0 for the defaults. */
	struct pp_http_request http;
};

/* What will be asked of which URL. */
struct pp_pull_plan {
	char *url;	     /* secrets included: not for messages */
	const char *type;    /* of pp_pull_types; NULL: an endpoint of no known type */
	uint64_t seconds;    /* the server is asked to measure; 0: it answers at once */
	bool asked;	     /* for these seconds by the URL itself */
	int64_t deadline_ns; /* for the whole transfer */
};

struct pp_pull_result {
	struct pp_buf body; /* the profile, bytes as served */
	char *url;	    /* where it came from, as pp_url_show has it */
	const char *type;   /* as in the plan */
	uint64_t seconds;   /* as in the plan */
};

/* Work out the request without sending it. PP_ERR_USAGE if URL, type and duration do not go
 * together. The caller releases the plan after success. */
int pp_pull_prepare(const struct pp_pull_options *o, struct pp_pull_plan *plan,
		    struct pp_err *err) PP_NODISCARD;

void pp_pull_plan_release(struct pp_pull_plan *plan);

/* Fetch a profile. An answer that is evidently none (an error status, a page, text, JSON, nothing,
 * a damaged gzip stream) is refused with a message that says what came; whether the rest decodes is
 * for the caller to find out. The caller releases the result after success. */
int pp_pull(const struct pp_pull_options *o, struct pp_pull_result *r,
	    struct pp_err *err) PP_NODISCARD;

void pp_pull_release(struct pp_pull_result *r);

#endif
