/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the table of functions in a Go program, and the module data that point to it. */
#include <config.h>

#include "symbol/gotab_locate.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define MAX_FUNCS (64u << 20)
#define CHUNK	  (256u << 10)
#define HEADER	  80 /* bytes that the longest header has */

/* Words of runtime.moduledata. */
#define MODULE_NAMES	   1
#define MODULE_TEXT	   22
#define MODULE_GOFUNC_1_18 38
#define MODULE_GOFUNC_1_20 40
#define MODULE_WORDS	   41

static bool version_of(uint32_t magic, enum pp_gotab_version *version)
{
	static const uint32_t magics[] = {0xfffffffb, 0xfffffffa, 0xfffffff0, 0xfffffff1};

	for (size_t i = 0; i < PP_ARRAY_LEN(magics); i++) {
		if (magics[i] == magic) {
			*version = (enum pp_gotab_version)i;
			return true;
		}
	}
	return false;
}

static bool begins_table(const uint8_t *h)
{
	enum pp_gotab_version version;

	return version_of(pp_load_le32(h), &version) && h[4] == 0 && h[5] == 0 &&
	       (h[6] == 1 || h[6] == 2 || h[6] == 4) && h[7] == 8;
}

/* The header of Go 1.16 and later: counts, then where the parts are. */
static void read_offsets(struct pp_gotab *t, const uint8_t *h)
{
	const uint8_t *words = h + 8 + 16;

	if (t->version >= PP_GOTAB_1_18) {
		/* from Go 1.26 on it is 0 */
		if (!pp_elfbytes_word(&t->elf, t->vaddr + 24, &t->text))
			t->text = 0;
		words += 8;
	}
	t->names = pp_load_le64(words);
	t->units = pp_load_le64(words + 8);
	t->files = pp_load_le64(words + 16);
	t->values = pp_load_le64(words + 24);
	t->funcs = pp_load_le64(words + 32);
}

/* Before, there was one part, and its index came first. */
static bool read_single(struct pp_gotab *t)
{
	uint64_t end = 16 + (uint64_t)t->nfuncs * 16 + 8;
	uint8_t at[4];

	t->names = t->values = t->units = 0;
	t->funcs = 16;
	if (end > t->n || t->n - end < 4 || !pp_elfbytes_read(&t->elf, t->vaddr + end, at, 4))
		return false;
	t->files = pp_load_le32(at);
	return true;
}

static bool offsets_are_sound(const struct pp_gotab *t)
{
	uint64_t entry = t->version >= PP_GOTAB_1_18 ? 4 : 8;

	return t->names < t->n && t->units < t->n && t->files < t->n && t->values < t->n &&
	       t->funcs < t->n && (t->nfuncs * 2 + 1) * entry <= t->n - t->funcs;
}

/* Whether a table begins at an address, up to `size` bytes long; its header is taken. */
static bool read_header(struct pp_gotab *t, uint64_t vaddr, uint64_t size)
{
	uint8_t h[HEADER];
	uint64_t nfuncs;

	if (size < sizeof(h) || !pp_elfbytes_read(&t->elf, vaddr, h, sizeof(h)) || !begins_table(h))
		return false;
	t->vaddr = vaddr;
	t->n = pp_alloc_size(size);
	t->quantum = h[6];
	nfuncs = pp_load_le64(h + 8);
	if (!version_of(pp_load_le32(h), &t->version) || nfuncs == 0 || nfuncs > MAX_FUNCS)
		return false;
	t->nfuncs = (size_t)nfuncs;
	if (t->version == PP_GOTAB_1_2) {
		if (!read_single(t))
			return false;
	} else {
		read_offsets(t, h);
	}
	return offsets_are_sound(t);
}

static bool by_section(struct pp_gotab *t)
{
	static const char *const names[] = {".gopclntab", ".data.rel.ro.gopclntab"};
	uint64_t vaddr, size;

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		if (pp_elfbytes_section(&t->elf, names[i], &vaddr, &size) &&
		    pp_elfbytes_part(&t->elf, vaddr, size) && read_header(t, vaddr, size))
			return true;
	}
	return false;
}

