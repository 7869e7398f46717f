/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes of the view are addresses. Those in binaries that are of interest become hits: an address
 * of the file in a group of symbols. Groups that match are routines.
 */
#include <config.h>

#include "cmd/code_hits.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/costs.h"
#include "base/alloc.h"
#include "cli/fail.h"
#include "symbol/binary.h"
#include "symbol/demangle.h"

/* One file, for all mappings of it. */
struct pp_code_binary {
	struct pp_binary file;
	bool usable;
	struct pp_err why; /* it is not */
	bool told;
	struct pp_map routines; /* by start: the routine, or NO_MATCH */
};

#define NO_MATCH (UINT32_MAX - 1)

void pp_code_hits_release(struct pp_code_hits *c)
{
	for (size_t i = 0; i < c->nroutines; i++) {
		free(c->routines[i].names);
		free(c->routines[i].own_name);
	}
	for (size_t i = 0; i + 1 < c->binary_keys.count; i++) {
		pp_binary_release(&c->binaries[i].file);
		pp_map_release(&c->binaries[i].routines);
	}
	pp_strtab_release(&c->binary_keys);
	pp_flat_release(&c->flat);
	pp_regex_free(c->re);
	free(c->binaries);
	free(c->binary_of);
	free(c->routines);
	free(c->hits);
	*c = (struct pp_code_hits){0};
}

/* A number as Go writes them: 0x1f, 0b11, 0o17, 017, 15. */
static bool parse_address(const char *text, uint64_t *address)
{
	static const struct {
		const char *prefix;
		unsigned base;
	} forms[] = {{"0x", 16}, {"0X", 16}, {"0b", 2}, {"0B", 2},
		     {"0o", 8},	 {"0O", 8},  {"0", 8},	{"", 10}};
	unsigned base = 10;
	uint64_t v = 0;

	if (strcmp(text, "0") == 0)
		return false; /* is no address of code */
	for (size_t i = 0; i < PP_ARRAY_LEN(forms); i++) {
		size_t n = strlen(forms[i].prefix);

		if (strncmp(text, forms[i].prefix, n) == 0) {
			text += n;
			base = forms[i].base;
			break;
		}
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		char c = *text;
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : 99;

		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (unsigned)((c | 0x20) - 'a') + 10;
		if (digit >= base || v > (UINT64_MAX - digit) / base)
			return false;
		v = v * base + digit;
	}
	*address = v;
	return true;
}

static struct pp_binary_place place_of(const struct pp_code_hits *c, uint32_t mapping)
{
	const struct pp_profile *p = &c->report->profile;
	const struct pp_mapping *m = &p->mappings[mapping];

	return (struct pp_binary_place){
		.file = pp_profile_str(p, m->file),
		.build_id = pp_profile_str(p, m->build_id),
		.start = m->start,
		.limit = m->limit,
		.offset = m->offset,
	};
}

static void warn_other_build(void *context, const char *path, struct pp_str wanted,
			     struct pp_str found)
{
	struct pp_code_hits *c = context;

	pp_cli_warn(c->report->cli, "not using '%s': its build id is '%.*s', not '%.*s'", path,
		    (int)found.n, found.p, (int)wanted.n, wanted.p);
}

static void open_binary(struct pp_code_hits *c, struct pp_code_binary *b, uint32_t mapping)
{
	struct pp_binary_place place = place_of(c, mapping);

	*b = (struct pp_code_binary){0};
	b->usable =
		pp_binary_open(&b->file, &place, c->binary_path, warn_other_build, c, &b->why) == 0;
}

/* Whether a mapping's file can be a program: special ones are "[vdso]", "//anon". */
static bool names_a_file(struct pp_str file)
{
	return file.n > 0 && file.p[0] != '[' && !pp_str_starts(file, PP_STR_LIT("//"));
}

