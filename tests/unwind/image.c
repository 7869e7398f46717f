/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "image.h"

#include <elf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

enum { NONE, EH_FRAME, DEBUG_FRAME, STRTAB, SECTIONS };
enum { CODE, FRAMES, HDR, SEGMENTS };

void put_number(struct pp_buf *b, uint64_t v, size_t n)
{
	for (; n; n--, v >>= 8)
		pp_buf_char(b, (char)(v & 255));
}

static uint32_t adler32(const struct pp_buf *b)
{
	uint32_t s1 = 1, s2 = 0;

	for (size_t i = 0; i < b->n; i++) {
		s1 = (s1 + (uint8_t)b->p[i]) % 65521;
		s2 = (s2 + s1) % 65521;
	}
	return s2 << 16 | s1;
}

/* A zlib stream of one stored block. */
static struct pp_buf deflated(const struct pp_buf *in, int flags)
{
	struct pp_buf b = PP_BUF_INIT;

	if (flags & IMAGE_OLD_ZLIB) {
		pp_buf_str(&b, "ZLIB");
		for (int shift = 56; shift >= 0; shift -= 8)
			put_number(&b, (uint64_t)in->n >> shift, 1);
	} else {
		put_number(&b, ELFCOMPRESS_ZLIB, 8);
		put_number(&b, in->n, 8);
		put_number(&b, 1, 8);
	}
	pp_buf_add(&b, "\x78\x01\x01", 3);
	put_number(&b, in->n, 2);
	put_number(&b, ~in->n, 2);
	pp_buf_add(&b, in->p, in->n);
	for (int shift = 24; shift >= 0; shift -= 8)
		put_number(&b, adler32(in) >> shift, 1);
	return b;
}

static uint64_t append(struct pp_buf *b, const struct pp_buf *part)
{
	uint64_t at = b->n;

	if (part->n)
		pp_buf_add(b, part->p, part->n);
	put_number(b, 0, 8 - b->n % 8);
	return at;
}

/* Headers as a file of these machines has them: little-endian. */
static void patch(struct pp_buf *b, size_t at, Elf_Type type, void *headers, size_t n)
{
	Elf_Data from = {.d_buf = headers, .d_type = type, .d_size = n, .d_version = EV_CURRENT};
	Elf_Data to = {.d_buf = b->p + at, .d_size = n, .d_version = EV_CURRENT};

	elf_version(EV_CURRENT);
	if (!elf64_xlatetof(&to, &from, ELFDATA2LSB))
		abort();
}

static void make_segments(const struct image *im, Elf64_Phdr ph[SEGMENTS], uint64_t code,
			  uint64_t eh, uint64_t hdr)
{
	ph[CODE] = (Elf64_Phdr){.p_type = PT_LOAD,
				.p_flags = PF_R | PF_X,
				.p_offset = code,
				.p_vaddr = IMAGE_CODE,
				.p_filesz = im->code.n,
				.p_memsz = IMAGE_CODE_END - IMAGE_CODE};
	ph[FRAMES] = (Elf64_Phdr){.p_type = PT_LOAD,
				  .p_flags = PF_R,
				  .p_offset = eh,
				  .p_vaddr = IMAGE_EH_FRAME,
				  .p_filesz = im->eh_frame.n,
				  .p_memsz = im->eh_frame.n};
	ph[HDR] = (Elf64_Phdr){.p_type = PT_GNU_EH_FRAME,
			       .p_offset = hdr,
			       .p_vaddr = IMAGE_EH_FRAME - 0x1000,
			       .p_filesz = 8,
			       .p_memsz = 8};
}

struct pp_buf image_make(const struct image *im)
{
	static const char names[] = "\0.eh_frame\0.debug_frame\0.zdebug_frame\0.shstrtab";
	const bool packed = im->flags & (IMAGE_DEFLATED | IMAGE_OLD_ZLIB);
	struct pp_buf b = PP_BUF_INIT, debug = PP_BUF_INIT;
	Elf64_Shdr sh[SECTIONS] = {0};
	Elf64_Phdr ph[SEGMENTS];
	Elf64_Ehdr h = {.e_type = ET_DYN,
			.e_machine = im->flags & IMAGE_ARM64 ? EM_AARCH64 : EM_X86_64,
			.e_version = EV_CURRENT,
			.e_phoff = sizeof(h),
			.e_shoff = im->flags & IMAGE_STRIPPED ? 0 : sizeof(h) + sizeof(ph),
			.e_ehsize = sizeof(h),
			.e_phentsize = sizeof(ph[0]),
			.e_phnum = SEGMENTS,
			.e_shentsize = sizeof(sh[0]),
			.e_shnum = im->flags & IMAGE_STRIPPED ? 0 : SECTIONS,
			.e_shstrndx = im->flags & IMAGE_STRIPPED ? 0 : STRTAB};

