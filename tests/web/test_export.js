// SPDX-License-Identifier: Apache-2.0
// What the page exports, read by others: a small reader of protobuf here, pyroprof itself, and Go's
// pprof where there is one.
"use strict";

const assert = require("node:assert");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const zlib = require("node:zlib");
const { load, test, run, random } = require("./load.js");
const { encodeTree } = require("./encode.js");
const { randomTree } = require("./naive.js");

const core = load();

/** The fields of a message: {number: [value]}, values BigInt or bytes. */
function fieldsOf(bytes) {
	const fields = {};
	let pos = 0;
	const varint = () => {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = bytes[pos++];
			assert.ok(byte !== undefined);
			value |= BigInt(byte & 127) << shift;
			if (byte < 128) return value;
		}
	};
	while (pos < bytes.length) {
		const key = Number(varint());
		let value = varint();
		if (key % 8 === 2) {
			const length = Number(value);
			value = bytes.subarray(pos, pos + length);
			assert.strictEqual(value.length, length);
			pos += length;
		} else {
			assert.strictEqual(key % 8, 0);
		}
		const field = Math.floor(key / 8);
		fields[field] = [...(fields[field] || []), value];
	}
	return fields;
}

function varintsOf(bytes) {
	const values = [];
	let value = 0n;
	let shift = 0n;
	for (const byte of bytes) {
		value |= BigInt(byte & 127) << shift;
		shift += 7n;
		if (byte > 127) continue;
		values.push(BigInt.asIntN(64, value));
		value = shift = 0n;
	}
	return values;
}

/** A profile's samples: [{names of frames from the outermost on, values, labels}]. */
function samplesOf(bytes) {
	const profile = fieldsOf(bytes);
	const texts = profile[6].map((text) => Buffer.from(text).toString("utf8"));
	const one = (fields, n) => (fields[n] ? Number(fields[n][0]) : 0);
	const names = new Map();
	for (const bytesOf of profile[5] || []) {
		const f = fieldsOf(bytesOf);
		names.set(one(f, 1), texts[one(f, 2)]);
	}
	const locations = new Map();
	for (const bytesOf of profile[4] || []) {
		const location = fieldsOf(bytesOf);
		const lines = location[4].map((line) => names.get(one(fieldsOf(line), 1)));
		locations.set(one(location, 1), lines);
	}
	return (profile[2] || []).map((bytesOf) => {
		const sample = fieldsOf(bytesOf);
		const ids = sample[1] ? varintsOf(sample[1][0]).map(Number) : [];
		return {
			frames: ids.flatMap((id) => locations.get(id)).reverse(),
			values: varintsOf(sample[2][0]).map(Number),
			labels: (sample[3] || []).map((label) => {
				const fields = fieldsOf(label);
				const number = Number(BigInt.asIntN(64, (fields[3] || [0n])[0]));
				return [
					texts[one(fields, 1)],
					texts[one(fields, 2)],
					number,
					texts[one(fields, 4)],
				];
			}),
		};
	});
}

/** Run a program with a profile's file as its last argument; null where there is no program. */
function runWith(command, bytes) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "web-"));
	try {
		const file = path.join(dir, "profile.pb.gz");
		fs.writeFileSync(file, bytes);
		const env = { ...process.env, PPROF_TMPDIR: dir, HOME: dir };
		const done = spawnSync(command[0], [...command.slice(1), file], {
			encoding: "utf8",
			env,
		});
		if (done.error) return null;
		assert.strictEqual(done.status, 0, done.stderr);
		return done.stdout;
	} finally {
		fs.rmSync(dir, { recursive: true });
	}
}

async function randomFlame(seed, sides) {
	const pick = random(seed);
	const tree = randomTree(pick, { nodes: 300, nfuncs: 20, sides, negative: seed % 2 === 1 });
	tree.inlined = tree.depth.map((d) => (d > 1 && !pick(3) ? 1 : 0));
	tree.funcs.forEach((f, i) =>
		Object.assign(f, { object: ["", "prog", "lib.so"][i % 3], line: i }),
	);
	tree.meta = {
		profile: {
			time: "1700000000000000001",
			duration: "-5",
			period: "10000000",
			period_type: { type: "cpu", unit: "nanoseconds" },
			comments: ["one", "two \u4e16"],
		},
	};
	return core.decodeBlock(encodeTree(tree));
}

const byText = (x, y) => (x < y ? -1 : x > y ? 1 : 0);

test("folded stacks", async () => {
	const tree = {
		funcs: [{ name: "all" }, { name: "a;b" }, { name: "c\nd" }, { name: "" }],
		depth: [0, 1, 2, 2, 1],
		func: [0, 1, 2, 3, 2],
		self: [[9, 1, -2, 3, 0]],
		types: [{ type: "x", unit: "" }],
	};
	const flame = await core.decodeBlock(encodeTree(tree));
	assert.strictEqual(core.foldedText(flame, 0), "a:b 1\na:b;c d -2\na:b;? 3\n");
});

