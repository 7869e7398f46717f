/* SPDX-License-Identifier: Apache-2.0 */
/* Pins: names for entries that are to stay. */
#ifndef PP_ARCHIVE_PINS_H
#define PP_ARCHIVE_PINS_H

#include <stdint.h>

#include "archive/archive.h"
#include "archive/entry.h"
#include "archive/place.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"

#define PP_PIN_NAME_MAX 100

/* Whether it may be the name of a pin: PP_ERR_USAGE says why not. Nothing that could be taken for
 * the digits of an id, or for "latest". */
int pp_pin_name_check(const char *name, struct pp_err *err) PP_NODISCARD;

/* Pin n ids, in place of what the name stood for. The archive is locked. */
int pp_pin_write(const struct pp_archive *a, const char *name, const struct pp_id *ids, uint32_t n,
		 struct pp_err *err) PP_NODISCARD;

/* Add the ids that a pin has, as their bytes. -1 with PP_ERR_NOT_FOUND, or PP_ERR_FORMAT. */
int pp_pin_read(const struct pp_archive *a, const char *name, struct pp_strtab *ids,
		struct pp_err *err) PP_NODISCARD;

/* Add the ids of all pins. -1 if one of them cannot be read. */
int pp_pins_read_all(const struct pp_archive *a, struct pp_strtab *ids,
		     struct pp_err *err) PP_NODISCARD;

/* Forget it. The archive is locked. -1 with PP_ERR_NOT_FOUND. */
int pp_pin_remove(const struct pp_archive *a, const char *name, struct pp_err *err) PP_NODISCARD;

/* The names of all pins, in order. */
int pp_pin_names(const struct pp_archive *a, struct pp_names *names,
		 struct pp_err *err) PP_NODISCARD;

#endif
