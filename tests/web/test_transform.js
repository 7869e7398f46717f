// SPDX-License-Identifier: Apache-2.0
// Transforms and filters against doing the same to the stacks one by one, on random trees.
"use strict";

const assert = require("node:assert");
const { load, test, run, random } = require("./load.js");
const { encodeTree } = require("./encode.js");
const { randomTree } = require("./naive.js");

const core = load();

/** The stacks of a flame: [[functions from the outermost on], [selfs]] of nodes that have any. */
function stacksOf(flame) {
	const stacks = [];
	for (let i = 0; i < flame.n; i++) {
		const stack = [];
		for (let at = i; at > 0; at = flame.parent[at]) stack.unshift(flame.func[at]);
		const selfs = flame.self.map((column) => column[i]);
		if (selfs.some((self) => self !== 0)) stacks.push([stack, selfs]);
	}
	return stacks;
}

/** Stacks changed and summed up: {stack: selfs}; `change` gives null for one that is gone. */
function summed(stacks, change) {
	const sums = new Map();
	for (const [stack, selfs] of stacks) {
		const key = change(stack);
		if (key === null) continue;
		const before = sums.get(key.join(" ")) || selfs.map(() => 0);
		sums.set(
			key.join(" "),
			before.map((sum, c) => sum + selfs[c]),
		);
	}
	for (const [key, selfs] of sums) if (selfs.every((self) => self === 0)) sums.delete(key);
	return Object.fromEntries([...sums].sort());
}

const same = (stack) => stack;

/** The columns of a flame fit together, and siblings differ. */
function checkShape(flame, distinct = true) {
	const seen = new Set();
	assert.strictEqual(flame.meta.nodes, flame.n);
	for (const name of ["parent", "func", "depth", "end", "inlined"]) {
		assert.strictEqual(flame[name].length, flame.n, name);
	}
	assert.deepStrictEqual([flame.parent[0], flame.end[0], flame.func[0]], [-1, flame.n, 0]);
	for (let i = 1; i < flame.n; i++) {
		const up = flame.parent[i];
		assert.ok(up >= 0 && up < i && i < flame.end[up] && flame.end[i] <= flame.end[up]);
		assert.strictEqual(flame.depth[i], flame.depth[up] + 1);
		const key = `${up} ${flame.func[i]}`;
		assert.ok(!distinct || !seen.has(key), "siblings of one function");
		seen.add(key);
	}
}

async function everyTree(body) {
	for (let seed = 0; seed < 30; seed++) {
		const pick = random(seed);
		const nodes = [1, 3, 40, 400][seed % 4];
		const shape = {
			nodes,
			nfuncs: 2 + pick(12),
			sides: 1 + (seed % 2),
			negative: seed % 3 === 0,
		};
		const tree = randomTree(pick, shape);
		tree.inlined = tree.depth.map((d) => (d > 1 && !pick(4) ? 1 : 0));
		body(await core.decodeBlock(encodeTree(tree)), pick);
	}
}

/** That a transform does to a flame what `change` does to its stacks. */
function check(flame, made, change) {
	checkShape(made);
	assert.deepStrictEqual(summed(stacksOf(made), same), summed(stacksOf(flame), change));
}

test("a function becomes the outermost", () =>
	everyTree((flame) => {
		for (let func = 0; func < flame.nfuncs; func++) {
			check(flame, core.focusFunc(flame, func), (stack) => {
				if (!func) return stack;
				return stack.includes(func)
					? stack.slice(stack.indexOf(func))
					: null;
			});
		}
	}));

test("a node becomes the outermost", () =>
	everyTree((flame, pick) => {
		const node = pick(flame.n);
		const path = [];
		for (let at = node; at > 0; at = flame.parent[at]) path.unshift(flame.func[at]);
		check(flame, core.focusPath(flame, node), (stack) => {
			if (!node) return stack;
			return path.every((f, d) => stack[d] === f)
				? stack.slice(path.length - 1)
				: null;
		});
	}));

test("a function's samples are dropped", () =>
	everyTree((flame) => {
		for (let func = 0; func < flame.nfuncs; func++) {
			const made = core.dropFunc(flame, func);
			check(flame, made, (stack) =>
				func && stack.includes(func) ? null : stack,
			);
		}
	}));

test("nodes that only had dropped samples are gone, leaves without any stay", async () => {
	const tree = {
		funcs: [{ name: "all" }, { name: "a" }, { name: "b" }, { name: "c" }],
		depth: [0, 1, 2, 1],
		func: [0, 1, 2, 3],
		self: [[0, 0, 5, 0]],
		types: [{ type: "x", unit: "" }],
	};
	const made = core.dropFunc(await core.decodeBlock(encodeTree(tree)), 2);
	assert.deepStrictEqual([...made.func], [0, 3]);
});

