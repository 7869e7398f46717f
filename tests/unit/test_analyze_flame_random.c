/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: trees of flame graphs against a recomputation from texts, and trees of odd shapes. */
#include <config.h>

#include "flame_fixture.h"

#include "base/map.h"

#define CPU FIXTURE_CPU

/* Nodes by the texts of their ways, recomputed from the samples; for random trees. */
struct naive {
	struct pp_strtab ways; /* letters; way n is n + 1 */
	int64_t self[4][4096], total[4][4096];
	bool outer[4096];
	uint32_t order[4096];
};

static void naive_stack(struct naive *v, const struct stack *s, uint32_t side)
{
	uint32_t depth = (uint32_t)(strlen(s->frames) + 1) / 2, at = 0;
	char way[FIXTURE_DEEP];

	for (uint32_t level = 0; level <= depth; level++) {
		if (level) {
			way[level - 1] = s->frames[2 * (level - 1)];
			at = pp_strtab_add(&v->ways, (struct pp_str){way, level});
			assert_true(at < PP_ARRAY_LEN(v->outer));
			v->outer[at] |= level == 1 || s->frames[2 * level - 3] == ';';
		}
		for (uint32_t t = 0; t < 2; t++)
			v->total[2 * side + t][at] += s->values[t];
	}
	for (uint32_t t = 0; t < 2; t++)
		v->self[2 * side + t][at] += s->values[t];
}

static void naive_side(struct naive *v, uint64_t seed, uint32_t side, uint32_t n, uint32_t letters)
{
	char text[2 * FIXTURE_DEEP];

	for (uint32_t i = 0; i < n; i++) {
		struct stack s = fixture_random(&seed, text, letters, true);

		if (s.values[0])
			naive_stack(v, &s, side);
	}
}

static int compare_ways(const void *x, const void *y, void *ways)
{
	return pp_str_cmp(pp_strtab_get(ways, *(const uint32_t *)x),
			  pp_strtab_get(ways, *(const uint32_t *)y));
}

/* A random diff, and the same from texts. */
static void init_random(struct fixture *f, struct naive *v, uint64_t seed, uint32_t n,
			uint32_t letters)
{
	*f = (struct fixture){0};
	*v = (struct naive){0};
	pp_strtab_init(&v->ways);
	for (uint32_t side = 0; side < 2; side++) {
		uint64_t own = seed + 2 + side;

		naive_side(v, own, side, n, letters);
		fixture_add_random(f, &own, n, letters, true);
	}
	for (uint32_t i = 0; i < v->ways.count; i++)
		v->order[i] = i;
	qsort_r(v->order, v->ways.count, sizeof(*v->order), compare_ways, &v->ways);
	fixture_build(f, NULL);
}

static void check_node(struct pp_flame *f, const struct naive *v, uint32_t i)
{
	uint32_t at = v->order[i];
	struct pp_str way = pp_strtab_get(&v->ways, at);

	assert_int_equal(f->depth[i], way.n);
	if (i) {
		struct pp_str name = f->funcs[f->func[i]].name;

		assert_int_equal(name.n, 1);
		assert_int_equal(*name.p, way.p[way.n - 1]);
		assert_int_equal(f->inlined[i], !v->outer[at]);
	}
	for (uint32_t c = 0; c < 4; c++) {
		assert_true(f->self[c][i] == v->self[c][at]);
		assert_true(pp_flame_total(f, c)[i] == v->total[c][at]);
	}
}

static void random_trees(void **state)
{
	(void)state;
	struct naive *v = pp_xcalloc(1, sizeof(*v));

	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct fixture f;

		init_random(&f, v, seed, (uint32_t)seed * 3, 1 + (uint32_t)seed % 6);
		check_shape(&f.flame);
		assert_int_equal(f.flame.n, v->ways.count);
		for (uint32_t i = 0; i < f.flame.n; i++)
			check_node(&f.flame, v, i);
		fixture_release(&f);
		pp_strtab_release(&v->ways);
	}
	free(v);
}

/* Flat and cum by looking at all ancestors. */
static void check_table(struct pp_flame *f, uint32_t column)
{
	int64_t *flat, *cum;

	pp_flame_table(f, column, &flat, &cum);
	for (uint32_t i = 0; i < f->n; i++) {
		bool outermost = true;

		for (uint32_t at = f->parent[i]; at != PP_NONE; at = f->parent[at])
			outermost &= f->func[at] != f->func[i];
		flat[f->func[i]] -= f->self[column][i];
		cum[f->func[i]] -= outermost ? pp_flame_total(f, column)[i] : 0;
	}
	for (uint32_t k = 0; k < f->nfuncs; k++)
		assert_true(flat[k] == 0 && cum[k] == 0);
	free(flat);
	free(cum);
}

