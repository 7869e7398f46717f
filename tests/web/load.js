// SPDX-License-Identifier: Apache-2.0
// For tests of src/render/web/core: its scripts as one scope, as they are put together for a page,
// and TAP.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const root = process.env.top_srcdir || path.join(__dirname, "..", "..");
const core = path.join(root, "src", "render", "web", "core");

/** The names that a script defines for all others. */
function namesOf(source) {
	const names = [];
	for (const match of source.matchAll(
		/^(?:async function|function\*?|class|const|let) (\w+)/gm,
	)) {
		names.push(match[1]);
	}
	return names;
}

/** All that the scripts define; an Error if two define the same name. */
function load() {
	const files = fs.readdirSync(core).filter((file) => file.endsWith(".js"));
	const names = new Map();
	let all = "";
	for (const file of files.sort()) {
		const source = fs.readFileSync(path.join(core, file), "utf8");
		for (const name of namesOf(source)) {
			if (names.has(name))
				throw new Error(`${name} is in ${names.get(name)} and ${file}`);
			names.set(name, file);
		}
		all += source + "\n";
	}
	const result = `return {${[...names.keys()].join(",")}};`;
	const wrapped = `(function () {"use strict";${all}${result}})`;
	return vm.runInThisContext(wrapped, { filename: "core.js" })();
}

const tests = [];

/** Add a test, which may be asynchronous; it returns skip(reason), its argument, to be skipped. */
function test(name, body) {
	tests.push({ name, body });
}

/** Run all that were added. */
async function run() {
	let failed = 0;
	console.log(`1..${tests.length}`);
	for (const [i, { name, body }] of tests.entries()) {
		try {
			const skipped = await body((reason) => ` # SKIP ${reason}`);
			console.log(`ok ${i + 1} - ${name}${skipped || ""}`);
		} catch (e) {
			failed++;
			console.log(`not ok ${i + 1} - ${name}`);
			console.log(String(e.stack || e).replace(/^/gm, "# "));
		}
	}
	process.exitCode = failed ? 1 : 0;
}

/** Random numbers that are the same in each run: a function of a limit. */
function random(seed) {
	let state = seed >>> 0;
	return (limit) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
	};
}

module.exports = { load, test, run, random };
