/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which container a process runs in, by the path of its cgroup as container runtimes choose it, and
 * what the node's own files tell of it: the pod, its namespace, the container's name. Sources:
 * the cgroup paths of docker, podman, cri-o, containerd, LXC and ECS agents; for Kubernetes,
 * /var/log/pods/NAMESPACE_POD_UID/CONTAINER, /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log and
 * /var/lib/kubelet/pods/UID, which kubelet keeps.
 */
#ifndef PP_COLLECT_CONTAINER_H
#define PP_COLLECT_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "collect/event.h"
#include "collect/pids.h"

/* What a cgroup path says; spans of the path, but for the pod's uid. */
struct pp_container_ids {
	struct pp_str id; /* "" if it is no container */
	char pod_uid[40]; /* "" if it is in no pod */
};

/* Take a cgroup path apart. */
void pp_container_parse(struct pp_str path, struct pp_container_ids *ids);

/* What is known of the processes in one cgroup: strings, 0 for what is not known. */
struct pp_container {
	uint32_t cgroup, id, pod, namespace, name;
};

struct pp_containers {
	const char *root; /* where /proc, /var/log and /var/lib are; borrowed */
	struct pp_pids pids;
	struct pp_strtab strings, paths;
	struct pp_container *all; /* [0]: nothing is known; path n of paths is all[n] */
	size_t n, cap;
};

void pp_containers_init(struct pp_containers *c, const char *root);
void pp_containers_release(struct pp_containers *c);

/* Look at all processes that there are, so that what they start is known from its parent. */
void pp_containers_scan(struct pp_containers *c);

/* The position in `all` for a process; looked up once, while it lives. */
uint32_t pp_containers_of(struct pp_containers *c, uint32_t pid);

/* Take note of a FORK (who starts where its parent is), an exec (runtimes move into the new cgroup
 * before that) or an EXIT. */
void pp_containers_event(struct pp_containers *c, const struct pp_event *e);

#endif
