// SPDX-License-Identifier: Apache-2.0
// Blocks of data: what was put in comes out, and damaged ones give a message.
"use strict";

const assert = require("node:assert");
const zlib = require("node:zlib");
const { load, test, run, random } = require("./load.js");
const { Bytes, section, sectionsOf, joinSections, packBytes, encodeTree } = require("./encode.js");
const { randomTree } = require("./naive.js");

const core = load();

function smallTree() {
	return {
		funcs: [
			{ name: "all" },
			{
				name: "a",
				file: "a.c",
				object: "prog",
				line: 7,
				kind: 1,
				hue: 23,
				shade: 3,
			},
			{
				name: "\u4e16\u754c<\ud83d\ude00>",
				object: "prog",
				line: 2 ** 40,
				objectHue: 23,
			},
		],
		depth: [0, 1, 2, 1],
		func: [0, 1, 2, 2],
		inlined: [0, 0, 1, 0],
		self: [[1, -2, 300000, 4], { of: 0, factor: -10 }],
		types: [
			{ type: "samples", unit: "count" },
			{ type: "cpu", unit: "nanoseconds" },
		],
		meta: {
			title: "T",
			count_type: 0,
			default: 1,
			profile: { time: "1700000000000000001" },
		},
	};
}

/** The sections that not every block has, for smallTree. */
function extraSections(strings, make) {
	const text = (t) => strings.number(t);
	return {
		NEWX: make((out) => out.text("unknown sections are skipped")),
		TABL: make((out) =>
			[1, 1, -10, -10, 2, 3, -20, -30, 4, 5, -40, -50].forEach((v) =>
				out.signed(v),
			),
		),
		LABL: make((out) => {
			[2, text("thread"), text("bytes")].forEach((v) => out.unsigned(v));
			[3, 0].forEach((v) => out.unsigned(v)); // sets; the empty one
			[1, 0, 0, text("worker"), text("")].forEach((v) => out.unsigned(v));
			[2, 0, 0, text("main"), text(""), 1, 1].forEach((v) => out.unsigned(v));
			out.signed(-5);
			out.unsigned(text("kb"));
		}),
		LROW: make((out) => {
			out.unsigned(2);
			[1, 2].forEach((v) => out.unsigned(v));
			[-2, 20].forEach((v) => out.signed(v));
			[2, 0].forEach((v) => out.unsigned(v));
			[4, -40].forEach((v) => out.signed(v));
		}),
		TIME: make((out) => {
			out.unsigned(2);
			out.signed(10n ** 18n);
			for (const [gap, node, set, value] of [
				[5, 3, 1, 7],
				[6, -2, 2, -8],
			]) {
				out.unsigned(gap);
				out.signed(node);
				out.unsigned(set);
				out.signed(value);
			}
		}),
		SRCT: make((out) => {
			out.unsigned(2);
			for (const t of ["a.c", "int main;\n", "__proto__", "x"]) out.text(t);
		}),
		LINE: make((out) => {
			out.unsigned(1);
			[1, 12].forEach((v) => out.unsigned(v));
			[3, -4].forEach((v) => out.signed(v));
		}),
	};
}

const plain = (column) => Array.from(column);