static void random_tables(void **state)
{
	(void)state;
	struct naive *v = pp_xcalloc(1, sizeof(*v));

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct fixture f;

		init_random(&f, v, seed, 100, 3);
		for (uint32_t c = 0; c < 4; c++)
			check_table(&f.flame, c);
		fixture_release(&f);
		pp_strtab_release(&v->ways);
	}
	free(v);
}

/* Sorted trees have the same nodes, in the order asked for. */
static void random_orders(void **state)
{
	(void)state;
	struct naive *v = pp_xcalloc(1, sizeof(*v));
	struct pp_flame_measure m = {CPU, PP_FLAME_UNION, true};

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct fixture f;
		double *extents, *again;

		init_random(&f, v, seed, 20 * (uint32_t)seed, 5);
		extents = pp_flame_extents(&f.flame, &m);
		pp_flame_sort(&f.flame, PP_FLAME_BY_WEIGHT, extents);
		check_shape(&f.flame);
		again = pp_flame_extents(&f.flame, &m);
		for (uint32_t i = 0; i < f.flame.n; i++) {
			uint32_t next = f.flame.end[i];

			assert_true(extents[i] - again[i] < 1e-6 && again[i] - extents[i] < 1e-6);
			if (i && next < f.flame.n && f.flame.parent[next] == f.flame.parent[i])
				assert_true(extents[i] > extents[next] ||
					    (extents[i] >= extents[next] &&
					     f.flame.func[i] < f.flame.func[next]));
		}
		pp_flame_sort(&f.flame, PP_FLAME_BY_NAME, extents);
		for (uint32_t i = 0; i < f.flame.n; i++)
			check_node(&f.flame, v, i);
		free(extents);
		free(again);
		fixture_release(&f);
		pp_strtab_release(&v->ways);
	}
	free(v);
}

/* Where a node of the pruned tree was in the whole one: `was` is its parent there. */
static uint32_t find_child(const struct pp_flame *f, uint32_t was, struct pp_str name)
{
	for (uint32_t c = was + 1; c < f->end[was]; c = f->end[c]) {
		if (pp_str_eq(f->funcs[f->func[c]].name, name))
			return c;
	}
	return PP_NONE;
}

static uint32_t count_children(const struct pp_flame *f, uint32_t node)
{
	uint32_t n = 0;

	for (uint32_t c = node + 1; c < f->end[node]; c = f->end[c])
		n++;
	return n;
}

/* A pruned tree beside the whole one. */
static void check_pruned(struct pp_flame *f, struct pp_flame *whole)
{
	uint32_t *was = pp_xcalloc(f->n, sizeof(*was));

	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t merged = f->smaller[f->func[i]], parent = i ? f->parent[i] : 0;

		if (i && !merged)
			was[i] = find_child(whole, was[parent], f->funcs[f->func[i]].name);
		assert_true(was[i] != PP_NONE);
		if (merged)
			assert_int_equal(merged, count_children(whole, was[parent]) -
							 count_children(f, parent) + 1);
		for (uint32_t c = 0; c < f->ncolumns; c++) {
			int64_t total = f->self[c][i];

			for (uint32_t k = i + 1; k < f->end[i]; k = f->end[k])
				total += f->total[c][k];
			assert_true(f->total[c][i] == total);
			if (!merged)
				assert_true(pp_flame_total(whole, c)[was[i]] == total);
		}
	}
	free(was);
}

static void random_prunings(void **state)
{
	(void)state;
	struct naive *v = pp_xcalloc(1, sizeof(*v));

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct pp_flame_measure m = {CPU, PP_FLAME_WIDER, false};
		struct fixture f, whole;
		int64_t *flat[2], *cum[2];
		double *extents;

		init_random(&f, v, seed, 200, 4);
		pp_strtab_release(&v->ways);
		init_random(&whole, v, seed, 200, 4);
		pp_strtab_release(&v->ways);
		extents = pp_flame_extents(&f.flame, &m);
		assert_true(fixture_prune(&f.flame, extents, 100.0 * (double)seed) > 0);
		free(extents);
		check_shape(&f.flame);
		check_pruned(&f.flame, &whole.flame);
		check_samples(&f);
		pp_flame_table(&f.flame, CPU, &flat[0], &cum[0]);
		pp_flame_table(&whole.flame, CPU, &flat[1], &cum[1]);
		for (uint32_t k = 0, w = 0; k < f.flame.nfuncs; k++) {
			if (f.flame.smaller[k])
				continue;
			assert_true(flat[0][k] == flat[1][w] && cum[0][k] == cum[1][w]);
			w++;
		}
		for (int i = 0; i < 2; i++) {
			free(flat[i]);
			free(cum[i]);
		}
		extents = pp_flame_extents(&f.flame, &m);
		pp_flame_sort(&f.flame, PP_FLAME_BY_WEIGHT, extents);
		check_shape(&f.flame);
		check_samples(&f);
		free(extents);
		fixture_release(&f);
		fixture_release(&whole);
	}
	free(v);
}

