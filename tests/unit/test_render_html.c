/* SPDX-License-Identifier: Apache-2.0 */
/* render/: pages of flame graphs are small, hold nothing that could run but their own scripts, and
 * are the same each time. */
#include <config.h>

#include "flame_fixture.h"

#include "base/base64.h"
#include "io/gzip.h"
#include "render/flame.h"
#include "render/web.h"

#define SHELL_MAX    (80u << 10)
#define SCRIPT_START "<script type=\"application/octet-stream\" id=\"pyroprof-script\""
#define DATA_START   "<script type=\"application/octet-stream\" id=\"pyroprof-data\">"

struct page {
	struct fixture f;
	struct pp_flame_view v;
	double *extents;
	char *text;
};

static const struct stack plain[] = {
	{"main;serve;</script><img src=x onerror=alert(1)>", {5, 5000}, NULL},
	{"main;serve", {2, 2000}, NULL},
	{NULL, {0}, NULL},
};

static void write_page(struct page *p)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_out out;

	free(p->text);
	pp_out_init_mem(&out);
	assert_int_equal(pp_flame_html(&p->v, &out, &err), 0);
	pp_buf_char(&out.buf, '\0');
	assert_int_equal(strlen(out.buf.p), out.buf.n - 1);
	p->text = out.buf.p;
}

static void init(struct page *p)
{
	const struct pp_flame_measure cpu = {1, PP_FLAME_AFTER, true};

	*p = (struct page){0};
	fixture_init(&p->f, NULL, plain, NULL);
	p->extents = pp_flame_extents(&p->f.flame, &cpu);
	pp_flame_sort(&p->f.flame, PP_FLAME_BY_WEIGHT, p->extents);
	p->v = (struct pp_flame_view){
		.flame = &p->f.flame,
		.view = &p->f.views[0],
		.extents = p->extents,
		.block = {.measure = cpu, .title = "plain"},
		.look = {.minwidth = 0.5, .fontsize = 12},
	};
	write_page(p);
}

static void release(struct page *p)
{
	free(p->text);
	free(p->extents);
	fixture_release(&p->f);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

/* What stands between a start and the next tag. */
static struct pp_str between(const char *text, const char *start)
{
	const char *p = strstr(text, start);

	assert_non_null(p);
	p = strchr(p, '>');
	assert_non_null(p);
	return (struct pp_str){p + 1, strcspn(p + 1, "<")};
}

static void the_shell_is_small(void **state)
{
	struct page p;

	(void)state;
	init(&p);
	assert_in_range(strlen(p.text) - between(p.text, DATA_START).n, 10000, SHELL_MAX);
	release(&p);
}

static void the_script_comes_out_as_it_went_in(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf packed = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	uint8_t *script = NULL;
	struct page p;
	size_t n;

	(void)state;
	init(&p);
	assert_int_equal(pp_base64_decode(between(p.text, SCRIPT_START), &packed, &err), 0);
	assert_int_equal(
		pp_gzip_inflate((const uint8_t *)packed.p, packed.n, 1u << 20, &script, &n, &err),
		0);
	assert_int_equal(n, pp_web_page_script_size);
	assert_memory_equal(script, pp_web_page_script, n);
	free(script);
	release(&p);
}

/* Three scripts, two of them data; no name is anything but data, no address is anywhere. */
static void nothing_else_can_run(void **state)
{
	struct page p;

	(void)state;
	init(&p);
	assert_int_equal(count(p.text, "<script"), 3);
	assert_int_equal(count(p.text, "</script"), 3);
	assert_int_equal(count(p.text, "onerror"), 0);
	assert_int_equal(count(p.text, "://"), 0);
	assert_int_equal(count(p.text, "Content-Security-Policy"), 1);
	assert_int_equal(count(p.text, "default-src 'none'"), 1);
	assert_int_equal(count(p.text, "'unsafe"), 0);
	assert_int_equal(count(p.text, "{{"), 0);
	release(&p);
}

static void texts_are_escaped(void **state)
{
	const char *const text = "\"></script><b>&\x01";
	struct page p;

	(void)state;
	init(&p);
	p.v.look.title = p.v.look.notes = p.v.look.subtitle = p.v.look.fonttype = text;
	write_page(&p);
	assert_int_equal(count(p.text, "<b>"), 0);
	assert_int_equal(count(p.text, "\x01"), 0);
	assert_int_equal(count(p.text, "</script"), 3);
	assert_int_equal(count(p.text, "&lt;/script&gt;&lt;b&gt;&amp;"), 4);
	release(&p);
}

static void looks_are_told(void **state)
{
	struct page p;

	(void)state;
	init(&p);
	assert_null(strstr(p.text, "data-inverted"));
	assert_null(strstr(p.text, "data-reverse"));
	p.v.look.inverted = p.v.look.reverse = true;
	p.v.look.colours = PP_COLOURS_HOT;
	p.v.look.minwidth_percent = true;
	write_page(&p);
	assert_non_null(strstr(p.text, " data-inverted=\"1\""));
	assert_non_null(strstr(p.text, " data-reverse=\"1\""));
	assert_non_null(strstr(p.text, " data-colors=\"hot\""));
	assert_non_null(strstr(p.text, " data-minwidth=\"0.5%\""));
	release(&p);
}

static void equal_input_gives_equal_bytes(void **state)
{
	struct page a, b;

	(void)state;
	init(&a);
	init(&b);
	assert_string_equal(a.text, b.text);
	release(&a);
	release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shell_is_small),
		cmocka_unit_test(the_script_comes_out_as_it_went_in),
		cmocka_unit_test(nothing_else_can_run),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(looks_are_told),
		cmocka_unit_test(equal_input_gives_equal_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
