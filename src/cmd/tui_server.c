/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/tui_server.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/fail.h"
#include "cmd/cmd_info.h"
#include "cmd/defaults.h"
#include "cmd/disassemble.h"

struct pp_flame *pp_tui_flame(const struct pp_report *r, const struct pp_view *before,
			      const struct pp_view *after, struct pp_err *err)
{
	struct pp_flame *f = pp_xcalloc(1, sizeof(*f));
	struct pp_view views[2];
	uint32_t n = 0;

	if (r->is_diff)
		views[n++] = *before;
	views[n++] = *after;
	if (pp_flame_init(f, views, n, &(struct pp_flame_options){.no_samples = true}, err)) {
		pp_flame_release(f);
		free(f);
		return NULL;
	}
	if (f->overflow && !r->live)
		pp_cli_warn(r->cli, "the total does not fit into 64 bits and has wrapped");
	return f;
}

enum { BEFORE, AFTER, SIDES };

static const struct pp_view *view_of(const struct pp_tui_server *s, int side)
{
	if (side == AFTER)
		return s->now ? &s->now->after.view : &s->report->view;
	return s->now ? &s->now->before.view : &s->report->before.view;
}

static void forget_lines(struct pp_tui_source *s)
{
	if (s->of)
		pp_flame_source_release(&s->source);
	s->of = NULL;
}

static struct pp_flame *grow(void *context, const char *const *filters, const struct pp_view **view,
			     struct pp_err *err)
{
	struct pp_tui_server *s = context;
	const char *all = filters[PP_TUI_ALL_FRAMES];
	struct pp_lens_options o = {.tags = {filters[PP_TUI_TAGROOT], filters[PP_TUI_TAGLEAF]},
				    .all_frames = all && *all};
	struct pp_lens *lens;
	struct pp_flame *f;

	memcpy(o.filters, filters, sizeof(o.filters));
	lens = pp_lens_new(s->report, &o, err);
	if (!lens)
		return NULL;
	f = pp_tui_flame(s->report, &lens->before.view, &lens->after.view, err);
	if (!f) {
		(void)pp_lens_undo(s->report, lens);
		pp_lens_free(lens);
		return NULL;
	}
	pp_lens_free(s->last);
	s->last = s->now;
	s->now = lens;
	/* another lens may come to be where the last one was */
	for (int side = 0; side < SIDES; side++)
		forget_lines(&s->sources[side]);
	*view = &lens->after.view;
	return f;
}

static bool back(void *context, const struct pp_view **view)
{
	struct pp_tui_server *s = context;
	struct pp_lens *undone = s->now;

	if (!undone || !pp_lens_undo(s->report, undone))
		return false;
	s->now = s->last;
	s->last = undone; /* its tree is still shown */
	for (int side = 0; side < SIDES; side++)
		forget_lines(&s->sources[side]);
	*view = view_of(s, AFTER);
	return true;
}

static const struct pp_lines *lines(void *context, bool before, uint32_t type, struct pp_err *err)
{
	struct pp_flame_block_options unused = {0};
	struct pp_tui_server *server = context;
	struct pp_tui_source *s = &server->sources[before ? BEFORE : AFTER];
	const struct pp_view *of = view_of(server, before ? BEFORE : AFTER);
	struct pp_view view = *of;

	if (s->of == of && s->type == type)
		return &s->source.lines;
	forget_lines(s);
	view.index = type;
	s->of = of;
	s->type = type;
	if (pp_flame_source_init(&s->source, &view, server->paths, &unused, err)) {
		forget_lines(s);
		return NULL;
	}
	return &s->source.lines;
}

static const struct pp_text *source(void *context, const struct pp_lines_routine *r,
				    struct pp_err *err)
{
	const struct pp_tui_server *s = context;
	const struct pp_list_sources *list = &s->sources[AFTER].source.list;

	return list->read(list->context, r, err);
}

