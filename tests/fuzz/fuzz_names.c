/* SPDX-License-Identifier: Apache-2.0 */
/* Lines as names of functions, in all styles: bounded, printable as text, and settled after one
 * round. */
#include <config.h>

#include "symbol/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "profile/builder.h"
#include "render/shorten.h"

#define MAX_NAMES 200
#define MAX_NAME  (4u << 20) /* four times what libiberty may write */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* Every other line is the system name of a function without a name. */
static void make_profile(struct pp_profile *p, struct pp_str text)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_builder b;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "cpu", "nanoseconds");
	for (unsigned i = 0; i < MAX_NAMES && text.n; i++) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		uint32_t name = pp_builder_string(&b, (struct pp_str){text.p, n});

		pp_builder_function(&b, i & 1 ? 0 : name, name, 0, i);
		n += end != NULL;
		text = (struct pp_str){text.p + n, text.n - n};
	}
	require(pp_builder_finish(&b, p, &err) == 0);
	pp_builder_release(&b);
}

static bool is_ascii(struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] & 0x80)
			return false;
	}
	return true;
}

static bool is_utf8(struct pp_str s)
{
	while (s.n) {
		uint32_t c;
		size_t used = pp_utf8_decode(s, &c);

		if (used == 0)
			return false;
		s = (struct pp_str){s.p + used, s.n - used};
	}
	return true;
}

static void check_name(struct pp_str name, struct pp_str system_name)
{
	struct pp_buf b = PP_BUF_INIT;

	require(name.n <= MAX_NAME || name.n <= system_name.n);
	require(!is_ascii(system_name) || is_utf8(name));
	require(system_name.n == 0 || memchr(system_name.p, '\0', system_name.n) || name.n == 0 ||
		!memchr(name.p, '\0', name.n));
	pp_shorten_name(name, &b);
	require(b.n <= name.n);
	pp_buf_release(&b);
}

static void check_style(struct pp_str text, enum pp_demangle style)
{
	struct pp_profile p;

	make_profile(&p, text);
	uint32_t strings = p.nstrings;
	pp_names_demangle(&p, style);
	require(style != PP_DEMANGLE_NONE || p.nstrings == strings);
	for (uint32_t i = 0; i < p.nfunctions; i++)
		check_name(pp_profile_str(&p, p.functions[i].name),
			   pp_profile_str(&p, p.functions[i].system_name));

	struct pp_str *first = calloc(p.nfunctions + 1, sizeof(*first));
	require(first != NULL);
	for (uint32_t i = 0; i < p.nfunctions; i++)
		first[i] = pp_profile_str(&p, p.functions[i].name);
	pp_names_demangle(&p, style);
	for (uint32_t i = 0; i < p.nfunctions; i++)
		require(first[i].n == 0 || style == PP_DEMANGLE_SIMPLE ||
			pp_str_eq(first[i], pp_profile_str(&p, p.functions[i].name)));
	free(first);
	pp_profile_release(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_str text = {(const char *)bytes, n};

	check_style(text, PP_DEMANGLE_NONE);
	check_style(text, PP_DEMANGLE_SIMPLE);
	check_style(text, PP_DEMANGLE_TEMPLATES);
	check_style(text, PP_DEMANGLE_FULL);
	return 0;
}
