/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering comments. */
#include <config.h>

#include "render/comments.h"

#include "io/json.h"

void pp_comments_text(const struct pp_profile *p, struct pp_out *o)
{
	for (uint32_t i = 0; i < p->ncomments; i++) {
		pp_out_safe(o, pp_profile_str(p, p->comments[i]));
		pp_out_char(o, '\n');
	}
}

void pp_comments_json(const struct pp_profile *p, struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	pp_json_key(&j, "comments");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < p->ncomments; i++)
		pp_json_str(&j, pp_profile_str(p, p->comments[i]));
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

void pp_comments_csv(const struct pp_profile *p, struct pp_out *o)
{
	pp_out_text(o, "comment\n");
	for (uint32_t i = 0; i < p->ncomments; i++) {
		pp_out_csv(o, pp_profile_str(p, p->comments[i]));
		pp_out_char(o, '\n');
	}
}
