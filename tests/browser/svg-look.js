#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// SVGs: what is around the frames can be read on any background, and has room in any window.
"use strict";

const assert = require("node:assert/strict");
const { start, stop, withPage } = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { ALL, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");

let profile = null;
let svg = null;

/** The contrast of what stands in the field for the search while it is empty. */
const hintContrast = (page) =>
	page.evaluate(() => {
		const field = document.getElementById("query");
		const light = (text) =>
			text
				.match(/\d+/g)
				.slice(0, 3)
				.map((c) => c / 255)
				.map((c) =>
					c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
				)
				.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
		const ink = light(getComputedStyle(field, "::placeholder").color);
		const back = light(getComputedStyle(field).backgroundColor);
		return (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05);
	});

for (const colorScheme of ["light", "dark"])
	test(`${colorScheme}: what the field is for can be read`, () =>
		withPage(svg, { colorScheme }, async (page) => {
			assert.ok((await hintContrast(page)) >= 4.5);
		}));

/** Texts outside of frames whose contrast to the background is too low, and the texts. */
const outsideInk = (page, back) =>
	page.evaluate((given) => {
		const light = ([r, g, b]) =>
			[r, g, b]
				.map((c) => c / 255)
				.map((c) =>
					c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
				)
				.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
		const behind = given.match(/\w\w/g).map((c) => parseInt(c, 16));
		const texts = [...document.querySelectorAll("#header text, #footer text")].filter(
			(e) => e.textContent && getComputedStyle(e).display !== "none",
		);
		const bad = texts.filter((e) => {
			const ink = getComputedStyle(e).fill.match(/\d+/g).map(Number);
			const [low, high] = [light(ink), light(behind)].sort((a, b) => a - b);
			return (high + 0.05) / (low + 0.05) < 4.5;
		});
		return { all: texts.length, bad: bad.map((e) => e.textContent) };
	}, back);

for (const [name, back] of [
	["yellow", "eeeeb0"],
	["blue", "e0e0ff"],
	["green", "e0ffe0"],
	["grey", "e8e8e8"],
	...[
		"#000000",
		"#102030",
		"#5a5a5a",
		"#757575",
		"#777777",
		"#808080",
		"#a0522d",
		"#ffffff",
	].map((c) => [c, c.slice(1)]),
])
	test(`--bgcolors=${name}: texts can be read`, async () => {
		const out = flame(
			"svg",
			profile,
			`--bgcolors=${name}`,
			"--subtitle=s",
			"--notes=n",
		);
		for (const colorScheme of ["light", "dark"])
			for (const options of [
				{ colorScheme },
				{ colorScheme, ready: false, javaScriptEnabled: false },
			])
				await withPage(out, options, async (page) => {
					const { all, bad } = await outsideInk(page, back);
					assert.ok(all >= 3);
					assert.deepEqual(bad, [], JSON.stringify(options));
				});
	});

for (const width of [320, 400, 480, 640, 1280])
	test(`${width} px: title, buttons and field do not cover each other`, () =>
		withPage(
			svg,
			{ viewport: { width, height: 700 }, fragment: "#z=main" },
			async (page) => {
				const rects = await page.evaluate(() =>
					["#title", "#find", ...[".button:not(.hide) > rect"]]
						.flatMap((what) => [
							...document.querySelectorAll(what),
						])
						.map((e) => e.getBoundingClientRect())
						.concat(
							document
								.querySelector("#frames rect")
								.getBoundingClientRect(),
						)
						.map(({ left, right, top, bottom }) => ({
							left,
							right,
							top,
							bottom,
						})),
				);
				assert.equal(rects.length, 6);
				rects.forEach((a, i) => {
					assert.ok(
						a.left >= 0 && a.right <= width + 1,
						`${i}: ${JSON.stringify(a)}`,
					);
					for (const b of rects.slice(i + 1))
						assert.ok(
							a.right <= b.left ||
								b.right <= a.left ||
								a.bottom <= b.top ||
								b.bottom <= a.top,
							`${JSON.stringify(a)} and ${JSON.stringify(b)}`,
						);
				});
			},
		));

run({
	before: async () => {
		await start();
		profile = write("plain", ALL.plain());
		svg = flame("svg", profile, "--data=full");
	},
	after: stop,
});
