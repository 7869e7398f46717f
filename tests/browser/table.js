#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The table: every function once, with the numbers that an independent count and `pyroprof top` give;
// sorted by each column; linked with the graph; and no more elements than can be seen.
"use strict";

const assert = require("node:assert/strict");
const { press, settle, start, stop, withPage } = require("./lib/browser.js");
const { flame, json } = require("./lib/cli.js");
const model = require("./lib/model.js");
const { plain, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { PARTS, fragmentOf, search, textOf } = require("./lib/ui.js");

const list = plain();
const WIDE = { width: 3400, height: 900 }; // where names need not be cut
let html = null;
let profile = null;

/** The rows that there are now: [{row, cells: [text]}]. */
const shown = (page) =>
	page.evaluate(
		(selector) =>
			[...document.querySelectorAll(`${selector} [data-row]`)].map((row) => ({
				row: Number(row.dataset.row),
				cells: [...row.querySelectorAll('[role="gridcell"]')].map((cell) =>
					cell.textContent.trim(),
				),
				top: row.getBoundingClientRect().top,
			})),
		PARTS.rows,
	);

/** All rows, by scrolling. */
async function allRows(page) {
	const rows = new Map();
	const { high, visible } = await page.evaluate((selector) => {
		const box = document.querySelector(selector);
		return { high: box.scrollHeight, visible: box.clientHeight };
	}, PARTS.rows);
	for (let top = 0; top <= high; top += Math.max(20, visible - 60)) {
		await page.evaluate(
			([selector, y]) => {
				document.querySelector(selector).scrollTop = y;
			},
			[PARTS.rows, top],
		);
		await settle(page);
		for (const { row, cells } of await shown(page)) rows.set(row, cells);
	}
	return [...rows].sort((a, b) => a[0] - b[0]).map(([, cells]) => cells);
}

/** Where in each row the text's line is, by the mark that stands on it, and whether it is cut. */
const nameLines = (page) =>
	page.evaluate(() =>
		[...document.querySelectorAll("#list .row")].map((row) => {
			const text = row.querySelector(".text span:last-child");
			const chip = row.querySelector(".chip").getBoundingClientRect();
			return {
				cut: text.classList.contains("fit"),
				at: Math.round(chip.bottom - row.getBoundingClientRect().top),
			};
		}),
	);

test("shortened names stand on the line of the others", () =>
	withPage(html, { fragment: "#v=table" }, async (page) => {
		const names = await nameLines(page);
		assert.ok(names.some(({ cut }) => cut) && names.some(({ cut }) => !cut));
		assert.equal(new Set(names.map(({ at }) => at)).size, 1);
	}));

const header = (page, text) => page.locator("#list .head button").filter({ hasText: text }).first();
const percentOf = (text) => Number(/(-?[\d.]+)\s*%/.exec(text)?.[1]);

test("every function once, with its numbers", () =>
	withPage(html, { viewport: WIDE, fragment: "#v=table&t=samples" }, async (page) => {
		const rows = await allRows(page);
		const wants = model.table(list, 0);
		assert.equal(rows.length, wants.size);
		const names = rows.map((cells) => cells[4]);
		assert.equal(new Set(names).size, rows.length, "a function twice");
		const total = model.total(list, 0);
		for (const cells of rows) {
			const want = wants.get(cells[4]);
			assert.ok(want, `${cells[4]} is no function`);
			const close = (got, value) =>
				Math.abs(got - (100 * value) / total) <= 0.0051;
			assert.ok(
				close(percentOf(cells[1]), want.flat),
				`${cells}: ${want.flat} of ${total}`,
			);
			assert.ok(
				close(percentOf(cells[3]), want.cum),
				`${cells}: ${want.cum} of ${total}`,
			);
		}
		const sum = rows.reduce((all, cells) => all + percentOf(cells[1]), 0);
		assert.ok(Math.abs(sum - 100) < 0.01 * rows.length, `selfs come to ${sum} %`);
	}));

for (const type of ["samples", "cpu"])
	test(`${type}: the same numbers as pyroprof top`, () =>
		withPage(html, { fragment: `#v=table&t=${type}` }, async (page) => {
			const report = json(
				"top",
				`--sample-index=${type}`,
				"--nodecount=0",
				"--nodefraction=0",
				profile,
			);
			const got = await page.evaluate(() => {
				const { pyroprof } = globalThis;
				return pyroprof
					.flame()
					.funcs.name.slice(1)
					.map((name, i) => [
						name,
						pyroprof.boxes("callees", 1000, 0.5, i + 1)[0]
							.total[1],
					]);
			});
			assert.equal(got.length, report.rows.length);
			for (const { name, cum } of report.rows)
				assert.equal(got.find(([n]) => n === name)?.[1], cum, name);
		}));

const COLUMNS = { self: 0, "self %": 1, total: 2, "total %": 3 };

for (const [title, column] of Object.entries(COLUMNS))
	test(`sorted by ${title}, and the other way`, () =>
		withPage(html, { viewport: WIDE, fragment: "#v=table&t=samples" }, async (page) => {
			const share = column < 2 ? 1 : 3;
			for (let turn = 0; turn < 2; turn++) {
				await header(
					page,
					new RegExp(`^${title.replace("%", "\\%")}( [▾▴])?$`),
				).click();
				await settle(page);
				const sort = await page
					.locator("#list .head [aria-sort]")
					.getAttribute("aria-sort");
				const values = (await allRows(page)).map((cells) =>
					percentOf(cells[share]),
				);
				const sorted = [...values].sort((a, b) =>
					sort === "descending" ? b - a : a - b,
				);
				assert.deepEqual(values, sorted, sort);
			}
		}));

test("sorted by name, and the other way", () =>
	withPage(html, { viewport: WIDE, fragment: "#v=table" }, async (page) => {
		const seen = [];
		for (let turn = 0; turn < 2; turn++) {
			await header(page, /^function/).click();
			await settle(page);
			const names = (await allRows(page)).map((cells) => cells[4]);
			const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
			seen.push(names[0]);
			assert.ok(
				[sorted, [...sorted].reverse()].some(
					(s) => String(s) === String(names),
				),
			);
		}
		assert.notEqual(seen[0], seen[1]);
		assert.match(await fragmentOf(page), /k=-?name/);
	}));

/** In the page: where the marks of the graph have ink, right below the frames that must have it. */
function markedFrames(name) {
	const { pyroprof } = globalThis;
	const marks = document.querySelector("#marks");
	const { width, height } = marks.getBoundingClientRect();
	const names = pyroprof.flame().funcs.name;
	const list = pyroprof.boxes("tree", width, 0.5, 0);
	const rows = Math.max(...list.map((b) => b.depth)) + 1;
	const up = pyroprof.state().y === "flame";
	const shift = up ? Math.max(0, height - rows * 18 - 4) : 0;
	const { data } = marks.getContext("2d").getImageData(0, 0, marks.width, marks.height);
	const count = { found: 0, right: 0, wrong: 0 };
	for (const b of list.filter((one) => one.w >= 8 && one.func > 0)) {
		const y = shift + (up ? rows - 1 - b.depth : b.depth) * 18 + 16;
		if (y > height - 2) continue;
		const inked = data[4 * (y * marks.width + Math.floor(b.x + b.w / 2)) + 3] > 0;
		const wanted = names[b.func] === name;
		count.found += wanted;
		count.right += wanted && inked;
		count.wrong += !wanted && inked;
	}
	return count;
}

test("the function of a row that is clicked is marked wherever it is in the graph", () =>
	withPage(
		html,
		{ viewport: { width: 1600, height: 900 }, fragment: "#v=table&y=icicle" },
		async (page) => {
			await page.locator(`${PARTS.rows} [data-row="1"]`).click();
			await page.mouse.move(0, 0);
			await settle(page);
			const name = (await shown(page)).find(({ row }) => row === 1).cells.at(-2);
			assert.ok(
				(await textOf(page, "live")).includes(name.slice(0, 8)),
				await textOf(page, "live"),
			);
			const whole = await page.evaluate(
				(start2) =>
					globalThis.pyroprof
						.flame()
						.funcs.name.find((each) => each.startsWith(start2)),
				name.split("\u2026")[0],
			);
			const count = await page.evaluate(markedFrames, whole);
			assert.ok(
				count.found > 0 && count.right === count.found,
				JSON.stringify(count),
			);
			// the selected frame has an outline of its own
			assert.ok(count.wrong <= 1, JSON.stringify(count));
		},
	));

test("a search leaves the rows that it finds", () =>
	withPage(html, { viewport: WIDE, fragment: "#v=table" }, async (page) => {
		await search(page, "alloc");
		const names = (await allRows(page)).map((cells) => cells[4]);
		const want = [...model.table(list).keys()].filter((name) => /alloc/i.test(name));
		assert.deepEqual([...names].sort(), want.sort());
	}));

test("20,000 functions: fewer than 200 rows are elements, and the last can be reached", async () => {
	const many = Array.from({ length: 20000 }, (_, i) => ({
		stack: ["main", `function_${String(i).padStart(5, "0")}`],
		values: [1 + (i % 1000)],
	}));
	const name = flame("html", write("many", many, [["samples", "count"]]));
	await withPage(name, { fragment: "#v=table&k=name" }, async (page) => {
		const count = await page.evaluate(
			(s) => document.querySelectorAll(`${s} [data-row]`).length,
			PARTS.rows,
		);
		assert.ok(count > 10 && count < 200, `${count} rows`);
		await page.focus(PARTS.rows);
		await press(page, "End");
		const last = (await shown(page)).at(-1);
		assert.equal(last.row, 20000);
		await press(page, "Home");
		assert.equal((await shown(page))[0].row, 0);
		const rowcount = await page.getAttribute("#list", "aria-rowcount");
		assert.equal(Number(rowcount), 20001);
	});
});

test("keys move the row and open it", () =>
	withPage(html, { viewport: WIDE, fragment: "#v=table" }, async (page) => {
		await page.focus(PARTS.rows);
		const at = () =>
			page
				.locator(`${PARTS.rows} [aria-selected="true"]`)
				.getAttribute("data-row");
		await press(page, "ArrowDown");
		const first = Number(await at());
		await press(page, "ArrowDown", "ArrowDown", "ArrowUp");
		assert.equal(Number(await at()), first + 1);
		await press(page, "Enter");
		assert.match(await fragmentOf(page), /v=sandwich/);
	}));

run({
	before: async () => {
		await start();
		profile = write("plain", list);
		html = flame("html", profile);
	},
	after: stop,
});
