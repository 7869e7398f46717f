/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of a tree. A view's nodes know what tells them apart only; the rest is that of the
 * first location that has the node. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "analyze/flame_state.h"
#include "base/alloc.h"

/* Functions by node, while they have no number. */
struct maker {
	const struct pp_view *v;
	struct pp_flame_func *of;
	bool *known;
};

static bool ends_with(struct pp_str s, struct pp_str end)
{
	return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

static bool is_any_of(struct pp_str s, bool (*test)(struct pp_str, struct pp_str),
		      const struct pp_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (test(s, list[i]))
			return true;
	}
	return false;
}

static bool is_kernel(struct pp_str base)
{
	static const struct pp_str begins[] = {PP_STR_LIT("[kernel"), PP_STR_LIT("[guest.kernel"),
					       PP_STR_LIT("vmlinux"), PP_STR_LIT("[bpf")};
	static const struct pp_str ends[] = {PP_STR_LIT(".ko"), PP_STR_LIT(".ko.gz"),
					     PP_STR_LIT(".ko.xz"), PP_STR_LIT(".ko.zst")};

	return is_any_of(base, pp_str_starts, begins, PP_ARRAY_LEN(begins)) ||
	       is_any_of(base, ends_with, ends, PP_ARRAY_LEN(ends));
}

static bool is_jit(struct pp_str file, struct pp_str base)
{
	static const struct pp_str begins[] = {PP_STR_LIT("//anon"), PP_STR_LIT("[anon"),
					       PP_STR_LIT("/memfd:"), PP_STR_LIT("anon_inode:")};

	return is_any_of(file, pp_str_starts, begins, PP_ARRAY_LEN(begins)) ||
	       (pp_str_starts(base, PP_STR_LIT("perf-")) && ends_with(base, PP_STR_LIT(".map"))) ||
	       (pp_str_starts(base, PP_STR_LIT("jit-")) && ends_with(base, PP_STR_LIT(".dump"))) ||
	       pp_str_starts(base, PP_STR_LIT("jitted-"));
}

/* What kind of code has an address. Stacks that were text may say it behind the names. */
static enum pp_flame_kind kind_of(const struct pp_profile *p, const struct pp_location *loc,
				  struct pp_str name)
{
	struct pp_str file = {"", 0}, base;

	if (loc->mapping != PP_NONE)
		file = pp_profile_str(p, p->mappings[loc->mapping].file);
	base = pp_str_basename(file);
	if (is_kernel(base) || loc->address >> 63 || ends_with(name, PP_STR_LIT("_[k]")))
		return PP_FLAME_KERNEL;
	/* the first mapping is the main binary's, whose name may not be known */
	if (is_jit(file, base) || ends_with(name, PP_STR_LIT("_[j]")) ||
	    (file.n == 0 && loc->mapping != PP_NONE && loc->mapping > 0))
		return PP_FLAME_JIT;
	return PP_FLAME_NATIVE;
}

static void describe(struct maker *m, uint32_t node, const struct pp_location *loc,
		     const struct pp_line *line)
{
	const struct pp_profile *p = m->v->profile;
	struct pp_flame_func *f = &m->of[node];
	struct pp_node id = pp_nodes_get(m->v->nodes, node);
	struct pp_str name = {"", 0};

	if (loc->mapping != PP_NONE)
		f->object = pp_str_basename(pp_profile_str(p, p->mappings[loc->mapping].file));
	if (line) {
		const struct pp_function *fn = &p->functions[line->function];

		name = pp_profile_str(p, fn->name);
		f->file = id.file.n ? id.file : pp_profile_str(p, fn->filename);
		/* where files are nodes, functions begin anywhere in them */
		f->line = name.n && !id.name.n ? 0 : fn->start_line;
	}
	if (line && line->function >= p->nfunctions - p->nlabel_functions)
		f->kind = PP_FLAME_LABEL;
	else if (name.n == 0)
		f->kind = PP_FLAME_UNKNOWN;
	else
		f->kind = kind_of(p, loc, name);
}

