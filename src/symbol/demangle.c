/* SPDX-License-Identifier: Apache-2.0 */
/* Which language a name is in, and libiberty within limits. */
#include <config.h>

#include "symbol/demangle.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "base/alloc.h"
#include "symbol/cxx_guard.h"
#include "symbol/cxx_text.h"
#include "symbol/rust_text.h"

#define MAX_MANGLED (64u << 10)
#define MAX_TEXT    (1u << 20)

bool pp_demangle_parse(const char *name, enum pp_demangle *style)
{
	static const struct {
		const char *name;
		enum pp_demangle style;
	} styles[] = {
		{"none", PP_DEMANGLE_NONE},	 {"simple", PP_DEMANGLE_SIMPLE},
		{"default", PP_DEMANGLE_SIMPLE}, {"templates", PP_DEMANGLE_TEMPLATES},
		{"full", PP_DEMANGLE_FULL},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(styles); i++) {
		if (strcmp(name, styles[i].name) == 0) {
			*style = styles[i].style;
			return true;
		}
	}
	return false;
}

/* ---- libiberty ---- */

typedef int demangler_fn(const char *mangled, int options, demangle_callbackref, void *opaque);

struct sink {
	struct pp_buf *text;
	size_t limit;
	jmp_buf too_long;
};

/* Substitutions double a name with every few bytes, up to 2^100 characters, and the demanglers take
 * no "stop" from a callback: leaving them is the only way out. Their state is on the stack, but
 * for a few bytes if it happens in the midst of a punycode identifier. */
static void add_text(const char *s, size_t n, void *opaque)
{
	struct sink *sink = opaque;

	if (n > sink->limit - sink->text->n)
		longjmp(sink->too_long, 1);
	pp_buf_add(sink->text, s, n);
}

struct job {
	enum pp_demangle style;
	size_t *budget;
	struct pp_buf text; /* libiberty's */
};

static bool run(struct job *j, demangler_fn *demangle, const char *mangled, int options)
{
	struct sink sink = {
		.text = &j->text,
		.limit = *j->budget < MAX_TEXT ? *j->budget : MAX_TEXT,
	};

	pp_buf_clear(&j->text);
	if (setjmp(sink.too_long)) {
		*j->budget -= sink.limit;
		return false;
	}

	bool ok = demangle(mangled, options, add_text, &sink);
	*j->budget -= j->text.n;
	return ok && j->text.n > 0;
}

/* " [clone .part.0] [clone .cold]" at the end. */
static void drop_clones(struct pp_buf *text)
{
	static const char mark[] = " [clone ";

	while (text->n && text->p[text->n - 1] == ']') {
		const char *at = memrchr(text->p, '[', text->n);

		if (!at || at == text->p || strncmp(at - 1, mark, strlen(mark)) != 0)
			return;
		text->n = (size_t)(at - 1 - text->p);
		text->p[text->n] = '\0';
	}
}

/* ---- languages ---- */

static bool add_cxx(struct job *j, const char *name, struct pp_buf *out)
{
	int options = DMGL_ANSI | (j->style == PP_DEMANGLE_FULL ? DMGL_PARAMS : 0);

	if (!pp_cxx_is_tame(name, options) || !run(j, cplus_demangle_v3_callback, name, options))
		return false;
	drop_clones(&j->text);
	pp_cxx_text(pp_buf_view(&j->text), j->style, out);
	return true;
}

/* The function that clang makes of a block: "___Z3foov_block_invoke_2". */
static bool add_block(struct job *j, char *name, struct pp_buf *out)
{
	static const char mark[] = "_block_invoke";
	const size_t kept = out->n;
	char *end = NULL;

	for (char *p = name; (p = strstr(p, mark)) != NULL; p++)
		end = p;
	if (!end)
		return false;

	const char *rest = end + strlen(mark);
	rest += *rest == '_';
	rest += strspn(rest, "0123456789");
	if (*rest && *rest != '.')
		return false;
	*end = '\0';
	pp_buf_str(out, "invocation function for block in ");
	if (add_cxx(j, name + 2, out))
		return true;
	out->n = kept;
	return false;
}

static bool add_rust(struct job *j, const char *name, struct pp_buf *out)
{
	if (!run(j, rust_demangle_callback, name, 0))
		return false;
	if (j->style == PP_DEMANGLE_SIMPLE && name[1] == 'R')
		pp_rust_text(pp_buf_view(&j->text), out);
	else
		pp_buf_add(out, j->text.p, j->text.n);
	return true;
}

static bool looks_mangled(struct pp_str s)
{
	return pp_str_starts(s, PP_STR_LIT("_Z")) || pp_str_starts(s, PP_STR_LIT("_R")) ||
	       pp_str_starts(s, PP_STR_LIT("___Z")) || pp_str_starts(s, PP_STR_LIT("_GLOBAL_"));
}

bool pp_demangle_within(struct pp_str mangled, enum pp_demangle style, size_t *budget,
			struct pp_buf *out)
{
	if (style == PP_DEMANGLE_NONE || !looks_mangled(mangled) || mangled.n > MAX_MANGLED ||
	    memchr(mangled.p, '\0', mangled.n))
		return false;

	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	struct job j = {.style = style, .budget = budget};
	bool ok;

	pp_buf_add(&name, mangled.p, mangled.n);
	/* Rust first: its legacy mangling, "_ZN...17h<16 hex digits>E", is dressed as C++. */
	if (mangled.p[1] == '_')
		ok = add_block(&j, name.p, out);
	else
		ok = add_rust(&j, name.p, out) || add_cxx(&j, name.p, out);
	pp_buf_release(&j.text);
	return ok;
}

bool pp_demangle(struct pp_str mangled, enum pp_demangle style, struct pp_buf *out)
{
	size_t budget = MAX_TEXT;

	return pp_demangle_within(mangled, style, &budget, out);
}
