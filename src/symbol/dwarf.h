/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions, files, lines and inlined functions of addresses, from the DWARF (versions 2 to 5) of
 * an executable, a shared object or a file with its debug information only.
 *
 * The files are mapped: if their owner truncates them meanwhile, SIGBUS ends the process. Whoever
 * reads files of others does so in a process of its own. Hostile contents do no other harm than
 * wrong answers: all work is bounded by the size of the sections.
 */
#ifndef PP_SYMBOL_DWARF_H
#define PP_SYMBOL_DWARF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "symbol/answers.h"
#include "symbol/notes.h"

/* What a file has, for those who have to find the others that belong to it. */
struct pp_dwarf_facts {
	bool functions; /* .debug_info */
	bool lines;	/* .debug_line */
	bool split;	/* some units are in .dwo files, or in FILE.dwp */
	char *alt_path; /* the dwz alternate file (.gnu_debugaltlink), often relative to this one;
			   NULL: none */
	char alt_build_id[2 * PP_BUILD_ID_MAX + 1]; /* lower-case hex; "" if there is none */
};

/* Look at the file behind `fd`, which stays open. -1 with PP_ERR_FORMAT for what is not
 * little-endian ELF. Release with pp_dwarf_facts_release. */
int pp_dwarf_inspect(int fd, struct pp_dwarf_facts *facts, struct pp_err *err) PP_NODISCARD;
void pp_dwarf_facts_release(struct pp_dwarf_facts *facts);

struct pp_dwarf_options {
	bool inlines;	 /* else only the function that the symbol table has, too */
	bool lines;	 /* files and lines */
	bool split;	 /* open the .dwo files that the file names */
	int alt_fd;	 /* the dwz alternate file, or -1 */
	int dwp_fd;	 /* the package of split units, or -1 */
	const char *dir; /* where else .dwo files may be, an absolute path; NULL: nowhere */
};

/*
 * Answer n ascending virtual addresses of the file behind `fd`. Frames are innermost first. The
 * line of the innermost one is that of the address, that of the others where they call the one
 * before; start_line is where the function is declared. A function with a linkage name has that as
 * its system_name, and no name: it is to be demangled; another has a name only. A frame without
 * either has a file and a line, but nothing says which function it is: a symbol table may. It may
 * also know a better name for an outermost frame without a system_name: compilers leave linkage
 * names of functions in local classes out. No frames: the file does not know the address.
 *
 * `out` is made, and the caller's to release, whatever is returned. -1 with PP_ERR_FORMAT for what
 * is not ELF, PP_ERR_LIMIT if the work has become too much: the answers up to then are right. The
 * file descriptors stay open. Messages do not name the file.
 */
int pp_dwarf_resolve(int fd, const struct pp_dwarf_options *o, const uint64_t *vaddrs, size_t n,
		     struct pp_answers *out, struct pp_err *err) PP_NODISCARD;

#endif
