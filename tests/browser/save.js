#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What is saved is what is seen: the stacks below the frame that is zoomed into, the rows of the table
// in their order, both sides of a comparison.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { file, press, start, stop, withPage } = require("./lib/browser.js");
const { flame, pyroprof } = require("./lib/cli.js");
const { plain, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { focusFrames } = require("./lib/ui.js");

let html = null;
let compared = null;
let before = null;
let after = null;

/** The file that an item of the menu saves. */
async function save(page, item) {
	await focusFrames(page);
	await press(page, "w");
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.locator("#menu button").filter({ hasText: item }).click(),
	]);
	const name = file(`saved-${download.suggestedFilename()}`);
	await download.saveAs(name);
	return name;
}

const linesOf = (name) => fs.readFileSync(name, "utf8").trimEnd().split("\n");
const sumOf = (lines) => lines.reduce((sum, line) => sum + Number(line.split(" ").pop()), 0);

/** The heaviest child of main: its name and total. */
const heaviest = (page) =>
	page.evaluate(() => {
		const { boxes, flame: get } = globalThis.pyroprof;
		const { func, w, total } = boxes("tree", 1000, 1, 0)
			.filter((box) => box.depth === 2 && box.func > 0)
			.reduce((x, y) => (y.w > x.w ? y : x));
		return { name: get().funcs.name[func], w, total: total[1] };
	});

test("zoomed in, stacks are those below the frame, as text and as a profile", async () => {
	const { name, total } = await withPage(html, {}, heaviest);
	const fragment = `#z=main;${encodeURIComponent(name)}`;
	await withPage(html, { fragment }, async (page) => {
		const lines = linesOf(await save(page, "folded"));
		assert.ok(lines.every((line) => line === name || line.startsWith(name)));
		assert.equal(sumOf(lines), total);
		const profile = await save(page, "pprof");
		assert.equal(sumOf(pyroprof("folded", profile).trimEnd().split("\n")), total);
	});
});

test("the table is saved as it is: what a search finds, in the order of the column", () =>
	withPage(html, { fragment: "#v=table&s=std&k=-total" }, async (page) => {
		const shown = await page.evaluate(() =>
			[...document.querySelectorAll("#list .row .text")].map((e) => e.title),
		);
		const saved = linesOf(await save(page, "CSV"))
			.slice(1)
			.map((line) => line.split(",")[5]);
		assert.ok(saved.length > 5);
		assert.ok(saved.every((name) => name.includes("std")));
		assert.deepEqual(saved.slice(0, shown.length), shown);
	}));

test("a comparison as text has both sides, as the program writes it", () =>
	withPage(compared, {}, async (page) => {
		const wants = pyroprof("flame", "--format=folded", `--diff-base=${before}`, after);
		assert.deepEqual(
			linesOf(await save(page, "folded")).sort(),
			wants.trimEnd().split("\n").sort(),
		);
	}));

test("a comparison as a picture tells both sides", () =>
	withPage(compared, {}, async (page) => {
		const picture = fs.readFileSync(await save(page, "SVG"), "utf8");
		const titles = [...picture.matchAll(/<title>([^<]*)/g)].map((match) => match[1]);
		assert.ok(titles.length > 100);
		for (const title of titles)
			assert.match(
				title,
				/\(before .*%, after .*%, \u0394 .*, points .*, z .*\)$/,
			);
		assert.ok(titles.some((title) => /^only_before .*gone\)$/.test(title)));
	}));

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", plain()));
		const both = sides();
		before = write("before", both.before);
		after = write("after", both.after);
		compared = flame("html", after, `--diff-base=${before}`, "--diff-width=union");
	},
	after: stop,
});
