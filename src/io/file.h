/* SPDX-License-Identifier: Apache-2.0 */
/* Reading whole files, and bytes of open ones. */
#ifndef PP_IO_FILE_H
#define PP_IO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/* The bytes of a file: mapped when it is a regular file, read into memory otherwise. */
struct pp_file {
	uint8_t *bytes; /* read-only when mapped */
	size_t n;
	bool mapped;
};

/* Read `path`, "-" for stdin. Refuses directories and more than `limit` bytes. The caller releases.
 */
int pp_file_read(struct pp_file *f, const char *path, uint64_t limit,
		 struct pp_err *err) PP_NODISCARD;

/* Read `path` into memory if it is a regular file: anything else, such as a pipe that would make us
 * wait or a device, is refused, and a file that shrinks meanwhile does no harm. For names that
 * somebody else has chosen. */
int pp_file_read_regular(struct pp_file *f, const char *path, uint64_t limit,
			 struct pp_err *err) PP_NODISCARD;

/* The same for what is to be obeyed: the file has to be this user's, or root's if everybody may
 * read it, and nobody else may be allowed to write to it. PP_ERR_PERMISSION for others. */
int pp_file_read_own(struct pp_file *f, const char *path, uint64_t limit,
		     struct pp_err *err) PP_NODISCARD;

void pp_file_release(struct pp_file *f);

/* A small text file such as those in /proc and /sys, up to `size` - 1 bytes, NUL-terminated.
 * Returns the length, or -1 with errno set. */
long pp_file_read_text(const char *path, char *out, size_t size);

/* Exactly the n bytes at `offset`, wherever the position of `fd` is. False at the end of the file,
 * with errno 0, and for errors, with errno set. */
bool pp_file_read_at(int fd, void *out, size_t n, uint64_t offset);

#endif