test("what was put in comes out", async () => {
	const flame = await core.decodeBlock(encodeTree(smallTree()));
	assert.strictEqual(flame.n, 4);
	assert.strictEqual(flame.nfuncs, 3);
	assert.deepStrictEqual(plain(flame.parent), [-1, 0, 1, 0]);
	assert.deepStrictEqual(plain(flame.depth), [0, 1, 2, 1]);
	assert.deepStrictEqual(plain(flame.end), [4, 3, 3, 4]);
	assert.deepStrictEqual(plain(flame.func), [0, 1, 2, 2]);
	assert.deepStrictEqual(plain(flame.inlined), [0, 0, 1, 0]);
	assert.deepStrictEqual(flame.self.map(plain), [
		[1, -2, 300000, 4],
		[-10, 20, -3000000, -40],
	]);
	assert.deepStrictEqual(flame.total, [null, null]);
	assert.deepStrictEqual(flame.funcs.name, ["all", "a", "\u4e16\u754c<\ud83d\ude00>"]);
	assert.deepStrictEqual(flame.funcs.file, ["", "a.c", ""]);
	assert.deepStrictEqual(flame.funcs.object, ["", "prog", "prog"]);
	assert.deepStrictEqual(plain(flame.funcs.line), [0, 7, 2 ** 40]);
	assert.deepStrictEqual(plain(flame.funcs.kind), [0, 1, 0]);
	assert.deepStrictEqual(plain(flame.funcs.hue), [0, 23, 0]);
	assert.deepStrictEqual(plain(flame.funcs.shade), [0, 3, 0]);
	assert.deepStrictEqual(plain(flame.funcs.objectHue), [0, 0, 23]);
	assert.strictEqual(flame.meta.title, "T");
	assert.strictEqual(flame.meta.profile.time, "1700000000000000001");
	for (const name of ["table", "labels", "times", "source"])
		assert.strictEqual(flame[name], null);
});

test("the sections that may be missing", async () => {
	const flame = await core.decodeBlock(encodeTree({ ...smallTree(), extra: extraSections }));
	assert.deepStrictEqual(flame.table.flat.map(plain), [
		[1, 2, 4],
		[-10, -20, -40],
	]);
	assert.deepStrictEqual(flame.table.cum.map(plain), [
		[1, 3, 5],
		[-10, -30, -50],
	]);
	assert.deepStrictEqual(flame.labels.sets, [
		[],
		[{ key: "thread", text: "worker", number: null, unit: "" }],
		[
			{ key: "thread", text: "main", number: null, unit: "" },
			{ key: "bytes", text: null, number: -5, unit: "kb" },
		],
	]);
	assert.deepStrictEqual(plain(flame.labels.node), [1, 3]);
	assert.deepStrictEqual(plain(flame.labels.set), [2, 0]);
	assert.deepStrictEqual(flame.labels.values.map(plain), [
		[-2, 4],
		[20, -40],
	]);
	assert.strictEqual(flame.times.base, 1e18);
	assert.deepStrictEqual(plain(flame.times.at), [5, 11]);
	assert.deepStrictEqual(plain(flame.times.node), [3, 1]);
	assert.deepStrictEqual(plain(flame.times.set), [1, 2]);
	assert.deepStrictEqual(plain(flame.times.value), [7, -8]);
	assert.strictEqual(flame.source.files["a.c"], "int main;\n");
	assert.strictEqual(flame.source.files.__proto__, "x");
	assert.deepStrictEqual(plain(flame.source.func), [1]);
	assert.deepStrictEqual(plain(flame.source.line), [12]);
	assert.deepStrictEqual(plain(flame.source.flat), [3]);
	assert.deepStrictEqual(plain(flame.source.cum), [-4]);
});

test("numbers of 64 bits are rounded once", async () => {
	const values = [
		0n,
		-1n,
		2n ** 31n,
		-(2n ** 31n),
		2n ** 53n + 1n,
		2n ** 63n - 1n,
		-(2n ** 63n),
	];
	const pick = random(5);
	for (let i = 0; i < 500; i++) {
		const size = 1n << BigInt(pick(63));
		values.push(
			size + ((BigInt(pick(2 ** 31)) * 2n ** 32n + BigInt(pick(2 ** 31))) % size),
		);
		values.push(-values[values.length - 1]);
	}
	const tree = {
		funcs: [{ name: "all" }, { name: "f" }],
		depth: values.map((v, i) => (i ? 1 : 0)),
		func: values.map((v, i) => (i ? 1 : 0)),
		self: [values],
		types: [{ type: "x", unit: "" }],
	};
	const flame = await core.decodeBlock(encodeTree(tree));
	assert.deepStrictEqual(plain(flame.self[0]), values.map(Number));
});

