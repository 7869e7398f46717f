/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding stubs and joining them with relocations. */
#include <config.h>

#include "symbol/plt.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/map.h"

#define MAX_RELOCATIONS (256u << 20) /* bytes of a section */
#define MAX_SYMBOLS	(256u << 20)
#define MAX_STUBS	(16u << 20)
#define MAX_NAME	4096
#define RELOCATION	24 /* bytes: Elf64_Rela */
#define SYMBOL		24 /* Elf64_Sym */

/* What a slot of the global offset table is filled with. */
struct target {
	uint32_t symbol; /* in .dynsym; 0: the function at `addend`, chosen when it is loaded */
	uint64_t addend;
};

struct reader {
	struct pp_plt *t;
	const struct pp_elffile *f;
	struct pp_buf symbols, strings, bytes;
	struct pp_map slots; /* address -> position in targets */
	struct target *targets;
	size_t ntargets, cap;
	size_t lazy; /* the first so many targets are those of .rela.plt, in its order */
};

/* ---- relocations ---- */

static bool is_wanted(const struct reader *r, uint32_t type)
{
	if (r->f->machine == EM_X86_64)
		return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT ||
		       type == R_X86_64_IRELATIVE;
	return type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_GLOB_DAT ||
	       type == R_AARCH64_IRELATIVE;
}

/* Lazy stubs know their relocation by number, so that those of .rela.plt are all taken. */
static void read_relocations(struct reader *r, const char *name, bool all)
{
	const struct pp_elffile_section *s = pp_elffile_section(r->f, name);

	if (!s || s->type != SHT_RELA || !pp_elffile_read(r->f, s, MAX_RELOCATIONS, &r->bytes))
		return;
	for (size_t at = 0; r->bytes.n - at >= RELOCATION; at += RELOCATION) {
		const uint8_t *p = (const uint8_t *)r->bytes.p + at;
		uint32_t type = pp_load_le32(p + 8);

		if (!all && !is_wanted(r, type))
			continue;
		r->targets = pp_grow(r->targets, &r->cap, r->ntargets + 1, sizeof(*r->targets));
		r->targets[r->ntargets] =
			(struct target){pp_load_le32(p + 12), pp_load_le64(p + 16)};
		if (is_wanted(r, type))
			*pp_map_put(&r->slots, pp_load_le64(p), 0) = (uint32_t)r->ntargets;
		r->ntargets++;
	}
}

/* The name of a dynamic symbol; n = 0 if there is none. */
static struct pp_str symbol_name(const struct reader *r, uint32_t symbol)
{
	uint64_t at = (uint64_t)symbol * SYMBOL;
	struct pp_str none = {NULL, 0};

	if (symbol == 0 || at > r->symbols.n || r->symbols.n - at < SYMBOL)
		return none;
	uint32_t name = pp_load_le32(r->symbols.p + at);
	if (name >= r->strings.n)
		return none;
	return (struct pp_str){r->strings.p + name,
			       strnlen(r->strings.p + name, r->strings.n - name)};
}

/* ---- instructions ---- */

/* jmp *DISTANCE(%rip), perhaps behind endbr64 and with a bnd prefix. */
static bool x86_jump(const uint8_t *p, size_t n, uint64_t vaddr, uint64_t *slot)
{
	size_t at = 0;

	if (n >= 4 && memcmp(p, "\xf3\x0f\x1e\xfa", 4) == 0)
		at = 4;
	if (at < n && p[at] == 0xf2)
		at++;
	if (n - at < 6 || p[at] != 0xff || p[at + 1] != 0x25)
		return false;
	*slot = vaddr + at + 6 + (uint64_t)(int32_t)pp_load_le32(p + at + 2);
	return true;
}

/* push NUMBER, perhaps behind endbr64: a stub of .plt whose better half is in .plt.sec. */
static bool x86_push(const uint8_t *p, size_t n, uint64_t *number)
{
	size_t at = n >= 4 && memcmp(p, "\xf3\x0f\x1e\xfa", 4) == 0 ? 4 : 0;

	if (n - at < 5 || p[at] != 0x68)
		return false;
	*number = pp_load_le32(p + at + 1);
	return true;
}

/* adrp x16, PAGE; ldr x17, [x16, OFFSET], perhaps behind bti c. */
static bool arm_load(const uint8_t *p, size_t n, uint64_t vaddr, uint64_t *slot)
{
	size_t at = n >= 4 && pp_load_le32(p) == 0xd503245f ? 4 : 0;

	if (n - at < 8)
		return false;
	uint32_t adrp = pp_load_le32(p + at), ldr = pp_load_le32(p + at + 4);
	if ((adrp & 0x9f00001f) != 0x90000010 || (ldr & 0xffc003ff) != 0xf9400211)
		return false;

	uint64_t pages = (adrp >> 5 & 0x7ffff) << 2 | (adrp >> 29 & 3);
	if (pages & 1 << 20)
		pages |= ~0ULL << 21;
	*slot = ((vaddr + at) & ~0xfffULL) + (pages << 12) + (ldr >> 10 & 0xfff) * 8;
	return true;
}

/* The target of the stub at p, or NULL. */
static const struct target *decode(const struct reader *r, const uint8_t *p, size_t n,
				   uint64_t vaddr)
{
	bool arm = r->f->machine == EM_AARCH64;
	uint64_t slot, number;

	if (arm ? arm_load(p, n, vaddr, &slot) : x86_jump(p, n, vaddr, &slot)) {
		uint32_t found = pp_map_find(&r->slots, slot);

		return found == PP_MAP_NONE ? NULL : &r->targets[found];
	}
	if (arm || !x86_push(p, n, &number) || number >= r->lazy)
		return NULL;
	return &r->targets[number];
}

