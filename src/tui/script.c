/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/script.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "base/text.h"
#include "base/utf8.h"
#include "io/atomic.h"
#include "io/file.h"

#define SCRIPT_MAX (64u << 20)
#define WAIT_MS	   30000

struct pp_script {
	struct pp_screen screen;
	char *path;
	struct pp_file file;
	struct pp_text text;
	size_t line;	    /* that is being read, from 1 */
	struct pp_str rest; /* of it: keys to come */
	bool typing;	    /* they are characters */
	const struct pp_grid *grid;
	struct pp_buf command, copied;
	struct pp_err err;
	bool failed;
};

static void fail(struct pp_script *s, const char *what, struct pp_str word)
{
	pp_err_set(&s->err, PP_ERR_FORMAT, "%s:%zu: %s '%.*s'", s->path, s->line, what, (int)word.n,
		   word.p);
	s->failed = true;
}

static struct pp_str next_word(struct pp_str *rest)
{
	struct pp_str word;

	while (rest->n && *rest->p == ' ') {
		rest->p++;
		rest->n--;
	}
	word = (struct pp_str){rest->p, 0};
	while (word.n < rest->n && rest->p[word.n] != ' ')
		word.n++;
	rest->p += word.n;
	rest->n -= word.n;
	return word;
}

static bool parse_number(struct pp_str word, int *out)
{
	int64_t n;

	if (!pp_parse_i64(word, &n) || n < 0 || n > PP_GRID_MAX)
		return false;
	*out = (int)n;
	return true;
}

/* ---- what a script does by itself ---- */

static void resize(struct pp_script *s, struct pp_str arg, struct pp_event *e)
{
	const char *x = arg.n ? memchr(arg.p, 'x', arg.n) : NULL;
	size_t n = x ? (size_t)(x - arg.p) : 0;

	if (!x || !parse_number((struct pp_str){arg.p, n}, &e->w) ||
	    !parse_number((struct pp_str){x + 1, arg.n - n - 1}, &e->h))
		fail(s, "no size:", arg);
	else
		e->kind = PP_EVENT_RESIZE;
}

static void write_file(struct pp_script *s, struct pp_str name, struct pp_str bytes)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf path = PP_BUF_INIT;

	pp_buf_add(&path, name.p, name.n);
	if (pp_atomic_write(path.p, bytes.p, bytes.n, false, &s->err))
		s->failed = true;
}

static void save_screen(struct pp_script *s, struct pp_str *args)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_str name = next_word(args);

	if (!name.n || !s->grid) {
		fail(s, "no file to save to:", name);
		return;
	}
	pp_grid_save(s->grid, pp_str_eq(next_word(args), PP_STR_LIT("styles")), &text);
	write_file(s, name, pp_buf_view(&text));
}

/* New data, which may take its time. */
static void wait_for_data(struct pp_script *s, struct pp_event *e)
{
	struct pollfd feed = {.fd = s->screen.feed_fd, .events = POLLIN};

	if (feed.fd >= 0 && poll(&feed, 1, WAIT_MS) == 1)
		e->kind = PP_EVENT_FEED;
	else
		fail(s, "no data came for", PP_STR_LIT("wait-data"));
}

static void set_colours(struct pp_script *s, struct pp_str arg)
{
	s->screen.ascii = pp_str_eq(arg, PP_STR_LIT("ascii"));
	s->screen.plain = s->screen.ascii || pp_str_eq(arg, PP_STR_LIT("none"));
	if (!s->screen.plain && !pp_str_eq(arg, PP_STR_LIT("full")))
		fail(s, "no such colours:", arg);
}

static void command(struct pp_script *s, struct pp_str line, struct pp_event *e)
{
	struct pp_str rest = line, name = next_word(&rest);

	if (pp_str_eq(name, PP_STR_LIT("size"))) {
		resize(s, next_word(&rest), e);
	} else if (pp_str_eq(name, PP_STR_LIT("save-screen"))) {
		save_screen(s, &rest);
	} else if (pp_str_eq(name, PP_STR_LIT("save-copied"))) {
		write_file(s, next_word(&rest), pp_buf_view(&s->copied));
	} else if (pp_str_eq(name, PP_STR_LIT("wait-data"))) {
		wait_for_data(s, e);
	} else if (pp_str_eq(name, PP_STR_LIT("colors")) && rest.n) {
		struct pp_str arg = next_word(&rest);

		set_colours(s, arg);
	} else {
		pp_buf_clear(&s->command);
		pp_buf_add(&s->command, line.p, line.n);
		e->kind = PP_EVENT_COMMAND;
		e->command = s->command.p;
	}
}

