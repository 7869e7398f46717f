/* SPDX-License-Identifier: Apache-2.0 */
/* Tables are read when the first address needs them. */
#include <config.h>

#include "symbol/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/scan.h"
#include "symbol/debuglink.h"
#include "symbol/dwarf.h"
#include "symbol/elf.h"
#include "symbol/elffile.h"
#include "symbol/fde.h"
#include "symbol/gopclntab.h"
#include "symbol/plt.h"

#define MAX_TABLES 3 /* of symbols: in the debug file, the file itself, packed in it */

struct tables {
	const struct pp_sources *in;
	struct pp_named *out;
	struct pp_elffile file; /* valid if is_elf */
	bool is_elf;
	struct pp_elf *symbols[MAX_TABLES];
	size_t nsymbols;
	bool have_plt, have_fdes;
	struct pp_plt plt;
	struct pp_fdes fdes;
	struct pp_answers dwarf, go; /* n = 0: none */
	struct pp_buf text;	     /* scratch */
};

void pp_named_init(struct pp_named *named, size_t n)
{
	pp_answers_init(&named->answers, n);
	named->source = pp_xcalloc(n, 1);
}

void pp_named_release(struct pp_named *named)
{
	pp_answers_release(&named->answers);
	free(named->source);
	named->source = NULL;
}

/* ---- opening ---- */

static void add_symbols(struct tables *t, struct pp_elf *elf)
{
	if (elf && pp_elf_has_symbols(elf))
		t->symbols[t->nsymbols++] = elf;
	else
		pp_elf_free(elf);
}

static void add_packed_symbols(struct tables *t)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf packed = PP_BUF_INIT;
	struct pp_err ignored;

	if (t->is_elf && pp_debugdata_read(&t->file, &packed, &ignored) == 0)
		add_symbols(t, pp_elf_open_memory(packed.p, packed.n, &ignored));
}

static void open_symbols(struct tables *t)
{
	const struct pp_sources *in = t->in;
	struct pp_err ignored;

	if (in->debug_fd >= 0)
		add_symbols(t, pp_elf_open(in->debug_fd, &ignored));
	if (in->fd >= 0)
		add_symbols(t, pp_elf_open(in->fd, &ignored));
	else if (in->image)
		add_symbols(t, pp_elf_open_memory(in->image, in->n, &ignored));
	if (in->debug_fd < 0)
		add_packed_symbols(t);
}

static void open_tables(struct tables *t)
{
	const struct pp_sources *in = t->in;
	struct pp_err ignored;
	int rc = in->fd >= 0 ? pp_elffile_open(&t->file, in->fd, &ignored)
			     : pp_elffile_open_memory(&t->file, in->image, in->n, &ignored);

	t->is_elf = rc == 0;
	if (!in->careful)
		open_symbols(t);
}

static void close_tables(struct tables *t)
{
	for (size_t i = 0; i < t->nsymbols; i++)
		pp_elf_free(t->symbols[i]);
	pp_plt_release(&t->plt);
	pp_fdes_release(&t->fdes);
	pp_elffile_release(&t->file);
	pp_buf_release(&t->text);
	if (t->dwarf.n)
		pp_answers_release(&t->dwarf);
	if (t->go.n)
		pp_answers_release(&t->go);
}

static const struct pp_fdes *fdes_of(struct tables *t)
{
	if (!t->have_fdes && t->is_elf)
		pp_fdes_read(&t->fdes, &t->file);
	t->have_fdes = true;
	return &t->fdes;
}

static const struct pp_plt *plt_of(struct tables *t)
{
	if (!t->have_plt && t->is_elf)
		pp_plt_read(&t->plt, &t->file);
	t->have_plt = true;
	return &t->plt;
}

/* ---- sources that are asked for all addresses at once ---- */

static bool has_debug_info(int fd)
{
	struct pp_elffile f;
	struct pp_err ignored;

	if (fd < 0 || pp_elffile_open(&f, fd, &ignored))
		return false;
	bool has = pp_elffile_section(&f, ".debug_info") || pp_elffile_section(&f, ".zdebug_info");
	pp_elffile_release(&f);
	return has;
}

