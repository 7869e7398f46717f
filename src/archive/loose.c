/* SPDX-License-Identifier: Apache-2.0 */
/* Loose objects as a storage. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "archive/fsck.h"
#include "archive/object.h"
#include "archive/place.h"
#include "archive/storage.h"
#include "base/alloc.h"

static void list_one(struct pp_listing *l, const char *dir, const char *name,
		     const struct pp_id *id)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_entry e;
	char below[16];

	if (pp_object_head(l->archive, id, &l->list->pool, &e, &err) == 0) {
		pp_listing_add(l, &e, &pp_storage_loose, 0);
		pp_entry_release(&e);
		return;
	}
	pp_entry_release(&e);
	if (err.kind == PP_ERR_NOT_FOUND) {
		l->again = true;
		return;
	}
	snprintf(below, sizeof(below), "new/%.2s", dir);
	pp_listing_damaged(l, below, name, err.msg);
}

static int list_dir(struct pp_listing *l, const char *dir, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	char below[16];
	struct pp_id id;

	snprintf(below, sizeof(below), "new/%.2s", dir);
	if (pp_place_names(l->archive, below, &names, err))
		return err->kind == PP_ERR_FORMAT ? 0 : -1; /* no directory: nothing of ours */
	for (size_t i = 0; i < names.n; i++) {
		if (pp_object_id(dir, names.name[i], &id) && pp_listing_wants_id(l, &id))
			list_one(l, dir, names.name[i], &id);
	}
	return 0;
}

static int list(struct pp_listing *l, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	if (pp_place_names(l->archive, "new", &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (strlen(names.name[i]) != 2)
			continue;
		if (l->prefix && strncmp(names.name[i], l->prefix, 2) != 0)
			continue;
		if (list_dir(l, names.name[i], err))
			return -1;
	}
	return 0;
}

static int read(const struct pp_archive *a, const struct pp_list *l PP_UNUSED,
		const struct pp_item *item, struct pp_buf *canonical, struct pp_err *err)
{
	struct pp_series_pool pool;
	struct pp_entry e;

	pp_series_pool_init(&pool);
	int rc = pp_object_read(a, &item->entry.id, &pool, &e, canonical, err);
	pp_entry_release(&e);
	pp_series_pool_release(&pool);
	return rc;
}

static int check_one(struct pp_fsck *f, const char *below, const char *dir, const char *name,
		     struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf canonical = PP_BUF_INIT;
	struct pp_err wrong = PP_ERR_INIT;
	struct pp_series_pool pool;
	struct pp_entry e;
	struct pp_id id;

	if (!pp_object_id(below, name, &id)) {
		pp_fsck_stray(f, dir, name);
		return 0;
	}
	pp_series_pool_init(&pool);
	int rc = pp_object_read(f->archive, &id, &pool, &e, &canonical, &wrong);
	if (rc == 0)
		rc = pp_fsck_entry(f, &e, &canonical, &wrong);
	pp_entry_release(&e);
	pp_series_pool_release(&pool);
	return pp_fsck_file(f, dir, name, 1, rc ? &wrong : NULL, err);
}

static int check(struct pp_fsck *f, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names dirs = {0};

	if (pp_place_names(f->archive, "new", &dirs, err))
		return -1;
	for (size_t i = 0; i < dirs.n; i++) {
		PP_CLEANUP(pp_names_release) struct pp_names names = {0};
		PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("new/%s", dirs.name[i]);

		if (pp_fsck_names(f, "new", dirs.name[i], &names, err))
			return -1;
		for (size_t k = 0; k < names.n; k++) {
			if (check_one(f, dirs.name[i], dir, names.name[k], err))
				return -1;
		}
	}
	return 0;
}

const struct pp_storage pp_storage_loose = {.list = list, .read = read, .check = check};
