/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libiberty's options know of parameters only, and only of the outermost; so what a style leaves
 * out is cut from the whole name's text. One pass pairs the brackets, a second marks what to skip,
 * a third writes the rest.
 */
#include <config.h>

#include "symbol/cxx_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct text {
	struct pp_str s;
	enum pp_demangle style;
	uint32_t *match; /* per position: that of the other bracket of the pair, or 0 */
	uint32_t *skip;	 /* per position: where to go on instead of it, or 0 */
	uint32_t *open;	 /* the stack of brackets still open, as positions */
	size_t depth;
};

static struct pp_str tail(struct pp_str s, size_t at)
{
	return (struct pp_str){s.p + at, s.n - at};
}

/* ---- pairs ---- */

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

/* Whether the ')' at `at` ends an operand: what comes before its '(' can only be the start of an
 * expression. "void (" is the start of a function's type. */
static bool ends_operand(const struct text *t, size_t at)
{
	size_t open = t->match[at];

	if (t->s.p[at] != ')' || open == 0)
		return false;

	char before = t->s.p[open - 1];
	return before == '<' || before == '(' ||
	       (before == ' ' && open > 1 && t->s.p[open - 2] == ',');
}

/* The length of a binary operator between operands in parentheses, "(1)<(2)", as libiberty prints
 * expressions in template arguments. It puts a lone '>' into parentheses of its own. */
static size_t comparison_at(const struct text *t, size_t at)
{
	struct pp_str s = t->s;

	if (at == 0 || (s.p[at] != '<' && s.p[at] != '>') || !ends_operand(t, at - 1))
		return 0;

	size_t n = operator_length(tail(s, at));
	if ((n == 1 && s.p[at] == '>') || at + n >= s.n)
		return 0;
	return s.p[at + n] == '(' ? n : 0;
}

static void pair(struct text *t, size_t depth, size_t at)
{
	t->match[t->open[depth]] = (uint32_t)at;
	t->match[at] = t->open[depth];
	t->depth = depth;
}

/* Close the innermost `opening`. A '<' above it was a comparison; anything else is a mismatch, and
 * the closing bracket is ignored. */
static void close_bracket(struct text *t, char opening, size_t at)
{
	for (size_t d = t->depth; d-- > 0;) {
		char c = t->s.p[t->open[d]];

		if (c == opening) {
			pair(t, d, at);
			return;
		}
		if (c != '<')
			return;
	}
}

static void scan_bracket(struct text *t, size_t at)
{
	switch (t->s.p[at]) {
	case '(':
	case '{':
	case '<':
		t->open[t->depth++] = (uint32_t)at;
		break;
	case ')':
		close_bracket(t, '(', at);
		break;
	case '}':
		close_bracket(t, '{', at);
		break;
	case '>':
		/* Not the arrow; and inside parentheses it is a comparison. */
		if ((at == 0 || t->s.p[at - 1] != '-') && t->depth &&
		    t->s.p[t->open[t->depth - 1]] == '<')
			pair(t, t->depth - 1, at);
		break;
	default:
		break;
	}
}

static void pair_brackets(struct text *t)
{
	size_t step;

	for (size_t i = 0, op_end = 0; i < t->s.n; i += step) {
		step = operator_at(t->s, i);
		if (step)
			op_end = i + step;
		else if (i != op_end)
			step = comparison_at(t, i);
		if (step)
			continue;
		scan_bracket(t, i);
		step = 1;
	}
}

/* ---- what to skip ---- */

static void skip(struct text *t, size_t from, size_t to)
{
	if (from < to)
		t->skip[from] = (uint32_t)to;
}

/* Behind the qualifiers of `this` that start at `at`. */
static size_t after_qualifiers(struct pp_str s, size_t at)
{
	static const char *const qualifiers[] = {" const", " volatile", " &&", " &"};

	for (size_t i = 0; i < PP_ARRAY_LEN(qualifiers); i++) {
		struct pp_str q = pp_str_of(qualifiers[i]);

		if (pp_str_starts(tail(s, at), q))
			at += q.n;
	}
	return at;
}

/* Whether a pair of parentheses holds the parameters of an enclosing function: a scope comes next.
 * A space comes before what is in parentheses for another reason: "decltype (x)::type". */
static bool is_enclosing(struct pp_str s, size_t open, size_t end)
{
	const struct pp_str anonymous = PP_STR_LIT("(anonymous namespace)");

	return open > 0 && s.p[open - 1] != ' ' && !pp_str_starts(tail(s, open), anonymous) &&
	       pp_str_starts(tail(s, after_qualifiers(s, end + 1)), PP_STR_LIT("::"));
}

