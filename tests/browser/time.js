#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Samples in the order of time: dragging over the strip selects a range of it, whose samples are
// those of all views; dragging over the stacks shows a part of the width.
"use strict";

const assert = require("node:assert/strict");
const { settle, start, stop, withPage } = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { plain, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { stateOf } = require("./lib/ui.js");

const STEP = 1e6; // ns between samples
const VIEWPORT = { width: 1003, height: 600 };

const list = plain().map((sample, i) => ({
	...sample,
	labels: [["timestamp", 5e9 + STEP * i, "nanoseconds"]],
}));
const last = STEP * (list.length - 1);
let html = null;

const onTime = (body, more = "") =>
	withPage(html, { fragment: `#v=time${more}`, viewport: VIEWPORT }, body);

/** What the samples come to from a time on and before another. */
const between = (from, to) =>
	list.reduce(
		(sum, { values }, i) => sum + (i * STEP >= from && i * STEP < to ? values[1] : 0),
		0,
	);

const rectOf = (page, id) =>
	page.evaluate((name) => {
		const { x, y, width, height } = document
			.getElementById(name)
			.getBoundingClientRect();
		return { x, y, width, height };
	}, id);

/** Drag with the mouse from one x to another; `during` runs before the button is up. */
async function drag(page, rect, [from, to], during = () => {}) {
	const y = rect.y + rect.height / 2;
	await page.mouse.move(rect.x + from, y);
	await page.mouse.down();
	await page.mouse.move(rect.x + to, y, { steps: 6 });
	await settle(page);
	await during();
	await page.mouse.up();
	await settle(page);
}

const allOf = (page) =>
	page.evaluate(() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1]);

for (const [way, xs] of Object.entries({
	"to the right": [100, 700],
	"to the left": [700, 100],
	"beyond the end": [400, 5000],
}))
	test(`dragging over the strip ${way} selects exactly that range`, () =>
		onTime(async (page) => {
			const rect = await rectOf(page, "strip");
			const timeAt = (x) =>
				Math.round(Math.max(0, Math.min(1, x / rect.width)) * last);
			const [a, b] = xs.map(timeAt).sort((x, y) => x - y);
			await drag(page, rect, xs, async () => {
				assert.equal(
					(await stateOf(page)).a,
					null,
					"it is not selected yet",
				);
				assert.match(
					await page.locator("#details").textContent(),
					/s \u2013 [\d.]+ms/,
				);
			});
			const state = await stateOf(page);
			assert.deepEqual([state.a, state.b], [a, b]);
			assert.equal(await allOf(page), between(a, b));
			assert.ok(between(a, b) > 0 && between(a, b) < between(0, Infinity));
			await page.mouse.click(rect.x + 50, rect.y + 5);
			await settle(page);
			const after = await stateOf(page);
			assert.deepEqual(
				[after.a, after.b],
				[null, null],
				"a click shows all again",
			);
			assert.equal(await allOf(page), between(0, Infinity));
		}));

test("a drag that the system takes away selects nothing", () =>
	onTime(async (page) => {
		const rect = await rectOf(page, "strip");
		await drag(page, rect, [100, 700], () =>
			page.evaluate(() =>
				document
					.getElementById("strip")
					.dispatchEvent(new PointerEvent("pointercancel")),
			),
		);
		const { a, b } = await stateOf(page);
		assert.deepEqual([a, b], [null, null]);
	}));

for (const [what, h] of [
	["all", null],
	["a half", [0.25, 0.75]],
])
	test(`dragging over the stacks, of which ${what} is seen, shows exactly that part`, () =>
		onTime(
			async (page) => {
				const rect = await rectOf(page, "paint");
				const [low, high] = h || [0, 1];
				const part = (x) => low + ((high - low) * x) / rect.width;
				await drag(page, rect, [200, 650]);
				const seen = (await stateOf(page)).h;
				[200, 650]
					.map(part)
					.forEach((want, i) =>
						assert.ok(
							Math.abs(seen[i] - want) < 1e-12,
							`${seen}, ${want}`,
						),
					);
				const { a, b, z } = await stateOf(page);
				assert.deepEqual(
					[a, b, z],
					[null, null, []],
					"neither a range nor a click",
				);
			},
			h ? `&h=${h.join("-")}` : "",
		));

run({
	before: async () => {
		await start();
		html = flame("html", write("timed", list));
	},
	after: stop,
});