test("a stack of 100,000 frames, and as many siblings", async () => {
	const n = 100001;
	for (const deep of [true, false]) {
		const tree = {
			funcs: [{ name: "all" }, { name: "f" }],
			depth: Array.from({ length: n }, (v, i) => (deep ? i : Math.min(i, 1))),
			func: Array.from({ length: n }, (v, i) => Math.min(i, 1)),
			self: [
				Array.from({ length: n }, (v, i) =>
					deep && i < n - 1 ? 0 : Math.min(i, 1),
				),
			],
			types: [{ type: "x", unit: "" }],
		};
		const flame = await core.decodeBlock(encodeTree(tree));
		const measure = { type: 0, width: "after", normalize: true };
		const extents = core.extentsOf(flame, measure);
		const sorted = core.sortFlame(flame, "weight", extents);
		const view = { ...sorted, measure, order: "weight", width: 1000, min: 0.05 };
		assert.strictEqual(core.totalOf(flame, 0)[0], deep ? 1 : n - 1);
		const boxes = core.treeBoxes(view, deep ? n - 1 : 0);
		assert.strictEqual(boxes.length, deep ? n : 2);
		core.invertedBoxes(view, []);
		core.calleesBoxes(view, 1);
		core.callersBoxes(view, 1);
		core.tableOf(flame, 0);
		core.collapseRecursion(flame, -1);
		core.mergeFunc(flame, 1);
		assert.strictEqual(
			core.findPath(flame, core.nodePath(flame, n - 1)),
			deep ? n - 1 : 1,
		);
	}
});

/** A block whose sections were changed. */
function changed(change, tree = { ...smallTree(), extra: extraSections }) {
	const sections = sectionsOf(tree);
	change(sections);
	return packBytes(joinSections(sections));
}

const numbers = (...values) => section((out) => values.forEach((value) => out.unsigned(value)));

test("damaged sections", async () => {
	const huge = 2 ** 30;
	const shapes = {
		"no SHAP": (s) => delete s.SHAP,
		"no FNID": (s) => delete s.FNID,
		"no STRS": (s) => delete s.STRS,
		"no SELF": (s) => delete s.SELF,
		"above the root": (s) => (s.SHAP = numbers(0, 0, 4, 0)),
		"a second root": (s) => (s.SHAP = numbers(0, 0, 2, 4)),
		"a root too deep": (s) => (s.SHAP = numbers(2, 0, 0, 0)),
		"up without end": (s) => (s.SHAP = numbers(0, 0, 2n ** 40n, 0)),
		"too few nodes": (s) => (s.SHAP = numbers(0, 0, 0)),
		"too many nodes": (s) => (s.SHAP = numbers(0, 0, 0, 0, 0)),
		"a number cut off": (s) => (s.SHAP = section((out) => out.bytes([0, 0, 0, 128]))),
		"a function out of range": (s) => (s.FNID = numbers(0, 1, 2, 3)),
		"a root of another function": (s) => (s.FNID = numbers(1, 1, 2, 2)),
		"a column of itself": (s) => (s.SELF = numbers(1, 0, 2)),
		"a column missing": (s) => (s.SELF = numbers(0, 1, 2, 3, 4)),
		"a column too many": (s) => (s.SELF = numbers(0, 1, 2, 3, 4, 1, 0, 2, 1, 0, 2)),
		"a kind of column": (s) => (s.SELF = numbers(2, 1, 2, 3, 4, 1, 0, 2)),
		"65 bits": (s) =>
			(s.SELF = section((out) =>
				out.bytes([0, ...Array(9).fill(255), 2, 1, 1, 1, 1, 0, 2]),
			)),
		"11 bytes": (s) =>
			(s.SELF = section((out) =>
				out.bytes([0, ...Array(10).fill(128), 1, 1, 1, 1, 1, 0, 2]),
			)),
		"texts forged": (s) => (s.STRS = numbers(huge, 0, 0)),
		"no texts": (s) => (s.STRS = numbers(0)),
		"a text too long": (s) => (s.STRS = numbers(1, huge)),
		"functions cut": (s) => (s.FUNC = numbers(0, 0, 0, 0, 0, 0, 0)),
		"a text out of range": (s) => (s.FUNC.data[0] = 100),
		"a kind out of range": (s) => (s.FUNC.data[4] = 5),
		"a colour out of range": (s) => (s.FUNC.data[5] = 96),
		"a hue out of range": (s) => (s.FUNC.data[6] = 24),
		"a table cut": (s) => s.TABL.length--,
		"a table too long": (s) => s.TABL.byte(0),
		"keys forged": (s) => (s.LABL = numbers(huge)),
		"sets forged": (s) => (s.LABL = numbers(0, huge)),
		"pairs forged": (s) => (s.LABL = numbers(0, 1, huge)),
		"no set 0": (s) => (s.LABL = numbers(0, 0)),
		"rows forged": (s) => (s.LROW = numbers(huge)),
		"a row's node": (s) => (s.LROW = numbers(1, 4, 0, 0, 0)),
		"a row's set": (s) => (s.LROW = numbers(1, 1, 3, 0, 0)),
		"times forged": (s) => (s.TIME = numbers(huge, 0)),
		"a time's node": (s) => (s.TIME = numbers(1, 0, 0, 8, 0, 0)),
		"a time's node below 0": (s) => (s.TIME = numbers(1, 0, 0, 1, 0, 0)),
		"a time's set": (s) => (s.TIME = numbers(1, 0, 0, 0, 3, 0)),
		"sources forged": (s) => (s.SRCT = numbers(huge)),
		"lines forged": (s) => (s.LINE = numbers(huge)),
		"a line's function": (s) => (s.LINE = numbers(1, 3, 1, 0, 0)),
	};
	await core.decodeBlock(changed(() => {}));
	for (const [name, change] of Object.entries(shapes)) {
		await assert.rejects(
			core.decodeBlock(changed(change)),
			/^Error: The data of this file/,
			name,
		);
	}
});

