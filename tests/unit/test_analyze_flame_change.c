/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: that changing a tree gives the tree of stacks that are changed one by one. */
#include <config.h>

#include "flame_fixture.h"

#include "analyze/flame_change.h"
#include "analyze/flame_pack.h"
#include "base/buf.h"

#define STACKS	400
#define LETTERS 5

/* What a change makes of a stack of letters, in place; false: the stack is gone. */
typedef bool change_stack(char *way, char letter);

static bool focus(char *way, char letter)
{
	char *at = strchr(way, letter);

	if (at)
		memmove(way, at, strlen(at) + 1);
	return at != NULL;
}

static bool drop(char *way, char letter)
{
	return !strchr(way, letter);
}

static bool keep(char *way, char letter)
{
	return strchr(way, letter) != NULL;
}

static bool merge(char *way, char letter)
{
	char *to = way;

	for (; *way; way++) {
		if (*way != letter)
			*to++ = *way;
	}
	*to = '\0';
	return true;
}

/* Of one letter, or of all if it is 0. */
static bool collapse(char *way, char letter)
{
	char *to = way;

	for (const char *at = way; *at; at++) {
		char *outer = NULL;

		if (!letter || *at == letter)
			outer = memchr(way, *at, (size_t)(to - way));
		if (outer)
			to = outer + 1;
		else
			*to++ = *at;
	}
	*to = '\0';
	return true;
}

/* Stacks as texts, "a;b", and how many of each side. */
struct stacks {
	char text[STACKS][2 * FIXTURE_DEEP];
	struct stack all[STACKS + 1];
	uint32_t n;
};

static void add(struct stacks *s, const char *way, int64_t value)
{
	char *text = s->text[s->n];
	size_t n = 0;

	for (; *way; way++) {
		if (n)
			text[n++] = ';';
		text[n++] = *way;
	}
	text[n] = '\0';
	s->all[s->n++] = (struct stack){text, {1, value}, NULL};
	s->all[s->n].frames = NULL;
}

static void random_way(uint64_t *seed, char way[FIXTURE_DEEP])
{
	uint32_t depth = fixture_below(seed, FIXTURE_DEEP);

	for (uint32_t i = 0; i < depth; i++)
		way[i] = (char)('a' + fixture_below(seed, LETTERS));
	way[depth] = '\0';
}

/* Two lists: as drawn, and each stack changed. */
static void draw(uint64_t *seed, struct stacks *plain, struct stacks *changed, change_stack *change,
		 char letter)
{
	plain->n = changed->n = 0;
	plain->all[0].frames = changed->all[0].frames = NULL;
	for (uint32_t i = 0; i < STACKS; i++) {
		char way[FIXTURE_DEEP];
		int64_t value = 1 + fixture_below(seed, 1000);

		random_way(seed, way);
		add(plain, way, value);
		if (change(way, letter))
			add(changed, way, value);
	}
}

static void print_tree(struct pp_flame *f, struct pp_buf *out)
{
	pp_flame_sort(f, PP_FLAME_BY_NAME, NULL);
	pp_buf_clear(out);
	pp_buf_fmt(out, "%u nodes, %u deep\n", f->n, f->max_depth);
	for (uint32_t i = 0; i < f->n; i++) {
		pp_buf_fmt(out, "%u:%s to %u%s", f->depth[i], f->funcs[f->func[i]].name.p,
			   f->end[i], f->inlined[i] ? " inlined" : "");
		for (uint32_t c = 0; c < f->ncolumns; c++)
			pp_buf_fmt(out, " %lld/%lld", (long long)f->self[c][i],
				   (long long)pp_flame_total(f, c)[i]);
		pp_buf_char(out, '\n');
	}
}

static uint32_t func_of(const struct pp_flame *f, char letter)
{
	for (uint32_t i = 1; i < f->nfuncs; i++) {
		if (f->funcs[i].name.p[0] == letter)
			return i;
	}
	fail_msg("no function %c", letter);
	return 0;
}

/* That the samples of the side after are where their values are. */
static void check_samples_add_up(struct fixture *f)
{
	struct pp_flame *t = &f->flame;
	int64_t *sums = pp_xcalloc(t->n, sizeof(*sums));

	for (uint64_t i = 0; i < t->nsamples; i++) {
		if (t->sample_node[i] != PP_NONE)
			sums[t->sample_node[i]]++;
	}
	for (uint32_t i = 0; i < t->n; i++)
		assert_int_equal(sums[i], t->self[pp_flame_after(t, 0)][i]);
	free(sums);
}

static void apply(struct pp_flame *f, change_stack *change, char letter)
{
	uint32_t func = letter ? func_of(f, letter) : PP_NONE;

	if (change == focus) {
		pp_flame_focus(f, func);
	} else if (change == drop) {
		pp_flame_drop(f, func);
	} else if (change == merge) {
		pp_flame_merge(f, func);
	} else if (change == collapse) {
		pp_flame_collapse(f, func);
	} else {
		uint8_t *marked = pp_xcalloc(f->nfuncs, 1);

		marked[func] = 1;
		pp_flame_keep(f, marked);
		free(marked);
	}
}

