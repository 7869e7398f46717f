/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files and addresses in them to names, files, lines and inlined functions: first all
 * questions are asked, then all are answered, each file by a process of its own, several at a time.
 * A file that crashes its process, or keeps it busy for too long, loses what only libelf and DWARF
 * could have told; its functions then go by their addresses. Answers do not depend on the order of
 * questions, nor on timing as long as no time limit is reached.
 */
#ifndef PP_SYMBOL_SYMBOLIZER_H
#define PP_SYMBOL_SYMBOLIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "symbol/answers.h"
#include "symbol/debuginfod.h"
#include "symbol/sources.h"

struct pp_symbolizer_options {
	bool no_inlines, no_lines;
	const char *debug_dirs;	      /* as pp_debugfiles.dirs; NULL: none */
	struct pp_debuginfod *server; /* NULL: none is asked */
	unsigned jobs;		      /* processes at a time; 0: one per processor */
	int64_t timeout_ns;	      /* per file; 0: 60 s */

	/* If not NULL, called when another file has been answered. */
	void (*progress)(void *arg, size_t done, size_t all);
	void *progress_arg;
	/* If not NULL, asked several times a second: whether to do without the files that are left,
	 * as without those that fail. */
	bool (*stopped)(void *arg);
	void *stopped_arg;
};

/* What became of the files that were asked for. */
struct pp_symbolizer_stats {
	size_t files, failed; /* failed: crashed, hung or refused */
	size_t separate;      /* with a debug file of their own */
	bool stopped;	      /* some of these failed because it was stopped */
};

struct pp_symbolizer;

/* The options are borrowed. Free with pp_symbolizer_free. */
struct pp_symbolizer *pp_symbolizer_new(const struct pp_symbolizer_options *o) PP_NODISCARD;
void pp_symbolizer_free(struct pp_symbolizer *s);
void pp_symbolizer_freep(struct pp_symbolizer **s);

/* Make a file known, which was at `path` ("": unknown) below the directory `root` (-1: ours).
 * Descriptors and `image` are borrowed until the end. Returns its number; what is no ELF file gets
 * one, too, and answers nothing. */
uint32_t pp_symbolizer_add_file(struct pp_symbolizer *s, int fd, const char *path, int root);

/* The same for n bytes in memory, such as the vdso. */
uint32_t pp_symbolizer_add_memory(struct pp_symbolizer *s, const void *image, size_t n,
				  const char *path);

/* Its build id in lower-case hex, or "". */
const char *pp_symbolizer_build_id(const struct pp_symbolizer *s, uint32_t file);

/* The address that a byte of the file is loaded at, as pp_elffile_vaddr. */
bool pp_symbolizer_vaddr(const struct pp_symbolizer *s, uint32_t file, uint64_t offset,
			 uint64_t *vaddr);

/* Ask for an address of the file. Asking twice does no harm. */
void pp_symbolizer_ask(struct pp_symbolizer *s, uint32_t file, uint64_t vaddr);

/* Answer what was asked since the last time. */
void pp_symbolizer_resolve(struct pp_symbolizer *s);

struct pp_symbolizer_answer {
	enum pp_source source;
	const struct pp_answer_frame *frames; /* innermost inlined function first */
	size_t n;
	const struct pp_strtab *strings; /* of the frames */
};

/* The answer for an address that was asked for. It stays where it is until the end. */
struct pp_symbolizer_answer pp_symbolizer_get(const struct pp_symbolizer *s, uint32_t file,
					      uint64_t vaddr);

/* What is known of a file as a whole, for the flags of a mapping. */
struct pp_symbolizer_coverage {
	bool functions; /* some address has a name, and not only that of its address */
	bool files, lines;
	bool inlines; /* inlined functions were asked for, and the file has them */
};
struct pp_symbolizer_coverage pp_symbolizer_coverage(const struct pp_symbolizer *s, uint32_t file);

struct pp_symbolizer_stats pp_symbolizer_stats(const struct pp_symbolizer *s);

#endif
