/* SPDX-License-Identifier: Apache-2.0 */
/* Files of rules of `gate`: each line becomes an option that the command line could have. */
#include <config.h>

#include "cmd/gate_rules.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* Nothing in a file becomes anything but options with a value, in front of what was typed. */
static void check_words(const struct pp_gate_rules *r)
{
	require(r->argc >= 2 && strcmp(r->argv[0], "gate") == 0);
	require(strcmp(r->argv[r->argc - 1], "--typed") == 0);
	for (int i = 1; i < r->argc - 1; i++)
		require(strncmp(r->argv[i], "--", 2) == 0 && strchr(r->argv[i], '='));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char command[] = "gate", typed[] = "--typed";
	char *argv[] = {command, typed, NULL};
	struct pp_gate_rules r = {.argc = 2};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_gate_rules_parse(&r, "rules", (struct pp_str){(const char *)bytes, n}, &err);

	require(rc == 0 || (err.kind == PP_ERR_FORMAT && err.msg[0]));
	if (rc == 0) {
		pp_gate_rules_join(&r, 2, argv);
		check_words(&r);
	}
	pp_gate_rules_release(&r);
	return 0;
}
