#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Windows of any size, screens of any density, both themes, forced colours, and paper: the picture fits,
// is sharp, can be read, and is there.
"use strict";

const assert = require("node:assert/strict");
const { canvasHash, eventually, settle, start, stop, withPage } = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { colours, decode } = require("./lib/png.js");
const { plain, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { pointOf, search, targets } = require("./lib/ui.js");

let html = null;
let svg = null;

/** The luminance of a colour "r,g,b". */
function luminance(text) {
	const [r, g, b] = text.split(",").map((part) => {
		const c = Number(part) / 255;
		return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (high + 0.05) / (low + 0.05);
}

/** How canvas, window and content fit together. */
const geometry = (page) =>
	page.evaluate(() => {
		const canvas = document.querySelector("#paint");
		const rect = canvas.getBoundingClientRect();
		return {
			ratio: devicePixelRatio,
			width: rect.width,
			right: rect.right,
			bottom: rect.bottom,
			pixels: [canvas.width, canvas.height],
			css: [rect.width, rect.height],
			window: [innerWidth, innerHeight],
			overflow: document.documentElement.scrollWidth > innerWidth + 1,
		};
	});

for (const width of [320, 480, 800, 1280, 1920, 3840])
	for (const height of [400, 900])
		test(`${width} x ${height}: fits`, () =>
			withPage(html, { viewport: { width, height } }, async (page) => {
				const g = await geometry(page);
				assert.equal(g.overflow, false, "wider than the window");
				assert.ok(g.width > 100 && g.right <= width + 1, JSON.stringify(g));
				assert.ok(g.bottom <= height + 1, JSON.stringify(g));
			}));

test("nothing that can scroll, no scroll bar; the focus is seen on all sides of the graph", () =>
	withPage(html, { viewport: { width: 1000, height: 1400 } }, async (page) => {
		const bar = await page.evaluate(() => {
			const box = document.querySelector("#scroll");
			return [
				box.scrollHeight - box.clientHeight,
				box.offsetWidth - box.clientWidth,
			];
		});
		assert.deepEqual(bar, [0, 0]);
		await page.keyboard.press("0");
		await page.evaluate(() => document.querySelector("#tools button").focus());
		await page.keyboard.press("Tab");
		while ((await page.evaluate(() => document.activeElement.id)) !== "scroll")
			await page.keyboard.press("Tab");
		await settle(page);
		const rect = await page.locator("#scroll").boundingBox();
		const image = decode(await page.screenshot({ animations: "disabled" }));
		const accent = await page.evaluate(() => {
			const probe = document.createElement("i");
			probe.style.color = "var(--accent)";
			document.body.append(probe);
			const [, text] = /rgb\((.*)\)/.exec(getComputedStyle(probe).color);
			probe.remove();
			return text.replace(/ /g, "");
		});
		const { x, y, width, height } = rect;
		for (const [side, area] of Object.entries({
			left: { x: x + 1, y: y + 5, width: 1, height: height - 10 },
			right: { x: x + width - 2, y: y + 5, width: 1, height: height - 10 },
			top: { x: x + 5, y: y + 1, width: width - 10, height: 1 },
			bottom: { x: x + 5, y: y + height - 2, width: width - 10, height: 1 },
		}))
			assert.deepEqual([...colours(image, area).keys()], [accent], side);
	}));

test("a window that changes its size: laid out anew, as if opened so", () =>
	withPage(html, {}, async (page) => {
		for (const width of [700, 1500, 320, 1280]) {
			await page.setViewportSize({ width, height: 900 });
			const fresh = await withPage(
				html,
				{ viewport: { width, height: 900 } },
				canvasHash,
			);
			await eventually(async () =>
				assert.equal(await canvasHash(page), fresh, `${width} px`),
			);
		}
	}));

for (const ratio of [1, 1.5, 2, 3])
	test(`a pixel ratio of ${ratio}: as sharp as the screen`, () =>
		withPage(html, { deviceScaleFactor: ratio }, async (page) => {
			const g = await geometry(page);
			assert.equal(g.ratio, ratio);
			for (const i of [0, 1])
				assert.ok(
					Math.abs(g.pixels[i] - g.css[i] * ratio) <= 1.5,
					JSON.stringify(g),
				);
		}));

for (const percent of [50, 75, 150, 200, 300])
	test(`zoomed to ${percent} % by the browser: nothing leaves the window`, () =>
		withPage(
			html,
			{
				viewport: {
					width: Math.round(128000 / percent),
					height: Math.round(90000 / percent),
				},
				deviceScaleFactor: percent / 100,
			},
			async (page) => {
				const g = await geometry(page);
				assert.equal(g.overflow, false);
				assert.ok(g.right <= g.window[0] + 1);
				assert.ok((await targets(page)).length > 0);
			},
		));

/** The pairs of fill and text that frames have: contrast of the two commonest colours in each. */
async function frameContrasts(page) {
	const image = decode(await page.screenshot({ animations: "disabled" }));
	const ratio = await page.evaluate(() => devicePixelRatio);
	const out = [];
	for (const box of (await targets(page, 80)).filter((b) => b.depth > 0).slice(0, 40)) {
		const { x, y } = await pointOf(page, box);
		const area = {
			x: (x - box.w / 2 + 2) * ratio,
			y: (y - 7) * ratio,
			width: (box.w - 6) * ratio,
			height: 13 * ratio,
		};
		if (area.y < 0 || area.y + area.height > image.height) continue;
		const [[fill]] = [...colours(image, area)].sort((a, b) => b[1] - a[1]);
		// text is the colour furthest from the fill: the rest is its smoothed edges
		const text = [...colours(image, area)]
			.filter(([, n]) => n >= 2)
			.map(([c]) => [contrast(c, fill), c])
			.sort((a, b) => b[0] - a[0])[0];
		out.push({ name: box.name, fill, text: text[1], contrast: text[0] });
	}
	return out;
}

for (const theme of ["light", "dark"])
	for (const scheme of ["pkg", "hot", "kind", "dso", "grey", "value", "self"])
		test(`${theme}, ${scheme}: text on frames can be read, 4.5:1 at least`, () =>
			withPage(
				html,
				{
					colorScheme: theme,
					deviceScaleFactor: 2,
					fragment: `#c=${scheme}`,
				},
				async (page) => {
					const pairs = await frameContrasts(page);
					assert.ok(pairs.length >= 3, `${pairs.length} frames`);
					for (const pair of pairs)
						assert.ok(
							pair.contrast >= 4.4,
							JSON.stringify(pair),
						);
				},
			));

for (const theme of ["light", "dark"])
	test(`${theme}: all other text, 4.5:1 at least`, () =>
		withPage(html, { colorScheme: theme }, async (page) => {
			await search(page, "alloc");
			for (const view of ["1", "2", "3", "6"]) {
				await page.evaluate(() => document.activeElement.blur());
				await page.keyboard.press(view);
				await settle(page);
				assert.deepEqual(
					await page.evaluate(textPairs),
					[],
					`view ${view}`,
				);
			}
		}));

/** In the page: texts whose contrast to what is behind them is too low. */
function textPairs() {
	const parse = (text) => {
		const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
		return text.startsWith("color(srgb")
			? [r * 255, g * 255, b * 255, a]
			: [r, g, b, a];
	};
	const over = (top, under) =>
		top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
	const behind = (element) => {
		const layers = [];
		for (let e = element; e; e = e.parentElement) {
			const color = parse(getComputedStyle(e).backgroundColor);
			layers.push(color);
			if (color[3] === 1) break;
		}
		const dark = matchMedia("(prefers-color-scheme: dark)").matches;
		return layers
			.reverse()
			.reduce(
				(under, layer) => over(layer, under),
				dark ? [18, 18, 18] : [255, 255, 255],
			);
	};
	const light = (rgb) =>
		rgb
			.map((c) => c / 255)
			.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
			.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const ratioOf = ({ color }, under) => {
		const ink = over(parse(color), under);
		const [low, high] = [light(ink), light(under)].sort((a, b) => a - b);
		return (high + 0.05) / (low + 0.05);
	};
	const bad = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const element = walk.currentNode.parentElement;
		if (
			!walk.currentNode.data.trim() ||
			!element.checkVisibility() ||
			element.closest("script, style")
		)
			continue;
		const rect = element.getBoundingClientRect();
		if (
			rect.width < 2 ||
			rect.height < 2 ||
			element.disabled ||
			element.closest(".hidden")
		)
			continue;
		const ratio = ratioOf(getComputedStyle(element), behind(element));
		if (ratio < 4.5)
			bad.push(
				`${walk.currentNode.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`,
			);
	}
	for (const input of document.querySelectorAll("[placeholder]")) {
		const ratio = ratioOf(getComputedStyle(input, "::placeholder"), behind(input));
		if (ratio < 4.5) bad.push(`${input.placeholder}: ${ratio.toFixed(2)}`);
	}
	return bad;
}

test("dark and light differ, and follow the system", async () => {
	const hashes = [];
	for (const colorScheme of ["light", "dark"])
		hashes.push(await withPage(html, { colorScheme }, canvasHash));
	assert.notEqual(hashes[0], hashes[1]);
	assert.equal(
		await withPage(html, { colorScheme: "light", fragment: "#m=dark" }, canvasHash),
		hashes[1],
	);
	assert.equal(
		await withPage(html, { colorScheme: "dark", fragment: "#m=light" }, canvasHash),
		hashes[0],
	);
});

test("forced colours: frames have outlines, and text", () =>
	withPage(html, { forcedColors: "active" }, async (page) => {
		const box = (await targets(page, 200)).find((one) => one.depth === 1);
		const { x, y } = await pointOf(page, box);
		const image = decode(await page.screenshot({ animations: "disabled" }));
		const area = { x: x - box.w / 2, y: y - 9, width: box.w, height: 18 };
		assert.ok(colours(image, area).size >= 2, "one colour only");
	}));

test("less motion is possible", () =>
	withPage(html, { reducedMotion: "reduce" }, async (page) => {
		const moving = await page.evaluate(
			() =>
				[...document.querySelectorAll("*")].filter((e) => {
					const style = getComputedStyle(e);
					return (
						style.transitionDuration
							.split(",")
							.some((d) => parseFloat(d) > 0.01) ||
						(style.animationName !== "none" &&
							parseFloat(style.animationDuration) > 0.01)
					);
				}).length,
		);
		assert.equal(moving, 0);
	}));

for (const [what, name] of [
	["html", () => html],
	["svg", () => svg],
])
	test(`${what}: on paper it is not blank, and has the names`, () =>
		withPage(name(), {}, async (page) => {
			const pdf = await page.pdf({
				format: "A4",
				landscape: true,
				printBackground: true,
			});
			assert.ok(pdf.length > 5000, `${pdf.length} bytes`);
			assert.match(pdf.subarray(0, 5).toString(), /%PDF-/);
			await page.emulateMedia({ media: "print" });
			await settle(page);
			await page.evaluate(() =>
				globalThis.dispatchEvent(new Event("beforeprint")),
			);
			await settle(page);
			const image = decode(
				await page.screenshot({
					fullPage: what === "html",
					animations: "disabled",
				}),
			);
			const seen = colours(image, {
				x: 0,
				y: 0,
				width: image.width,
				height: image.height,
			});
			assert.ok(seen.size > 10, `${seen.size} colours`);
			const [[paper]] = [...seen].sort((a, b) => b[1] - a[1]);
			assert.ok(luminance(paper) > 0.5, `most of it is ${paper}`);
		}));

test("a dark page is light on paper", () =>
	withPage(html, { colorScheme: "dark" }, async (page) => {
		await page.emulateMedia({ media: "print", colorScheme: "dark" });
		await page.evaluate(() => globalThis.dispatchEvent(new Event("beforeprint")));
		await settle(page);
		const image = decode(await page.screenshot({ fullPage: true }));
		const all = { x: 0, y: 0, width: image.width, height: image.height };
		const [[paper]] = [...colours(image, all)].sort((a, b) => b[1] - a[1]);
		assert.ok(luminance(paper) > 0.5, `most of it is ${paper}`);
	}));

test("a diff fits a small window", async () => {
	const both = sides();
	const diff = flame(
		"html",
		write("after", both.after),
		`--diff-base=${write("before", both.before)}`,
	);
	await withPage(diff, { viewport: { width: 360, height: 640 } }, async (page) => {
		assert.equal((await geometry(page)).overflow, false);
	});
});

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", plain()));
		svg = flame("svg", write("plain", plain()));
	},
	after: stop,
});
