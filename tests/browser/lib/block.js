// SPDX-License-Identifier: Apache-2.0
// The block of data of a page or an SVG, taken out, and put back damaged.
"use strict";

const fs = require("node:fs");
const zlib = require("node:zlib");

const START = '<script type="application/octet-stream" id="pyroprof-data">';

/** {before, base64, after} of a file's text. */
function split(name) {
	const text = fs.readFileSync(name, "latin1");
	const at = text.indexOf(START);
	if (at < 0) throw new Error(`${name}: no block`);
	const from = at + START.length;
	const to = text.indexOf("</script>", from);
	return {
		before: text.slice(0, from),
		base64: text.slice(from, to).trim(),
		after: text.slice(to),
	};
}

/** The file's text with another block. */
function join(parts, base64) {
	return Buffer.from(parts.before + base64 + parts.after, "latin1");
}

/** The block inflated: bytes from "PPFLAME1" on. */
const inflate = (base64) => zlib.gunzipSync(Buffer.from(base64, "base64"));
const deflate = (bytes) => zlib.gzipSync(bytes).toString("base64");

/** The sections: [{name, body}]. */
function sections(bytes) {
	const out = [];
	for (let at = 8; at < bytes.length;) {
		const length = bytes.readUInt32LE(at + 4);
		out.push({
			name: bytes.toString("latin1", at, at + 4),
			body: bytes.subarray(at + 8, at + 8 + length),
		});
		at += 8 + length;
	}
	return out;
}

module.exports = { deflate, inflate, join, sections, split };
