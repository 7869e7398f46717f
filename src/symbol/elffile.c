/* SPDX-License-Identifier: Apache-2.0 */
/* Header, sections, segments, build id. */
#include <config.h>

#include "symbol/elffile.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "io/file.h"
#include "io/gzip.h"

#define MAX_SECTIONS   (1u << 20)
#define MAX_SEGMENTS   4096
#define MAX_NAMES      (32u << 20)
#define MAX_NOTE_BYTES (64u << 10)
#define MAX_NOTES      64    /* looked at for a build id */
#define MAX_RATIO      1032u /* RFC 1951: at best 258 bytes from 2 bits */

#define ZDEBUG ".zdebug_"

struct tables {
	uint64_t phoff, shoff;
	uint16_t phentsize, shentsize, phnum, shnum, shstrndx;
};

bool pp_elffile_read_at(const struct pp_elffile *f, void *out, size_t n, uint64_t offset)
{
	if (offset > f->n || n > f->n - offset)
		return false;
	if (f->fd < 0) {
		if (n)
			memcpy(out, f->image + offset, n);
		return true;
	}
	return pp_file_read_at(f->fd, out, n, offset);
}

/* n bytes at `offset`, and a NUL, or NULL; free with free(). */
static uint8_t *read_bytes(const struct pp_elffile *f, uint64_t offset, uint64_t n)
{
	if (offset > f->n || n > f->n - offset)
		return NULL;

	uint8_t *bytes = pp_xcalloc((size_t)n + 1, 1);
	if (pp_elffile_read_at(f, bytes, (size_t)n, offset))
		return bytes;
	free(bytes);
	return NULL;
}

/* How many of `count` entries of `size` bytes at `offset` the file has. */
static size_t fitting(const struct pp_elffile *f, uint64_t offset, size_t count, size_t size)
{
	uint64_t room = offset < f->n ? (f->n - offset) / size : 0;

	return count < room ? count : (size_t)room;
}

static uint64_t load_word(const struct pp_elffile *f, const uint8_t *p)
{
	return f->is64 ? pp_load_le64(p) : pp_load_le32(p);
}

static int check_header(struct pp_elffile *f, const uint8_t *h, size_t n, struct pp_err *err)
{
	if (n < EI_NIDENT || memcmp(h, ELFMAG, SELFMAG) != 0)
		return pp_err_set(err, PP_ERR_FORMAT, "not an ELF file");
	f->is64 = h[EI_CLASS] == ELFCLASS64;
	if (!f->is64 && h[EI_CLASS] != ELFCLASS32)
		return pp_err_set(err, PP_ERR_FORMAT, "unknown ELF class %u", h[EI_CLASS]);
	if (h[EI_DATA] != ELFDATA2LSB)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "not a little-endian ELF file");
	if (n < (f->is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
		return pp_err_set(err, PP_ERR_FORMAT, "truncated ELF header");
	f->type = pp_load_le16(h + 16);
	if (f->type > ET_DYN)
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "neither a program nor a part of one (ELF type %u)", f->type);
	return 0;
}

static int read_header(struct pp_elffile *f, struct tables *t, struct pp_err *err)
{
	uint8_t h[sizeof(Elf64_Ehdr)] = {0};
	size_t n = f->n < sizeof(h) ? (size_t)f->n : sizeof(h);

	errno = 0;
	if (!pp_elffile_read_at(f, h, n, 0) && errno)
		return pp_err_sys(err, errno, "cannot read ELF header");
	if (check_header(f, h, n, err) < 0)
		return -1;
	f->machine = pp_load_le16(h + 18);
	t->phoff = load_word(f, h + (f->is64 ? 32 : 28));
	t->shoff = load_word(f, h + (f->is64 ? 40 : 32));

	const uint8_t *rest = h + (f->is64 ? 54 : 42);
	t->phentsize = pp_load_le16(rest);
	t->phnum = pp_load_le16(rest + 2);
	t->shentsize = pp_load_le16(rest + 4);
	t->shnum = pp_load_le16(rest + 6);
	t->shstrndx = pp_load_le16(rest + 8);
	return 0;
}

