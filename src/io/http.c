/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP GET with libcurl's easy interface; redirects by hand, so that their rule is ours. */
#include <config.h>

#include "io/http.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "io/curl.h"
#include "io/url.h"

#define MAX_REDIRECTS  5
#define MAX_HEADERS    (256u << 10) /* bytes of one answer's headers */
#define MAX_OTHER_BODY (64u << 10)  /* bytes kept of an answer that is not 200 */
#define MAX_DETAIL     200	    /* bytes of a foreign text in a message */
#define NSEC_PER_MSEC  1000000
#define STATUS_OK      200
#define TOKEN_CHARS                  \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789!#$%&'*+-.^_`|~" /* RFC 9110 section 5.6.2 */

/* Why a callback of ours ended a transfer. */
enum stop {
	STOP_NONE,
	STOP_LIMIT,   /* the body is larger than allowed */
	STOP_HEADERS, /* the headers are */
	STOP_ENOUGH,  /* it is an error page, and we have read enough of it */
	STOP_ASKED,   /* the progress callback said so */
};

struct transfer {
	struct pp_curl curl;
	CURL *easy;
	struct curl_slist *headers;
	const struct pp_http_request *rq;
	struct pp_http_response *rs;
	struct pp_url url; /* of the hop under way */
	bool credentials;
	int64_t start_ns;
	size_t header_bytes;
	enum stop stop;
	char detail[CURL_ERROR_SIZE];
};

static void transfer_release(struct transfer *t)
{
	if (t->headers)
		t->curl.slist_free_all(t->headers);
	if (t->easy)
		t->curl.easy_cleanup(t->easy);
	pp_url_release(&t->url);
}

static long long info(struct transfer *t, CURLINFO which)
{
	curl_off_t v = 0;

	t->curl.easy_getinfo(t->easy, which, &v);
	return v;
}

static long status_of(struct transfer *t)
{
	long status = 0;

	t->curl.easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * n;
	bool ok = status_of(t) == STATUS_OK;
	uint64_t limit = ok ? t->rq->max_bytes : MAX_OTHER_BODY;

	if (len > limit - t->rs->body.n) {
		t->stop = ok ? STOP_LIMIT : STOP_ENOUGH;
		return 0;
	}
	pp_buf_add(&t->rs->body, bytes, len);
	return len;
}

/* "HTTP/1.1 404 Not Found": the text after the number. */
static void keep_reason(struct pp_http_response *rs, struct pp_str line)
{
	const char *p = memchr(line.p, ' ', line.n), *end = line.p + line.n;

	rs->reason[0] = '\0';
	p = p ? memchr(p + 1, ' ', (size_t)(end - p - 1)) : NULL;
	if (!p)
		return;
	PP_CLEANUP(pp_freep)
	char *text =
		pp_url_first_line((struct pp_str){p, (size_t)(end - p)}, sizeof(rs->reason) / 2);
	snprintf(rs->reason, sizeof(rs->reason), "%s", text);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct pp_str line = {bytes, size * n};

	t->header_bytes += line.n;
	if (t->header_bytes > MAX_HEADERS) {
		t->stop = STOP_HEADERS;
		return 0;
	}
	if (pp_str_starts(line, PP_STR_LIT("HTTP/")))
		keep_reason(t->rs, line);
	return line.n;
}

static int on_progress(void *arg, curl_off_t total PP_UNUSED, curl_off_t now PP_UNUSED,
		       curl_off_t up_total PP_UNUSED, curl_off_t up_now PP_UNUSED)
{
	struct transfer *t = arg;

	if (!t->rq->progress(t->rq->progress_arg, t->rs->body.n, pp_clock_mono() - t->start_ns))
		return 0;
	t->stop = STOP_ASKED;
	return 1;
}

