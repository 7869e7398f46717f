#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What is on the screen is what C lays out: each box is where C has it, has the colour that C gives it
// in all of its pixels, and bears the name that fits, within it; in every view, both themes, on
// screens of several densities, zoomed and not.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const core = require("../web/load.js").load();
const { split } = require("./lib/block.js");
const { settle, start, stop, withPage } = require("./lib/browser.js");
const { boxes, flame } = require("./lib/cli.js");
const { coloursBy, drawnByC, inkOfBox, isNear, over, pixelsOf, rgbOf } = require("./lib/drawn.js");
const model = require("./lib/model.js");
const { decode } = require("./lib/png.js");
const { plain, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");

const ROW = 18;
const CELL = 0.6 * 12;
const MIN = 0.5;
const WINDOW = { width: 900, height: 560 };
const FACTLESS = ["pkg", "hot", "kind", "dso", "grey"];

const list = plain().map((sample, i) => ({
	...sample,
	labels: [
		["timestamp", 1000000 * ((i * 7) % 400), "nanoseconds"],
		["thread", `worker-${i % 3}`],
	],
}));
const both = sides();
const files = {}; // what there is to draw: {profile, options, html, flame}

/** The heaviest path of so many names. */
function heaviest(samples, length) {
	const path = [];
	while (path.length < length)
		path.push([...model.children(samples, path, 1)].sort((a, b) => b[1] - a[1])[0][0]);
	return path;
}

/** A path as --boxes and the fragment have it. */
const joined = (path) => path.map((name) => name.replaceAll(";", "%3B")).join(";");

// --- what C says -----------------------------------------------------------------------------

const colourCache = new Map();

/** C's colours of a scheme: a function of a box -> {light: {fill, ink}, dark}. */
function coloursOf(file, scheme) {
	const key = `${file.name} ${scheme}`;
	if (!colourCache.has(key)) {
		const options = [...file.options, `--colors=${scheme}`];
		const by = FACTLESS.includes(scheme) ? (box) => box.func : (box) => box.node;
		// so wide that all of it is there
		const map = coloursBy(drawnByC(file.profile, options, 9000, 0), by);
		colourCache.set(key, (box) => map.get(by(box)));
	}
	return colourCache.get(key);
}

/** The boxes of a view as C has them, with the row that each is in. */
function layout(file, view, path, width) {
	const ask = (which) =>
		boxes(
			file.profile,
			...file.options,
			`--boxes=${which}`,
			`--width=${width}`,
			`--minwidth=${MIN}`,
		);
	const inRows = (some, sign) => some.map((box) => ({ ...box, row: sign * box.depth }));
	const whole = path.length ? `:${joined(path)}` : "";

	if (view === "sandwich")
		return [
			...inRows(ask(`callees:${path[0]}`), 1),
			...inRows(ask(`callers:${path[0]}`).slice(1), -1),
		];
	if (view === "time") return inRows(timeBoxes(file, width), 1);
	return inRows(ask(view === "inverted" ? `inverted${whole}` : `tree${whole}`), 1);
}

/** The samples one after the other: C draws no such boxes, core/ has its own tests. */
function timeBoxes(file, width) {
	const chart = core.flameOfTimes(file.flame, null, null, -1);
	const measure = { type: 0, width: "after", normalize: true };
	const extents = core.extentsOf(chart, measure);
	return core.treeBoxes(
		{ flame: chart, measure, order: "input", extents, width, min: MIN },
		0,
	);
}

// --- what the page shows ----------------------------------------------------------------------

/** Before the page's scripts: remember the texts that are drawn. */
function watchTexts() {
	const pen = globalThis.CanvasRenderingContext2D.prototype;
	const { clearRect, fillText } = pen;
	globalThis.drawnTexts = [];
	pen.clearRect = function (...area) {
		if (this.canvas.id === "paint") globalThis.drawnTexts = [];
		clearRect.apply(this, area);
	};
	pen.fillText = function (text, x, y, ...most) {
		if (this.canvas.id === "paint")
			globalThis.drawnTexts.push({
				text,
				x,
				y,
				right: this.textAlign === "right",
			});
		fillText.call(this, text, x, y, ...most);
	};
}

/** Nothing that follows pointer or keyboard. */
const unmarked = (page) =>
	page.evaluate(() => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync("#marks { visibility: hidden }");
		document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
	});

