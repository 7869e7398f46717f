/* SPDX-License-Identifier: Apache-2.0 */
/* Reading kernel symbols. A list has 120,000 lines and more: no scanf here. */
#include <config.h>

#include "symbol/kallsyms.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/scan.h"
#include "io/file.h"
#include "symbol/notes.h"
#include "symbol/symtab.h"

#define MAX_BYTES	(256u << 20)
#define MAX_NOTES	(1u << 20)
#define PAGE		4096u
#define MODULE_FUNCTION (64u << 10) /* no function of a module is longer */

struct pp_kallsyms {
	struct pp_symtab syms;
	bool hidden;
	uint64_t text, stext, etext; /* 0: not listed */
	uint64_t last_text;	     /* highest start of a function of the kernel image */
};

struct line {
	uint64_t addr;
	char type;
	struct pp_str name, module; /* module: "" for the kernel image */
};

/* Parsing goes through the list once, module after module. */
struct loader {
	struct pp_kallsyms *k;
	size_t names_n;
	struct pp_str module; /* of the region being read */
	uint64_t region_last; /* its highest address */
	size_t lines, functions, nonzero;
};

/* "ffffffff81000000 T _text" or "ffffffffc0201000 t nft_init\t[nf_tables]" */
static bool parse_line(struct pp_str text, struct line *out)
{
	*out = (struct line){0};
	if (!pp_scan_number(&text, 16, &out->addr) || !pp_scan_char(&text, ' ') || text.n < 3)
		return false;
	out->type = text.p[0];
	text.p++;
	text.n--;
	if (!pp_scan_char(&text, ' ') || text.n == 0)
		return false;

	const char *tab = memchr(text.p, '\t', text.n);
	out->name = (struct pp_str){text.p, tab ? (size_t)(tab - text.p) : text.n};
	if (tab)
		out->module = (struct pp_str){tab, text.n - out->name.n};
	return out->name.n > 0 && !memchr(out->name.p, '\0', out->name.n);
}

static bool ends_with(struct pp_str s, struct pp_str suffix)
{
	return s.n >= suffix.n && memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0;
}

/* Linker script symbols at the edges of sections; a function at the same address is meant. */
static bool is_marker(struct pp_str name)
{
	return pp_str_eq(name, PP_STR_LIT("_text")) || pp_str_eq(name, PP_STR_LIT("_stext")) ||
	       pp_str_eq(name, PP_STR_LIT("_sinittext")) ||
	       ends_with(name, PP_STR_LIT("_text_start")) ||
	       ends_with(name, PP_STR_LIT("_text_end"));
}

static uint8_t rank_of(const struct line *l)
{
	if (is_marker(l->name))
		return PP_SYMTAB_MARKER;
	if (l->type == 'T')
		return PP_SYMTAB_GLOBAL;
	return l->type == 't' ? PP_SYMTAB_LOCAL : PP_SYMTAB_WEAK;
}

static void add_boundary(struct loader *l, uint64_t at)
{
	pp_symtab_add(&l->k->syms,
		      (struct pp_symtab_entry){.start = at, .end = at, .name = PP_SYMTAB_BOUNDARY});
}

/* Nothing of the region that was read reaches beyond the page of its last symbol. */
static void end_region(struct loader *l)
{
	if (l->region_last && l->region_last < UINT64_MAX - PAGE)
		add_boundary(l, (l->region_last | (PAGE - 1)) + 1);
	l->region_last = 0;
}

static void note_limits(struct pp_kallsyms *k, const struct line *line)
{
	if (pp_str_eq(line->name, PP_STR_LIT("_text")))
		k->text = line->addr;
	else if (pp_str_eq(line->name, PP_STR_LIT("_stext")))
		k->stext = line->addr;
	else if (pp_str_eq(line->name, PP_STR_LIT("_etext")))
		k->etext = line->addr;
	else if (line->addr > k->last_text)
		k->last_text = line->addr;
}

