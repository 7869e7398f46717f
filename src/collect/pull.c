/* SPDX-License-Identifier: Apache-2.0 */
/* From what the user says to the URL to get, and getting it. */
#include <config.h>

#include "collect/pull.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/num.h"
#include "collect/pull_check.h"
#include "io/url.h"

#define BASE		"/debug/pprof"
#define CPU		"cpu"
#define CPU_ENDPOINT	"profile"
#define DEFAULT_SECONDS 30
#define MAX_SECONDS	(30u * 24 * 3600)
#define MARGIN_SECONDS	10 /* beyond the measurement, or 30 % of it if that is more */
#define ANSWER_SECONDS	60 /* when the server does not have to measure first */
#define CONNECT_SECONDS 10

const char *const pp_pull_types[] = {
	CPU, "heap", "allocs", "goroutine", "mutex", "block", "threadcreate", NULL,
};

static const char *endpoint_of(const char *type)
{
	return strcmp(type, CPU) == 0 ? CPU_ENDPOINT : type;
}

/* The type that an endpoint's path names, or NULL. */
static const char *type_of_path(const char *path)
{
	struct pp_str last = pp_str_basename(pp_str_of(path));

	for (size_t i = 0; pp_pull_types[i]; i++)
		if (pp_str_eq(last, pp_str_of(endpoint_of(pp_pull_types[i]))))
			return pp_pull_types[i];
	return NULL;
}

static const char *find_type(const char *name)
{
	for (size_t i = 0; pp_pull_types[i]; i++)
		if (strcmp(name, pp_pull_types[i]) == 0)
			return pp_pull_types[i];
	return NULL;
}

/* Whether the path is that of a server or of the index of its endpoints; *keep is then the length
 * of the part before "/debug/pprof". */
static bool is_base(const char *path, size_t *keep)
{
	size_t n = strlen(path);

	while (n && path[n - 1] == '/')
		n--;
	*keep = n;
	if (n == 0)
		return true;
	if (n < strlen(BASE) || strncmp(path + n - strlen(BASE), BASE, strlen(BASE)) != 0)
		return false;
	*keep = n - strlen(BASE);
	return true;
}

/* Settle the type, and complete the path if it names no endpoint. */
static int choose_endpoint(const struct pp_pull_options *o, struct pp_url *u, const char **type,
			   struct pp_err *err)
{
	const char *wanted = o->type ? find_type(o->type) : NULL;
	size_t keep;

	if (o->type && !wanted)
		return pp_err_set(err, PP_ERR_USAGE, "there is no profile type '%s' to pull",
				  o->type);
	if (is_base(u->path, &keep)) {
		*type = wanted ? wanted : CPU;
		char *path =
			pp_xasprintf("%.*s" BASE "/%s", (int)keep, u->path, endpoint_of(*type));
		free(u->path);
		u->path = path;
		return 0;
	}

	const char *named = type_of_path(u->path);
	if (wanted && named && wanted != named)
		return pp_err_set(err, PP_ERR_USAGE,
				  "the URL names the %s endpoint, but type %s is wanted", named,
				  wanted);
	*type = wanted ? wanted : named;
	return 0;
}

/* The value of parameter `name` of a query; p is NULL if it is not there. */
static struct pp_str find_parameter(const char *query, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = query; p && *p;) {
		size_t len = strcspn(p, "&");

		if (len > n && strncmp(p, name, n) == 0 && p[n] == '=')
			return (struct pp_str){p + n + 1, len - n - 1};
		p += len + (p[len] == '&');
	}
	return (struct pp_str){0};
}

/* How long the server will measure when the URL says so itself. What cannot be read is left for the
 * server to judge; net/http/pprof takes it for its default. */
static uint64_t seconds_in(struct pp_str value)
{
	PP_CLEANUP(pp_freep) char *text = pp_xasprintf("%.*s", (int)value.n, value.p);
	uint64_t seconds = DEFAULT_SECONDS;
	struct pp_err ignored;

	if (pp_parse_u64(text, 1, MAX_SECONDS, &seconds, &ignored) < 0)
		return DEFAULT_SECONDS;
	return seconds;
}

