/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of entries, and a segment of each that has loose ones. Entries of a segment that is there
 * already and not large go into the new one, so that late comers do not cost tables of their own.
 */
#include <config.h>

#include "archive/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/group.h"
#include "archive/list.h"
#include "archive/object.h"
#include "archive/place.h"
#include "archive/segment.h"
#include "archive/segment_place.h"
#include "archive/segment_profile.h"
#include "archive/segment_store.h"
#include "archive/segment_write.h"
#include "archive/storage.h"
#include "base/alloc.h"
#include "pprof/decode.h"

#define KEEP_BYTES (4u << 20) /* segments as large as this are left alone */

/* A file of the list: a segment that there is. */
struct old {
	uint64_t size;
	uint32_t listed; /* entries that are found in it */
	uint32_t taken;	 /* into the segment under way */
};

struct sealing {
	struct pp_seal *seal;
	struct pp_list list;
	struct pp_groups groups;
	struct old *old;	      /* by number of the file */
	const struct pp_group *group; /* the one under way */
	struct pp_segment_writer writer;
	uint32_t loose; /* in the segment under way */
	uint64_t before;
};

static bool is_loose(const struct pp_item *item)
{
	return item->storage == &pp_storage_loose;
}

/* Whether an entry is one that may be in a new segment. */
static bool is_wanted(const struct sealing *s, const struct pp_item *item)
{
	if (item->entry.size > PP_SEGMENT_SIZE_MAX)
		return false;
	if (!s->seal->all && pp_hour_of(item->entry.start) >= pp_hour_of(s->seal->until))
		return false;
	return is_loose(item) || s->old[pp_segment_number_of(item)].size < KEEP_BYTES;
}

static int measure(struct sealing *s, struct pp_err *err)
{
	const struct pp_archive *a = s->seal->archive;

	s->old = pp_xcalloc(s->list.files.count, sizeof(*s->old));
	for (uint32_t i = 0; i < s->list.n; i++) {
		const struct pp_item *item = &s->list.items[i];

		if (is_loose(item))
			continue;
		struct old *old = &s->old[pp_segment_number_of(item)];
		if (old->listed++ == 0 && pp_segment_size_of(a, &s->list, item, &old->size, err))
			return -1;
	}
	return 0;
}

static void make_groups(struct sealing *s)
{
	for (uint32_t i = 0; i < s->list.n; i++) {
		const struct pp_item *item = &s->list.items[i];

		if (is_wanted(s, item))
			pp_groups_add(&s->groups, &item->entry, i);
	}
}

/* One alone has nothing to share, and what is all in segments is as it should be. */
static bool is_worth_it(const struct sealing *s, const struct pp_group *g)
{
	for (uint32_t i = 0; i < g->n; i++) {
		if (is_loose(&s->list.items[g->items[i]]))
			return g->n > 1;
	}
	return false;
}

/* A new segment as it was read again has what it should have. */
static int verify(void *context, struct pp_str bytes, struct pp_err *err)
{
	const struct sealing *s = context;
	const struct pp_entry *const *own = (const void *)s->writer.entries.p;
	struct pp_series_pool pool;
	struct pp_segment again;

	pp_series_pool_init(&pool);
	int rc = pp_segment_read(&again, bytes, true, &pool, err);
	if (rc == 0 && again.head.n != s->writer.n)
		rc = pp_err_set(err, PP_ERR_FORMAT, "an entry is missing");
	for (uint32_t i = 0; i < s->writer.n && rc == 0; i++) {
		const struct pp_entry *e = &again.head.entries[i];

		if (memcmp(&e->id, &own[i]->id, sizeof(e->id)) != 0 ||
		    memcmp(&e->received, &own[i]->received, sizeof(e->received)) != 0 ||
		    e->start != own[i]->start || e->added != own[i]->added)
			rc = pp_err_set(err, PP_ERR_FORMAT, "an entry is another one");
		else
			rc = pp_segment_check(&again, i, err);
	}
	pp_segment_release(&again);
	pp_series_pool_release(&pool);
	return rc;
}

/* The old segments all of whose entries are in new ones by now. What merged ones among these stand
 * for is the new one's to say. */
static int find_replaced(struct sealing *s, struct pp_names *names, struct pp_err *err)
{
	for (uint32_t i = 1; i < s->list.files.count; i++) {
		if (s->old[i].taken == 0 || s->old[i].taken < s->old[i].listed)
			continue;
		names->name = pp_grow(names->name, &names->cap, names->n + 1, sizeof(*names->name));
		const char *name = pp_strtab_get(&s->list.files, i).p;
		names->name[names->n++] = pp_xstrdup(name + strlen("2026-11-20/"));
		if (pp_segment_add_sources(s->seal->archive, name, &s->writer.sources, err))
			return -1;
	}
	return 0;
}

static void begin_segment(struct sealing *s)
{
	pp_segment_writer_init(&s->writer);
	s->loose = 0;
	s->before = 0;
}

static void tell(struct sealing *s, const char *name, uint32_t n, uint64_t before, uint64_t after)
{
	const struct pp_sealed sealed = {.name = name,
					 .profiles = n,
					 .before = before,
					 .after = after,
					 .labels = s->group->labels};

	s->seal->segments++;
	s->seal->profiles += n;
	s->seal->sealed(s->seal->context, &sealed);
}

