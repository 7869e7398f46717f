// SPDX-License-Identifier: Apache-2.0
// The page as its users have it: what is where, and what they do with it.
"use strict";

const { press, settle, withPage } = require("./browser.js");

const PARTS = {
	query: "#query",
	matched: "#matched",
	crumbs: "#crumbs",
	details: "#details",
	live: "#live",
	canvas: "#paint",
	frames: "#scroll",
	list: "#list",
	rows: "#list .rows",
	message: "#message",
	help: "#help",
	menu: "#menu",
	type: "#type",
};

const textOf = (page, part) =>
	page.evaluate(
		(selector) => document.querySelector(selector)?.textContent ?? "",
		PARTS[part],
	);
const stateOf = (page) => page.evaluate(() => globalThis.pyroprof.state());
const fragmentOf = (page) => page.evaluate(() => decodeURIComponent(location.hash));

/** Type a search; Enter goes to the first hit. */
async function search(page, text, { enter = true } = {}) {
	await page.focus(PARTS.query);
	await page.fill(PARTS.query, text);
	if (enter) await page.keyboard.press("Enter");
	await settle(page);
}

/** The percentages that the page shows of a search: of all, and of the zoomed. */
async function matchedPercents(page) {
	return [...(await textOf(page, "matched")).matchAll(/([\d.]+)\s*%/g)].map((m) =>
		Number(m[1]),
	);
}

/** Give the keyboard to the frames. */
async function focusFrames(page) {
	await page.focus(PARTS.frames);
	await settle(page);
}

/** Open a page, with the keyboard in the frames and nothing zoomed into. */
const withFrames = (html, options, body) =>
	withPage(html, options, async (page) => {
		await focusFrames(page);
		await press(page, "0");
		return body(page);
	});

/** What is said aloud. */
const live = (page) => textOf(page, "live");

/** From here on, what the page copies: a function that gives the texts. */
async function watchCopies(page) {
	await page.evaluate(() => {
		globalThis.copied = [];
		document.addEventListener(
			"copy",
			() => globalThis.copied.push(String(getSelection())),
			true,
		);
		if (navigator.clipboard)
			navigator.clipboard.writeText = (text) => {
				globalThis.copied.push(text);
				return Promise.resolve();
			};
	});
	return () => page.evaluate(() => globalThis.copied);
}

/** Where on the screen the canvas is. */
const canvasRect = (page) =>
	page.evaluate((selector) => {
		const { x, y, width, height } = document
			.querySelector(selector)
			.getBoundingClientRect();
		return { x, y, width, height };
	}, PARTS.canvas);

/** The boxes that are wide enough to be aimed at. */
async function targets(page, least = 30) {
	const { width } = await canvasRect(page);
	return page.evaluate(
		([w, min]) => {
			const { pyroprof } = globalThis;
			const names = pyroprof.flame().funcs.name;
			return pyroprof
				.boxes("tree", w, 0.5, 0)
				.filter((b) => b.w >= min && b.node >= 0 && !b.above)
				.map((b) => ({ ...b, name: names[b.func] }));
		},
		[width, least],
	);
}

/** Where on the screen a box of the tree is: its middle. All of the graph must be visible. */
async function pointOf(page, box) {
	const { width } = await canvasRect(page);
	return page.evaluate(
		([selector, w, { x, w: wide, depth }]) => {
			const ROW = 18;
			const { pyroprof } = globalThis;
			const scroll = document.querySelector(selector);
			const rect = scroll.getBoundingClientRect();
			const deepest = Math.max(
				...pyroprof.boxes("tree", w, 0.5, 0).map((b) => b.depth),
			);
			const all = (deepest + 1) * ROW + 4;
			const up = pyroprof.state().y === "flame";
			const offset = up ? Math.max(0, scroll.clientHeight - all) : 0;
			const row = up ? deepest - depth : depth;
			return {
				x: rect.x + x + wide / 2,
				y: rect.y + offset + row * ROW + ROW / 2 - scroll.scrollTop,
			};
		},
		[PARTS.frames, width, box],
	);
}

/** Click into a box of the tree. */
async function clickBox(page, box, options) {
	const { x, y } = await pointOf(page, box);
	await page.mouse.click(x, y, options);
	await settle(page);
}

/** Give the keyboard to the frame of main, on the root, whichever way it is. */
async function toMain(page) {
	await focusFrames(page);
	for (const key of ["ArrowUp", "ArrowDown"]) {
		await press(page, key);
		if (/^main/.test(await textOf(page, "details"))) return;
	}
	throw new Error(`main is not beside the root: ${await textOf(page, "details")}`);
}

module.exports = {
	PARTS,
	canvasRect,
	clickBox,
	focusFrames,
	fragmentOf,
	live,
	matchedPercents,
	pointOf,
	search,
	stateOf,
	targets,
	toMain,
	textOf,
	watchCopies,
	withFrames,
};
