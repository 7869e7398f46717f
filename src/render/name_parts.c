/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/name_parts.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "render/name_scan.h"

/* Nothing but `c` from s.p[at] to the end. */
static size_t skip_char(struct pp_str s, size_t at, char c)
{
	while (at < s.n && s.p[at] == c)
		at++;
	return at;
}

static size_t skip_digits(struct pp_str s, size_t at)
{
	while (at < s.n && pp_name_is_digit(s.p[at]))
		at++;
	return at;
}

static size_t skip_hex(struct pp_str s, size_t at)
{
	while (at < s.n && (pp_name_is_digit(s.p[at]) || (s.p[at] >= 'a' && s.p[at] <= 'f')))
		at++;
	return at;
}

/* Whether a part of the name begins at `at`, and not what belongs to the name in front of it. */
static bool starts_part(struct pp_str s, size_t at)
{
	return at == 0 || strchr(" .:/", s.p[at - 1]) != NULL;
}

/* ---- without parameters ---- */

/* "[Class method:]" with '-' or '+' in front or not: where the method is, else 0. */
static size_t find_selector(struct pp_str s)
{
	size_t open = s.n && (s.p[0] == '-' || s.p[0] == '+'), at;
	const char *blank;

	if (!pp_name_at(s, open, "[") || s.p[s.n - 1] != ']')
		return 0;
	blank = memchr(s.p, ' ', s.n);
	if (!blank)
		return 0;
	at = (size_t)(blank - s.p) + 1;
	for (size_t i = at; i < s.n - 1; i++) {
		if (!pp_name_is_word(s.p[i]) && s.p[i] != ':')
			return 0;
	}
	return at < s.n - 1 ? at : 0;
}

/* Without an address in front ("0000000000401136 main"), and a place behind. */
static struct pp_str without_place(struct pp_str s)
{
	size_t hex = skip_hex(s, 0), end;
	const char *blank, *py;

	if (hex == 16 && hex + 1 < s.n && s.p[hex] == ' ')
		s = pp_name_slice(s, hex + 1, s.n);
	/* "py::f:/src/f.py", of Python's own perf maps */
	if (pp_name_at(s, 0, "py::") && (py = memmem(s.p, s.n, ":/", 2)) && py > s.p + 4)
		return pp_name_slice(s, 0, (size_t)(py - s.p));
	/* "f /src/f.js:1:2" */
	end = s.n;
	while (end && pp_name_is_digit(s.p[end - 1]))
		end--;
	blank = s.n ? memrchr(s.p, ' ', s.n) : NULL;
	if (end == s.n || end < 2 || s.p[end - 1] != ':' || !blank || blank == s.p)
		return s;
	return pp_name_slice(s, 0, (size_t)(blank - s.p));
}

/* Where the name goes on behind parameters: at another part of it, or not at all. */
static size_t behind_parameters(struct pp_str s, size_t at)
{
	static const char *const qualifiers[] = {"const", "volatile", "noexcept", "&", " "};
	size_t i = 0;

	if (at < s.n && strchr(".(", s.p[at]) && s.p[at])
		return at;
	while (i < PP_ARRAY_LEN(qualifiers)) {
		if (pp_name_at(s, at, qualifiers[i])) {
			at += strlen(qualifiers[i]);
			i = 0;
		} else {
			i++;
		}
	}
	return pp_name_at(s, at, "::") ? at : s.n;
}

struct bare {
	struct pp_str s;
	struct pp_buf *out;
	size_t from; /* where the name begins in *out */
	size_t word; /* behind the last blank */
	bool params; /* there were some */
};

static void cut_buf(struct pp_buf *b, size_t n)
{
	b->n = n;
	if (b->p)
		b->p[n] = '\0';
}

static void drop_return_type(struct bare *b)
{
	size_t n = b->out->n - b->word;

	if (!b->params && n) {
		memmove(b->out->p + b->from, b->out->p + b->word, n);
		cut_buf(b->out, b->from + n);
	}
	b->params = true;
}