/* Calls `try` for every aligned word of a part until it is true. Chunks overlap by what it looks
 * at, which is `reach` bytes. */
typedef bool (*try_word)(struct pp_gotab *t, const uint8_t *p, uint64_t vaddr);

static bool search_part(struct pp_gotab *t, const struct pp_elfbytes_part *part, size_t reach,
			try_word try)
{
	PP_CLEANUP(pp_freep) uint8_t *chunk = pp_xcalloc(CHUNK, 1);
	uint64_t at = (8 - part->vaddr % 8) % 8;

	while (at < part->size && part->size - at >= reach) {
		size_t n = part->size - at < CHUNK ? (size_t)(part->size - at) : CHUNK;
		size_t i = 0;

		if (!pp_elfbytes_read(&t->elf, part->vaddr + at, chunk, n))
			return false;
		for (; i + reach <= n; i += 8) {
			if (try(t, chunk + i, part->vaddr + at + i))
				return true;
		}
		at += i;
	}
	return false;
}

static bool try_header(struct pp_gotab *t, const uint8_t *p, uint64_t vaddr)
{
	const struct pp_elfbytes_part *part;

	if (!begins_table(p))
		return false;
	part = pp_elfbytes_part(&t->elf, vaddr, HEADER);
	return part && read_header(t, vaddr, part->size - (vaddr - part->vaddr));
}

static bool by_magic(struct pp_gotab *t)
{
	for (size_t i = 0; i < t->elf.nparts; i++) {
		const struct pp_elfbytes_part *part = &t->elf.parts[i];

		if (!(part->flags & PF_X) && search_part(t, part, 8, try_header))
			return true;
	}
	return false;
}

static bool says_go(const struct pp_gotab *t)
{
	uint64_t vaddr, size;

	return t->elf.file.nsections == 0 || pp_elfbytes_has_note(&t->elf, "Go") ||
	       pp_elfbytes_section(&t->elf, ".go.buildinfo", &vaddr, &size);
}

bool pp_gotab_locate(struct pp_gotab *t)
{
	/* also for where code begins, in position-independent programs */
	if (t->elf.file.nsections == 0 || says_go(t))
		pp_elfbytes_relocate(&t->elf);
	return by_section(t) || (says_go(t) && by_magic(t));
}

/* Whether module data are at an address: they point to the table and to its names. */
static bool take_module(struct pp_gotab *t, uint64_t vaddr)
{
	unsigned at = t->version == PP_GOTAB_1_18 ? MODULE_GOFUNC_1_18 : MODULE_GOFUNC_1_20;
	uint64_t names, text, gofunc;

	if (!pp_elfbytes_word(&t->elf, vaddr + MODULE_NAMES * 8, &names) ||
	    names != t->vaddr + t->names ||
	    !pp_elfbytes_word(&t->elf, vaddr + MODULE_TEXT * 8, &text) ||
	    !pp_elfbytes_word(&t->elf, vaddr + at * 8, &gofunc))
		return false;
	if (pp_elfbytes_part(&t->elf, text, 1))
		t->text = text;
	if (pp_elfbytes_part(&t->elf, gofunc, 1))
		t->gofunc = gofunc;
	return true;
}

static bool try_module(struct pp_gotab *t, const uint8_t *p, uint64_t vaddr)
{
	return pp_load_le64(p) == t->vaddr && take_module(t, vaddr);
}

void pp_gotab_module(struct pp_gotab *t)
{
	for (size_t i = 0; i < t->elf.naddresses; i++) {
		const struct pp_elfbytes_address *a = &t->elf.addresses[i];

		if (a->value == t->vaddr && take_module(t, a->where))
			return;
	}
	for (size_t i = 0; i < t->elf.nparts; i++) {
		const struct pp_elfbytes_part *part = &t->elf.parts[i];

		if ((part->flags & PF_W) && search_part(t, part, MODULE_WORDS * 8, try_module))
			return;
	}
}
