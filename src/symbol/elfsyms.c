/* SPDX-License-Identifier: Apache-2.0 */
/* .symtab and .dynsym into one table. */
#include <config.h>

#include "symbol/elfsyms.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define MAX_SECTION_BYTES (512u << 20) /* of one symbol or string table */
#define MAX_SYMBOLS	  (8u << 20)

struct reader {
	const struct pp_elffile *f;
	struct pp_symtab *t;
	size_t names_n;
	bool all; /* not functions only */
};

struct sym {
	uint32_t name;
	uint8_t info;
	uint16_t shndx;
	uint64_t value, size;
};

static struct sym decode(const uint8_t *p, bool is64)
{
	if (is64)
		return (struct sym){
			.name = pp_load_le32(p),
			.info = p[4],
			.shndx = pp_load_le16(p + 6),
			.value = pp_load_le64(p + 8),
			.size = pp_load_le64(p + 16),
		};
	return (struct sym){
		.name = pp_load_le32(p),
		.value = pp_load_le32(p + 4),
		.size = pp_load_le32(p + 8),
		.info = p[12],
		.shndx = pp_load_le16(p + 14),
	};
}

/* ARM's and RISC-V's "$x" tell code from data; ".L" names are the assembler's own. */
static bool is_mapping_symbol(const char *name)
{
	return name[0] == '$' || (name[0] == '.' && name[1] == 'L');
}

static uint8_t rank_of(const struct sym *s)
{
	switch (ELF64_ST_BIND(s->info)) {
	case STB_GLOBAL:
	case STB_GNU_UNIQUE:
		return PP_SYMTAB_GLOBAL;
	case STB_WEAK:
		return PP_SYMTAB_WEAK;
	default:
		return PP_SYMTAB_LOCAL;
	}
}

/* The section a symbol is defined in, or NULL for absolute ones and bad indices. */
static const struct pp_elffile_section *section_of(const struct reader *r, const struct sym *s)
{
	if (s->shndx == 0 || s->shndx >= SHN_LORESERVE || s->shndx >= r->f->nsections)
		return NULL;
	return &r->f->sections[s->shndx];
}

static bool is_function(const struct reader *r, const struct sym *s, const char *name)
{
	const struct pp_elffile_section *section = section_of(r, s);

	if (s->shndx == SHN_UNDEF || s->shndx == SHN_COMMON || !name[0])
		return false;
	switch (ELF64_ST_TYPE(s->info)) {
	case STT_FUNC:
	case STT_GNU_IFUNC:
		return s->size > 0 || section;
	case STT_NOTYPE:
		return section && (section->flags & SHF_EXECINSTR) && !is_mapping_symbol(name);
	default:
		return false;
	}
}

/* What nm(1) lists with an address; thread-local symbols have none. */
static bool is_listed(const struct sym *s, const char *name)
{
	unsigned type = ELF64_ST_TYPE(s->info);

	return name[0] && s->shndx != SHN_UNDEF && s->shndx != SHN_COMMON && type != STT_FILE &&
	       type != STT_SECTION && type != STT_TLS && !is_mapping_symbol(name);
}

static bool is_wanted(const struct reader *r, const struct sym *s, const char *name)
{
	return r->all ? is_listed(s, name) : is_function(r, s, name);
}

static uint64_t section_end(const struct pp_elffile_section *s)
{
	uint64_t end;

	return __builtin_add_overflow(s->addr, s->size, &end) ? UINT64_MAX : end;
}

static void add_symbol(struct reader *r, const struct sym *s, uint32_t name)
{
	const struct pp_elffile_section *section = section_of(r, s);
	uint64_t start = s->value, end;

	if (r->f->machine == EM_ARM)
		start &= ~1ULL; /* set for Thumb code: not part of the address */
	if (s->size == 0)
		end = section ? section_end(section) : start;
	else if (__builtin_add_overflow(start, s->size, &end))
		end = UINT64_MAX;
	pp_symtab_add(r->t, (struct pp_symtab_entry){
				    .start = start,
				    .end = end,
				    .name = name,
				    .rank = rank_of(s),
				    .sized = s->size > 0,
			    });
}

/* Append a string table up to its last NUL, so that every name in it ends, to the names that there
 * are. How long it is, without what does not end; 0 if there is none. */
static size_t keep_names(struct reader *r, const struct pp_elffile_section *s)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf strings = PP_BUF_INIT;

	if (s->type != SHT_STRTAB || !pp_elffile_read(r->f, s, MAX_SECTION_BYTES, &strings))
		return 0;

	const char *nul = strings.n ? memrchr(strings.p, '\0', strings.n) : NULL;
	size_t n = nul ? (size_t)(nul - strings.p) + 1 : 0;
	if (n == 0)
		return 0;
	r->t->names = pp_xrealloc(r->t->names, r->names_n + n, 1);
	memcpy(r->t->names + r->names_n, strings.p, n);
	return n;
}

static int read_table(struct reader *r, const struct pp_elffile_section *section,
		      struct pp_err *err)
{
	const size_t entry = r->f->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	PP_CLEANUP(pp_buf_release) struct pp_buf table = PP_BUF_INIT;
	size_t n;

	if (section->entsize != entry || section->link >= r->f->nsections ||
	    !pp_elffile_read(r->f, section, MAX_SECTION_BYTES, &table))
		return 0;
	n = keep_names(r, &r->f->sections[section->link]);
	for (size_t at = 0; n && table.n - at >= entry; at += entry) {
		struct sym s = decode((const uint8_t *)table.p + at, r->f->is64);

		if (s.name >= n || !is_wanted(r, &s, r->t->names + r->names_n + s.name))
			continue;
		if (r->t->count == MAX_SYMBOLS)
			return pp_err_set(err, PP_ERR_LIMIT, "more than %u function symbols",
					  MAX_SYMBOLS);
		add_symbol(r, &s, (uint32_t)r->names_n + s.name);
	}
	r->names_n += n;
	return 0;
}

/* The first table of a type; more than one is not allowed by the gABI. */
static int read_first(struct reader *r, uint32_t type, struct pp_err *err)
{
	for (size_t i = 1; i < r->f->nsections; i++)
		if (r->f->sections[i].type == type)
			return read_table(r, &r->f->sections[i], err);
	return 0;
}

int pp_elfsyms_read(struct pp_symtab *t, const struct pp_elffile *f, struct pp_err *err)
{
	struct reader r = {.f = f, .t = t};

	t->versions = true;
	int rc = read_first(&r, SHT_SYMTAB, err);
	if (rc == 0)
		rc = read_first(&r, SHT_DYNSYM, err);
	if (rc == 0)
		pp_symtab_seal(t);
	return rc;
}

int pp_elfsyms_list(struct pp_symtab *t, const struct pp_elffile *f, struct pp_err *err)
{
	struct reader r = {.f = f, .t = t, .all = true};
	int rc = read_first(&r, SHT_SYMTAB, err);

	if (rc == 0 && t->count == 0)
		rc = read_first(&r, SHT_DYNSYM, err);
	return rc;
}
