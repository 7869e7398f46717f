/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/tui_server.h"

#include <stdlib.h>

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

static struct pp_flame *grow(void *context, const char *const *filters, const struct pp_view **view,
			     struct pp_err *err)
{
	struct pp_tui_server *s = context;
	struct pp_lens *lens = pp_lens_new(s->report, filters, err);
	struct pp_flame *f;

	if (!lens)
		return NULL;
	f = pp_tui_flame(s->report, &lens->before.view, &lens->after.view, err);
	if (!f) {
		pp_lens_free(lens);
		return NULL;
	}
	pp_lens_free(s->last);
	s->last = s->now;
	s->now = lens;
	*view = &lens->after.view;
	return f;
}

static const struct pp_view *view_of(const struct pp_tui_server *s)
{
	return s->now ? &s->now->after.view : &s->report->view;
}

static void forget_lines(struct pp_tui_server *s)
{
	if (s->source_of)
		pp_flame_source_release(&s->source);
	s->source_of = NULL;
}

static const struct pp_lines *lines(void *context, uint32_t type, struct pp_err *err)
{
	struct pp_flame_block_options unused = {0};
	struct pp_tui_server *s = context;
	struct pp_view view = *view_of(s);

	if (s->source_of == view_of(s) && s->source_type == type)
		return &s->source.lines;
	forget_lines(s);
	view.index = type;
	s->source_of = view_of(s);
	s->source_type = type;
	if (pp_flame_source_init(&s->source, &view, s->paths, &unused, err)) {
		forget_lines(s);
		return NULL;
	}
	return &s->source.lines;
}

static const struct pp_text *source(void *context, const struct pp_lines_routine *r,
				    struct pp_err *err)
{
	struct pp_tui_server *s = context;

	return s->source.list.read(s->source.list.context, r, err);
}

static const char *where(void *context, const struct pp_text *text)
{
	const struct pp_tui_server *s = context;

	return s->source.files ? pp_source_path(s->source.files, text) : NULL;
}

static void forget_code(struct pp_tui_server *s)
{
	pp_disassemble_free(s->code);
	pp_frames_release(&s->by_address.frames);
	pp_nodes_release(&s->by_address.nodes);
	s->code = NULL;
}

/* The same report, by addresses. */
static const struct pp_assembly_routine *code(void *context, const char *pattern, uint32_t type,
					      uint32_t *n, struct pp_err *err)
{
	const struct pp_frames_options frames = {
		.granularity = PP_BY_ADDRESS, .noinlines = true, .objects = true};
	struct pp_tui_server *s = context;
	struct pp_report *r = &s->by_address;

	forget_code(s);
	s->pattern = pattern;
	s->by_address_options = *s->report->options;
	s->by_address_options.args = (struct pp_opt_list){.item = &s->pattern, .n = 1};
	*r = (struct pp_report){.cli = s->report->cli,
				.options = &s->by_address_options,
				.profile = s->report->profile, /* borrowed */
				.view = *view_of(s)};
	pp_nodes_init(&r->nodes);
	pp_frames_init(&r->frames, &r->profile, &r->nodes, &frames);
	r->view.index = type;
	r->view.frames = &r->frames;
	r->view.nodes = &r->nodes;
	s->code = pp_disassemble_new(r, s->disasm, err);
	return s->code ? pp_disassemble_routines(s->code, n) : NULL;
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

void pp_tui_server_turn(struct pp_tui_server *s, struct pp_report *r)
{
	forget_lines(s);
	forget_code(s);
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
	forget_lines(s);
	forget_code(s);
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
		.lines = lines,
		.source = source,
		.where = where,
		.code = code,
		.info = info,
	};
}
