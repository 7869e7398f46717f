// SPDX-License-Identifier: Apache-2.0
// The pixels of a screenshot.
"use strict";

const zlib = require("node:zlib");

/** The chunks of a PNG: {IHDR, IDAT (all of them)}. */
function chunksOf(png) {
	const out = {};
	for (let at = 8; at < png.length;) {
		const length = png.readUInt32BE(at);
		const type = png.toString("latin1", at + 4, at + 8);
		const body = png.subarray(at + 8, at + 8 + length);
		out[type] = out[type] ? Buffer.concat([out[type], body]) : body;
		at += 12 + length;
	}
	return out;
}

function paeth(a, b, c) {
	const p = a + b - c;
	const pa = Math.abs(p - a);
	const pb = Math.abs(p - b);
	const pc = Math.abs(p - c);
	if (pa <= pb && pa <= pc) return a;
	return pb <= pc ? b : c;
}

/** What a filter adds to a byte, by what is left of it, above, and above its left. */
const GUESSES = [() => 0, (left) => left, (left, up) => up, (left, up) => (left + up) >> 1, paeth];

/** Undo the filter of a row in place; `above` is the row before. */
function unfilter(kind, row, above, step) {
	const guess = GUESSES[kind];
	if (kind === 0) return;
	for (let i = 0; i < row.length; i++) {
		const left = i >= step ? row[i - step] : 0;
		const corner = i >= step ? above[i - step] : 0;
		row[i] += guess(left, above[i], corner);
	}
}

/** {width, height, at(x, y) -> "r,g,b", rgb(x, y) -> [r, g, b], is(x, y, [r, g, b])} of 8 bits. */
function decode(png) {
	const { IHDR, IDAT } = chunksOf(png);
	const width = IHDR.readUInt32BE(0);
	const height = IHDR.readUInt32BE(4);
	const step = { 2: 3, 6: 4 }[IHDR[9]];
	if (IHDR[8] !== 8 || !step || IHDR[12]) throw new Error("a PNG of another kind");
	const raw = zlib.inflateSync(IDAT);
	const rows = [];
	for (let y = 0; y < height; y++) {
		const start = y * (1 + width * step);
		const row = raw.subarray(start + 1, start + 1 + width * step);
		unfilter(raw[start], row, rows[y - 1] || new Uint8Array(row.length), step);
		rows.push(row);
	}
	const at = (x, y) => rows[y].subarray(x * step, x * step + 3).join(",");
	const rgb = (x, y) => rows[y].subarray(x * step, x * step + 3);
	const is = (x, y, [r, g, b]) => {
		const row = rows[y];
		const i = x * step;
		return row[i] === r && row[i + 1] === g && row[i + 2] === b;
	};
	return { width, height, at, rgb, is };
}

/** The different colours in a rectangle: colour -> how many pixels. */
function colours(image, { x, y, width, height }) {
	const out = new Map();
	for (let row = Math.ceil(y); row < Math.min(image.height, y + height); row++)
		for (
			let column = Math.ceil(x);
			column < Math.min(image.width, x + width);
			column++
		) {
			const colour = image.at(column, row);
			out.set(colour, (out.get(colour) || 0) + 1);
		}
	return out;
}

module.exports = { colours, decode };
