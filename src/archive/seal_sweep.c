/* SPDX-License-Identifier: Apache-2.0 */
/* Taking away what segments have made needless. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/list.h"
#include "archive/object.h"
#include "archive/pins.h"
#include "archive/place.h"
#include "archive/seal.h"
#include "archive/segment.h"
#include "archive/segment_place.h"
#include "archive/segment_read.h"
#include "archive/segment_store.h"
#include "archive/storage.h"
#include "base/alloc.h"

enum verdict { UNKNOWN, WELL, DAMAGED };

struct sweep {
	struct pp_archive *archive;
	bool dry_run, raised;
	uint64_t n;
	struct pp_list list;
	struct pp_strtab sealed; /* ids in segments; id - 1 is the item in `items` */
	struct pp_buf items;	 /* uint32_t */
	struct pp_strtab pinned;
	struct pp_strtab files; /* segments that were looked at */
	struct pp_buf verdicts; /* uint8_t, by number - 1 */
};

/* Whether a segment may stand for what is taken away: it was read in full, and is there to last,
 * which whoever wrote or copied it may not have seen to. */
static bool is_well(struct sweep *w, const char *name)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%.10s", name);
	uint32_t at = pp_strtab_add(&w->files, pp_str_of(name)) - 1;
	uint8_t verdict = DAMAGED;
	int64_t day, hour;
	struct pp_err no;
	uint64_t n;

	if (at < w->verdicts.n)
		return w->verdicts.p[at] == WELL;
	if (pp_segment_day(dir + strlen("seg/"), &day) && pp_segment_hour(name + 11, &hour) &&
	    pp_place_read(w->archive, dir, name + 11, PP_SEGMENT_FILE_MAX, &file, &no) == 0 &&
	    pp_segment_check_file(pp_buf_view(&file), day + hour, true, &n, &no) == 0 &&
	    pp_place_sync(w->archive, dir, name + 11, &no) == 0)
		verdict = WELL;
	pp_buf_add(&w->verdicts, &verdict, 1);
	return verdict == WELL;
}

static int remove_all(struct sweep *w, const char *dir, const struct pp_names *names,
		      struct pp_err *err)
{
	w->n += names->n;
	if (w->dry_run || names->n == 0)
		return 0;
	if (!w->raised && pp_archive_raise(w->archive, err))
		return -1;
	w->raised = true;
	return pp_place_remove_all(w->archive, dir, names, err);
}

static void add_name(struct pp_names *names, const char *name)
{
	names->name = pp_grow(names->name, &names->cap, names->n + 1, sizeof(*names->name));
	names->name[names->n++] = pp_xstrdup(name);
}

static void find_sealed(struct sweep *w)
{
	for (uint32_t i = 0; i < w->list.n; i++) {
		const struct pp_item *item = &w->list.items[i];

		if (item->storage != &pp_storage_segment)
			continue;
		pp_strtab_add(&w->sealed, (struct pp_str){(const char *)item->entry.id.bytes,
							  sizeof(item->entry.id)});
		pp_buf_add(&w->items, &i, sizeof(i));
	}
}

static uint32_t number_at(const struct pp_buf *numbers, uint32_t id)
{
	return ((const uint32_t *)(const void *)numbers->p)[id - 1];
}

/* Whether a merged entry stands for it, and nobody wants it kept. */
static bool is_merged(struct sweep *w, struct pp_str id)
{
	uint32_t at = pp_strtab_find(&w->list.covered, id);

	if (at == PP_MAP_NONE || pp_strtab_find(&w->pinned, id) != PP_MAP_NONE)
		return false;
	return is_well(w, pp_strtab_get(&w->list.files, number_at(&w->list.covered_by, at)).p);
}

/* Whether it is in a segment as well, or in what a segment has merged. */
static bool is_sealed(struct sweep *w, const struct pp_id *id)
{
	struct pp_str bytes = {(const char *)id->bytes, sizeof(*id)};
	uint32_t at = pp_strtab_find(&w->sealed, bytes);

	if (at == PP_MAP_NONE)
		return is_merged(w, bytes);
	return is_well(w, pp_segment_of(&w->list, &w->list.items[number_at(&w->items, at)]));
}

