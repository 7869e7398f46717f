#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The page and the SVG in Firefox, where it is installed: they are unpacked, drawn, searched and zoomed
// as in the other browser, and nothing is complained of.
"use strict";

const assert = require("node:assert/strict");
const { boxes, flame } = require("./lib/cli.js");
const { settle, stop: clean, urlOf } = require("./lib/browser.js");
const { start, stop, withPage } = require("./lib/firefox.js");
const model = require("./lib/model.js");
const { colours, decode } = require("./lib/png.js");
const { plain, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");

const list = plain();
let profile = null;
let html = null;
let svg = null;

/** That much is on the screen, of many colours, and nothing was complained of. */
async function assertPainted(page, log) {
	await settle(page);
	assert.deepEqual(log.messages, []);
	const image = decode(await page.screenshot());
	// to take it, a style is tried that the page's policy forbids
	log.messages.splice(0);
	const all = { x: 0, y: 0, width: image.width, height: image.height };
	const seen = colours(image, all);
	assert.ok(seen.size > 40, `${seen.size} colours`);
}

const close = (text, want) => {
	const [, got] = /([\d.]+)\s*%/.exec(text) || [];
	assert.ok(Math.abs(Number(got) - want) <= 0.0051, `${text}: it is ${want} %`);
};
const share = (pattern) => (100 * model.matched(list, pattern, 1)) / model.total(list, 1);
const matched = (page) => page.evaluate(() => document.querySelector("#matched").textContent);
const zoomed = (page) => page.evaluate(() => globalThis.pyroprof.state().z);

for (const [what, name] of [
	["page", () => html],
	["SVG", () => svg],
])
	test(`${what}: nothing else is loaded, it is painted, and the boxes of C`, () =>
		withPage(name(), {}, async (page, log) => {
			// Firefox does not tell of files
			assert.deepEqual(
				log.requests.filter((url) => url !== urlOf(name())),
				[],
			);
			await assertPainted(page, log);
			const want = boxes(profile, "--width=1000", "--minwidth=0.5");
			const got = await page.evaluate(() =>
				globalThis.pyroprof
					.boxes("tree", 1000, 0.5, 0)
					.map(({ depth, x, w, node }) => [depth, x, w, node]),
			);
			assert.equal(got.length, want.length);
			got.forEach(([depth, x, w, node], i) => {
				assert.deepEqual([depth, node], [want[i].depth, want[i].node]);
				assert.ok(Math.abs(x - want[i].x) < 1e-5);
				assert.ok(Math.abs(w - want[i].w) < 1e-5);
			});
		}));

for (const [what, name] of [
	["page", () => html],
	["SVG", () => svg],
])
	test(`${what}: the fragment zooms and searches`, () =>
		withPage(name(), { fragment: "#z=main&s=alloc" }, async (page, log) => {
			assert.deepEqual(await zoomed(page), ["main"]);
			close(await matched(page), share("alloc"));
			await assertPainted(page, log);
			await page.evaluate(() => {
				location.hash = "#s=read";
			});
			await settle(page);
			await page.waitForFunction(() => !globalThis.pyroprof.state().z.length);
			close(await matched(page), share("read"));
		}));

test("page: every view is drawn, by its key", () =>
	withPage(html, {}, async (page, log) => {
		for (const key of ["2", "3", "4", "6", "1"]) {
			await page.keyboard.press(key);
			await assertPainted(page, log);
		}
		await page.focus("#scroll");
		await page.keyboard.press("i");
		assert.equal(await page.evaluate(() => globalThis.pyroprof.state().v), "inverted");
		await assertPainted(page, log);
	}));

test("page: a click zooms, Backspace goes back", () =>
	withPage(html, { fragment: "#y=icicle" }, async (page) => {
		const at = await page.evaluate(() => {
			const { x, y, width } = document
				.querySelector("#paint")
				.getBoundingClientRect();
			return { x: x + width / 4, y: y + 18 + 9 };
		});
		await page.mouse.click(at.x, at.y);
		await settle(page);
		assert.deepEqual(await zoomed(page), ["main"]);
		await page.keyboard.press("Backspace");
		await settle(page);
		assert.deepEqual(await zoomed(page), []);
	}));

test("page: dark and light", async () => {
	const paper = (theme) =>
		withPage(html, { fragment: `#m=${theme}` }, async (page, log) => {
			await assertPainted(page, log);
			return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		});
	assert.notEqual(await paper("dark"), await paper("light"));
});

test("SVG: a search by hand, and a click", () =>
	withPage(svg, {}, async (page) => {
		await page.locator("#query").fill("alloc");
		await settle(page);
		close(await matched(page), share("alloc"));
		const wide = page.locator("#frames > g").nth(1);
		await wide.locator("rect").click();
		await settle(page);
		assert.deepEqual(await zoomed(page), ["main"]);
	}));

run({
	before: async () => {
		await start();
		profile = write("plain", list);
		html = flame("html", profile);
		svg = flame("svg", profile, "--data=full", "--inverted");
	},
	after: async () => {
		await stop();
		await clean();
	},
});
