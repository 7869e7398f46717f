/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line. */
#include <config.h>

#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

#define PATIENCE_NS PP_NSEC_PER_SEC
#define INTERVAL_NS (PP_NSEC_PER_SEC / 10)
#define YEAR_S	    31557600.0

static const char ERASE[] = "\r\033[K";

void pp_progress_init(struct pp_progress *p, struct pp_cli *cli)
{
	*p = (struct pp_progress){.cli = cli, .start_ns = pp_clock_mono()};
	p->enabled = !cli->quiet && isatty(cli->err_fd);
}

static size_t terminal_width(int fd)
{
	struct winsize ws;

	if (ioctl(fd, TIOCGWINSZ, &ws) < 0 || ws.ws_col == 0)
		return 80;
	return ws.ws_col;
}

/* What of a safe text fits into `columns`. Anything beyond Latin, Greek and Cyrillic counts as
 * wide: a line cut early does no harm, a line that wraps cannot be erased. */
static struct pp_str fit(struct pp_str text, size_t columns)
{
	size_t used = 0, bytes = 0;

	while (bytes < text.n) {
		uint32_t cp = 0;
		size_t len = pp_utf8_decode((struct pp_str){text.p + bytes, text.n - bytes}, &cp);
		size_t wide = cp >= 0x1100 ? 2 : 1;

		if (len == 0 || used + wide > columns)
			break;
		used += wide;
		bytes += len;
	}
	return (struct pp_str){text.p, bytes};
}

static void show(struct pp_progress *p, const char *text)
{
	struct pp_out safe, out;
	struct pp_err err;
	int fd = p->cli->err_fd;

	pp_out_init_mem(&safe);
	pp_out_safe(&safe, pp_str_of(text));
	pp_out_init_fd(&out, fd);
	pp_out_text(&out, ERASE);
	/* the last column stays free: many terminals wrap as soon as it is written */
	pp_out_str(&out, fit(pp_buf_view(&safe.buf), terminal_width(fd) - 1));
	pp_buf_release(&safe.buf);
	if (pp_out_finish(&out, "standard error", &err) < 0)
		p->enabled = false;
}

void pp_progress_update(struct pp_progress *p, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!p->enabled)
		return;
	int64_t now = pp_clock_mono();
	if (now - p->start_ns < PATIENCE_NS || now - p->shown_ns < INTERVAL_NS)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	show(p, text);
	p->shown_ns = now;
	p->cli->progress = p;
}

/* To the second; what takes less than one is over before it is read. */
static const char *time_left(char text[PP_DURATION_MAX], double seconds)
{
	return pp_clock_duration(text, (int64_t)seconds * PP_NSEC_PER_SEC);
}

void pp_progress_count(struct pp_progress *p, const char *what, uint64_t done, uint64_t all)
{
	double seconds = (double)(pp_clock_mono() - p->start_ns) / PP_NSEC_PER_SEC;
	double rate = seconds > 0 ? (double)done / seconds : 0;
	unsigned long long n = done, of = all;
	char left[PP_DURATION_MAX];
	int digits = rate < 10 ? 1 : 0;

	if (all && done && done < all && (double)(all - done) / rate < YEAR_S)
		pp_progress_update(p, "%s: %llu of %llu, %.*f/s, %s left", what, n, of, digits,
				   rate, time_left(left, (double)(all - done) / rate));
	else if (all)
		pp_progress_update(p, "%s: %llu of %llu, %.*f/s", what, n, of, digits, rate);
	else
		pp_progress_update(p, "%s: %llu, %.*f/s", what, n, digits, rate);
}

static void tell_step(void *context, uint64_t done, uint64_t all)
{
	struct pp_progress *p = context;

	pp_progress_count(p, p->what, done, all);
}

struct pp_steps pp_progress_steps(struct pp_progress *p, const char *what)
{
	p->what = what;
	return (struct pp_steps){.tell = tell_step, .context = p};
}

void pp_progress_done(struct pp_progress *p)
{
	if (p->shown_ns)
		show(p, "");
	p->shown_ns = 0;
	if (p->cli->progress == p)
		p->cli->progress = NULL;
}