static void add_stub(struct reader *r, uint64_t start, size_t size, const struct target *target)
{
	struct pp_plt *t = r->t;
	struct pp_str name = symbol_name(r, target->symbol);

	if ((target->symbol && name.n == 0) || name.n > MAX_NAME || t->names.n > MAX_SYMBOLS)
		return;
	t->stubs = pp_grow(t->stubs, &t->cap, t->n + 1, sizeof(*t->stubs));
	t->stubs[t->n++] = (struct pp_plt_stub){start, (uint32_t)size, (uint32_t)t->names.n};
	if (target->symbol)
		pp_buf_add(&t->names, name.p, name.n);
	else
		pp_buf_fmt(&t->names, "*ABS*+0x%llx", (unsigned long long)target->addend);
	pp_buf_add(&t->names, "@plt", 5);
}

/* All stubs of a section have one size; what is none of them is passed over step by step. */
static void read_stubs(struct reader *r, const char *section, size_t step, size_t stub)
{
	const struct pp_elffile_section *s = pp_elffile_section(r->f, section);

	if (!s || !pp_elffile_read(r->f, s, MAX_STUBS, &r->bytes))
		return;
	for (size_t at = 0; r->bytes.n - at >= step;) {
		size_t left = r->bytes.n - at, n = left < stub ? left : stub;
		const uint8_t *p = (const uint8_t *)r->bytes.p + at;
		const struct target *target = decode(r, p, n, s->addr + at);

		if (target)
			add_stub(r, s->addr + at, n, target);
		at += target ? n : step;
	}
}

/* With branch protection, arm64's stubs have 24 bytes, else 16. */
static size_t arm_stub(const struct reader *r)
{
	const struct pp_elffile_section *s = pp_elffile_section(r->f, ".plt");
	uint8_t first[36 + 4];

	/* the stub for lazy binding, of 32 bytes, comes first */
	if (s && s->size >= sizeof(first) &&
	    pp_elffile_read_at(r->f, first, sizeof(first), s->offset) &&
	    (pp_load_le32(first + 32) == 0xd503245f || pp_load_le32(first) == 0xd503245f))
		return 24;
	return 16;
}

/* Without endbr64, those of .plt.got have 8 bytes: "xchg %ax,%ax" fills up the six of the jump. */
static size_t x86_got_stub(const struct reader *r)
{
	const struct pp_elffile_section *s = pp_elffile_section(r->f, ".plt.got");
	uint8_t first[4];

	return s && pp_elffile_read_at(r->f, first, sizeof(first), s->offset) &&
			       memcmp(first, "\xf3\x0f\x1e\xfa", 4) == 0
		       ? 16
		       : 8;
}

static int by_start(const void *a, const void *b)
{
	const struct pp_plt_stub *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static void read_all(struct reader *r)
{
	const struct pp_elffile_section *symbols = pp_elffile_section(r->f, ".dynsym");

	if (symbols && symbols->link < r->f->nsections &&
	    pp_elffile_read(r->f, symbols, MAX_SYMBOLS, &r->symbols) &&
	    !pp_elffile_read(r->f, &r->f->sections[symbols->link], MAX_SYMBOLS, &r->strings))
		pp_buf_clear(&r->strings);
	read_relocations(r, ".rela.plt", true);
	r->lazy = r->ntargets;
	if (pp_elffile_section(r->f, ".plt.got") || r->lazy == 0)
		read_relocations(r, ".rela.dyn", false);
	if (r->f->machine == EM_AARCH64) {
		read_stubs(r, ".plt", 4, arm_stub(r));
		return;
	}
	read_stubs(r, ".plt", 16, 16);
	read_stubs(r, ".plt.sec", 16, 16);
	size_t size = x86_got_stub(r);
	read_stubs(r, ".plt.got", size, size);
}

void pp_plt_read(struct pp_plt *t, const struct pp_elffile *f)
{
	struct reader r = {.t = t, .f = f};

	*t = (struct pp_plt){0};
	if (!f->is64 || (f->machine != EM_X86_64 && f->machine != EM_AARCH64) ||
	    (!pp_elffile_section(f, ".plt") && !pp_elffile_section(f, ".plt.got") &&
	     !pp_elffile_section(f, ".plt.sec")))
		return;
	read_all(&r);
	if (t->n)
		qsort(t->stubs, t->n, sizeof(*t->stubs), by_start);
	pp_buf_release(&r.symbols);
	pp_buf_release(&r.strings);
	pp_buf_release(&r.bytes);
	pp_map_release(&r.slots);
	free(r.targets);
}

void pp_plt_release(struct pp_plt *t)
{
	free(t->stubs);
	pp_buf_release(&t->names);
	*t = (struct pp_plt){0};
}

bool pp_plt_find(const struct pp_plt *t, uint64_t vaddr, struct pp_symbol *out)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->stubs[mid].start <= vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || vaddr - t->stubs[lo - 1].start >= t->stubs[lo - 1].size)
		return false;

	const struct pp_plt_stub *s = &t->stubs[lo - 1];
	*out = (struct pp_symbol){pp_str_of(t->names.p + s->name), s->start, s->size, true};
	return true;
}
