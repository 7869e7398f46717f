/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: what a flame graph knows of its functions. */
#include <config.h>

#include "sketch.h"

#include "analyze/flame.h"
#include "base/buf.h"
#include "profile/tag_frames.h"

struct graph {
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_flame flame;
};

static void graph_finish(struct graph *g, const struct pp_frames_options *o)
{
	static const struct pp_flame_options plain = {0};
	struct pp_filter_options none = {.all_frames = true};
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_filter_init(&g->filter, &g->profile, &none, &err), 0);
	pp_nodes_init(&g->nodes);
	pp_frames_init(&g->frames, &g->profile, &g->nodes, o);
	struct pp_view v = {.profile = &g->profile,
			    .filter = &g->filter,
			    .frames = &g->frames,
			    .nodes = &g->nodes};
	assert_int_equal(pp_flame_init(&g->flame, &v, 1, &plain, &err), 0);
}

static void graph_init(struct graph *g, const struct sketch *s, enum pp_granularity granularity)
{
	struct pp_frames_options o = {.granularity = granularity};

	*g = (struct graph){0};
	sketch_profile(&g->profile, s);
	graph_finish(g, &o);
}

static void graph_release(struct graph *g)
{
	pp_flame_release(&g->flame);
	pp_frames_release(&g->frames);
	pp_nodes_release(&g->nodes);
	pp_filter_release(&g->filter);
	pp_profile_release(&g->profile);
}

/* "name file object line kind", a line each, but for the root's. */
static void check_funcs(const struct graph *g, const char *expected)
{
	static const char kinds[] = "nkjl?";
	struct pp_buf out = PP_BUF_INIT;

	for (uint32_t k = 1; k < g->flame.nfuncs; k++) {
		const struct pp_flame_func *f = &g->flame.funcs[k];

		pp_buf_fmt(&out, "%.*s|%.*s|%.*s|%lld|%c\n", (int)f->name.n, f->name.p,
			   (int)f->file.n, f->file.p, (int)f->object.n, f->object.p,
			   (long long)f->line, kinds[f->kind]);
	}
	pp_buf_str(&out, "");
	assert_string_equal(out.p, expected);
	pp_buf_release(&out);
}

static const struct sketch kinds[] = {
	{"work@dir/work.c:12:0:10!/usr/bin/prog$1000 sys_read![kernel.kallsyms]$2000",
	 {1, 1},
	 NULL},
	{"init_module!/lib/modules/ext4.ko.xz$3000 probe!/boot/vmlinux-6.1$4000", {1, 1}, NULL},
	{"gettime![vdso]$5000 high@h.c!/odd$-7f000000", {1, 1}, NULL},
	{"Hot.loop!/tmp/perf-12.map$6000 stub!//anon$7000 dump!/root/jit-7.dump$8000",
	 {1, 1},
	 NULL},
	{"?!/usr/lib/libx.so$9000 ?$a000", {1, 1}, NULL},
	{"text_[k] text_[j] text", {1, 1}, NULL},
	{NULL, {0}, NULL},
};

static void functions_have_kinds(void **state)
{
	(void)state;
	struct graph g;

	graph_init(&g, kinds, PP_BY_FUNCTION);
	check_funcs(&g, "<unknown>|||0|?\n"
			"Hot.loop||perf-12.map|0|j\n"
			"[libx.so]||libx.so|0|?\n"
			"dump||jit-7.dump|0|j\n"
			"gettime||[vdso]|0|n\n"
			"high|h.c|odd|0|k\n"
			"init_module||ext4.ko.xz|0|k\n"
			"probe||vmlinux-6.1|0|k\n"
			"stub||anon|0|j\n"
			"sys_read||[kernel.kallsyms]|0|k\n"
			"text|||0|n\n"
			"text_[j]|||0|j\n"
			"text_[k]|||0|k\n"
			"work|dir/work.c|prog|10|n\n");
	graph_release(&g);
}

static const struct sketch places[] = {
	{"a@x/f.c:3:0:1+b@x/g.c:9:0:7!/bin/p$10 c@x/f.c:40:0:30!/bin/p$20", {1, 1}, NULL},
	{"a@x/f.c:4:0:1!/bin/p$30 c@x/f.c:41:0:30!/bin/p$20", {1, 1}, NULL},
	{NULL, {0}, NULL},
};

static void functions_by_granularity(void **state)
{
	(void)state;
	struct graph g;

	graph_init(&g, places, PP_BY_FUNCTION);
	check_funcs(&g, "a|x/f.c|p|1|n\nb|x/g.c|p|7|n\nc|x/f.c|p|30|n\n");
	graph_release(&g);
	graph_init(&g, places, PP_BY_FILE);
	check_funcs(&g, "x/f.c|x/f.c|p|0|n\nx/g.c|x/g.c|p|0|n\n");
	graph_release(&g);
	graph_init(&g, places, PP_BY_LINE);
	check_funcs(&g, "a x/f.c:3|x/f.c|p|1|n\na x/f.c:4|x/f.c|p|1|n\nb x/g.c:9|x/g.c|p|7|n\n"
			"c x/f.c:40|x/f.c|p|30|n\n");
	graph_release(&g);
}

/* Of a location with inlined calls, the outermost function is what the node is. */
static void functions_without_inlined(void **state)
{
	(void)state;
	struct pp_frames_options o = {.granularity = PP_BY_FUNCTION, .noinlines = true};
	struct graph g = {0};

	sketch_profile(&g.profile, places);
	graph_finish(&g, &o);
	check_funcs(&g, "a|x/f.c|p|1|n\nb|x/g.c|p|7|n\nc|x/f.c|p|30|n\n");
	graph_release(&g);
}

static void functions_of_labels(void **state)
{
	(void)state;
	static const struct sketch labelled[] = {
		{"f@f.c!/bin/p$10", {1, 1}, "job=lint"},
		{"f@f.c!/bin/p$10", {1, 1}, NULL},
		{NULL, {0}, NULL},
	};
	struct pp_frames_options o = {.granularity = PP_BY_FUNCTION};
	struct pp_tag_frames_options tags = {.root = "job", .unit = ""};
	struct pp_tag_frames_found found;
	struct pp_err err = PP_ERR_INIT;
	struct graph g = {0};

	sketch_profile(&g.profile, labelled);
	assert_int_equal(pp_tag_frames_add(&g.profile, &tags, &found, &err), 0);
	graph_finish(&g, &o);
	check_funcs(&g, "<unknown>|job||0|l\nf|f.c|p|0|n\nlint|job||0|l\n");
	graph_release(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_have_kinds),
		cmocka_unit_test(functions_by_granularity),
		cmocka_unit_test(functions_without_inlined),
		cmocka_unit_test(functions_of_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
