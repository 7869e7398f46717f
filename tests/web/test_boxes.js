// SPDX-License-Identifier: Apache-2.0
// Extents, order, boxes, table and search against the simplest implementation, on random trees.
"use strict";

const assert = require("node:assert");
const { load, test, run, random } = require("./load.js");
const { encodeTree } = require("./encode.js");
const { randomTree, Naive } = require("./naive.js");

const core = load();

function* cases() {
	const shapes = [
		{ nodes: 1, nfuncs: 2 },
		{ nodes: 2, nfuncs: 2 },
		{ nodes: 30, nfuncs: 4 },
		{ nodes: 200, nfuncs: 12 },
		{ nodes: 600, nfuncs: 60 },
	];
	let seed = 0;
	for (const shape of shapes) {
		for (const sides of [1, 2]) {
			for (const negative of [false, true])
				yield { ...shape, sides, negative, seed: seed++ };
		}
	}
}

/** Run a body for all trees and ways to look at them. */
async function everyView(body, sameExtents = true) {
	for (const one of cases()) {
		const pick = random(one.seed);
		const flame = await core.decodeBlock(encodeTree(randomTree(pick, one)));
		for (const width of one.sides === 2
			? ["after", "before", "max", "union"]
			: ["after"]) {
			for (const order of ["weight", "name", "input"]) {
				const measure = { type: pick(2), width, normalize: pick(2) === 1 };
				const unsorted = core.extentsOf(flame, measure);
				const sorted = core.sortFlame(flame, order, unsorted);
				const min = [0, 0.5, 5, 40][pick(4)];
				const view = { ...sorted, measure, order, width: 1000, min };
				const where = JSON.stringify({ ...one, ...measure, order, min });
				const naive = new Naive(view.flame, view);
				if (sameExtents) naive.useExtents(view.extents);
				body(view, naive, where, pick);
			}
		}
	}
}

function same(boxes, expected, where) {
	assert.strictEqual(boxes.length, expected.length, where);
	boxes.forEach((box, i) =>
		assert.deepStrictEqual(box, { ...expected[i] }, `${where} box ${i}`),
	);
}

test("no two scripts define the same name", () => {
	assert.ok(core.decodeBlock && core.treeBoxes && core.searchFlame);
});

test("a tree is decoded, and its columns fit together", () =>
	everyView(({ flame }) => {
		for (let i = 1; i < flame.n; i++) {
			const up = flame.parent[i];
			assert.ok(up < i && flame.end[up] >= flame.end[i] && flame.end[i] > i);
			assert.strictEqual(flame.depth[i], flame.depth[up] + 1);
		}
	}));

test("extents", () =>
	everyView((view, naive, where) => {
		naive.nodes.forEach((node, i) => {
			const near =
				Math.abs(view.extents[i] - node.extent) <=
				1e-9 * Math.abs(node.extent);
			assert.ok(
				near,
				`${where} node ${i}: ${view.extents[i]}, not ${node.extent}`,
			);
		});
	}, false));

test("children are in their order", () =>
	everyView((view, naive, where) => {
		naive.nodes.forEach((node) => {
			const ids = naive.sorted(node.children).map((child) => child.id);
			assert.deepStrictEqual(
				ids,
				node.children.map((child) => child.id),
				where,
			);
		});
	}));

test("boxes of the tree, from the root and from any node", () =>
	everyView((view, naive, where, pick) => {
		for (const root of [0, pick(view.flame.n), pick(view.flame.n)]) {
			same(core.treeBoxes(view, root), naive.tree(root), `${where} from ${root}`);
		}
	}));

test("boxes bottom-up, zoomed or not", () =>
	everyView((view, naive, where, pick) => {
		const { nfuncs } = view.flame;
		same(core.invertedBoxes(view, []), naive.inverted([]), where);
		const path = [1 + pick(nfuncs - 1), 1 + pick(nfuncs - 1), 1 + pick(nfuncs - 1)];
		same(core.invertedBoxes(view, path), naive.inverted(path), `${where} path ${path}`);
	}));

test("boxes of callees and callers", () =>
	everyView((view, naive, where, pick) => {
		for (const func of [0, 1, pick(view.flame.nfuncs)]) {
			const at = `${where} of ${func}`;
			same(core.calleesBoxes(view, func), naive.sandwich(func, true), at);
			same(core.callersBoxes(view, func), naive.sandwich(func, false), at);
		}
	}));

