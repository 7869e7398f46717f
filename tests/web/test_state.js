// SPDX-License-Identifier: Apache-2.0
// The state in the fragment, and the two sides of a diff compared.
"use strict";

const assert = require("node:assert");
const { load, test, run, random } = require("./load.js");
const { encodeTree } = require("./encode.js");

const core = load();

test("a whole state, in the order of the document", () => {
	const state = {
		v: "sandwich",
		z: ["main", "a;b", "50%", "%3B", "x/y <z> & \u4e16"],
		f: "operator()",
		s: "^json.*\\d+$",
		t: "alloc space",
		o: "name",
		c: "diff-rg",
		w: "union",
		n: false,
		d: true,
		e: true,
		h: [0.125, 1e-7 + 0.125],
		p: "parent",
		r: "frozen",
		x: ["f:main", "r:", "k:^a;b$", "p:" + core.joinItems(["a;b", "c%"]), "m:x;y"],
		l: ["thread=main=1", "k;=v%"],
		k: "cum",
		y: "flame",
		m: "dark",
		a: 5,
		b: 1.5e9,
	};
	const text = core.formatState(state);
	assert.deepStrictEqual(
		text
			.split("&")
			.map((part) => part.split("=")[0])
			.join(""),
		"vzhfstocwndexlkympabr",
	);
	assert.deepStrictEqual(core.parseState(text), state);
	assert.deepStrictEqual(core.parseState("#" + text), state);
	assert.ok(!/[^!-~]/.test(text), "a fragment has no blanks and is ASCII");
	assert.deepStrictEqual(core.splitItems(state.x[3].slice(2)), ["a;b", "c%"]);
});

test("what is written is as the document has it", () => {
	assert.strictEqual(
		core.formatState({ v: "inverted", z: ["main", "a;b"] }),
		"v=inverted&z=main%3Ba%253Bb",
	);
	assert.strictEqual(core.formatState({ n: false, d: true, s: "a b" }), "s=a%20b&n=0&d=self");
	assert.strictEqual(core.formatState({ x: ["f:a", "r:"] }), "x=f%3Aa%3Br%3A");
	assert.strictEqual(core.formatState({}), "");
	assert.strictEqual(core.formatState({ z: undefined, s: null }), "");
});

test("what others write is read", () => {
	assert.deepStrictEqual(core.parseState("#z=main;serve&s=json&v=inverted"), {
		z: ["main", "serve"],
		s: "json",
		v: "inverted",
	});
	assert.deepStrictEqual(core.parseState(""), {});
	assert.deepStrictEqual(core.parseState("#"), {});
	assert.deepStrictEqual(core.parseState("#z="), { z: [] });
});

test("what makes no sense is left out, and nothing throws", () => {
	assert.deepStrictEqual(
		core.parseState("#v=x&o=&w=no&n=2&d=1&y=up&a=-1&b=1e9&q=5&__proto__=1&&=&="),
		{},
	);
	for (const h of [
		"",
		"-",
		"0-2",
		"0.5-0.5",
		"0.6-0.5",
		"1e-3",
		"a-b",
		"0.1",
		"-1-1",
		"0..1-1",
	])
		assert.deepStrictEqual(core.parseState("#h=" + h + "&e=x&p=none&r=1"), {}, h);
	assert.deepStrictEqual(core.parseState("#h=1e-9-2.5e-9"), { h: [1e-9, 2.5e-9] });
	assert.deepStrictEqual(core.parseState("#x=q:a;f:;f:a;r:;p&l=nothing;a=b"), {
		x: ["f:a", "r:"],
		l: ["a=b"],
	});
	assert.deepStrictEqual(core.parseState("#s=100%"), { s: "100%" });
	assert.deepStrictEqual(core.parseState("#s=%ff"), { s: "%ff" });
	assert.strictEqual(core.formatState({ s: "\ud800x" }), "s=%EF%BF%BDx");
	const pick = random(1);
	for (let i = 0; i < 2000; i++) {
		const text = Array.from(
			{ length: pick(30) },
			() => "vzfsxlna=&;:%25B3#\u00e9\ud800"[pick(21)],
		).join("");
		const state = core.parseState(text);
		assert.deepStrictEqual(core.parseState(core.formatState(state)), state, text);
	}
});

