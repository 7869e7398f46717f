/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/target_file.h: what files of targets say, and what is wrong with them. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "cmd/target_file.h"

/* "URL {labels}" of each target, a line each; or "!" and what is wrong. */
static char *said(struct pp_str text)
{
	struct pp_buf out = PP_BUF_INIT;
	struct pp_target_file f;
	struct pp_err err = PP_ERR_INIT;

	pp_buf_str(&out, "");
	if (pp_target_file_parse(&f, text, &err))
		pp_buf_fmt(&out, "!%s", err.msg);
	for (size_t i = 0; i < f.n && !err.kind; i++) {
		pp_buf_fmt(&out, "%s ", f.item[i].url);
		pp_entry_labels_print(&f.item[i].labels, &out);
		pp_buf_char(&out, '\n');
	}
	if (err.kind)
		assert_int_equal(err.kind, PP_ERR_FORMAT);
	pp_target_file_release(&f);
	return out.p ? out.p : pp_xstrdup("");
}

static const struct {
	const char *text, *says;
} good[] = {
	{"[]", ""},
	{"[{\"targets\": []}]", ""},
	/* JSON, with escapes and tabs */
	{"[\n\t{\"targets\": [\"a:6060\", \"b\"],\n\t\"labels\": {\"service\": "
	 "\"\\u0061pi\\/x\"}}]",
	 "http://a:6060/ {instance=\"a:6060\",service=\"api/x\"}\n"
	 "http://b/ {instance=\"b\",service=\"api/x\"}\n"},
	/* YAML; what is no text there is one here, and what says nothing is no label */
	{"- targets:\n  - a:1\n  labels:\n    version: 1.40\n    on: yes\n    no:\n    none: ~\n"
	 "    empty: ''\n",
	 "http://a:1/ {instance=\"a:1\",on=\"yes\",version=\"1.40\"}\n"},
	/* labels in front, and an instance of the file's own */
	{"- labels: {instance: mine}\n  targets: [a:1]\n", "http://a:1/ {instance=\"mine\"}\n"},
	/* how to pull; what else begins with "__" is dropped */
	{"- targets: [a:1]\n  labels: {__scheme__: https, __profile_path__: /debug/pprof/heap,\n"
	 "    __param_gc: 1, '__param_a b': 'x&y', __meta_x: y, __address__: evil,\n"
	 "    __metrics_path__: /metrics, __name__: z}\n",
	 "https://a:1/debug/pprof/heap?gc=1&a%20b=x%26y {instance=\"a:1\"}\n"},
	{"- targets: [a:1]\n  labels: {__profile_path_prefix__: /mimir/}\n",
	 "http://a:1/mimir/debug/pprof {instance=\"a:1\"}\n"},
	{"- targets: [a:1]\n  labels: {__profile_path_prefix__: p, __profile_path__: 'q r?%s'}\n",
	 "http://a:1/p/q%20r%3F%25s {instance=\"a:1\"}\n"},
	/* a URL says it all itself */
	{"- targets: ['https://u:p@h:8/x/heap?gc=1', '[::1]:6060']\n"
	 "  labels: {__scheme__: http, __profile_path__: /y, __param_seconds: 5}\n",
	 "https://u:p@h:8/x/heap?gc=1&seconds=5 {instance=\"h:8\"}\n"
	 "http://[::1]:6060/y?seconds=5 {instance=\"[::1]:6060\"}\n"},
	/* once is enough; with other labels it is another one */
	{"- targets: [a:1, a:1]\n- targets: [a:1]\n- targets: [a:1]\n  labels: {k: v}\n",
	 "http://a:1/ {instance=\"a:1\"}\nhttp://a:1/ {instance=\"a:1\",k=\"v\"}\n"},
	{"- targets: &t [a, b]\n  labels: &l {k: v}\n- targets: *t\n- targets: [c]\n  labels: *l\n",
	 "http://a/ {instance=\"a\",k=\"v\"}\nhttp://b/ {instance=\"b\",k=\"v\"}\n"
	 "http://a/ {instance=\"a\"}\nhttp://b/ {instance=\"b\"}\n"
	 "http://c/ {instance=\"c\",k=\"v\"}\n"},
};

static void files_are_understood(void **state PP_UNUSED)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		char *is = said(pp_str_of(good[i].text));

		assert_string_equal(is, good[i].says);
		free(is);
	}
}

