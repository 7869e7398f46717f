#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Sample types, labels and transforms: what the page counts then is what the program counts with the
// options that mean the same.
"use strict";

const assert = require("node:assert/strict");
const { press, settle, start, stop, withPage } = require("./lib/browser.js");
const { flame, json } = require("./lib/cli.js");
const { plain, write } = require("./lib/profiles.js");
const model = require("./lib/model.js");
const { run, test } = require("./lib/tap.js");
const { PARTS, fragmentOf, stateOf, toMain } = require("./lib/ui.js");

/** Samples with labels: text, number, several of one key, none. */
const list = plain().map((sample, i) => ({
	...sample,
	labels: [
		...(i % 3 ? [["tenant", i % 2 ? "blue" : "green"]] : []),
		...(i % 5 === 0 ? [["size", 512 * (1 + (i % 4)), ""]] : []),
		...(i % 7 === 0 ? [["tenant", "shared"]] : []),
		["thread", `worker-${i % 4}`],
	],
}));
const TYPES = ["samples", "cpu"];

let html = null;
let profile = null;

/** What the page counts of each function with a fragment: name -> cum, and the total. */
const counted = (fragment) =>
	withPage(html, { fragment }, (page) =>
		page.evaluate(() => {
			const { pyroprof } = globalThis;
			const cum = {};
			pyroprof.flame().funcs.name.forEach((name, func) => {
				const [middle] = func
					? pyroprof.boxes("callees", 1000, 0.5, func)
					: [];
				if (middle && middle.total[1]) cum[name] = middle.total[1];
			});
			return { cum, total: pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1] };
		}),
	);

/** What pyroprof top counts: the same. */
function reported(type, ...options) {
	const { rows } = json(
		"top",
		`--sample-index=${type}`,
		"--nodecount=0",
		"--nodefraction=0",
		...options,
		profile,
	);
	const cum = Object.fromEntries(rows.filter((r) => r.cum).map((r) => [r.name, r.cum]));
	return { cum, total: cum.main || 0 };
}

const same = (got, want) => {
	assert.equal(got.total, want.total, "totals");
	assert.deepEqual(got.cum, want.cum);
	assert.ok(want.total > 0, "a filter that leaves nothing");
};

for (const type of TYPES) {
	test(`sample type ${type}`, async () => {
		same(await counted(`#t=${type}`), reported(type));
		const at = TYPES.indexOf(type);
		assert.equal((await counted(`#t=${type}`)).total, model.total(list, at));
	});

	for (const [label, option] of [
		["tenant=blue", "--tagfocus=tenant=^blue$"],
		["tenant=green", "--tagfocus=tenant=^green$"],
		["tenant=shared", "--tagfocus=tenant=^shared$"],
		["thread=worker-2", "--tagfocus=thread=^worker-2$"],
		["size=1024", "--tagfocus=size=1024:1024"],
	])
		test(`label ${label}, ${type}`, async () => {
			const encoded = encodeURIComponent(label);
			same(await counted(`#t=${type}&l=${encoded}`), reported(type, option));
		});

	test(`two labels, ${type}: both must be there`, async () => {
		const fragment = `#t=${type}&l=${encodeURIComponent("tenant=blue;thread=worker-1")}`;
		const want = list.filter(({ labels }) =>
			["tenant:blue", "thread:worker-1"].every((one) =>
				labels.some(([k, v]) => `${k}:${v}` === one),
			),
		);
		const got = await counted(fragment);
		assert.equal(got.total, model.total(want, TYPES.indexOf(type)));
	});
}

test("several values of one label: any of them", async () => {
	const fragment = `#t=samples&l=${encodeURIComponent("thread=worker-1;thread=worker-2")}`;
	const want = list.filter((_, i) => i % 4 === 1 || i % 4 === 2);
	assert.equal((await counted(fragment)).total, model.total(want, 0));
});

