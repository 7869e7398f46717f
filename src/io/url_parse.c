/* SPDX-License-Identifier: Apache-2.0 */
/* URLs, by libcurl's parser. */
#include <config.h>

#include "io/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/curl.h"

static bool has_scheme(const char *text)
{
	return strncmp(text + strcspn(text, ":/?#"), "://", 3) == 0;
}

/* Part `which` in *out as our own string, NULL if absent or empty. False if libcurl refuses. */
static bool take(const struct pp_curl *curl, CURLU *h, CURLUPart which, unsigned flags, char **out)
{
	char *part = NULL;
	CURLUcode rc = curl->url_get(h, which, &part, flags);

	*out = rc == CURLUE_OK && part && *part ? pp_xstrdup(part) : NULL;
	curl->free(part);
	/* an absent part has a code of its own; nothing else can fail but allocation */
	return rc != CURLUE_OUT_OF_MEMORY;
}

/* A link-local address needs its interface, which libcurl keeps apart. */
static bool add_zone(const struct pp_curl *curl, CURLU *h, struct pp_url *u)
{
	PP_CLEANUP(pp_freep) char *zone = NULL;

	if (!take(curl, h, CURLUPART_ZONEID, 0, &zone))
		return false;
	if (zone && u->host && u->host[0] == '[') {
		char *whole = pp_xasprintf("[%.*s%%25%s]", (int)strcspn(u->host + 1, "]"),
					   u->host + 1, zone);

		free(u->host);
		u->host = whole;
	}
	return true;
}

static bool take_parts(const struct pp_curl *curl, CURLU *h, struct pp_url *u)
{
	return take(curl, h, CURLUPART_SCHEME, 0, &u->scheme) &&
	       take(curl, h, CURLUPART_USER, 0, &u->user) &&
	       take(curl, h, CURLUPART_PASSWORD, 0, &u->password) &&
	       take(curl, h, CURLUPART_HOST, 0, &u->host) &&
	       take(curl, h, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT, &u->port) &&
	       take(curl, h, CURLUPART_PATH, 0, &u->path) &&
	       take(curl, h, CURLUPART_QUERY, 0, &u->query) && add_zone(curl, h, u);
}

/* What cannot be taken apart may hold a password anywhere before its last '@'. */
static int refuse(const char *text, const char *why, struct pp_err *err)
{
	const char *at = strrchr(text, '@');
	PP_CLEANUP(pp_freep)
	char *shown = pp_url_first_line(pp_str_of(at ? at + 1 : text), PP_URL_SHOWN_MAX);

	return pp_err_set(err, PP_ERR_USAGE, "cannot use URL '%s%s': %s", at ? "..." : "", shown,
			  why);
}

static int parse_with(const struct pp_curl *curl, CURLU *h, struct pp_url *u, const char *text,
		      struct pp_err *err)
{
	CURLUcode rc = curl->url_set(h, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);

	if (rc != CURLUE_OK)
		return refuse(text, curl->url_strerror(rc), err);
	if (!take_parts(curl, h, u))
		return refuse(text, "out of memory", err);
	if (!u->scheme || (strcmp(u->scheme, "http") != 0 && strcmp(u->scheme, "https") != 0))
		return refuse(text, "only http and https are supported", err);
	if (!u->host)
		return refuse(text, "it names no host", err);
	if (!u->path)
		u->path = pp_xstrdup("/");
	return 0;
}

int pp_url_parse(struct pp_url *u, const char *text, struct pp_err *err)
{
	PP_CLEANUP(pp_freep)
	char *whole = has_scheme(text) ? pp_xstrdup(text) : pp_xasprintf("http://%s", text);
	struct pp_curl curl;

	*u = (struct pp_url){0};
	if (pp_curl_load(&curl, err) < 0)
		return -1;

	CURLU *h = curl.url();
	if (!h)
		return pp_err_set(err, PP_ERR_LIMIT, "out of memory for a URL");
	int rc = parse_with(&curl, h, u, whole, err);
	curl.url_cleanup(h);
	if (rc < 0)
		pp_url_release(u);
	return rc;
}
