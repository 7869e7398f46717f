// SPDX-License-Identifier: Apache-2.0
// Makes blocks of data (doc/FLAME.md, section 8) from a description of a tree, for tests. Written
// from the document, not from the code that it tests.
"use strict";

const zlib = require("node:zlib");

/** Bytes that grow. */
class Bytes {
	constructor() {
		this.data = new Uint8Array(1024);
		this.length = 0;
	}

	byte(value) {
		if (this.length === this.data.length) {
			const more = new Uint8Array(this.length * 2);
			more.set(this.data);
			this.data = more;
		}
		this.data[this.length++] = value;
	}

	bytes(values) {
		for (const value of values) this.byte(value);
	}

	u32(value) {
		for (let i = 0; i < 4; i++) this.byte((value >>> (8 * i)) & 255);
	}

	/** An unsigned number, of either kind. */
	unsigned(value) {
		if (typeof value === "number" && value < 2 ** 31) {
			for (; value > 127; value >>>= 7) this.byte((value & 127) | 128);
			this.byte(value);
			return;
		}
		let rest = BigInt(value);
		for (; rest > 127n; rest >>= 7n) this.byte(Number(rest & 127n) | 128);
		this.byte(Number(rest));
	}

	signed(value) {
		if (typeof value === "number" && Math.abs(value) < 2 ** 29) {
			this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
			return;
		}
		const big = BigInt(value);
		this.unsigned(big < 0n ? -2n * big - 1n : 2n * big);
	}

	text(value) {
		const bytes = Buffer.from(value, "utf8");
		this.unsigned(bytes.length);
		this.bytes(bytes);
	}

	view() {
		return this.data.subarray(0, this.length);
	}
}

/** Numbers for texts; 0 is "". */
class Strings {
	constructor() {
		this.numbers = new Map([["", 0]]);
	}

	number(text) {
		if (!this.numbers.has(text)) this.numbers.set(text, this.numbers.size);
		return this.numbers.get(text);
	}
}

function section(write) {
	const bytes = new Bytes();
	write(bytes);
	return bytes;
}

function funcSection(funcs, strings) {
	return section((out) => {
		for (const f of funcs) {
			out.unsigned(strings.number(f.name));
			out.unsigned(strings.number(f.file || ""));
			out.unsigned(strings.number(f.object || ""));
			out.unsigned(f.line || 0);
			out.unsigned(f.kind || 0);
			out.unsigned((f.hue || 0) + 24 * (f.shade || 0));
			out.unsigned(f.objectHue || 0);
		}
	});
}

function shapeSection(tree) {
	return section((out) => {
		let before = -1;
		for (let i = 0; i < tree.depth.length; i++) {
			const up = before + 1 - tree.depth[i];
			out.unsigned(up * 2 + (tree.inlined && tree.inlined[i] ? 1 : 0));
			before = tree.depth[i];
		}
	});
}

/** A column is its selfs, or {of, factor}. */
function selfSection(columns) {
	return section((out) => {
		for (const column of columns) {
			if (column.of !== undefined) {
				out.unsigned(1);
				out.unsigned(column.of);
				out.signed(column.factor);
				continue;
			}
			out.unsigned(0);
			for (const value of column) out.signed(value);
		}
	});
}

/**
 * The sections of a tree, {NAME: Bytes}, in their order: {funcs: [{name, ...}], depth, func, self:
 * [column], types: [{type, unit}], sides, inlined, meta: {...}}.
 */
function sectionsOf(tree) {
	const strings = new Strings();
	const meta = {
		version: 1,
		title: "Test",
		nodes: tree.depth.length,
		funcs: tree.funcs.length,
		types: tree.types,
		default: 0,
		sides: tree.sides || 1,
		order: "input",
		profile: {},
		filters: [],
		palette: {},
		count_type: -1,
		source: false,
		...tree.meta,
	};
	const sections = {
		META: section((out) => out.bytes(Buffer.from(JSON.stringify(meta), "utf8"))),
		STRS: null,
		FUNC: funcSection(tree.funcs, strings),
		SHAP: shapeSection(tree),
		FNID: section((out) => tree.func.forEach((f) => out.unsigned(f))),
		SELF: selfSection(tree.self),
	};
	if (tree.extra) Object.assign(sections, tree.extra(strings, section));
	sections.STRS = section((out) => {
		out.unsigned(strings.numbers.size);
		for (const text of strings.numbers.keys()) out.text(text);
	});
	return sections;
}

/** Sections as the bytes within the gzip member. */
function joinSections(sections) {
	const out = new Bytes();
	out.bytes(Buffer.from("PPFLAME1"));
	for (const [name, bytes] of Object.entries(sections)) {
		out.bytes(Buffer.from(name));
		out.u32(bytes.length);
		out.bytes(bytes.view());
	}
	return out.view();
}

function packBytes(bytes) {
	return zlib.gzipSync(bytes).toString("base64");
}

/** A tree's block, base64. */
function encodeTree(tree) {
	return packBytes(joinSections(sectionsOf(tree)));
}

module.exports = { Bytes, section, sectionsOf, joinSections, packBytes, encodeTree };
