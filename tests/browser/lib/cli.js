// SPDX-License-Identifier: Apache-2.0
// The program under test, and what it writes.
"use strict";

const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { file } = require("./browser.js");
const { comment } = require("./tap.js");

const PROGRAM = process.env.PYROPROF || path.join(process.env.top_builddir || "build", "pyroprof");

/** Run pyroprof; throws if it fails. Its output as text. */
function pyroprof(...args) {
	const run = spawnSync(PROGRAM, args, { encoding: "utf8", maxBuffer: 1 << 30 });
	if (run.status !== 0)
		throw new Error(
			`pyroprof ${args.join(" ")}: ${run.status ?? run.signal ?? run.error}: ${run.stderr}`,
		);
	return run.stdout;
}

let made = 0;

/** Make a flame graph; `ending` is html or svg. Its name. */
function flame(ending, profile, ...args) {
	const out = file(`flame-${++made}.${ending}`);
	pyroprof("flame", "-q", ...args, "-o", out, profile);
	return out;
}

/** The boxes of the C code, as the page has them. */
function boxes(profile, ...args) {
	const text = pyroprof("flame", "--format=boxes", ...args, profile);
	return text
		.split("\n")
		.filter(Boolean)
		.map((line) => {
			const [depth, x, w, func, node, count, above, ...values] = JSON.parse(line);
			const sides = values.length / 2;
			const both = (list) => (list.length === 1 ? [0, list[0]] : list);
			const [total, self] = [values.slice(0, sides), values.slice(sides)].map(
				both,
			);
			return {
				depth,
				x,
				w,
				func,
				node,
				count,
				above: Boolean(above),
				total,
				self,
			};
		});
}

/** That an SVG is well-formed; where there is no xmllint, that nothing is known is said. */
function lint(name) {
	const done = spawnSync("xmllint", ["--noout", "--nonet", "--huge", name], {
		encoding: "utf8",
	});
	if (done.error) comment(`${name} is not looked at: ${done.error.message}`);
	else assert.equal(done.status, 0, done.stderr.slice(0, 500));
	return !done.error;
}

/** A report as JSON. */
const json = (...args) => JSON.parse(pyroprof(args[0], "--format=json", ...args.slice(1)));

module.exports = { boxes, flame, json, lint, pyroprof };