test("only the stacks with functions that are marked, or with nodes that are gone", () =>
	everyTree((flame, pick) => {
		const funcs = Uint8Array.from({ length: flame.nfuncs }, (_, f) =>
			f && !pick(4) ? 1 : 0,
		);
		check(flame, core.keepFuncs(flame, funcs), (stack) =>
			stack.some((f) => funcs[f]) ? stack : null,
		);
		if (flame.meta.sides !== 2) return;
		const type = pick(flame.meta.types.length);
		const [a, b] = [core.columnBefore(flame, type), core.columnAfter(flame, type)];
		const gone = core.keepGone(flame, type);
		const below = new Map(); // stack -> sums of before and after
		for (const [stack, selfs] of stacksOf(flame)) {
			for (let d = 1; d <= stack.length; d++) {
				const key = stack.slice(0, d).join(" ");
				const [x, y] = below.get(key) || [0, 0];
				below.set(key, [x + selfs[a], y + selfs[b]]);
			}
		}
		check(flame, gone, (stack) =>
			stack.some((_, d) => {
				const [x, y] = below.get(stack.slice(0, d + 1).join(" "));
				return x !== 0 && y === 0;
			})
				? stack
				: null,
		);
	}));

test("a function is merged into its callers", () =>
	everyTree((flame) => {
		for (let func = 0; func < flame.nfuncs; func++) {
			const made = core.mergeFunc(flame, func);
			check(flame, made, (stack) => stack.filter((f) => !func || f !== func));
		}
	}));

/** A stack without what lies between a function and itself. */
function collapsed(stack, func) {
	const out = [];
	for (const f of stack) {
		const at = out.indexOf(f);
		if (at >= 0 && (func < 0 || f === func)) out.length = at + 1;
		else out.push(f);
	}
	return out;
}

test("recursion is collapsed", () =>
	everyTree((flame) => {
		for (let func = -1; func < flame.nfuncs; func++) {
			const made = core.collapseRecursion(flame, func);
			check(flame, made, (stack) => (func ? collapsed(stack, func) : stack));
		}
	}));

test("a node is inlined if all that was merged is", async () => {
	const tree = {
		funcs: [{ name: "all" }, { name: "a" }, { name: "b" }, { name: "c" }],
		depth: [0, 1, 2, 2, 1, 2, 2],
		func: [0, 1, 2, 3, 3, 2, 1],
		self: [[0, 1, 1, 1, 1, 1, 1]],
		types: [{ type: "x", unit: "" }],
	};
	// b below all (1), c below all (1 and 0) with b (0)
	for (const flags of [
		[0, 0, 1, 1, 0, 0, 1],
		[0, 0, 1, 0, 1, 0, 1],
	]) {
		tree.inlined = flags;
		const made = core.mergeFunc(await core.decodeBlock(encodeTree(tree)), 1);
		assert.deepStrictEqual([...made.func], [0, 2, 3, 2]);
		assert.deepStrictEqual([...made.inlined], [0, 1, 0, 0]);
	}
});

/** A tree whose selfs are made of rows of labels; some samples have times. */
function labelledTree(pick, nsets) {
	const tree = randomTree(pick, { nodes: 80, nfuncs: 8, sides: 1, negative: false });
	const rows = [];
	tree.self = tree.types.map(() => tree.depth.map(() => 0));
	tree.depth.forEach((depth, node) => {
		for (let set = 0; set < nsets; set++) {
			if (pick(3)) continue;
			const values = tree.types.map(() => 1 + pick(9));
			rows.push([node, set, values]);
			values.forEach((value, c) => {
				tree.self[c][node] += value;
			});
		}
	});
	tree.rows = rows;
	tree.samples = Array.from({ length: 60 }, (v, i) => [
		i + pick(2),
		pick(tree.depth.length),
		pick(nsets),
		1 + pick(5),
	]).sort((x, y) => x[0] - y[0]);
	tree.extra = (strings, section) => ({
		LABL: section((out) => {
			[1, strings.number("thread"), nsets, 0].forEach((v) => out.unsigned(v));
			for (let set = 1; set < nsets; set++) {
				[1, 0, 0, strings.number("t" + (set % 2)), 0].forEach((v) =>
					out.unsigned(v),
				);
			}
		}),
		LROW: section((out) => {
			out.unsigned(rows.length);
			rows.forEach(([node, set, values], i) => {
				out.unsigned(node - (i ? rows[i - 1][0] : 0));
				out.unsigned(set);
				values.forEach((value) => out.signed(value));
			});
		}),
		TIME: section((out) => {
			out.unsigned(tree.samples.length);
			out.signed(1000);
			tree.samples.forEach(([at, node, set, value], i) => {
				const [before, last] = i ? tree.samples[i - 1] : [0, 0];
				out.unsigned(at - before);
				out.signed(node - last);
				out.unsigned(set);
				out.signed(value);
			});
		}),
	});
	return tree;
}

