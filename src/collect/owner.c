/* SPDX-License-Identifier: Apache-2.0 */
/* Which labels, and what of a sample they need. */
#include <config.h>

#include "collect/owner.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

const char *const pp_label_names[] = {
	"thread",	"tid", "comm",	    "pid",	 "cgroup",
	"container_id", "pod", "namespace", "container", NULL,
};
_Static_assert(PP_ARRAY_LEN(pp_label_names) == PP_LABELS + 1, "a name for each");
_Static_assert(sizeof(struct pp_stack_owner) == 6 * sizeof(uint32_t) + sizeof(uint64_t),
	       "no padding");

static int find_label(const char *name)
{
	for (int i = 0; i < PP_LABELS; i++) {
		if (strcmp(pp_label_names[i], name) == 0)
			return i;
	}
	return -1;
}

int pp_owners_parse(const char *names, uint32_t *bits, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *text = pp_xstrdup(names);
	char *rest = text, *name;

	while ((name = strsep(&rest, ","))) {
		int label = find_label(name);

		if (label >= 0) {
			*bits |= PP_LABEL_BIT(label);
			continue;
		}
		if (*name == '\0' || strcmp(name, "none") == 0)
			continue;
		return pp_err_set(err, PP_ERR_USAGE,
				  "'%s' is no label: there are thread, tid, comm, pid, cgroup, "
				  "container_id, pod, namespace and container, and none",
				  name);
	}
	return 0;
}

static bool is_key(const char *key)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t n = strspn(key, first);

	while (n && key[n]) {
		size_t more = strspn(key + n, "0123456789.-/") + strspn(key + n, first);

		if (!more)
			return false;
		n += more;
	}
	return n;
}

static bool is_value(struct pp_str value)
{
	/* the format takes an empty one for a number */
	return value.n && pp_utf8_is_safe(value);
}

int pp_owners_parse_fixed(char *text, struct pp_fixed_label *label, struct pp_err *err)
{
	char *eq = strchr(text, '=');

	if (!eq)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not of the form KEY=VALUE", text);
	*eq = '\0';
	*label = (struct pp_fixed_label){text, eq + 1};
	if (!is_key(label->key))
		return pp_err_set(err, PP_ERR_USAGE,
				  "'%s' is no key: letters, digits and _ . - / make one, a letter "
				  "or _ first",
				  label->key);
	if (find_label(label->key) >= 0 || strcmp(label->key, "timestamp") == 0)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is a label of the recorder's own",
				  label->key);
	if (!is_value(pp_str_of(label->value)))
		return pp_err_set(err, PP_ERR_USAGE,
				  "the value of '%s' is empty, no text, or has control characters",
				  label->key);
	return 0;
}

static uint32_t name_of(struct pp_procs *procs, struct pp_str given, uint32_t known)
{
	return given.n ? pp_strtab_add(&procs->strings, given) : known;
}

static uint32_t thread_name(struct pp_procs *procs, const struct pp_event *e)
{
	return e->sample.thread.n ? name_of(procs, e->sample.thread, 0)
				  : pp_procs_thread_name(procs, e->pid, e->tid);
}

struct pp_stack_owner pp_owners_make(const struct pp_owners *o, struct pp_procs *procs,
				     const struct pp_event *e)
{
	uint32_t labels = o ? o->labels : PP_LABELS_OF_ONE | PP_LABELS_OF_MANY;
	struct pp_stack_owner owner = {0};

	if (labels & PP_LABEL_BIT(PP_LABEL_PID) || (o && o->parts))
		owner.pid = e->pid;
	if (labels & PP_LABEL_BIT(PP_LABEL_TID))
		owner.tid = e->tid;
	if (labels & PP_LABEL_BIT(PP_LABEL_THREAD))
		owner.thread = thread_name(procs, e);
	if (labels & PP_LABEL_BIT(PP_LABEL_COMM))
		owner.process = name_of(procs, e->sample.process, pp_procs_comm(procs, e->pid));
	if (o && o->containers)
		owner.place = pp_containers_of(o->containers, e->pid);
	if (o && o->timestamps)
		owner.time = e->time;
	return owner;
}
