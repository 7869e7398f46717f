/* SPDX-License-Identifier: Apache-2.0 */
/* The same profile once more, line by line. */
#include <config.h>

#include "cmd/flame_source.h"

#include "base/regex.h"

static void shown(void *context, struct pp_str name, struct pp_buf *out)
{
	const struct pp_source_paths *paths = context;

	pp_source_name(paths, name, out);
}

static const struct pp_text *read_file(void *context, const struct pp_lines_routine *r,
				       struct pp_err *err)
{
	return pp_source_read(context, r->file, r->source, err);
}

int pp_flame_source_init(struct pp_flame_source *s, const struct pp_view *v,
			 const struct pp_source_paths *paths, struct pp_flame_block_options *block,
			 struct pp_err *err)
{
	const struct pp_frames_options frames = {
		.granularity = PP_BY_LINE, .objects = true, .whole_files = true};
	PP_CLEANUP(pp_regex_freep) struct pp_regex *all = pp_regex_new(PP_STR_LIT(""), false, err);
	struct pp_source_paths own = *paths;
	struct pp_view view = *v;

	*s = (struct pp_flame_source){.files = NULL};
	if (!all)
		return -1;
	pp_nodes_init(&s->nodes);
	pp_frames_init(&s->frames, v->profile, &s->nodes, &frames);
	view.frames = &s->frames;
	view.nodes = &s->nodes;
	pp_lines_init(&s->lines, &view, all, false, shown, &own);
	s->files = pp_sources_new(paths);
	s->list = (struct pp_list_sources){.read = read_file, .context = s->files};
	block->source = true;
	block->lines = &s->lines;
	block->sources = &s->list;
	return 0;
}

void pp_flame_source_release(struct pp_flame_source *s)
{
	pp_lines_release(&s->lines);
	pp_frames_release(&s->frames);
	pp_nodes_release(&s->nodes);
	pp_sources_free(s->files);
}