/* A "(" where a part begins: "(anonymous namespace)", "(*T)"; returns where to go on. */
static size_t bare_group(struct bare *b, size_t at, size_t end)
{
	struct pp_str s = b->s;

	if (end == s.n && at && s.p[at - 1] == ' ' && b->out->n > b->from + 1) {
		/* a remark: "serve (srv.py:12)" */
		cut_buf(b->out, b->out->n - 1);
		return end;
	}
	/* a function that returns one: "void (*f(int))(char)" */
	if ((pp_name_at(s, at, "(*") || pp_name_at(s, at, "(&")) && pp_name_at(s, end, "(")) {
		size_t inner = skip_char(s, skip_char(s, at + 2, s.p[at + 1]), ' ');

		if (inner < end - 1) {
			b->s = pp_name_slice(s, inner, end - 1);
			cut_buf(b->out, b->from);
			b->word = b->from;
			return 0;
		}
	}
	pp_buf_add(b->out, s.p + at, end - at);
	return end;
}

/* "{lambda(int)#1}" without what is in parentheses. */
static void bare_braces(struct bare *b, size_t at, size_t end)
{
	for (struct pp_str s = b->s; at < end;) {
		size_t group = s.p[at] == '(' ? pp_name_group(s, at) : at;

		if (group == at)
			pp_buf_char(b->out, s.p[at++]);
		else
			at = group;
	}
}

/* "[abi:cxx11]", and Rust's hashes of crates. */
static bool is_tag(struct pp_str s, size_t at, size_t end)
{
	return !starts_part(s, at) &&
	       (pp_name_at(s, at, "[abi:") || (end - at > 9 && skip_hex(s, at + 1) == end - 1));
}

/* "decltype(x) f(int)": not yet the parameters. */
static bool is_type_of(struct pp_str s, size_t at)
{
	const struct pp_str word = PP_STR_LIT("decltype");

	return at >= word.n && pp_str_eq(pp_name_slice(s, at - word.n, at), word);
}

/* A bracket at `at`; returns where to go on. */
static size_t bare_bracket(struct bare *b, size_t at)
{
	struct pp_str s = b->s;
	size_t end = pp_name_group(s, at);

	if (end == at) {
		pp_buf_char(b->out, s.p[at]);
		return at + 1;
	}
	if (s.p[at] == '(' && starts_part(s, at))
		return bare_group(b, at, end);
	if (s.p[at] == '(' && !is_type_of(s, at)) {
		drop_return_type(b);
		return behind_parameters(s, end);
	}
	if (s.p[at] == '{')
		bare_braces(b, at, end);
	else if (s.p[at] != '[' || !is_tag(s, at, end))
		pp_buf_add(b->out, s.p + at, end - at);
	return end;
}

/* Java's hidden classes: "Main$$Lambda$14/0x0000000800c03000.run". */
static size_t skip_hidden(struct pp_str s, size_t at)
{
	size_t digits = at + 1, end;

	if (pp_name_at(s, digits, "0x"))
		digits += 2;
	end = skip_hex(s, digits);
	return end - digits >= 6 && (end == s.n || s.p[end] == '.') ? end : at;
}

void pp_name_bare(struct pp_str name, struct pp_buf *out)
{
	struct bare b = {without_place(name), out, out->n, out->n, false};

	if (find_selector(name)) {
		pp_buf_add(out, name.p, name.n);
		return;
	}
	for (size_t i = 0, end; i < b.s.n; i = end) {
		char c = b.s.p[i];

		end = c == '/' ? skip_hidden(b.s, i) : pp_name_operator(b.s, i);
		if (end > i) {
			if (c != '/')
				pp_buf_add(out, b.s.p + i, end - i);
		} else if (strchr("([{<", c) && c) {
			end = bare_bracket(&b, i);
		} else {
			pp_buf_char(out, c);
			end = i + 1;
			if (c == ' ' && !b.params)
				b.word = out->n;
		}
	}
	if (out->n == b.from)
		pp_buf_add(out, name.p, name.n);
}

/* ---- with arguments of templates as dots ---- */

/* "T" of "T as Trait", "impl Trait for T" and "impl T". */
static bool self_type(struct pp_str inside, struct pp_str *self)
{
	bool impl = pp_name_at(inside, 0, "impl ");
	const char *mark = impl ? " for " : " as ";

	*self = impl ? pp_name_slice(inside, 5, inside.n) : inside;
	for (size_t i = 0, end; i<inside.n; i = end> i ? end : i + 1) {
		end = strchr("([{<", inside.p[i]) && inside.p[i] ? pp_name_group(inside, i) : i;
		if (!pp_name_at(inside, i, mark))
			continue;
		*self = impl ? pp_name_slice(inside, i + 5, inside.n) : pp_name_slice(inside, 0, i);
		return true;
	}
	return impl;
}

