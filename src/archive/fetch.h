/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of single entries of a list, wherever they are by now. */
#ifndef PP_ARCHIVE_FETCH_H
#define PP_ARCHIVE_FETCH_H

#include "archive/archive.h"
#include "archive/list.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* Append the canonical bytes of an item; one that has been moved since it was listed, as by
 * sealing, is looked for. -1 with PP_ERR_NOT_FOUND if it is nowhere. */
int pp_item_fetch(const struct pp_archive *a, const struct pp_list *list,
		  const struct pp_item *item, struct pp_buf *canonical,
		  struct pp_err *err) PP_NODISCARD;

/* -1 with PP_ERR_LIMIT if one of a list is larger than want->max_input. */
int pp_list_check_sizes(const struct pp_list *list, const struct pp_want *want,
			struct pp_err *err) PP_NODISCARD;

#endif