/* Answers up to where something is damaged are good. */
static void ask_dwarf(struct tables *t, const uint64_t *vaddrs, size_t n)
{
	const struct pp_sources *in = t->in;
	int fd = has_debug_info(in->debug_fd) ? in->debug_fd : in->fd;
	struct pp_dwarf_options o = {.inlines = in->inlines,
				     .lines = in->lines,
				     .split = in->split_dir != NULL,
				     .alt_fd = in->alt_fd,
				     .dwp_fd = in->dwp_fd,
				     .dir = in->split_dir};
	struct pp_err ignored;

	if (!has_debug_info(fd))
		return;
	if (pp_dwarf_resolve(fd, &o, vaddrs, n, &t->dwarf, &ignored)) {
		/* what there is will do */
	}
}

static void ask_go(struct tables *t, const uint64_t *vaddrs, size_t n)
{
	struct pp_err ignored;

	if (t->in->fd < 0 || !pp_gopclntab_has(t->in->fd))
		return;
	if (pp_gopclntab_resolve(t->in->fd, vaddrs, n, &t->go, &ignored)) {
		/* the same */
	}
}

/* ---- one address ---- */

/* A symbol without a size covers an address if no function begins in between, nor before it around
 * both. The descriptions of signal trampolines begin one byte early. */
static bool reaches(struct tables *t, const struct pp_symbol *symbol, uint64_t vaddr)
{
	const struct pp_fdes *fdes = fdes_of(t);
	const struct pp_fde *fde = pp_fdes_find(fdes, vaddr);

	return !pp_fdes_begins_in(fdes, symbol->start, vaddr) &&
	       (!fde || fde->start + 1 >= symbol->start);
}

static bool find_sized(const struct tables *t, uint64_t vaddr, struct pp_symbol *out)
{
	for (size_t i = 0; i < t->nsymbols; i++) {
		if (pp_elf_find(t->symbols[i], vaddr, out) && out->sized)
			return true;
	}
	return false;
}

static bool find_unsized(struct tables *t, uint64_t vaddr, struct pp_symbol *out)
{
	for (size_t i = 0; i < t->nsymbols; i++) {
		if (pp_elf_find(t->symbols[i], vaddr, out) && reaches(t, out, vaddr))
			return true;
	}
	return false;
}

static bool find_fde(struct tables *t, uint64_t vaddr, struct pp_symbol *out)
{
	const struct pp_fde *fde = pp_fdes_find(fdes_of(t), vaddr);

	if (!fde)
		return false;
	pp_buf_clear(&t->text);
	pp_buf_fmt(&t->text, "%s!0x%llx", t->in->name, (unsigned long long)fde->start);
	*out = (struct pp_symbol){pp_buf_view(&t->text), fde->start, fde->end - fde->start, true};
	return true;
}

/* The function at an address from all that has no lines. */
static enum pp_source find_symbol(struct tables *t, uint64_t vaddr, struct pp_symbol *out)
{
	if (find_sized(t, vaddr, out))
		return PP_SOURCE_SYMBOL;
	if (pp_plt_find(plt_of(t), vaddr, out))
		return PP_SOURCE_PLT;
	if (find_unsized(t, vaddr, out))
		return PP_SOURCE_SYMBOL;
	return find_fde(t, vaddr, out) ? PP_SOURCE_FDE : PP_SOURCE_NONE;
}

static uint32_t intern(struct tables *t, struct pp_str s)
{
	return pp_strtab_add(&t->out->answers.strings, s);
}

/* Names come out of symbol tables, where a PLT stub or a FDE is nothing to demangle. */
static void fill_name(struct tables *t, struct pp_answer_frame *frame, enum pp_source source,
		      struct pp_str name)
{
	frame->system_name = intern(t, name);
	if (source == PP_SOURCE_PLT || source == PP_SOURCE_FDE)
		frame->name = frame->system_name;
}

