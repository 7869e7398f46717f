// SPDX-License-Identifier: Apache-2.0
// Profiles made by hand: of any shape, with any bytes as names, and the same on every run.
"use strict";

const zlib = require("node:zlib");

/** Numbers in [0, 1) from a seed. */
function random(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const WORDS = (
	"alloc buf cache conn copy decode encode event fetch flush frame hash index iter key " +
	"list load lock map merge node open parse path queue read recv sched send sort stat table tree " +
	"update visit wait walk write"
).split(" ");
const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** Names as languages have them, of this many functions. */
function names(count, next) {
	const word = () => WORDS[Math.floor(next() * WORDS.length)];
	// none that demanglers would change
	const styles = [
		(i) => `${word()}_${word()}_${i}`,
		(i) => `std::${word()}::${word()}${i}`,
		(i) =>
			`github.com/${word()}/${word()}.(*${capital(word())}).${capital(word())}${i}`,
		(i) => `org.${word()}.${word()}.${capital(word())}.${word()}${i}`,
		(i) =>
			`${word()}::${capital(word())}::${word()}_of_everything_that_is_to_${word()}_${i}`,
	];
	return Array.from({ length: count }, (_, i) => styles[i % styles.length](i));
}

/**
 * Samples `{stack: [root, ..., leaf], values: [..]}` of a realistic shape: each new stack is the
 * beginning of an older one and some frames more; values are heavy-tailed.
 */
function samples({ count = 200, functions = 60, seed = 1, types = 1, depth = 40 } = {}) {
	const next = random(seed);
	const all = names(functions, next);
	const pick = () => all[Math.floor(all.length * next() ** 2)];
	const stacks = [
		["main", all[0]],
		["main", all[1]],
	];
	const seen = new Set();
	const out = [];

	while (out.length < count) {
		const base = stacks[Math.floor(stacks.length * next() ** 2)];
		const stack = base.slice(0, 1 + Math.floor(base.length * (1 - next() ** 3)));
		do stack.push(pick());
		while (next() < 0.58 && stack.length < depth);
		if (stack.length > depth || seen.has(stack.join(";"))) continue;
		seen.add(stack.join(";"));
		stacks.push(stack);
		const values = Array.from(
			{ length: types },
			(_, type) =>
				Math.min(1e6, Math.floor((1 - next()) ** (-1 / 1.2))) *
				(type ? 1000 : 1),
		);
		out.push({ stack, values });
	}
	return out;
}

const bytes = (text) => (Buffer.isBuffer(text) ? text : Buffer.from(String(text)));

const SMALL = Array.from({ length: 128 }, (_, value) => Buffer.from([value]));

function varint(value) {
	if (value >= 0 && value < 128) return SMALL[Number(value)];
	if (value >= 0 && value < 2 ** 21) {
		const n = Number(value);
		return n < 16384
			? Buffer.from([(n & 127) | 128, n >> 7])
			: Buffer.from([(n & 127) | 128, ((n >> 7) & 127) | 128, n >> 14]);
	}
	let rest = BigInt.asUintN(64, BigInt(value));
	const out = [];
	while (rest > 127n) {
		out.push(Number(rest & 127n) | 128);
		rest >>= 7n;
	}
	out.push(Number(rest));
	return Buffer.from(out);
}

const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);

function message(field, ...parts) {
	const body = Buffer.concat(parts);
	return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
}

const packed = (field, values) => message(field, ...values.map(varint));

/** Strings, functions and locations by what they are of. */
class Tables {
	constructor() {
		this.strings = new Map([["", 0]]);
		this.texts = [Buffer.alloc(0)];
		this.functions = new Map();
	}

	text(value) {
		const raw = bytes(value);
		const key = raw.toString("latin1");
		if (!this.strings.has(key)) {
			this.strings.set(key, this.texts.length);
			this.texts.push(raw);
		}
		return this.strings.get(key);
	}