static void read_segments(struct pp_elffile *f, const struct tables *t)
{
	size_t size = f->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	size_t want = t->phnum < MAX_SEGMENTS ? t->phnum : MAX_SEGMENTS;
	size_t n = t->phentsize == size ? fitting(f, t->phoff, want, size) : 0;
	PP_CLEANUP(pp_freep) uint8_t *bytes = n ? read_bytes(f, t->phoff, n * size) : NULL;

	if (!bytes)
		return;
	f->segments = pp_xcalloc(n, sizeof(*f->segments));
	f->nsegments = n;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *p = bytes + i * size;

		f->segments[i] = (struct pp_elffile_segment){
			.type = pp_load_le32(p),
			.flags = pp_load_le32(p + (f->is64 ? 4 : 24)),
			.offset = load_word(f, p + (f->is64 ? 8 : 4)),
			.vaddr = load_word(f, p + (f->is64 ? 16 : 8)),
			.size = load_word(f, p + (f->is64 ? 32 : 16)),
			.memory = load_word(f, p + (f->is64 ? 40 : 20)),
		};
	}
}

/* The name is still an offset. */
static struct pp_elffile_section decode_section(const struct pp_elffile *f, const uint8_t *p)
{
	if (f->is64)
		return (struct pp_elffile_section){
			.type = pp_load_le32(p + 4),
			.flags = pp_load_le64(p + 8),
			.addr = pp_load_le64(p + 16),
			.offset = pp_load_le64(p + 24),
			.size = pp_load_le64(p + 32),
			.link = pp_load_le32(p + 40),
			.entsize = pp_load_le64(p + 56),
		};
	return (struct pp_elffile_section){
		.type = pp_load_le32(p + 4),
		.flags = pp_load_le32(p + 8),
		.addr = pp_load_le32(p + 12),
		.offset = pp_load_le32(p + 16),
		.size = pp_load_le32(p + 20),
		.link = pp_load_le32(p + 24),
		.entsize = pp_load_le32(p + 36),
	};
}

/* With more than 65279 sections, their number and the index of their names are in section 0. */
static uint64_t section_count(const struct pp_elffile *f, const struct tables *t, size_t size,
			      uint32_t *names)
{
	uint8_t first[sizeof(Elf64_Shdr)];

	*names = t->shstrndx;
	if (t->shoff == 0 || t->shentsize != size)
		return 0;
	if (t->shnum != 0 && t->shstrndx != SHN_XINDEX)
		return t->shnum;
	if (!pp_elffile_read_at(f, first, size, t->shoff))
		return 0;

	struct pp_elffile_section zero = decode_section(f, first);
	if (t->shstrndx == SHN_XINDEX)
		*names = zero.link;
	if (t->shnum != 0)
		return t->shnum;
	return zero.size;
}

/* All names, with a NUL behind them that ends the last; the length is without it. */
static size_t read_names(struct pp_elffile *f, uint32_t index)
{
	const struct pp_elffile_section *s = &f->sections[index];

	if (index >= f->nsections || s->type == SHT_NOBITS || s->size > MAX_NAMES)
		return 0;
	f->names = (char *)read_bytes(f, s->offset, s->size);
	return f->names ? (size_t)s->size : 0;
}

static int read_sections(struct pp_elffile *f, const struct tables *t, struct pp_err *err)
{
	size_t size = f->is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	uint32_t index;
	uint64_t count = section_count(f, t, size, &index);

	if (count > MAX_SECTIONS)
		return pp_err_set(err, PP_ERR_LIMIT, "more than %u sections", MAX_SECTIONS);

	size_t n = fitting(f, t->shoff, (size_t)count, size);
	PP_CLEANUP(pp_freep) uint8_t *bytes = n ? read_bytes(f, t->shoff, n * size) : NULL;
	if (!bytes)
		return 0;
	f->sections = pp_xcalloc(n, sizeof(*f->sections));
	f->nsections = n;
	for (size_t i = 0; i < n; i++)
		f->sections[i] = decode_section(f, bytes + i * size);
	size_t names = index < n ? read_names(f, index) : 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t name = pp_load_le32(bytes + i * size);

		f->sections[i].name = name < names ? f->names + name : "";
	}
	return 0;
}