/** What is on the screen where the frames are, and all that it depends on. */
async function seen(page) {
	await settle(page);
	const { clip, ...about } = await page.evaluate(() => {
		const scroll = document.querySelector("#scroll");
		const { x, y } = scroll.getBoundingClientRect();
		const { clientWidth: width, clientHeight: height } = scroll;
		const colour = (property) =>
			getComputedStyle(document.body)[property].match(/\d+/g).map(Number);
		return {
			clip: { x, y, width, height },
			width,
			height,
			top: scroll.scrollTop,
			ratio: devicePixelRatio,
			texts: globalThis.drawnTexts,
			paper: colour("backgroundColor"),
			ink: colour("color"),
		};
	});
	return { ...about, image: decode(await page.screenshot({ clip, animations: "disabled" })) };
}

/** Where rows are: y on the canvas of a row, if all of it can be seen. */
function rowsOf(shown, drawn, up) {
	const low = Math.min(...drawn.map(({ row }) => row));
	const high = Math.max(...drawn.map(({ row }) => row));
	const total = (high - low + 1) * ROW + 4;
	const offset = up && low === 0 ? Math.max(0, shown.height - total) : 0;
	// in a flame the root is at the bottom, and rows are the other way
	const index = (row) => (up && low === 0 ? high - row : row - low);
	return (row) => {
		const y = index(row) * ROW + offset - shown.top;
		return y >= 0 && y + ROW <= shown.height ? y : null;
	};
}

/** The text that must be in a box, and in a diff the change at its right. */
function labelOf(file, box, note) {
	const room = box.w - note.length * CELL - (note ? 6 : 0);
	const cells = Math.floor((room - 6) / CELL);
	if (box.w < 20 || cells < 2) return "";
	const name = box.func < 0 ? `${box.count} smaller` : file.flame.funcs.name[box.func];
	return core.fitName(name, cells);
}

/** The change of a box in points, with its sign. */
function noteOf(file, box) {
	if (file.flame.meta.sides !== 2 || box.func <= 0 || box.w < 120) return "";
	const [a, b] = box.total;
	if (!a !== !b) return a ? "gone" : "new";
	const [all] = file.whole;
	const points = 100 * (b / all.total[1] - a / all.total[0]);
	const sign = points > 0 ? "+" : points < 0 ? "\u2212" : "";
	return sign + Math.abs(points).toFixed(1);
}

/** That a box is drawn as it must be. How many texts it has. */
function checkBox(file, shown, box, y, look) {
	const what = `row ${box.row}, ${box.x} + ${box.w}, ${file.flame.funcs.name[box.func]}`;
	const note = noteOf(file, box);
	const label = labelOf(file, box, note);
	const here = shown.texts.filter(
		(one) =>
			one.y > y &&
			one.y < y + ROW &&
			one.x >= box.x - 1e-6 &&
			one.x < box.x + box.w - 1e-6,
	);
	assert.deepEqual(
		here.map(({ text }) => text),
		[label, note].filter(Boolean),
		what,
	);
	const ratio = shown.ratio;
	const at = pixelsOf(box, y, ROW - 1, ratio, box.w > 4 ? 1 : 1 / ratio);
	if (at.right - at.left < 2) return here.length;
	if (box.func < 0) {
		checkRun(shown.image, at, what);
		return here.length;
	}
	const { fill, ink } = look(box);
	const inked = inkOfBox(shown.image, at, fill, ink, what);
	assert.ok(here.length ? inked > 2 : inked === 0, `${what}: ${inked} pixels of text`);
	if (box.w > 4 && at.sharp) {
		const gap = [...shown.image.rgb(at.right, at.top + 2)];
		assert.ok(ratio % 1 || isNear(gap, shown.paper), `${what}: beside it is ${gap}`);
	}
	return here.length;
}

/** Thin siblings are striped in grey. */
function checkRun(image, at, what) {
	const kinds = new Set();
	for (let x = at.left; x < at.right; x++) {
		const pixel = image.rgb(x, at.top + 1);
		kinds.add(pixel.join());
		assert.ok(Math.max(...pixel) - Math.min(...pixel) < 24, `${what} is ${pixel}`);
	}
	assert.ok(at.right - at.left < 8 || kinds.size > 1, `${what} has no stripes`);
}

/** What each box looks like: {fill, ink}. */
function lookOf(file, scene, shown) {
	const colours = coloursOf(file, scene.colours || file.colours);
	const grey = scene.search && coloursOf(file, "grey");
	const match = `#${file.flame.meta.palette[scene.theme].match}`;
	const pattern = scene.search && model.matcher(scene.search);

	return (box) => {
		const hit =
			pattern && box.func > 0 && pattern.test(file.flame.funcs.name[box.func]);
		const { fill, ink } = (grey || colours)(box)[scene.theme];
		if (hit) return { fill: rgbOf(match), ink: rgbOf(core.textOn(match)) };
		if (box.above)
			return { fill: over(rgbOf(fill), shown.paper, 0.55), ink: shown.ink };
		return { fill: rgbOf(fill), ink: rgbOf(ink) };
	};
}

