/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit program includes, before anything else but config.h: cmocka and its needs. */
#ifndef PP_TESTS_UNIT_H
#define PP_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* A skipped test has to say why: the line is read by tests/tap-run.sh. */
#define PP_SKIP(why)                              \
	do {                                      \
		print_message("skip: %s\n", why); \
		skip();                           \
	} while (0)

/* The next check is about table entry `what`: shown if it fails. */
#define PP_CHECK_MSG(ok, what)                       \
	do {                                         \
		if (!(ok))                           \
			fail_msg("case '%s'", what); \
	} while (0)

#endif
