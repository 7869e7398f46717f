/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/fit.h"

#include "base/cells.h"
#include "base/compiler.h"
#include "base/utf8.h"
#include "render/name_parts.h"
#include "render/name_scan.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* A text of fewer cells is cut at its end rather than in its middle. */
#define LEAST_MIDDLE 5

/* What is taken off a name, at most: real ones have a few, and each look is at all of the name. */
#define MOST_DECORATIONS 32

/* ---- what was added to names ---- */

static bool is_one_of(struct pp_str s, const char *const *words)
{
	for (; *words; words++) {
		if (pp_str_eq(s, pp_str_of(*words)))
			return true;
	}
	return false;
}

static bool all_digits(struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!pp_name_is_digit(s.p[i]))
			return false;
	}
	return s.n > 0;
}

/* Where the last `c` is, or s.n. */
static size_t find_last(struct pp_str s, char c)
{
	const char *p = s.n ? memrchr(s.p, c, s.n) : NULL;

	return p ? (size_t)(p - s.p) : s.n;
}

/* "f [clone .cold]", "f [nf_conntrack]", "f (.cold)", "f_[k]". */
static size_t without_remark(struct pp_str s)
{
	bool square = s.p[s.n - 1] == ']';
	size_t open;

	if (!square && s.p[s.n - 1] != ')')
		return s.n;
	open = find_last(s, square ? '[' : '(');
	if (open < 2 || open + 2 >= s.n)
		return s.n;
	if (s.p[open - 1] == ' ' && (square || s.p[open + 1] == '.'))
		return open - 1;
	if (square && s.p[open - 1] == '_' && open + 3 == s.n && strchr("kjiw", s.p[open + 1]))
		return open - 1;
	return s.n;
}

/* "f.part.0", "f.llvm.123". */
static size_t without_number(struct pp_str s)
{
	static const char *const words[] = {"clone",	"cold",	      "constprop", "isra",   "llvm",
					    "lto_priv", "localalias", "part",	   "__uniq", NULL};
	size_t dot = find_last(s, '.'), before;

	if (dot == s.n || !all_digits(pp_name_slice(s, dot + 1, s.n)))
		return s.n;
	before = find_last(pp_name_slice(s, 0, dot), '.');
	if (before == dot || !is_one_of(pp_name_slice(s, before + 1, dot), words))
		return s.n;
	return before;
}

/* "f.cold". A method may be called so: the rest has to be a name of C or C++. */
static size_t without_word(struct pp_str s)
{
	static const char *const words[] = {"cold", "localalias", "unlikely", "warm", NULL};
	size_t dot = find_last(s, '.');
	struct pp_str rest = {s.p, dot};

	if (dot == s.n || !is_one_of(pp_name_slice(s, dot + 1, s.n), words))
		return s.n;
	if (find_last(rest, '.') < rest.n && !memmem(rest.p, rest.n, "::", 2) &&
	    without_number(rest) == rest.n)
		return s.n;
	return dot;
}

/* "f::h0123456789abcdef" of Rust. */
static size_t without_hash(struct pp_str s)
{
	size_t at = s.n - 16;

	if (s.n < 20 || !pp_name_at(s, at - 3, "::h"))
		return s.n;
	for (; at < s.n; at++) {
		if (!pp_name_is_digit(s.p[at]) && !(s.p[at] >= 'a' && s.p[at] <= 'f'))
			return s.n;
	}
	return s.n - 19;
}

/* "f@plt", "f@@GLIBC_2.2.5". */
static size_t without_version(struct pp_str s)
{
	size_t at = find_last(s, '@'), i = at + 1;

	if (at == s.n)
		return s.n;
	while (i < s.n && pp_name_is_upper(s.p[i]))
		i++;
	if (i > at + 1 && pp_name_at(s, i, "_")) {
		for (i++; i < s.n && (pp_name_is_digit(s.p[i]) || s.p[i] == '.');)
			i++;
	}
	if (i < s.n && !pp_str_eq(pp_name_slice(s, at + 1, s.n), PP_STR_LIT("plt")))
		return s.n;
	return at && s.p[at - 1] == '@' ? at - 1 : at;
}

/* "f+0x1f". */
static size_t without_offset(struct pp_str s)
{
	size_t at = find_last(s, '+'), i = at + 3;

	if (at + 4 > s.n || !pp_name_at(s, at, "+0x"))
		return s.n;
	while (i < s.n && (pp_name_is_digit(s.p[i]) || (s.p[i] >= 'a' && s.p[i] <= 'f')))
		i++;
	return i == s.n ? at : s.n;
}

struct pp_str pp_fit_undecorated(struct pp_str name)
{
	static size_t (*const without[])(struct pp_str) = {
		without_remark, without_number,	 without_word,
		without_hash,	without_version, without_offset,
	};

	for (size_t i = 0, taken = 0;
	     i < PP_ARRAY_LEN(without) && name.n && taken < MOST_DECORATIONS;) {
		size_t n = without[i](name);

		if (n == 0 || n >= name.n) {
			i++;
		} else {
			name.n = n;
			i = 0;
			taken++;
		}
	}
	return name;
}

/* ---- what fits ---- */

size_t pp_fit_cells(struct pp_str text)
{
	return pp_cells(text);
}