/** The fragment of a scene. */
function fragmentOf({ view = "flame", path = [], way = "icicle", theme, colours, search }) {
	const text = encodeURIComponent(joined(path));
	return [
		`v=${view}`,
		path.length && `${view === "sandwich" ? "f" : "z"}=${text}`,
		search && `s=${encodeURIComponent(search)}`,
		colours && `c=${colours}`,
		`y=${way}&m=${theme}`,
	]
		.filter(Boolean)
		.join("&");
}

/** Go to a scene, and compare all of it. */
async function check(page, scene) {
	const file = files[scene.file || "plain"];
	const { view, path = [], way } = scene;
	await page.evaluate((hash) => {
		location.hash = hash;
	}, fragmentOf(scene));
	await page.waitForFunction((m) => globalThis.pyroprof.state().m === m, scene.theme);
	const shown = await seen(page);
	const drawn = layout(file, view, path, shown.width);
	const yOf = rowsOf(shown, drawn, way === "flame");
	const look = lookOf(file, scene, shown);
	let visible = 0;
	let texts = 0;
	for (const box of drawn) {
		const y = yOf(box.row);
		if (y === null) continue;
		visible++;
		texts += checkBox(file, shown, box, y, look);
	}
	assert.ok(visible >= 10 && texts > 5, `${visible} boxes, ${texts} texts`);
	if (visible === drawn.length)
		assert.equal(shown.texts.length, texts, "there are texts elsewhere");
}

/** All of some scenes, one after the other, in one page. */
const checkAll = (scenes, theme, ratio) =>
	withPage(
		files[Object.values(scenes)[0].file || "plain"].html,
		{ viewport: WINDOW, deviceScaleFactor: ratio, init: watchTexts },
		async (page) => {
			await unmarked(page);
			for (const [name, scene] of Object.entries(scenes))
				await check(page, { ...scene, theme, ratio }).catch((error) => {
					error.message = `${name}: ${error.message}`;
					throw error;
				});
		},
	);

// --- scenes -----------------------------------------------------------------------------------

const deep = heaviest(list, 3);
const SCENES = {
	flame: { way: "flame" },
	icicle: {},
	"icicle, zoomed": { path: deep },
	"flame, zoomed": { way: "flame", path: deep.slice(0, 2) },
	"bottom-up": { view: "inverted" },
	"bottom-up, zoomed": { view: "inverted", path: [deep[1]] },
	sandwich: { view: "sandwich", path: [deep[1]] },
	time: { view: "time" },
	"a search": { search: "alloc|^std" },
};
const DIFFS = {
	"a diff": { file: "diff" },
	"a diff, zoomed": { file: "diff", path: ["main"] },
	"a diff bottom-up": { file: "diff", view: "inverted", colours: "pkg" },
};
const schemes = (names, file) =>
	Object.fromEntries(names.map((colours) => [`colours by ${colours}`, { file, colours }]));

for (const theme of ["light", "dark"]) {
	for (const ratio of [1, 1.5, 2]) {
		const where = `${theme}, ${ratio} pixels per px`;
		test(`every view, ${where}: as C lays it out`, () =>
			checkAll(SCENES, theme, ratio));
		test(`a diff, ${where}: as C lays it out`, () => checkAll(DIFFS, theme, ratio));
	}
	test(`every scheme of colours, ${theme}: as C has them`, () =>
		checkAll(schemes(["hot", "kind", "dso", "grey", "value", "self"]), theme, 1));
	test(`every scheme of a diff's colours, ${theme}: as C has them`, () =>
		checkAll(schemes(["diff-classic", "diff-rg", "value", "pkg"], "diff"), theme, 1));
}

/** A file to draw, as C knows it. */
async function prepare(name, profile, options, colours) {
	const html = flame("html", profile, ...options);
	const { base64 } = split(html);
	files[name] = {
		name,
		profile,
		options,
		colours,
		html,
		flame: await core.decodeBlock(base64),
		whole: boxes(profile, ...options, "--boxes=tree"),
	};
	assert.ok(fs.statSync(html).size > 0);
}

run({
	before: async () => {
		await start();
		await prepare("plain", write("plain", list), [], "pkg");
		await prepare(
			"diff",
			write("after", both.after),
			[`--diff-base=${write("before", both.before)}`],
			"diff",
		);
	},
	after: stop,
});
