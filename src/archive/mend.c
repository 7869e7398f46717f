/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/mend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/list.h"
#include "archive/pins.h"
#include "archive/place.h"
#include "archive/seal.h"
#include "archive/segment_store.h"
#include "archive/storage.h"
#include "base/alloc.h"

/* Below which there are files as they are meant to stay, and how deep. */
static const struct {
	const char *name;
	int depth;
} kept[] = {{"new", 1}, {"seg", 1}, {"tags", 1}, {"pins", 0}, {"bad", 0}};

/* ---- modes ---- */

static bool is_mine(const struct stat *st)
{
	return geteuid() == 0 || st->st_uid == geteuid();
}

/* Give a directory or a regular file its mode; what is something else, or somebody else's, stays.
 */
static int set_mode(int at, const char *name, bool directory, mode_t mode, uint64_t *changed)
{
	struct stat st;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!(directory ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode)) || !is_mine(&st) ||
	    (st.st_mode & 07777) == mode)
		return 0;
	if (fchmodat(at, name, mode, 0) < 0)
		return -1;
	++*changed;
	return 0;
}

static int mend_dir(const struct pp_archive *a, const char *dir, int depth, uint64_t *changed,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	PP_CLEANUP(pp_place_close) int at = pp_place_dir(a, dir, false, err);

	if (at < 0 || pp_place_names(a, dir, &names, err))
		return err->kind == PP_ERR_FORMAT ? 0 : -1; /* no directory: nothing of ours */
	for (size_t i = 0; i < names.n; i++) {
		if (set_mode(at, names.name[i], depth > 0, depth ? 0700 : 0400, changed))
			return pp_err_sys(err, errno, "cannot change the mode of '%s/%s/%s'",
					  a->path, dir, names.name[i]);
	}
	return 0;
}

/* The directories in one, each with its files. */
static int mend_below(const struct pp_archive *a, const char *dir, uint64_t *changed,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	if (mend_dir(a, dir, 1, changed, err) || pp_place_names(a, dir, &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		PP_CLEANUP(pp_freep) char *below = pp_xasprintf("%s/%s", dir, names.name[i]);

		if (mend_dir(a, below, 0, changed, err))
			return -1;
	}
	return 0;
}

static int mend_modes(const struct pp_archive *a, uint64_t *changed, struct pp_err *err)
{
	static const char *const writable[] = {"lock", "generation"};
	static const char *const folders[] = {"tmp", "new", "seg", "pins", "tags", "status", "bad"};
	int rc = set_mode(a->root, "ARCHIVE", false, 0400, changed);

	for (size_t i = 0; i < PP_ARRAY_LEN(writable) && rc == 0; i++)
		rc = set_mode(a->root, writable[i], false, 0600, changed);
	for (size_t i = 0; i < PP_ARRAY_LEN(folders) && rc == 0; i++)
		rc = set_mode(a->root, folders[i], true, 0700, changed);
	if (rc == 0)
		rc = set_mode(a->root, ".", true, 0700, changed);
	if (rc)
		return pp_err_sys(err, errno, "cannot change modes in '%s'", a->path);
	for (size_t i = 0; i < PP_ARRAY_LEN(kept); i++) {
		if (kept[i].depth ? mend_below(a, kept[i].name, changed, err)
				  : mend_dir(a, kept[i].name, 0, changed, err))
			return -1;
	}
	return 0;
}

int pp_archive_mend(struct pp_archive *a, struct pp_mended *m, struct pp_err *err)
{
	uint64_t sealed;

	*m = (struct pp_mended){0};
	if (pp_archive_make_places(a, &m->made, err) || mend_modes(a, &m->modes, err))
		return -1;
	/* who copied it may not have synced anything */
	if (syncfs(a->root) < 0)
		return pp_err_sys(err, errno, "cannot sync '%s'", a->path);
	if (pp_place_sweep(a, false, &m->removed, err) || pp_seal_sweep(a, false, &sealed, err))
		return -1;
	m->removed += sealed;
	return 0;
}

/* ---- what there is ---- */

static bool is_here(const struct pp_strtab *here, const struct pp_strtab *ids)
{
	for (uint32_t i = 1; i < ids->count; i++) {
		if (pp_strtab_find(here, pp_strtab_get(ids, i)) == PP_MAP_NONE)
			return false;
	}
	return true;
}

static int count_pins(const struct pp_archive *a, const struct pp_strtab *here,
		      struct pp_inventory *v, void (*tell)(void *context, const char *what),
		      void *context, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	if (pp_pin_names(a, &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		struct pp_err wrong = PP_ERR_INIT;
		struct pp_strtab ids;

		if (pp_pin_name_check(names.name[i], &wrong))
			continue; /* none of ours: fsck names it */
		pp_strtab_init(&ids);
		int rc = pp_pin_read(a, names.name[i], &ids, &wrong);
		bool all = rc == 0 && is_here(here, &ids);
		pp_strtab_release(&ids);
		v->pins += rc == 0;
		v->dangling += rc == 0 && !all;
		PP_CLEANUP(pp_freep)
		char *what = rc ? pp_xstrdup(wrong.msg)
				: pp_xasprintf("pins/%s: not all that it stands for is here",
					       names.name[i]);
		if (!all)
			tell(context, what);
	}
	return 0;
}

static void count_entries(const struct pp_list *list, struct pp_inventory *v,
			  struct pp_strtab *here)
{
	struct pp_strtab files;

	pp_strtab_init(&files);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_item *item = &list->items[i];
		const struct pp_id *id = &item->entry.id;

		pp_strtab_add(here, (struct pp_str){(const char *)id->bytes, sizeof(id->bytes)});
		if (item->storage == &pp_storage_segment)
			pp_strtab_add(&files, pp_str_of(pp_segment_of(list, item)));
		v->loose += item->storage == &pp_storage_loose;
	}
	v->entries = list->n;
	v->segments = files.count - 1;
	if (list->n) {
		v->from = list->items[0].entry.start;
		v->until = list->items[list->n - 1].entry.start;
	}
	pp_strtab_release(&files);
}

int pp_archive_inventory(const struct pp_archive *a, struct pp_inventory *v,
			 void (*tell)(void *context, const char *what), void *context,
			 struct pp_err *err)
{
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	const struct pp_want everything = {.last = 0};
	struct pp_strtab here;

	*v = (struct pp_inventory){0};
	if (pp_list_entries(&list, a, &everything, err))
		return -1;
	for (size_t i = 0; i < list.ndamaged; i++)
		tell(context, list.damaged[i].what);
	pp_strtab_init(&here);
	count_entries(&list, v, &here);
	int rc = count_pins(a, &here, v, tell, context, err);
	pp_strtab_release(&here);
	return rc;
}
