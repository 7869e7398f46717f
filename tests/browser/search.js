#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What a search finds, in percent, is what an independent count of the samples says, on everything
// and zoomed in; what is no pattern is said to be none; next and previous pass every hit.
"use strict";

const assert = require("node:assert/strict");
const { canvasHash, press, start, stop, withPage } = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const model = require("./lib/model.js");
const { plain, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { PARTS, focusFrames, matchedPercents, search, stateOf, textOf } = require("./lib/ui.js");

const PATTERNS = [
	"main",
	"alloc",
	"Cache",
	"^std::",
	"h0123",
	"\\(\\*",
	"org\\.",
	"_[0-9]$",
	"a.*e",
	"read|write",
	"[aeiou]{2}",
	"^main$",
	"zzz",
	"S",
	"\\S",
	"lock\\b",
	"::[a-z]+\\d+\\(",
	"^.{40,}$",
	"(get|set|put)?tree",
	".",
];

const list = plain();
const TYPE = 0;
const close = (got, want, what) =>
	assert.ok(
		Math.abs(got - want) <= 0.0051,
		`${what}: the page says ${got} %, it is ${want} %`,
	);

let html = null;
const page = (body, options) => withPage(html, options, body);

/** The heaviest path of so many names. */
function heaviestPath(length) {
	const path = [];
	while (path.length < length) {
		const next = [...model.children(list, path, TYPE)].sort((a, b) => b[1] - a[1])[0];
		if (!next) break;
		path.push(next[0]);
	}
	return path;
}

const fragmentOfPath = (path) =>
	`#z=${path
		.map((name) => name.replace(/%/g, "%25").replace(/;/g, "%3B"))
		.map(encodeURIComponent)
		.join("%3B")}&t=samples`;

test(`${PATTERNS.length} patterns: of everything`, () =>
	page(
		async (p) => {
			for (const pattern of PATTERNS) {
				await search(p, pattern);
				const all = model.total(list, TYPE);
				const want = (100 * model.matched(list, pattern, TYPE)) / all;
				const [got] = await matchedPercents(p);
				close(
					got ?? 0,
					want,
					`/${pattern}/: ${await textOf(p, "matched")}`,
				);
			}
		},
		{ fragment: "#t=samples" },
	));

test("zoomed in: of all, and of what is zoomed into", async () => {
	const path = heaviestPath(3);
	const all = model.total(list, TYPE);
	const below = model.total(list, TYPE, path);
	await page(
		async (p) => {
			assert.ok(below < all);
			for (const pattern of PATTERNS.filter((text) => text !== "zzz")) {
				// Enter would go to a hit, and zoom to it if need be
				await search(p, pattern, { enter: false });
				const got = await matchedPercents(p);
				const wants = [
					(100 * model.matched(list, pattern, TYPE)) / all,
					(100 * model.matched(list, pattern, TYPE, path)) / below,
				];
				close(got[0] ?? 0, wants[0], `/${pattern}/ of all`);
				close(got[1] ?? got[0] ?? 0, wants[1], `/${pattern}/ of the zoom`);
			}
		},
		{ fragment: fragmentOfPath(path) },
	);
});

test("what is no regular expression is said to be none, and nothing throws", () =>
	page(async (p) => {
		for (const bad of ["(", "[", "*", "a{2,1}", "(?<", "\\"]) {
			await search(p, bad);
			const invalid = await p.getAttribute(PARTS.query, "aria-invalid");
			assert.equal(invalid, "true", `${bad} is taken for a pattern`);
			assert.ok(
				(await textOf(p, "matched")).length > 0,
				`${bad}: not a word about it`,
			);
		}
		await search(p, "main");
		assert.notEqual(await p.getAttribute(PARTS.query, "aria-invalid"), "true");
	}));

test("clearing brings back every pixel", () =>
	page(async (p) => {
		await focusFrames(p);
		const before = await canvasHash(p);
		await search(p, "alloc|read", { enter: false });
		await focusFrames(p);
		assert.notEqual(await canvasHash(p), before, "a search shows nothing");
		await press(p, "Escape");
		await focusFrames(p);
		assert.equal((await stateOf(p)).search || "", "");
		assert.equal(await canvasHash(p), before);
	}));

test("n and N pass every hit, and come back to the first", () =>
	page(async (p) => {
		await search(p, "^std::");
		await focusFrames(p);
		const walk = async (key, most) => {
			const seen = [];
			for (let i = 0; i < most; i++) {
				await press(p, key);
				assert.match(
					await textOf(p, "details"),
					/std::/,
					"a hit that is none",
				);
				const [text] = /\d+ of \d+$/.exec(await textOf(p, "matched"));
				if (seen.length && text === seen[0]) break;
				seen.push(text);
			}
			return seen;
		};
		const forth = await walk("n", 400);
		assert.ok(forth.length > 1 && forth.length < 400, `${forth.length} hits`);
		assert.equal(new Set(forth).size, forth.length);
		const back = await walk("N", 400);
		assert.equal(back.length, forth.length);
	}));

/** Names of frames in the order of the tree, the heaviest children first. */
const framesOf = (p) =>
	p.evaluate(() => {
		const { pyroprof } = globalThis;
		const { func, funcs, parent, n } = pyroprof.flame();
		return Array.from({ length: n }, (_, node) => ({
			name: funcs.name[func[node]],
			node,
			parent: parent[node],
		}));
	});

for (const [keys, zoomed] of [
	["n", false],
	["N", false],
	["n", true],
])
	test(`${keys}: every hit once, also those too thin to be drawn${zoomed ? ", from a zoom" : ""}`, () =>
		page(
			async (p) => {
				await focusFrames(p);
				const frames = (await framesOf(p)).filter(({ name }) =>
					/get|put|7/i.test(name),
				);
				const drawn = await p.evaluate(() => {
					const { pyroprof } = globalThis;
					const { names } = { names: pyroprof.flame().funcs.name };
					return pyroprof
						.boxes("tree", 500, 0.5, 0)
						.filter(
							(b) =>
								b.func >= 0 &&
								/get|put|7/i.test(names[b.func]),
						).length;
				});
				assert.ok(
					frames.length > drawn && drawn > 3,
					`${frames.length}, ${drawn}`,
				);
				const before = await p.evaluate(() => location.hash);
				await search(p, "get|put|7", { enter: false });
				await focusFrames(p);
				const seen = [];
				for (let i = 0; i < frames.length; i++) {
					await p.keyboard.press(keys);
					const said = await textOf(p, "matched");
					const [, at, of] = /(\d+) of (\d+)$/.exec(said) || [];
					assert.equal(Number(of), frames.length, said);
					seen.push(Number(at));
				}
				assert.equal(new Set(seen).size, frames.length);
				const where = await p.evaluate(() => {
					const item = document.querySelector(
						'#path [aria-selected="true"]',
					);
					return item.textContent;
				});
				assert.match(where, /get|put|7/i);
				await press(p, "Escape");
				assert.equal(await p.evaluate(() => location.hash), before);
			},
			{
				viewport: { width: 500, height: 600 },
				fragment: zoomed ? "#z=main" : "",
			},
		));

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", list));
	},
	after: stop,
});
