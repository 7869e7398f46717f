/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding and reading the source files that a profile names. First as google/pprof does: prefixes
 * are cut from the name, and what is then relative is looked for in directories and all that they
 * are in. Where that finds nothing, where Go's tools keep sources: the main module, vendor
 * directories, the module cache and the standard library, also for the names that -trimpath leaves.
 */
#ifndef PP_SYMBOL_SOURCE_H
#define PP_SYMBOL_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "base/text.h"

/* Where to look. Lists are separated by ':'; NULL or "": not given. All borrowed. */
struct pp_source_paths {
	const char *trim;   /* prefixes to cut from names */
	const char *search; /* directories; not given: the current one */
	const char *goroot, *gopath, *gomodcache, *home; /* of the environment */
};

struct pp_sources;

/* Keeps what it reads, within a bound. Free with pp_sources_free. */
struct pp_sources *pp_sources_new(const struct pp_source_paths *paths) PP_NODISCARD;
void pp_sources_free(struct pp_sources *s);

/* Append the name under which reports show the file `name`: its prefix cut, then without the parts
 * that mean nothing, such as "./". "" stays empty. */
void pp_source_name(const struct pp_source_paths *paths, struct pp_str name, struct pp_buf *out);

/*
 * The file that reports show as `shown` and whose name in the profile is `name`. It lives as long
 * as `s`. NULL if it cannot be found or read, with pprof's message, or is not a regular file, or
 * if it, or all that has been read, is too large. Nor is a file shown that not everybody may read,
 * such as /etc/shadow, unless it is below the current or a given directory.
 */
const struct pp_text *pp_source_read(struct pp_sources *s, struct pp_str shown, struct pp_str name,
				     struct pp_err *err) PP_NODISCARD;

/* Where a text that was read is; NULL if it is none. */
const char *pp_source_path(const struct pp_sources *s, const struct pp_text *text);

#endif