static void add_function(struct loader *l, const struct line *line)
{
	struct pp_kallsyms *k = l->k;
	uint64_t end = UINT64_MAX;

	if (line->module.n && line->addr < UINT64_MAX - MODULE_FUNCTION)
		end = line->addr + MODULE_FUNCTION;
	pp_symtab_add(&k->syms, (struct pp_symtab_entry){
					.start = line->addr,
					.end = end,
					.name = (uint32_t)l->names_n,
					.rank = rank_of(line),
				});
	/* A line is longer than its name and NUL, so the names fit where the text did. */
	memcpy(k->syms.names + l->names_n, line->name.p, line->name.n);
	l->names_n += line->name.n + 1;
}

static void add_line(struct loader *l, const struct line *line)
{
	bool function = memchr("tTwW", line->type, 4);

	l->lines++;
	l->functions += function;
	if (line->addr == 0)
		return;
	l->nonzero += function;
	if (!pp_str_eq(line->module, l->module))
		end_region(l);
	l->module = line->module;
	if (line->addr > l->region_last)
		l->region_last = line->addr;

	if (function && !line->module.n)
		note_limits(l->k, line);
	if (!function || pp_str_eq(line->name, PP_STR_LIT("_etext")) ||
	    pp_str_eq(line->name, PP_STR_LIT("_einittext")))
		add_boundary(l, line->addr);
	else
		add_function(l, line);
}

struct pp_kallsyms *pp_kallsyms_load(const char *path, struct pp_err *err)
{
	PP_CLEANUP(pp_file_release) struct pp_file f = {0};
	struct line parsed;

	if (pp_file_read(&f, path, MAX_BYTES, err) < 0)
		return NULL;

	PP_CLEANUP(pp_kallsyms_freep) struct pp_kallsyms *k = pp_xcalloc(1, sizeof(*k));
	struct loader l = {.k = k};
	struct pp_str rest = {(const char *)f.bytes, f.n}, text;

	k->syms.names = pp_xcalloc(f.n + 1, 1);
	while (pp_scan_line(&rest, &text)) {
		if (parse_line(text, &parsed))
			add_line(&l, &parsed);
	}
	if (l.lines == 0) {
		pp_err_set(err, PP_ERR_FORMAT, "cannot read '%s': not a list of kernel symbols",
			   path);
		return NULL;
	}
	end_region(&l);
	k->hidden = l.functions > 0 && l.nonzero == 0;
	k->syms.names = pp_xrealloc(k->syms.names, l.names_n + 1, 1);
	pp_symtab_seal(&k->syms);

	struct pp_kallsyms *done = k;
	k = NULL;
	return done;
}

void pp_kallsyms_free(struct pp_kallsyms *k)
{
	if (!k)
		return;
	pp_symtab_release(&k->syms);
	free(k);
}

void pp_kallsyms_freep(struct pp_kallsyms **k)
{
	pp_kallsyms_free(*k);
	*k = NULL;
}

bool pp_kallsyms_hidden(const struct pp_kallsyms *k)
{
	return k->hidden;
}

bool pp_kallsyms_find(const struct pp_kallsyms *k, uint64_t addr, struct pp_symbol *out)
{
	return pp_symtab_find(&k->syms, addr, out);
}

bool pp_kallsyms_range(const struct pp_kallsyms *k, uint64_t *start, uint64_t *limit)
{
	uint64_t first = k->stext ? k->stext : k->text, end = k->etext;
	struct pp_symbol last;

	if (!end && pp_kallsyms_find(k, k->last_text, &last))
		end = last.start + last.size;
	if (!first || end <= first)
		return false;
	*start = first;
	*limit = end;
	return true;
}

int pp_kernel_build_id(const char *path, char out[41], struct pp_err *err)
{
	PP_CLEANUP(pp_file_release) struct pp_file f = {0};
	char hex[2 * PP_BUILD_ID_MAX + 1];

	if (pp_file_read(&f, path, MAX_NOTES, err) < 0)
		return -1;
	if (!pp_notes_build_id(f.bytes, f.n, 4, hex) || strlen(hex) > 40)
		return pp_err_set(err, PP_ERR_FORMAT, "cannot read '%s': no build id", path);
	memcpy(out, hex, strlen(hex) + 1);
	return 0;
}
