/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/fetch.h"

#include "archive/storage.h"
#include "base/units.h"

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

int pp_list_check_sizes(const struct pp_list *list, const struct pp_want *want, struct pp_err *err)
{
	char text[PP_QTY_MAX], hex[PP_SHA256_HEX];

	for (uint32_t i = 0; i < list->n && want->max_input; i++) {
		const struct pp_entry *e = &list->items[i].entry;

		if (e->size <= want->max_input)
			continue;
		return pp_err_set(err, PP_ERR_LIMIT, "@%.12s: larger than the limit of %s",
				  pp_sha256_hex(hex, e->id.bytes),
				  pp_units_label(text, (int64_t)want->max_input,
						 PP_STR_LIT("bytes"), PP_STR_LIT("auto")));
	}
	return 0;
}