test("damaged META", async () => {
	const metas = {
		version: [undefined, 2, "1", null],
		types: [undefined, [], {}, "x"],
		nodes: [undefined, 0, -1, 5, 3, 1.5, "4", 2 ** 26 + 1, 1e300],
		funcs: [undefined, 0, 4, 2, 2 ** 30],
		sides: [undefined, 0, 2, 3],
		default: [undefined, 2, -1, 0.5],
	};
	for (const [name, values] of Object.entries(metas)) {
		for (const value of values) {
			const tree = smallTree();
			tree.meta = { ...tree.meta, [name]: value };
			const what = `${name} ${value}`;
			await assert.rejects(
				core.decodeBlock(encodeTree(tree)),
				/^Error: The data of this/,
				what,
			);
		}
	}
	for (const text of ["", "{", "null", "[]", "7", "\u0000"]) {
		const bad = changed(
			(s) => (s.META = section((out) => out.bytes(Buffer.from(text)))),
		);
		await assert.rejects(core.decodeBlock(bad), /^Error: The data of this/, text);
	}
	const odd = smallTree();
	odd.types = [null, { type: 7, unit: [] }];
	odd.meta = {
		...odd.meta,
		title: 5,
		filters: 7,
		profile: [],
		palette: null,
		order: "x",
		diff: 1,
	};
	odd.meta = { ...odd.meta, count_type: 9, pruned: 1, source: 1 };
	const { meta } = await core.decodeBlock(encodeTree(odd));
	assert.deepStrictEqual(meta.types, [
		{ type: "", unit: "" },
		{ type: "", unit: "" },
	]);
	const { title, filters, profile, palette, order, diff, count_type, pruned, source } = meta;
	assert.deepStrictEqual(
		{ title, filters, profile, palette, order, diff, count_type, pruned, source },
		{
			title: "",
			filters: [],
			profile: { comments: [] },
			palette: {},
			order: "weight",
			diff: {},
			count_type: -1,
			pruned: {},
			source: false,
		},
	);
});