test("numbers of labels that round to the same text are told apart, and shown with their units", async () => {
	const sizes = [1048576, 1048577, 1536, 7];
	const some = sizes.map((size, i) => ({
		stack: ["main", `f${i}`],
		values: [10 ** i, 1],
		labels: [["size", size, i < 3 ? "bytes" : "apples"]],
	}));
	const name = flame("html", write("sizes", some));
	await withPage(name, {}, async (page) => {
		const total = () =>
			page.evaluate(
				() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1],
			);
		await page.evaluate(() => (location.hash = "#t=samples"));
		await settle(page);
		await page.focus(PARTS.frames);
		await press(page, "t");
		const items = () =>
			page.locator('#menu [role="menuitemcheckbox"] .label').allTextContents();
		const shown = await items();
		for (const text of ["1MB", "1MB (1048577 bytes)", "1.50kB", "7 apples"])
			assert.ok(shown.includes(text), JSON.stringify(shown));
		await page
			.locator('#menu [role="menuitemcheckbox"]', { hasText: "1048577" })
			.click();
		await settle(page);
		assert.equal(await total(), 10);
		assert.match(await fragmentOf(page), /l=size=1048577bytes/);
		assert.match(
			await page.locator("#crumbs").textContent(),
			/size=1MB \(1048577 bytes\)/,
		);
	});
});

test("the menu of types shows another type", () =>
	withPage(html, {}, async (page) => {
		const options = await page.locator(`${PARTS.type} option`).allTextContents();
		assert.equal(options.length, 2);
		const before = await page.evaluate(
			() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1],
		);
		const chosen = await page.$eval(PARTS.type, (select) => select.selectedIndex);
		await page.selectOption(PARTS.type, { index: 1 - chosen });
		await settle(page);
		const after = await page.evaluate(
			() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1],
		);
		assert.deepEqual(
			new Set([before, after]),
			new Set([model.total(list, 0), model.total(list, 1)]),
		);
		await page.focus(PARTS.frames);
		await press(page, "v");
		const back = await page.evaluate(
			() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1],
		);
		assert.equal(back, before);
	}));

/** A name that is on some of the stacks, once on each. */
function nameOnSome() {
	const counts = new Map();
	for (const { stack } of list)
		for (const name of new Set(stack)) counts.set(name, (counts.get(name) || 0) + 1);
	return [...counts]
		.filter(([, n]) => n > 20 && n < 200)
		.map(([name]) => name)
		.sort()[3];
}

const quoted = (name) => `^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;

for (const [what, letter, option] of [
	["drop", "d", "ignore"],
	["focus", "f", "focus"],
])
	test(`transform ${what}: the samples that --${option} leaves`, async () => {
		const name = nameOnSome();
		const regex = new RegExp(quoted(name));
		const has = ({ stack }) => stack.some((each) => regex.test(each));
		const want = list.filter((sample) => has(sample) === (letter === "f"));
		const got = await counted(
			`#t=samples&x=${encodeURIComponent(`${letter}:${name}`)}`,
		);
		assert.equal(got.total, model.total(want, 0));
		const report = reported("samples", `--${option}=${quoted(name)}`);
		assert.equal(got.total, report.total);
		if (letter === "d") assert.deepEqual(got.cum, report.cum);
	});

test("transform merge: the frame goes, what it costs stays", async () => {
	const name = nameOnSome();
	const got = await counted(`#t=samples&x=${encodeURIComponent(`m:${name}`)}`);
	const want = list.map(({ stack, values }) => ({
		stack: stack.filter((each) => each !== name),
		values,
	}));
	assert.equal(got.total, model.total(list, 0));
	assert.equal(got.cum[name], undefined);
	for (const [each, { cum }] of model.table(want))
		assert.equal(got.cum[each] || 0, cum, each);
});

test("transforms by key are undone by key", () =>
	withPage(html, {}, async (page) => {
		const hash = () => fragmentOf(page);
		const before = await hash();
		await toMain(page);
		await press(page, "d");
		assert.match(await hash(), /x=d:/);
		assert.equal((await stateOf(page)).x.length, 1);
		await press(page, "u");
		assert.equal(await hash(), before);
		await toMain(page);
		await press(page, "m", "r");
		assert.equal((await stateOf(page)).x.length, 2);
		await press(page, "U");
		assert.equal((await stateOf(page)).x.length, 0);
	}));

run({
	before: async () => {
		await start();
		profile = write("labelled", list);
		html = flame("html", profile);
	},
	after: stop,
});
