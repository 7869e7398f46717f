/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second opinion on the reader and writer of pprof profiles: protobuf-c unpacks the same bytes,
 * and a validity check of its own, written against the message and not against our columns, says
 * whether they are a profile. Where protobuf-c is stricter or laxer than pprof about framing
 * (field number 0, tags and lengths of more bytes than needed, singular fields that are repeated),
 * only what we promise by ourselves is held.
 */
#ifndef PP_TESTS_ORACLE_PPROF_H
#define PP_TESTS_ORACLE_PPROF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was found about some bytes. */
struct oracle_pprof {
	bool accepted;	   /* our reader takes them */
	bool compared;	   /* and protobuf-c had a say */
	const char *wrong; /* NULL, or what the two disagree about */
};

/* Decode and encode n inflated bytes and compare with protobuf-c. */
struct oracle_pprof oracle_pprof_check(const uint8_t *bytes, size_t n);

#endif