static int write_segment(struct sealing *s, bool last, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names replaced = {0};
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;

	if (s->loose == 0)
		return 0;
	if (last && find_replaced(s, &replaced, err))
		return -1;
	pp_segment_writer_finish(&s->writer, &replaced, &file);
	if (file.n > PP_SEGMENT_FILE_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "a segment would be too large");
	struct pp_segment_place place = pp_segment_place(s->group->hour, pp_buf_view(&file));
	if (pp_place_write_checked(s->seal->archive, place.dir, place.name, pp_buf_view(&file),
				   verify, s, err))
		return -1;
	PP_CLEANUP(pp_freep)
	char *name = pp_xasprintf("%s/%s", place.dir + strlen("seg/"), place.name);
	tell(s, name, s->writer.n, s->before, file.n);
	return 0;
}

static int read_profile(const struct sealing *s, const struct pp_item *item, struct pp_profile *p,
			struct pp_err *err)
{
	struct pp_buf canonical = PP_BUF_INIT;

	if (item->storage->read(s->seal->archive, &s->list, item, &canonical, err)) {
		pp_buf_release(&canonical);
		return -1;
	}
	return pp_pprof_decode(p, (uint8_t *)canonical.p, canonical.n, err);
}

static int add_size(struct sealing *s, const struct pp_item *item, struct pp_err *err)
{
	struct pp_object_place place = pp_object_place(&item->entry.id);
	uint64_t size;

	if (!is_loose(item)) {
		struct old *old = &s->old[pp_segment_number_of(item)];

		s->before += old->taken++ == 0 ? old->size : 0;
		return 0;
	}
	s->loose++;
	if (pp_place_size(s->seal->archive, place.dir, place.name, &size, err))
		return -1;
	s->before += size;
	return 0;
}

/* What is damaged is named, and stays where it is. */
static int add_item(struct sealing *s, const struct pp_item *item, struct pp_err *err)
{
	struct pp_profile p;

	if (read_profile(s, item, &p, err)) {
		if (err->kind != PP_ERR_FORMAT)
			return -1;
		s->seal->damaged(s->seal->context, err->msg);
		return 0;
	}
	int rc = pp_segment_writer_add(&s->writer, &item->entry, &p, err);
	pp_profile_release(&p);
	return rc ? rc : add_size(s, item, err);
}

static int seal_group(struct sealing *s, const struct pp_group *g, struct pp_err *err)
{
	int rc = 0;

	s->group = g;
	begin_segment(s);
	for (uint32_t i = 0; i < g->n && rc == 0; i++) {
		rc = add_item(s, &s->list.items[g->items[i]], err);
		if (rc || i + 1 == g->n || !pp_segment_writer_is_full(&s->writer))
			continue;
		rc = write_segment(s, false, err);
		pp_segment_writer_release(&s->writer);
		begin_segment(s);
	}
	if (rc == 0)
		rc = write_segment(s, true, err);
	pp_segment_writer_release(&s->writer);
	return rc;
}

/* What would become of a group. */
static int count_group(struct sealing *s, const struct pp_group *g, struct pp_err *err)
{
	struct pp_segment_place place = pp_segment_place(
		g->hour, (struct pp_str){(char[PP_SHA256_SIZE]){0}, PP_SHA256_SIZE});
	PP_CLEANUP(pp_freep)
	char *name = pp_xasprintf("%s/%.2s", place.dir + strlen("seg/"), place.name);

	s->group = g;
	s->before = 0;
	for (uint32_t i = 0; i < g->n; i++) {
		if (add_size(s, &s->list.items[g->items[i]], err))
			return -1;
	}
	tell(s, name, g->n, s->before, 0);
	return 0;
}

static int seal_all(struct sealing *s, struct pp_err *err)
{
	const struct pp_want everything = {.last = 0};

	if (pp_list_entries(&s->list, s->seal->archive, &everything, err) || measure(s, err))
		return -1;
	for (size_t i = 0; i < s->list.ndamaged; i++)
		s->seal->damaged(s->seal->context, s->list.damaged[i].what);
	make_groups(s);
	for (uint32_t i = 0; i < s->groups.n; i++) {
		const struct pp_group *g = &s->groups.at[i];

		pp_steps_tell(&s->seal->steps, i, s->groups.n);
		if (!is_worth_it(s, g))
			continue;
		if (s->seal->dry_run ? count_group(s, g, err) : seal_group(s, g, err))
			return pp_err_wrap(err, "cannot seal %.300s", g->labels);
	}
	return 0;
}

int pp_seal(struct pp_seal *seal, struct pp_err *err)
{
	struct sealing s = {.seal = seal};
	uint64_t removed;

	pp_groups_init(&s.groups);
	int rc = seal_all(&s, err);
	pp_list_release(&s.list);
	pp_groups_release(&s.groups);
	free(s.old);
	if (rc == 0 && !seal->dry_run)
		rc = pp_seal_sweep(seal->archive, false, &removed, err);
	return rc;
}
