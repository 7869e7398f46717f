#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Source beside the table, where the file has it: lines with their costs, of long files only those
// that can be seen; functions that share a name, which are told apart; units.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const zlib = require("node:zlib");
const { encodeTree } = require("../web/encode.js");
const { deflate, inflate, join, sections, split } = require("./lib/block.js");
const { file, folder, press, settle, start, stop, withPage } = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { message, number } = require("./lib/generate.js");
const { run, test } = require("./lib/tap.js");
const { stateOf, toMain } = require("./lib/ui.js");

const LINES = 30000;
let html = null;

/** A profile of functions [name, file, start line, line]: main calls each of the others. */
function profileOf(functions, values) {
	const strings = [""];
	const text = (value) => {
		if (!strings.includes(value)) strings.push(value);
		return strings.indexOf(value);
	};
	const parts = [message(1, number(1, text("cpu")), number(2, text("nanoseconds")))];
	functions.forEach(([name, source, begin, line], i) => {
		const id = i + 1;
		if (i) parts.push(message(2, number(1, id), number(1, 1), number(2, values[i])));
		parts.push(
			message(
				4,
				number(1, id),
				number(3, 4096 + id),
				message(4, number(1, id), number(2, line)),
			),
		);
		parts.push(
			message(
				5,
				number(1, id),
				number(2, text(name)),
				number(3, text(name)),
				number(4, text(source)),
				number(5, begin),
			),
		);
	});
	for (const one of strings) parts.push(message(6, Buffer.from(one)));
	return zlib.gzipSync(Buffer.concat(parts));
}

const rowsOf = (page) =>
	page.evaluate(() =>
		[...document.querySelectorAll("#text .rows .row")].map((row) =>
			[...row.children].map((cell) => cell.textContent),
		),
	);

test("a long file: the line where the function begins can be seen, and few rows are made", () =>
	withPage(html, { fragment: "#v=source&f=late" }, async (page) => {
		const rows = await rowsOf(page);
		assert.ok(rows.length > 10 && rows.length < 120, `${rows.length} rows`);
		const lines = rows.map(([, , line]) => Number(line));
		assert.ok(lines.includes(20000), lines.join());
		const [, , , code] = rows[lines.indexOf(20000)];
		assert.equal(code, "    line_20000();");
		const [self, total] = rows[lines.indexOf(20005)];
		assert.deepEqual([self, total], ["3s", "3s"]);
		assert.equal(await page.locator("#text .row.at").count(), 1);
	}));

test("a: the source of what is selected", () =>
	withPage(html, {}, async (page) => {
		await toMain(page);
		await press(page, "a");
		const { v, f } = await stateOf(page);
		assert.deepEqual([v, f], ["source", "main"]);
		const lines = (await rowsOf(page)).map(([, , line]) => line);
		assert.ok(lines.includes("2"), lines.join());
	}));

test("a long file scrolls to its end, fast", () =>
	withPage(html, { fragment: "#v=source&f=late" }, async (page) => {
		const took = await page.evaluate(() => {
			const began = performance.now();
			document.querySelector("#text").scrollTop = 1e9;
			document.querySelector("#text").dispatchEvent(new Event("scroll"));
			return performance.now() - began;
		});
		await settle(page);
		const rows = await rowsOf(page);
		assert.ok(rows.length < 120);
		assert.equal(rows[rows.length - 1][2], String(LINES + 1));
		assert.ok(took < 500, `${took} ms`);
	}));

/** The page with another tree: two functions of one name, each called by main. */
async function withTwins(fragment, body) {
	const parts = split(html);
	const twins = encodeTree({
		funcs: [
			{ name: "all" },
			{ name: "main" },
			{ name: "twin", file: "a.c", object: "x" },
			{ name: "twin", file: "b.c", object: "x" },
		],
		depth: [0, 1, 2, 2],
		func: [0, 1, 2, 3],
		self: [[0, 1, 10, 20]],
		types: [{ type: "cpu", unit: "nanoseconds" }],
	});
	const palette = JSON.parse(sections(inflate(parts.base64))[0].body).palette;
	const bytes = inflate(twins);
	const [{ body: meta }] = sections(bytes);
	const whole = Buffer.from(JSON.stringify({ ...JSON.parse(meta), palette }));
	const head = Buffer.from(bytes.subarray(0, 16));
	head.writeUInt32LE(whole.length, 12);
	const block = Buffer.concat([head, whole, bytes.subarray(16 + meta.length)]);
	return withPage(file("twins.html", join(parts, deflate(block))), { fragment }, body);
}
const ref = (which) => encodeURIComponent(`twin\n${which}\nx`);

for (const [which, total] of [
	["a.c", 10],
	["b.c", 20],
]) {
	test(`functions that share a name: around that of ${which}`, () =>
		withTwins(`#v=sandwich&f=${ref(which)}`, async (page) => {
			const told = await page.locator("#details").textContent();
			assert.ok(told.includes(which) && told.includes(`${total}ns`), told);
		}));

	test(`functions that share a name: zoomed into, bottom-up, that of ${which}`, () =>
		withTwins(`#v=inverted&z=${ref(which)}`, async (page) => {
			const told = await page.locator("#details").textContent();
			assert.ok(told.includes(which), told);
		}));

	test(`functions that share a name: without that of ${which}`, () =>
		withTwins(`#x=${encodeURIComponent("d:")}${ref(which)}`, async (page) => {
			const left = await page.evaluate(() => {
				const { pyroprof } = globalThis;
				return pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1];
			});
			assert.equal(left, 31 - total);
			assert.match(await page.locator("#crumbs").textContent(), /without twin/);
		}));

	test(`functions that share a name: chosen in the table, that of ${which} goes by more`, () =>
		withTwins("#v=table&y=icicle", async (page) => {
			const row = page.locator("#list .row", { hasText: `${total}ns` });
			await row.dblclick();
			await settle(page);
			assert.equal((await stateOf(page)).f, `twin\n${which}\nx`);
		}));
}

test("a function whose name is its own goes by that alone", () =>
	withPage(html, { fragment: "#v=table" }, async (page) => {
		await page.locator("#list .row", { hasText: "late" }).dblclick();
		await settle(page);
		assert.equal((await stateOf(page)).f, "late");
	}));

test("--unit: numbers are in the unit that was asked for", async () => {
	const name = flame("html", file("source.pb.gz"), "--unit=ms");
	await withPage(name, { fragment: "#v=table" }, async (page) => {
		const rows = await page.locator("#list .rows").textContent();
		assert.match(rows, /3000ms/);
		await press(page, "6");
		assert.match(await page.locator("#text").textContent(), /6000ms/);
	});
});

run({
	before: async () => {
		await start();
		const text = Array.from({ length: LINES }, (_, i) => `\tline_${i + 1}();`).join(
			"\n",
		);
		fs.writeFileSync(`${folder()}/long.c`, `${text}\n`);
		const functions = [
			["main", "long.c", 1, 2],
			["late", "long.c", 20000, 20005],
			["other", "other.c", 1, 1],
			["another", "other.c", 1, 1],
		];
		const profile = file("source.pb.gz", profileOf(functions, [0, 3e9, 1e9, 2e9]));
		html = flame("html", profile, "--with-source", `--source-path=${folder()}`);
	},
	after: stop,
});
