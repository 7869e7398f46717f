/* SPDX-License-Identifier: Apache-2.0 */
/* From options to what is recorded, and how. */
#include <config.h>

#include "cmd/record_plan.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "collect/event_set.h"

/* ---- targets ---- */

typedef int add_task(struct pp_target *t, pid_t id, struct pp_err *err);

/* Add each number of "ID,ID,...". */
static int add_list(struct pp_target *t, const char *list, const char *option, add_task *add,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *text = pp_xstrdup(list);
	char *rest = text, *one;
	uint64_t id;

	while ((one = strsep(&rest, ","))) {
		if (pp_parse_u64(one, 1, INT32_MAX, &id, err))
			return pp_err_wrap(err, "option '%s'", option);
		if (add(t, (pid_t)id, err))
			return -1;
	}
	return 0;
}

static int add_lists(struct pp_target *t, const struct pp_opt_list *lists, const char *option,
		     add_task *add, struct pp_err *err)
{
	for (size_t i = 0; i < lists->n; i++) {
		if (add_list(t, lists->item[i], option, add, err))
			return -1;
	}
	return 0;
}

static int open_target(struct pp_target *t, const struct pp_record_options *o, struct pp_err *err)
{
	if (o->command.n)
		return pp_target_command(t, o->command.item, err);
	if (add_lists(t, &o->pids, "-p", pp_target_add_process, err) ||
	    add_lists(t, &o->tids, "--tid", pp_target_add_thread, err))
		return -1;
	return add_lists(t, &o->letter_t, "-t", pp_target_add_thread, err);
}

/* ---- filters ---- */

static int find_user(const char *name, uint32_t *uid, struct pp_err *err)
{
	struct pp_err ignored;
	char room[4096];
	struct passwd pw, *found = NULL;
	uint64_t number;

	if (pp_parse_u64(name, 0, UINT32_MAX - 1, &number, &ignored) == 0) {
		*uid = (uint32_t)number;
		return 0;
	}
	getpwnam_r(name, &pw, room, sizeof(room), &found);
	if (!found)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "there is no user '%s'", name);
	*uid = found->pw_uid;
	return 0;
}

/* A cgroup: by the kernel where it is all that is recorded and the kernel can, else by looking. */
static int use_cgroup(struct pp_record_plan *p, const struct pp_record_options *o,
		      struct pp_err *err)
{
	if (pp_cgroup_find(&p->cgroup, o->cgroup, "", err))
		return pp_err_wrap(err, "option '--cgroup'");
	if (p->target.pid < 0 && p->cgroup.fd >= 0)
		p->sampling.cgroup_fd = p->cgroup.fd;
	else
		p->selection.cgroup = &p->cgroup;
	return 0;
}

static int use_comm(struct pp_record_plan *p, const struct pp_record_options *o, struct pp_err *err)
{
	p->comm = pp_regex_new(pp_str_of(o->comm), false, err);
	if (!p->comm)
		return pp_err_wrap(err, "option '--comm'");
	p->selection.comm = p->comm;
	return 0;
}

/* With -a, whoever comes later is waited for; without, there must be somebody. */
static int check_selection(struct pp_record_plan *p, const struct pp_record_options *o,
			   struct pp_err *err)
{
	if (o->all || p->target.pid >= 0 || !(p->selection.comm || p->selection.by_uid) ||
	    pp_selection_count(&p->selection))
		return 0;
	pp_err_set(err, PP_ERR_NOT_FOUND, "nothing to record: no process that runs fits %s%s%s%s%s",
		   o->comm ? "--comm " : "", o->comm ? o->comm : "",
		   o->comm && o->uid ? " and " : "", o->uid ? "--uid " : "", o->uid ? o->uid : "");
	return pp_err_hint(err, "add -a to wait for one");
}

static int use_filters(struct pp_record_plan *p, const struct pp_record_options *o,
		       struct pp_err *err)
{
	if (o->cgroup && use_cgroup(p, o, err))
		return -1;
	if (o->comm && use_comm(p, o, err))
		return -1;
	p->selection.by_uid = o->uid != NULL;
	if (o->uid && find_user(o->uid, &p->selection.uid, err))
		return pp_err_wrap(err, "option '--uid'");
	return check_selection(p, o, err);
}

