/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in as text: io/json_read.h, base/base64.h. */
#include <config.h>

#include "unit.h"

#include <string.h>

#include "base/base64.h"
#include "io/json_read.h"

/* Everything at once: what it says, or "!" and where it is damaged. */
static void read_value(struct pp_json_read *r, struct pp_buf *said, struct pp_err *err)
{
	struct pp_buf text = PP_BUF_INIT;
	int64_t v;
	int rc;

	switch (pp_json_read_peek(r)) {
	case '"':
		if (pp_json_read_str(r, &text, err) == 0)
			pp_buf_fmt(said, "'%s'", text.n ? text.p : "");
		break;
	case '[':
		if (pp_json_read_open(r, '[', err))
			break;
		while ((rc = pp_json_read_item(r, err)) == 1) {
			if (pp_json_read_int(r, &v, err))
				break;
			pp_buf_fmt(said, "%lld,", (long long)v);
		}
		break;
	case '{':
		if (pp_json_read_open(r, '{', err))
			break;
		while ((rc = pp_json_read_key(r, &text, err)) == 1) {
			pp_buf_fmt(said, "%s:", text.n ? text.p : "");
			if (pp_json_read_skip(r, err))
				break;
		}
		break;
	default:
		(void)!pp_json_read_skip(r, err);
		pp_buf_str(said, "skipped");
	}
	pp_buf_release(&text);
}

static void json_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"\"\"", "''"},
		{" \"a\\n\\\"\\/\\u0041\\u00e9\\u20ac\\ud83d\\ude00\xc3\xa9\" ",
		 "'a\n\"/A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9'"},
		{"[]", ""},
		{"[1,-2 , 9223372036854775807,\"-9223372036854775808\",0,-0]",
		 "1,-2,9223372036854775807,-9223372036854775808,0,0,"},
		{"{}", ""},
		{"{\"a\":1.5e-3,\"\":{\"b\":[[],{},null,true,false,[{\"x\":\"y\"}]]},\"c\":\"]\"}",
		 "a::c:"},
		{"-12.5E+10", "skipped"},
		{"nul", "! 0"},
		{"", "! 0"},
		{"01", "! 2"},
		{"-", "! 1"},
		{"1.", "! 2"},
		{"1e", "! 2"},
		{"1 2", "! 2"},
		{"[1,]", "! 3"},
		{"[,1]", "! 1"},
		{"[1 2]", "! 3"},
		{"[1}", "! 2"},
		{"[1", "! 2"},
		{"[1.0]", "! 4"},
		{"[9223372036854775808]", "! 20"},
		{"[\"1x\"]", "! 5"},
		{"{\"a\"}", "! 4"},
		{"{\"a\":}", "! 5"},
		{"{\"a\":1,}", "! 7"},
		{"{a:1}", "! 1"},
		{"{\"a\":[1}", "! 7"},
		{"\"a", "! 2"},
		{"\"\\x\"", "! 2"},
		{"\"\\u12g4\"", "! 6"},
		{"\"\\ud800\"", "! 7"},
		{"\"\\ud800\\u0041\"", "! 13"},
		{"\"\\udc00\"", "! 7"},
		{"\"\xff\"", "! 1"},
		{"\"\n\"", "! 1"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_json_read r;
		struct pp_err err = PP_ERR_INIT;
		struct pp_buf said = PP_BUF_INIT;

		pp_json_read_init(&r, pp_str_of(cases[i].text));
		read_value(&r, &said, &err);
		if (!err.msg[0] && pp_json_read_end(&r, &err) == 0)
			pp_buf_str(&said, "");
		if (err.msg[0]) {
			pp_buf_clear(&said);
			pp_buf_fmt(&said, "! %s", strrchr(err.msg, ' ') + 1);
		}
		PP_CHECK_MSG(strcmp(said.n ? said.p : "", cases[i].said) == 0, cases[i].text);
		pp_buf_release(&said);
	}
}

static void deep_json_is_refused(void **state)
{
	(void)state;
	static const size_t depths[] = {PP_JSON_READ_DEPTH, PP_JSON_READ_DEPTH + 1, 100000};

	for (size_t i = 0; i < PP_ARRAY_LEN(depths); i++) {
		struct pp_buf text = PP_BUF_INIT;
		struct pp_json_read r;
		struct pp_err err = PP_ERR_INIT;

		for (size_t k = 0; k < depths[i]; k++)
			pp_buf_char(&text, '[');
		for (size_t k = 0; k < depths[i]; k++)
			pp_buf_char(&text, ']');
		pp_json_read_init(&r, pp_buf_view(&text));
		assert_int_equal(pp_json_read_skip(&r, &err), i ? -1 : 0);
		pp_buf_release(&text);
	}
}

/* The vectors of RFC 4648, section 10, and all bytes. */
static void base64_both_ways(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"", ""},
		{"f", "Zg=="},

		{"foo", "Zm9v"},
		{"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"},
		{"\xfb\xff\xbf", "+/+/"},
	};
	struct pp_err err = PP_ERR_INIT;

	for (size_t i = 0; i < PP_ARRAY_LEN(pairs); i++) {
		struct pp_buf text = PP_BUF_INIT, bytes = PP_BUF_INIT;

		pp_base64_encode((const uint8_t *)pairs[i][0], strlen(pairs[i][0]), &text);
		assert_string_equal(text.p, pairs[i][1]);
		assert_int_equal(pp_base64_decode(pp_str_of(pairs[i][1]), &bytes, &err), 0);
		assert_int_equal(bytes.n, strlen(pairs[i][0]));
		assert_true(bytes.n == 0 || memcmp(bytes.p, pairs[i][0], bytes.n) == 0);
		pp_buf_release(&text);
		pp_buf_release(&bytes);
	}
}

/* One text for the same bytes, and nothing around it. */
static void base64_is_strict(void **state)
{
	(void)state;
	static const char *const bad[] = {"Z",	    "Zg",   "Zg=",  "Zh==",	"Zm9=",
					  "=AAA",   "A===", "====", "Zg==Zm8=", " Zm9v",
					  "Zm9v\n", "Zm-v", "Zm_v", "Zm9\xc3",	"Z=9v"};

	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		struct pp_buf bytes = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;

		PP_CHECK_MSG(pp_base64_decode(pp_str_of(bad[i]), &bytes, &err) == -1, bad[i]);
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		pp_buf_release(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_read),
		cmocka_unit_test(deep_json_is_refused),
		cmocka_unit_test(base64_both_ways),
		cmocka_unit_test(base64_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
