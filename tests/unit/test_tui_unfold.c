/* SPDX-License-Identifier: Apache-2.0 */
/* Which nodes of a tree are open, against a recomputation node by node, in random trees. */
#include <config.h>

#include "flame_fixture.h"

#include "base/map.h"
#include "tui/unfold.h"

#define ROUNDS 40

static void init_tree(struct fixture *f, uint64_t *seed)
{
	*f = (struct fixture){0};
	fixture_add_random(f, seed, 1 + fixture_below(seed, 300), 1 + fixture_below(seed, 6),
			   false);
	fixture_build(f, NULL);
}

/* The outermost closed node above a node and below `root`, or itself. */
static uint32_t naive_seen(const struct pp_unfold *u, uint32_t root, uint32_t node)
{
	uint32_t seen = node;

	for (uint32_t up = node; up != root;) {
		up = u->flame->parent[up];
		seen = pp_unfold_is_open(u, up) ? seen : up;
	}
	return seen;
}

static void turn_some(struct pp_unfold *u, uint64_t *seed)
{
	for (uint32_t n = fixture_below(seed, 60); n; n--)
		pp_unfold_set(u, fixture_below(seed, u->flame->n), fixture_below(seed, 2));
}

/* Forwards and backwards, each node is met that has no closed one above it. */
static void check_rows(const struct pp_unfold *u, uint32_t root)
{
	uint32_t row = root, last = root;

	for (uint32_t node = root; node < u->flame->end[root]; node++) {
		uint32_t seen = naive_seen(u, root, node);

		assert_int_equal(pp_unfold_seen(u, root, node), seen);
		if (seen != node)
			continue;
		assert_int_equal(row, node);
		row = pp_unfold_step(u, root, node, 1);
		assert_int_equal(pp_unfold_step(u, root, node, -1), node == root ? PP_NONE : last);
		last = node;
	}
	assert_int_equal(row, PP_NONE);
	assert_int_equal(pp_unfold_last(u, root), last);
}

static void rows(void **state)
{
	(void)state;
	uint64_t seed = 8;

	for (int round = 0; round < ROUNDS; round++) {
		struct pp_unfold u = {0};
		struct fixture f;

		init_tree(&f, &seed);
		pp_unfold_take(&u, &f.flame, true);
		assert_false(pp_unfold_is_open(&u, 0));
		pp_unfold_set_all(&u, round % 2);
		turn_some(&u, &seed);
		for (uint32_t root = 0; root < f.flame.n; root += 1 + fixture_below(&seed, 40))
			check_rows(&u, root);
		pp_unfold_release(&u);
		fixture_release(&f);
	}
}

static void reveal(void **state)
{
	(void)state;
	uint64_t seed = 9;

	for (int round = 0; round < ROUNDS; round++) {
		struct pp_unfold u = {0};
		struct fixture f;
		uint32_t node;
		bool was;

		init_tree(&f, &seed);
		pp_unfold_take(&u, &f.flame, true);
		turn_some(&u, &seed);
		node = fixture_below(&seed, f.flame.n);
		was = pp_unfold_is_open(&u, node);
		pp_unfold_reveal(&u, node);
		assert_int_equal(pp_unfold_seen(&u, 0, node), node);
		assert_int_equal(pp_unfold_is_open(&u, node), was);
		pp_unfold_release(&u);
		fixture_release(&f);
	}
}

/* ---- in another tree ---- */

/* Of the nodes that are seen, by the letters on the way to them: 1 closed, 2 open. */
struct kept {
	struct pp_strtab ways;
	uint8_t state[8192];
};

static struct pp_str way_to(const struct pp_flame *f, uint32_t node, char way[FIXTURE_DEEP + 1])
{
	uint32_t depth = f->depth[node];

	for (uint32_t level = depth; level; node = f->parent[node])
		way[--level] = f->funcs[f->func[node]].name.p[0];
	return (struct pp_str){way, depth};
}

static void keep(struct kept *k, const struct pp_unfold *u)
{
	char way[FIXTURE_DEEP + 1];

	pp_strtab_init(&k->ways);
	for (uint32_t node = 0; node != PP_NONE; node = pp_unfold_step(u, 0, node, 1)) {
		uint32_t id = pp_strtab_add(&k->ways, way_to(u->flame, node, way));

		assert_true(id < PP_ARRAY_LEN(k->state));
		k->state[id] = 1 + pp_unfold_is_open(u, node);
	}
}

/* Returns how many nodes are seen that were seen before. */
static uint32_t check_kept(const struct kept *k, const struct pp_unfold *u)
{
	char way[FIXTURE_DEEP + 1];
	uint32_t n = 0;

	for (uint32_t node = 0; node != PP_NONE; node = pp_unfold_step(u, 0, node, 1)) {
		uint32_t id = pp_strtab_find(&k->ways, way_to(u->flame, node, way));

		if (id == PP_MAP_NONE) {
			assert_int_equal(pp_unfold_is_open(u, node), u->all);
			continue;
		}
		assert_int_equal(1 + pp_unfold_is_open(u, node), k->state[id]);
		n++;
	}
	return n;
}

static void other_trees(void **state)
{
	(void)state;
	static struct kept kept;
	uint64_t seed = 10;

	for (int round = 0; round < ROUNDS; round++) {
		const struct pp_flame_measure measure = {.type = FIXTURE_CPU};
		struct fixture f, other;
		struct pp_unfold u = {0};
		uint32_t before;
		double *extents;

		init_tree(&f, &seed);
		init_tree(&other, &seed);
		pp_unfold_take(&u, &f.flame, true);
		pp_unfold_set_all(&u, round % 2);
		turn_some(&u, &seed);
		pp_unfold_set(&u, 0, true);
		kept = (struct kept){0};
		keep(&kept, &u);
		before = check_kept(&kept, &u);
		extents = pp_flame_extents(&f.flame, &measure);
		pp_flame_sort(&f.flame, PP_FLAME_BY_WEIGHT, extents);
		pp_unfold_take(&u, &f.flame, false);
		assert_int_equal(check_kept(&kept, &u), before);
		pp_unfold_take(&u, &other.flame, true);
		assert_true(check_kept(&kept, &u) >= 1);
		free(extents);
		pp_strtab_release(&kept.ways);
		pp_unfold_release(&u);
		fixture_release(&f);
		fixture_release(&other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(reveal),
		cmocka_unit_test(other_trees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
