#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Profiles of odd shapes: nothing, one node, very deep, very broad, no values, negative ones, ones that
// a double cannot hold.
"use strict";

const assert = require("node:assert/strict");
const { canvasHash, file, press, start, stop, withPage } = require("./lib/browser.js");
const { flame, lint } = require("./lib/cli.js");
const { siblings } = require("./lib/generate.js");
const { write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { search, textOf } = require("./lib/ui.js");

const one = [["samples", "count"]];
const sample = (stack, value) => ({ stack, values: [value] });

function* deep(depth) {
	const stack = Array.from({ length: depth }, (_, i) => `f${i % 100}`);
	yield sample(stack, 10);
	yield sample(stack.slice(0, depth >> 1), 5);
	yield sample(["g"], 7);
}

const SHAPES = {
	"no samples": { list: [], nodes: 1, total: 0 },
	"a sample without a stack": { list: [sample([], 5)], nodes: 1, total: 5 },
	"one function": { list: [sample(["main"], 1)], nodes: 2, total: 1 },
	"a depth of 10,000": { list: [...deep(10000)], nodes: 10002, total: 22 },
	"a million siblings": {
		bytes: () => siblings(1000000, (i) => 1 + (i % 1000 ? 0 : 1000)),
		nodes: 1000002,
		total: 2000000,
	},
	"no values": { list: [sample(["main", "a"], 0), sample(["main", "b"], 0)], total: 0 },
	"negative values": {
		list: [sample(["main", "a"], -10), sample(["main", "b"], -30)],
		total: -40,
	},
	"values that cancel out": {
		list: [sample(["main", "a"], 10), sample(["main", "b"], -10)],
		total: 0,
	},
	"values beyond 2^53": {
		list: [sample(["main", "a"], (1n << 62n) - 1n), sample(["main", "b"], 1n << 61n)],
		nodes: 4,
		total: Number((1n << 62n) - 1n + (1n << 61n)),
	},
	"one that is 99.999 %": {
		list: [
			sample(["main", "a"], 9999900),
			...Array.from({ length: 100 }, (_, i) => sample(["main", `b${i}`], 1)),
		],
		nodes: 103,
		total: 10000000,
	},
	"a sum that overflows": {
		list: [
			sample(["main", "a"], (1n << 63n) - 1n),
			sample(["main", "b"], (1n << 63n) - 1n),
		],
	},
};

/** The profile of a shape, made once. */
function profileOf(shape) {
	const name = `shape-${Object.values(SHAPES).indexOf(shape)}`;
	shape.profile ??= shape.bytes
		? file(`${name}.pb.gz`, shape.bytes())
		: write(name, shape.list, one);
	return shape.profile;
}

for (const [name, shape] of Object.entries(SHAPES))
	for (const ending of ["html", "svg"])
		test(`${ending}: ${name}`, async () => {
			const profile = profileOf(shape);
			const out = flame(
				ending,
				profile,
				...(ending === "svg" ? ["--data=full"] : []),
			);
			if (ending === "svg") lint(out);
			await withPage(out, {}, async (page) => {
				const found = await page.evaluate(() => {
					const { pyroprof } = globalThis;
					const all = pyroprof.flame();
					const boxes = pyroprof.boxes("tree", 1000, 0.5, 0);
					return {
						nodes: all.n,
						total: boxes[0] && boxes[0].total[1],
						outside: boxes.filter(
							(b) =>
								!(
									b.x >= -1e-6 &&
									b.x + b.w <= 1000.001
								),
						).length,
						finite: boxes.every(
							(b) =>
								Number.isFinite(b.x) &&
								Number.isFinite(b.w),
						),
						inverted: pyroprof.boxes("inverted", 1000, 0.5, [])
							.length,
					};
				});
				if (shape.nodes) assert.equal(found.nodes, shape.nodes);
				if (shape.total !== undefined)
					assert.equal(found.total, shape.total);
				assert.equal(found.outside, 0);
				assert.equal(found.finite, true);
				assert.ok(found.inverted >= 1);
			});
		});

for (const [name, shape] of Object.entries(SHAPES))
	test(`html: ${name}: every view, search, keys`, async () => {
		const html = flame("html", profileOf(shape));
		await withPage(html, {}, async (page) => {
			for (const view of ["1", "2", "3", "4", "6", "1"]) {
				await press(page, view);
				assert.ok((await canvasHash(page)).length);
			}
			await page.focus("#scroll");
			await press(
				page,
				"ArrowDown",
				"ArrowDown",
				"Enter",
				"End",
				"Home",
				"Backspace",
				"i",
				"i",
				"s",
				"1",
				"0",
			);
			await search(page, "a|f9");
			assert.doesNotMatch(
				await textOf(page, "matched"),
				/NaN|Infinity|undefined/,
			);
			const text = await page.evaluate(() => document.body.innerText);
			assert.doesNotMatch(text, /\bNaN\b|\bInfinity\b|\bundefined\b|\[object/);
		});
	});

run({ before: start, after: stop });