static int choose_seconds(const struct pp_pull_options *o, struct pp_url *u, const char *type,
			  uint64_t *seconds, struct pp_err *err)
{
	struct pp_str given = find_parameter(u->query, "seconds");
	/* rounded up without a sum that could overflow */
	int64_t wanted = o->duration_ns / PP_NSEC_PER_SEC + (o->duration_ns % PP_NSEC_PER_SEC != 0);

	if (o->duration_ns < 0 || wanted > MAX_SECONDS)
		return pp_err_set(err, PP_ERR_USAGE, "a pull takes at most 30 days");
	if (wanted == 0 && type && strcmp(type, CPU) == 0)
		wanted = DEFAULT_SECONDS;
	*seconds = (uint64_t)wanted;
	if (given.p) {
		*seconds = seconds_in(given);
		if (o->duration_ns && *seconds != (uint64_t)wanted)
			return pp_err_set(
				err, PP_ERR_USAGE,
				"the URL asks for seconds=%.*s, but the duration is %lld s",
				(int)(given.n < 32 ? given.n : 32), given.p, (long long)wanted);
	} else if (wanted) {
		char *query = pp_xasprintf("%s%sseconds=%lld", u->query ? u->query : "",
					   u->query ? "&" : "", (long long)wanted);

		free(u->query);
		u->query = query;
	}
	return 0;
}

static int64_t deadline_for(uint64_t seconds)
{
	int64_t s = (int64_t)seconds;
	int64_t margin = s * 3 / 10;

	if (s == 0)
		return ANSWER_SECONDS * PP_NSEC_PER_SEC;
	if (margin < MARGIN_SECONDS)
		margin = MARGIN_SECONDS;
	return (s + margin) * PP_NSEC_PER_SEC;
}

int pp_pull_prepare(const struct pp_pull_options *o, struct pp_pull_plan *plan, struct pp_err *err)
{
	PP_CLEANUP(pp_url_release) struct pp_url u = {0};

	*plan = (struct pp_pull_plan){0};
	if (pp_url_parse(&u, o->url, err) < 0)
		return -1;
	plan->asked = find_parameter(u.query, "seconds").p != NULL;
	if (choose_endpoint(o, &u, &plan->type, err) < 0 ||
	    choose_seconds(o, &u, plan->type, &plan->seconds, err) < 0)
		return -1;
	plan->deadline_ns = deadline_for(plan->seconds);
	plan->url = pp_url_text(&u);
	return 0;
}

void pp_pull_plan_release(struct pp_pull_plan *plan)
{
	free(plan->url);
	*plan = (struct pp_pull_plan){0};
}

int pp_pull(const struct pp_pull_options *o, struct pp_pull_result *r, struct pp_err *err)
{
	PP_CLEANUP(pp_pull_plan_release) struct pp_pull_plan plan = {0};
	PP_CLEANUP(pp_http_release) struct pp_http_response rs = {0};
	struct pp_http_request rq = o->http;

	if (pp_pull_prepare(o, &plan, err) < 0)
		return -1;
	rq.url = plan.url;
	if (!rq.deadline_ns)
		rq.deadline_ns = plan.deadline_ns;
	if (!rq.connect_ns)
		rq.connect_ns = CONNECT_SECONDS * PP_NSEC_PER_SEC;
	if (!rq.max_bytes)
		rq.max_bytes = PP_PULL_MAX_BYTES;
	if (pp_http_get(&rq, &rs, err) < 0)
		return -1;
	if (pp_pull_check(&rs, rq.max_bytes, err) < 0)
		return pp_err_wrap(err, "cannot get '%s'", rs.url);

	*r = (struct pp_pull_result){
		.body = rs.body, .url = rs.url, .type = plan.type, .seconds = plan.seconds};
	rs = (struct pp_http_response){0};
	return 0;
}

void pp_pull_release(struct pp_pull_result *r)
{
	pp_buf_release(&r->body);
	free(r->url);
	*r = (struct pp_pull_result){0};
}
