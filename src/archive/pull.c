/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/pull.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fsck.h"
#include "archive/list.h"
#include "archive/object.h"
#include "archive/pins.h"
#include "archive/place.h"
#include "archive/segment.h"
#include "archive/segment_place.h"
#include "archive/segment_store.h"
#include "archive/storage.h"
#include "archive/tags.h"
#include "base/alloc.h"

#define ATTEMPTS 100

static struct pp_str bytes_of(const struct pp_id *id)
{
	return (struct pp_str){(const char *)id->bytes, sizeof(id->bytes)};
}

static bool is_here(const struct pp_strtab *here, const struct pp_id *id)
{
	return pp_strtab_find(here, bytes_of(id)) != PP_MAP_NONE;
}

static void leave_out(struct pp_pull *p, const char *what)
{
	p->damaged++;
	p->tell(p->context, what);
}

/* The ids of all that an archive has. */
static int list_ids(const struct pp_archive *a, struct pp_strtab *ids, struct pp_err *err)
{
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	struct pp_want all = {0};

	if (pp_list_entries(&list, a, &all, err))
		return -1;
	for (uint32_t i = 0; i < list.n; i++)
		pp_strtab_add(ids, bytes_of(&list.items[i].entry.id));
	return 0;
}

/* Labels that it has here stay as they are. */
static int pull_tags(struct pp_pull *p, const struct pp_id *id, struct pp_err *err)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels theirs = {0};
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels ours = {0};
	struct pp_err wrong = PP_ERR_INIT;
	bool more = false;

	if (pp_tags_read(p->from, id, &theirs, &wrong)) {
		leave_out(p, wrong.msg);
		return 0;
	}
	if (pp_tags_read(p->to, id, &ours, err))
		return -1;
	for (uint32_t i = 0; i < theirs.n; i++) {
		if (pp_entry_labels_has(&ours, theirs.pair[i].key))
			continue;
		if (pp_entry_labels_set(&ours, pp_str_of(theirs.pair[i].key),
					pp_str_of(theirs.pair[i].value), err))
			return -1;
		more = true;
	}
	p->tagged += more;
	return more ? pp_tags_write(p->to, id, &ours, err) : 0;
}

/* *gone: it is elsewhere in their archive by now. */
static int pull_entry(struct pp_pull *p, const struct pp_list *list, const struct pp_item *item,
		      bool *gone, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf canonical = PP_BUF_INIT;
	const struct pp_fsck ids = {.archive = p->from, .ids = true};
	struct pp_err wrong = PP_ERR_INIT;
	char hex[PP_SHA256_HEX];
	bool fresh;

	if (item->storage->read(p->from, list, item, &canonical, &wrong) ||
	    pp_fsck_entry(&ids, &item->entry, &canonical, &wrong)) {
		*gone = wrong.kind == PP_ERR_NOT_FOUND;
		if (!*gone) {
			pp_err_wrap(&wrong, "@%.12s", pp_sha256_hex(hex, item->entry.id.bytes));
			leave_out(p, wrong.msg);
		}
		return 0;
	}
	if (pp_object_write(p->to, &item->entry, pp_buf_view(&canonical), &fresh, err))
		return -1;
	p->fresh++;
	return 0;
}

/* A segment as it is: what it says its merged entries stand for comes along, and is not counted
 * again if it is here. The other entries of the file come along, too. */
static int pull_segment(struct pp_pull *p, const struct pp_list *list, const struct pp_item *item,
			struct pp_strtab *here, bool *gone, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	const char *name = pp_segment_of(list, item);
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%.10s", name);
	struct pp_err wrong = PP_ERR_INIT;
	int64_t hour = pp_hour_of(item->entry.start);
	uint64_t n;

	name += strlen("2026-11-20/");
	if (pp_place_read(p->from, dir, name, PP_SEGMENT_FILE_MAX, &file, &wrong) ||
	    pp_segment_check_file(pp_buf_view(&file), hour, true, &n, &wrong)) {
		*gone = wrong.kind == PP_ERR_NOT_FOUND;
		if (!*gone) {
			pp_err_wrap(&wrong, "%s/%s", dir, name);
			leave_out(p, wrong.msg);
		}
		return 0;
	}
	struct pp_segment_place place = pp_segment_place(hour, pp_buf_view(&file));
	if (pp_place_write(p->to, place.dir, place.name, pp_buf_view(&file), true, err))
		return -1;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_item *other = &list->items[i];

		if (other->storage != item->storage ||
		    pp_segment_number_of(other) != pp_segment_number_of(item) ||
		    is_here(here, &other->entry.id))
			continue;
		pp_strtab_add(here, bytes_of(&other->entry.id));
		p->fresh++;
	}
	return 0;
}

