/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For how long entries are kept as they came, and then merged by windows of time:
 * "full=7d,5m=30d". What is older than the last goes.
 */
#ifndef PP_ARCHIVE_POLICY_H
#define PP_ARCHIVE_POLICY_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

#define PP_POLICY_DEFAULT   "full=7d,5m=30d"
#define PP_POLICY_STEPS_MAX 8

struct pp_policy_step {
	int64_t window; /* ns; 0: as they came */
	int64_t age;	/* ns: until then */
};

struct pp_policy {
	struct pp_policy_step step[PP_POLICY_STEPS_MAX];
	uint32_t n;
};

/* -1 with PP_ERR_USAGE that says what is wrong. */
int pp_policy_parse(struct pp_policy *p, const char *text, struct pp_err *err) PP_NODISCARD;

/* The step that something is in that ended so long ago; p->n: it is to go. */
uint32_t pp_policy_find(const struct pp_policy *p, int64_t age);

#endif