/* Template arguments, and the space of "operator< <int>" that keeps the two apart. */
static void skip_arguments(struct text *t, size_t open, size_t end)
{
	const char *p = t->s.p;

	if (open >= 2 && p[open - 1] == ' ' && p[open - 2] == '<')
		open--;
	skip(t, open, end + 1);
}

/* The name within "&(int name<int>(char))" at `open`: [*start, *params), the parameters being the
 * last parentheses before `end`. False: another expression, or a method with qualifiers, of which
 * pprof, too, shows everything. */
static bool find_function(const struct text *t, size_t open, size_t end, size_t *start,
			  size_t *params)
{
	const char *p = t->s.p;
	size_t last = 0;

	*start = open + 1;
	for (size_t i = open + 1; i < end; i++) {
		if (p[i] == ' ' && !last)
			*start = i + 1;
		if (t->match[i] <= i)
			continue;
		last = p[i] == '(' && (is_identifier(p[i - 1]) || p[i - 1] == '>') ? i : 0;
		i = t->match[i];
	}
	*params = last;
	return last > *start && t->match[last] + 1u == end;
}

/* The address of a function: only its name is shown, and a plain name without parentheses. */
static void skip_signature(struct text *t, size_t open, size_t end)
{
	size_t start, params;

	if (!find_function(t, open, end, &start, &params))
		return;

	bool plain = t->s.p[params - 1] != '>';
	skip(t, plain ? open : open + 1, start);
	skip(t, params, plain ? end + 1 : end);
}

/* Whether all between two parentheses is a name like "std::is_same<A, B>". */
static bool is_scoped_template(const struct text *t, size_t open, size_t end)
{
	bool scoped = false;

	if (t->s.p[end - 1] != '>')
		return false;
	for (size_t i = open + 1; i < end; i++) {
		char c = t->s.p[i];

		if (c == '<' && t->match[i] > i)
			i = t->match[i];
		else if (c == ':')
			scoped = true;
		else if (!is_identifier(c))
			return false;
	}
	return scoped;
}

/* pprof's demangler writes "!std::is_same<A, B>" and "std::declval<A>()" without parentheses. */
static bool has_needless_parentheses(const struct text *t, size_t open, size_t end)
{
	bool negated = open > 0 && t->s.p[open - 1] == '!';

	return (negated || pp_str_starts(tail(t->s, end + 1), PP_STR_LIT("()"))) &&
	       is_scoped_template(t, open, end);
}

static void mark_parentheses(struct text *t, size_t open, size_t end)
{
	if (t->style != PP_DEMANGLE_FULL && is_enclosing(t->s, open, end)) {
		skip(t, open + 1, end);
	} else if (t->style == PP_DEMANGLE_SIMPLE) {
		return;
	} else if (open > 0 && t->s.p[open - 1] == '&') {
		skip_signature(t, open, end);
	} else if (has_needless_parentheses(t, open, end)) {
		skip(t, open, open + 1);
		skip(t, end, end + 1);
	}
}

/* libiberty writes the comma after an argument that is an empty pack. */
static void mark_comma(struct text *t, size_t at)
{
	const char *p = t->s.p;

	if (at < 2 || at + 1 >= t->s.n || p[at + 1] != ' ')
		return;
	if ((p[at - 1] == '<' && t->match[at - 1] > at) || (p[at - 1] == ' ' && p[at - 2] == ','))
		skip(t, at, at + 2);
}

static void mark(struct text *t)
{
	for (size_t i = 0; i < t->s.n; i++) {
		char c = t->s.p[i];

		if (c == ',')
			mark_comma(t, i);
		else if (t->match[i] <= i)
			continue;
		else if (c == '(')
			mark_parentheses(t, i, t->match[i]);
		else if (c == '<' && t->style == PP_DEMANGLE_SIMPLE)
			skip_arguments(t, i, t->match[i]);
	}
}

/* ---- what is left ---- */

/* libiberty parts "> >" as pprof does, but not where a list ends with an empty pack. */
static void write_text(const struct text *t, struct pp_buf *out)
{
	const size_t start = out->n;

	for (size_t i = 0; i < t->s.n;) {
		if (t->skip[i]) {
			i = t->skip[i];
			continue;
		}
		if (t->s.p[i] == '>' && t->match[i] && out->n > start && out->p[out->n - 1] == '>')
			pp_buf_char(out, ' ');
		pp_buf_char(out, t->s.p[i++]);
	}
}

void pp_cxx_text(struct pp_str s, enum pp_demangle style, struct pp_buf *out)
{
	uint32_t *memory = pp_xcalloc(s.n, 3 * sizeof(*memory));
	struct text t = {
		.s = s,
		.style = style,
		.match = memory,
		.skip = memory + s.n,
		.open = memory + 2 * s.n,
	};

	pair_brackets(&t);
	mark(&t);
	write_text(&t, out);
	free(memory);
}
