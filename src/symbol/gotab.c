/* SPDX-License-Identifier: Apache-2.0 */
/* Go's table of functions: entries and the values along them. */
#include <config.h>

#include "symbol/gotab.h"

#include <elf.h>
#include <string.h>

#include "base/bytes.h"
#include "symbol/gotab_locate.h"

#define MAX_TABLE (1u << 30)
#define MAX_NAME  (64u << 10)
#define PROBES	  1000 /* functions looked at to see how inlined calls are described */

/* Where the members of runtime._func are, by version; 0: there is no such member. */
static const struct {
	uint8_t name, sp, file, line, nvalues, unit, start_line, flags, ndata, size;
} layouts[] = {
	[PP_GOTAB_1_2] = {8, 20, 24, 28, 32, 0, 0, 0, 39, 40},
	[PP_GOTAB_1_16] = {8, 20, 24, 28, 32, 36, 0, 41, 43, 44},
	[PP_GOTAB_1_18] = {4, 16, 20, 24, 28, 32, 0, 37, 39, 40},
	[PP_GOTAB_1_20] = {4, 16, 20, 24, 28, 32, 36, 41, 43, 44},
};

/* And of runtime.inlinedCall. */
static const struct {
	uint8_t name, caller, start_line, size;
} inline_layouts[] = {
	[PP_GOTAB_1_2] = {12, 16, 0, 20},
	[PP_GOTAB_1_16] = {12, 16, 0, 20},
	[PP_GOTAB_1_18] = {12, 16, 0, 20},
	[PP_GOTAB_1_20] = {4, 8, 12, 16},
};

void pp_gotab_release(struct pp_gotab *t)
{
	pp_elfbytes_release(&t->elf);
	pp_arena_release(&t->arena);
	*t = (struct pp_gotab){.elf.file.fd = -1};
}

/* The string at an offset that is a sum of what the table says. */
static struct pp_str string_at(const struct pp_gotab *t, uint64_t at)
{
	const char *p = (const char *)t->bytes + at, *end;
	size_t most;

	if (at >= t->n)
		return (struct pp_str){"", 0};
	most = t->n - at < MAX_NAME ? (size_t)(t->n - at) : MAX_NAME;
	end = memchr(p, '\0', most);
	return (struct pp_str){p, end ? (size_t)(end - p) : 0};
}

/* The index: where function i begins, and where its entry is relative to `funcs`. The entry after
 * the last says where that ends. */
static uint64_t index_start(const struct pp_gotab *t, size_t i)
{
	if (t->version >= PP_GOTAB_1_18)
		return t->text + pp_load_le32(t->bytes + t->funcs + i * 8);
	return pp_load_le64(t->bytes + t->funcs + i * 16);
}

static uint64_t index_entry(const struct pp_gotab *t, size_t i)
{
	const uint8_t *p = t->bytes + t->funcs;

	if (t->version >= PP_GOTAB_1_18)
		return t->funcs + pp_load_le32(p + i * 8 + 4);
	p += i * 16 + 8;
	/* the single part of old: offsets are from its beginning */
	return (t->version == PP_GOTAB_1_2 ? 0 : t->funcs) + (pp_load_le64(p) & UINT32_MAX);
}

bool pp_gotab_func(const struct pp_gotab *t, size_t i, struct pp_gofunc *f)
{
	uint64_t at = index_entry(t, i);
	size_t size = layouts[t->version].size;
	const uint8_t *p = t->bytes + at;

	if (at > t->n || t->n - at < size)
		return false;
	*f = (struct pp_gofunc){
		.start = index_start(t, i),
		.limit = index_start(t, i + 1),
		.name = string_at(t, t->names + pp_load_le32(p + layouts[t->version].name)),
		.sp = pp_load_le32(p + layouts[t->version].sp),
		.file = pp_load_le32(p + layouts[t->version].file),
		.line = pp_load_le32(p + layouts[t->version].line),
		.nvalues = pp_load_le32(p + layouts[t->version].nvalues),
		.ndata = p[layouts[t->version].ndata],
		.rest = (size_t)at + size,
	};
	if (layouts[t->version].unit)
		f->unit = pp_load_le32(p + layouts[t->version].unit);
	if (layouts[t->version].flags)
		f->flags = p[layouts[t->version].flags];
	if (layouts[t->version].start_line)
		f->start_line = pp_load_le32(p + layouts[t->version].start_line);
	return f->start < f->limit && f->nvalues <= (t->n - f->rest) / 4;
}

