#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A click zooms into what was clicked, and there are as many ways back as habits.
"use strict";

const assert = require("node:assert/strict");
const {
	canvasHash,
	eventually,
	press,
	settle,
	sha,
	start,
	stop,
	withPage,
} = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { plain, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const {
	canvasRect,
	clickBox,
	focusFrames,
	fragmentOf,
	pointOf,
	stateOf,
	targets,
	textOf,
} = require("./lib/ui.js");

let html = null;

/** The path zoomed into, as names. */
const zoomOf = async (page) => (await stateOf(page)).z;

/** Some boxes to click at, of several depths, whose middle can be seen. */
async function chosen(page) {
	const height = page.viewportSize().height;
	const list = (await targets(page, 40)).filter((box) => box.depth > 0);
	const out = [];
	for (const box of list) {
		const { y } = await pointOf(page, box);
		if (y > 0 && y < height - 40 && !out.some((one) => one.depth === box.depth))
			out.push(box);
	}
	return out.slice(0, 6);
}

for (const way of ["icicle", "flame"])
	test(`${way}: a click zooms into the frame, and the status names it`, () =>
		withPage(html, { fragment: `#y=${way}` }, async (page) => {
			const boxes = await chosen(page);
			assert.ok(boxes.length >= 3, `${boxes.length} frames to click at`);
			for (const box of boxes) {
				await clickBox(page, box);
				const path = await zoomOf(page);
				assert.equal(path[path.length - 1], box.name);
				assert.equal(path.length, box.depth);
				await press(page, "0");
				assert.equal((await zoomOf(page)).length, 0);
			}
		}));

test("what is pointed at is told: its name, and its part of all", () =>
	withPage(html, {}, async (page) => {
		const total = await page.evaluate(
			() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1],
		);
		for (const box of await chosen(page)) {
			const { x, y } = await pointOf(page, box);
			await page.mouse.move(x, y);
			await settle(page);
			const told = await textOf(page, "details");
			const share = (100 * box.total[1]) / total;
			assert.ok(told.includes(box.name.slice(0, 10)), `${box.name}: ${told}`);
			const percents = [...told.matchAll(/([\d.]+)\s*%/g)].map((m) =>
				Number(m[1]),
			);
			assert.ok(
				percents.some((p) => Math.abs(p - share) < 0.06),
				`${share} %: ${told}`,
			);
		}
	}));

/** What the frames look like, but for the marks of pointer and keyboard. */
async function pictureHash(page) {
	await settle(page);
	return sha(await page.evaluate(() => document.querySelector("#paint").toDataURL()));
}

/** In the page: the names of a node's path. */
function pathOfNode(node) {
	const all = globalThis.pyroprof.flame();
	const path = [];
	for (let i = node; i > 0; i = all.parent[i]) path.unshift(all.funcs.name[all.func[i]]);
	return path;
}

/** The frames of a name at a depth, as they are drawn now. */
async function named(page, name, depth) {
	const { width } = await canvasRect(page);
	return page.evaluate(
		([w, wanted, row]) => {
			const { pyroprof } = globalThis;
			const all = pyroprof.flame();
			let node = 0;
			for (const part of pyroprof.state().z)
				for (let c = node + 1; c < all.end[node]; c = all.end[c])
					if (all.funcs.name[all.func[c]] === part) {
						node = c;
						break;
					}
			return pyroprof
				.boxes("tree", w, 0.5, node)
				.filter(
					(b) => b.depth === row && all.funcs.name[b.func] === wanted,
				);
		},
		[width, name, depth],
	);
}

const WAYS_BACK = {
	Backspace: (page) => press(page, "Backspace"),
	Escape: (page) => press(page, "Escape"),
	0: (page) => press(page, "0"),
	"the browser's Back": async (page) => {
		await page.goBack();
		await settle(page);
	},
	"a click at the root": async (page) => {
		const [root] = (await targets(page, 40)).filter((box) => box.depth === 0);
		await clickBox(page, root);
	},
};

for (const [way, back] of Object.entries(WAYS_BACK))
	test(`back out by ${way}: the same picture as before`, () =>
		withPage(html, {}, async (page) => {
			const before = await pictureHash(page);
			const [box] = (await chosen(page)).filter((one) => one.depth === 3);
			for (const depth of [1, 2, 3]) {
				const path = await page.evaluate(pathOfNode, box.node);
				await clickBox(
					page,
					(await named(page, path[depth - 1], depth))[0],
				);
				assert.equal((await zoomOf(page)).length, depth);
				assert.notEqual(await pictureHash(page), before);
			}
			for (let left = 3; left > 0 && (await zoomOf(page)).length > 0; left--)
				await back(page);
			assert.equal((await zoomOf(page)).length, 0);
			assert.equal(await pictureHash(page), before);
		}));