static void check_change(uint64_t seed, change_stack *change, char letter)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf got = PP_BUF_INIT, want = PP_BUF_INIT;
	static struct stacks plain[2], changed[2];
	struct fixture f, expected;

	for (int side = 0; side < 2; side++)
		draw(&seed, &plain[side], &changed[side], change, letter);
	fixture_init(&f, plain[0].all, plain[1].all, NULL);
	fixture_init(&expected, changed[0].all, changed[1].all, NULL);
	apply(&f.flame, change, letter);
	check_samples_add_up(&f);
	print_tree(&f.flame, &got);
	print_tree(&expected.flame, &want);
	assert_string_equal(got.p, want.p);
	fixture_release(&f);
	fixture_release(&expected);
}

static void check_many(change_stack *change, bool all)
{
	for (uint64_t seed = 1; seed <= 20; seed++)
		check_change(seed, change, all ? '\0' : (char)('a' + seed % LETTERS));
}

static void focusing(void **state)
{
	(void)state;
	check_many(focus, false);
}

static void dropping(void **state)
{
	(void)state;
	check_many(drop, false);
}

static void keeping(void **state)
{
	(void)state;
	check_many(keep, false);
}

static void merging(void **state)
{
	(void)state;
	check_many(merge, false);
}

static void collapsing(void **state)
{
	(void)state;
	check_many(collapse, false);
	check_many(collapse, true);
}

/* After any change, the nodes that were packed before are there again. */
static void check_going_back(uint64_t seed, change_stack *change)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf was = PP_BUF_INIT, is = PP_BUF_INIT;
	static struct stacks plain[2], unused;
	struct pp_flame_pack pack;
	struct fixture f;

	for (int side = 0; side < 2; side++)
		draw(&seed, &plain[side], &unused, change, 'a');
	plain[1].all[0].values[1] = INT64_MIN / 2;
	fixture_init(&f, plain[0].all, plain[1].all,
		     &(struct pp_flame_options){.no_samples = true});
	assert_null(f.flame.sample_node);
	print_tree(&f.flame, &was);
	pp_flame_pack(&pack, &f.flame);
	apply(&f.flame, change, 'a');
	pp_flame_unpack(&pack, &f.flame);
	check_shape(&f.flame);
	print_tree(&f.flame, &is);
	assert_string_equal(is.p, was.p);
	pp_flame_strip(&f.flame);
	assert_int_equal(f.flame.n, 0);
	pp_flame_unpack(&pack, &f.flame);
	pp_buf_clear(&is);
	print_tree(&f.flame, &is);
	assert_string_equal(is.p, was.p);
	pp_flame_pack_release(&pack);
	assert_null(pack.bytes);
	fixture_release(&f);
}

static void going_back(void **state)
{
	static change_stack *const changes[] = {focus, drop, merge, keep, collapse};

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++)
		check_going_back(seed, changes[seed % PP_ARRAY_LEN(changes)]);
}

/* Of the root, and where nothing is left. */
/* Of each node: its subtree, as it was, below the root. */
static void check_subtree(const struct stacks *stacks, uint32_t node)
{
	struct fixture f, whole;
	uint32_t last;

	fixture_init(&whole, NULL, stacks->all, NULL);
	fixture_init(&f, NULL, stacks->all, NULL);
	last = whole.flame.end[node] - 1;
	pp_flame_focus_node(&f.flame, node);
	check_samples_add_up(&f);
	assert_int_equal(f.flame.n, last - node + 2);
	assert_int_equal(f.flame.self[0][0], 0);
	for (uint32_t i = node; i <= last; i++) {
		assert_int_equal(f.flame.func[i - node + 1], whole.flame.func[i]);
		assert_int_equal(f.flame.end[i - node + 1], whole.flame.end[i] - node + 1);
		assert_int_equal(f.flame.self[0][i - node + 1], whole.flame.self[0][i]);
	}
	fixture_release(&f);
	fixture_release(&whole);
}

static void focusing_nodes(void **state)
{
	static struct stacks plain, changed;
	uint64_t seed = 7;
	struct fixture f;
	uint32_t n;

	(void)state;
	draw(&seed, &plain, &changed, focus, 'a');
	fixture_init(&f, NULL, plain.all, NULL);
	n = f.flame.n;
	fixture_release(&f);
	assert_true(n > 10);
	for (uint32_t node = 1; node < n; node++)
		check_subtree(&plain, node);
}

static void ends(void **state)
{
	static const struct stack stacks[] = {{"a;b", {1, 5}, NULL}, {NULL, {0}, NULL}};
	struct fixture f;
	uint8_t none[3] = {0};

	(void)state;
	fixture_init(&f, NULL, stacks, NULL);
	pp_flame_focus(&f.flame, 0);
	pp_flame_focus_node(&f.flame, 0);
	pp_flame_drop(&f.flame, 0);
	pp_flame_merge(&f.flame, 0);
	pp_flame_collapse(&f.flame, 0);
	assert_int_equal(f.flame.n, 3);
	pp_flame_keep(&f.flame, none);
	assert_int_equal(f.flame.n, 1);
	assert_int_equal(pp_flame_total(&f.flame, 0)[0], 0);
	assert_int_equal(f.flame.sample_node[0], PP_NONE);
	pp_flame_collapse(&f.flame, PP_NONE);
	assert_int_equal(f.flame.n, 1);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(focusing_nodes), cmocka_unit_test(focusing),
		cmocka_unit_test(dropping),	  cmocka_unit_test(keeping),
		cmocka_unit_test(merging),	  cmocka_unit_test(collapsing),
		cmocka_unit_test(ends),		  cmocka_unit_test(going_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