test("damaged outside of the sections", async () => {
	const good = Buffer.from(encodeTree({ ...smallTree(), extra: extraSections }), "base64");
	const bad = async (bytes, what) => {
		const text =
			typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("base64");
		await assert.rejects(core.decodeBlock(text), /^Error: The data of this file/, what);
	};
	await bad("", "empty");
	await bad("@@@@", "not base64");
	await bad("AAAA", "not gzip");
	for (let n = 0; n < good.length; n += 7) await bad(good.subarray(0, n), `${n} bytes`);
	const forged = Buffer.from(good);
	forged.writeUInt32LE(0xfffffff0, forged.length - 4);
	await bad(forged, "a size that cannot be");
	forged.writeUInt32LE(good.readUInt32LE(good.length - 4) - 1, forged.length - 4);
	await bad(forged, "a size that is too small");
	const bytes = zlib.gunzipSync(good);
	await bad(packBytes(bytes.subarray(8)), "no magic");
	const all = zlib.gunzipSync(Buffer.from(encodeTree(smallTree()), "base64"));
	for (let n = 0; n < all.length; n++)
		await bad(packBytes(all.subarray(0, n)), `${n} unpacked`);
	const twice = Buffer.concat([
		bytes,
		bytes.subarray(bytes.indexOf("FNID"), bytes.indexOf("SELF")),
	]);
	await bad(packBytes(twice), "FNID twice");
	const late = new Bytes();
	late.bytes(Buffer.from("PPFLAME1STRS\u0000\u0000\u0000\u0000"));
	late.bytes(bytes.subarray(8));
	await bad(packBytes(late.view()), "META is not the first");
});

test("texts are what each by itself is, whatever is beside it", () => {
	const odd = [
		"\xc3",
		"\xa9",
		"\xff",
		"\xef\xbb\xbfx",
		"\xf0\x9f",
		"\x9a\x80",
		"\xc3\xa4",
		"\x7f\0",
	];
	const texts = Array.from({ length: 2000 }, (_, i) => Buffer.from(`name_${i}`));
	texts[0] = Buffer.alloc(0);
	// in some of the pieces, at the edges of all, and one piece of nothing else
	odd.forEach((text, i) => (texts[300 + i] = Buffer.from(text, "latin1")));
	for (let i = 1; i < 8; i++)
		odd.forEach(
			(text, k) => (texts[256 * i + (k % 3) - 1] = Buffer.from(text, "latin1")),
		);
	for (let i = 1024; i < 1280; i++) texts[i] = Buffer.from(odd[i % odd.length], "latin1");
	texts[1999] = Buffer.from("long ".repeat(100));
	const out = new Bytes();
	out.unsigned(texts.length);
	for (const text of texts) {
		out.unsigned(text.length);
		out.bytes(text);
	}
	const read = core.readStrings(new core.BlockReader(out.view(), "STRS"));
	const decoder = new TextDecoder();
	assert.deepEqual(
		read,
		texts.map((text) => decoder.decode(text)),
	);
});

test("any byte may be anything: a flame in range, or a message", async () => {
	const pick = random(11);
	const tree = randomTree(pick, { nodes: 60, nfuncs: 9, sides: 2, negative: true });
	const good = zlib.gunzipSync(Buffer.from(encodeTree(tree), "base64"));
	let decoded = 0;
	for (let i = 0; i < 3000; i++) {
		const bytes = Uint8Array.from(good);
		for (let k = 1 + pick(2); k > 0; k--) bytes[pick(bytes.length)] = pick(256);
		let flame;
		try {
			flame = core.decodeBytes(bytes);
		} catch (e) {
			assert.match(String(e), /^Error: The data of this file/);
			continue;
		}
		decoded++;
		for (let k = 0; k < flame.n; k++) {
			assert.ok(flame.func[k] < flame.nfuncs && flame.parent[k] < k);
			assert.ok(flame.end[k] > k && flame.end[k] <= flame.n);
		}
	}
	assert.ok(decoded > 100, `only ${decoded} were decoded`);
});

run();
