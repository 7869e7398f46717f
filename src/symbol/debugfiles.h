/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the files that hold what was stripped from others. Where they may be is what GDB,
 * elfutils and debuginfod look at; what is found has to be proved to belong: by its build id, else
 * by the checksum in .gnu_debuglink.
 */
#ifndef PP_SYMBOL_DEBUGFILES_H
#define PP_SYMBOL_DEBUGFILES_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "symbol/debuginfod.h"
#include "symbol/elffile.h"

/* Where to look. */
struct pp_debugfiles {
	const char *dirs; /* "DIR:DIR", searched before all others; NULL: none */
	int root; /* what the file's own paths begin at, such as a container's root; -1: ours */
	struct pp_debuginfod *server; /* asked after all others; NULL: none */
};

/* A file that was found; fd is -1 and path NULL for none. Both are the caller's. */
struct pp_debugfile {
	int fd;
	char *path;
	bool inside; /* the path is below the root */
};
void pp_debugfile_release(struct pp_debugfile *file);

/*
 * The debug file of `f`, which was at `path` when it was mapped ("": unknown). In each of the
 * directories: .build-id/xx/rest.debug, BUILD-ID, the same folder as that of `path`, and the
 * directory itself, with the names NAME-IN-DEBUGLINK and NAME.debug. Then, below the root and below
 * ours: /usr/lib/debug/.build-id, the folder of `path`, .debug/ in it, /usr/lib/debug + folder. At
 * last the server, for a file that has no debug information itself.
 */
struct pp_debugfile pp_debugfiles_find(const struct pp_debugfiles *where,
				       const struct pp_elffile *f, const char *path);

/* The package of split units that stands beside the file at `path`, PATH.dwp. Its units are told by
 * their ids. */
struct pp_debugfile pp_debugfiles_find_package(const struct pp_debugfiles *where, const char *path);

/* The file that dwz has put shared parts of `f` into: as f says, in the directories, in
 * /usr/lib/debug by build id. f's path, which relative names begin at, is file->path. */
struct pp_debugfile pp_debugfiles_find_alt(const struct pp_debugfiles *where,
					   const struct pp_elffile *f,
					   const struct pp_debugfile *file);

#endif
