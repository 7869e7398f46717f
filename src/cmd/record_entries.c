/* SPDX-License-Identifier: Apache-2.0 */
/* The labels of parts, which their samples do not have or need not repeat. */
#include <config.h>

#include "cmd/record_entries.h"

#include <stdio.h>

#include "collect/parts.h"

/* What is not known, was given, or cannot be a label, is left out. */
static int set(struct pp_entry_labels *l, const char *key, struct pp_str value, struct pp_err *err)
{
	struct pp_err no;

	if (value.n == 0 || pp_entry_labels_has(l, key) ||
	    pp_entry_label_check(pp_str_of(key), value, &no))
		return 0;
	return pp_entry_labels_set(l, pp_str_of(key), value, err);
}

static int set_place(struct pp_entry_labels *l, const struct pp_recording *r, uint32_t place,
		     struct pp_err *err)
{
	const struct pp_containers *c = &r->containers;
	const struct pp_container *at = &c->all[place];
	const struct {
		const char *key;
		uint32_t text;
	} labels[] = {{"cgroup", at->cgroup},
		      {"container_id", at->id},
		      {"pod", at->pod},
		      {"namespace", at->namespace}};

	for (size_t i = 0; i < PP_ARRAY_LEN(labels); i++) {
		if (set(l, labels[i].key, pp_strtab_get(&c->strings, labels[i].text), err))
			return -1;
	}
	return 0;
}

/* Of a container, processes come and go: only where it runs is of all of them. The name that all
 * samples have is found by the archive. */
static int set_process(struct pp_entry_labels *l, struct pp_recording *r, uint32_t pid,
		       int64_t main_image, struct pp_err *err)
{
	const struct pp_procs *procs = &r->procs;
	char number[16];

	snprintf(number, sizeof(number), "%u", pid);
	if (set(l, "pid", pp_str_of(number), err))
		return -1;
	if (!(r->owners.labels & PP_LABEL_BIT(PP_LABEL_COMM)) &&
	    set(l, "comm", pp_strtab_get(&procs->strings, pp_procs_comm(&r->procs, pid)), err))
		return -1;
	return main_image < 0
		       ? 0
		       : set(l, "exe",
			     pp_strtab_get(&procs->strings, procs->images[main_image].path), err);
}

/* The process that an entry is called after: the one that was asked for, with what it has
 * started, or that of the part. */
struct subject {
	uint32_t pid, place;
	int64_t main_image;
};

static struct subject subject_of(struct pp_recording *r, const struct pp_part *part)
{
	if (!r->owners.apart)
		return (struct subject){(uint32_t)r->pid,
					pp_containers_of(&r->containers, (uint32_t)r->pid),
					r->main_image};
	return (struct subject){part->pid, part->place,
				part->pid ? pp_procs_main_image(&r->procs, part->pid) : -1};
}

static void add_part(const struct pp_record_store *s, struct pp_naming *n, struct pp_recording *r,
		     const struct pp_part *part, struct pp_record_stored *stored)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels = {0};
	struct subject of = subject_of(r, part);
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	pp_entry_labels_copy(&labels, &s->labels);
	if (set_place(&labels, r, of.place, &err) ||
	    (!part->is_container && set_process(&labels, r, of.pid, of.main_image, &err)) ||
	    pp_naming_part(n, part, of.main_image, &p, &err)) {
		pp_record_stored_fail(stored, &err);
		return;
	}
	pp_record_store_add(s, &p, PP_STR_LIT(""), &labels, stored);
	pp_profile_release(&p);
}

int pp_record_entries(const struct pp_record_store *s, struct pp_recording *r,
		      const struct pp_naming_options *names, struct pp_naming_report *report,
		      struct pp_record_stored *stored, struct pp_err *err)
{
	PP_CLEANUP(pp_parts_release) struct pp_parts parts;
	struct pp_naming *n = pp_naming_new(r, names);

	*stored = (struct pp_record_stored){0};
	pp_parts_make(&parts, r);
	for (size_t i = 0; i < parts.n; i++)
		add_part(s, n, r, &parts.part[i], stored);
	pp_naming_free(n, report);
	return pp_record_stored_check(stored, err);
}