/* The binary of a mapping, usable or not; PP_NONE if it cannot have one. */
static uint32_t find_binary(struct pp_code_hits *c, uint32_t mapping)
{
	struct pp_binary_place place = place_of(c, mapping);
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;
	size_t known = c->binary_keys.count;

	if (!names_a_file(place.file))
		return PP_NONE;
	pp_buf_fmt(&key, "%zu:", place.file.n);
	pp_buf_add(&key, place.file.p, place.file.n);
	pp_buf_add(&key, place.build_id.p, place.build_id.n);
	uint32_t id = pp_strtab_add(&c->binary_keys, pp_buf_view(&key)) - 1;
	if (id + 1 >= known) {
		c->binaries = pp_grow(c->binaries, &c->binaries_cap, (size_t)id + 1,
				      sizeof(*c->binaries));
		open_binary(c, &c->binaries[id], mapping);
	}
	return id;
}

static bool is_in_mapping(const struct pp_code_hits *c, uint32_t mapping, uint64_t address)
{
	const struct pp_mapping *m = &c->report->profile.mappings[mapping];

	return address >= m->start && address < m->limit;
}

/* Whether a location makes its binary one to look into. */
enum interest {
	INTEREST_NONE,
	INTEREST_NAMELESS, /* it may match: nobody knows its name yet */
	INTEREST_MATCH,
};

/* An address of the process is looked for where it was mapped, and in all other files as theirs. */
static enum interest interest_in(struct pp_code_hits *c, const struct pp_location *loc,
				 uint32_t node)
{
	const struct pp_nodes *nodes = &c->report->nodes;

	if (c->has_address && is_in_mapping(c, loc->mapping, c->address))
		return INTEREST_MATCH;
	/* pprof knows the long form only: address, name and line */
	if (pp_regex_match(c->re, pp_nodes_name(nodes, node)) ||
	    pp_regex_match(c->re, pp_nodes_get(nodes, node).name))
		return INTEREST_MATCH;
	return loc->nlines == 0 || c->has_address ? INTEREST_NAMELESS : INTEREST_NONE;
}

/* The node of a location, PP_NONE if it is not shown. */
static uint32_t shown_node(const struct pp_code_hits *c, uint32_t location)
{
	uint32_t n;
	uint32_t node = pp_frames_of(&c->report->frames, location, &n)[0];

	return pp_costs_is_shown(&c->flat.cells[node], c->report->options->rows.drop_negative)
		       ? node
		       : PP_NONE;
}

/* How interesting each mapping is, in an array that the caller frees: all that have cost are, if
 * `any`. */
static uint8_t *mark_mappings(struct pp_code_hits *c, bool any)
{
	const struct pp_profile *p = &c->report->profile;
	uint8_t *interest = pp_xcalloc(p->nmappings, 1);

	for (uint32_t i = 0; i < p->nlocations; i++) {
		const struct pp_location *loc = &p->locations[i];
		uint32_t node = loc->mapping == PP_NONE ? PP_NONE : shown_node(c, i);

		if (node == PP_NONE || interest[loc->mapping] == INTEREST_MATCH)
			continue;
		enum interest more = interest_in(c, loc, node);
		if (more == INTEREST_NONE && any)
			more = INTEREST_NAMELESS;
		if (more > interest[loc->mapping])
			interest[loc->mapping] = (uint8_t)more;
	}
	return interest;
}

/* Fill binary_of, and warn of binaries that should be there. */
static void find_binaries(struct pp_code_hits *c, bool any)
{
	const struct pp_profile *p = &c->report->profile;
	PP_CLEANUP(pp_freep) uint8_t *interest = mark_mappings(c, any);

	free(c->binary_of);
	c->binary_of = pp_xcalloc(p->nmappings, sizeof(*c->binary_of));
	for (uint32_t i = 0; i < p->nmappings; i++) {
		uint32_t id = interest[i] ? find_binary(c, i) : PP_NONE;
		struct pp_code_binary *b = id == PP_NONE ? NULL : &c->binaries[id];

		c->binary_of[i] = b && b->usable ? id : PP_NONE;
		if (b && !b->usable && !b->told && interest[i] == INTEREST_MATCH) {
			pp_cli_warn(c->report->cli, "%s", b->why.msg);
			b->told = true;
		}
	}
}

