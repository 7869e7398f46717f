#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// How long a page of 100,000 stacks takes to open, zoom and search: printed, since machines differ.
// What is asserted is that nothing takes absurdly long.
"use strict";

const assert = require("node:assert/strict");
const { press, rendererMemory, settle, start, stop, withPage } = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { samples } = require("./lib/generate.js");
const { write } = require("./lib/profiles.js");
const { comment, run, test } = require("./lib/tap.js");

const ABSURD = 10000; // ms

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Milliseconds that a thing takes in the page, the median of five. */
async function timed(page, what, body, arg) {
	const times = [];
	for (let i = 0; i < 5; i++)
		times.push(
			await page.evaluate(
				([text, a, turn]) => {
					const works = {
						zoom: () =>
							globalThis.pyroprof.boxes(
								"tree",
								1180,
								0.5,
								a[turn],
							),
						inverted: () =>
							globalThis.pyroprof.boxes(
								"inverted",
								1180,
								0.5,
								[],
							),
						callees: () =>
							globalThis.pyroprof.boxes(
								"callees",
								1180,
								0.5,
								a[turn],
							),
						callers: () =>
							globalThis.pyroprof.boxes(
								"callers",
								1180,
								0.5,
								a[turn],
							),
					};
					const began = performance.now();
					works[text]();
					return performance.now() - began;
				},
				[body, arg, i],
			),
		);
	const took = median(times);
	comment(`${what}: ${took.toFixed(1)} ms`);
	assert.ok(took < ABSURD, `${what}: ${took} ms`);
}

test("100,000 stacks: open, zoom, search, bottom-up, sandwich", async () => {
	const list = samples({ count: 100000, functions: 5000, seed: 7, depth: 60 });
	const began = Date.now();
	const html = flame("html", write("large", list, [["samples", "count"]]));
	comment(`the page is made in ${Date.now() - began} ms`);
	await withPage(html, {}, async (page) => {
		const stats = await page.evaluate(() => ({
			painted: performance.now(),
			phases: globalThis.pyroprof.stats(),
			n: globalThis.pyroprof.flame().n,
		}));
		comment(`${stats.n} nodes; ${JSON.stringify(stats.phases)}`);
		const nodes = [1, 2, 5, 9, 14];
		await timed(page, "layout after a zoom", "zoom", nodes);
		await timed(page, "bottom-up", "inverted", nodes);
		await timed(page, "callees", "callees", nodes);
		await timed(page, "callers", "callers", nodes);
		await page.focus("#scroll");
		await press(page, "ArrowDown", "Enter");
		await settle(page);
		comment(`memory: ${((await rendererMemory(page)) / 1e6).toFixed(0)} MB`);
		const after = await page.evaluate(() => globalThis.pyroprof.stats());
		comment(`after a zoom by key: ${JSON.stringify(after)}`);
	});
});

run({ before: start, after: stop });