test("a profile has the samples of the tree, its inlined frames included", async () => {
	for (let seed = 0; seed < 6; seed++) {
		const flame = await randomFlame(seed, 1 + (seed % 2));
		const bytes = zlib.gunzipSync(await core.pprofBytes(flame));
		const samples = samplesOf(bytes).map(
			({ frames, values }) => `${frames.join(";")} ${values}`,
		);
		const expected = [];
		for (let i = 0; i < flame.n; i++) {
			const values = [0, 1].map(
				(type) => flame.self[core.columnAfter(flame, type)][i],
			);
			const names = core.nodePath(flame, i);
			if (values.some((value) => value !== 0))
				expected.push(`${names.join(";")} ${values}`);
		}
		assert.deepStrictEqual(samples.sort(byText), expected.sort(byText));
		const profile = fieldsOf(bytes);
		const texts = profile[6].map((text) => Buffer.from(text).toString("utf8"));
		assert.strictEqual(profile[9][0], 1700000000000000001n);
		assert.strictEqual(BigInt.asIntN(64, profile[10][0]), -5n);
		assert.strictEqual(profile[12][0], 10000000n);
		assert.deepStrictEqual(
			profile[13].map((i) => texts[Number(i)]),
			["one", "two \u4e16"],
		);
		assert.strictEqual(texts[Number(profile[14][0])], "samples");
		assert.strictEqual(texts[0], "");
	}
});

test("a profile has a sample for each row of labels", async () => {
	const tree = {
		funcs: [{ name: "all" }, { name: "f" }],
		depth: [0, 1],
		func: [0, 1],
		self: [[4, 7]],
		types: [{ type: "x", unit: "" }],
		extra: (strings, section) => ({
			LABL: section((out) => {
				[1, strings.number("k"), 3, 0].forEach((v) => out.unsigned(v));
				[1, 0, 0, strings.number("v"), 0].forEach((v) => out.unsigned(v));
				[1, 0, 1].forEach((v) => out.unsigned(v));
				out.signed(-9);
				out.unsigned(strings.number("bytes"));
			}),
			LROW: section((out) => {
				out.unsigned(3);
				for (const [node, set, value] of [
					[0, 0, 4],
					[1, 1, 5],
					[0, 2, 2],
				]) {
					out.unsigned(node);
					out.unsigned(set);
					out.signed(value);
				}
			}),
		}),
	};
	const bytes = zlib.gunzipSync(
		await core.pprofBytes(await core.decodeBlock(encodeTree(tree))),
	);
	assert.deepStrictEqual(samplesOf(bytes), [
		{ frames: [], values: [4], labels: [] },
		{ frames: ["f"], values: [5], labels: [["k", "v", 0, ""]] },
		{ frames: ["f"], values: [2], labels: [["k", "", -9, "bytes"]] },
	]);
});

test("pyroprof reads the profile and folds it as the page does", async (skip) => {
	const pyroprof = process.env.PYROPROF;
	if (!pyroprof) return skip("PYROPROF is not set");
	for (const seed of [2, 3]) {
		const flame = await randomFlame(seed, 1);
		const bytes = await core.pprofBytes(flame);
		for (const [type, name] of ["samples", "cpu"].entries()) {
			const folded = runWith(
				[pyroprof, "folded", `--sample-index=${name}`],
				bytes,
			);
			const ours = core.foldedText(flame, type);
			assert.deepStrictEqual(
				folded.split("\n").sort(byText),
				ours.split("\n").sort(byText),
			);
		}
	}
	return null;
});

test("Go's pprof reads the profile", async (skip) => {
	const raw = runWith(
		["go", "tool", "pprof", "-raw"],
		await core.pprofBytes(await randomFlame(2, 1)),
	);
	if (raw === null) return skip("go is not installed");
	assert.match(raw, /^PeriodType: cpu nanoseconds\nPeriod: 10000000\n/m);
	assert.match(raw, /prog/);
	return null;
});

test("an empty profile is one too", async () => {
	const tree = {
		funcs: [{ name: "all" }],
		depth: [0],
		func: [0],
		self: [[0]],
		types: [{ type: "x", unit: "" }],
	};
	const bytes = await core.pprofBytes(await core.decodeBlock(encodeTree(tree)));
	assert.deepStrictEqual(samplesOf(zlib.gunzipSync(bytes)), []);
});

test("the table as CSV", async () => {
	const tree = {
		funcs: [
			{ name: "all" },
			{ name: 'a,"b"', file: "a.c", line: 3, object: "prog" },
			{ name: "c" },
		],
		depth: [0, 1, 2],
		func: [0, 1, 2],
		self: [[0, 1, 3]],
		types: [{ type: "x", unit: "count" }],
	};
	const flame = await core.decodeBlock(encodeTree(tree));
	assert.strictEqual(
		core.csvText(flame, 0),
		"flat,flat%,cum,cum%,unit,name,file,line,object\n" +
			"3,75.0000,3,75.0000,count,c,,,\n" +
			'1,25.0000,4,100.0000,count,"a,""b""",a.c,3,prog\n',
	);
	const lines = core.csvText(flame, 0, [1]).split("\n");
	assert.strictEqual(lines.length, 3);
	const diff = core.csvText(await randomFlame(2, 2), 1).split("\n");
	assert.ok(
		diff[0].startsWith("before flat,before flat%,before cum,before cum%,after flat,"),
	);
});

run();