static curl_socket_t open_socket(void *arg PP_UNUSED, curlsocktype purpose PP_UNUSED,
				 struct curl_sockaddr *to)
{
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Adds one header line. Values are secrets: no message shows them. */
static int add_header(struct transfer *t, const char *line, struct pp_err *err)
{
	size_t name = strspn(line, TOKEN_CHARS);
	const char *value = line + name;

	if (name == 0 || *value != ':')
		return pp_err_set(err, PP_ERR_USAGE,
				  "a header must have the form 'Name: value', without line breaks");
	for (value++; *value; value++)
		if (((unsigned char)*value < ' ' && *value != '\t') || *value == 0x7f)
			return pp_err_set(err, PP_ERR_USAGE,
					  "the value of header '%.*s' has a control character",
					  (int)name, line);

	/* libcurl takes "Name:" for the wish to send no such header, "Name;" for an empty one */
	value = line + name + 1;
	bool empty = value[strspn(value, " \t")] == '\0';
	PP_CLEANUP(pp_freep)
	char *text = empty ? pp_xasprintf("%.*s;", (int)name, line) : pp_xstrdup(line);
	struct curl_slist *longer = t->curl.slist_append(t->headers, text);
	if (!longer)
		return pp_err_set(err, PP_ERR_LIMIT, "out of memory for headers");
	t->headers = longer;
	return 0;
}

static int add_headers(struct transfer *t, struct pp_err *err)
{
	const struct pp_http_request *rq = t->rq;

	for (size_t i = 0; i < rq->nheaders; i++)
		if (add_header(t, rq->headers[i], err) < 0)
			return -1;
	if (!rq->bearer)
		return 0;
	PP_CLEANUP(pp_freep) char *line = pp_xasprintf("Authorization: Bearer %s", rq->bearer);
	return add_header(t, line, err);
}

/* libcurl's own words for a missing file name neither the file nor the reason. */
static int check_file(const char *path, const char *what, struct pp_err *err)
{
	if (path && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0)
		return pp_err_sys(err, errno, "cannot read %s '%s'", what, path);
	return 0;
}

static int check_files(const struct pp_http_request *rq, struct pp_err *err)
{
	if (rq->key && !rq->cert)
		return pp_err_set(err, PP_ERR_USAGE, "a client key needs a client certificate");
	if (check_file(rq->cacert, "CA file", err) < 0 ||
	    check_file(rq->cert, "client certificate", err) < 0)
		return -1;
	return check_file(rq->key, "client key", err);
}

/* What every hop of the request has in common. */
static int set_options(struct transfer *t, struct pp_err *err)
{
	const struct pp_http_request *rq = t->rq;
	__typeof__(curl_easy_setopt) *set = t->curl.easy_setopt;
	CURL *e = t->easy;
	bool bad = false;

	if (set(e, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "libcurl.so.4 is older than 7.85");
	bad |= set(e, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;
	bad |= set(e, CURLOPT_ERRORBUFFER, t->detail) != CURLE_OK;
	bad |= set(e, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION) != CURLE_OK;
	bad |= set(e, CURLOPT_HTTPHEADER, t->headers) != CURLE_OK;
	/* one short request: nothing to gain from 2, and one set of failures to explain */
	bad |= set(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) != CURLE_OK;
	bad |= set(e, CURLOPT_HTTP_CONTENT_DECODING, 0L) != CURLE_OK;
	bad |= set(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) != CURLE_OK;
	bad |= set(e, CURLOPT_CONNECTTIMEOUT_MS, (long)(rq->connect_ns / NSEC_PER_MSEC)) !=
	       CURLE_OK;
	bad |= set(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)rq->max_bytes) != CURLE_OK;
	bad |= set(e, CURLOPT_OPENSOCKETFUNCTION, open_socket) != CURLE_OK;
	bad |= set(e, CURLOPT_WRITEFUNCTION, on_body) != CURLE_OK;
	bad |= set(e, CURLOPT_WRITEDATA, t) != CURLE_OK;
	bad |= set(e, CURLOPT_HEADERFUNCTION, on_header) != CURLE_OK;
	bad |= set(e, CURLOPT_HEADERDATA, t) != CURLE_OK;
	/* do not wait for a name server that does not answer; older libraries do not know how */
	set(e, CURLOPT_QUICK_EXIT, 1L);
	if (rq->progress) {
		bad |= set(e, CURLOPT_NOPROGRESS, 0L) != CURLE_OK;
		bad |= set(e, CURLOPT_XFERINFOFUNCTION, on_progress) != CURLE_OK;
		bad |= set(e, CURLOPT_XFERINFODATA, t) != CURLE_OK;
	}
	if (bad)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "libcurl.so.4 refuses an option");
	return 0;
}

static int set_tls(struct transfer *t, struct pp_err *err)
{
	const struct pp_http_request *rq = t->rq;
	__typeof__(curl_easy_setopt) *set = t->curl.easy_setopt;
	bool bad = false;

	bad |= set(t->easy, CURLOPT_SSL_VERIFYPEER, rq->insecure ? 0L : 1L) != CURLE_OK;
	bad |= set(t->easy, CURLOPT_SSL_VERIFYHOST, rq->insecure ? 0L : 2L) != CURLE_OK;
	if (rq->cacert)
		bad |= set(t->easy, CURLOPT_CAINFO, rq->cacert) != CURLE_OK;
	if (rq->cert) {
		bad |= set(t->easy, CURLOPT_SSLCERT, rq->cert) != CURLE_OK;
		bad |= set(t->easy, CURLOPT_SSLKEY, rq->key ? rq->key : rq->cert) != CURLE_OK;
		/* an encrypted key must fail, not ask on the terminal */
		bad |= set(t->easy, CURLOPT_KEYPASSWD, "") != CURLE_OK;
	}
	if (bad)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "libcurl.so.4 has no TLS");
	return 0;
}

