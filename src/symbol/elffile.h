/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The headers of an ELF file, copied and checked, and sections by name (gABI, chapters 4 and 5).
 * The one reader of them. Reads with pread alone and believes nothing, so that it may look at
 * anybody's file from a process that must not crash.
 */
#ifndef PP_SYMBOL_ELFFILE_H
#define PP_SYMBOL_ELFFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "symbol/notes.h"

struct pp_elffile_section {
	const char *name; /* "" if it has none; NUL-terminated, owned by the file */
	uint32_t type, link;
	uint64_t flags, addr, offset, size, entsize;
};

struct pp_elffile_segment {
	uint32_t type, flags;
	uint64_t offset, size, vaddr, memory; /* size: in the file */
};

struct pp_elffile {
	int fd; /* borrowed; -1: memory */
	const uint8_t *image;
	uint64_t n; /* size when it was opened */
	bool is64;
	uint16_t type, machine;
	struct pp_elffile_section *sections;
	size_t nsections;
	struct pp_elffile_segment *segments;
	size_t nsegments;
	char *names;
	char build_id[2 * PP_BUILD_ID_MAX + 1]; /* lower-case hex, or "" */
};

/*
 * Read the headers of a little-endian executable, shared object or debug file, which may be of type
 * relocatable or none. `fd`, or the n bytes at `image`, must stay until pp_elffile_release. Damaged
 * tables count as empty, and as shorter where the file ends early. -1 with PP_ERR_FORMAT for what
 * is not ELF, PP_ERR_UNSUPPORTED for big-endian and core files, PP_ERR_LIMIT for more than a
 * million sections; there is nothing to release then. Messages do not name the file.
 */
int pp_elffile_open(struct pp_elffile *f, int fd, struct pp_err *err) PP_NODISCARD;
int pp_elffile_open_memory(struct pp_elffile *f, const void *image, size_t n,
			   struct pp_err *err) PP_NODISCARD;

/* The same without sections: there seem to be none. Costs a read for the header, one for all
 * segments, and one for each PT_NOTE up to the build id. */
int pp_elffile_open_segments(struct pp_elffile *f, int fd, struct pp_err *err) PP_NODISCARD;

void pp_elffile_release(struct pp_elffile *f);

/* -1 with PP_ERR_UNSUPPORTED unless the file is an executable or a shared object. */
int pp_elffile_need_program(const struct pp_elffile *f, struct pp_err *err) PP_NODISCARD;

/* The first section of that name that has bytes in the file, or NULL. */
const struct pp_elffile_section *pp_elffile_section(const struct pp_elffile *f, const char *name);

/* Exactly n bytes at `offset`; false at the end of the file and for errors. */
bool pp_elffile_read_at(const struct pp_elffile *f, void *out, size_t n, uint64_t offset);

/* A section's bytes into `out`, instead of what is there; false if they are compressed, more than
 * `limit`, or not all in the file. */
bool pp_elffile_read(const struct pp_elffile *f, const struct pp_elffile_section *s, uint64_t limit,
		     struct pp_buf *out);

/* Whether a section's bytes in the file are compressed, by its flag or, in GNU's older way, by its
 * name (.zdebug_*). */
bool pp_elffile_is_compressed(const struct pp_elffile_section *s);

/* What `in`, the n bytes in the file of a compressed section, hold; free with free(). NULL if that
 * is damaged, nothing, more than `limit`, not by zlib, or more than there is memory for. */
uint8_t *pp_elffile_inflate(const struct pp_elffile *f, const struct pp_elffile_section *s,
			    const uint8_t *in, size_t n, uint64_t limit, size_t *out_n);

/* A section's bytes, inflated if they are compressed; free with free(). NULL as above, and if they
 * are not all in the file. */
uint8_t *pp_elffile_bytes(const struct pp_elffile *f, const struct pp_elffile_section *s,
			  uint64_t limit, size_t *n);

/* The virtual address that the byte at `offset` is loaded at. Executable segments come first where
 * segments share bytes; false outside all of them. */
bool pp_elffile_vaddr(const struct pp_elffile *f, uint64_t offset, uint64_t *vaddr);

/* The same for n segments that somebody has kept. */
bool pp_elffile_segments_vaddr(const struct pp_elffile_segment *segments, size_t n, uint64_t offset,
			       uint64_t *vaddr);

#endif
