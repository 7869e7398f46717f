/* SPDX-License-Identifier: Apache-2.0 */
/* The reports that go sample by sample: traces, tags, raw, folded; the summary; rows as a profile.
 * The expected texts are what pprof prints for the same profile. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/fold.h"
#include "analyze/summary.h"
#include "analyze/tags.h"
#include "profile/builder.h"
#include "render/comments.h"
#include "render/folded.h"
#include "render/raw.h"
#include "render/tags.h"
#include "render/top_profile.h"
#include "render/traces.h"

/* A profile, and all that a report needs of it. */
struct fixture {
	struct pp_builder b;
	struct pp_profile p;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_labels labels;
	struct pp_view view;
	struct pp_header header;
	struct pp_out out;
};

static uint32_t str(struct fixture *f, const char *s)
{
	return pp_builder_string(&f->b, pp_str_of(s));
}

static struct pp_line line_of(struct fixture *f, const char *name, int64_t line)
{
	return (struct pp_line){.function = pp_builder_function(&f->b, str(f, name), str(f, name),
								str(f, "a.c"), 1),
				.line = line,
				.column = 7};
}

static uint32_t location(struct fixture *f, const char *inner, const char *outer)
{
	struct pp_line lines[2] = {line_of(f, inner, 3)};

	if (outer)
		lines[1] = line_of(f, outer, 5);
	return pp_builder_new_location(&f->b, 0, 0x10, lines, outer ? 2 : 1);
}

static void text_label(struct fixture *f, struct pp_builder_label *l, const char *key,
		       const char *value)
{
	*l = (struct pp_builder_label){.key = str(f, key), .str = str(f, value)};
}

static void number_label(struct fixture *f, struct pp_builder_label *l, const char *key,
			 int64_t value, const char *unit)
{
	*l = (struct pp_builder_label){.key = str(f, key), .num = value, .unit = str(f, unit)};
}

/* main calls work, into which copy is inlined; main alone; no stack at all. */
static void add_samples(struct fixture *f)
{
	uint32_t stacks[3] = {location(f, "copy;x", "work"), location(f, "main", NULL)};
	int64_t values[3][2] = {{1, 30000000}, {2, 10000000}, {4, 5000000}};
	struct pp_builder_label labels[6];

	text_label(f, &labels[0], "key", "b");
	number_label(f, &labels[1], "size", 2048, "bytes");
	text_label(f, &labels[2], "a-very-long-key", "v");
	text_label(f, &labels[3], "key", "a");
	number_label(f, &labels[4], "size", 1, "");
	number_label(f, &labels[5], "plain", 3, "");
	pp_builder_sample(&f->b, stacks, 2, values[0], labels, 6);
	pp_builder_sample(&f->b, stacks + 1, 1, values[1], labels + 3, 1);
	pp_builder_sample(&f->b, stacks, 2, values[1], NULL, 0);
	pp_builder_sample(&f->b, NULL, 0, values[2], NULL, 0);
}

static void open_fixture(struct fixture *f, const struct pp_filter_options *filters)
{
	const struct pp_frames_options by_function = {.granularity = PP_BY_FUNCTION};
	struct pp_mapping m = {.start = 0x1000, .limit = 0x2000, .has_functions = true};
	struct pp_err err = PP_ERR_INIT;

	*f = (struct fixture){0};
	pp_builder_init(&f->b);
	pp_builder_sample_type(&f->b, "samples", "count");
	pp_builder_sample_type(&f->b, "cpu", "nanoseconds");
	m.file = str(f, "/bin/app");
	(void)pp_builder_mapping(&f->b, &m);
	add_samples(f);
	pp_builder_comment(&f->b, PP_STR_LIT("#one\x1b"));
	f->b.head.duration_nanos = 6156000000;
	f->b.head.time_nanos = 1500000000;
	assert_int_equal(pp_builder_finish(&f->b, &f->p, &err), 0);
	pp_builder_release(&f->b);
	assert_int_equal(pp_filter_init(&f->filter, &f->p, filters, &err), 0);
	pp_nodes_init(&f->nodes);
	pp_frames_init(&f->frames, &f->p, &f->nodes, &by_function);
	pp_labels_init(&f->labels, &f->p);
	f->view = (struct pp_view){.profile = &f->p,
				   .filter = &f->filter,
				   .frames = &f->frames,
				   .nodes = &f->nodes,
				   .index = 1};
	struct pp_total total = pp_total_of(&f->view);
	pp_header_init(&f->header, &f->view, pp_total_value(&total));
	pp_out_init_mem(&f->out);
}

static void close_fixture(struct fixture *f)
{
	pp_buf_release(&f->out.buf);
	pp_labels_release(&f->labels);
	pp_frames_release(&f->frames);
	pp_nodes_release(&f->nodes);
	pp_filter_release(&f->filter);
	pp_profile_release(&f->p);
}

