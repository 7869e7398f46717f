/* SPDX-License-Identifier: Apache-2.0 */
/* Untrusted text in Markdown (GitHub's, GitLab's): it ends neither its cell nor its line, and is no
 * markup. */
#ifndef PP_RENDER_MARKDOWN_H
#define PP_RENDER_MARKDOWN_H

#include "base/str.h"
#include "io/out.h"

#define PP_MARKDOWN_CODE_MAX 400 /* characters: comments on a change must not be too long */

/* As code within a cell of a table; cut if it is longer than that. */
void pp_markdown_code(struct pp_out *o, struct pp_str s);

/* As text if it is a word or some, with numbers and units: else as code. */
void pp_markdown_text(struct pp_out *o, struct pp_str s);

#endif
