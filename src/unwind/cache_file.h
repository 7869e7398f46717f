/* SPDX-License-Identifier: Apache-2.0 */
/* Tables as bytes: the files of the cache, and what is checked of them. Internal to unwind/. */
#ifndef PP_UNWIND_CACHE_FILE_H
#define PP_UNWIND_CACHE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unwind/table.h"

/* To be raised with every change of rows, or of what they are made to say. */
#define PP_UNWIND_CACHE_VERSION 1

#define PP_UNWIND_CACHE_NAME 160

/* How big the file of a table is. */
uint64_t pp_unwind_cache_file_size(const struct pp_unwind_table *t);

/* Write the table called `name` to the empty file `fd`. False if that failed. */
bool pp_unwind_cache_file_write(int fd, const char name[PP_UNWIND_CACHE_NAME],
				const struct pp_unwind_table *t);

/* Read it from a file of `size` bytes. False, with *t empty, for all that
 * pp_unwind_cache_file_write would not have written under this name. */
bool pp_unwind_cache_file_read(int fd, uint64_t size, const char name[PP_UNWIND_CACHE_NAME],
			       struct pp_unwind_table *t);

#endif
