/* SPDX-License-Identifier: Apache-2.0 */
/* Making small ELF files with DWARF 4, byte by byte. */
#ifndef PP_TESTS_DWARF_FIXTURE_H
#define PP_TESTS_DWARF_FIXTURE_H

#include <dwarf.h>
#include <elf.h>
#include <endian.h>
#include <libelf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"

#define CODE	  0x1000
#define CODE_SIZE 0x1000
#define SECTIONS  16

static inline void put(struct pp_buf *b, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		pp_buf_char(b, (char)(i < 8 ? v >> (8 * i) & 0xff : 0));
}

static inline void put_text(struct pp_buf *b, const char *s)
{
	pp_buf_add(b, s, strlen(s) + 1);
}

/* Numbers below 128 only. */
static inline void put_bytes(struct pp_buf *b, const uint8_t *bytes, size_t n)
{
	pp_buf_add(b, bytes, n);
}

static inline void set_length(struct pp_buf *b, size_t at)
{
	uint32_t n = htole32((uint32_t)(b->n - at - 4));

	memcpy(b->p + at, &n, sizeof(n));
}

struct image {
	struct pp_buf bytes, names;
	Elf64_Shdr headers[SECTIONS];
	unsigned n;
};

static inline void add_section(struct image *m, const char *name, const struct pp_buf *data,
			       uint64_t flags)
{
	Elf64_Shdr *h = &m->headers[m->n++];

	assert_true(m->n < SECTIONS);
	*h = (Elf64_Shdr){.sh_name = (uint32_t)m->names.n,
			  .sh_type = SHT_PROGBITS,
			  .sh_flags = flags,
			  .sh_offset = m->bytes.n,
			  .sh_size = data->n};
	put_text(&m->names, name);
	if (data->n)
		pp_buf_add(&m->bytes, data->p, data->n);
}

static inline void start_image(struct image *m)
{
	struct pp_buf none = PP_BUF_INIT;
	Elf64_Ehdr room = {0};

	*m = (struct image){0};
	pp_buf_add(&m->bytes, &room, sizeof(room));
	add_section(m, "", &none, 0);
	m->headers[0].sh_type = SHT_NULL;
	add_section(m, ".text", &none, SHF_ALLOC | SHF_EXECINSTR);
	m->headers[1].sh_type = SHT_NOBITS;
	m->headers[1].sh_addr = CODE;
	m->headers[1].sh_size = CODE_SIZE;
}

/* Headers as the file has them, which is little-endian. */
static inline void put_headers(struct image *m, size_t at, Elf_Type type, void *headers, size_t n)
{
	Elf_Data from = {.d_buf = headers, .d_type = type, .d_size = n, .d_version = EV_CURRENT};
	Elf_Data to = {.d_buf = m->bytes.p + at, .d_size = n, .d_version = EV_CURRENT};

	elf_version(EV_CURRENT);
	assert_non_null(elf64_xlatetof(&to, &from, ELFDATA2LSB));
}

/* The file, whose descriptor is the caller's. */
static inline int finish_image(struct image *m)
{
	struct pp_buf names = PP_BUF_INIT;
	Elf64_Ehdr h = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			.e_type = ET_DYN,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_ehsize = sizeof(h),
			.e_shentsize = sizeof(Elf64_Shdr)};

	put_text(&m->names, ".shstrtab");
	pp_buf_add(&names, m->names.p, m->names.n);
	m->names.n -= sizeof(".shstrtab");
	add_section(m, ".shstrtab", &names, 0);
	h.e_shnum = (uint16_t)m->n;
	h.e_shstrndx = (uint16_t)(m->n - 1);
	h.e_shoff = m->bytes.n;
	pp_buf_reserve(&m->bytes, m->n * sizeof(m->headers[0]));
	put_headers(m, 0, ELF_T_EHDR, &h, sizeof(h));
	put_headers(m, m->bytes.n, ELF_T_SHDR, m->headers, m->n * sizeof(m->headers[0]));
	m->bytes.n += m->n * sizeof(m->headers[0]);

	int fd = memfd_create("image", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, m->bytes.p, m->bytes.n), (ssize_t)m->bytes.n);
	pp_buf_release(&m->bytes);
	pp_buf_release(&m->names);
	pp_buf_release(&names);
	return fd;
}

/* What the entries below are made of: "code, tag, children, name, form, ..., 0, 0". */
enum {
	A_UNIT = 1,  /* name, stmt_list, low_pc, high_pc */
	A_BARE_UNIT, /* name */
	A_FUNCTION,  /* name, decl_line, low_pc, high_pc; with children */
	A_ABSTRACT,  /* linkage_name, name */
	A_INLINED,   /* abstract_origin, low_pc, high_pc, call_file, call_line */
	A_INSTANCE,  /* abstract_origin, low_pc, high_pc */
	A_RANGED,    /* ranges */
	A_ORIGIN,    /* abstract_origin */
};

