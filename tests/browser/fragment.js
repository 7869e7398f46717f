#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The fragment is the whole state: a page opened by it shows what the page it is from showed.
"use strict";

const assert = require("node:assert/strict");
const {
	canvasHash,
	eventually,
	press,
	settle,
	start,
	stop,
	urlOf,
	withPage,
} = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { plain, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { fragmentOf, stateOf, targets, textOf } = require("./lib/ui.js");

let html = null;
let diff = null;
let usual = null; // the state without a fragment

/** Fragments that must come back as they are, given names of functions. */
const FRAGMENTS = [
	["v=inverted"],
	["v=table"],
	["v=tree"],
	["v=info"],
	["s=alloc"],
	["s=read%7Cwrite&o=name"],
	["t=samples"],
	["o=name"],
	["o=input"],
	["c=hot"],
	["c=kind"],
	["c=dso"],
	["c=grey"],
	["c=value"],
	["c=self"],
	["y=flame"],
	["y=icicle"],
	["m=dark"],
	["m=light"],
	["v=table&k=total"],
	["v=inverted&s=main&o=name&c=hot&m=dark"],
	["v=flame&s=alloc&t=samples&o=name&c=self&m=light"],
];

/** What is seen without the keyboard's mark. */
const seen = async (page) => ({
	canvas: await canvasHash(page),
	text: await page.evaluate(() =>
		["#matched", "#crumbs", "#list .rows", "#text"].map(
			(selector) => document.querySelector(selector)?.innerText ?? "",
		),
	),
	state: await stateOf(page),
});

async function roundTrip(name, fragment) {
	return withPage(name, { fragment: `#${fragment}` }, async (page) => {
		const first = await seen(page);
		const written = await page.evaluate(() => location.hash);
		await page.goto("about:blank");
		await page.goto(urlOf(name) + written);
		await page.evaluate(() => globalThis.pyroprof.ready);
		assert.deepEqual(await seen(page), first);
		return first;
	});
}

for (const [fragment] of FRAGMENTS)
	test(`#${fragment}`, async () => {
		usual ??= JSON.stringify(await withPage(html, {}, stateOf));
		const first = await roundTrip(html, fragment);
		const same = JSON.stringify(first.state) === usual;
		assert.ok(
			!same || ["y=icicle", "y=flame", "o=input", "t=samples"].includes(fragment),
			"changes nothing",
		);
	});

for (const fragment of [
	"w=before",
	"w=max",
	"w=union",
	"n=0",
	"d=self",
	"c=diff-rg",
	"c=diff-classic",
	"w=union&n=0&d=self",
])
	test(`a diff: #${fragment}`, () => roundTrip(diff, fragment));

for (const [what, letter] of [
	["zoom", "z"],
	["sandwich", "f"],
	["focus", "x"],
])
	test(`${what}: by name`, async () => {
		const names = await withPage(html, {}, async (page) => {
			const list = await targets(page, 5);
			const deep = list.filter((box) => box.depth === 3)[0];
			return page.evaluate((node) => {
				const all = globalThis.pyroprof.flame();
				const path = [];
				for (let i = node; i > 0; i = all.parent[i])
					path.unshift(all.funcs.name[all.func[i]]);
				return path;
			}, deep.node);
		});
		const escaped = names.map((name) => name.replaceAll(";", "%3B"));
		const leaf = escaped[escaped.length - 1];
		const text = { z: escaped.join(";"), f: names[names.length - 1], x: `f:${leaf}` }[
			letter
		];
		const first = await roundTrip(
			html,
			`${letter === "f" ? "v=sandwich&" : ""}${letter}=${encodeURIComponent(text)}`,
		);
		assert.ok(
			JSON.stringify(first.state).includes(names[names.length - 1].slice(0, 8)),
		);
	});

test("keys change the fragment, and Back takes them back", () =>
	withPage(html, { fragment: "#y=icicle" }, async (page) => {
		const hashes = [await canvasHash(page)];
		const list = await targets(page, 60);
		const inner = list.filter((box) => box.depth === 2)[0];
		assert.ok(inner);
		await page.focus("#scroll");
		await press(page, "ArrowDown", "ArrowDown", "Enter");
		hashes.push(await canvasHash(page));
		assert.match(await fragmentOf(page), /z=/);
		await page.goBack();
		await settle(page);
		assert.doesNotMatch(await fragmentOf(page), /z=/);
		await page.goForward();
		await settle(page);
		assert.match(await fragmentOf(page), /z=/);
		assert.notEqual(hashes[0], hashes[1]);
	}));

test("a fragment put in by hand is followed", () =>
	withPage(html, {}, async (page) => {
		await page.evaluate(() => {
			location.hash = "#v=inverted&s=alloc";
		});
		await eventually(async () => {
			const state = JSON.stringify(await stateOf(page));
			assert.match(state, /inverted/);
			assert.match(state, /alloc/);
		});
	}));

test("a link from another profile says what is not here", () =>
	withPage(html, { fragment: "#z=no_such_main%3Bno_such_function&s=alloc" }, async (page) => {
		const said = await page.evaluate(() => document.body.innerText);
		const live = await textOf(page, "live");
		assert.match(`${said} ${live}`, /no_such|not (?:in|here|found)/i);
		assert.match(await textOf(page, "matched"), /%/);
	}));

for (const junk of [
	"%",
	"%zz",
	"z",
	"&&&",
	"=&=",
	"v=nothing",
	"z=%ff",
	"t=&o=&c=x",
	"a=x&b=y",
	"__proto__=1",
	"x=q:z;;r",
	`s=${"a".repeat(20000)}`,
	"l=%3B%3B=",
	"k=nothing",
	"s=(",
])
	test(`junk as a fragment: #${junk.slice(0, 20)}`, () =>
		withPage(html, { fragment: `#${junk}` }, async (page) => {
			assert.equal(
				await page.evaluate(() => globalThis.pyroprof.flame().n > 1),
				true,
			);
			assert.ok((await canvasHash(page)).length);
		}));

test("opening the same fragment twice shows the same", async () => {
	const hashes = [];
	for (let i = 0; i < 2; i++)
		hashes.push(await withPage(html, { fragment: "#s=alloc" }, canvasHash));
	assert.equal(hashes[0], hashes[1]);
	assert.ok(urlOf(html).startsWith("file://"));
});

test("an order that was shown before another is not sorted again", () =>
	withPage(html, { fragment: "#o=name" }, async (page) => {
		const show = async (order) => {
			await page.evaluate((o) => (location.hash = `#o=${o}`), order);
			await page.waitForFunction(
				(o) => globalThis.pyroprof.state().o === o,
				order,
			);
		};
		await page.evaluate(() => (globalThis.first = globalThis.pyroprof.flame()));
		for (const order of ["weight", "name", "input", "name"]) await show(order);
		assert.ok(
			await page.evaluate(() => globalThis.pyroprof.flame() === globalThis.first),
		);
	}));

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", plain()));
		const both = sides();
		diff = flame(
			"html",
			write("after", both.after),
			`--diff-base=${write("before", both.before)}`,
		);
	},
	after: stop,
});
