/* SPDX-License-Identifier: Apache-2.0 */
/* Names of pods and containers out of the names of log files. */
#include <config.h>

#include "collect/kubelet.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/compiler.h"

#define MAX_ENTRIES 100000 /* of one directory */

/* The names of objects: lower-case letters, digits, '-' and '.'. What is none is not believed. */
static bool keep_name(char out[PP_KUBELET_NAME], struct pp_str name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";

	if (name.n == 0 || name.n >= PP_KUBELET_NAME)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (!memchr(allowed, name.p[i], sizeof(allowed) - 1))
			return false;
	}
	memcpy(out, name.p, name.n);
	out[name.n] = '\0';
	return true;
}

/* Split "A_B_C" or "A_B" at its first two underscores. */
static bool split(struct pp_str text, struct pp_str part[3])
{
	for (unsigned i = 0; i < 2; i++) {
		const char *at = text.n ? memchr(text.p, '_', text.n) : NULL;

		if (!at)
			return false;
		part[i] = (struct pp_str){text.p, (size_t)(at - text.p)};
		text = (struct pp_str){at + 1, text.n - part[i].n - 1};
	}
	part[2] = text;
	return true;
}

/* The first entry of a directory that `ends` so, without that end, into `out`. With "" as the end,
 * the only entry. */
static bool find_entry(const char *root, const char *path, struct pp_str end, struct pp_buf *out)
{
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s%s", root, path);
	DIR *dir = opendir(name);
	struct dirent *d;
	unsigned found = 0, seen = 0;

	while (dir && seen++ < MAX_ENTRIES && (d = readdir(dir))) {
		struct pp_str entry = pp_str_of(d->d_name);

		if (entry.p[0] == '.' || entry.n <= end.n ||
		    !pp_str_eq((struct pp_str){entry.p + entry.n - end.n, end.n}, end))
			continue;
		pp_buf_clear(out);
		pp_buf_add(out, entry.p, entry.n - end.n);
		if (found++ || end.n)
			break;
	}
	if (dir)
		closedir(dir);
	return found == 1;
}

/* /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log */
static bool by_id(struct pp_kubelet *k, const char *root, struct pp_str id)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf entry = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) char *end = pp_xasprintf("-%.*s.log", (int)id.n, id.p);
	struct pp_str part[3];

	if (!find_entry(root, "/var/log/containers", pp_str_of(end), &entry) ||
	    !split(pp_buf_view(&entry), part))
		return false;
	return keep_name(k->pod, part[0]) && keep_name(k->namespace, part[1]) &&
	       keep_name(k->container, part[2]);
}

/* /var/log/pods/NAMESPACE_POD_UID/CONTAINER, where there is one only. */
static void by_pod_logs(struct pp_kubelet *k, const char *root, const char *uid)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf entry = PP_BUF_INIT, only = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) char *end = pp_xasprintf("_%s", uid);
	struct pp_str part[3];

	if (!find_entry(root, "/var/log/pods", pp_str_of(end), &entry))
		return;
	PP_CLEANUP(pp_freep) char *pod = pp_xasprintf("/var/log/pods/%s%s", entry.p, end);
	pp_buf_char(&entry, '_');
	if (split(pp_buf_view(&entry), part)) {
		keep_name(k->namespace, part[0]);
		keep_name(k->pod, part[1]);
	}
	if (find_entry(root, pod, PP_STR_LIT(""), &only))
		keep_name(k->container, pp_buf_view(&only));
}

/* /var/lib/kubelet/pods/UID/containers/CONTAINER, likewise. */
static void by_pod_state(struct pp_kubelet *k, const char *root, const char *uid)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf only = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) char *pod = pp_xasprintf("/var/lib/kubelet/pods/%s/containers", uid);

	if (find_entry(root, pod, PP_STR_LIT(""), &only))
		keep_name(k->container, pp_buf_view(&only));
}

void pp_kubelet_find(struct pp_kubelet *k, const char *root, struct pp_str id, const char *pod_uid)
{
	*k = (struct pp_kubelet){.pod = ""};
	if (id.n && by_id(k, root, id))
		return;
	*k = (struct pp_kubelet){.pod = ""};
	if (!pod_uid[0])
		return;
	by_pod_logs(k, root, pod_uid);
	if (!k->container[0])
		by_pod_state(k, root, pod_uid);
}
