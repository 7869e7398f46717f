/* SPDX-License-Identifier: Apache-2.0 */
/* What a Go program's own table says of its addresses; see symbol/gotab.h. */
#ifndef PP_SYMBOL_GOPCLNTAB_H
#define PP_SYMBOL_GOPCLNTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "symbol/answers.h"

/* Whether the file behind `fd` has such a table. For most that have none, a look at their
 * headers. */
bool pp_gopclntab_has(int fd);

/*
 * Look up n virtual addresses of the program or library behind `fd`, in any order; sorted is fine
 * and so is repeated. Initializes *out, which the caller releases in any case. Answers have the
 * function, its file and line, and inlined functions from Go 1.12 on; start lines from Go 1.20 on.
 * Go's names are both `name` and `system_name`: they are not mangled. Padding behind a function is
 * the function's. -1 with PP_ERR_NOT_FOUND if the file has no table, else as pp_gotab_open;
 * PP_ERR_LIMIT if a damaged table would take too long.
 */
int pp_gopclntab_resolve(int fd, const uint64_t *vaddrs, size_t n, struct pp_answers *out,
			 struct pp_err *err) PP_NODISCARD;

#endif