test("Backspace goes up one frame at a time", () =>
	withPage(html, {}, async (page) => {
		const [box] = (await chosen(page)).filter((one) => one.depth === 3);
		await clickBox(page, box);
		for (let left = 2; left >= 0; left--) {
			await press(page, "Backspace");
			assert.equal((await zoomOf(page)).length, left);
		}
	}));

test("history: back, back, forward, forward", () =>
	withPage(html, { fragment: "#y=icicle" }, async (page) => {
		await focusFrames(page);
		const paths = [await zoomOf(page)];
		for (let i = 0; i < 3; i++) {
			await press(page, "ArrowDown", "Enter");
			paths.push(await zoomOf(page));
		}
		assert.equal(new Set(paths.map(String)).size, paths.length, JSON.stringify(paths));
		for (let i = paths.length - 2; i >= 0; i--) {
			await page.goBack();
			await settle(page);
			assert.deepEqual(await zoomOf(page), paths[i]);
		}
		for (let i = 1; i < paths.length; i++) {
			await page.goForward();
			await settle(page);
			assert.deepEqual(await zoomOf(page), paths[i]);
		}
	}));

test("zoomed in, breadcrumbs name the way, and lead back", () =>
	withPage(html, {}, async (page) => {
		const [box] = (await chosen(page)).filter((one) => one.depth === 3);
		await clickBox(page, box);
		assert.ok((await textOf(page, "crumbs")).includes(box.name.slice(0, 6)));
		await page.locator("#crumbs button").first().click();
		await settle(page);
		assert.ok((await zoomOf(page)).length < box.depth);
		assert.doesNotMatch(
			await fragmentOf(page),
			new RegExp(`z=.*${box.name.slice(0, 4)}$`),
		);
	}));

test("zoomed in, what is said aloud is still the part of all", () =>
	withPage(html, {}, async (page) => {
		const { path, share } = await page.evaluate(() => {
			const { pyroprof } = globalThis;
			const names = pyroprof.flame().funcs.name;
			const list = pyroprof.boxes("tree", 1000, 0.5, 0);
			const box = list.find((b) => b.depth === 2);
			return {
				path: list
					.slice(1, 2)
					.concat(box)
					.map((b) => names[b.func]),
				share: (100 * box.total[1]) / list[0].total[1],
			};
		});
		await page.evaluate((names) => {
			location.hash = `#z=${encodeURIComponent(names.join(";"))}`;
		}, path);
		await page.waitForFunction(() => globalThis.pyroprof.state().z.length === 2);
		await focusFrames(page);
		const said = await page.evaluate(() => {
			const scroll = document.querySelector("#scroll");
			return document.getElementById(scroll.getAttribute("aria-activedescendant"))
				.textContent;
		});
		const [, got] = /([\d.]+)% of all/.exec(said);
		assert.ok(
			share < 99 && Math.abs(Number(got) - share) <= 0.0051,
			`${share} %: ${said}`,
		);
	}));

test("the wheel and a drag do not break anything", () =>
	withPage(html, {}, async (page) => {
		const rect = await canvasRect(page);
		await page.mouse.move(rect.x + 300, rect.y + 60);
		for (const [dx, dy] of [
			[0, 200],
			[0, -400],
			[120, 0],
			[0, 50],
		])
			await page.mouse.wheel(dx, dy);
		await page.keyboard.down("Control");
		await page.mouse.wheel(0, -120);
		await page.keyboard.up("Control");
		await page.mouse.down();
		await page.mouse.move(rect.x + 500, rect.y + 80, { steps: 5 });
		await page.mouse.up();
		await settle(page);
		assert.ok((await canvasHash(page)).length);
	}));

/** Boxes of the page as they are drawn: what is pointed at at a place. */
async function nameAt(page, x, y) {
	await page.mouse.move(x, y);
	await settle(page);
	return textOf(page, "details");
}

async function wheel(page, dx, dy, key) {
	if (key) await page.keyboard.down(key);
	await page.mouse.wheel(dx, dy);
	if (key) await page.keyboard.up(key);
	await settle(page);
}

