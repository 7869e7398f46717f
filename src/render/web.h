/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runs in a browser: the files of src/render/web/, put together at build time by
 * build-aux/web-bundle.sh. Not terminated.
 */
#ifndef PP_RENDER_WEB_H
#define PP_RENDER_WEB_H

#include <stddef.h>

/* The page: `head`, the title (escaped), `body`, then as elements the script, packed, and the block
 * of data, then `tail`. */
extern const char pp_web_page_head[], pp_web_page_body[], pp_web_page_tail[];
extern const size_t pp_web_page_head_size, pp_web_page_body_size, pp_web_page_tail_size;

extern const char pp_web_page_script[];
extern const size_t pp_web_page_script_size;

/* The script of SVGs, free of "]]>": core/ and svg/ in a function. */
extern const char pp_web_svg_script[];
extern const size_t pp_web_svg_script_size;

#endif