struct brief {
	struct pp_str s; /* up to the end of what is being read */
	struct pp_buf *out;
	size_t begin; /* of it */
	size_t n;
	struct {
		size_t begin, n, next; /* to return to */
	} outer[PP_NAME_NESTED];
};

/* Read a part of the text, and go on at `next`. */
static size_t enter(struct brief *b, struct pp_str self, size_t next)
{
	b->outer[b->n].begin = b->begin;
	b->outer[b->n].n = b->s.n;
	b->outer[b->n].next = next;
	b->n++;
	b->begin = (size_t)(self.p - b->s.p);
	b->s.n = b->begin + self.n;
	return b->begin;
}

static size_t leave(struct brief *b)
{
	b->n--;
	b->begin = b->outer[b->n].begin;
	b->s.n = b->outer[b->n].n;
	return b->outer[b->n].next;
}

static void dots(struct brief *b, size_t at, size_t end)
{
	if (end - at == 2) {
		pp_buf_add(b->out, b->s.p + at, 2);
		return;
	}
	pp_buf_char(b->out, b->s.p[at]);
	pp_buf_str(b->out, "\xe2\x80\xa6");
	pp_buf_char(b->out, b->s.p[end - 1]);
}

/* "<...>" from `at` to `end`; returns where to go on. */
static size_t brief_angle(struct brief *b, size_t at, size_t end)
{
	struct pp_str s = b->s, self;
	bool scoped = at > b->begin && s.p[at - 1] == ':';
	bool start = at == b->begin || scoped || strchr("./", s.p[at - 1]);
	bool impl = self_type(pp_name_slice(s, at + 1, end - 1), &self);

	if (start && self.n && b->n < PP_NAME_NESTED &&
	    (impl || (at == b->begin && pp_name_at(s, end, "::"))))
		return enter(b, self, end);
	if (scoped && at >= 2 && pp_str_eq(pp_name_slice(s, at - 2, at), PP_STR_LIT("::"))) {
		/* Rust: "f::<T>" */
		cut_buf(b->out, b->out->n - 2);
		dots(b, at, end);
	} else if (start) {
		pp_buf_add(b->out, s.p + at, end - at);
	} else {
		dots(b, at, end);
	}
	return end;
}

static size_t brief_step(struct brief *b, size_t at)
{
	struct pp_str s = b->s;
	size_t end = pp_name_operator(s, at);

	if (end == at && strchr("[{<", s.p[at]) && s.p[at])
		end = pp_name_group(s, at);
	if (end == at) {
		pp_buf_char(b->out, s.p[at]);
		return at + 1;
	}
	if (s.p[at] == '<')
		return brief_angle(b, at, end);
	if (s.p[at] == '[' && at > b->begin && !starts_part(s, at))
		dots(b, at, end);
	else
		pp_buf_add(b->out, s.p + at, end - at);
	return end;
}

void pp_name_brief(struct pp_str bare, struct pp_buf *out)
{
	struct brief b = {.s = bare, .out = out};
	const size_t from = out->n;
	size_t method = find_selector(bare), i = 0;

	if (method) {
		pp_buf_add(out, bare.p + method, bare.n - 1 - method);
		return;
	}
	while (b.n || i < b.s.n)
		i = i < b.s.n ? brief_step(&b, i) : leave(&b);
	if (out->n == from)
		pp_buf_add(out, bare.p, bare.n);
}

/* ---- cuts ---- */

static void add_cut(struct pp_name_cuts *cuts, size_t sep, size_t at)
{
	cuts->all = pp_grow(cuts->all, &cuts->cap, cuts->n + 1, sizeof(*cuts->all));
	cuts->all[cuts->n++] = (struct pp_name_cut){sep, at};
}

/* "JS:*f", "Builtin:F": where f is, else 0. */
static size_t behind_kind(struct pp_str s, size_t colon, size_t first_word)
{
	size_t at = colon + 1;

	if (!pp_name_is_upper(s.p[0]) || first_word != colon)
		return 0;
	if (at < s.n && strchr("*~^+", s.p[at]))
		at++;
	return at < s.n && (pp_name_is_word(s.p[at]) || s.p[at] == '(') ? at : 0;
}

/* Behind the separator at `at`; 0 if there is none. The end of the first word and the last dot are
 * given, since looking for them each time would take long in names that are long. */
