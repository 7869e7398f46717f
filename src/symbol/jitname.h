/* SPDX-License-Identifier: Apache-2.0 */
/* What runtimes call the code they make, as a function, a file and a line. */
#ifndef PP_SYMBOL_JITNAME_H
#define PP_SYMBOL_JITNAME_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct pp_jitname {
	struct pp_str function; /* never "" unless the name is */
	struct pp_str file;	/* "": not told */
	uint32_t line;		/* 0: not told; where the function begins */
};

/*
 * Take a name apart:
 *
 *   V8       KIND:*foo /path/file.js:10:5   foo, the file and 10; KIND is JS, LazyCompile,
 * Function, Script or Eval. The tier (~ interpreted, ^ + baseline,
 *                                           * optimized) is left out, so that a function stays
 *                                           one; "(anonymous)" and "(program)" for those unnamed
 *   CPython  py::foo:/path/file.py          foo and the file
 *   HotSpot  int com.foo.Bar.baz(int)       com.foo.Bar.baz
 *   others   Lcom/foo/Bar;::baz             com.foo.Bar.baz, whether (Ljava/...;)V follows or not
 *
 * Everything else is a function as it is: Builtin:Foo, com.foo.Bar::baz, Interpreter. The result is
 * in `text` and in `scratch`, which is overwritten.
 */
struct pp_jitname pp_jitname_parse(struct pp_str text, struct pp_buf *scratch);

#endif
