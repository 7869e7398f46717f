/* SPDX-License-Identifier: Apache-2.0 */
/* From processes to containers. */
#include <config.h>

#include "collect/container.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "base/num.h"
#include "collect/cgroup.h"
#include "collect/kubelet.h"
#include "io/file.h"

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static size_t hex_length(struct pp_str s)
{
	size_t n = 0;

	while (n < s.n && is_hex(s.p[n]))
		n++;
	return n;
}

static bool strip_suffix(struct pp_str *s, struct pp_str suffix)
{
	if (s->n <= suffix.n ||
	    !pp_str_eq((struct pp_str){s->p + s->n - suffix.n, suffix.n}, suffix))
		return false;
	s->n -= suffix.n;
	return true;
}

static struct pp_str after_last(struct pp_str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? (struct pp_str){at + 1, s.n - (size_t)(at + 1 - s.p)} : s;
}

/* Fargate's: 32 hexadecimal digits, a dash, decimal digits. */
static bool is_ecs_id(struct pp_str s)
{
	if (s.n < 34 || hex_length(s) != 32 || s.p[32] != '-')
		return false;
	for (size_t i = 33; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return true;
}

/* One component: "ID", "RUNTIME-ID.scope", or "SLICE:RUNTIME:ID", where systemd has not been told.
 */
static struct pp_str id_in(struct pp_str part)
{
	static const struct pp_str conmon = PP_STR_LIT("conmon-"), none = PP_STR_LIT("");

	strip_suffix(&part, PP_STR_LIT(".scope"));
	if (is_ecs_id(part))
		return part;
	struct pp_str id = after_last(part, ':');
	id = after_last(id, '-');
	if (id.n != 64 || hex_length(id) != 64)
		return none;
	/* crio-conmon-ID.scope and libpod-conmon-ID.scope are the runtime's own */
	size_t before = part.n - id.n;
	if (before >= conmon.n && pp_str_eq((struct pp_str){id.p - conmon.n, conmon.n}, conmon))
		return none;
	return id;
}

/* "lxc.payload.NAME", or what stands behind "lxc"; systemd's "machine-NAME.scope". */
static struct pp_str machine_in(struct pp_str part, struct pp_str parent)
{
	static const struct pp_str payload = PP_STR_LIT("lxc.payload."),
				   machine = PP_STR_LIT("machine-"), none = PP_STR_LIT("");

	if (pp_str_starts(part, payload))
		return (struct pp_str){part.p + payload.n, part.n - payload.n};
	if (pp_str_eq(parent, PP_STR_LIT("lxc")))
		return part;
	if (pp_str_starts(part, machine) && strip_suffix(&part, PP_STR_LIT(".scope")))
		return (struct pp_str){part.p + machine.n, part.n - machine.n};
	return none;
}

/* "podUID", "kubepods-burstable-podUID.slice" with '_' for '-': the uid of a pod is a UUID, or 32
 * digits for those that kubelet runs by itself. */
static bool pod_uid_in(struct pp_str part, char uid[40])
{
	const char *colon = part.n ? memchr(part.p, ':', part.n) : NULL;
	size_t digits = 0;

	if (colon)
		part.n = (size_t)(colon - part.p);
	strip_suffix(&part, PP_STR_LIT(".slice"));
	for (size_t i = 0; i + 3 <= part.n; i++) {
		struct pp_str rest = {part.p + i, part.n - i};

		if ((i && part.p[i - 1] != '-') || !pp_str_starts(rest, PP_STR_LIT("pod")))
			continue;
		part = (struct pp_str){rest.p + 3, rest.n - 3};
		break;
	}
	if (part.n != 36 && part.n != 32)
		return false;
	for (size_t i = 0; i < part.n; i++) {
		char c = part.p[i] == '_' ? '-' : part.p[i];

		if (!is_hex(c) && c != '-')
			return false;
		digits += is_hex(c);
		uid[i] = c;
	}
	uid[part.n] = '\0';
	if (digits == 32)
		return true;
	uid[0] = '\0';
	return false;
}

static struct pp_str take_parent(struct pp_str *path)
{
	const char *slash = path->n ? memrchr(path->p, '/', path->n) : NULL;
	struct pp_str part = {slash ? slash + 1 : path->p, 0};

	part.n = path->n - (size_t)(part.p - path->p);
	path->n = slash ? (size_t)(slash - path->p) : 0;
	return part;
}

void pp_container_parse(struct pp_str path, struct pp_container_ids *ids)
{
	*ids = (struct pp_container_ids){.id = {"", 0}};

	/* the innermost wins: containers have others in them */
	while (path.n && !ids->pod_uid[0]) {
		struct pp_str part = take_parent(&path), parent = after_last(path, '/');

		if (!ids->id.n)
			ids->id = id_in(part);
		if (!ids->id.n)
			ids->id = machine_in(part, parent);
		/* a bare uid of 32 digits is one only behind "pod" */
		if (memmem(part.p, part.n, "pod", 3))
			pod_uid_in(part, ids->pod_uid);
	}
}

void pp_containers_init(struct pp_containers *c, const char *root)
{
	*c = (struct pp_containers){.root = root};
	pp_strtab_init(&c->strings);
	pp_strtab_init(&c->paths);
	c->all = pp_grow(c->all, &c->cap, 1, sizeof(*c->all));
	c->all[c->n++] = (struct pp_container){0};
}

void pp_containers_release(struct pp_containers *c)
{
	pp_pids_release(&c->pids);
	pp_strtab_release(&c->strings);
	pp_strtab_release(&c->paths);
	free(c->all);
	*c = (struct pp_containers){0};
}

/* The path that tells most: of version 2, unless that is the root, else the first other. */
static struct pp_str telling_path(struct pp_str text)
{
	struct pp_cgroup_line line;
	struct pp_str first = {"", 0}, unified = {"", 0};

	while (pp_cgroup_next(&text, &line)) {
		if (line.path.n == 1)
			continue;
		if (line.controllers.n == 0)
			unified = line.path;
		else if (first.n == 0)
			first = line.path;
	}
	if (unified.n)
		return unified;
	return first.n ? first : PP_STR_LIT("/");
}

static uint32_t add_container(struct pp_containers *c, struct pp_str path)
{
	uint32_t at = pp_strtab_add(&c->paths, path);
	struct pp_container_ids ids;
	struct pp_kubelet k;

	if (at < c->n)
		return at;
	c->all = pp_grow(c->all, &c->cap, c->n + 1, sizeof(*c->all));
	struct pp_container *new = &c->all[c->n++];
	pp_container_parse(path, &ids);
	*new = (struct pp_container){.cgroup = pp_strtab_add(&c->strings, path),
				     .id = pp_strtab_add(&c->strings, ids.id)};
	pp_kubelet_find(&k, c->root, ids.id, ids.pod_uid);
	new->pod = pp_strtab_add(&c->strings, pp_str_of(k.pod));
	new->namespace = pp_strtab_add(&c->strings, pp_str_of(k.namespace));
	new->name = pp_strtab_add(&c->strings, pp_str_of(k.container));
	return at;
}

static uint32_t look_up(struct pp_containers *c, uint32_t pid)
{
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s/proc/%u/cgroup", c->root, pid);
	char text[8192];
	long n = pp_file_read_text(name, text, sizeof(text));

	return n > 0 ? add_container(c, telling_path((struct pp_str){text, (size_t)n})) : 0;
}

void pp_containers_scan(struct pp_containers *c)
{
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s/proc", c->root);
	DIR *proc = opendir(name);
	struct pp_err ignored;
	struct dirent *d;
	uint64_t pid;

	while (proc && (d = readdir(proc))) {
		if (pp_parse_u64(d->d_name, 1, UINT32_MAX, &pid, &ignored) == 0)
			pp_containers_of(c, (uint32_t)pid);
	}
	if (proc)
		closedir(proc);
}

uint32_t pp_containers_of(struct pp_containers *c, uint32_t pid)
{
	struct pp_pid_entry *entry = pp_pids_find(&c->pids, pid);

	if (entry)
		return entry->value;
	uint32_t at = look_up(c, pid);
	pp_pids_put(&c->pids, pid)->value = at;
	return at;
}

void pp_containers_event(struct pp_containers *c, const struct pp_event *e)
{
	uint32_t at;

	switch (e->kind) {
	case PP_EVENT_FORK:
		if (e->pid == e->fork.parent_pid)
			break;
		at = pp_containers_of(c, e->fork.parent_pid);
		pp_pids_put(&c->pids, e->pid)->value = at;
		break;
	case PP_EVENT_COMM:
		at = e->comm.exec ? look_up(c, e->pid) : 0;
		if (at)
			pp_pids_put(&c->pids, e->pid)->value = at;
		break;
	case PP_EVENT_EXIT:
		if (e->pid == e->tid)
			pp_pids_end(&c->pids, e->pid);
		break;
	case PP_EVENT_MMAP:
	case PP_EVENT_SAMPLE:
		break;
	}
}