static bool fits(struct pp_str s, size_t cells)
{
	return pp_cells_fit(s, &cells) == s.n;
}

/* How much of a text is printable ASCII before anything else comes. */
static size_t plain_start(struct pp_str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= ' ' && s.p[n] <= '~')
		n++;
	return n;
}

/* As pp_out_safe does. */
static void add_safe(struct pp_buf *b, struct pp_str s)
{
	while (s.n) {
		uint32_t cp;
		size_t len = plain_start(s);

		/* nearly all names end here */
		pp_buf_add(b, s.p, len);
		s.p += len;
		s.n -= len;
		if (!s.n)
			return;
		len = pp_utf8_decode(s, &cp);
		if (len == 0)
			pp_buf_fmt(b, "\\x%02x", (unsigned char)s.p[0]);
		else if (!pp_utf8_is_unsafe(cp))
			pp_buf_add(b, s.p, len);
		else
			pp_buf_fmt(b, cp < 0x80 ? "\\x%02x" : "\\u{%04x}", (unsigned)cp);
		len += len == 0;
		s.p += len;
		s.n -= len;
	}
}

/* The end of s that takes at most so many cells, and does not begin with what combines. */
static struct pp_str end_of(struct pp_str s, size_t cells)
{
	size_t total = pp_cells(s);

	while (s.n) {
		uint32_t cp;
		size_t len = pp_utf8_decode(s, &cp);
		unsigned c = len ? pp_cells_of(cp) : 1;

		if (total <= cells && c)
			break;
		total -= c;
		len += len == 0;
		s.p += len;
		s.n -= len;
	}
	return s;
}

static void add_cut(struct pp_str s, size_t cells, struct pp_buf *out)
{
	size_t room = cells - 1, head = room - room / 2, n;
	struct pp_str end;

	if (cells < LEAST_MIDDLE) {
		n = pp_cells_fit(s, &cells);
		pp_buf_add(out, s.p, n);
		return;
	}
	n = pp_cells_fit(s, &head);
	end = end_of(s, room / 2);
	pp_buf_add(out, s.p, n);
	pp_buf_str(out, ELLIPSIS);
	pp_buf_add(out, end.p, end.n);
}

/* A part without "<…>", "[…]" or "{…}" at its end. */
static struct pp_str without_dots(struct pp_str part)
{
	static const char *const dots[] = {"<" ELLIPSIS ">", "[" ELLIPSIS "]"};
	const char *brace =
		part.n && part.p[part.n - 1] == '}' ? memchr(part.p, '{', part.n) : NULL;
	struct pp_str s = part;

	if (brace && brace > part.p)
		s.n = (size_t)(brace - part.p);
	for (size_t i = 0; i < PP_ARRAY_LEN(dots); i++) {
		size_t n = strlen(dots[i]);

		if (s.n > n && pp_name_at(s, s.n - n, dots[i]))
			s.n -= n;
	}
	if (s.n > 1 && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* The last name, with as much of its tail (".func1") as there is room for. */
static void add_last(struct pp_str brief, const struct pp_name_cuts *cuts, size_t cells,
		     struct pp_buf *out)
{
	struct pp_str part = pp_name_part(brief, cuts, cuts->last), s = part;

	for (size_t i = cuts->n; i-- > cuts->last;) {
		s.n = (size_t)(brief.p + cuts->all[i].sep - s.p);
		if (fits(s, cells - 1)) {
			pp_buf_add(out, s.p, s.n);
			pp_buf_str(out, ELLIPSIS);
			return;
		}
	}
	part = without_dots(part);
	if (fits(part, cells))
		pp_buf_add(out, part.p, part.n);
	else
		add_cut(part, cells, out);
}

/* From the left, one part after the other. */
static void add_end(struct pp_str brief, size_t cells, struct pp_buf *out)
{
	PP_CLEANUP(pp_name_cuts_release) struct pp_name_cuts cuts;
	size_t left = pp_cells(brief), from = 0;

	pp_name_cuts(brief, &cuts);
	for (size_t i = cuts.first; i < cuts.last; i++) {
		size_t at = cuts.all[i].at;

		left -= pp_cells(pp_name_slice(brief, from, at));
		from = at;
		if (left <= cells && !pp_name_is_tail(pp_name_part(brief, &cuts, i + 1))) {
			pp_buf_add(out, brief.p + at, brief.n - at);
			return;
		}
	}
	add_last(brief, &cuts, cells, out);
}

void pp_fit_name(struct pp_str name, size_t cells, struct pp_buf *out)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf safe = PP_BUF_INIT, bare = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf brief = PP_BUF_INIT;
	struct pp_str s;

	if (cells < 2 || name.n == 0)
		return;
	add_safe(&safe, name);
	s = pp_buf_view(&safe);
	if (!fits(s, cells))
		s = pp_fit_undecorated(s);
	if (!fits(s, cells)) {
		pp_name_bare(s, &bare);
		s = pp_buf_view(&bare);
	}
	if (!fits(s, cells)) {
		pp_name_brief(s, &brief);
		s = pp_buf_view(&brief);
	}
	if (fits(s, cells))
		pp_buf_add(out, s.p, s.n);
	else
		add_end(s, cells, out);
}