static void describe_location(struct maker *m, uint32_t location)
{
	const struct pp_profile *p = m->v->profile;
	const struct pp_location *loc = &p->locations[location];
	uint32_t n;
	const uint32_t *nodes = pp_frames_of(m->v->frames, location, &n);
	/* without inlined calls, the one node is the outermost line's */
	uint32_t skipped = loc->nlines > n ? loc->nlines - n : 0;

	for (uint32_t k = 0; k < n; k++) {
		if (m->known[nodes[k]])
			continue;
		m->known[nodes[k]] = true;
		describe(m, nodes[k], loc,
			 k < loc->nlines ? &p->lines[loc->first_line + skipped + k] : NULL);
	}
}

int pp_flame_funcs_cmp(const struct pp_flame_func *a, const struct pp_flame_func *b)
{
	int c = pp_str_cmp(a->name, b->name);

	if (!c)
		c = pp_str_cmp(a->file, b->file);
	return c ? c : pp_str_cmp(a->object, b->object);
}

static int compare(const void *x, const void *y, void *context)
{
	const struct maker *m = context;
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	int c = pp_flame_funcs_cmp(&m->of[a], &m->of[b]);

	return c ? c : pp_nodes_cmp(m->v->nodes, a, b);
}

static uint32_t *sort_nodes(struct maker *m, uint32_t n)
{
	uint32_t *order = pp_xcalloc(n, sizeof(*order));

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(*order), compare, m);
	return order;
}

void pp_flame_funcs_init(struct pp_flame *f, const struct pp_view *views, uint32_t nviews,
			 const struct pp_flame_options *o)
{
	const struct pp_nodes *nodes = views[0].nodes;
	struct maker m = {.of = pp_xcalloc(nodes->count, sizeof(*m.of)),
			  .known = pp_xcalloc(nodes->count, sizeof(*m.known))};
	uint32_t *order;

	for (uint32_t i = 0; i < nodes->count; i++)
		m.of[i] = (struct pp_flame_func){pp_nodes_name(nodes, i), {"", 0}, {"", 0}, 0, 0};
	for (uint32_t k = 0; k < nviews; k++) {
		m.v = &views[k];
		for (uint32_t i = 0; i < m.v->profile->nlocations; i++)
			describe_location(&m, i);
	}
	order = sort_nodes(&m, nodes->count);
	f->nfuncs = nodes->count + 1;
	f->funcs = pp_xcalloc(f->nfuncs, sizeof(*f->funcs));
	f->func_of = pp_xcalloc(nodes->count, sizeof(*f->func_of));
	f->funcs[0] = (struct pp_flame_func){
		pp_str_of(o->root ? o->root : "all"), {"", 0}, {"", 0}, 0, PP_FLAME_NATIVE};
	for (uint32_t i = 0; i < nodes->count; i++) {
		f->funcs[i + 1] = m.of[order[i]];
		f->func_of[order[i]] = i + 1;
	}
	f->nnodes = nodes->count;
	free(order);
	free(m.of);
	free(m.known);
}

void pp_flame_funcs_settle(struct pp_flame *f)
{
	uint32_t *number = pp_xcalloc(f->nfuncs, sizeof(*number));
	uint32_t n = 1;

	for (uint32_t i = 1; i < f->n; i++)
		number[f->func[i]] = 1;
	for (uint32_t k = 1; k < f->nfuncs; k++) {
		if (!number[k]) {
			number[k] = PP_NONE;
			continue;
		}
		f->funcs[n] = f->funcs[k];
		number[k] = n++;
	}
	for (uint32_t i = 1; i < f->n; i++)
		f->func[i] = number[f->func[i]];
	for (uint32_t i = 0; i < f->nnodes; i++)
		f->func_of[i] = number[f->func_of[i]];
	f->nfuncs = n;
	free(number);
}