static int over_limit(struct transfer *t, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_LIMIT, "the answer is larger than the limit of %llu bytes",
			  (unsigned long long)t->rq->max_bytes);
}

static int timed_out(struct transfer *t, struct pp_err *err)
{
	int64_t elapsed = pp_clock_mono() - t->start_ns;

	if (info(t, CURLINFO_PRETRANSFER_TIME_T) == 0 && elapsed < t->rq->deadline_ns)
		return pp_err_set(err, PP_ERR_NETWORK, "no connection within %.3g seconds",
				  (double)t->rq->connect_ns / PP_NSEC_PER_SEC);
	return pp_err_set(err, PP_ERR_NETWORK,
			  "no complete answer within %.3g seconds (%zu bytes came)",
			  (double)t->rq->deadline_ns / PP_NSEC_PER_SEC, t->rs->body.n);
}

static int closed_early(struct transfer *t, struct pp_err *err)
{
	long long promised = info(t, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);

	if (promised < 0)
		return pp_err_set(err, PP_ERR_NETWORK,
				  "the server closed the connection early, after %zu bytes",
				  t->rs->body.n);
	return pp_err_set(err, PP_ERR_NETWORK,
			  "the server closed the connection early: %zu of %lld bytes came",
			  t->rs->body.n, promised);
}

/* Lost while receiving; with TLS 1.3 this is also how a missing client certificate is told. */
static int lost(struct transfer *t, const char *detail, struct pp_err *err)
{
	if (strcasestr(detail, "certificate")) {
		pp_err_set(err, PP_ERR_NETWORK, "the server refuses our client certificate: %s",
			   detail);
		if (!t->rq->cert) {
			pp_err_set(err, PP_ERR_NETWORK, "the server asks for a client certificate");
			pp_err_hint(err, "give one with --cert FILE --key FILE");
		}
		return -1;
	}
	return pp_err_set(err, PP_ERR_NETWORK, "connection lost: %s", detail);
}

static int not_connected(struct transfer *t, const char *detail, struct pp_err *err)
{
	long sys = 0;

	t->curl.easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &sys);
	if (sys == ECONNREFUSED)
		return pp_err_set(err, PP_ERR_NETWORK, "connection refused");
	return pp_err_set(err, PP_ERR_NETWORK, "cannot connect: %s", detail);
}

/* Nothing to verify servers with: a file that has no certificates, or a system without any. */
static int no_authorities(const struct pp_http_request *rq, struct pp_err *err)
{
	if (rq->cacert)
		return pp_err_set(err, PP_ERR_FORMAT, "cannot use CA file '%s': no certificates",
				  rq->cacert);
	pp_err_set(err, PP_ERR_NETWORK,
		   "cannot verify any server: this system has no certificate authorities");
	return pp_err_hint(err, "install ca-certificates, give the server's with --cacert FILE, or "
				"--insecure");
}