static int pull_item(struct pp_pull *p, const struct pp_list *list, const struct pp_item *item,
		     struct pp_strtab *here, bool *gone, struct pp_err *err)
{
	if (is_here(here, &item->entry.id))
		return 0;
	if (item->entry.profiles > 1 && item->storage == &pp_storage_segment)
		return pull_segment(p, list, item, here, gone, err);
	return pull_entry(p, list, item, gone, err);
}

/* One look at their list; *gone: it has to be made again, for what is not here yet. */
static int pull_list(struct pp_pull *p, const struct pp_list *list, struct pp_strtab *here,
		     bool *gone, struct pp_err *err)
{
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_item *item = &list->items[i];
		uint64_t damaged = p->damaged;
		bool this_gone = false;

		pp_steps_tell(&p->steps, i, list->n);
		if (pull_item(p, list, item, here, &this_gone, err))
			return -1;
		*gone |= this_gone;
		if (this_gone || p->damaged > damaged)
			continue;
		pp_strtab_add(here, bytes_of(&item->entry.id));
		if (pull_tags(p, &item->entry.id, err))
			return -1;
	}
	return 0;
}

static int pull_entries(struct pp_pull *p, const struct pp_selector *s, struct pp_strtab *here,
			struct pp_err *err)
{
	const struct pp_want want = {.selector = s};
	uint64_t damaged = p->damaged;

	for (int i = 0; i < ATTEMPTS; i++) {
		PP_CLEANUP(pp_list_release) struct pp_list list = {0};
		bool gone = false;

		if (pp_list_entries(&list, p->from, &want, err))
			return -1;
		p->found = list.n;
		p->damaged = damaged;
		for (size_t k = 0; k < list.ndamaged; k++)
			leave_out(p, list.damaged[k].what);
		if (pull_list(p, &list, here, &gone, err))
			return -1;
		if (!gone)
			return 0;
	}
	return pp_err_set(err, PP_ERR_IO, "archive '%s' changes faster than it can be read",
			  p->from->path);
}

static bool all_here(const struct pp_strtab *here, const struct pp_strtab *ids)
{
	for (uint32_t i = 1; i < ids->count; i++) {
		if (pp_strtab_find(here, pp_strtab_get(ids, i)) == PP_MAP_NONE)
			return false;
	}
	return true;
}

static int write_pin(struct pp_pull *p, const char *name, const struct pp_strtab *ids,
		     struct pp_err *err)
{
	uint32_t n = (uint32_t)ids->count - 1;
	PP_CLEANUP(pp_freep) struct pp_id *copy = pp_xcalloc(n, sizeof(*copy));

	for (uint32_t i = 0; i < n; i++)
		memcpy(copy[i].bytes, pp_strtab_get(ids, i + 1).p, sizeof(copy[i].bytes));
	if (pp_pin_write(p->to, name, copy, n, err))
		return -1;
	p->pinned++;
	return 0;
}

/* Of the same name with something else, ours stays. */
static int pull_pin(struct pp_pull *p, const char *name, const struct pp_strtab *theirs,
		    const struct pp_strtab *here, struct pp_err *err)
{
	struct pp_strtab ours;
	struct pp_err wrong = PP_ERR_INIT;

	pp_strtab_init(&ours);
	int rc = pp_pin_read(p->to, name, &ours, &wrong);
	bool is_taken = rc == 0 || wrong.kind != PP_ERR_NOT_FOUND;
	bool same = rc == 0 && ours.count == theirs->count && all_here(&ours, theirs);

	pp_strtab_release(&ours);
	if (same || !all_here(here, theirs))
		return 0;
	if (!is_taken)
		return write_pin(p, name, theirs, err);
	PP_CLEANUP(pp_freep)
	char *what = pp_xasprintf("pin '%s': there is another of that name here", name);
	p->tell(p->context, what);
	return 0;
}

static int pull_pins(struct pp_pull *p, const struct pp_strtab *here, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	int rc = 0;

	if (pp_pin_names(p->from, &names, err))
		return -1;
	for (size_t i = 0; i < names.n && rc == 0; i++) {
		struct pp_err wrong = PP_ERR_INIT;
		struct pp_strtab ids;

		if (pp_pin_name_check(names.name[i], &wrong))
			continue; /* none of theirs: fsck names it */
		pp_strtab_init(&ids);
		if (pp_pin_read(p->from, names.name[i], &ids, &wrong) == 0)
			rc = pull_pin(p, names.name[i], &ids, here, err);
		else if (wrong.kind != PP_ERR_NOT_FOUND)
			leave_out(p, wrong.msg);
		pp_strtab_release(&ids);
	}
	return rc;
}

int pp_archive_pull(struct pp_pull *p, const struct pp_selector *s, struct pp_err *err)
{
	struct pp_strtab here;

	pp_strtab_init(&here);
	int rc = list_ids(p->to, &here, err);

	if (rc == 0)
		rc = pull_entries(p, s, &here, err);
	if (rc == 0)
		rc = pull_pins(p, &here, err);
	pp_strtab_release(&here);
	return rc;
}
