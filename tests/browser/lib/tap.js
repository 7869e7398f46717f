// SPDX-License-Identifier: Apache-2.0
// Tests that print TAP, one after the other.
"use strict";

const tests = [];

const PATIENCE = 120000; // ms, for one test

class Skip extends Error {}

/** Register a test; it passes if `body` returns. */
function test(name, body) {
	tests.push({ name, body });
}

/** Leave out the running test, and say why. */
function skip(reason) {
	throw new Skip(reason);
}

/** One line: TAP has no other kind. */
function line(text) {
	return String(text)
		.replace(/[\r\n]+/g, " ")
		.replace(/#/g, "\\#");
}

function comment(text) {
	for (const part of String(text).split("\n").slice(0, 40))
		process.stdout.write(`# ${part.slice(0, 1000)}\n`);
}

/** A promise that gives up after a while. */
function within(ms, promise) {
	let timer = null;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no end after ${ms / 1000} s`)), ms);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function runOne({ name, body }, number) {
	try {
		await within(PATIENCE, Promise.resolve().then(body));
		process.stdout.write(`ok ${number} - ${line(name)}\n`);
		return true;
	} catch (error) {
		if (error instanceof Skip) {
			process.stdout.write(
				`ok ${number} - ${line(name)} # SKIP ${line(error.message)}\n`,
			);
			return true;
		}
		process.stdout.write(`not ok ${number} - ${line(name)}\n`);
		comment((error && error.stack) || error);
		return false;
	}
}

/** Run what was registered; `around` is `{before, after}`. BROWSER_ONLY=REGEX takes some. */
async function run({ before, after } = {}) {
	const only = process.env.BROWSER_ONLY ? new RegExp(process.env.BROWSER_ONLY) : null;
	let failed = 0;
	let bailed = null;

	try {
		if (before) await before();
	} catch (error) {
		if (!(error instanceof Skip)) throw error;
		bailed = error.message;
	}
	if (bailed !== null) {
		process.stdout.write(`1..0 # SKIP ${line(bailed)}\n`);
		return;
	}
	const chosen = tests.filter((one) => !only || only.test(one.name));
	process.stdout.write(`1..${chosen.length}\n`);
	for (let i = 0; i < chosen.length; i++) if (!(await runOne(chosen[i], i + 1))) failed++;
	if (after) await after();
	process.exitCode = failed ? 1 : 0;
}

module.exports = { test, skip, comment, run };
