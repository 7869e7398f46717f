/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof top [PROFILE...]: the functions that cost most. Of what runs now: top_live.c. */
#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "cmd/top_live.h"
#include "io/gzip.h"
#include "pprof/encode.h"
#include "render/top.h"
#include "render/top_profile.h"

enum { FORMAT_PROTO = PP_FORMAT_CSV + 1 };

static const char *const formats[] = {"text", "json", "csv", "proto", NULL};

/* The rows as a gzipped profile, which is nothing for a terminal. */
static int print_profile(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf encoded = PP_BUF_INIT;
	struct pp_profile rows;
	uint8_t *gzipped;
	size_t n;

	if (out->fd >= 0 && isatty(out->fd)) {
		pp_err_set(err, PP_ERR_USAGE, "will not write a profile to a terminal");
		return pp_err_hint(err, "pyroprof top --format=proto -o FILE");
	}
	if (pp_top_profile(&rows, &r->rows, &r->nodes, &r->header, err))
		return -1;
	pp_pprof_encode(&rows, &encoded);
	pp_gzip_deflate((const uint8_t *)encoded.p, encoded.n, &gzipped, &n);
	pp_out_bytes(out, gzipped, n);
	free(gzipped);
	pp_profile_release(&rows);
	return 0;
}

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	pp_report_rows(r);
	if (r->options->format == FORMAT_PROTO)
		return print_profile(r, out, err);
	pp_edges_mark_inlined(&r->rows, &r->view, &r->flat);
	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_TEXT:
		pp_top_text(&r->rows, &r->nodes, &r->header, out);
		break;
	case PP_FORMAT_JSON:
		pp_top_json(&r->rows, &r->nodes, &r->header, out);
		break;
	case PP_FORMAT_CSV:
		pp_top_csv(&r->rows, &r->nodes, &r->header, out);
		break;
	}
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;
	PP_CLEANUP(pp_top_live_release) struct pp_top_live live;
	const struct pp_report_kind kind = {
		.formats = formats,
		.print = print,
		.add_options = pp_top_live_add_options,
		.instead = pp_top_live,
		.context = &live,
	};

	pp_report_options_init(&o);
	pp_top_live_init(&live);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

const struct pp_command pp_cmd_top = {
	.name = "top",
	.summary = "show the functions that cost most",
	.run = run,
	.group = "Look",
};
