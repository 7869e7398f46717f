/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flame graph as a page: what build-aux/web-bundle.sh has made of src/render/web/, with the block
 * of data in it. The policy in its head allows the two scripts and the style by their hashes and
 * nothing else, so that no text of a profile can ever run; and no text of it is markup here: the
 * data are base64, and the rest is escaped.
 */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "io/gzip.h"
#include "render/flame.h"
#include "render/svg_text.h"
#include "render/web.h"

static void write_attribute(struct pp_out *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	pp_out_fmt(out, " data-%s=\"", name);
	pp_svg_any(out, pp_str_of(text));
	pp_out_char(out, '"');
}

static void write_number(struct pp_out *out, const char *name, double value, const char *unit)
{
	pp_out_fmt(out, " data-%s=\"%.6g%s\"", name, value, unit);
}

/* What the page looks like at first, as attributes for the script: readLook() in page/app.js. */
static void write_look(struct pp_out *out, const struct pp_flame_look *l)
{
	write_attribute(out, "colors", pp_colours_names[l->colours]);
	write_attribute(out, "subtitle", l->subtitle);
	write_attribute(out, "notes", l->notes);
	write_attribute(out, "fonttype", l->fonttype);
	write_attribute(out, "inverted", l->inverted ? "1" : NULL);
	write_attribute(out, "reverse", l->reverse ? "1" : NULL);
	if (l->fontsize > 0)
		write_number(out, "fontsize", l->fontsize, "");
	if (l->height > 0)
		write_number(out, "height", l->height, "");
	write_number(out, "minwidth", l->minwidth, l->minwidth_percent ? "%" : "");
}

/* The script of the page, packed. */
static void write_script(struct pp_out *out, const struct pp_flame_look *l)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	uint8_t *packed;
	size_t n;

	pp_gzip_deflate_small((const uint8_t *)pp_web_page_script, pp_web_page_script_size, &packed,
			      &n);
	pp_base64_encode(packed, n, &text);
	free(packed);
	pp_out_text(out, "<script type=\"application/octet-stream\" id=\"pyroprof-script\"");
	write_look(out, l);
	pp_out_char(out, '>');
	pp_out_str(out, pp_buf_view(&text));
	pp_out_text(out, "</script>\n");
}

int pp_flame_html(const struct pp_flame_view *v, struct pp_out *out, struct pp_err *err)
{
	const char *title = v->look.title && *v->look.title ? v->look.title : v->block.title;

	pp_out_bytes(out, pp_web_page_head, pp_web_page_head_size);
	pp_svg_any(out, pp_str_of(title && *title ? title : "Flame Graph"));
	pp_out_bytes(out, pp_web_page_body, pp_web_page_body_size);
	write_script(out, &v->look);
	pp_out_text(out, "<script type=\"application/octet-stream\" id=\"pyroprof-data\">");
	if (pp_flame_block_write(v->flame, v->view, &v->block, out, err))
		return -1;
	pp_out_text(out, "</script>");
	pp_out_bytes(out, pp_web_page_tail, pp_web_page_tail_size);
	return 0;
}
