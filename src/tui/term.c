/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/term.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/clock.h"
#include "tui/paint.h"
#include "tui/signals.h"

#define ESC_DELAY    25 /* ms after which an Esc is not the beginning of a key */
#define DOUBLE_CLICK (400 * (PP_NSEC_PER_SEC / 1000))
#define COPY_MAX     74994	   /* bytes that terminals take in one OSC 52 */
#define MOVES_ON     "\033[?1002h" /* tell of moves while a button is held */
#define MOVES_OFF    "\033[?1002l"
#define BUTTONS                                                                   \
	(BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON3_PRESSED | BUTTON4_PRESSED | \
	 BUTTON5_PRESSED | REPORT_MOUSE_POSITION | BUTTON_SHIFT | BUTTON_CTRL)

struct pp_term {
	struct pp_screen screen;
	struct pp_paint paint;
	SCREEN *curses;
	FILE *in, *out;
	int fd;
	bool hidden;  /* there is no terminal */
	bool started; /* a size has been told */
	bool has_mouse;
	bool held;	 /* the left button is down */
	int64_t pressed; /* when, and where */
	int press_x, press_y;
	int ended_by; /* a signal */
	bool broken;  /* it cannot be written to */
};

/* ---- is there one ---- */

static int refuse(struct pp_err *err, const char *why)
{
	pp_err_set(err, PP_ERR_USAGE, "%s", why);
	return pp_err_hint(err, "pyroprof top and pyroprof flame need no terminal");
}

int pp_term_check(struct pp_err *err)
{
	const char *name = getenv("TERM");
	const char *cup;
	int rc;

	if (!isatty(STDOUT_FILENO))
		return refuse(err, "standard output is not a terminal");
	if (!name || !*name || strcmp(name, "dumb") == 0)
		return refuse(err, "this terminal cannot place text (TERM is dumb, or not set)");
	if (setupterm(NULL, STDOUT_FILENO, &rc) != OK)
		return refuse(err, "nothing is known of this terminal (TERM)");
	cup = tigetstr("cup");
	del_curterm(cur_term);
	if (!cup || cup == (const char *)-1)
		return refuse(err, "this terminal cannot place text");
	return 0;
}

static bool says(const char *variable, const char *value)
{
	const char *is = getenv(variable);

	return is && strcasecmp(is, value) == 0;
}

static enum pp_palette find_palette(void)
{
	const char *no_colour = getenv("NO_COLOR");
	int n = tigetnum("colors");

	if ((no_colour && *no_colour) || n < 8)
		return PP_PALETTE_MONO;
	if (tigetflag("RGB") > 0 || says("COLORTERM", "truecolor") || says("COLORTERM", "24bit"))
		return PP_PALETTE_TRUE;
	return n >= 256 ? PP_PALETTE_256 : n >= 16 ? PP_PALETTE_16 : PP_PALETTE_8;
}

/* ---- output ---- */

static void send(struct pp_term *t, const char *p, size_t n)
{
	while (n && !t->broken) {
		ssize_t done = write(t->fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			t->broken = true;
			return;
		}
		p += done;
		n -= (size_t)done;
	}
}

static void show(void *data, const struct pp_grid *g, int x, int y)
{
	struct pp_term *t = data;

	if (!t->started && !t->hidden)
		return; /* its size comes first */
	pp_paint_grid(&t->paint, g, x, y);
	send(t, t->paint.out.p, t->paint.out.n);
}

static void redraw(void *data)
{
	struct pp_term *t = data;

	t->paint.all = true;
}

static void copy(void *data, struct pp_str text)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	if (text.n > COPY_MAX)
		text.n = COPY_MAX;
	pp_buf_str(&out, "\033]52;c;");
	pp_base64_encode((const uint8_t *)text.p, text.n, &out);
	pp_buf_str(&out, "\033\\");
	send(data, out.p, out.n);
}

