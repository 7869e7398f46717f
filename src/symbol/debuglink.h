/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file says of others that belong to it: .gnu_debuglink (GDB manual, "Separate Debug
 * Files"), .gnu_debugaltlink (dwz), .gnu_debugdata (GDB manual, "MiniDebugInfo").
 */
#ifndef PP_SYMBOL_DEBUGLINK_H
#define PP_SYMBOL_DEBUGLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "symbol/elffile.h"

#define PP_DEBUGLINK_MAX 4096 /* bytes of a name, with its NUL */

/* The file that has the debug information which was stripped from this one. */
struct pp_debuglink {
	char name[PP_DEBUGLINK_MAX]; /* without folders */
	uint32_t crc;		     /* of the whole file, as io/crc32.h has it */
};
bool pp_debuglink_read(struct pp_debuglink *link, const struct pp_elffile *f);

/* The file that has the debug information which this one shares with others. */
struct pp_debugaltlink {
	char name[PP_DEBUGLINK_MAX]; /* absolute, or from the folder of the file */
	char build_id[2 * PP_BUILD_ID_MAX + 1];
};
bool pp_debugaltlink_read(struct pp_debugaltlink *link, const struct pp_elffile *f);

/* Append the ELF file with symbols that is packed in this one. -1 with PP_ERR_NOT_FOUND if there is
 * none; PP_ERR_LIMIT for more than 256 MiB. */
int pp_debugdata_read(const struct pp_elffile *f, struct pp_buf *out,
		      struct pp_err *err) PP_NODISCARD;

#endif
