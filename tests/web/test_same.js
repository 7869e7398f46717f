// SPDX-License-Identifier: Apache-2.0
// The page's scripts and the C code make the same boxes of the same data: `pyroprof flame` writes a
// page, whose block is laid out here, and prints its own list of boxes.
"use strict";

const assert = require("node:assert");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { load, test, run, random } = require("./load.js");
const { encodeTree } = require("./encode.js");
const { randomTree } = require("./naive.js");

const core = load();
const pyroprof = process.env.PYROPROF;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "web-"));
process.on("exit", () => fs.rmSync(dir, { recursive: true }));

/** A random profile as a file; those of one seed share functions. */
async function writeProfile(name, seed, negative) {
	const tree = randomTree(random(seed), { nodes: 3000, nfuncs: 90, sides: 1, negative });
	const flame = await core.decodeBlock(encodeTree(tree));
	const file = path.join(dir, name);
	fs.writeFileSync(file, await core.pprofBytes(flame));
	return file;
}

/** Standard output of a command that succeeds. */
function output(args) {
	const done = spawnSync(pyroprof, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
	assert.strictEqual(done.status, 0, `${args.join(" ")}: ${done.stderr}`);
	return done.stdout;
}

/** Why there is nothing to compare with; "" if there is. */
function missing() {
	return pyroprof ? "" : "PYROPROF is not set";
}

const rounded = (value) => Number(value.toPrecision(9));

/** The boxes that a page has for arguments of `pyroprof flame`: a function of what is drawn. */
async function pageBoxes(args, order, width, min) {
	const html = output(["flame", ...args, "--format=html", "-o", "-"]);
	const [, block] = /id="pyroprof-data"[^>]*>([^<]*)</.exec(html);
	const flame = await core.decodeBlock(block.trim());
	const { meta } = flame;
	const normalize = meta.diff.normalize !== false;
	const measure = { type: meta.default, width: meta.diff.width || "after", normalize };
	const sorted = core.sortFlame(flame, order, core.extentsOf(flame, measure));
	const view = { ...sorted, measure, order, width, min };
	const make = {
		tree: () => core.treeBoxes(view, 0),
		inverted: () => core.invertedBoxes(view, []),
		callers: (name) => core.callersBoxes(view, flame.funcs.name.indexOf(name)),
		callees: (name) => core.calleesBoxes(view, flame.funcs.name.indexOf(name)),
	};
	const sides = meta.sides === 2 ? [0, 1] : [1];
	return (what) => {
		const [kind, name] = what.split(":");
		return make[kind](name).map((box) => [
			box.depth,
			rounded(box.x),
			rounded(box.w),
			box.func,
			box.node,
			box.count,
			box.above,
			...sides.map((side) => box.total[side]),
			...sides.map((side) => box.self[side]),
		]);
	};
}

async function compare(files, options) {
	let boxes = 0;
	for (const order of ["weight", "name", "input"]) {
		for (const [width, min] of [
			[1200, 0.5],
			[700, 6],
		]) {
			const look = [`--order=${order}`, `--width=${width}`, `--minwidth=${min}`];
			const args = [...files, ...options, ...look, "--sample-index=cpu"];
			const page = await pageBoxes(args, order, width, min);
			for (const what of ["tree", "inverted", "callers:f007", "callees:f007"]) {
				const print = ["--format=boxes", `--boxes=${what}`, "-o", "-"];
				const lines = output(["flame", ...args, ...print])
					.trim()
					.split("\n");
				assert.deepStrictEqual(
					page(what),
					lines.map((line) => JSON.parse(line)),
					`${args.join(" ")} ${what}`,
				);
				boxes += lines.length;
			}
		}
	}
	assert.ok(boxes > 1000, `only ${boxes} boxes`);
}

test("one profile", async (skip) => {
	if (missing()) return skip(missing());
	return compare([await writeProfile("one.pb.gz", 1, false)], []);
});

test("values below 0", async (skip) => {
	if (missing()) return skip(missing());
	return compare([await writeProfile("negative.pb.gz", 2, true)], []);
});

for (const width of ["after", "before", "max", "union"]) {
	test(`a diff, by width ${width}`, async (skip) => {
		if (missing()) return skip(missing());
		const base = await writeProfile("before.pb.gz", 3, false);
		const files = [await writeProfile("after.pb.gz", 4, false)];
		const options = ["--diff-base", base, `--diff-width=${width}`];
		await compare(files, options);
		return compare(files, [...options, "--no-normalize"]);
	});
}

run();
