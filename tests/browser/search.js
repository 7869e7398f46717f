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
const {
	PARTS,
	canvasRect,
	focusFrames,
	matchedPercents,
	search,
	stateOf,
	textOf,
} = require("./lib/ui.js");

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
				await search(p, pattern);
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

/** In the page: the frames that a pattern must find, in the order in which they are laid out. */
function hitsOf([pattern, width]) {
	const { pyroprof } = globalThis;
	const names = pyroprof.flame().funcs.name;
	const regex = new RegExp(pattern);
	return pyroprof
		.boxes("tree", width, 0.5, 0)
		.map((box, id) => ({ id, func: box.func, name: names[box.func] }))
		.filter(({ func, name }) => func > 0 && regex.test(name))
		.map(({ id, name }) => `item${id} ${name}`);
}

/** The frame that has the keyboard: as hitsOf() has it. */
const current = (p) =>
	p.evaluate((selector) => {
		const id = document.querySelector(selector).getAttribute("aria-activedescendant");
		const text = document.getElementById(id).textContent;
		return `${id} ${text.replace(/, [\d.]+% of all.*$/, "")}`;
	}, PARTS.frames);

test("n passes every hit in order and begins anew, N does so backwards", () =>
	page(async (p) => {
		const { width } = await canvasRect(p);
		const wants = await p.evaluate(hitsOf, ["^std::", width]);
		assert.ok(wants.length > 10 && wants.length < 400, `${wants.length} hits`);
		await search(p, "^std::", { enter: false });
		await focusFrames(p);
		const walk = async (key) => {
			const seen = [];
			for (let i = 0; i < wants.length; i++) {
				await press(p, key);
				seen.push(await current(p));
				const told = await textOf(p, "matched");
				const at = wants.indexOf(seen.at(-1)) + 1;
				assert.ok(told.endsWith(`, ${at} of ${wants.length}`), told);
			}
			return seen;
		};
		assert.deepEqual(await walk("n"), wants);
		await press(p, "n");
		assert.equal(await current(p), wants[0], "the first again");
		assert.deepEqual(await walk("N"), [...wants].reverse());
	}));

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", list));
	},
	after: stop,
});