test("Ctrl and the wheel zoom continuously: what is under the pointer stays there", () =>
	withPage(html, { fragment: "#y=icicle" }, async (page) => {
		const box = (await chosen(page)).find((one) => one.depth === 3);
		const { x, y } = await pointOf(page, box);
		const before = await nameAt(page, x, y);
		const seen = [];
		for (let i = 0; i < 3; i++) {
			await wheel(page, 0, -120, "Control");
			assert.equal((await nameAt(page, x, y)).slice(0, 20), before.slice(0, 20));
			const { h } = await stateOf(page);
			seen.push(h[1] - h[0]);
		}
		assert.ok(seen[0] < 1 && seen[1] < seen[0] && seen[2] < seen[1], seen.join());
		// written when the wheel has been still for a while
		const h = (await stateOf(page)).h.join("-");
		await eventually(async () =>
			assert.ok((await fragmentOf(page)).includes(`h=${h}`)),
		);
		const shot = await pictureHash(page);
		await page.reload();
		await page.evaluate(() => globalThis.pyroprof.ready);
		assert.equal(await pictureHash(page), shot, "a reload shows something else");
		// one step of history, or more where the machine has paused in between
		for (let i = 0; i < 3 && (await stateOf(page)).h; i++) {
			await page.goBack();
			await settle(page);
		}
		assert.equal((await stateOf(page)).h, null);
	}));

test("out again, by the wheel or a key: also beyond the frame that is zoomed into", () =>
	withPage(html, { fragment: "#y=icicle" }, async (page) => {
		const box = (await chosen(page)).find((one) => one.depth === 2);
		await clickBox(page, box);
		assert.equal((await zoomOf(page)).length, 2);
		for (
			let i = 0;
			i < 60 &&
			(await zoomOf(page)).length + Number((await stateOf(page)).h !== null);
			i++
		)
			await wheel(page, 0, 240, "Control");
		const { z, h } = await stateOf(page);
		assert.deepEqual([z, h], [[], null]);
		await wheel(page, 0, -240, "Control");
		await page.waitForTimeout(400);
		assert.notEqual((await stateOf(page)).h, null);
		await focusFrames(page);
		await press(page, "Backspace");
		assert.equal((await stateOf(page)).h, null);
	}));

test("Shift and the wheel, and dragging, move sideways", () =>
	withPage(html, { fragment: "#y=icicle&h=0.25-0.5" }, async (page) => {
		const rect = await canvasRect(page);
		await page.mouse.move(rect.x + 400, rect.y + 30);
		await wheel(page, 0, 100, "Shift");
		let { h } = await stateOf(page);
		assert.ok(Math.abs(h[0] - (0.25 + (0.25 * 100) / rect.width)) < 1e-6, h.join());
		await wheel(page, 0, -100, "Shift");
		await page.mouse.down();
		await page.mouse.move(rect.x + 400 + rect.width / 2, rect.y + 30, { steps: 8 });
		await page.mouse.up();
		await settle(page);
		({ h } = await stateOf(page));
		assert.ok(Math.abs(h[0] - 0.125) < 1e-6 && Math.abs(h[1] - 0.375) < 1e-6, h.join());
		assert.equal((await zoomOf(page)).length, 0, "a drag is no click");
	}));

test("h=: boxes are where the whole has them, stretched", () =>
	withPage(html, { fragment: "#y=icicle" }, async (page) => {
		const { width } = await canvasRect(page);
		const boxes = (await targets(page, 60)).filter((box) => box.depth === 3);
		const box = boxes[boxes.length - 1];
		const [from, to] = [box.x / width, (box.x + box.w) / width];
		const { y } = await pointOf(page, box);
		const rect = await canvasRect(page);
		await page.evaluate(
			(h) => (location.hash = `#y=icicle&h=${h.join("-")}`),
			[from, to],
		);
		await settle(page);
		for (const x of [3, rect.width / 2, rect.width - 3])
			assert.ok(
				(await nameAt(page, rect.x + x, y)).startsWith(
					box.name.slice(0, 20),
				),
			);
	}));

test("the right button has a menu of what can be done", () =>
	withPage(html, {}, async (page) => {
		const [box] = (await chosen(page)).filter((one) => one.depth === 2);
		const { x, y } = await pointOf(page, box);
		await page.mouse.click(x, y, { button: "right" });
		await settle(page);
		const items = await page.locator('#menu [role="menuitem"]').count();
		assert.ok(items >= 4, `${items} items`);
		await press(page, "Escape");
		assert.equal(await page.locator("#menu").isVisible(), false);
	}));

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", plain()));
	},
	after: stop,
});
