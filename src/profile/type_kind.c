/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "profile/type_kind.h"

#include <stddef.h>

#include "base/compiler.h"

static const struct {
	struct pp_str name;
	bool is_prefix;
	enum pp_type_kind kind;
} kinds[] = {
	{{"cpu", 3}, false, PP_KIND_EVENTS},	       {{"samples", 7}, false, PP_KIND_EVENTS},
	{{"inuse_", 6}, true, PP_KIND_STATE},	       {{"goroutine", 9}, false, PP_KIND_STATE},
	{{"threadcreate", 12}, false, PP_KIND_STATE},  {{"alloc_", 6}, true, PP_KIND_COUNTER},
	{{"contentions", 11}, false, PP_KIND_COUNTER}, {{"delay", 5}, false, PP_KIND_COUNTER},
};

enum pp_type_kind pp_type_kind(struct pp_str type)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		if (kinds[i].is_prefix ? pp_str_starts(type, kinds[i].name)
				       : pp_str_eq(type, kinds[i].name))
			return kinds[i].kind;
	}
	return PP_KIND_OTHER;
}