test("boxes of a window: those of the whole that can be seen in it", () =>
	everyView((view, naive, where, pick) => {
		const from = (view.width * pick(100)) / 100;
		const to = from + (view.width * (1 + pick(50))) / 100;
		const part = { ...view, window: [from, to] };
		const func = 1 + pick(view.flame.nfuncs - 1);
		const lists = [
			(v) => core.treeBoxes(v, pick.node),
			(v) => core.invertedBoxes(v, []),
			(v) => core.calleesBoxes(v, func),
			(v) => core.callersBoxes(v, func),
		];
		pick.node = pick(view.flame.n);
		for (const boxesOf of lists) {
			const seen = (box) =>
				box.above ||
				box.depth === 0 ||
				(box.x + box.w > from && box.x < to);
			const all = boxesOf(view);
			const root = all.findIndex((box) => !box.above);
			assert.deepStrictEqual(
				boxesOf(part),
				all.filter((box, i) => i === root || seen(box)),
				where,
			);
		}
	}));

test("search: exact in the whole tree and below any node", () =>
	everyView(({ flame, measure }, naive, where, pick) => {
		const column = core.columnAfter(flame, measure.type);
		const search = core.compileSearch("[" + pick(10) + pick(10) + "]$");
		const root = pick(flame.n);
		const found = core.searchFlame(flame, column, search, root);
		const matches = (func) => search.test(flame.funcs.name[func]);
		const all = naive.matched(matches, 0);
		const zoom = naive.matched(matches, root);
		const total = core.totalOf(flame, column);
		assert.strictEqual(found.matched, all, where);
		assert.strictEqual(found.matchedZoom, zoom, where);
		assert.strictEqual(found.ofAll, total[0] ? all / total[0] : 0);
		assert.strictEqual(found.ofZoom, total[root] ? zoom / total[root] : 0);
		assert.strictEqual(
			found.nfuncs,
			flame.funcs.name.filter((name, f) => f > 0 && search.test(name)).length,
		);
	}));

test("table", () =>
	everyView(({ flame, measure }, naive, where) => {
		const { flat, cum } = core.tableOf(flame, core.columnAfter(flame, measure.type));
		for (let f = 0; f < flame.nfuncs; f++) {
			assert.deepStrictEqual(
				{ flat: flat[f], cum: cum[f] },
				naive.row(f),
				`${where} ${f}`,
			);
		}
	}));

test("paths lead back to where they come from", () =>
	everyView(({ flame }, naive, where) => {
		for (let i = 0; i < flame.n; i++) {
			assert.strictEqual(core.findPath(flame, core.nodePath(flame, i)), i, where);
			const astray = [...core.nodePath(flame, i), "nowhere", "f001"];
			assert.strictEqual(core.findPath(flame, astray), i, where);
		}
	}));

test("functions that share a name are told apart by what they differ in", () => {
	const funcs = {
		name: ["all", "a", "b", "b", "c", "c", "d"],
		file: ["", "", "x.c", "y.c", "z.c", "z.c", "all"],
		object: ["", "", "m", "m", "m", "m", ""],
		line: [0, 1, 2, 3, 4, 5, 6],
	};
	const refs = funcs.name.map((_, func) => core.refOf(funcs, func));
	assert.deepStrictEqual(refs, [
		"all",
		"a",
		"b\nx.c\nm",
		"b\ny.c\nm",
		"c\nz.c\nm\n4",
		"c\nz.c\nm\n5",
		"d",
	]);
	refs.forEach((ref, func) =>
		refs.forEach((_, other) =>
			assert.strictEqual(core.goesBy(funcs, other, ref), func === other),
		),
	);
	assert.ok(core.goesBy(funcs, 2, "b") && core.goesBy(funcs, 3, "b"));
});

test("search: smart case, and patterns that are none", () => {
	assert.ok(core.compileSearch("json").test("JSON_decode"));
	assert.ok(!core.compileSearch("Json").test("JSON_decode"));
	assert.ok(core.compileSearch("Json").test("parseJson"));
	assert.ok(core.compileSearch("\\Sson").test("JSON"), "an escape is no capital");
	assert.ok(!core.compileSearch("").test("anything"));
	assert.ok(core.compileSearch("a(").error);
	assert.ok(core.compileSearch("^a.b$").test("a\u00e9b"));
});

run();
