/* SPDX-License-Identifier: Apache-2.0 */
/* names STYLE PROFILE: the names of all functions, demangled, one per line. */
#include <config.h>

#include <stdio.h>

#include "pprof/read.h"
#include "symbol/names.h"

int main(int argc, char **argv)
{
	struct pp_err err = PP_ERR_INIT;
	enum pp_demangle style;
	struct pp_profile p;

	if (argc != 3 || !pp_demangle_parse(argv[1], &style)) {
		fprintf(stderr, "usage: names none|simple|templates|full PROFILE\n");
		return 2;
	}
	if (pp_pprof_read(&p, argv[2], NULL, &err) < 0) {
		fprintf(stderr, "names: %s\n", err.msg);
		return 3;
	}
	pp_names_demangle(&p, style);
	for (uint32_t i = 0; i < p.nfunctions; i++) {
		struct pp_str s = pp_profile_str(&p, p.functions[i].name);

		printf("%.*s\n", (int)s.n, s.p);
	}
	pp_profile_release(&p);
	return 0;
}
