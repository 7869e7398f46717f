/* SPDX-License-Identifier: Apache-2.0 */
/* Where a Go program has its table of functions. Internal to symbol/. */
#ifndef PP_SYMBOL_GOTAB_LOCATE_H
#define PP_SYMBOL_GOTAB_LOCATE_H

#include <stdbool.h>
#include <stdint.h>

#include "symbol/gotab.h"

/* Set elf, vaddr, n, version, quantum, nfuncs, text, and the offsets of the parts, all of which lie
 * in the n bytes; `elf` has been opened. False if there is no table with a sound header. By the
 * name of its section; in programs that say they are Go's, and those without sections, also by how
 * it begins. */
bool pp_gotab_locate(struct pp_gotab *t);

/* Set what only the runtime's module data tell: `text`, if that is there, and `gofunc`. For Go 1.18
 * and later. */
void pp_gotab_module(struct pp_gotab *t);

#endif