/* A stack of 10,000 frames, begun twice, and everything that is done to trees. */
static void deep_tree(void **state)
{
	(void)state;
	enum { DEEP = 10000 };
	uint32_t *ids = pp_xcalloc(DEEP, sizeof(*ids));
	struct pp_flame_measure m = {.type = CPU};
	struct fixture f = {0};
	struct pp_builder b;
	double *extents;

	fixture_begin(&b);
	for (uint32_t i = 0; i < DEEP; i++)
		ids[i] = fixture_location(&b, i % 3 ? "even" : "odd", i % 3 ? 4 : 3);
	pp_builder_sample(&b, ids, DEEP, (int64_t[]){1, 7}, NULL, 0);
	pp_builder_sample(&b, ids, DEEP - 1, (int64_t[]){1, 5}, NULL, 0);
	free(ids);
	fixture_add(&f, &b);
	fixture_build(&f, NULL);
	check_shape(&f.flame);
	assert_int_equal(f.flame.max_depth, DEEP);
	assert_true(f.flame.n > DEEP);
	extents = pp_flame_extents(&f.flame, &m);
	assert_true(extents[0] == 12);
	pp_flame_sort(&f.flame, PP_FLAME_BY_WEIGHT, extents);
	assert_true(fixture_prune(&f.flame, extents, 6) > 0);
	check_shape(&f.flame);
	check_samples(&f);
	free(extents);
	fixture_release(&f);
}

/* A million callees of one caller. */
static void wide_tree(void **state)
{
	(void)state;
	enum { WIDE = 1000000 };
	struct pp_flame_measure m = {.type = CPU};
	struct fixture f = {0};
	struct pp_builder b;
	double *extents;
	char name[16];

	fixture_begin(&b);
	for (uint32_t i = 0; i < WIDE; i++) {
		struct stack s = {name, {1, 1 + i % 1000}, NULL};

		snprintf(name, sizeof(name), "m;f%07u", WIDE - 1 - i);
		fixture_stack(&b, &s);
	}
	fixture_add(&f, &b);
	fixture_build(&f, NULL);
	assert_int_equal(f.flame.n, WIDE + 2);
	assert_int_equal(f.flame.sample_node[0], WIDE + 1);
	extents = pp_flame_extents(&f.flame, &m);
	pp_flame_sort(&f.flame, PP_FLAME_BY_WEIGHT, extents);
	assert_true(extents[2] == 1000 && extents[WIDE + 1] == 1);
	assert_int_equal(fixture_prune(&f.flame, extents, 1000), WIDE - WIDE / 1000 - 1);
	check_shape(&f.flame);
	assert_int_equal(f.flame.smaller[f.flame.func[f.flame.n - 1]], WIDE - WIDE / 1000);
	free(extents);
	fixture_release(&f);
}

static void check_same(const struct pp_flame *a, const struct pp_flame *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->parent, b->parent, a->n * sizeof(*a->parent));
	assert_memory_equal(a->func, b->func, a->n * sizeof(*a->func));
	assert_memory_equal(a->end, b->end, a->n * sizeof(*a->end));
	assert_memory_equal(a->inlined, b->inlined, a->n * sizeof(*a->inlined));
	for (uint32_t c = 0; c < a->ncolumns; c++)
		assert_memory_equal(a->self[c], b->self[c], a->n * sizeof(*a->self[c]));
	assert_int_equal(a->overflow, b->overflow);
}

/* Where nobody asks for samples, several threads grow trees that are added up. */
static void several_threads(void **state)
{
	(void)state;
	const struct pp_flame_options alone = {0}, together = {.no_samples = true};
	struct fixture f = {0};
	struct pp_flame other;
	struct pp_err err = PP_ERR_INIT;
	uint64_t seed = 7;

	for (int side = 0; side < 2; side++)
		fixture_add_random(&f, &seed, 300000, 20, true);
	assert_true(f.side[0].profile.nbytes > 4u << 20);
	assert_int_equal(pp_flame_init(&f.flame, f.views, 2, &alone, &err), 0);
	assert_int_equal(pp_flame_init(&other, f.views, 2, &together, &err), 0);
	assert_non_null(f.flame.sample_node);
	assert_null(other.sample_node);
	check_same(&other, &f.flame);
	check_shape(&other);
	pp_flame_release(&other);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_trees),	   cmocka_unit_test(random_tables),
		cmocka_unit_test(random_orders),   cmocka_unit_test(random_prunings),
		cmocka_unit_test(deep_tree),	   cmocka_unit_test(wide_tree),
		cmocka_unit_test(several_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