static int not_verified(const char *detail, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_NETWORK, "TLS verification failed: %s", detail);
	return pp_err_hint(err, "trust the server's authority with --cacert FILE, or skip the "
				"verification with --insecure");
}

static int no_handshake(const char *detail, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_NETWORK, "TLS handshake failed: %s", detail);
	/* OpenSSL's words for an answer that is not TLS at all */
	if (strstr(detail, "wrong version number"))
		pp_err_hint(err, "the server may speak plain http: try http:// in the URL");
	return -1;
}

static int stopped(struct transfer *t, const char *detail, struct pp_err *err)
{
	switch (t->stop) {
	case STOP_LIMIT:
		return over_limit(t, err);
	case STOP_HEADERS:
		return pp_err_set(err, PP_ERR_LIMIT, "the headers of the answer are too large");
	case STOP_ASKED:
		return pp_err_set(err, PP_ERR_NETWORK, "stopped before the answer was complete");
	default:
		return pp_err_set(err, PP_ERR_NETWORK, "transfer failed: %s", detail);
	}
}

/* The error of a failed transfer, in words that say what to do about it. */
static int explain(struct transfer *t, CURLcode rc, struct pp_err *err)
{
	const char *raw = t->detail[0] ? t->detail : t->curl.easy_strerror(rc);
	PP_CLEANUP(pp_freep) char *detail = pp_url_first_line(pp_str_of(raw), MAX_DETAIL);

	if (t->stop != STOP_NONE)
		return stopped(t, detail, err);
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return pp_err_set(err, PP_ERR_NETWORK, "no address for host '%s'", t->url.host);
	case CURLE_COULDNT_CONNECT:
		return not_connected(t, detail, err);
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(t, err);
	case CURLE_PEER_FAILED_VERIFICATION:
		return not_verified(detail, err);
	case CURLE_SSL_CACERT_BADFILE:
		return no_authorities(t->rq, err);
	case CURLE_SSL_CERTPROBLEM:
		return pp_err_set(err, PP_ERR_FORMAT, "cannot use the client certificate: %s",
				  detail);
	case CURLE_SSL_CONNECT_ERROR:
		return no_handshake(detail, err);
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return lost(t, detail, err);
	case CURLE_PARTIAL_FILE:
		return closed_early(t, err);
	case CURLE_GOT_NOTHING:
		return pp_err_set(err, PP_ERR_NETWORK,
				  "the server closed the connection without an answer");
	case CURLE_FILESIZE_EXCEEDED:
		return over_limit(t, err);
	case CURLE_OUT_OF_MEMORY:
		/* it has one code for both */
		return pp_err_set(err, PP_ERR_LIMIT,
				  "a header of the answer is too large, or memory has run out");
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return pp_err_set(err, PP_ERR_NETWORK, "the answer is not HTTP: %s", detail);
	default:
		return stopped(t, detail, err);
	}
}

/* One request, to t->url. */
static int perform(struct transfer *t, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *text = pp_url_text(&t->url);
	int64_t left_ms = (t->start_ns + t->rq->deadline_ns - pp_clock_mono()) / NSEC_PER_MSEC;
	CURLcode rc;

	t->header_bytes = 0;
	t->detail[0] = '\0';
	t->rs->reason[0] = '\0';
	pp_buf_clear(&t->rs->body);
	/* 0 would be no deadline at all */
	rc = t->curl.easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 0 ? left_ms : 1));
	if (rc == CURLE_OK)
		rc = t->curl.easy_setopt(t->easy, CURLOPT_URL, text);
	if (rc == CURLE_OK)
		rc = t->curl.easy_perform(t->easy);
	t->rs->status = status_of(t);

	/* the status is the better message, even if the page that explains it was cut short */
	bool answered = t->rs->status >= 300 && (t->stop == STOP_NONE || t->stop == STOP_ENOUGH);
	if (rc != CURLE_OK && !answered)
		return explain(t, rc, err);
	t->stop = STOP_NONE;
	return 0;
}

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool may_follow(const struct transfer *t, const struct pp_url *to)
{
	if (pp_url_same_origin(&t->url, to))
		return true;
	return !t->credentials && strcmp(t->url.scheme, "http") == 0 &&
	       strcmp(to->scheme, "https") == 0 && strcasecmp(t->url.host, to->host) == 0;
}