bool pp_gotab_find(const struct pp_gotab *t, uint64_t vaddr, struct pp_gofunc *f)
{
	size_t lo = 0, hi = t->nfuncs + 1;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (index_start(t, mid) <= vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && lo <= t->nfuncs && pp_gotab_func(t, lo - 1, f) && vaddr >= f->start &&
	       vaddr < f->limit;
}

struct pp_gowalk pp_gotab_walk(const struct pp_gotab *t, const struct pp_gofunc *f, uint32_t table)
{
	struct pp_gowalk w = {
		.next = f->start, .limit = f->limit, .value = -1, .quantum = t->quantum};
	uint64_t at = t->values + table;

	if (table && at < t->n) {
		w.p = t->bytes + at;
		w.end = t->bytes + t->n;
	}
	return w;
}

/* A little-endian number in groups of seven bits. */
static bool take_varint(struct pp_gowalk *w, uint32_t *out)
{
	uint32_t v = 0;

	for (unsigned shift = 0; shift < 35 && w->p < w->end; shift += 7) {
		uint8_t byte = *w->p++;

		v |= (uint32_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*out = v;
			return true;
		}
	}
	return false;
}

bool pp_gowalk_next(struct pp_gowalk *w)
{
	uint32_t value, distance;
	bool first = w->start == 0;

	if (w->next >= w->limit || !take_varint(w, &value) || (value == 0 && !first))
		return false;
	/* each value lasts for some way, or there would be no end to it */
	if (!take_varint(w, &distance) || distance == 0)
		return false;
	w->value = (int32_t)((uint32_t)w->value + ((value >> 1) ^ -(value & 1)));
	w->start = w->next;
	w->next += (uint64_t)distance * w->quantum;
	if (w->next > w->limit)
		w->next = w->limit;
	return true;
}

bool pp_gotab_value(const struct pp_gotab *t, const struct pp_gofunc *f, uint32_t table,
		    uint64_t vaddr, uint64_t *budget, int32_t *value)
{
	struct pp_gowalk w = pp_gotab_walk(t, f, table);

	while (*budget && pp_gowalk_next(&w)) {
		--*budget;
		if (vaddr < w.next) {
			*value = w.value;
			return true;
		}
	}
	return false;
}

struct pp_str pp_gotab_file(const struct pp_gotab *t, const struct pp_gofunc *f, int32_t file)
{
	uint64_t base = t->version == PP_GOTAB_1_2 ? t->files : t->units + (uint64_t)f->unit * 4;
	uint64_t at = base + (uint64_t)(uint32_t)file * 4;
	uint32_t name;

	if (file < 0 || at > t->n || t->n - at < 4)
		return (struct pp_str){"", 0};
	name = pp_load_le32(t->bytes + at);
	if (t->version == PP_GOTAB_1_2)
		return string_at(t, name);
	return name == UINT32_MAX ? (struct pp_str){"", 0} : string_at(t, t->files + name);
}

/* ---- Inlined calls ---- */

static uint32_t value_table(const struct pp_gotab *t, const struct pp_gofunc *f, uint32_t which)
{
	return which < f->nvalues ? pp_load_le32(t->bytes + f->rest + which * 4ul) : 0;
}

uint32_t pp_gotab_inline_table(const struct pp_gotab *t, const struct pp_gofunc *f)
{
	return t->inlines ? value_table(t, f, t->inline_value) : 0;
}

/* Where data `which` of a function is loaded: an offset from Go 1.18 on, a pointer before. */
static bool data_address(const struct pp_gotab *t, const struct pp_gofunc *f, uint32_t which,
			 uint64_t *out)
{
	uint64_t list = f->rest + f->nvalues * 4ul;
	uint64_t vaddr;

	if (which >= f->ndata)
		return false;
	if (t->version >= PP_GOTAB_1_18) {
		uint64_t at = list + which * 4ul;
		uint32_t offset = at <= t->n - 4 ? pp_load_le32(t->bytes + at) : UINT32_MAX;

		*out = t->gofunc + offset;
		return t->gofunc && offset != UINT32_MAX;
	}
	vaddr = (t->vaddr + list + 7) & ~7ul;
	return pp_elfbytes_word(&t->elf, vaddr + which * 8ul, out) && *out != 0;
}

static bool read_inline(const struct pp_gotab *t, const struct pp_gofunc *f, uint32_t which,
			uint32_t i, struct pp_goinline *out)
{
	size_t size = inline_layouts[t->version].size;
	uint64_t at, name;
	uint8_t call[20];
	uint32_t caller;

	if (!data_address(t, f, which, &at) ||
	    !pp_elfbytes_read(&t->elf, at + (uint64_t)i * size, call, size))
		return false;
	name = t->names + pp_load_le32(call + inline_layouts[t->version].name);
	caller = pp_load_le32(call + inline_layouts[t->version].caller);
	/* a name begins where another ends */
	if (name >= t->n || (name > t->names && t->bytes[name - 1]) || caller > f->limit - f->start)
		return false;
	*out = (struct pp_goinline){.name = string_at(t, name), .caller = f->start + caller};
	if (inline_layouts[t->version].start_line)
		out->start_line = pp_load_le32(call + inline_layouts[t->version].start_line);
	return out->name.n > 0;
}

bool pp_gotab_inline(const struct pp_gotab *t, const struct pp_gofunc *f, int32_t i,
		     struct pp_goinline *out)
{
	return t->inlines && i >= 0 && read_inline(t, f, t->inline_data, (uint32_t)i, out);
}

/* Whether functions describe inlined calls in these tables: the calls that are mentioned first must
 * be sound, and there must be some. */
static bool inlines_are_in(const struct pp_gotab *t, uint32_t value, uint32_t data)
{
	struct pp_goinline call;
	struct pp_gofunc f;
	size_t found = 0;

	for (size_t i = 0; i < t->nfuncs && i < PROBES; i++) {
		if (!pp_gotab_func(t, i, &f))
			continue;
		struct pp_gowalk w = pp_gotab_walk(t, &f, value_table(t, &f, value));

		while (pp_gowalk_next(&w) && w.value < 0)
			continue;
		if (w.value < 0)
			continue;
		if (!read_inline(t, &f, data, (uint32_t)w.value, &call))
			return false;
		found++;
	}
	return found > 0;
}

/* The numbers of the tables have changed with Go 1.13 and Go 1.16, which does not show in the
 * header; so it is seen which make sense. */
static void find_inlines(struct pp_gotab *t)
{
	static const struct {
		uint32_t value, data;
	} choices[] = {{2, 3}, {2, 4}, {1, 2}};

	for (size_t i = 0; i < PP_ARRAY_LEN(choices) && !t->inlines; i++) {
		t->inline_value = choices[i].value;
		t->inline_data = choices[i].data;
		t->inlines = inlines_are_in(t, t->inline_value, t->inline_data);
	}
}

/* Functions must be in order of address, in one part of the file that is executable. */
static int check_index(const struct pp_gotab *t, struct pp_err *err)
{
	uint64_t last = index_start(t, 0), end = index_start(t, t->nfuncs);
	const struct pp_elfbytes_part *part = NULL;

	if (end > last)
		part = pp_elfbytes_part(&t->elf, last, end - last);
	if (!part || !(part->flags & PF_X))
		return pp_err_set(err, PP_ERR_NOT_FOUND,
				  "the Go functions' addresses are not those of code");
	for (size_t i = 1; i <= t->nfuncs; i++) {
		if (index_start(t, i) < last)
			return pp_err_set(err, PP_ERR_NOT_FOUND,
					  "the Go functions are not in order");
		last = index_start(t, i);
	}
	return 0;
}

static int copy_table(struct pp_gotab *t, struct pp_err *err)
{
	uint8_t *copy = pp_arena_array(&t->arena, t->n, 1, err);

	if (!copy)
		return -1;
	if (!pp_elfbytes_read(&t->elf, t->vaddr, copy, t->n))
		return pp_err_set(err, PP_ERR_IO, "cannot read the Go functions: the file ends");
	t->bytes = copy;
	return 0;
}

int pp_gotab_open(struct pp_gotab *t, int fd, struct pp_err *err)
{
	*t = (struct pp_gotab){.elf.file.fd = -1};
	pp_arena_init(&t->arena, MAX_TABLE);
	if (pp_elfbytes_open(&t->elf, fd, err) < 0)
		return -1;
	if (!pp_gotab_locate(t))
		return pp_err_set(err, PP_ERR_NOT_FOUND, "no Go functions");
	if (t->version >= PP_GOTAB_1_18)
		pp_gotab_module(t);
	if (copy_table(t, err) < 0 || check_index(t, err) < 0)
		return -1;
	find_inlines(t);
	return 0;
}

bool pp_gotab_probe(int fd)
{
	struct pp_gotab t = {.elf.file.fd = -1};
	struct pp_err err;
	bool found = pp_elfbytes_open(&t.elf, fd, &err) == 0 && pp_gotab_locate(&t);

	pp_elfbytes_release(&t.elf);
	return found;
}