static void use_mouse(void *data, bool on)
{
	struct pp_term *t = data;

	t->has_mouse = mousemask(on ? BUTTONS : 0, NULL) != 0;
	if (t->has_mouse || !on)
		send(t, on ? MOVES_ON : MOVES_OFF, strlen(MOVES_ON));
	t->held = false;
}

/* ---- stopping and going on ---- */

static void take_over(struct pp_term *t)
{
	/* ncurses clears the screen, and from then on it has nothing to show */
	refresh();
	use_mouse(t, true);
	redraw(t);
}

/* What we have sent is unknown to ncurses: colours, a hidden cursor, and what is on the screen
 * where there is no second one to go back from. */
static void hand_back(struct pp_term *t)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;
	const char *rmcup = tigetstr("rmcup");

	if (!t->hidden)
		use_mouse(t, false);
	pp_paint_cap(&out, t->paint.caps.sgr0);
	pp_paint_cap(&out, t->paint.caps.cnorm);
	if (!rmcup || rmcup == (const char *)-1)
		pp_paint_cap(&out, t->paint.caps.clear);
	send(t, out.p, out.n);
	endwin();
}

static void suspend(void *data)
{
	struct pp_term *t = data;

	hand_back(t);
	pp_signals_default(SIGTSTP);
	take_over(t);
}

static void lend(void *data, bool away)
{
	struct pp_term *t = data;

	if (away)
		hand_back(t);
	else
		take_over(t);
}

/* ---- input ---- */

