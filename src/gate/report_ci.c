/* SPDX-License-Identifier: Apache-2.0 */
/* For CI systems. What comes from a profile is escaped for each of them: a name must not become a
 * command, a tag or another attribute. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "gate/report.h"
#include "io/json.h"
#include "io/sha256.h"
#include "render/svg_text.h"

static bool is_failure(const struct pp_gate_report *r, const struct pp_gate_item *i)
{
	return i->judged.verdict == PP_VERDICT_REGRESSED ||
	       (i->judged.verdict == PP_VERDICT_INCONCLUSIVE && r->fails_undecided);
}

/* Workflow commands escape by percent signs; properties more than messages. As on a terminal first,
 * so that there are neither ends of lines nor other controls. */
static void put_escaped(struct pp_str text, bool property, struct pp_out *o)
{
	struct pp_out s;

	pp_out_init_mem(&s);
	pp_out_safe(&s, text);
	for (size_t i = 0; i < s.buf.n; i++) {
		char c = s.buf.p[i];

		if (c == '%' || (property && (c == ':' || c == ',')))
			pp_out_fmt(o, "%%%02X", (unsigned char)c);
		else
			pp_out_char(o, c);
	}
	pp_buf_release(&s.buf);
}

static void put_annotation(const struct pp_gate_report *r, const struct pp_gate_item *i,
			   struct pp_out *o)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT, file = PP_BUF_INIT;
	struct pp_str name = pp_nodes_name(r->gate->nodes, i->node);
	bool regressed = i->judged.verdict == PP_VERDICT_REGRESSED;
	int64_t number;

	r->place(r->context, i->node, &file, &number);
	pp_gate_sentence(r, i, &line);
	pp_out_fmt(o, "::%s ", is_failure(r, i) ? "error" : "warning");
	if (file.n) {
		pp_out_text(o, "file=");
		put_escaped(pp_buf_view(&file), true, o);
		pp_out_fmt(o, ",line=%lld,", (long long)(number > 0 ? number : 1));
	}
	pp_out_text(o, "title=");
	pp_out_text(o, regressed ? "Performance regression" : "Performance inconclusive");
	pp_out_text(o, "::");
	put_escaped(name, false, o);
	pp_out_text(o, ": ");
	put_escaped(pp_buf_view(&line), false, o);
	pp_out_char(o, '\n');
}

void pp_gate_github(const struct pp_gate_report *r, struct pp_out *o)
{
	for (size_t i = 0; i < r->gate->n; i++) {
		if (r->gate->items[i].judged.verdict != PP_VERDICT_OK)
			put_annotation(r, &r->gate->items[i], o);
	}
}

/* The same function in two pipelines is one finding. */
static void put_fingerprint(struct pp_json *j, struct pp_str name, struct pp_str rule)
{
	uint8_t hash[PP_SHA256_SIZE];
	char hex[PP_SHA256_HEX];
	struct pp_sha256 h;

	pp_sha256_init(&h);
	pp_sha256_add(&h, rule.p, rule.n);
	pp_sha256_add(&h, "\n", 1);
	pp_sha256_add(&h, name.p, name.n);
	pp_sha256_end(&h, hash);
	pp_json_pair_str(j, "fingerprint", pp_str_of(pp_sha256_hex(hex, hash)));
}

static void put_issue(const struct pp_gate_report *r, const struct pp_gate_item *i,
		      struct pp_json *j)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT, file = PP_BUF_INIT;
	struct pp_str name = pp_nodes_name(r->gate->nodes, i->node);
	bool regressed = i->judged.verdict == PP_VERDICT_REGRESSED;
	const struct pp_str rule = regressed ? PP_STR_LIT("performance-regression")
					     : PP_STR_LIT("performance-inconclusive");
	int64_t line;

	r->place(r->context, i->node, &file, &line);
	pp_buf_add(&text, name.p, name.n);
	pp_buf_str(&text, ": ");
	pp_gate_sentence(r, i, &text);
	pp_json_open(j, '{');
	pp_json_pair_str(j, "description", pp_buf_view(&text));
	pp_json_pair_str(j, "check_name", rule);
	put_fingerprint(j, name, rule);
	pp_json_pair_str(j, "severity",
			 is_failure(r, i) ? PP_STR_LIT("major") : PP_STR_LIT("info"));
	pp_json_key(j, "location");
	pp_json_open(j, '{');
	pp_json_pair_str(j, "path", file.n ? pp_buf_view(&file) : PP_STR_LIT("unknown"));
	pp_json_key(j, "lines");
	pp_json_open(j, '{');
	pp_json_pair_int(j, "begin", line > 0 ? line : 1);
	pp_json_close(j, '}');
	pp_json_close(j, '}');
	pp_json_close(j, '}');
}

void pp_gate_gitlab(const struct pp_gate_report *r, struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '[');
	for (size_t i = 0; i < r->gate->n; i++) {
		if (r->gate->items[i].judged.verdict != PP_VERDICT_OK)
			put_issue(r, &r->gate->items[i], &j);
	}
	pp_json_close(&j, ']');
}

static bool is_case(const struct pp_gate_item *i)
{
	return i->judged.guarded || i->judged.verdict != PP_VERDICT_OK;
}

/* What happened stands in the text of the element: not all who read this show the attribute. */
static void put_case(const struct pp_gate_report *r, const struct pp_gate_item *i, struct pp_out *o)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;
	bool failure = is_failure(r, i);

	pp_gate_sentence(r, i, &line);
	pp_out_text(o, "    <testcase classname=\"pyroprof.gate\" name=\"");
	pp_svg_any(o, pp_nodes_name(r->gate->nodes, i->node));
	if (!failure && i->judged.verdict == PP_VERDICT_OK) {
		pp_out_text(o, "\" time=\"0\"/>\n");
		return;
	}
	pp_out_text(o, "\" time=\"0\">\n");
	if (failure) {
		pp_out_fmt(o, "      <failure type=\"%s\" message=\"%s\">",
			   pp_verdict_names[i->judged.verdict],
			   pp_verdict_names[i->judged.verdict]);
		pp_svg_any(o, pp_buf_view(&line));
		pp_out_text(o, "</failure>\n");
	} else {
		pp_out_text(o, "      <skipped message=\"inconclusive: ");
		pp_svg_any(o, pp_buf_view(&line));
		pp_out_text(o, "\"/>\n");
	}
	pp_out_text(o, "    </testcase>\n");
}

void pp_gate_junit(const struct pp_gate_report *r, struct pp_out *o)
{
	size_t cases = 0, failures = 0, skipped = 0;

	for (size_t i = 0; i < r->gate->n; i++) {
		const struct pp_gate_item *item = &r->gate->items[i];

		cases += is_case(item);
		failures += is_failure(r, item);
		skipped += item->judged.verdict == PP_VERDICT_INCONCLUSIVE && !is_failure(r, item);
	}
	pp_out_text(o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	pp_out_fmt(
		o,
		"  <testsuite name=\"pyroprof gate\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
		"skipped=\"%zu\" time=\"0\">\n",
		cases, failures, skipped);
	for (size_t i = 0; i < r->gate->n; i++) {
		if (is_case(&r->gate->items[i]))
			put_case(r, &r->gate->items[i], o);
	}
	pp_out_text(o, "  </testsuite>\n</testsuites>\n");
}
