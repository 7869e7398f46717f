/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses of a view lie in which routines of which binaries. */
#ifndef PP_CMD_CODE_HITS_H
#define PP_CMD_CODE_HITS_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flat.h"
#include "base/map.h"
#include "base/regex.h"
#include "base/str.h"
#include "cmd/report.h"

struct pp_code_routine {
	const char *path;     /* of the binary */
	uint64_t start, stop; /* its code, in addresses of the binary */
	struct pp_str *names; /* all that are shown; at least one */
	uint32_t nnames;
	char *own_name; /* if one of them had to be made */
};

/* An address of a binary that costs something. */
struct pp_code_hit {
	uint32_t routine, node;
	uint64_t address;
};

struct pp_code_binary;

struct pp_code_hits {
	struct pp_code_routine *routines; /* each with a hit */
	size_t nroutines;
	struct pp_code_hit *hits; /* by routine, address and name */
	size_t nhits;
	struct pp_flat flat; /* of the view, which is by address */
	/* private */
	struct pp_report *report;
	const char *binary_path;
	struct pp_regex *re;
	bool has_address; /* REGEX is one */
	uint64_t address;
	struct pp_strtab binary_keys; /* binary i is key i + 1 */
	struct pp_code_binary *binaries;
	uint32_t *binary_of; /* per mapping; PP_NONE: not of interest, or not there */
	size_t routines_cap, hits_cap, binaries_cap;
};

/* Find all routines whose symbol matches the report's REGEX, or that have its address, in the
 * binaries of the profile or in those of the same name or build id in the directories
 * `binary_path`. -1 if there are none. Release in either case. */
int pp_code_hits_init(struct pp_code_hits *c, struct pp_report *r, const char *binary_path,
		      struct pp_err *err) PP_NODISCARD;
void pp_code_hits_release(struct pp_code_hits *c);

#endif