static const char *printed(struct fixture *f)
{
	pp_out_char(&f->out, '\0');
	return f->out.buf.p;
}

static const struct pp_filter_options everything;

#define TRACES_HEAD                       \
	"File: app\nType: cpu\n"          \
	"Time: 1970-01-01 00:00:01 UTC\n" \
	"Duration: 6.16s, Total samples = 55ms ( 0.89%)\n"
#define TRACES_LINE "-----------+-------------------------------------------------------\n"

static void traces_are_grouped_and_aligned(void **state)
{
	(void)state;
	struct fixture f;

	open_fixture(&f, &everything);
	pp_traces_text(&(struct pp_traces_view){&f.view, &f.header, &f.labels}, &f.out);
	assert_string_equal(printed(&f), TRACES_HEAD TRACES_LINE
			    "       key:  b a\n"
			    "a-very-long-key:  v\n"
			    "      size:  2kB 1B\n"
			    "     plain:  3\n"
			    "      30ms   copy;x (inline)\n"
			    "             work\n"
			    "             main\n" TRACES_LINE "       key:  a\n"
			    "      10ms   main\n" TRACES_LINE "      10ms   copy;x (inline)\n"
			    "             work\n"
			    "             main\n" TRACES_LINE);
	close_fixture(&f);
}

static void traces_show_means_and_filters(void **state)
{
	(void)state;
	const struct pp_filter_options filters = {.text[PP_FILTER_FOCUS] = "copy",
						  .text[PP_FILTER_TAGSHOW] = "^plain$"};
	struct fixture f;

	open_fixture(&f, &filters);
	f.view.mean = true;
	f.header.out_unit = PP_STR_LIT("ns");
	pp_traces_csv(&(struct pp_traces_view){&f.view, &f.header, &f.labels}, &f.out);
	assert_string_equal(printed(&f), "sample,frame,value,unit,labels,inlined,name\n"
					 "1,0,30000000,nanoseconds,plain=3 plain,yes,copy;x\n"
					 "1,1,,,,,work\n1,2,,,,,main\n"
					 "2,0,5000000,nanoseconds,,yes,copy;x\n"
					 "2,1,,,,,work\n2,2,,,,,main\n");
	close_fixture(&f);
}

static void tags_are_summed_per_value(void **state)
{
	(void)state;
	struct fixture f;
	struct pp_tags tags;

	open_fixture(&f, &everything);
	pp_tags_init(&tags, &f.view, &f.labels);
	assert_int_equal(pp_total_value(&tags.total), 55000000);
	pp_tags_text(&tags, &f.header, &f.out);
	assert_string_equal(printed(&f), " a-very-long-key: Total 30ms of 55ms (54.55%)\n"
					 "                  30ms (54.55%): v\n\n"
					 " key: Total 70ms of 55ms (127.27%)\n"
					 "      40ms (72.73%): a\n"
					 "      30ms (54.55%): b\n\n"
					 " plain: Total 30ms of 55ms (54.55%)\n"
					 "        30ms (54.55%): 3\n\n"
					 " size: Total 60ms of 55ms (109.09%)\n"
					 "       30ms (54.55%): 1B\n"
					 "       30ms (54.55%): 2kB\n\n");
	pp_tags_release(&tags);
	close_fixture(&f);
}

/* 1B and 2048B are both 0 in GB, and one row; as data, they stay two. */
static void tags_that_look_the_same_are_one(void **state)
{
	(void)state;
	const struct pp_filter_options filters = {.text[PP_FILTER_TAGSHOW] = "^size$"};
	struct fixture f;
	struct pp_tags tags;

	open_fixture(&f, &filters);
	pp_tags_init(&tags, &f.view, &f.labels);
	f.header.out_unit = PP_STR_LIT("GB");
	f.header.total = 0;
	pp_tags_text(&tags, &f.header, &f.out);
	pp_tags_csv(&tags, &f.header, &f.out);
	assert_string_equal(printed(&f), " size: Total 0.06s of 0\n"
					 "       0.06s: 0\n\n"
					 "key,value,number,number unit,total,total%,unit\n"
					 "size,,1,bytes,30000000,0.0000,nanoseconds\n"
					 "size,,2048,bytes,30000000,0.0000,nanoseconds\n");
	pp_tags_release(&tags);
	close_fixture(&f);
}