static void tell_size(struct pp_term *t, struct pp_event *e)
{
	struct winsize size;

	e->kind = PP_EVENT_RESIZE;
	e->w = 80;
	e->h = 24;
	if (ioctl(t->fd, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row) {
		e->w = size.ws_col;
		e->h = size.ws_row;
	}
	t->started = true;
	redraw(t);
}

static void take_signal(struct pp_term *t, struct pp_event *e)
{
	int sig = pp_signals_take();

	switch (sig) {
	case 0:
		break;
	case SIGWINCH:
		tell_size(t, e);
		break;
	case SIGTSTP:
		suspend(t);
		e->kind = PP_EVENT_TICK;
		break;
	case SIGCONT:
		/* stopped by what cannot be caught; the shell has had the terminal meanwhile */
		hand_back(t);
		take_over(t);
		tell_size(t, e);
		break;
	default:
		t->ended_by = sig;
		e->kind = PP_EVENT_END;
		break;
	}
}

static pp_key key_of(wint_t c)
{
	static const struct {
		int curses;
		pp_key key;
	} keys[] = {
		{KEY_UP, PP_KEY_UP},	     {KEY_DOWN, PP_KEY_DOWN},
		{KEY_LEFT, PP_KEY_LEFT},     {KEY_RIGHT, PP_KEY_RIGHT},
		{KEY_HOME, PP_KEY_HOME},     {KEY_END, PP_KEY_END},
		{KEY_PPAGE, PP_KEY_PAGE_UP}, {KEY_NPAGE, PP_KEY_PAGE_DOWN},
		{KEY_IC, PP_KEY_INSERT},     {KEY_DC, PP_KEY_DELETE},
		{KEY_BTAB, PP_KEY_BACK_TAB}, {KEY_BACKSPACE, PP_KEY_BACKSPACE},
		{KEY_ENTER, PP_KEY_ENTER},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(keys); i++) {
		if (keys[i].curses == (int)c)
			return keys[i].key;
	}
	if ((int)c > KEY_F0 && (int)c <= KEY_F0 + 12)
		return PP_KEY_F0 + (pp_key)((int)c - KEY_F0);
	return PP_KEY_NONE;
}

static bool is_double(struct pp_term *t, const struct pp_mouse *m)
{
	int64_t now = pp_clock_mono();
	bool again = now - t->pressed < DOUBLE_CLICK && m->x == t->press_x && m->y == t->press_y;

	t->pressed = again ? 0 : now;
	t->press_x = m->x;
	t->press_y = m->y;
	return again;
}

static void take_mouse(struct pp_term *t, struct pp_event *e)
{
	MEVENT event;
	struct pp_mouse *m = &e->mouse;

	if (getmouse(&event) != OK)
		return;
	*m = (struct pp_mouse){.x = event.x,
			       .y = event.y,
			       .shift = event.bstate & BUTTON_SHIFT,
			       .ctrl = event.bstate & BUTTON_CTRL};
	e->kind = PP_EVENT_MOUSE;
	if (event.bstate & BUTTON4_PRESSED) {
		m->kind = PP_MOUSE_WHEEL_UP;
	} else if (event.bstate & BUTTON5_PRESSED) {
		m->kind = PP_MOUSE_WHEEL_DOWN;
	} else if (event.bstate & (BUTTON1_PRESSED | BUTTON3_PRESSED)) {
		m->right = event.bstate & BUTTON3_PRESSED;
		m->kind = !m->right && is_double(t, m) ? PP_MOUSE_DOUBLE : PP_MOUSE_PRESS;
		t->held = !m->right;
	} else if (event.bstate & BUTTON1_RELEASED) {
		m->kind = PP_MOUSE_RELEASE;
		t->held = false;
	} else if (event.bstate & REPORT_MOUSE_POSITION && t->held) {
		m->kind = PP_MOUSE_DRAG;
	} else {
		e->kind = PP_EVENT_NONE;
	}
}

/* False if there is no key. */
static bool take_key(struct pp_term *t, struct pp_event *e)
{
	wint_t c;
	int rc = get_wch(&c);

	if (rc == ERR)
		return false;
	if (rc == KEY_CODE_YES && c == KEY_MOUSE) {
		take_mouse(t, e);
		return true;
	}
	if (rc == KEY_CODE_YES)
		e->key = key_of(c);
	else if (c == '\n')
		e->key = PP_KEY_ENTER;
	else if (c == 8)
		e->key = PP_KEY_BACKSPACE;
	else
		e->key = (pp_key)c;
	if (e->key != PP_KEY_NONE)
		e->kind = PP_EVENT_KEY;
	return true;
}

enum { KEYS, SIGNALS, STOP, FEED, WATCHED };

/* Something that is polled has happened. Keys that are pressed all the time come last. */
static void take_ready(struct pp_term *t, const struct pollfd *fds, struct pp_event *e)
{
	if (fds[SIGNALS].revents)
		take_signal(t, e);
	else if (fds[STOP].revents)
		e->kind = PP_EVENT_END;
	else if (fds[FEED].revents)
		e->kind = PP_EVENT_FEED;
	else if (fds[KEYS].revents && !take_key(t, e) &&
		 fds[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
		e->kind = PP_EVENT_END;
}

static void next(void *data, int timeout, struct pp_event *e)
{
	struct pp_term *t = data;
	struct pollfd fds[WATCHED] = {
		[KEYS] = {.fd = fileno(t->in), .events = POLLIN},
		[SIGNALS] = {.fd = pp_signals_fd(), .events = POLLIN},
		[STOP] = {.fd = t->screen.stop_fd, .events = POLLIN},
		[FEED] = {.fd = t->screen.feed_fd, .events = POLLIN},
	};

	if (!t->started)
		tell_size(t, e);
	while (e->kind == PP_EVENT_NONE) {
		int n;

		if (t->broken) {
			e->kind = PP_EVENT_END;
			return;
		}
		/* ncurses may have read more than one key */
		if (take_key(t, e))
			continue;
		n = poll(fds, WATCHED, timeout);
		if (n == 0)
			e->kind = PP_EVENT_TICK;
		else if (n > 0)
			take_ready(t, fds, e);
	}
}

/* ---- set-up ---- */

struct pp_screen *pp_term_screen(struct pp_term *t)
{
	return &t->screen;
}

static struct pp_term *new_term(void)
{
	struct pp_term *t = pp_xcalloc(1, sizeof(*t));

	t->screen = (struct pp_screen){.data = t,
				       .show = show,
				       .next = next,
				       .copy = copy,
				       .suspend = suspend,
				       .lend = lend,
				       .redraw = redraw,
				       .mouse = use_mouse};
	return t;
}

static void close_files(struct pp_term *t)
{
	if (t->in && t->in != stdin)
		fclose(t->in);
	if (t->out && t->out != stdout)
		fclose(t->out);
}

static int fail(struct pp_term *t, struct pp_err *err, const char *what)
{
	int sys = errno;

	close_files(t);
	free(t);
	return pp_err_sys(err, sys, "%s", what);
}

/* What puts the terminal back if nobody else can any more. */
static int watch_signals(struct pp_term *t, const struct termios *modes, struct pp_err *err)
{
	static const char *const caps[] = {"sgr0", "cnorm", "rmkx", "rmcup"};
	PP_CLEANUP(pp_buf_release) struct pp_buf reset = PP_BUF_INIT;

	pp_buf_str(&reset, MOVES_OFF "\033[?1006l\033[?1000l");
	for (size_t i = 0; i < PP_ARRAY_LEN(caps); i++) {
		const char *s = tigetstr(caps[i]);

		if (s && s != (const char *)-1)
			pp_paint_cap(&reset, s);
	}
	return pp_signals_start(t->fd, pp_buf_view(&reset), modes, err);
}

struct pp_term *pp_term_new(bool dark, struct pp_err *err)
{
	struct pp_term *t = new_term();
	struct termios modes;

	t->in = isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "re");
	t->out = stdout;
	t->fd = STDOUT_FILENO;
	if (!t->in || tcgetattr(t->fd, &modes)) {
		fail(t, err, "cannot open the terminal");
		return NULL;
	}
	setlocale(LC_CTYPE, "");
	t->screen.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	set_escdelay(ESC_DELAY);
	t->curses = newterm(NULL, t->out, t->in);
	if (!t->curses) {
		errno = ENODEV;
		fail(t, err, "cannot set up the terminal");
		return NULL;
	}
	pp_paint_init(&t->paint, find_palette(), dark);
	t->screen.plain = t->paint.palette == PP_PALETTE_MONO;
	if (watch_signals(t, &modes, err)) {
		endwin();
		delscreen(t->curses);
		free(t);
		return NULL;
	}
	raw();
	noecho();
	nonl();
	keypad(stdscr, true);
	nodelay(stdscr, true);
	mouseinterval(0);
	take_over(t);
	return t;
}

struct pp_term *pp_term_new_hidden(bool dark, struct pp_err *err)
{
	struct pp_term *t = new_term();

	t->hidden = true;
	t->in = fopen("/dev/null", "re");
	t->out = fopen("/dev/null", "we");
	if (!t->in || !t->out) {
		fail(t, err, "cannot open /dev/null");
		return NULL;
	}
	t->fd = fileno(t->out);
	t->curses = newterm("xterm-256color", t->out, t->in);
	if (!t->curses) {
		errno = ENODEV;
		fail(t, err, "cannot set up a terminal xterm-256color");
		return NULL;
	}
	pp_paint_init(&t->paint, PP_PALETTE_256, dark);
	return t;
}

int pp_term_free(struct pp_term *t, struct pp_err *err)
{
	int sig = t->ended_by;
	bool broken = t->broken && !sig;

	hand_back(t);
	if (!t->hidden)
		pp_signals_stop();
	delscreen(t->curses);
	close_files(t);
	pp_paint_release(&t->paint);
	free(t);
	if (sig)
		raise(sig);
	return broken ? pp_err_set(err, PP_ERR_IO, "the terminal is gone") : 0;
}
