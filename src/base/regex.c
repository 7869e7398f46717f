/* SPDX-License-Identifier: Apache-2.0 */
/* PCRE2 with match limits, so that no pattern can hang us. */
#include <config.h>

#include "base/regex.h"

#include <pthread.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/alloc.h"

#define MATCH_LIMIT 100000u /* backtracking steps; an ordinary match needs a few hundred */
#define DEPTH_LIMIT 10000u
#define PATIENCE    10 /* subjects that may run into a limit before the expression is given up */

struct pp_regex {
	pthread_mutex_t lock; /* of all that a match writes to: a selector serves several threads */
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	unsigned exhausted; /* how many subjects ran into a limit */
};

void pp_regex_free(struct pp_regex *re)
{
	if (!re)
		return;
	pcre2_match_context_free(re->limits);
	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	pthread_mutex_destroy(&re->lock);
	free(re);
}

void pp_regex_freep(struct pp_regex **re)
{
	pp_regex_free(*re);
}

struct pp_regex *pp_regex_new(struct pp_str pattern, bool whole, struct pp_err *err)
{
	uint32_t options = PCRE2_NEVER_BACKSLASH_C | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
			   PCRE2_DOLLAR_ENDONLY | (whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0);
	PCRE2_SPTR text = (PCRE2_SPTR)(pattern.n ? pattern.p : "");
	size_t at;
	int code;
	pcre2_code *compiled = pcre2_compile(text, pattern.n, options, &code, &at, NULL);

	if (!compiled && code == PCRE2_ERROR_HEAP_FAILED)
		pp_alloc_fail();
	if (!compiled) {
		PCRE2_UCHAR why[160];

		pcre2_get_error_message(code, why, sizeof(why));
		pp_err_set(err, PP_ERR_USAGE, "bad regular expression '%.*s' at offset %zu: %s",
			   (int)(pattern.n > 200 ? 200 : pattern.n), (const char *)text, at,
			   (const char *)why);
		return NULL;
	}

	struct pp_regex *re = pp_xcalloc(1, sizeof(*re));
	re->code = compiled;
	re->data = pcre2_match_data_create(1, NULL);
	re->limits = pcre2_match_context_create(NULL);
	if (!re->data || !re->limits)
		pp_alloc_fail();
	pthread_mutex_init(&re->lock, NULL);
	pcre2_set_match_limit(re->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(re->limits, DEPTH_LIMIT);
	return re;
}

static bool match(struct pp_regex *re, struct pp_str subject)
{
	PCRE2_SPTR text = (PCRE2_SPTR)(subject.n ? subject.p : "");

	if (re->exhausted >= PATIENCE)
		return false;
	/* exactly one pair of offsets is kept, so a match with groups returns 0 */
	int rc = pcre2_match(re->code, text, subject.n, 0, 0, re->data, re->limits);
	if (rc == PCRE2_ERROR_NOMEMORY)
		pp_alloc_fail();
	re->exhausted += rc < 0 && rc != PCRE2_ERROR_NOMATCH;
	return rc >= 0;
}

bool pp_regex_match(struct pp_regex *re, struct pp_str subject)
{
	pthread_mutex_lock(&re->lock);
	bool matches = match(re, subject);
	pthread_mutex_unlock(&re->lock);
	return matches;
}

bool pp_regex_gave_up(const struct pp_regex *re)
{
	return re->exhausted > 0;
}