static int refuse_redirect(const struct transfer *t, const struct pp_url *to, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *shown = pp_url_show(to);
	PP_CLEANUP(pp_freep) char *host = pp_url_first_line(pp_str_of(to->host), MAX_DETAIL);

	if (strcasecmp(t->url.host, to->host) != 0)
		pp_err_set(err, PP_ERR_NETWORK, "redirect to another host '%s' refused", host);
	else if (strcmp(t->url.scheme, to->scheme) != 0)
		pp_err_set(err, PP_ERR_NETWORK, "redirect from %s to %s on '%s' refused",
			   t->url.scheme, to->scheme, host);
	else
		pp_err_set(err, PP_ERR_NETWORK, "redirect to another port, %s:%s, refused", host,
			   to->port ? to->port : "the default one");
	return pp_err_hint(err, "if you trust it, give that URL itself: '%s'", shown);
}

/* 1: t->url is now where the answer points to; 0: the answer is the last one; -1: refused. */
static int next_hop(struct transfer *t, struct pp_err *err)
{
	char *location = NULL;
	struct pp_url to;

	t->curl.easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &location);
	if (!is_redirect(t->rs->status) || !location)
		return 0;
	if (pp_url_parse(&to, location, err) < 0) {
		err->kind = PP_ERR_NETWORK;
		return pp_err_wrap(err, "redirect refused");
	}
	if (!may_follow(t, &to)) {
		refuse_redirect(t, &to, err);
		pp_url_release(&to);
		return -1;
	}

	/* who we are is for the user to say, not for the server */
	free(to.user);
	free(to.password);
	to.user = t->url.user;
	to.password = t->url.password;
	t->url.user = t->url.password = NULL;
	pp_url_release(&t->url);
	t->url = to;
	return 1;
}

static int follow(struct transfer *t, struct pp_err *err)
{
	for (int hops = 0;; hops++) {
		if (perform(t, err) < 0)
			return -1;

		int more = next_hop(t, err);
		if (more <= 0)
			return more;
		if (hops == MAX_REDIRECTS)
			return pp_err_set(err, PP_ERR_NETWORK, "more than %d redirects",
					  MAX_REDIRECTS);
	}
}

static int prepare(struct transfer *t, struct pp_err *err)
{
	if (check_files(t->rq, err) < 0 || add_headers(t, err) < 0)
		return -1;
	t->easy = t->curl.easy_init();
	if (!t->easy)
		return pp_err_set(err, PP_ERR_LIMIT, "out of memory for libcurl");
	if (set_options(t, err) < 0)
		return -1;
	return set_tls(t, err);
}

static void keep_answer(struct transfer *t)
{
	const char *type = NULL;

	t->curl.easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
	snprintf(t->rs->content_type, sizeof(t->rs->content_type), "%s", type ? type : "");
	t->rs->url = pp_url_show(&t->url);
}

int pp_http_check(struct pp_err *err)
{
	struct pp_curl curl;

	return pp_curl_load(&curl, err);
}

int pp_http_get(const struct pp_http_request *rq, struct pp_http_response *rs, struct pp_err *err)
{
	PP_CLEANUP(transfer_release)
	struct transfer t = {.rq = rq, .rs = rs, .start_ns = pp_clock_mono()};

	*rs = (struct pp_http_response){0};
	if (pp_curl_load(&t.curl, err) < 0 || pp_url_parse(&t.url, rq->url, err) < 0)
		return -1;
	t.credentials = rq->bearer || rq->nheaders || rq->cert || t.url.user || t.url.password;

	PP_CLEANUP(pp_freep) char *shown = pp_url_show(&t.url);
	if (prepare(&t, err) < 0)
		return -1;
	if (follow(&t, err) < 0) {
		pp_http_release(rs);
		return pp_err_wrap(err, "cannot get '%s'", shown);
	}
	keep_answer(&t);
	return 0;
}
