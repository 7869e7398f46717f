#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Keys that do more than move: what percentages are of, stacks kept by a pattern, the command line,
// following a file, the mouse switched off.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { file, press, settle, start, stop, withPage } = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { plain, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const {
	focusFrames,
	live,
	stateOf,
	textOf,
	toMain,
	watchCopies,
	withFrames,
} = require("./lib/ui.js");

const list = plain();
let html = null;
let punctuated = null; // names that are patterns of something else

const page = (body, options) => withFrames(html, options, body);
const W = { width: 1000, height: 500 };

for (const [keys, field, want] of [
	[["p"], "p", "zoom"],
	[["p", "p"], "p", "parent"],
	[["p", "p", "p"], "p", "all"],
])
	test(`${keys.join(" ")}: percentages are of ${want}`, () =>
		page(async (p) => {
			await toMain(p);
			await press(p, ...keys);
			assert.equal((await stateOf(p))[field], want);
		}));

test("p: of the zoom, what is zoomed into is 100 %; of the parent, it is what it says", () =>
	page(
		async (p) => {
			await toMain(p);
			await press(p, "ArrowUp");
			const [, name] = /^(\S+)/.exec(await textOf(p, "details"));
			await press(p, "Enter", "p", "3");
			const first = () =>
				p.evaluate(() =>
					[...document.querySelectorAll("#list .row")].map((row) =>
						[...row.children].map((cell) => cell.textContent),
					),
				);
			const rows = await first();
			assert.ok(rows[0][3].includes(name.slice(0, 8)), rows[0].join());
			assert.equal(rows[0][1], "100%");
			await press(p, "p");
			const list_ = await first();
			assert.match(list_[1][1], /^[\d.]+%$/);
			const share = (text) => Number(text.replace("%", ""));
			await press(p, "p");
			const ofAll = await first();
			const want = (100 * share(ofAll[1][1])) / share(ofAll[0][1]);
			assert.ok(
				Math.abs(share(list_[1][1]) - want) < 0.2,
				`${list_[1][1]}, ${want}`,
			);
		},
		{ viewport: W, fragment: "#y=flame" },
	));

test("&: keeps the stacks that a pattern is in, and with nothing all again", () =>
	page(async (p) => {
		const total = () =>
			p.evaluate(
				() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1],
			);
		const all = await total();
		await press(p, "&");
		await p.keyboard.type("alloc_");
		await press(p, "Enter");
		assert.equal((await stateOf(p)).x.join(), "k:alloc_");
		const want = list
			.filter(({ stack }) => stack.some((name) => /alloc_/i.test(name)))
			.reduce((sum, { values }) => sum + values[1], 0);
		assert.ok(want > 0 && want < all);
		assert.equal(await total(), want);
		await press(p, "&");
		await press(p, "Enter");
		assert.equal(await total(), all);
	}));

test(": takes every command by its name, and Tab completes it", () =>
	page(async (p) => {
		await press(p, ":");
		await p.keyboard.type("zoom-i");
		await press(p, "Tab");
		assert.equal(await p.inputValue("#command"), "zoom-in");
		await press(p, "Escape");
		assert.equal(await p.locator("#prompt").isVisible(), false);
		await toMain(p);
		await press(p, ":");
		await p.keyboard.type("zoom-in");
		await press(p, "Enter");
		assert.equal((await stateOf(p)).z.join(), "main");
		await press(p, ":");
		await p.keyboard.type("colours h");
		await press(p, "Tab");
		assert.equal(await p.inputValue("#command"), "colours hot");
		await press(p, "Enter");
		assert.equal((await stateOf(p)).c, "hot");
		await press(p, ":");
		await p.keyboard.type("nonsense");
		await press(p, "Enter");
		assert.match(await live(p), /no command nonsense/);
	}));

for (const word of ["constructor", "toString", "__proto__"])
	test(`: ${word}, which is no command, whatever it is to JavaScript`, () =>
		page(async (p) => {
			await press(p, ":");
			await p.keyboard.type(`${word} x`);
			await press(p, "Enter");
			assert.equal(await live(p), `There is no command ${word}; Tab completes.`);
		}));

