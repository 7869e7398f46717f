/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cli/version.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

static const struct part {
	const char *name;
	bool built;
} parts[] = {
#ifdef HAVE_NATIVE
	{"recording of processes", true},
#else
	{"recording of processes", false},
#endif
#ifdef HAVE_BPF
	{"eBPF", true},
#else
	{"eBPF", false},
#endif
#ifdef HAVE_CURL
	{"URLs", true},
#else
	{"URLs", false},
#endif
#ifdef HAVE_TUI
	{"tui", true},
#else
	{"tui", false},
#endif
};

static void print_parts(struct pp_out *out, bool built)
{
	const char *before = built ? "with: " : "without: ";

	for (size_t i = 0; i < PP_ARRAY_LEN(parts); i++) {
		if (parts[i].built != built)
			continue;
		pp_out_text(out, before);
		pp_out_text(out, parts[i].name);
		before = ", ";
	}
	if (before[0] == ',')
		pp_out_text(out, "\n");
}

void pp_version_print(struct pp_out *out)
{
	pp_out_text(out, PACKAGE_NAME " " PACKAGE_VERSION "\n");
	print_parts(out, true);
	print_parts(out, false);
}