static size_t behind_separator(struct pp_str s, size_t at, size_t first_word, size_t last_dot)
{
	bool word = at && pp_name_is_word(s.p[at - 1]);
	char next = at + 1 < s.n ? s.p[at + 1] : '\0';

	switch (s.p[at]) {
	case ':':
		if (next == ':')
			return at + 2 < s.n ? at + 2 : 0;
		return at ? behind_kind(s, at, first_word) : 0;
	case '.':
	case '/':
		return at && next ? at + 1 : 0;
	case '#': /* Ruby */
	case '!': /* Windows: object!name */
	case '`': /* DTrace */
		return word && pp_name_is_word(next) && !pp_name_is_digit(next) ? at + 1 : 0;
	case '$': /* Java's inner classes, but not in methods */
		return word && s.p[at - 1] != '$' && pp_name_is_upper(next) && at < last_dot
			       ? at + 1
			       : 0;
	default:
		return 0;
	}
}

/* "func1" and the like, which Go's compiler makes of literals. */
static bool is_go_literal(struct pp_str part)
{
	static const char *const names[] = {"func", "gowrap", "deferwrap"};

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		size_t at = strlen(names[i]), end = skip_digits(part, at);

		if (pp_name_at(part, 0, names[i]) && end > at &&
		    (end == part.n || part.p[end] == '-'))
			return true;
	}
	return false;
}

/* The ending of a file's name. */
static bool is_ending(struct pp_str part)
{
	static const char *const endings[] = {
		"S",   "asm",  "c",	"cc",  "cjs", "cpp",  "cs",  "cxx", "dll", "dylib",
		"erl", "ex",   "exe",	"go",  "h",   "hh",   "hpp", "hs",  "hxx", "inc",
		"jar", "java", "js",	"jsx", "ko",  "kt",   "lua", "m",   "mjs", "ml",
		"mm",  "o",    "php",	"pl",  "py",  "pyc",  "rb",  "rs",  "s",   "scala",
		"sh",  "so",   "swift", "ts",  "tsx", "wasm",
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(endings); i++) {
		if (pp_str_eq(part, pp_str_of(endings[i])))
			return true;
	}
	return false;
}

bool pp_name_is_tail(struct pp_str part)
{
	return part.n == 0 || pp_name_is_digit(part.p[0]) || strchr("<{'", part.p[0]) ||
	       pp_name_at(part, 0, "$_") || pp_name_at(part, 0, "operator()") ||
	       pp_name_at(part, 0, "(anonymous") || is_go_literal(part) || is_ending(part);
}

struct pp_str pp_name_part(struct pp_str brief, const struct pp_name_cuts *cuts, size_t i)
{
	size_t from = i ? cuts->all[i - 1].at : 0;

	return pp_name_slice(brief, from, i < cuts->n ? cuts->all[i].sep : brief.n);
}

/* "java.util.Map.get": whether parts up to a class are its package, which goes at once. */
static void find_package(struct pp_str s, struct pp_name_cuts *cuts)
{
	for (size_t i = 0; i < cuts->last; i++) {
		struct pp_str part = pp_name_part(s, cuts, i);

		if (i && s.p[cuts->all[i - 1].sep] != '.')
			return;
		if (part.n && pp_name_is_upper(part.p[0])) {
			cuts->first = i ? i - 1 : 0;
			return;
		}
	}
}

void pp_name_cuts(struct pp_str brief, struct pp_name_cuts *cuts)
{
	const char *p = brief.n ? memrchr(brief.p, '.', brief.n) : NULL;
	size_t last_dot = p ? (size_t)(p - brief.p) : 0, first_word = pp_name_words(brief, 0);

	*cuts = (struct pp_name_cuts){.n = 0};
	for (size_t i = 0, end; i < brief.n; i = end) {
		size_t at;

		end = pp_name_operator(brief, i);
		if (end == i && strchr("([{<", brief.p[i]) && brief.p[i])
			end = pp_name_group(brief, i);
		if (end > i)
			continue;
		at = behind_separator(brief, i, first_word, last_dot);
		end = at ? at : i + 1;
		if (at && brief.p[i] == '/') {
			cuts->n = 0;
			cuts->folder = at;
		}
		if (at)
			add_cut(cuts, i, at);
	}
	cuts->last = cuts->n;
	while (cuts->last && pp_name_is_tail(pp_name_part(brief, cuts, cuts->last)))
		cuts->last--;
	if (!cuts->folder)
		find_package(brief, cuts);
}

void pp_name_cuts_release(struct pp_name_cuts *cuts)
{
	free(cuts->all);
	cuts->all = NULL;
}