static inline void add_abbrevs(struct image *m)
{
	static const uint8_t table[] = {A_UNIT,
					DW_TAG_compile_unit,
					1,
					DW_AT_name,
					DW_FORM_string,
					DW_AT_stmt_list,
					DW_FORM_sec_offset,
					DW_AT_low_pc,
					DW_FORM_addr,
					DW_AT_high_pc,
					DW_FORM_data4,
					0,
					0,
					A_BARE_UNIT,
					DW_TAG_compile_unit,
					1,
					DW_AT_name,
					DW_FORM_string,
					0,
					0,
					A_FUNCTION,
					DW_TAG_subprogram,
					1,
					DW_AT_name,
					DW_FORM_string,
					DW_AT_decl_line,
					DW_FORM_data1,
					DW_AT_low_pc,
					DW_FORM_addr,
					DW_AT_high_pc,
					DW_FORM_data4,
					0,
					0,
					A_ABSTRACT,
					DW_TAG_subprogram,
					0,
					DW_AT_linkage_name,
					DW_FORM_string,
					DW_AT_name,
					DW_FORM_string,
					0,
					0,
					A_INLINED,
					DW_TAG_inlined_subroutine,
					0,
					DW_AT_abstract_origin,
					DW_FORM_ref4,
					DW_AT_low_pc,
					DW_FORM_addr,
					DW_AT_high_pc,
					DW_FORM_data4,
					DW_AT_call_file,
					DW_FORM_data1,
					DW_AT_call_line,
					DW_FORM_data1,
					0,
					0,
					A_INSTANCE,
					DW_TAG_subprogram,
					0,
					DW_AT_abstract_origin,
					DW_FORM_ref4,
					DW_AT_low_pc,
					DW_FORM_addr,
					DW_AT_high_pc,
					DW_FORM_data4,
					0,
					0,
					A_RANGED,
					DW_TAG_subprogram,
					0,
					DW_AT_ranges,
					DW_FORM_sec_offset,
					0,
					0,
					A_ORIGIN,
					DW_TAG_subprogram,
					0,
					DW_AT_abstract_origin,
					DW_FORM_ref4,
					0,
					0,
					0};
	struct pp_buf b = PP_BUF_INIT;

	put_bytes(&b, table, sizeof(table));
	add_section(m, ".debug_abbrev", &b, 0);
	pp_buf_release(&b);
}

static inline void begin_unit(struct pp_buf *b, size_t *at)
{
	*at = b->n;
	put(b, 0, 4);
	put(b, 4, 2);
	put(b, 0, 4);
	put(b, 8, 1);
}

static inline void put_unit(struct pp_buf *b, const char *name, uint64_t low, uint32_t size)
{
	put(b, A_UNIT, 1);
	put_text(b, name);
	put(b, 0, 4);
	put(b, low, 8);
	put(b, size, 4);
}

static inline void put_function(struct pp_buf *b, const char *name, uint64_t low, uint32_t size)
{
	put(b, A_FUNCTION, 1);
	put_text(b, name);
	put(b, 77, 1);
	put(b, low, 8);
	put(b, size, 4);
}

static inline void end_unit(struct pp_buf *b, size_t at)
{
	put(b, 0, 1);
	set_length(b, at);
}

/* "dir/a.c": line 10 at CODE, 20 at CODE + 0x20, up to CODE + 0x40; then a sequence of lower
 * addresses than a linker would put there, which is dead. */
static inline void add_lines(struct image *m)
{
	static const uint8_t operands[] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
	struct pp_buf b = PP_BUF_INIT;
	size_t header;

	put(&b, 0, 4);
	put(&b, 4, 2);
	header = b.n;
	put(&b, 0, 4);
	put(&b, 1, 1);
	put(&b, 1, 1);
	put(&b, 1, 1);
	put(&b, 0xfb, 1);
	put(&b, 14, 1);
	put(&b, 13, 1);
	put_bytes(&b, operands, sizeof(operands));
	put_text(&b, "dir");
	put(&b, 0, 1);
	put_text(&b, "a.c");
	put(&b, 1, 1);
	put(&b, 0, 2);
	put(&b, 0, 1);
	set_length(&b, header);
	for (unsigned dead = 0; dead < 2; dead++) {
		put(&b, 0, 1);
		put(&b, 9, 1);
		put(&b, DW_LNE_set_address, 1);
		put(&b, dead ? 0x10 : CODE, 8);
		put(&b, DW_LNS_advance_line, 1);
		put(&b, 9, 1);
		put(&b, DW_LNS_copy, 1);
		put(&b, DW_LNS_advance_line, 1);
		put(&b, 10, 1);
		put(&b, DW_LNS_fixed_advance_pc, 1);
		put(&b, 0x20, 2);
		put(&b, DW_LNS_copy, 1);
		put(&b, DW_LNS_fixed_advance_pc, 1);
		put(&b, dead ? 0x7000 : 0x20, 2);
		put(&b, 0, 1);
		put(&b, 1, 1);
		put(&b, DW_LNE_end_sequence, 1);
	}
	set_length(&b, 0);
	add_section(m, ".debug_line", &b, 0);
	pp_buf_release(&b);
}

#endif
