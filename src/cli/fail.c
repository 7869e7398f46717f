/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, warnings and notes on standard error. */
#include <config.h>

#include "cli/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/exitcode.h"
#include "cli/progress.h"
#include "cli/tint.h"

/* Messages are written at once, so that those of two processes do not mix within a line. */
static void begin(struct pp_cli *cli, struct pp_out *out)
{
	if (cli->progress)
		pp_progress_done(cli->progress);
	pp_out_init_fd(out, cli->err_fd);
}

static void line(struct pp_out *out, const char *label, const struct pp_tint *c, const char *text)
{
	pp_out_fmt(out, "%s%s:%s ", c->on, label, c->off);
	pp_out_safe(out, pp_str_of(text));
	pp_out_char(out, '\n');
}

static void end(struct pp_out *out)
{
	struct pp_err err;

	/* If standard error cannot be written to, there is nobody left to tell. */
	if (pp_out_finish(out, "standard error", &err) < 0)
		return;
}

int pp_cli_fail(struct pp_cli *cli, const struct pp_err *err)
{
	const struct pp_tint error = pp_tint_of(cli, PP_TINT_ERROR, cli->err_fd);
	const struct pp_tint hint = pp_tint_of(cli, PP_TINT_HINT, cli->err_fd);
	struct pp_out out;

	begin(cli, &out);
	line(&out, "pyroprof", &error, err->msg);
	if (err->hint[0])
		line(&out, "hint", &hint, err->hint);
	if (err->kind == PP_ERR_USAGE && cli->command && !cli->command->hidden)
		pp_out_fmt(&out, "see 'pyroprof %s -h'\n", cli->command->name);
	else if (err->kind == PP_ERR_USAGE)
		pp_out_text(&out, "see 'pyroprof --help'\n");
	end(&out);
	return err->kind == PP_ERR_USAGE ? PP_EXIT_USAGE : PP_EXIT_FAILED;
}

static void tell(struct pp_cli *cli, const char *fmt, va_list ap) PP_PRINTF(2, 0);
static void tell(struct pp_cli *cli, const char *fmt, va_list ap)
{
	const struct pp_tint none = {.off = ""};
	char text[1024];
	struct pp_out out;

	if (cli->mute)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	begin(cli, &out);
	line(&out, "pyroprof", &none, text);
	end(&out);
}

void pp_cli_warn(struct pp_cli *cli, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(cli, fmt, ap);
	va_end(ap);
}

void pp_cli_note(struct pp_cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (cli->quiet)
		return;
	va_start(ap, fmt);
	tell(cli, fmt, ap);
	va_end(ap);
}

void pp_cli_text(struct pp_cli *cli, struct pp_str lines)
{
	struct pp_out out;

	begin(cli, &out);
	while (lines.n) {
		const char *at = memchr(lines.p, '\n', lines.n);
		size_t n = at ? (size_t)(at - lines.p) : lines.n;

		pp_out_safe(&out, (struct pp_str){lines.p, n});
		pp_out_char(&out, '\n');
		lines.p += n + (at != NULL);
		lines.n -= n + (at != NULL);
	}
	end(&out);
}