static void raw_shows_everything(void **state)
{
	(void)state;
	struct fixture f;

	open_fixture(&f, &everything);
	pp_raw_text(&f.p, &f.filter, &(struct pp_raw_options){0}, &f.out);
	assert_string_equal(printed(&f), "Comment: #one\\x1b\nPeriodType:  \nPeriod: 0\n"
					 "Time: 1970-01-01 00:00:01.5 +0000 UTC\nDuration: 6.15\n"
					 "Samples:\nsamples/count cpu/nanoseconds\n"
					 "          1   30000000: 1 2 \n"
					 "                a-very-long-key:[v] key:[b a]\n"
					 "                plain:[3] size:[2048 bytes 1 ]\n"
					 "          2   10000000: 2 \n"
					 "                key:[a]\n"
					 "          2   10000000: 1 2 \n"
					 "          4    5000000: \n"
					 "Locations\n"
					 "     1: 0x10 M=1 copy;x a.c:3:7 s=1\n"
					 "             work a.c:5:7 s=1\n"
					 "     2: 0x10 M=1 main a.c:3:7 s=1\n"
					 "Mappings\n1: 0x1000/0x2000/0x0 /bin/app  [FN]\n");
	close_fixture(&f);
}

static void folded_stacks_are_merged_and_sorted(void **state)
{
	(void)state;
	struct fixture f;

	open_fixture(&f, &everything);
	assert_int_equal(pp_folded_text(&f.view, &f.header, &f.out), 1);
	assert_string_equal(printed(&f), "main 10000000\nmain;work;copy:x 40000000\n");
	close_fixture(&f);
}

static void folded_stacks_have_means(void **state)
{
	(void)state;
	struct fixture f;

	open_fixture(&f, &everything);
	f.view.mean = true;
	pp_folded_text(&f.view, &f.header, &f.out);
	assert_string_equal(printed(&f), "main 5000000\nmain;work;copy:x 13333333\n");
	close_fixture(&f);
}

static void summary_counts(void **state)
{
	(void)state;
	struct pp_summary s;
	struct fixture f;

	open_fixture(&f, &everything);
	pp_summary_init(&s, &f.p);
	assert_int_equal(s.totals[0], 9);
	assert_int_equal(s.totals[1], 55000000);
	assert_int_equal(s.frames, 7);
	assert_int_equal(s.deepest, 3);
	assert_int_equal(s.empty, 1);
	assert_int_equal(s.mappings[0].locations, 2);
	assert_int_equal(s.mappings[0].inlined, 1);
	assert_int_equal(s.mappings[0].lines, 2);
	assert_int_equal(s.mappings[1].locations, 0);
	pp_summary_release(&s);
	close_fixture(&f);
}

static void rows_become_a_profile(void **state)
{
	(void)state;
	struct pp_profile made;
	struct pp_err err = PP_ERR_INIT;
	struct pp_filter none = {0};
	struct fixture f;
	struct pp_row rows[2];

	open_fixture(&f, &everything);
	f.header.out_unit = PP_STR_LIT("ms");
	for (uint32_t i = 0; i < 2; i++)
		rows[i] = (struct pp_row){.node = i, .flat_value = 1999999, .cum_value = -30000000};
	assert_int_equal(pp_top_profile(&made, &(struct pp_rows){.all = rows, .n = 2}, &f.nodes,
					&f.header, &err),
			 0);
	none.profile = &made;
	pp_raw_text(&made, &none, &(struct pp_raw_options){0}, &f.out);
	assert_string_equal(printed(&f), "PeriodType:  \nPeriod: 0\n"
					 "Time: 1970-01-01 00:00:01.5 +0000 UTC\nDuration: 6.15\n"
					 "Samples:\ncum/ms flat/ms\n"
					 "        -30          1: 1 \n        -30          1: 2 \n"
					 "Locations\n"
					 "     1: 0x0 M=1 copy;x :0:0 s=0()\n"
					 "     2: 0x0 M=1 work :0:0 s=0()\n"
					 "Mappings\n1: 0x0/0x0/0x0   \n");
	pp_profile_release(&made);
	close_fixture(&f);
}

static void comments_are_all_shown(void **state)
{
	(void)state;
	struct fixture f;

	open_fixture(&f, &everything);
	pp_comments_text(&f.p, &f.out);
	pp_comments_csv(&f.p, &f.out);
	pp_comments_json(&f.p, &f.out);
	assert_string_equal(printed(&f), "#one\\x1b\ncomment\n#one\\x1b\n"
					 "{\n  \"comments\": [\n    \"#one\\u001b\"\n  ]\n}\n");
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traces_are_grouped_and_aligned),
		cmocka_unit_test(traces_show_means_and_filters),
		cmocka_unit_test(tags_are_summed_per_value),
		cmocka_unit_test(tags_that_look_the_same_are_one),
		cmocka_unit_test(raw_shows_everything),
		cmocka_unit_test(folded_stacks_are_merged_and_sorted),
		cmocka_unit_test(folded_stacks_have_means),
		cmocka_unit_test(summary_counts),
		cmocka_unit_test(rows_become_a_profile),
		cmocka_unit_test(comments_are_all_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
