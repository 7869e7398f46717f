#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Pages lay out what the C code lays out: the same boxes for the same tree, in every view.
"use strict";

const assert = require("node:assert/strict");
const { start, stop, withPage } = require("./lib/browser.js");
const { boxes, flame } = require("./lib/cli.js");
const model = require("./lib/model.js");
const { ALL, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");

const WIDTHS = [320, 1180, 3840];
const MIN = 0.5;
const near = (a, b) => Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(a), Math.abs(b));

/** That two lists of boxes are the same, and if not, where they begin not to be. */
function assertSame(got, want) {
	for (let i = 0; i < Math.max(got.length, want.length); i++) {
		const [g, w] = [got[i], want[i]];
		const same =
			g &&
			w &&
			g.depth === w.depth &&
			near(g.x, w.x) &&
			near(g.w, w.w) &&
			g.func === w.func &&
			g.node === w.node &&
			g.count === w.count &&
			g.above === w.above &&
			[0, 1].every(
				(s) => near(g.total[s], w.total[s]) && near(g.self[s], w.self[s]),
			);
		assert.ok(
			same,
			`box ${i} of ${got.length} and ${want.length}: the page has ` +
				`${JSON.stringify(g)}, C has ${JSON.stringify(w)}`,
		);
	}
}

/** The page's boxes; functions go by name, and nodes by path. */
function pageBoxes(page, what, width, arg) {
	return page.evaluate(
		([w, px, min, names]) => {
			const { pyroprof } = globalThis;
			const all = pyroprof.flame();
			const funcOf = (name) => all.funcs.name.indexOf(name);
			const child = (node, name) => {
				for (let c = node + 1; c < all.end[node]; c = all.end[c])
					if (all.funcs.name[all.func[c]] === name) return c;
				throw new Error(`no ${name}`);
			};
			const of = {
				tree: () => names.reduce(child, 0),
				inverted: () => names.map(funcOf),
				callees: () => funcOf(names[0]),
				callers: () => funcOf(names[0]),
			};
			return pyroprof
				.boxes(w, px, min, of[w]())
				.map((b) => ({ ...b, total: [...b.total], self: [...b.self] }));
		},
		[what, width, MIN, arg],
	);
}

/** Names for callers and callees: the one that is on most nodes, and others. */
function namesOf(list) {
	const seen = new Map();
	for (const { stack } of list)
		for (const name of stack) seen.set(name, (seen.get(name) || 0) + 1);
	const sorted = [...seen]
		.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
		.map(([n]) => n);
	return [...new Set([sorted[0], sorted[1], sorted[sorted.length >> 1]])].filter(Boolean);
}

/** A path of so many names down the heaviest children, and one up from the heaviest leaf. */
function pathsOf(list) {
	const flat = [...model.table(list)]
		.filter(([, row]) => row.flat > 0)
		.sort((a, b) => b[1].flat - a[1].flat);
	const leaf = flat.length ? flat[0][0] : null;
	const down = [];
	while (down.length < 3) {
		const next = [...model.children(list, down)]
			.filter(([, total]) => total > 0)
			.sort((a, b) => b[1] - a[1])[0];
		if (!next) break;
		down.push(next[0]);
	}
	const one = list.find(({ stack, values }) => values[0] && stack[stack.length - 1] === leaf);
	return { down, up: one ? [...one.stack].reverse().slice(0, 2) : [] };
}

/** What is compared: views, and names for each. */
function viewsOf(list, names) {
	const { down, up } = pathsOf(list);
	const paths = (of) => [[], ...(of.length ? [of.slice(0, 1), of] : [])];
	return [
		...paths(down).map((path) => ["tree", path]),
		...paths(up).map((path) => ["inverted", path]),
		...names.flatMap((name) => [
			["callees", [name]],
			["callers", [name]],
		]),
	];
}

/** All views and widths of one page against C. */
async function compare(profile, html, views, options) {
	let compared = 0;
	await withPage(html, {}, async (page) => {
		for (const [what, names] of views)
			for (const width of WIDTHS) {
				const which = names.length ? `${what}:${names.join(";")}` : what;
				const want = boxes(
					profile,
					...options,
					`--boxes=${which}`,
					`--width=${width}`,
					`--minwidth=${MIN}`,
				);
				assert.ok(want.length > 0, `${which}: C has no boxes`);
				try {
					assertSame(await pageBoxes(page, what, width, names), want);
				} catch (error) {
					error.message = `${which} ${width} px: ${error.message}`;
					throw error;
				}
				compared++;
			}
	});
	assert.ok(compared >= 6);
}

for (const [name, make] of Object.entries(ALL))
	for (const order of name === "plain" ? ["weight", "name", "input"] : ["weight"])
		test(`${name} by ${order}: tree, inverted, callees and callers as in C`, async () => {
			const list = make();
			const profile = write(name, list);
			const options = [`--order=${order}`];
			const views = viewsOf(list, namesOf(list));
			await compare(profile, flame("html", profile, ...options), views, options);
		});

for (const width of ["after", "before", "max", "union"])
	for (const normalize of width === "after" ? [true] : [true, false])
		test(`a diff by ${width}, ${normalize ? "" : "not "}normalized: all views as in C`, async () => {
			const both = sides();
			const before = write("before", both.before);
			const after = write("after", both.after);
			const options = [
				`--diff-base=${before}`,
				`--diff-width=${width}`,
				...(normalize ? [] : ["--no-normalize"]),
			];
			const views = viewsOf(both.after, ["main", "only_before", "only_after"]);
			await compare(after, flame("html", after, ...options), views, options);
		});

test("zoomed in: the same tree by other means", async () => {
	const profile = write("plain", ALL.plain());
	await withPage(flame("html", profile), {}, async (page) => {
		const wrong = await page.evaluate(() => {
			const { pyroprof } = globalThis;
			const all = pyroprof.flame();
			const bad = [];
			for (let root = 1; root < all.n; root += 37) {
				const list = pyroprof.boxes("tree", 1000, 0.5, root);
				const above = list.filter((b) => b.above);
				const zoomed = list.find((b) => b.node === root && !b.above);
				const path = [];
				for (let i = all.parent[root]; i >= 0; i = all.parent[i])
					path.unshift(i);
				if (above.map((b) => b.node).join() !== path.join())
					bad.push(`${root}: above`);
				if (!zoomed || zoomed.x !== 0 || Math.abs(zoomed.w - 1000) > 1e-9)
					bad.push(`${root}: width`);
				if (
					list.some(
						(b) =>
							b.node >= 0 &&
							!b.above &&
							(b.node < root || b.node >= all.end[root]),
					)
				)
					bad.push(`${root}: a box from elsewhere`);
				if (list.some((b) => b.x < -1e-6 || b.x + b.w > 1000 + 1e-6))
					bad.push(`${root}: a box outside`);
			}
			return bad;
		});
		assert.deepEqual(wrong, []);
	});
});

run({ before: start, after: stop });