/* ---- sampling ---- */

static int use_sampling(struct pp_record_plan *p, const struct pp_record_options *o,
			struct pp_err *err)
{
	struct pp_sampling *s = &p->sampling;

	s->user_only = o->user_only;
	s->kernel_only = o->kernel_only;
	if (pp_sampling_set(s, pp_sampling_event_at((size_t)o->event), o->frequency, o->period,
			    err))
		return pp_err_wrap(err, "option '-c'");
	if (!o->cpus)
		return 0;
	s->ncpus = pp_parse_cpus(o->cpus, &p->cpus, err);
	s->cpus = p->cpus;
	return s->ncpus ? 0 : pp_err_wrap(err, "option '-C'");
}

/* ---- labels ---- */

static int use_fixed_labels(struct pp_record_plan *p, const struct pp_opt_list *list,
			    struct pp_err *err)
{
	p->texts = pp_xcalloc(list->n + 1, sizeof(*p->texts));
	p->fixed = pp_xcalloc(list->n, sizeof(*p->fixed));
	for (size_t i = 0; i < list->n; i++) {
		p->texts[i] = pp_xstrdup(list->item[i]);
		if (pp_owners_parse_fixed(p->texts[i], &p->fixed[i], err))
			return pp_err_wrap(err, "option '--label'");
		for (size_t j = 0; j < i; j++) {
			if (strcmp(p->fixed[i].key, p->fixed[j].key) == 0)
				return pp_err_set(err, PP_ERR_USAGE,
						  "option '--label': '%s' is given twice",
						  p->fixed[i].key);
		}
	}
	p->owners.fixed = p->fixed;
	p->owners.nfixed = list->n;
	return 0;
}

static int use_labels(struct pp_record_plan *p, const struct pp_record_options *o,
		      struct pp_err *err)
{
	uint32_t *labels = &p->owners.labels;

	p->owners.timestamps = o->timestamps;
	p->owners.parts = o->archive != NULL;
	p->owners.apart = p->target.pid < 0 || p->target.ntasks > 1;
	for (size_t i = 0; i < o->labels.n; i++) {
		if (pp_owners_parse(o->labels.item[i], labels, err))
			return pp_err_wrap(err, "option '--labels'");
	}
	if (!o->labels.n && o->archive) {
		*labels = PP_LABELS_OF_ENTRIES;
	} else if (!o->labels.n) {
		*labels = PP_LABELS_OF_ONE;
		if (p->target.pid < 0 || p->target.ntasks > 1)
			*labels |= PP_LABELS_OF_MANY;
		if (p->target.pid < 0)
			*labels |= PP_LABELS_OF_CONTAINERS;
	}
	return use_fixed_labels(p, &o->fixed_labels, err);
}

int pp_record_plan_init(struct pp_record_plan *p, const struct pp_record_options *o,
			struct pp_err *err)
{
	*p = (struct pp_record_plan){.sampling = PP_SAMPLING_INIT, .cgroup = {.fd = -1}};
	pp_target_all(&p->target);
	pp_selection_init(&p->selection);
	/* a command is started last, when nothing can be wrong any more */
	if (use_sampling(p, o, err) || (!o->command.n && open_target(&p->target, o, err)))
		return -1;
	if (o->command.n)
		p->target.pid = 0; /* some process, for now */
	if (use_filters(p, o, err) || use_labels(p, o, err))
		return -1;
	return o->command.n ? open_target(&p->target, o, err) : 0;
}

void pp_record_plan_release(struct pp_record_plan *p)
{
	pp_target_release(&p->target);
	pp_selection_release(&p->selection);
	pp_cgroup_release(&p->cgroup);
	pp_regex_free(p->comm);
	free(p->cpus);
	free(p->fixed);
	for (size_t i = 0; p->texts && p->texts[i]; i++)
		free(p->texts[i]);
	free(p->texts);
}