static void mouse(struct pp_script *s, struct pp_str line, struct pp_event *e)
{
	static const char *const kinds[] = {"press", "double", "drag", "release", "up", "down"};
	struct pp_str name = next_word(&line);

	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		if (!pp_str_eq(name, pp_str_of(kinds[i])))
			continue;
		e->kind = PP_EVENT_MOUSE;
		e->mouse = (struct pp_mouse){.kind = (enum pp_mouse_kind)i};
	}
	if (e->kind == PP_EVENT_NONE || !parse_number(next_word(&line), &e->mouse.x) ||
	    !parse_number(next_word(&line), &e->mouse.y))
		fail(s, "no such use of the mouse:", name);
}

/* ---- events ---- */

static void start_line(struct pp_script *s, struct pp_event *e)
{
	struct pp_str line = pp_text_line(&s->text, ++s->line);
	struct pp_str after = {line.p + 1, line.n - 1};

	if (line.n == 0 || *line.p == '#')
		return;
	s->typing = *line.p == '"';
	if (*line.p == ':' && line.n > 1)
		command(s, after, e);
	else if (*line.p == '@' && line.n > 1)
		mouse(s, after, e);
	else
		s->rest = s->typing ? after : line;
}

static void next_key(struct pp_script *s, struct pp_event *e)
{
	uint32_t cp;
	size_t len;

	if (s->typing) {
		len = pp_utf8_decode(s->rest, &cp);
		if (len)
			e->key = cp;
		else
			fail(s, "not UTF-8:", s->rest);
		s->rest.p += len;
		s->rest.n -= len;
	} else {
		struct pp_str word = next_word(&s->rest);

		if (!word.n)
			return;
		e->key = pp_key_parse(word);
		if (e->key == PP_KEY_NONE)
			fail(s, "no such key:", word);
	}
	e->kind = PP_EVENT_KEY;
}

static void next(void *data, int timeout PP_UNUSED, struct pp_event *e)
{
	struct pp_script *s = data;

	while (e->kind == PP_EVENT_NONE && !s->failed) {
		if (s->rest.n)
			next_key(s, e);
		else if (s->line < s->text.nlines)
			start_line(s, e);
		else
			break;
	}
	if (s->failed || e->kind == PP_EVENT_NONE)
		e->kind = PP_EVENT_END;
}

static void show(void *data, const struct pp_grid *g, int x PP_UNUSED, int y PP_UNUSED)
{
	struct pp_script *s = data;

	s->grid = g;
}

static void copy(void *data, struct pp_str text)
{
	struct pp_script *s = data;

	pp_buf_clear(&s->copied);
	pp_buf_add(&s->copied, text.p, text.n);
}

static void nothing(void *data PP_UNUSED)
{
}

static void ignore(void *data PP_UNUSED, bool on PP_UNUSED)
{
}

struct pp_screen *pp_script_screen(struct pp_script *s)
{
	return &s->screen;
}

struct pp_script *pp_script_new(const char *path, struct pp_err *err)
{
	struct pp_script *s = pp_xcalloc(1, sizeof(*s));

	if (pp_file_read(&s->file, path, SCRIPT_MAX, err)) {
		free(s);
		return NULL;
	}
	s->path = pp_xstrdup(path);
	pp_text_init(&s->text, (const char *)s->file.bytes, (uint32_t)s->file.n);
	s->screen = (struct pp_screen){.data = s,
				       .show = show,
				       .next = next,
				       .copy = copy,
				       .suspend = nothing,
				       .lend = ignore,
				       .redraw = nothing,
				       .mouse = ignore};
	return s;
}

int pp_script_free(struct pp_script *s, struct pp_err *err)
{
	int rc = s->failed ? -1 : 0;

	if (s->failed)
		*err = s->err;
	pp_text_release(&s->text);
	pp_file_release(&s->file);
	pp_buf_release(&s->command);
	pp_buf_release(&s->copied);
	free(s->path);
	free(s);
	return rc;
}
