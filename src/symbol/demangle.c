/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libiberty prints the whole name; what the simple style leaves out is cut from its text, since
 * its options know of parameters only, and only of the outermost.
 */
#include <config.h>

#include "symbol/demangle.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "base/alloc.h"

#define MAX_MANGLED (64u << 10)
#define MAX_TEXT    (1u << 20)

/* ---- libiberty ---- */

typedef int demangler_fn(const char *mangled, int options, demangle_callbackref, void *opaque);

struct sink {
	struct pp_buf *text;
	jmp_buf too_long;
};

/* Substitutions double a name with every few bytes, up to 2^100 characters, and the demanglers take
 * no "stop" from a callback: leaving them is the only way out. Their state is on the stack, but
 * for a few bytes if it happens in the midst of a punycode identifier. */
static void add_text(const char *s, size_t n, void *opaque)
{
	struct sink *sink = opaque;

	if (n > MAX_TEXT - sink->text->n)
		longjmp(sink->too_long, 1);
	pp_buf_add(sink->text, s, n);
}

static bool run(demangler_fn *demangle, const char *mangled, int options, struct pp_buf *text)
{
	struct sink sink = {.text = text};

	pp_buf_clear(text);
	if (setjmp(sink.too_long))
		return false;
	return demangle(mangled, options, add_text, &sink) && text->n > 0;
}

/* ---- the simple style ---- */

/* What is bracket and what is operator, as far as it matters: the longest match first. */
static size_t operator_length(struct pp_str s)
{
	static const char *const ops[] = {"<=>", "<<=", ">>=", "->*", "->", "<<", ">>",
					  "<=",	 ">=",	"()",  "[]",  "<",  ">"};

	for (size_t i = 0; i < PP_ARRAY_LEN(ops); i++) {
		if (pp_str_starts(s, pp_str_of(ops[i])))
			return strlen(ops[i]);
	}
	return 0;
}

static bool is_identifier(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (c & 0x80);
}

static struct pp_str tail(struct pp_str s, size_t at)
{
	return (struct pp_str){s.p + at, s.n - at};
}

/* The length of "operator<<" and the like at `at`; 0 if there is no operator with brackets. */
static size_t operator_at(struct pp_str s, size_t at)
{
	const struct pp_str word = PP_STR_LIT("operator");

	if (s.p[at] != 'o' || !pp_str_starts(tail(s, at), word) ||
	    (at > 0 && is_identifier(s.p[at - 1])))
		return 0;

	size_t n = operator_length(tail(s, at + word.n));
	return n ? word.n + n : 0;
}

/* The stack of brackets still open, as positions in the text. */
struct brackets {
	uint32_t *open;
	size_t depth;
	uint32_t *match; /* per position: that of the closing bracket, or 0 */
};

/* Close the innermost `opening`. A '<' above it was a comparison; anything else is a mismatch, and
 * the closing bracket is ignored. */
static void close_bracket(struct brackets *b, struct pp_str s, char opening, size_t at)
{
	for (size_t d = b->depth; d-- > 0;) {
		char c = s.p[b->open[d]];

		if (c == opening) {
			b->match[b->open[d]] = (uint32_t)at;
			b->depth = d;
			return;
		}
		if (c != '<')
			return;
	}
}

static void scan_bracket(struct brackets *b, struct pp_str s, size_t at)
{
	switch (s.p[at]) {
	case '(':
	case '{':
	case '<':
		b->open[b->depth++] = (uint32_t)at;
		break;
	case ')':
		close_bracket(b, s, '(', at);
		break;
	case '}':
		close_bracket(b, s, '{', at);
		break;
	case '>':
		/* Not the arrow; and inside parentheses it is a comparison. */
		if ((at == 0 || s.p[at - 1] != '-') && b->depth &&
		    s.p[b->open[b->depth - 1]] == '<')
			b->match[b->open[--b->depth]] = (uint32_t)at;
		break;
	default:
		break;
	}
}

/* The length of a binary operator between operands in parentheses, "(1)<(2)", as libiberty prints
 * expressions in template arguments. It puts a lone '>' into parentheses of its own, and never
 * closes two lists with ">>". */
