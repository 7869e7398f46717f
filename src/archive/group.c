/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/group.h"

#include "base/alloc.h"

static const char *const instances[] = {"pid", "tid", "container_id", "pod"};

void pp_group_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out)
{
	struct pp_err no;

	*out = (struct pp_entry_labels){0};
	pp_entry_labels_copy(out, labels);
	for (size_t i = 0; i < PP_ARRAY_LEN(instances); i++)
		(void)!pp_entry_labels_set(out, pp_str_of(instances[i]), PP_STR_LIT(""), &no);
}

void pp_instance_labels(const struct pp_entry_labels *labels, struct pp_entry_labels *out)
{
	struct pp_err no;

	*out = (struct pp_entry_labels){0};
	for (size_t i = 0; i < PP_ARRAY_LEN(instances); i++)
		(void)!pp_entry_labels_set(out, pp_str_of(instances[i]),
					   pp_str_of(pp_entry_labels_get(labels, instances[i])),
					   &no);
}

char *pp_group_name(const struct pp_entry *e)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels own = {0};

	pp_group_labels(&e->series->labels, &own);
	pp_entry_labels_print(&own, &text);
	return pp_xstrdup(text.p);
}