test("labels filter samples, and their times", async () => {
	for (let seed = 0; seed < 20; seed++) {
		const pick = random(seed);
		const tree = labelledTree(pick, 5);
		const flame = await core.decodeBlock(encodeTree(tree));
		const asked = [];
		const made = core.filterLabels(flame, (pairs, set) => {
			asked.push(pairs.map((pair) => pair.text));
			return set % 2 === seed % 2;
		});
		assert.deepStrictEqual(asked, [[], ["t1"], ["t0"], ["t1"], ["t0"]]);
		checkShape(made);
		const self = tree.types.map((type, c) => {
			const kept = tree.rows.filter(([, set]) => set % 2 === seed % 2);
			return kept.reduce((sum, [, , values]) => sum + values[c], 0);
		});
		assert.deepStrictEqual(
			[0, 1].map((c) => core.totalOf(made, c)[0]),
			self,
		);
		// what is left is what the rows that are left say
		const again = core.filterLabels(made, () => true);
		assert.deepStrictEqual(summed(stacksOf(again), same), summed(stacksOf(made), same));
		for (let i = 0; i < made.times.node.length; i++)
			assert.ok(made.times.set[i] % 2 === seed % 2);
		const none = core.filterLabels(flame, () => false);
		assert.deepStrictEqual([none.n, none.labels.node.length], [1, 0]);
	}
});

test("rows of labels and times go with their nodes", async () => {
	const pick = random(3);
	const flame = await core.decodeBlock(encodeTree(labelledTree(pick, 4)));
	const measure = { type: 0, width: "after", normalize: true };
	const sorted = core.sortFlame(flame, "weight", core.extentsOf(flame, measure)).flame;
	assert.notStrictEqual(sorted, flame);
	for (const made of [core.mergeFunc(flame, 3), core.dropFunc(flame, 2), sorted]) {
		const self = made.self.map((column) => new Float64Array(column.length));
		made.labels.values.forEach((column, type) => {
			column.forEach((value, row) => {
				self[type][made.labels.node[row]] += value;
			});
		});
		assert.deepStrictEqual(self, made.self);
	}
	assert.deepStrictEqual(
		Array.from(sorted.times.node, (node) => core.nodePath(sorted, node)),
		Array.from(flame.times.node, (node) => core.nodePath(flame, node)),
	);
});

/** The flame chart of samples, each a path of nodes: [[node, depth, value]] in preorder. */
function chartOf(flame, samples) {
	const nodes = [[0, 0, 0]];
	let open = [nodes[0]];
	let thread = null;
	for (const sample of samples) {
		const path = [];
		for (let at = sample.node; at >= 0; at = flame.parent[at]) path.unshift(at);
		let shared = 1;
		if (sample.thread === thread) {
			while (open[shared] && open[shared][0] === path[shared]) shared++;
		}
		thread = sample.thread;
		open.length = shared;
		for (const node of path.slice(shared)) {
			open.push([node, open.length, 0]);
			nodes.push(open[open.length - 1]);
		}
		open[open.length - 1][2] += sample.value;
	}
	return nodes;
}

test("samples in the order of time, thread by thread", async () => {
	for (let seed = 0; seed < 20; seed++) {
		const pick = random(seed);
		const tree = labelledTree(pick, 5);
		const flame = await core.decodeBlock(encodeTree(tree));
		const from = seed % 3 ? 10 : null;
		const to = seed % 2 ? 50 : null;
		const which = seed % 4 ? -1 : 3;
		const kept = tree.samples
			.map(([at, node, set, value]) => ({
				at,
				node,
				set,
				value,
				thread: set ? set % 2 : 2,
			}))
			.filter(
				({ at }) =>
					(from === null || at >= from) && (to === null || at <= to),
			)
			.filter(({ set }) => which < 0 || set === which);
		const threads = [...new Set(kept.map((sample) => sample.thread))];
		kept.sort((x, y) => threads.indexOf(x.thread) - threads.indexOf(y.thread));
		const made = core.flameOfTimes(flame, from, to, which);
		checkShape(made, false);
		assert.deepStrictEqual(
			Array.from(made.origin, (node, i) => [
				node,
				made.depth[i],
				made.self[0][i],
			]),
			chartOf(flame, kept),
		);
		made.origin.forEach((node, i) =>
			assert.strictEqual(made.func[i], flame.func[node]),
		);
		const asked = core.flameOfTimes(
			flame,
			from,
			to,
			(pairs, set) => which < 0 || set === which,
		);
		assert.deepStrictEqual(asked, made);
	}
});

run();