static size_t comparison_at(struct pp_str s, size_t at)
{
	if (at == 0 || s.p[at - 1] != ')' || (s.p[at] != '<' && s.p[at] != '>'))
		return 0;

	size_t n = operator_length(tail(s, at));
	if ((n == 1 && s.p[at] == '>') || at + n >= s.n)
		return 0;
	return s.p[at + n] == '(' ? n : 0;
}

static void pair_brackets(struct brackets *b, struct pp_str s)
{
	size_t step;

	for (size_t i = 0, op_end = 0; i < s.n; i += step) {
		step = operator_at(s, i);
		if (step)
			op_end = i + step;
		else if (i != op_end)
			step = comparison_at(s, i);
		if (step)
			continue;
		scan_bracket(b, s, i);
		step = 1;
	}
}

/* Whether a parameter list that ends before `rest` belongs to an enclosing function: a scope comes
 * next, perhaps after qualifiers of `this`. */
static bool encloses(struct pp_str rest)
{
	static const char *const qualifiers[] = {" const", " volatile", " &&", " &"};

	for (size_t i = 0; i < PP_ARRAY_LEN(qualifiers); i++) {
		struct pp_str q = pp_str_of(qualifiers[i]);

		if (pp_str_starts(rest, q))
			rest = tail(rest, q.n);
	}
	return pp_str_starts(rest, PP_STR_LIT("::"));
}

/* libiberty writes "operator< <int>" to keep the two apart. */
static void drop_operator_space(struct pp_buf *out, size_t start)
{
	if (out->n >= start + 2 && out->p[out->n - 1] == ' ' && out->p[out->n - 2] == '<')
		out->p[--out->n] = '\0';
}

/* Append s without template arguments and without what is between the parentheses of enclosing
 * functions; a lambda's own parameters, in braces, tell it from its neighbours and stay. */
static void add_simple(struct pp_buf *out, struct pp_str s, const uint32_t *match)
{
	const struct pp_str anonymous = PP_STR_LIT("(anonymous namespace)");
	const size_t start = out->n;

	for (size_t i = 0; i < s.n; i++) {
		size_t op = operator_at(s, i), end = match[i];

		if (op) {
			pp_buf_add(out, s.p + i, op);
			i += op - 1;
		} else if (s.p[i] == '<' && end) {
			drop_operator_space(out, start);
			i = end;
		} else if (s.p[i] == '(' && end && encloses(tail(s, end + 1)) &&
			   !pp_str_starts(tail(s, i), anonymous)) {
			pp_buf_str(out, "()");
			i = end;
		} else {
			pp_buf_char(out, s.p[i]);
		}
	}
}

static void simplify(struct pp_buf *out, struct pp_str s)
{
	struct brackets b = {
		.open = pp_xcalloc(s.n, sizeof(*b.open)),
		.match = pp_xcalloc(s.n, sizeof(*b.match)),
	};

	pair_brackets(&b, s);
	add_simple(out, s, b.match);
	free(b.open);
	free(b.match);
}

/* ---- languages ---- */

/* With DMGL_PARAMS all of the name must make sense, clone suffixes such as ".part.0" included.
 * Without it "_Z1fooBar", no C++ name, would pass for "f". */
static bool demangle_cxx(const char *name, struct pp_buf *text)
{
	return run(cplus_demangle_v3_callback, name, DMGL_PARAMS | DMGL_ANSI, text) &&
	       run(cplus_demangle_v3_callback, name, DMGL_ANSI, text);
}

bool pp_demangle(struct pp_str mangled, struct pp_buf *out)
{
	bool cxx = pp_str_starts(mangled, PP_STR_LIT("_Z"));

	if (mangled.n > MAX_MANGLED || memchr(mangled.n ? mangled.p : "", '\0', mangled.n) ||
	    !(cxx || pp_str_starts(mangled, PP_STR_LIT("_R"))))
		return false;

	/* Rust first: its legacy mangling, "_ZN...17h<16 hex digits>E", is dressed as C++. */
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	pp_buf_add(&name, mangled.p, mangled.n);
	if (run(rust_demangle_callback, name.p, 0, &text)) {
		pp_buf_add(out, text.p, text.n);
		return true;
	}
	if (!cxx || !demangle_cxx(name.p, &text))
		return false;
	simplify(out, pp_buf_view(&text));
	return true;
}