for (const [command, field, begin] of [
	["find", "s", ""],
	["keep", "x", "k:"],
])
	test(`: ${command} completes to a pattern that finds the function alone`, () =>
		withPage(punctuated, {}, async (p) => {
			for (const part of ["step.1$", "^step\\.1\\"]) {
				await press(p, ":");
				await p.keyboard.type(`${command} ${part}`);
				await press(p, "Tab");
				const quoted = "^step\\.1\\$$";
				assert.equal(
					await p.inputValue("#command"),
					`${command} ${quoted}`,
				);
				await press(p, "Enter");
				assert.equal(String((await stateOf(p))[field]), begin + quoted);
			}
		}));

for (const key of ["W", "Control+w"])
	test(`${key}: the next heaviest sibling, round and round`, () =>
		page(
			async (p) => {
				await toMain(p);
				await press(p, "ArrowUp");
				const share = async () =>
					Number(/([\d.]+)%/.exec(await textOf(p, "details"))[1]);
				const names = [await textOf(p, "details")];
				const shares = [await share()];
				for (let i = 0; i < 40; i++) {
					await press(p, key);
					if ((await textOf(p, "details")) === names[0]) break;
					names.push(await textOf(p, "details"));
					shares.push(await share());
				}
				assert.ok(names.length > 1 && names.length < 40, `${names.length}`);
				assert.deepEqual(
					shares,
					[...shares].sort((a, b) => b - a),
				);
			},
			{ viewport: W, fragment: "#o=name&y=flame" },
		));

test("M: the mouse does nothing in the graph until M again", () =>
	page(async (p) => {
		await press(p, "M");
		const box = await p.locator("#paint").boundingBox();
		const at = [box.x + 40, box.y + box.height - 30];
		await p.mouse.click(...at);
		await settle(p);
		assert.equal((await stateOf(p)).z.length, 0);
		assert.equal(await p.locator("#tip").isVisible(), false);
		await press(p, "M");
		await p.mouse.click(...at);
		await settle(p);
		assert.equal((await stateOf(p)).z.join(), "main");
	}));

test("F follows the file, z freezes it", async () => {
	const name = flame("html", write("followed", list.slice(0, 20)));
	const later = flame("html", write("later", list.slice(0, 40)));
	const total = (p) =>
		p.evaluate(() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1]);
	await withPage(name, { fragment: "#c=hot" }, async (p) => {
		await focusFrames(p);
		const before = await total(p);
		fs.copyFileSync(later, name);
		await Promise.all([p.waitForEvent("load"), p.keyboard.press("F")]);
		await p.evaluate(() => globalThis.pyroprof.ready);
		assert.notEqual(await total(p), before);
		const state = await stateOf(p);
		assert.deepEqual([state.r, state.c], ["follow", "hot"]);
		await Promise.all([p.waitForEvent("load"), settle(p)]);
		await p.evaluate(() => globalThis.pyroprof.ready);
		await press(p, "z");
		assert.equal((await stateOf(p)).r, "frozen");
		let loads = 0;
		p.on("load", () => loads++);
		await p.waitForTimeout(6000);
		assert.equal(loads, 0);
		await press(p, "F");
		assert.equal((await stateOf(p)).r, "");
	});
});

test("e: file and line to the clipboard", () =>
	page(async (p) => {
		const copies = await watchCopies(p);
		await toMain(p);
		await press(p, "e");
		assert.deepEqual(await copies(), ["main.c:7"]);
		assert.equal(await live(p), "Copied.");
	}));

test("e: where it is not known where a function is, that is said", () =>
	withFrames(flame("html", file("bare.folded", "main;a 1\n")), {}, async (p) => {
		const copies = await watchCopies(p);
		await toMain(p);
		await press(p, "e");
		assert.deepEqual(await copies(), []);
		assert.equal(await live(p), "It is not known where that is.");
	}));

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", list));
		const names = ["step.1$", "step.1", "step_1$x"];
		const samples = names.map((name, i) => ({ stack: [name], values: [i + 1, 1] }));
		punctuated = flame("html", write("punctuated", samples));
	},
	after: stop,
});
