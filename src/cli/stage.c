/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cli/stage.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "cli/fail.h"

static double milliseconds(int64_t ns)
{
	return (double)ns / 1e6;
}

void pp_stage_done(struct pp_cli *cli, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!cli->verbose)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	int64_t now = pp_clock_mono();
	pp_cli_warn(cli, "%10.1f ms  %s", milliseconds(now - cli->stage_ns), text);
	cli->stage_ns = pp_clock_mono(); /* saying it is no part of the next one */
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void pp_stage_sum(struct pp_cli *cli)
{
	struct rusage used;

	if (!cli->verbose || getrusage(RUSAGE_SELF, &used) < 0)
		return;
	pp_cli_warn(cli, "%10.1f ms  in all; %.1f ms of processor time, %.1f MB of memory",
		    milliseconds(pp_clock_mono() - cli->start_ns),
		    (seconds(used.ru_utime) + seconds(used.ru_stime)) * 1e3,
		    (double)used.ru_maxrss / 1024);
}
