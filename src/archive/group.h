/* SPDX-License-Identifier: Apache-2.0 */
/* What goes into one segment: entries of an hour whose labels differ in nothing but those that name
 * an instance. */
#ifndef PP_ARCHIVE_GROUP_H
#define PP_ARCHIVE_GROUP_H

#include <stdint.h>

#include "archive/entry.h"
#include "archive/labels.h"
#include "base/compiler.h"

/* Labels without those that name an instance; *out is to be released. */
void pp_group_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out);

/* Those that name it. */
void pp_instance_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out);

/* The labels of an entry's group as text, owned by the caller. */
char *pp_group_name(const struct pp_entry *e) PP_NODISCARD;

#endif