static const char *where(void *context, const struct pp_text *text)
{
	const struct pp_tui_server *s = context;
	struct pp_sources *files = s->sources[AFTER].source.files;

	return files ? pp_source_path(files, text) : NULL;
}

static void forget_code(struct pp_tui_code *c)
{
	pp_disassemble_free(c->routines);
	pp_frames_release(&c->report.frames);
	pp_nodes_release(&c->report.nodes);
	c->routines = NULL;
}

/* The same report, or what it compares with, by addresses. */
static const struct pp_assembly_routine *code(void *context, bool before, const char *pattern,
					      uint32_t type, uint32_t *n, struct pp_err *err)
{
	const struct pp_frames_options frames = {
		.granularity = PP_BY_ADDRESS, .noinlines = true, .objects = true};
	struct pp_tui_server *s = context;
	struct pp_tui_code *c = &s->codes[before ? BEFORE : AFTER];
	struct pp_report *r = &c->report;

	forget_code(c);
	c->pattern = pattern;
	c->options = *s->report->options;
	c->options.args = (struct pp_opt_list){.item = &c->pattern, .n = 1};
	*r = (struct pp_report){.cli = s->report->cli,
				.options = &c->options,
				.profile = before ? s->report->before.profile
						  : s->report->profile, /* borrowed */
				.view = *view_of(s, before ? BEFORE : AFTER)};
	pp_nodes_init(&r->nodes);
	pp_frames_init(&r->frames, &r->profile, &r->nodes, &frames);
	r->view.index = type;
	r->view.frames = &r->frames;
	r->view.nodes = &r->nodes;
	c->routines = pp_disassemble_new(r, s->disasm, err);
	return c->routines ? pp_disassemble_routines(c->routines, n) : NULL;
}

/* Of the profile as it was before filters have cut it. */
static int info(void *context, struct pp_buf *text, struct pp_err *err)
{
	const struct pp_tui_server *s = context;
	struct pp_report *r = s->report;
	const struct pp_opt_list *args = &r->options->args;
	PP_CLEANUP(pp_freep) char *several = pp_xasprintf("%zu profiles", args->n);
	struct pp_info i = {.file = args->n ? args->item[0] : PP_DEFAULT_PROFILE,
			    .file_bytes = r->profile.nbytes};
	struct pp_uncut now;
	struct pp_out out;
	int rc;

	if (r->live)
		i.file = "what is shown";
	else if (args->n > 1)
		i.file = several;
	pp_uncut_save(&now, &r->profile);
	pp_uncut_restore(&r->uncut, &r->profile);
	pp_out_init_mem(&out);
	rc = pp_info_write(&r->profile, &i, PP_FORMAT_TEXT, &out, err);
	if (rc == 0)
		pp_buf_add(text, out.buf.p, out.buf.n);
	pp_buf_release(&out.buf);
	pp_uncut_restore(&now, &r->profile);
	pp_uncut_release(&now);
	return rc;
}

static void forget_sources(struct pp_tui_server *s)
{
	for (int side = 0; side < SIDES; side++) {
		forget_lines(&s->sources[side]);
		forget_code(&s->codes[side]);
	}
}

void pp_tui_server_turn(struct pp_tui_server *s, struct pp_report *r)
{
	forget_sources(s);
	s->old[0] = s->now;
	s->old[1] = s->last;
	s->now = s->last = NULL;
	s->report = r;
}

void pp_tui_server_turned(struct pp_tui_server *s)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(s->old); i++) {
		pp_lens_free(s->old[i]);
		s->old[i] = NULL;
	}
}

void pp_tui_server_release(struct pp_tui_server *s)
{
	forget_sources(s);
	pp_tui_server_turned(s);
	pp_lens_free(s->last);
	pp_lens_free(s->now);
	s->last = s->now = NULL;
}

struct pp_tui_services pp_tui_server_services(struct pp_tui_server *s)
{
	return (struct pp_tui_services){
		.context = s,
		.grow = grow,
		.back = back,
		.lines = lines,
		.source = source,
		.where = where,
		.code = code,
		.info = info,
	};
}