const types = [
	{ type: "samples", unit: "count" },
	{ type: "cpu", unit: "nanoseconds" },
];

/** A diff of one function with counts and ns; the sides' totals are 1000 and 2000 samples. */
async function diffFlame(a, b, count_type) {
	const tree = {
		funcs: [{ name: "all" }, { name: "f" }],
		depth: [0, 1],
		func: [0, 1],
		sides: 2,
		self: [
			[1000 - a, a],
			[(1000 - a) * 10, a * 10],
			[2000 - b, b],
			[(2000 - b) * 10, b * 10],
		],
		types,
		meta: { count_type },
	};
	return core.decodeBlock(encodeTree(tree));
}

test("a diff: delta, points, percentages, z, state", async () => {
	const flame = await diffFlame(100, 300, 0);
	const measure = { type: 1, width: "after", normalize: true };
	const [na, nb] = core.countsAt(flame, 1, false);
	assert.deepStrictEqual([na, nb], [100, 300]);
	const p = 400 / 3000;
	const z = 0.05 / Math.sqrt(p * (1 - p) * (1 / 1000 + 1 / 2000));
	const diff = core.diffOf(flame, measure, 1000, 3000, na, nb);
	assert.ok(Math.abs(diff.z - z) < 1e-12, `${diff.z}, not ${z}`);
	assert.deepStrictEqual(
		{ ...diff, z: 0 },
		{
			delta: 1000,
			points: 5,
			percentBefore: 10,
			percentAfter: 15,
			z: 0,
			significant: true,
			state: "changed",
		},
	);
	const plain = core.diffOf(flame, { ...measure, normalize: false }, 1000, 3000, na, nb);
	assert.strictEqual(plain.delta, 2000);
	const insignificant = core.diffOf(flame, measure, 1000, 2100, 100, 210);
	assert.ok(Math.abs(insignificant.z) < 2 && !insignificant.significant);
});

test("a diff: swapped sides have the opposite signs", async () => {
	const measure = { type: 0, width: "after", normalize: false };
	const there = core.diffOf(await diffFlame(100, 300, 0), measure, 100, 300, 100, 300);
	const tree = await diffFlame(100, 300, 0);
	const back = {
		...tree,
		self: [tree.self[2], tree.self[3], tree.self[0], tree.self[1]],
		total: [null, null, null, null],
	};
	const other = core.diffOf(back, measure, 300, 100, 300, 100);
	for (const name of ["delta", "points", "z"])
		assert.strictEqual(other[name], -there[name], name);
});

test("a diff: new, gone, the same, and where nothing counts", async () => {
	const flame = await diffFlame(0, 300, 0);
	const measure = { type: 0, width: "after", normalize: true };
	assert.strictEqual(core.diffOf(flame, measure, 0, 300, 0, 300).state, "new");
	assert.strictEqual(core.diffOf(flame, measure, 5, 0, 5, 0).state, "gone");
	assert.strictEqual(core.diffOf(flame, measure, 0, 0, 0, 0).state, "same");
	assert.strictEqual(core.diffOf(flame, measure, 5, 10, 5, 10).state, "same");
	assert.strictEqual(core.diffOf(flame, measure, 0, 0, 0, 0).z, 0);
	assert.strictEqual(core.diffOf(flame, measure, 1000, 2000, 1000, 2000).z, 0);
	const uncounted = await diffFlame(0, 300, -1);
	assert.strictEqual(core.countsAt(uncounted, 1, false), null);
	assert.ok(core.diffOf(uncounted, measure, 1, 2, 0, 0).significant);
});

run();
