#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Differences: both sides' numbers, signs, what is new and what is gone, grey where it is chance, and
// all of it mirrored if the sides are swapped.
"use strict";

const assert = require("node:assert/strict");
const { press, settle, start, stop, withPage } = require("./lib/browser.js");
const { flame, json } = require("./lib/cli.js");
const model = require("./lib/model.js");
const { decode } = require("./lib/png.js");
const { sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { pointOf, textOf } = require("./lib/ui.js");

const both = sides();
let before = null;
let after = null;
let there = null; // before -> after
let back = null; // after -> before

/** The boxes of a page, with names. */
const boxesOf = (html, fragment = "#t=samples") =>
	withPage(html, { fragment }, (page) =>
		page.evaluate(() => {
			const { pyroprof } = globalThis;
			const all = pyroprof.flame();
			const path = (node) => {
				const names = [];
				for (let i = node; i > 0; i = all.parent[i])
					names.unshift(all.funcs.name[all.func[i]]);
				return names;
			};
			return pyroprof
				.boxes("tree", 3000, 0, 0)
				.filter((b) => b.node >= 0)
				.map((b) => ({
					path: path(b.node),
					w: b.w,
					total: [...b.total],
					self: [...b.self],
				}));
		}),
	);

test("the root has the totals of both sides, as the program counts them", async () => {
	for (const [type, name] of [
		["samples", 0],
		["cpu", 1],
	]) {
		const [root] = await boxesOf(there, `#t=${type}`);
		assert.deepEqual(root.total, [
			model.total(both.before, name),
			model.total(both.after, name),
		]);
		const report = json("top", `--sample-index=${type}`, after);
		assert.equal(root.total[1], report.total);
	}
});

test("every frame has its own totals of both sides", async () => {
	for (const { path, total } of await boxesOf(there, "#t=samples&w=union")) {
		assert.equal(total[0], model.total(both.before, 0, path), path.join(";"));
		assert.equal(total[1], model.total(both.after, 0, path), path.join(";"));
	}
});

test("what is new has no before, what is gone no after", async () => {
	const list = await boxesOf(there, "#t=samples&w=union");
	const of = (name) => list.filter(({ path }) => path.at(-1) === name);
	assert.ok(of("only_after").length && of("only_before").length);
	for (const { total } of of("only_after")) assert.ok(total[0] === 0 && total[1] > 0);
	for (const { total } of of("only_before")) assert.ok(total[0] > 0 && total[1] === 0);
});

test("by width after, what is gone is not there; by before, what is new is not; by union, both are", async () => {
	const names = async (width) =>
		(await boxesOf(there, `#t=samples&w=${width}`))
			.filter(({ w }) => w > 0)
			.map(({ path }) => path.at(-1));
	const has = {
		after: [true, false],
		before: [false, true],
		max: [true, true],
		union: [true, true],
	};
	for (const [width, [fresh, gone]] of Object.entries(has)) {
		const list = await names(width);
		assert.equal(list.includes("only_after"), fresh, `${width}: only_after`);
		assert.equal(list.includes("only_before"), gone, `${width}: only_before`);
	}
});

/** What is told of a frame of a name when pointed at. */
const told = (html, name, fragment) =>
	withPage(html, { fragment }, async (page) => {
		const box = await page.evaluate((wanted) => {
			const { pyroprof } = globalThis;
			const all = pyroprof.flame();
			const { width } = document.querySelector("#paint").getBoundingClientRect();
			return pyroprof
				.boxes("tree", width, 0.5, 0)
				.find((b) => all.funcs.name[b.func] === wanted);
		}, name);
		const { x, y } = await pointOf(page, box);
		await page.mouse.move(x, y);
		await settle(page);
		return { details: await textOf(page, "details"), box };
	});

test("the status tells both sides, the change in points, and what is new or gone", async () => {
	const total = (list) => model.total(list, 0);
	const share = 100 * (900 / total(both.after));
	const fresh = await told(there, "only_after", "#t=samples&w=union");
	assert.match(fresh.details, /new/);
	const points = [...fresh.details.matchAll(/\+([\d.]+)/g)].map((m) => Number(m[1]));
	assert.ok(
		points.some((p) => Math.abs(p - share) <= 0.006),
		`+${share}: ${fresh.details}`,
	);
	const gone = await told(there, "only_before", "#t=samples&w=union");
	assert.match(gone.details, /gone/);
	assert.match(gone.details, /[-\u2212]\d/);
});

test("the status tells by how much it changed, and what chance can do", async () => {
	const percent = (pair) => (100 * (pair[1] - pair[0])) / pair[0];
	const all = await boxesOf(there, "#t=samples&n=0");
	const { path, total } = all.find((b) => b.total[0] && b.total[1] && b.path.length === 1);
	const { details } = await told(there, path[0], "#t=samples&n=0");
	const said = /([+\u2212])([\d.]+)%/.exec(details);
	const wanted = percent(total);
	assert.ok(said, details);
	assert.ok(
		Math.abs((said[1] === "+" ? 1 : -1) * Number(said[2]) - wanted) <= 0.051,
		details,
	);
});

test("a function's mark in the table is grey where its z says that it is chance", () =>
	withPage(there, { fragment: "#v=table&k=z&t=cpu" }, async (page) => {
		const rows = await page.evaluate(() =>
			[...document.querySelectorAll("#list .row")].map((row) => {
				const [r, g, b] = getComputedStyle(row.querySelector(".chip"))
					.backgroundColor.match(/\d+/g)
					.map(Number);
				const z = row.querySelectorAll(".number");
				return {
					grey: Math.max(r, g, b) - Math.min(r, g, b) < 16,
					z: Number(
						z[z.length - 1].textContent.replace("\u2212", "-"),
					),
				};
			}),
		);
		assert.ok(rows.some(({ z }) => Math.abs(z) >= 2));
		for (const { grey, z } of rows)
			if (Math.abs(Math.abs(z) - 2) > 0.1)
				assert.equal(grey, Math.abs(z) < 2, `z ${z}`);
	}));

test("swapping the sides mirrors widths, totals and signs", async () => {
	for (const width of ["max", "union"]) {
		const [one, two] = [
			await boxesOf(there, `#t=samples&w=${width}&n=0`),
			await boxesOf(back, `#t=samples&w=${width}&n=0`),
		];
		assert.equal(one.length, two.length);
		const mirrored = new Map(two.map((box) => [box.path.join(";"), box]));
		for (const { path, w, total, self } of one) {
			const other = mirrored.get(path.join(";"));
			assert.ok(other, path.join(";"));
			assert.deepEqual([...other.total].reverse(), total);
			assert.deepEqual([...other.self].reverse(), self);
			assert.ok(Math.abs(other.w - w) < 1e-6);
		}
	}
	const forth = (await told(there, "only_after", "#t=samples&w=union")).details;
	const mirror = (await told(back, "only_after", "#t=samples&w=union")).details;
	assert.match(forth, /new/);
	assert.match(mirror, /gone/);
});

test("--negate is the same as swapping the files", async () => {
	const negated = flame("html", after, `--diff-base=${before}`, "--negate");
	const [one, two] = [
		await boxesOf(negated, "#t=samples&w=union"),
		await boxesOf(back, "#t=samples&w=union"),
	];
	assert.deepEqual(one, two);
});

/** The colour of a frame at its left end. */
async function colourAt(page, image, box) {
	const { x, y } = await pointOf(page, box);
	return image
		.at(Math.round(x - box.w / 2 + 2), Math.round(y - 7))
		.split(",")
		.map(Number);
}

test("more is orange, less is blue, chance is grey", async () => {
	const one = [["samples", "count"]];
	const of = (values) =>
		Object.entries(values).map(([name, value]) => ({
			stack: ["main", name],
			values: [value],
		}));
	const a = write("a", of({ less: 4000, more: 1000, chance: 1000, rest: 4000 }), one);
	const b = write("b", of({ less: 1000, more: 4000, chance: 1015, rest: 3985 }), one);
	const html = flame("html", b, `--diff-base=${a}`);
	await withPage(html, { fragment: "#y=icicle&m=light" }, async (page) => {
		const boxes = await page.evaluate(() => {
			const { pyroprof } = globalThis;
			const { width } = document.querySelector("#paint").getBoundingClientRect();
			const names = pyroprof.flame().funcs.name;
			return Object.fromEntries(
				pyroprof
					.boxes("tree", width, 0.5, 0)
					.map((b2) => [names[b2.func], b2]),
			);
		});
		await page.mouse.move(5, 5);
		await settle(page);
		const image = decode(await page.screenshot());
		const [r1, , b1] = await colourAt(page, image, boxes.more);
		assert.ok(r1 > b1 + 20, `more is ${r1}, ${b1}`);
		const [r2, , b2] = await colourAt(page, image, boxes.less);
		assert.ok(b2 > r2 + 20, `less is ${r2}, ${b2}`);
		const grey = await colourAt(page, image, boxes.chance);
		assert.ok(Math.max(...grey) - Math.min(...grey) < 20, `chance is ${grey}`);
	});
});

test("not normalized: twice as much everywhere is more everywhere; normalized, it is nothing", async () => {
	const twice = both.before.map(({ stack, values }) => ({
		stack,
		values: values.map((v) => 2 * v),
	}));
	const html = flame("html", write("twice", twice), `--diff-base=${before}`);
	const details = async (fragment) => (await told(html, "main", fragment)).details;
	assert.match(await details("#t=samples"), /0\.00/);
	const widths = async (fragment) => (await boxesOf(html, fragment)).map(({ w }) => w);
	const [normalized, plain] = [
		await widths("#t=samples&w=max"),
		await widths("#t=samples&w=max&n=0"),
	];
	assert.deepEqual(normalized.length, plain.length);
});

test("X: only what is gone, as wide as it was, and all again", () =>
	withPage(there, {}, async (page) => {
		await page.focus("#scroll");
		await press(page, "X");
		assert.equal(await page.evaluate(() => globalThis.pyroprof.state().e), true);
		const { boxes, names } = await page.evaluate(() => ({
			boxes: globalThis.pyroprof.boxes("tree", 1200, 0.1, 0),
			names: globalThis.pyroprof.flame().funcs.name,
		}));
		const keys = (list) =>
			new Set(
				list.flatMap(({ stack }) =>
					stack.map((_, d) => stack.slice(0, d + 1).join(";")),
				),
			);
		const after = keys(both.after);
		const lost = both.before.filter(({ stack }) => !after.has(stack.join(";")));
		const gone = lost.filter(({ stack }) =>
			stack.some((_, d) => !after.has(stack.slice(0, d + 1).join(";"))),
		);
		assert.ok(gone.length > 0);
		const type = await page.evaluate(() => globalThis.pyroprof.flame().meta.default);
		const want = gone.reduce((sum, { values }) => sum + values[type], 0);
		assert.deepEqual(boxes[0].total, [want, 0]);
		assert.ok(boxes.length > 1);
		for (const box of boxes) assert.equal(box.total[1], 0, names[box.func]);
		assert.match(await page.locator("#crumbs").textContent(), /gone/);
		await press(page, "X");
		const all = await page.evaluate(
			() => globalThis.pyroprof.boxes("tree", 1200, 0.1, 0)[0].total,
		);
		assert.ok(all[1] > 0);
	}));

run({
	before: async () => {
		await start();
		before = write("before", both.before);
		after = write("after", both.after);
		there = flame("html", after, `--diff-base=${before}`);
		back = flame("html", before, `--diff-base=${after}`);
	},
	after: stop,
});
