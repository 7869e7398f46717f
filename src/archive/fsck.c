/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/fsck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/canonical.h"
#include "archive/entry.h"
#include "archive/pins.h"
#include "archive/place.h"
#include "archive/status.h"
#include "archive/storage.h"
#include "archive/tags.h"
#include "base/alloc.h"
#include "pprof/decode.h"

static bool is_gone(const struct pp_err *err)
{
	return err->kind == PP_ERR_NOT_FOUND;
}

/* "new/ab/cd" becomes "new-ab-cd", so that where it was is not lost. */
static int move_to_bad(struct pp_fsck *f, const char *dir, const char *name, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *to = pp_xasprintf("%s-%s", dir, name);

	for (char *p = to; *p; p++) {
		if (*p == '/')
			*p = '-';
	}
	if (pp_archive_raise(f->archive, err) ||
	    pp_place_move(f->archive, dir, name, "bad", to, err))
		return -1;
	f->moved++;
	return 0;
}

int pp_fsck_file(struct pp_fsck *f, const char *dir, const char *name, uint64_t entries,
		 const struct pp_err *wrong, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%s/%s", dir, name);

	if (wrong && is_gone(wrong))
		return 0; /* taken away by others since it was listed */
	f->files++;
	pp_steps_tell(&f->steps, f->files, 0);
	if (!wrong) {
		f->entries += entries;
		return 0;
	}
	f->damaged++;
	f->tell(f->context, file, wrong->msg, false);
	/* what cannot be read now may be whole */
	if (!f->repair || wrong->kind != PP_ERR_FORMAT)
		return 0;
	return move_to_bad(f, dir, name, err);
}

void pp_fsck_stray(struct pp_fsck *f, const char *dir, const char *name)
{
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%s/%s", dir, name);

	f->stray++;
	f->tell(f->context, file, "not a file of the archive", true);
}

int pp_fsck_names(struct pp_fsck *f, const char *parent, const char *name, struct pp_names *names,
		  struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("%s/%s", parent, name);

	if (pp_place_names(f->archive, dir, names, err) == 0)
		return 0;
	if (err->kind != PP_ERR_FORMAT)
		return -1;
	pp_fsck_stray(f, parent, name);
	return 0;
}

/* What decodes, and is in canonical form. */
static int check_profile(struct pp_str canonical, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf again = PP_BUF_INIT;
	uint8_t *copy = pp_xcalloc(canonical.n + 1, 1);
	struct pp_profile p;

	memcpy(copy, canonical.p, canonical.n);
	if (pp_pprof_decode(&p, copy, canonical.n, err))
		return -1;
	int rc = pp_canonical(&p, &again, err);
	pp_profile_release(&p);
	if (rc == 0 && !pp_str_eq(pp_buf_view(&again), canonical))
		return pp_err_set(err, PP_ERR_FORMAT, "its profile is not in canonical form");
	return rc;
}

int pp_fsck_entry(const struct pp_fsck *f, const struct pp_entry *e, const struct pp_buf *canonical,
		  struct pp_err *err)
{
	struct pp_str bytes = pp_buf_view(canonical);
	struct pp_id id;

	if (!f->ids)
		return 0;
	id = pp_entry_id(&e->series->labels, bytes);
	if (memcmp(&id, &e->id, sizeof(id)) != 0)
		return pp_err_set(err, PP_ERR_FORMAT, "its id is not that of what it holds");
	return check_profile(bytes, err);
}

static int check_pins(struct pp_fsck *f, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	struct pp_strtab ids;

	if (pp_pin_names(f->archive, &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		struct pp_err wrong = PP_ERR_INIT;

		if (pp_pin_name_check(names.name[i], &wrong)) {
			pp_fsck_stray(f, "pins", names.name[i]);
			continue;
		}
		pp_strtab_init(&ids);
		int rc = pp_pin_read(f->archive, names.name[i], &ids, &wrong);
		pp_strtab_release(&ids);
		if (pp_fsck_file(f, "pins", names.name[i], 0, rc ? &wrong : NULL, err))
			return -1;
	}
	return 0;
}

static int check_tags_of(struct pp_fsck *f, const char *below, const char *dir, const char *name,
			 struct pp_err *err)
{
	struct pp_err wrong = PP_ERR_INIT;
	struct pp_entry_labels labels;
	struct pp_id id;

	if (pp_tags_id(below, name, &id)) {
		pp_fsck_stray(f, dir, name);
		return 0;
	}
	int rc = pp_tags_read(f->archive, &id, &labels, &wrong);
	pp_entry_labels_release(&labels);
	return pp_fsck_file(f, dir, name, 0, rc ? &wrong : NULL, err);
}

static int check_tags(struct pp_fsck *f, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names dirs = {0};

	if (pp_place_names(f->archive, "tags", &dirs, err))
		return -1;
	for (size_t i = 0; i < dirs.n; i++) {
		PP_CLEANUP(pp_names_release) struct pp_names names = {0};
		PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("tags/%s", dirs.name[i]);

		if (pp_fsck_names(f, "tags", dirs.name[i], &names, err))
			return -1;
		for (size_t k = 0; k < names.n; k++) {
			if (check_tags_of(f, dirs.name[i], dir, names.name[k], err))
				return -1;
		}
	}
	return 0;
}

static int check_status(struct pp_fsck *f, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	if (pp_place_names(f->archive, "status", &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		PP_CLEANUP(pp_status_release) struct pp_status status = {.item = NULL};
		struct pp_err wrong = PP_ERR_INIT;
		bool lock;

		if (!pp_status_is_ours(names.name[i], &lock)) {
			pp_fsck_stray(f, "status", names.name[i]);
			continue;
		}
		if (lock)
			continue;
		int rc = pp_status_read(f->archive, names.name[i], &status, &wrong);
		if (pp_fsck_file(f, "status", names.name[i], 0, rc ? &wrong : NULL, err))
			return -1;
	}
	return 0;
}

static int check_root(struct pp_fsck *f, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	if (pp_place_names(f->archive, ".", &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (!pp_archive_is_ours(names.name[i]))
			pp_fsck_stray(f, ".", names.name[i]);
	}
	f->files++; /* the one that was checked when it was opened */
	return 0;
}

int pp_fsck(struct pp_fsck *f, struct pp_err *err)
{
	if (check_root(f, err))
		return -1;
	for (size_t i = 0; pp_storages[i]; i++) {
		if (pp_storages[i]->check(f, err))
			return -1;
	}
	return check_pins(f, err) || check_tags(f, err) || check_status(f, err) ? -1 : 0;
}
