/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering the disasm view. */
#include <config.h>

#include "render/disasm.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/units.h"
#include "io/json.h"

#define SHORT_TEXT 40 /* instructions that leave room for the place on the same line */

static void cost(int64_t value, const struct pp_header *h, struct pp_out *o)
{
	if (value)
		pp_header_quantity(h, value, 10, o);
	else
		pp_out_text(o, "         .");
	pp_out_char(o, ' ');
}

static bool same_place(const struct pp_assembly_row *a, const struct pp_assembly_row *b)
{
	return a->line == b->line && pp_str_eq(a->function, b->function) &&
	       pp_str_eq(a->file, b->file);
}

/* "function file:line", as far as they are known. */
static void place_of(const struct pp_assembly_row *row, struct pp_buf *out)
{
	pp_buf_clear(out);
	if (row->function.n) {
		pp_buf_add(out, row->function.p, row->function.n);
		pp_buf_char(out, ' ');
	}
	if (row->file.n) {
		pp_buf_add(out, row->file.p, row->file.n);
		if (row->line)
			pp_buf_fmt(out, ":%" PRIu64, row->line);
	}
}

/* The row, and its place if that is not "". */
static void text_row(const struct pp_assembly_row *row, struct pp_str place,
		     const struct pp_header *h, struct pp_out *o)
{
	bool beside = place.n && row->text.n < SHORT_TEXT;

	if (place.n && !beside) {
		pp_out_fmt(o, "%74s;", "");
		pp_out_safe(o, place);
		pp_out_char(o, '\n');
	}
	cost(row->flat, h, o);
	cost(row->cum, h, o);
	pp_out_fmt(o, "%10" PRIx64 ": ", row->address);
	pp_out_safe_tabs(o, row->text);
	if (beside) {
		pp_out_fmt(o, "%*s;", SHORT_TEXT - (int)row->text.n, "");
		pp_out_safe(o, place);
	}
	pp_out_char(o, '\n');
}

static void text_routine(const struct pp_assembly_routine *r, const struct pp_header *h,
			 struct pp_out *o)
{
	static const struct pp_assembly_row nowhere = {0};
	const struct pp_assembly_row *last = &nowhere;
	struct pp_buf place = PP_BUF_INIT;
	char percent[PP_PERCENT_MAX];

	for (uint32_t i = 0; i < r->nnames; i++) {
		pp_out_text(o, i ? "    AKA" : "ROUTINE");
		pp_out_text(o, " ======================== ");
		pp_out_safe(o, r->names[i]);
		pp_out_char(o, '\n');
	}
	pp_header_quantity(h, r->flat, 10, o);
	pp_out_char(o, ' ');
	pp_header_quantity(h, r->cum, 10, o);
	pp_out_fmt(o, " (flat, cum) %s of Total\n", pp_units_percent(percent, r->cum, h->total));
	for (uint32_t i = 0; i < r->nrows; i++) {
		pp_buf_clear(&place);
		if (!same_place(&r->rows[i], last))
			place_of(&r->rows[i], &place);
		last = &r->rows[i];
		text_row(last, pp_buf_view(&place), h, o);
	}
	pp_buf_release(&place);
}

void pp_disasm_text(const struct pp_assembly_routine *r, uint32_t n, const struct pp_header *h,
		    struct pp_out *o)
{
	pp_out_text(o, "Total: ");
	pp_header_quantity(h, h->total, 0, o);
	pp_out_char(o, '\n');
	for (uint32_t i = 0; i < n; i++)
		text_routine(&r[i], h, o);
}

/* JSON has no numbers that are safe for addresses. */
static void json_address(struct pp_json *j, uint64_t address)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "0x%" PRIx64, address);

	pp_json_key(j, "address");
	pp_json_str(j, (struct pp_str){text, (size_t)n});
}

static void json_row(struct pp_json *j, const struct pp_assembly_row *row,
		     const struct pp_header *h)
{
	pp_json_open(j, '{');
	json_address(j, row->address);
	pp_json_pair_int(j, "flat", pp_header_value(h, row->flat));
	pp_json_pair_int(j, "cum", pp_header_value(h, row->cum));
	pp_json_pair_str(j, "instruction", row->text);
	pp_json_pair_str(j, "function", row->function);
	pp_json_pair_str(j, "file", row->file);
	if (row->line)
		pp_json_pair_int(j, "line", (int64_t)row->line);
	pp_json_close(j, '}');
}

static void json_routine(struct pp_json *j, const struct pp_assembly_routine *r,
			 const struct pp_header *h)
{
	pp_json_open(j, '{');
	pp_json_key(j, "names");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < r->nnames; i++)
		pp_json_str(j, r->names[i]);
	pp_json_close(j, ']');
	pp_json_pair_str(j, "binary", r->binary);
	json_address(j, r->start);
	pp_json_pair_int(j, "flat", pp_header_value(h, r->flat));
	pp_json_pair_int(j, "cum", pp_header_value(h, r->cum));
	pp_json_key(j, "instructions");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < r->nrows; i++)
		json_row(j, &r->rows[i], h);
	pp_json_close(j, ']');
	pp_json_close(j, '}');
}

void pp_disasm_json(const struct pp_assembly_routine *r, uint32_t n, const struct pp_header *h,
		    struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	pp_header_json(h, &j);
	pp_json_key(&j, "routines");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < n; i++)
		json_routine(&j, &r[i], h);
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

/* Tabs part a mnemonic from its operands; in a field of a table, a blank does. */
static void csv_instruction(struct pp_out *o, struct pp_str text)
{
	struct pp_buf b = PP_BUF_INIT;

	for (size_t i = 0; i < text.n; i++)
		pp_buf_char(&b, (char)(text.p[i] == '\t' ? ' ' : text.p[i]));
	pp_out_csv(o, pp_buf_view(&b));
	pp_buf_release(&b);
}

static void csv_row(const struct pp_assembly_routine *r, const struct pp_assembly_row *row,
		    const struct pp_header *h, struct pp_out *o)
{
	pp_out_fmt(o, "%" PRId64 ",%" PRId64 ",", pp_header_value(h, row->flat),
		   pp_header_value(h, row->cum));
	pp_out_csv(o, h->unit);
	pp_out_char(o, ',');
	pp_out_csv(o, r->names[0]);
	pp_out_fmt(o, ",0x%" PRIx64 ",", row->address);
	csv_instruction(o, row->text);
	pp_out_char(o, ',');
	pp_out_csv(o, row->function);
	pp_out_char(o, ',');
	pp_out_csv(o, row->file);
	pp_out_char(o, ',');
	if (row->line)
		pp_out_fmt(o, "%" PRIu64, row->line);
	pp_out_char(o, '\n');
}

void pp_disasm_csv(const struct pp_assembly_routine *r, uint32_t n, const struct pp_header *h,
		   struct pp_out *o)
{
	pp_out_text(o, "flat,cum,unit,symbol,address,instruction,function,file,line\n");
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < r[i].nrows; k++)
			csv_row(&r[i], &r[i].rows[k], h, o);
	}
}