/* The first readable form of a name that matches, most detailed first, as pprof has it. */
static bool match_readable(const struct pp_code_hits *c, struct pp_str name, struct pp_buf *out)
{
	static const enum pp_demangle styles[] = {PP_DEMANGLE_FULL, PP_DEMANGLE_TEMPLATES,
						  PP_DEMANGLE_SIMPLE};

	for (size_t i = 0; i < PP_ARRAY_LEN(styles); i++) {
		pp_buf_clear(out);
		if (pp_demangle(name, styles[i], out) && pp_regex_match(c->re, pp_buf_view(out)))
			return true;
	}
	return false;
}

/* A routine by one name, or by a readable form of it. */
static bool match_name(struct pp_code_hits *c, struct pp_str name, struct pp_code_routine *r)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf readable = PP_BUF_INIT;

	if (!pp_regex_match(c->re, name)) {
		if (!match_readable(c, name, &readable))
			return false;
		r->own_name = pp_xasprintf("%.*s", (int)readable.n, readable.p);
		name = pp_str_of(r->own_name);
	}
	r->names = pp_xcalloc(1, sizeof(*r->names));
	r->names[r->nnames++] = name;
	return true;
}

static void take_all_names(struct pp_code_routine *r, const struct pp_symlist *l,
			   const struct pp_symgroup *g)
{
	r->names = pp_xcalloc(g->n, sizeof(*r->names));
	for (size_t i = 0; i < g->n; i++)
		r->names[r->nnames++] = pp_symlist_name(l, g->first + i);
}

/* Whether the group has the address that was asked for; `mapping` is one of its binary. */
static bool has_address(struct pp_code_hits *c, const struct pp_code_binary *b, uint32_t mapping,
			const struct pp_symgroup *g)
{
	struct pp_binary_place place = place_of(c, mapping);
	uint64_t address = c->address;

	if (!c->has_address)
		return false;
	/* of the process where that is mapped, else the file's own */
	if (is_in_mapping(c, mapping, address) &&
	    !pp_binary_address(&b->file, &place, address, &address))
		return false;
	return address >= g->start && address < g->next;
}

/* The routine of a group of symbols, or NO_MATCH. */
static uint32_t new_routine(struct pp_code_hits *c, uint32_t binary, uint32_t mapping,
			    const struct pp_symgroup *g)
{
	const struct pp_code_binary *b = &c->binaries[binary];
	struct pp_code_routine r = {
		.path = b->file.path,
		.start = g->start,
		/* pprof leaves out the last byte, which is padding unless a size says otherwise */
		.stop = g->next - !g->full,
	};
	bool match = has_address(c, b, mapping, g);

	if (match)
		take_all_names(&r, &b->file.symbols, g);
	for (size_t i = 0; i < g->n && !match; i++)
		match = match_name(c, pp_symlist_name(&b->file.symbols, g->first + i), &r);
	if (!match)
		return NO_MATCH;
	c->routines =
		pp_grow(c->routines, &c->routines_cap, c->nroutines + 1, sizeof(*c->routines));
	c->routines[c->nroutines] = r;
	return (uint32_t)c->nroutines++;
}

static void add_hit(struct pp_code_hits *c, const struct pp_location *loc, uint32_t node)
{
	uint32_t binary = c->binary_of[loc->mapping];
	struct pp_code_binary *b = &c->binaries[binary];
	struct pp_binary_place place = place_of(c, loc->mapping);
	struct pp_symgroup g;
	uint64_t address;

	if (!pp_binary_address(&b->file, &place, loc->address, &address) ||
	    !pp_symlist_find(&b->file.symbols, address, &g))
		return;
	uint32_t *routine = pp_map_put(&b->routines, g.start, PP_NONE);
	if (*routine == PP_NONE)
		*routine = new_routine(c, binary, loc->mapping, &g);
	if (*routine == NO_MATCH)
		return;
	c->hits = pp_grow(c->hits, &c->hits_cap, c->nhits + 1, sizeof(*c->hits));
	c->hits[c->nhits++] =
		(struct pp_code_hit){.routine = *routine, .node = node, .address = address};
}