/* Of the sizes of notes, only those of .note.gnu.property need an alignment of 8. */
static bool read_note(struct pp_elffile *f, uint64_t offset, uint64_t size)
{
	size_t n = size < MAX_NOTE_BYTES ? (size_t)size : MAX_NOTE_BYTES;
	PP_CLEANUP(pp_freep) uint8_t *bytes = n ? read_bytes(f, offset, n) : NULL;

	return bytes && (pp_notes_build_id(bytes, n, 4, f->build_id) ||
			 pp_notes_build_id(bytes, n, 8, f->build_id));
}

static void read_build_id(struct pp_elffile *f)
{
	int tried = 0;

	for (size_t i = 0; i < f->nsegments && tried < MAX_NOTES; i++) {
		const struct pp_elffile_segment *s = &f->segments[i];

		if (s->type == PT_NOTE && (tried++, read_note(f, s->offset, s->size)))
			return;
	}
}

/* In debug files, and in what some linker scripts make, only section headers tell where notes are.
 */
static void read_build_id_by_section(struct pp_elffile *f)
{
	int tried = 0;

	for (size_t i = 0; i < f->nsections && tried < MAX_NOTES; i++) {
		const struct pp_elffile_section *s = &f->sections[i];

		if (s->type == SHT_NOTE && (tried++, read_note(f, s->offset, s->size)))
			return;
	}
}

static int read_headers(struct pp_elffile *f, bool sections, struct pp_err *err)
{
	struct tables t = {0};

	if (read_header(f, &t, err) < 0)
		return -1;
	read_segments(f, &t);
	read_build_id(f);
	if (!sections)
		return 0;
	if (read_sections(f, &t, err) < 0) {
		pp_elffile_release(f);
		return -1;
	}
	if (!f->build_id[0])
		read_build_id_by_section(f);
	return 0;
}

static int open_file(struct pp_elffile *f, int fd, bool sections, struct pp_err *err)
{
	struct stat st;

	*f = (struct pp_elffile){.fd = fd};
	if (fd < 0 || fstat(fd, &st) < 0)
		return pp_err_sys(err, fd < 0 ? EBADF : errno, "cannot read ELF header");
	if (S_ISDIR(st.st_mode))
		return pp_err_sys(err, EISDIR, "cannot read ELF header");
	if (!S_ISREG(st.st_mode))
		return pp_err_set(err, PP_ERR_FORMAT, "not a regular file");
	f->n = (uint64_t)st.st_size;
	return read_headers(f, sections, err);
}

int pp_elffile_open(struct pp_elffile *f, int fd, struct pp_err *err)
{
	return open_file(f, fd, true, err);
}

int pp_elffile_open_segments(struct pp_elffile *f, int fd, struct pp_err *err)
{
	return open_file(f, fd, false, err);
}

int pp_elffile_open_memory(struct pp_elffile *f, const void *image, size_t n, struct pp_err *err)
{
	*f = (struct pp_elffile){.fd = -1, .image = image, .n = n};
	return read_headers(f, true, err);
}

int pp_elffile_need_program(const struct pp_elffile *f, struct pp_err *err)
{
	if (f->type == ET_EXEC || f->type == ET_DYN)
		return 0;
	return pp_err_set(err, PP_ERR_UNSUPPORTED,
			  "neither an executable nor a shared object (ELF type %u)", f->type);
}

void pp_elffile_release(struct pp_elffile *f)
{
	free(f->sections);
	free(f->segments);
	free(f->names);
	*f = (struct pp_elffile){.fd = -1};
}

