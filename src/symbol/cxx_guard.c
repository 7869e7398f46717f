/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libiberty's tree shares what is substituted, so it is small; but printing walks it as if nothing
 * was shared. Here each component is visited once, to add up how many a walk would meet.
 */
#include <config.h>

#include "symbol/cxx_guard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "base/alloc.h"

#define MAX_NAME	    1024 /* longer ones are over libiberty's own limit */
#define MAX_TEMPLATES	    16	 /* template parameters with arguments beside a conversion */
#define MAX_PATTERN	    4096 /* components of a pack expansion's pattern */
#define COMPONENTS_PER_CHAR 2	 /* what libiberty allocates */

/* ---- conversions ---- */

/* How often template arguments follow a template parameter: "T_I", "T0_I". */
static unsigned count_templates(const char *s)
{
	unsigned n = 0;

	while ((s = strchr(s, 'T')) != NULL) {
		s++;
		s += strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		n += s[0] == '_' && s[1] == 'I';
	}
	return n;
}

/* ---- pack expansions ---- */

enum state { NEW, OPEN, DONE };

struct walk {
	const struct demangle_component *all; /* the tree's components are in one array */
	size_t n;
	uint32_t *cost; /* per component, once it is done: what a walk meets, up to MAX_PATTERN */
	uint8_t *state;
	uint32_t *stack;
	size_t depth;
};

/* The components that one refers to, or NULL. What the kinds not named here have is two of them. */
static void get_children(const struct demangle_component *c,
			 const struct demangle_component *children[2])
{
	children[0] = children[1] = NULL;
	switch (c->type) {
	case DEMANGLE_COMPONENT_NAME:
	case DEMANGLE_COMPONENT_OPERATOR:
	case DEMANGLE_COMPONENT_BUILTIN_TYPE:
	case DEMANGLE_COMPONENT_EXTENDED_BUILTIN_TYPE:
	case DEMANGLE_COMPONENT_SUB_STD:
	case DEMANGLE_COMPONENT_TEMPLATE_PARAM:
	case DEMANGLE_COMPONENT_FUNCTION_PARAM:
	case DEMANGLE_COMPONENT_CHARACTER:
	case DEMANGLE_COMPONENT_NUMBER:
	case DEMANGLE_COMPONENT_UNNAMED_TYPE:
		break;
	case DEMANGLE_COMPONENT_LAMBDA:
	case DEMANGLE_COMPONENT_DEFAULT_ARG:
		children[0] = c->u.s_unary_num.sub;
		break;
	case DEMANGLE_COMPONENT_CTOR:
		children[0] = c->u.s_ctor.name;
		break;
	case DEMANGLE_COMPONENT_DTOR:
		children[0] = c->u.s_dtor.name;
		break;
	case DEMANGLE_COMPONENT_EXTENDED_OPERATOR:
		children[0] = c->u.s_extended_operator.name;
		break;
	case DEMANGLE_COMPONENT_FIXED_TYPE:
		children[0] = c->u.s_fixed.length;
		break;
	default:
		children[0] = c->u.s_binary.left;
		children[1] = c->u.s_binary.right;
	}
}

/* The position of a component, or n: a kind that is not known here may refer to anything. */
static size_t position(const struct walk *w, const struct demangle_component *c)
{
	uintptr_t offset = (uintptr_t)c - (uintptr_t)w->all;

	if (offset % sizeof(*c) != 0 || offset / sizeof(*c) >= w->n)
		return w->n;
	return offset / sizeof(*c);
}

static uint32_t cost_of(const struct walk *w, const struct demangle_component *c)
{
	size_t at = position(w, c);

	return at < w->n ? w->cost[at] : 0;
}

/* Have a component visited before the one that refers to it. False: it refers to itself. */
static bool visit(struct walk *w, const struct demangle_component *c)
{
	size_t at = position(w, c);

	if (at == w->n || w->state[at] == DONE)
		return true;
	if (w->state[at] == OPEN)
		return false;
	w->stack[w->depth++] = (uint32_t)at;
	return true;
}

/* Add up what is below a component. An expansion is searched before it is printed. */
static bool finish(struct walk *w, size_t at)
{
	const struct demangle_component *c = &w->all[at], *children[2];

	get_children(c, children);
	uint32_t cost = 1 + cost_of(w, children[0]) + cost_of(w, children[1]);

	if (c->type == DEMANGLE_COMPONENT_PACK_EXPANSION) {
		if (cost > MAX_PATTERN)
			return false;
		cost *= 2;
	}
	w->cost[at] = cost < MAX_PATTERN + 1 ? cost : MAX_PATTERN + 1;
	w->state[at] = DONE;
	return true;
}

static bool walk(struct walk *w, const struct demangle_component *root)
{
	bool ok = visit(w, root);

	while (ok && w->depth) {
		size_t at = w->stack[w->depth - 1];
		const struct demangle_component *children[2];

		if (w->state[at] == NEW) {
			w->state[at] = OPEN;
			get_children(&w->all[at], children);
			ok = visit(w, children[0]) && visit(w, children[1]);
			continue;
		}
		w->depth--;
		if (w->state[at] == OPEN)
			ok = finish(w, at);
	}
	return ok;
}

static bool expansions_are_small(const char *mangled, int options)
{
	void *memory = NULL;
	const struct demangle_component *root =
		cplus_demangle_v3_components(mangled, options, &memory);
	struct walk w = {.all = memory, .n = COMPONENTS_PER_CHAR * strlen(mangled)};
	bool ok = true;

	if (root) {
		w.cost = pp_xcalloc(w.n, sizeof(*w.cost));
		w.state = pp_xcalloc(w.n, sizeof(*w.state));
		w.stack = pp_xcalloc(2 * w.n + 1, sizeof(*w.stack));
		ok = walk(&w, root);
		free(w.cost);
		free(w.state);
		free(w.stack);
		free(memory);
	}
	return ok;
}

bool pp_cxx_is_tame(const char *mangled, int options)
{
	if (strlen(mangled) > MAX_NAME)
		return false;
	if (strstr(mangled, "cv") && count_templates(mangled) > MAX_TEMPLATES)
		return false;
	if (!strstr(mangled, "Dp") && !strstr(mangled, "sp") && !strstr(mangled, "sZ") &&
	    !strstr(mangled, "sP"))
		return true;
	return expansions_are_small(mangled, options);
}
