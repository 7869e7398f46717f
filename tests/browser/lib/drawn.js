// SPDX-License-Identifier: Apache-2.0
// What must be on the screen: boxes as C lays them out, with the colours and texts that C gives them
// in an SVG, compared with the pixels of a screenshot. No picture is kept anywhere.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { boxes, flame } = require("./cli.js");

const NEAR = 3; // of 255: what blending rounds

const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

function unescaped(text) {
	const names = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
	return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, dec, name) =>
		name ? names[name] : String.fromCodePoint(parseInt(hex || dec, hex ? 16 : 10)),
	);
}

/** The rules of a class for an element in some CSS: class -> colour. */
function rulesOf(css, element) {
	const rule = new RegExp(
		`\\.(c\\d+) ${element}(?:,path\\.c\\d+)?\\{fill:(#[0-9a-f]{6})\\}`,
		"g",
	);
	return new Map([...css.matchAll(rule)].map(([, name, fill]) => [name, fill]));
}

/** The frames of an SVG that C wrote, in the order of its boxes: fills, inks and text. */
function framesOf(name) {
	const svg = fs.readFileSync(name, "utf8");
	const css = svg.slice(svg.indexOf("<style>"), svg.indexOf("</style>"));
	const [light, dark] = css.split("@media screen and (prefers-color-scheme:dark){");
	const [usual, usualInDark] = [light, dark].map(
		(rules) => /#frames\{fill:(#[0-9a-f]{6})\}/.exec(rules)[1],
	);
	const [inks, darkFills, darkInks] = [
		rulesOf(light, "text"),
		rulesOf(dark, "rect"),
		rulesOf(dark, "text"),
	];
	const frame =
		/<g class="([^"]*)"><title>([^<]*)<\/title><rect [^>]*fill="([^"]*)"\/>(?:<text [^>]*>([^<]*)<\/text>)?<\/g>/g;
	return [...svg.matchAll(frame)].map(([, classes, title, fill, text]) => {
		const [name2] = /c\d+/.exec(classes) || [];
		return {
			title: unescaped(title),
			text: unescaped(text || ""),
			light: { fill, ink: inks.get(name2) || usual },
			dark: {
				fill: darkFills.get(name2),
				ink: darkInks.get(name2) || usualInDark,
			},
		};
	});
}

/** How C draws a tree: [{box, light: {fill, ink}, dark, text}]. */
function drawnByC(profile, options, width, min = 0.5) {
	const same = [...options, `--minwidth=${min}`];
	const list = boxes(profile, ...same, `--width=${width}`);
	// with data along, thin frames are drawn together
	const svg = flame("svg", profile, ...same, `--width=${width + 20}`, "--data=none");
	const frames = framesOf(svg);
	assert.equal(frames.length, list.length, "the SVG has other boxes than --format=boxes");
	return list.map((box, i) => ({ box, ...frames[i] }));
}

/** Colours in C's pictures by a key of a box: Map key -> {light, dark}. */
function coloursBy(drawn, key) {
	return new Map(drawn.map((one) => [key(one.box), one]));
}

/** How much of `ink` is on `fill` in a pixel, 0..1; NaN if it is no mixture of the two. */
function inkIn(pixel, fill, ink) {
	const span = [0, 1, 2].map((i) => ink[i] - fill[i]);
	const most = span.reduce(
		(best, s, i) => (Math.abs(s) > Math.abs(span[best]) ? i : best),
		0,
	);
	const part = span[most] ? (pixel[most] - fill[most]) / span[most] : 0;
	const fits = [0, 1, 2].every((i) => Math.abs(fill[i] + part * span[i] - pixel[i]) <= NEAR);
	return fits && part >= -0.05 && part <= 1.05 ? part : NaN;
}

const isNear = (pixel, colour, by = NEAR) =>
	[0, 1, 2].every((i) => Math.abs(pixel[i] - colour[i]) <= by);

/** `top` at an opacity over `under`. */
const over = (top, under, opacity) =>
	[0, 1, 2].map((i) => Math.round(top[i] * opacity + under[i] * (1 - opacity)));

/** Whether an edge is in the middle of a pixel, so that either side may have it. */
const isHalf = (x) => Math.abs(x - Math.floor(x) - 0.5) < 1e-3;

/**
 * The pixels that are surely a box's, {left, right, top, bottom}; right and bottom are not in it. It is
 * `sharp` where the right edge is known to a pixel.
 */
function pixelsOf({ x, w }, y, high, ratio, gap) {
	const [left, end] = [x * ratio, (x + w) * ratio];
	return {
		left: isHalf(left) ? Math.ceil(left) : Math.round(left),
		right: (isHalf(end) ? Math.floor(end) : Math.round(end)) - Math.ceil(gap * ratio),
		top: Math.ceil(y * ratio - 1e-6),
		bottom: Math.floor((y + high) * ratio + 1e-6),
		sharp: !isHalf(end),
	};
}

/**
 * That a box has its colour in all of its pixels but those of its text; how many of them are ink, by
 * half at least. `fill` and `ink` are [r, g, b].
 */
function inkOfBox(image, at, fill, ink, what) {
	let inked = 0;
	for (let y = at.top; y < at.bottom; y++)
		for (let x = at.left; x < at.right; x++) {
			if (image.is(x, y, fill)) continue;
			const pixel = [...image.rgb(x, y)];
			const part = inkIn(pixel, fill, ink);
			if (Number.isNaN(part))
				throw new Error(
					`${what}: at ${x}, ${y} is ${pixel}, neither ${fill} nor ${ink}`,
				);
			if (part >= 0.5) inked++;
		}
	for (const y of [at.top, at.bottom - 1])
		for (const x of [at.left, at.right - 1])
			assert.ok(
				isNear(image.rgb(x, y), fill),
				`${what}: its corner at ${x}, ${y} is ${[...image.rgb(x, y)]}, not ${fill}`,
			);
	return inked;
}

module.exports = { coloursBy, drawnByC, inkOfBox, isNear, over, pixelsOf, rgbOf };
