/* SPDX-License-Identifier: Apache-2.0 */
/* What a Kubernetes node's files tell of a container; read as text, no link is followed. */
#ifndef PP_COLLECT_KUBELET_H
#define PP_COLLECT_KUBELET_H

#include "base/str.h"

#define PP_KUBELET_NAME 256 /* a name's bytes with its end; DNS names have 253 at most */

/* Names, "" for what is not known. */
struct pp_kubelet {
	char pod[PP_KUBELET_NAME], namespace[PP_KUBELET_NAME], container[PP_KUBELET_NAME];
};

/* Look for a container by its id, or if that is not found for its pod by the uid. Either may be "";
 * uids have hexadecimal digits and dashes only. */
void pp_kubelet_find(struct pp_kubelet *k, const char *root, struct pp_str id, const char *pod_uid);

#endif