static struct pp_answer_frame copy_frame(struct tables *t, const struct pp_answers *from, size_t i)
{
	const struct pp_answer_frame *f = &from->frames[i];
	struct pp_answer_frame out = {
		.system_name = intern(t, pp_strtab_get(&from->strings, f->system_name)),
		.name = intern(t, pp_strtab_get(&from->strings, f->name)),
		.start_line = f->start_line,
	};

	if (t->in->lines) {
		out.file = intern(t, pp_strtab_get(&from->strings, f->file));
		out.line = f->line;
	}
	return out;
}

static bool is_mangled(struct pp_str name)
{
	return pp_str_starts(name, PP_STR_LIT("_Z")) || pp_str_starts(name, PP_STR_LIT("_R"));
}

/* What one of the above says of address i. It may know the line of a function that it does not
 * name, such as one in assembly: a symbol names it. */
static bool take(struct tables *t, const struct pp_answers *from, size_t i, uint64_t vaddr)
{
	struct pp_symbol symbol;

	if (from->n == 0 || from->first[i] == from->first[i + 1])
		return false;
	/* of more, the innermost ones */
	size_t first = from->first[i], last = from->first[i + 1];
	if (!t->in->inlines)
		first = last - 1;
	else if (last - first > PP_SOURCES_MAX_INLINED)
		last = first + PP_SOURCES_MAX_INLINED;
	for (; first < last; first++) {
		struct pp_answer_frame frame = copy_frame(t, from, first);

		if (!frame.name && !frame.system_name) {
			enum pp_source source = find_symbol(t, vaddr, &symbol);

			if (source != PP_SOURCE_NONE)
				fill_name(t, &frame, source, symbol.name);
		} else if (!frame.system_name && first + 1 == from->first[i + 1] &&
			   find_sized(t, vaddr, &symbol) && is_mangled(symbol.name)) {
			/* compilers give no linkage names to what is in anonymous namespaces */
			frame.name = 0;
			fill_name(t, &frame, PP_SOURCE_SYMBOL, symbol.name);
		}
		pp_answers_add(&t->out->answers, i, frame);
	}
	return true;
}

static void name_address(struct tables *t, size_t i, uint64_t vaddr)
{
	struct pp_symbol symbol;
	struct pp_answer_frame frame = {0};

	pp_answers_begin(&t->out->answers, i);
	if (take(t, &t->dwarf, i, vaddr)) {
		t->out->source[i] = PP_SOURCE_DWARF;
		return;
	}
	if (take(t, &t->go, i, vaddr)) {
		t->out->source[i] = PP_SOURCE_GO;
		return;
	}

	enum pp_source source = find_symbol(t, vaddr, &symbol);
	if (source == PP_SOURCE_NONE)
		return;
	fill_name(t, &frame, source, symbol.name);
	pp_answers_add(&t->out->answers, i, frame);
	t->out->source[i] = (uint8_t)source;
}

void pp_sources_resolve(const struct pp_sources *in, const uint64_t *vaddrs, size_t n,
			struct pp_named *out)
{
	struct tables t = {.in = in, .out = out};

	pp_named_init(out, n);
	open_tables(&t);
	if (!in->careful) {
		ask_dwarf(&t, vaddrs, n);
		ask_go(&t, vaddrs, n);
	}
	for (size_t i = 0; i < n; i++)
		name_address(&t, i, vaddrs[i]);
	close_tables(&t);
}

bool pp_sources_is_fde_name(struct pp_str name, struct pp_str path)
{
	struct pp_str base = pp_str_basename(path);
	uint64_t address;

	if (name.n < base.n + 4 || !pp_str_starts(name, base) ||
	    memcmp(name.p + base.n, "!0x", 3) != 0)
		return false;
	name.p += base.n + 3;
	name.n -= base.n + 3;
	return pp_scan_number(&name, 16, &address) && name.n == 0;
}
