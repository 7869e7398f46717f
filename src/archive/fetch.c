/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/fetch.h"

#include "archive/storage.h"

#define ATTEMPTS 100

/* Look for an entry anew, and read it where it is. */
static int fetch_again(const struct pp_archive *a, const struct pp_id *id, struct pp_buf *canonical,
		       struct pp_err *err)
{
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	char hex[PP_SHA256_HEX];
	const struct pp_selector s = {.name = pp_sha256_hex(hex, id->bytes),
				      .range = {INT64_MIN, INT64_MAX}};
	const struct pp_want want = {.selector = &s};

	if (pp_list_entries(&list, a, &want, err))
		return -1;
	return list.items[0].storage->read(a, &list, &list.items[0], canonical, err);
}

int pp_item_fetch(const struct pp_archive *a, const struct pp_list *list,
		  const struct pp_item *item, struct pp_buf *canonical, struct pp_err *err)
{
	int rc = item->storage->read(a, list, item, canonical, err);

	for (int i = 0; i < ATTEMPTS && rc && err->kind == PP_ERR_NOT_FOUND; i++)
		rc = fetch_again(a, &item->entry.id, canonical, err);
	return rc;
}
