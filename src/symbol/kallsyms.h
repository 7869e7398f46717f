/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's own functions and modules', from /proc/kallsyms, and the kernel's build id. */
#ifndef PP_SYMBOL_KALLSYMS_H
#define PP_SYMBOL_KALLSYMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "symbol/symbol.h"

struct pp_kallsyms;

/*
 * Read the list at `path`, normally "/proc/kallsyms". Where the kernel shows zeros instead of
 * addresses (kptr_restrict), this succeeds with pp_kallsyms_hidden() and no symbols. Malformed
 * lines are skipped; NULL with PP_ERR_FORMAT if there is no other. Free with pp_kallsyms_free.
 */
struct pp_kallsyms *pp_kallsyms_load(const char *path, struct pp_err *err) PP_NODISCARD;

void pp_kallsyms_free(struct pp_kallsyms *k);
void pp_kallsyms_freep(struct pp_kallsyms **k);

/* Whether the kernel keeps its addresses to itself. */
bool pp_kallsyms_hidden(const struct pp_kallsyms *k);

/*
 * The function at `addr`; out->name lives as long as `k`. The list has no sizes: a function reaches
 * to the next symbol of any type. The kernel's text ends at _etext, the last function of a module
 * with its page, and none in a module is longer than 64 KiB, so that what lies between regions has
 * no name. For aliases see symbol/symtab.h.
 */
bool pp_kallsyms_find(const struct pp_kallsyms *k, uint64_t addr, struct pp_symbol *out);

/* The kernel image's text, modules not included: from _stext (or _text) to _etext, or to the end of
 * the last function. False if the list does not say. */
bool pp_kallsyms_range(const struct pp_kallsyms *k, uint64_t *start, uint64_t *limit);

/* The running kernel's build id in lower-case hex, from the ELF notes at `path`, normally
 * "/sys/kernel/notes". PP_ERR_FORMAT if there is none that fits. */
int pp_kernel_build_id(const char *path, char out[41], struct pp_err *err) PP_NODISCARD;

#endif
