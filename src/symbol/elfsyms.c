/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .symtab and .dynsym into one table. libelf finds the sections; symbols are decoded from the raw
 * bytes, a call per symbol would double the time.
 */
#include <config.h>

#include "symbol/elfsyms.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define MAX_SECTION_BYTES (512u << 20) /* of one symbol or string table */
#define MAX_SYMBOLS	  (8u << 20)

struct section {
	uint64_t start, end;
	bool exec;
};

struct reader {
	Elf *elf;
	bool is64, arm;
	struct section *sections;
	size_t nsections;
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
static const struct section *section_of(const struct reader *r, const struct sym *s)
{
	if (s->shndx >= SHN_LORESERVE || s->shndx >= r->nsections)
		return NULL;
	return &r->sections[s->shndx];
}

static bool is_function(const struct reader *r, const struct sym *s, const char *name)
{
	const struct section *section = section_of(r, s);

	if (s->shndx == SHN_UNDEF || s->shndx == SHN_COMMON || !name[0])
		return false;
	switch (ELF64_ST_TYPE(s->info)) {
	case STT_FUNC:
	case STT_GNU_IFUNC:
		return s->size > 0 || section;
	case STT_NOTYPE:
		return section && section->exec && !is_mapping_symbol(name);
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

static void add_symbol(struct reader *r, const struct sym *s, uint32_t name)
{
	const struct section *section = section_of(r, s);
	uint64_t start = s->value, end;

	if (r->arm)
		start &= ~1ULL; /* set for Thumb code: not part of the address */
	if (s->size == 0)
		end = section ? section->end : start;
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

/* The bytes of a section as they are in the file; n = 0 if they are not to be had. */
static struct pp_str section_bytes(struct reader *r, size_t index, uint32_t type)
{
	Elf_Scn *scn = elf_getscn(r->elf, index);
	GElf_Shdr h;
	Elf_Data *data = NULL;

	if (scn && gelf_getshdr(scn, &h) && h.sh_type == type && h.sh_size <= MAX_SECTION_BYTES &&
	    !(h.sh_flags & SHF_COMPRESSED))
		data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf)
		return (struct pp_str){NULL, 0};
	return (struct pp_str){data->d_buf, data->d_size};
}

/* Keep the string table's bytes up to the last NUL, so that every name in it ends. */
static struct pp_str keep_names(struct reader *r, struct pp_str strings)
{
	const char *nul = strings.n ? memrchr(strings.p, '\0', strings.n) : NULL;
	size_t n = nul ? (size_t)(nul - strings.p) + 1 : 0;

	if (n == 0)
		return (struct pp_str){NULL, 0};
	r->t->names = pp_xrealloc(r->t->names, r->names_n + n, 1);
	memcpy(r->t->names + r->names_n, strings.p, n);
	return (struct pp_str){r->t->names + r->names_n, n};
}

static int read_table(struct reader *r, size_t index, const GElf_Shdr *h, struct pp_err *err)
{
	const size_t entry = r->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	struct pp_str table = section_bytes(r, index, h->sh_type);
	struct pp_str names = {NULL, 0};

	if (table.n && h->sh_entsize == entry)
		names = keep_names(r, section_bytes(r, h->sh_link, SHT_STRTAB));
	if (!names.n)
		return 0;

	for (size_t at = 0; table.n - at >= entry; at += entry) {
		struct sym s = decode((const uint8_t *)table.p + at, r->is64);

		if (s.name >= names.n || !is_wanted(r, &s, names.p + s.name))
			continue;
		if (r->t->count == MAX_SYMBOLS)
			return pp_err_set(err, PP_ERR_LIMIT, "more than %u function symbols",
					  MAX_SYMBOLS);
		add_symbol(r, &s, (uint32_t)r->names_n + s.name);
	}
	r->names_n += names.n;
	return 0;
}

static void read_sections(struct reader *r)
{
	size_t n;

	if (elf_getshdrnum(r->elf, &n) < 0)
		return;
	r->sections = pp_xcalloc(n + 1, sizeof(*r->sections));
	r->nsections = n;
	for (size_t i = 1; i < n; i++) {
		struct section *s = &r->sections[i];
		Elf_Scn *scn = elf_getscn(r->elf, i);
		GElf_Shdr h;

		if (!scn || !gelf_getshdr(scn, &h))
			continue;
		s->start = h.sh_addr;
		if (__builtin_add_overflow(h.sh_addr, h.sh_size, &s->end))
			s->end = UINT64_MAX;
		s->exec = h.sh_flags & SHF_EXECINSTR;
	}
}

/* The first table of a type; more than one is not allowed by the gABI. */
static int read_first(struct reader *r, uint32_t type, struct pp_err *err)
{
	for (size_t i = 1; i < r->nsections; i++) {
		Elf_Scn *scn = elf_getscn(r->elf, i);
		GElf_Shdr h;

		if (scn && gelf_getshdr(scn, &h) && h.sh_type == type)
			return read_table(r, i, &h, err);
	}
	return 0;
}

static bool begin(struct reader *r, struct pp_symtab *t, Elf *elf)
{
	GElf_Ehdr h;

	*r = (struct reader){.elf = elf, .t = t};
	if (!gelf_getehdr(elf, &h))
		return false;
	r->is64 = h.e_ident[EI_CLASS] == ELFCLASS64;
	r->arm = h.e_machine == EM_ARM;
	read_sections(r);
	return true;
}

int pp_elfsyms_read(struct pp_symtab *t, Elf *elf, struct pp_err *err)
{
	struct reader r;

	if (!begin(&r, t, elf))
		return 0;
	t->versions = true;
	int rc = read_first(&r, SHT_SYMTAB, err);
	if (rc == 0)
		rc = read_first(&r, SHT_DYNSYM, err);
	free(r.sections);
	if (rc == 0)
		pp_symtab_seal(t);
	return rc;
}

int pp_elfsyms_list(struct pp_symtab *t, Elf *elf, struct pp_err *err)
{
	struct reader r;

	if (!begin(&r, t, elf))
		return 0;
	r.all = true;
	int rc = read_first(&r, SHT_SYMTAB, err);
	if (rc == 0 && t->count == 0)
		rc = read_first(&r, SHT_DYNSYM, err);
	free(r.sections);
	return rc;
}