static int sweep_loose(struct sweep *w, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names dirs = {0};

	if (pp_place_names(w->archive, "new", &dirs, err))
		return -1;
	for (size_t i = 0; i < dirs.n; i++) {
		PP_CLEANUP(pp_names_release) struct pp_names names = {0}, needless = {0};
		PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("new/%s", dirs.name[i]);
		struct pp_id id;

		if (pp_place_names(w->archive, dir, &names, err)) {
			if (err->kind == PP_ERR_FORMAT)
				continue; /* no directory: nothing of ours */
			return -1;
		}
		for (size_t k = 0; k < names.n; k++) {
			if (pp_object_id(dirs.name[i], names.name[k], &id) && is_sealed(w, &id))
				add_name(&needless, names.name[k]);
		}
		if (remove_all(w, dir, &needless, err))
			return -1;
	}
	return 0;
}

static int sweep_replaced(struct sweep *w, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names days = {0};
	int64_t day;

	if (pp_place_names(w->archive, "seg", &days, err))
		return -1;
	for (size_t i = 0; i < days.n; i++) {
		PP_CLEANUP(pp_names_release) struct pp_names old = {0}, by = {0}, needless = {0};
		PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%s", days.name[i]);

		if (!pp_segment_day(days.name[i], &day))
			continue;
		if (pp_segments_replaced(w->archive, dir, &old, &by, err))
			return -1;
		for (size_t k = 0; k < old.n; k++) {
			PP_CLEANUP(pp_freep)
			char *name = pp_xasprintf("%s/%s", days.name[i], by.name[k]);

			if (is_well(w, name))
				add_name(&needless, old.name[k]);
		}
		if (remove_all(w, dir, &needless, err))
			return -1;
	}
	return 0;
}

/* Whether all that a segment has is elsewhere as well: nothing of it was listed. */
static bool is_needless(struct sweep *w, const char *name)
{
	struct pp_segment_head h;
	struct pp_series_pool pool;
	struct pp_err no;

	pp_series_pool_init(&pool);
	bool needless = pp_segment_read_head(w->archive, name, &pool, &h, &no) == 0;
	for (uint32_t i = 0; i < h.n && needless; i++)
		needless = is_sealed(w, &h.entries[i].id);
	pp_segment_head_release(&h);
	pp_series_pool_release(&pool);
	return needless;
}

static int sweep_segments(struct sweep *w, struct pp_err *err)
{
	uint32_t nfiles = (uint32_t)w->list.files.count;
	PP_CLEANUP(pp_freep) bool *listed = pp_xcalloc(nfiles, sizeof(*listed));

	for (uint32_t i = 0; i < w->list.n; i++) {
		if (w->list.items[i].storage == &pp_storage_segment)
			listed[pp_segment_number_of(&w->list.items[i])] = true;
	}
	for (uint32_t i = 1; i < nfiles; i++) {
		PP_CLEANUP(pp_names_release) struct pp_names names = {0};
		const char *name = pp_strtab_get(&w->list.files, i).p;
		PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%.10s", name);

		if (listed[i] || !is_needless(w, name))
			continue;
		add_name(&names, name + 11);
		if (remove_all(w, dir, &names, err))
			return -1;
	}
	return 0;
}

int pp_seal_sweep(struct pp_archive *a, bool dry_run, uint64_t *n, struct pp_err *err)
{
	const struct pp_want everything = {.last = 0};
	struct sweep w = {.archive = a, .dry_run = dry_run};

	pp_strtab_init(&w.sealed);
	pp_strtab_init(&w.files);
	pp_strtab_init(&w.pinned);
	int rc = pp_list_entries(&w.list, a, &everything, err);
	if (rc == 0 && w.list.covered.count > 1)
		rc = pp_pins_read_all(a, &w.pinned, err);
	if (rc == 0) {
		find_sealed(&w);
		rc = sweep_loose(&w, err) || sweep_replaced(&w, err) || sweep_segments(&w, err) ? -1
												: 0;
	}
	*n = w.n;
	pp_list_release(&w.list);
	pp_strtab_release(&w.sealed);
	pp_strtab_release(&w.files);
	pp_strtab_release(&w.pinned);
	pp_buf_release(&w.items);
	pp_buf_release(&w.verdicts);
	return rc;
}