const struct pp_elffile_section *pp_elffile_section(const struct pp_elffile *f, const char *name)
{
	for (size_t i = 0; i < f->nsections; i++) {
		const struct pp_elffile_section *s = &f->sections[i];

		if (s->type != SHT_NOBITS && s->type != SHT_NULL && strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

bool pp_elffile_read(const struct pp_elffile *f, const struct pp_elffile_section *s, uint64_t limit,
		     struct pp_buf *out)
{
	pp_buf_clear(out);
	if (s->type == SHT_NOBITS || (s->flags & SHF_COMPRESSED) || s->size > limit ||
	    s->offset > f->n || s->size > f->n - s->offset)
		return false;
	pp_buf_reserve(out, (size_t)s->size);
	if (!pp_elffile_read_at(f, out->p, (size_t)s->size, s->offset))
		return false;
	out->n = (size_t)s->size;
	out->p[out->n] = '\0';
	return true;
}

static bool is_zdebug(const struct pp_elffile_section *s)
{
	return strncmp(s->name, ZDEBUG, strlen(ZDEBUG)) == 0;
}

bool pp_elffile_is_compressed(const struct pp_elffile_section *s)
{
	return (s->flags & SHF_COMPRESSED) || is_zdebug(s);
}

/* How many bytes are in front of the stream, and its size inflated (gABI, "Section Compression");
 * 0 if that cannot be right. */
static size_t compression_header(const struct pp_elffile *f, bool gnu, const uint8_t *in, size_t n,
				 uint64_t *size)
{
	size_t skip = gnu ? 12 : f->is64 ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);

	if (n < skip)
		return 0;
	if (gnu ? memcmp(in, "ZLIB", 4) != 0 : pp_load_le32(in) != ELFCOMPRESS_ZLIB)
		return 0;
	if (gnu)
		*size = __builtin_bswap64(pp_load_le64(in + 4));
	else
		*size = f->is64 ? pp_load_le64(in + 8) : pp_load_le32(in + 4);
	return *size / MAX_RATIO <= n - skip ? skip : 0;
}

uint8_t *pp_elffile_inflate(const struct pp_elffile *f, const struct pp_elffile_section *s,
			    const uint8_t *in, size_t n, uint64_t limit, size_t *out_n)
{
	uint64_t size = 0;
	size_t skip = compression_header(f, is_zdebug(s), in, n, &size);
	struct pp_err ignored;

	*out_n = 0;
	if (skip == 0 || size == 0 || size > limit)
		return NULL;

	uint8_t *out = malloc((size_t)size);
	if (!out || pp_zlib_inflate(in + skip, n - skip, out, (size_t)size, &ignored) < 0) {
		free(out);
		return NULL;
	}
	*out_n = (size_t)size;
	return out;
}

uint8_t *pp_elffile_bytes(const struct pp_elffile *f, const struct pp_elffile_section *s,
			  uint64_t limit, size_t *n)
{
	*n = 0;
	if (s->type == SHT_NOBITS || s->size == 0 || s->size > limit || s->offset > f->n ||
	    s->size > f->n - s->offset)
		return NULL;

	uint8_t *bytes = malloc((size_t)s->size);
	if (!bytes || !pp_elffile_read_at(f, bytes, (size_t)s->size, s->offset)) {
		free(bytes);
		return NULL;
	}
	if (!pp_elffile_is_compressed(s)) {
		*n = (size_t)s->size;
		return bytes;
	}

	uint8_t *out = pp_elffile_inflate(f, s, bytes, (size_t)s->size, limit, n);
	free(bytes);
	return out;
}

bool pp_elffile_segments_vaddr(const struct pp_elffile_segment *segments, size_t n, uint64_t offset,
			       uint64_t *vaddr)
{
	const struct pp_elffile_segment *found = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct pp_elffile_segment *s = &segments[i];

		if (s->type != PT_LOAD || offset < s->offset || offset - s->offset >= s->size)
			continue;
		if (!found || ((s->flags & PF_X) && !(found->flags & PF_X)))
			found = s;
	}
	if (!found)
		return false;
	*vaddr = found->vaddr + (offset - found->offset);
	return true;
}

bool pp_elffile_vaddr(const struct pp_elffile *f, uint64_t offset, uint64_t *vaddr)
{
	return pp_elffile_segments_vaddr(f->segments, f->nsegments, offset, vaddr);
}
