/* SPDX-License-Identifier: Apache-2.0 */
/* Names, files, lines and inlined calls from Go's table of functions. */
#include <config.h>

#include "symbol/gopclntab.h"

#include "symbol/gotab.h"

#define MAX_INLINED 256
#define MAX_STEPS   (1ull << 30) /* values walked over in one call */

bool pp_gopclntab_has(int fd)
{
	return pp_gotab_probe(fd);
}

/* What all look-ups of a call share. */
struct lookup {
	struct pp_gotab table;
	struct pp_answers *out;
	uint64_t budget;
};

static void release(struct lookup *l)
{
	pp_gotab_release(&l->table);
}

static void add_frame(struct lookup *l, size_t i, const struct pp_gofunc *f, uint64_t pc,
		      struct pp_str name, uint32_t start_line)
{
	struct pp_strtab *strings = &l->out->strings;
	struct pp_answer_frame frame = {.start_line = start_line};
	int32_t file, line;

	frame.name = frame.system_name = pp_strtab_add(strings, name);
	if (pp_gotab_value(&l->table, f, f->file, pc, &l->budget, &file))
		frame.file = pp_strtab_add(strings, pp_gotab_file(&l->table, f, file));
	if (frame.file && pp_gotab_value(&l->table, f, f->line, pc, &l->budget, &line) && line > 0)
		frame.line = (uint32_t)line;
	pp_answers_add(l->out, i, frame);
}

static void resolve_one(struct lookup *l, size_t i, uint64_t pc)
{
	struct pp_goinline call;
	struct pp_gofunc f;
	uint32_t table;
	int32_t which;

	if (!pp_gotab_find(&l->table, pc, &f) || f.name.n == 0)
		return;
	table = pp_gotab_inline_table(&l->table, &f);
	for (int depth = 0; depth < MAX_INLINED; depth++) {
		if (!pp_gotab_value(&l->table, &f, table, pc, &l->budget, &which) ||
		    !pp_gotab_inline(&l->table, &f, which, &call))
			break;
		add_frame(l, i, &f, pc, call.name, call.start_line);
		pc = call.caller;
	}
	add_frame(l, i, &f, pc, f.name, f.start_line);
}

int pp_gopclntab_resolve(int fd, const uint64_t *vaddrs, size_t n, struct pp_answers *out,
			 struct pp_err *err)
{
	PP_CLEANUP(release) struct lookup l = {.out = out, .budget = MAX_STEPS};

	pp_answers_init(out, n);
	if (pp_gotab_open(&l.table, fd, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		pp_answers_begin(out, i);
		resolve_one(&l, i, vaddrs[i]);
		if (l.budget == 0)
			return pp_err_set(err, PP_ERR_LIMIT, "the Go functions are damaged");
	}
	return 0;
}