static const struct {
	const char *text, *says;
} bad[] = {
	{"", "!there is nothing in it"},
	{"# only this\n", "!there is nothing in it"},
	{"[\n  {\"targets\": [\"a\"]\n", "!line 3: "},
	{"[]\n---\n[]\n", "!line 3: a second document begins"},
	{"targets: [a]\n", "!line 1: this is no list of groups of targets"},
	{"-\n- a:1\n", "!line 1: a group is a map with \"targets\" and \"labels\""},
	{"- targets: [a]\n- labels: {a: b}\n", "!line 2: a group without \"targets\""},
	{"- targets: [a]\n  labelz: {}\n", "!line 2: a group has \"targets\" and \"labels\" only"},
	{"- targets: [a]\n  targets: [b]\n", "!line 2: a group has this already"},
	{"- targets: a\n", "!line 1: \"targets\" is no list"},
	{"- targets:\n  - [a]\n", "!line 2: a target is a text, HOST:PORT or a URL"},
	{"- targets:\n  - ''\n", "!line 2: this is no target"},
	{"- targets: [\"a\\0b\"]\n", "!line 1: this is no target"},
	{"- targets:\n  - ok:1\n  - ftp://x\n",
	 "!line 3: cannot use URL 'ftp://x': only http and https are supported"},
	{"- targets: ['http://u:secret@']\n", "!line 1: cannot use URL '...': "},
	{"- targets: [a]\n  labels: [b]\n", "!line 2: \"labels\" is no map"},
	{"- targets: [a]\n  labels:\n    x-y: z\n", "!line 3: 'x-y' is no name for a label: "},
	{"- targets: [a]\n  labels:\n    k: {}\n", "!line 3: the value of a label is a text"},
	{"- targets: [a]\n  labels:\n    [k]: v\n", "!line 3: the name of a label is a text"},
	{"- targets: [a]\n  labels: {k: \"\\0\"}\n",
	 "!line 2: the value of label 'k' is not UTF-8"},
	{"- targets: [a]\n  labels: {__scheme__: ftp}\n", "!line 2: a __scheme__ is http or https"},
	{"- targets: [\xff]\n", "!byte 12: "},
	{"- targets: *nowhere\n", "!line 1: "},
};

static void mistakes_are_named_by_line(void **state PP_UNUSED)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		char *is = said(pp_str_of(bad[i].text));

		if (strncmp(is, bad[i].says, strlen(bad[i].says)) != 0)
			fail_msg("'%s' says '%s', not '%s'", bad[i].text, is, bad[i].says);
		free(is);
	}
}

/* Aliases make little text into much. */
static void there_are_bounds(void **state PP_UNUSED)
{
	struct pp_buf text = PP_BUF_INIT;
	char *is;

	pp_buf_str(&text, "- targets: &l [a0");
	for (int i = 1; i < 2000; i++)
		pp_buf_fmt(&text, ",a%d", i);
	pp_buf_str(&text, "]\n");
	for (int i = 1; i < 2000; i++)
		pp_buf_fmt(&text, "- targets: *l\n  labels: {k: v%d}\n", i);
	is = said(pp_buf_view(&text));
	assert_string_equal(is, "!line 1: too many targets");
	free(is);

	pp_buf_clear(&text);
	pp_buf_str(&text, "- targets: [a]\n  labels: {");
	for (int i = 0; i < 300; i++)
		pp_buf_fmt(&text, "__param_%d: x,", i);
	pp_buf_str(&text, "}\n");
	is = said(pp_buf_view(&text));
	assert_string_equal(is, "!line 2: too many labels");
	free(is);

	pp_buf_clear(&text);
	for (int i = 0; i < 100000; i++)
		pp_buf_char(&text, '[');
	is = said(pp_buf_view(&text));
	assert_int_equal(is[0], '!');
	free(is);
	pp_buf_release(&text);
}

static void messages_name_the_file(void **state PP_UNUSED)
{
	struct pp_target_file f;
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_target_file_read(&f, "/nowhere/targets", &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "/nowhere/targets"));
	pp_target_file_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_understood),
		cmocka_unit_test(mistakes_are_named_by_line),
		cmocka_unit_test(there_are_bounds),
		cmocka_unit_test(messages_name_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