	/** The number of a function, which is that of its location. */
	location(name) {
		const text = this.text(name);
		if (!this.functions.has(text)) this.functions.set(text, this.functions.size + 1);
		return this.functions.get(text);
	}
}

function label(tables, [key, value, unit]) {
	const head = number(1, tables.text(key));
	if (typeof value === "number")
		return message(3, head, number(3, value), number(4, tables.text(unit || "")));
	return message(3, head, number(2, tables.text(value)));
}

/**
 * A pprof profile, gzipped. Samples may have `labels: [[key, text or number, unit]]`. `head`: time
 * and duration in ns, comments, default.
 */
function pprof(list, types = [["samples", "count"]], head = {}) {
	const t = new Tables();
	const parts = types.map(([type, unit]) =>
		message(1, number(1, t.text(type)), number(2, t.text(unit))),
	);

	for (const { stack, values, labels = [] } of list) {
		const ids = stack.map((name) => t.location(name)).reverse();
		parts.push(
			message(
				2,
				packed(1, ids),
				packed(2, values),
				...labels.map((l) => label(t, l)),
			),
		);
	}
	parts.push(
		message(
			3,
			number(1, 1),
			number(2, 0x400000),
			number(3, 0x40000000),
			number(5, t.text(head.object || "/opt/app/bin/server")),
		),
	);
	for (const [name, id] of t.functions) {
		parts.push(
			message(
				4,
				number(1, id),
				number(2, 1),
				number(3, 0x400000 + id * 16),
				message(4, number(1, id), number(2, 10)),
			),
		);
		parts.push(
			message(
				5,
				number(1, id),
				number(2, name),
				number(3, name),
				number(4, t.text(head.source || "main.c")),
				number(5, 7),
			),
		);
	}
	if (head.time) parts.push(number(9, head.time));
	if (head.duration) parts.push(number(10, head.duration));
	const comments = packed(
		13,
		(head.comments || []).map((text) => t.text(text)),
	);
	const preset = number(14, t.text(head.default || ""));
	const texts = t.texts.map((text) => message(6, text));
	return zlib.gzipSync(Buffer.concat([...parts, ...texts, comments, preset]));
}

/**
 * A profile of a function that calls so many others, f0, f1, ..., each in a sample of its own with
 * value(i), below 2^14: written in one piece, since it may be a million.
 */
function siblings(count, value) {
	const out = Buffer.alloc(100 + count * 64);
	let at = 0;
	const put = (n) => {
		for (; n > 127; n >>>= 7) out[at++] = (n & 127) | 128;
		out[at++] = n;
	};
	const open = (tag) => {
		out[at++] = tag;
		return ++at; // room for a length below 128
	};
	const close = (from) => (out[from - 1] = at - from);
	const field = (tag, n) => {
		out[at++] = tag;
		put(n);
	};
	const text = (content) => {
		const from = open(0x32);
		at += out.write(content, at, "latin1");
		close(from);
	};
	const strings = ["", "samples", "count", "main"];
	const type = open(0x0a);
	field(0x08, 1);
	field(0x10, 2);
	close(type);
	for (let i = 0; i < count; i++) {
		const sample = open(0x12);
		const ids = open(0x0a);
		put(i + 2);
		put(1);
		close(ids);
		const values = open(0x12);
		put(value(i));
		close(values);
		close(sample);
	}
	for (let i = 0; i <= count; i++) {
		const location = open(0x22);
		field(0x08, i + 1);
		const line = open(0x22);
		field(0x08, i + 1);
		close(line);
		close(location);
		const func = open(0x2a);
		field(0x08, i + 1);
		field(0x10, strings.length - 1 + i);
		close(func);
	}
	strings.forEach(text);
	for (let i = 0; i < count; i++) text(`f${i}`);
	return zlib.gzipSync(out.subarray(0, at), { level: 1 });
}

module.exports = { message, number, pprof, random, samples, siblings };