	memcpy(h.e_ident, ELFMAG "\2\1\1", 7);
	put_number(&b, 0, 1);
	for (size_t n = sizeof(h) + sizeof(ph) + sizeof(sh); b.n < n;)
		put_number(&b, 0, 1);
	if (packed)
		debug = deflated(&im->debug_frame, im->flags);

	uint64_t code = append(&b, &im->code), eh = append(&b, &im->eh_frame);
	uint64_t debug_at = append(&b, packed ? &debug : &im->debug_frame), hdr = b.n;
	pp_buf_add(&b, "\1\x1b\xff\xff", 4);
	put_number(&b, 0x1000 - 4, 4);
	sh[EH_FRAME] = (Elf64_Shdr){.sh_name = 1,
				    .sh_type = SHT_PROGBITS,
				    .sh_addr = IMAGE_EH_FRAME,
				    .sh_offset = eh,
				    .sh_size = im->eh_frame.n,
				    .sh_addralign = 1};
	sh[DEBUG_FRAME] = (Elf64_Shdr){.sh_name = im->flags & IMAGE_OLD_ZLIB ? 24 : 11,
				       .sh_type = SHT_PROGBITS,
				       .sh_flags = im->flags & IMAGE_DEFLATED ? SHF_COMPRESSED : 0,
				       .sh_offset = debug_at,
				       .sh_size = packed ? debug.n : im->debug_frame.n,
				       .sh_addralign = 1};
	sh[STRTAB] = (Elf64_Shdr){
		.sh_name = 38, .sh_type = SHT_STRTAB, .sh_offset = b.n, .sh_size = sizeof(names)};
	pp_buf_add(&b, names, sizeof(names));
	make_segments(im, ph, code, eh, hdr);
	patch(&b, 0, ELF_T_EHDR, &h, sizeof(h));
	patch(&b, sizeof(h), ELF_T_PHDR, ph, sizeof(ph));
	patch(&b, sizeof(h) + sizeof(ph), ELF_T_SHDR, sh, sizeof(sh));
	pp_buf_release(&debug);
	return b;
}

void image_release(struct image *im)
{
	pp_buf_release(&im->eh_frame);
	pp_buf_release(&im->debug_frame);
	pp_buf_release(&im->code);
}

/* ---- Entries ---- */

/* Room for the length; returns where it is. */
static size_t begin_entry(struct pp_buf *b, bool wide)
{
	size_t at = b->n;

	if (wide)
		put_number(b, UINT32_MAX, 4);
	put_number(b, 0, wide ? 8 : 4);
	return at;
}

static void end_entry(struct pp_buf *b, size_t at, bool wide)
{
	size_t field = wide ? at + 4 : at, size = wide ? 8 : 4;
	uint64_t n;

	while ((b->n - field) % 8 != size % 8)
		put_number(b, 0, 1); /* DW_CFA_nop */
	n = b->n - field - size;
	for (size_t i = 0; i < size; i++)
		b->p[field + i] = (char)(n >> 8 * i & 255);
}

size_t put_cie(struct pp_buf *b, const struct cie *c, int flags)
{
	const bool arm64 = flags & IMAGE_ARM64;
	const char *letters = c->augmentation ? c->augmentation : c->debug ? "" : "zR";
	size_t at = begin_entry(b, c->wide);

	put_number(b, c->debug ? UINT64_MAX : 0, c->wide && c->debug ? 8 : 4);
	put_number(b, c->version ? c->version : 1, 1);
	pp_buf_add(b, letters, strlen(letters) + 1);
	if (strcmp(letters, "eh") == 0)
		put_number(b, 0x1122334455667788, 8);
	if (c->version == 4)
		put_number(b, 8, 2); /* sizes of addresses and of segments */
	put_number(b, arm64 ? 4 : 1, 1);
	put_number(b, 0x78, 1);
	put_number(b, c->ra ? c->ra : arm64 ? 30 : 16, 1);
	if (*letters == 'z') {
		put_number(b, c->data ? c->data_n : 1, 1);
		pp_buf_add(b, c->data ? c->data : "\x1b", c->data ? c->data_n : 1);
	}
	if (arm64)
		pp_buf_add(b, "\x0c\x1f\x00", 3);
	else
		pp_buf_add(b, "\x0c\x07\x08\x90\x01", 5);
	end_entry(b, at, c->wide);
	return at;
}

void put_fde(struct pp_buf *b, const struct cie *c, size_t cie, uint64_t pc, uint64_t size,
	     const char *instructions, size_t n)
{
	const char *letters = c->augmentation ? c->augmentation : c->debug ? "" : "zR";
	size_t at = begin_entry(b, c->wide);

	put_number(b, c->debug ? cie : b->n - cie, c->wide && c->debug ? 8 : 4);
	if (strchr(letters, 'R')) {
		put_number(b, pc - (IMAGE_EH_FRAME + b->n), 4);
		put_number(b, size, 4);
	} else {
		put_number(b, pc, 8);
		put_number(b, size, 8);
	}
	if (*letters == 'z')
		put_number(b, 0, 1);
	pp_buf_add(b, instructions, n);
	end_entry(b, at, c->wide);
}
