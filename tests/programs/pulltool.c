/* SPDX-License-Identifier: Apache-2.0 */
/* pp_pull as a command, for tests of the pull alone: pulltool --url URL [-t TYPE] -o FILE ... */
#include <config.h>

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "collect/pull.h"
#include "collect/secret.h"
#include "io/atomic.h"

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	interrupted = sig;
}

static bool should_stop(void *arg PP_UNUSED, uint64_t bytes PP_UNUSED, int64_t elapsed PP_UNUSED)
{
	return interrupted != 0;
}

static int fail(const struct pp_err *err)
{
	fprintf(stderr, "pyroprof: %s\n", err->msg);
	if (err->hint[0])
		fprintf(stderr, "hint: %s\n", err->hint);
	return err->kind == PP_ERR_USAGE ? 2 : 3;
}

struct settings {
	struct pp_pull_options pull;
	const char *output;
	const char *headers[16];
	char *bearer;
};

static const struct option options[] = {
	{"url", required_argument, NULL, 'u'},	    {"type", required_argument, NULL, 't'},
	{"duration", required_argument, NULL, 'd'}, {"output", required_argument, NULL, 'o'},
	{"cacert", required_argument, NULL, 'A'},   {"cert", required_argument, NULL, 'C'},
	{"key", required_argument, NULL, 'K'},	    {"insecure", no_argument, NULL, 'I'},
	{"header", required_argument, NULL, 'H'},   {"bearer-file", required_argument, NULL, 'B'},
	{"max-size", required_argument, NULL, 'M'}, {NULL, 0, NULL, 0},
};

static int set(struct settings *s, int opt, const char *value, struct pp_err *err)
{
	struct pp_http_request *http = &s->pull.http;

	switch (opt) {
	case 'u':
		s->pull.url = value;
		return 0;
	case 't':
		s->pull.type = value;
		return 0;
	case 'd':
		return pp_parse_duration(value, &s->pull.duration_ns, err);
	case 'o':
		s->output = value;
		return 0;
	case 'A':
		http->cacert = value;
		return 0;
	case 'C':
		http->cert = value;
		return 0;
	case 'K':
		http->key = value;
		return 0;
	case 'I':
		http->insecure = true;
		return 0;
	case 'H':
		if (http->nheaders == PP_ARRAY_LEN(s->headers))
			return pp_err_set(err, PP_ERR_USAGE, "too many headers");
		s->headers[http->nheaders++] = value;
		return 0;
	case 'B':
		http->bearer = s->bearer = pp_secret_read(value, err);
		return s->bearer ? 0 : -1;
	case 'M':
		return pp_parse_size(value, &http->max_bytes, err);
	default:
		return pp_err_set(err, PP_ERR_USAGE, "unknown option");
	}
}

static int run(struct settings *s, int argc, char **argv, struct pp_err *err)
{
	struct pp_pull_result r;

	for (int opt; (opt = getopt_long(argc, argv, "t:d:o:", options, NULL)) != -1;)
		if (set(s, opt, optarg, err) < 0)
			return -1;
	if (!s->pull.url || !s->output)
		return pp_err_set(err, PP_ERR_USAGE, "--url and -o are needed");
	if (pp_pull(&s->pull, &r, err) < 0)
		return -1;

	int rc = pp_atomic_write(s->output, r.body.p, r.body.n, false, err);
	printf("%s %s %llu\n", r.url, r.type ? r.type : "-", (unsigned long long)r.seconds);
	pp_pull_release(&r);
	return rc;
}

int main(int argc, char **argv)
{
	struct settings s = {.pull.http = {.headers = s.headers, .progress = should_stop}};
	struct sigaction action = {.sa_handler = on_signal};
	struct pp_err err = PP_ERR_INIT;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	int rc = run(&s, argc, argv, &err);
	pp_secret_free(s.bearer);
	return rc < 0 ? fail(&err) : 0;
}
