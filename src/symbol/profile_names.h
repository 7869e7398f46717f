/* SPDX-License-Identifier: Apache-2.0 */
/* Naming the addresses of a profile that was recorded earlier, or elsewhere. */
#ifndef PP_SYMBOL_PROFILE_NAMES_H
#define PP_SYMBOL_PROFILE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"
#include "symbol/binary.h"
#include "symbol/symbolizer.h"

struct pp_profile_names_options {
	const char *binary_path; /* as pp_binary_find's `search` */
	bool force;		 /* rename what has names */
	struct pp_symbolizer_options symbols;

	/* What is not used, or not found; both may be NULL. */
	pp_binary_ignored ignored;
	void (*missing)(void *context, const char *why);
	void *context;
};

struct pp_profile_names_report {
	struct pp_symbolizer_stats stats;
	uint32_t asked, named; /* locations */
	uint32_t kept;	       /* had names before */
	uint32_t foreign;      /* addresses of a kernel that is not the running one */
	uint32_t hidden;       /* addresses of this kernel, which hides its symbols */
};

/*
 * Give locations without names, and with `force` all, the lines that their files tell, found by
 * pp_binary_find, or on the server by build id. A name that is only an address is none. Kernel
 * addresses are named if the running kernel has the same build id; modules', if it has not been
 * started since. Locations that nothing is found for stay as they are. Flags of mappings follow.
 * -1 with PP_ERR_LIMIT if the profile may not grow so much.
 */
int pp_profile_names_add(struct pp_profile *p, const struct pp_profile_names_options *o,
			 struct pp_profile_names_report *report, struct pp_err *err) PP_NODISCARD;

#endif