static int compare_hits(const void *x, const void *y, void *context)
{
	const struct pp_code_hit *a = x, *b = y;
	const struct pp_code_hits *c = context;

	if (a->routine != b->routine)
		return a->routine < b->routine ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return pp_nodes_cmp(&c->report->nodes, a->node, b->node);
}

static void find_hits(struct pp_code_hits *c)
{
	const struct pp_profile *p = &c->report->profile;
	uint8_t *seen = pp_xcalloc(c->report->nodes.count, 1);

	for (uint32_t i = 0; i < p->nlocations; i++) {
		const struct pp_location *loc = &p->locations[i];
		uint32_t node = PP_NONE;

		if (loc->mapping != PP_NONE && c->binary_of[loc->mapping] != PP_NONE)
			node = shown_node(c, i);
		if (node == PP_NONE || seen[node])
			continue;
		seen[node] = 1;
		add_hit(c, loc, node);
	}
	free(seen);
	if (c->nhits)
		qsort_r(c->hits, c->nhits, sizeof(*c->hits), compare_hits, c);
}

/* Whether any binary has a symbol for the address that was asked for. */
static bool address_exists(struct pp_code_hits *c)
{
	const struct pp_profile *p = &c->report->profile;
	struct pp_symgroup g;

	for (uint32_t i = 0; i < p->nmappings; i++) {
		struct pp_binary_place place = place_of(c, i);
		uint64_t address;

		if (c->binary_of[i] != PP_NONE && is_in_mapping(c, i, c->address) &&
		    pp_binary_address(&c->binaries[c->binary_of[i]].file, &place, c->address,
				      &address) &&
		    pp_symlist_find(&c->binaries[c->binary_of[i]].file.symbols, address, &g))
			return true;
	}
	return false;
}

/* The first binary that could not be read may be why. */
static void hint_at_binary(const struct pp_code_hits *c, struct pp_err *err)
{
	for (size_t i = 0; i + 1 < c->binary_keys.count; i++) {
		const struct pp_code_binary *b = &c->binaries[i];

		if (b->usable)
			continue;
		pp_err_hint(err, "%s%s--binary-path=DIR says where else to look",
			    b->told ? "" : b->why.msg, b->told ? "" : "; ");
		return;
	}
}

/* In pprof's words. */
static int nothing_found(struct pp_code_hits *c, struct pp_err *err)
{
	unsigned long long address = c->address;

	if (!c->has_address)
		pp_err_set(err, PP_ERR_NOT_FOUND, "no matches found for regexp %s",
			   c->report->options->args.item[0]);
	else if (!address_exists(c))
		pp_err_set(err, PP_ERR_NOT_FOUND, "no matches found for address 0x%llx", address);
	else
		pp_err_set(err, PP_ERR_NOT_FOUND,
			   "address 0x%llx found in binary, but the corresponding symbols do not "
			   "have samples in the profile",
			   address);
	hint_at_binary(c, err);
	return -1;
}

int pp_code_hits_init(struct pp_code_hits *c, struct pp_report *r, const char *binary_path,
		      struct pp_err *err)
{
	*c = (struct pp_code_hits){.report = r, .binary_path = binary_path};
	pp_strtab_init(&c->binary_keys);
	c->re = pp_report_regex(r, err);
	if (!c->re)
		return -1;
	c->has_address = parse_address(r->options->args.item[0], &c->address);
	pp_flat_init(&c->flat, &r->view);
	find_binaries(c, false);
	find_hits(c);
	if (c->nroutines == 0) {
		/* symbols may match where the names in the profile, being shorter, do not */
		find_binaries(c, true);
		find_hits(c);
	}
	return c->nroutines ? 0 : nothing_found(c, err);
}
