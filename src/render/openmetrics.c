/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/openmetrics.h"

#include <string.h>

void pp_openmetrics_gauge(struct pp_out *out, const char *name, const char *unit, const char *help)
{
	pp_out_fmt(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
	if (unit)
		pp_out_fmt(out, "# UNIT %s %s\n", name, unit);
}

static void add_key(struct pp_buf *labels, const char *key)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	if (!*key || !strchr(letters, *key))
		pp_buf_char(labels, '_');
	for (; *key; key++)
		pp_buf_char(labels,
			    strchr(letters, *key) || (*key >= '0' && *key <= '9') ? *key : '_');
}

void pp_openmetrics_label(struct pp_buf *labels, const char *key, struct pp_str value)
{
	struct pp_out safe;

	if (labels->n)
		pp_buf_char(labels, ',');
	add_key(labels, key);
	pp_buf_str(labels, "=\"");
	/* after this there are no line ends, and nothing that is not UTF-8 */
	pp_out_init_mem(&safe);
	pp_out_safe(&safe, value);
	for (size_t i = 0; i < safe.buf.n; i++) {
		char c = safe.buf.p[i];

		if (c == '"' || c == '\\')
			pp_buf_char(labels, '\\');
		pp_buf_char(labels, c);
	}
	pp_buf_release(&safe.buf);
	pp_buf_char(labels, '"');
}

void pp_openmetrics_sample(struct pp_out *out, const char *name, const struct pp_buf *labels,
			   double value)
{
	pp_out_text(out, name);
	if (labels->n) {
		pp_out_char(out, '{');
		pp_out_str(out, pp_buf_view(labels));
		pp_out_char(out, '}');
	}
	pp_out_fmt(out, " %.15g\n", value);
}

void pp_openmetrics_end(struct pp_out *out)
{
	pp_out_text(out, "# EOF\n");
}
