#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The scripts of src/render/web/ and of the tests: errors that eslint finds, and the layout that
// prettier gives. `node tests/check-web.js --fix` sets the layout. Prints TAP.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const TOP = process.env.top_srcdir || path.join(__dirname, "..");
process.env.top_builddir ||= path.join(TOP, "build");
const { install, load } = require("./browser/lib/install.js");
const { config } = require("./browser/eslint.config.js");
const { run, skip, test } = require("./browser/lib/tap.js");

const WEB = path.join(TOP, "src", "render", "web");
const PRODUCTS = ["page", "svg"];
const LAYOUT = { useTabs: true, tabWidth: 8, printWidth: 100 };

/** Files below a folder with one of the endings, sorted. */
function filesOf(folder, ...endings) {
	if (!fs.existsSync(folder)) return [];
	return fs
		.readdirSync(folder, { withFileTypes: true })
		.flatMap((entry) => {
			const full = path.join(folder, entry.name);
			if (entry.isDirectory())
				return entry.name === "node_modules"
					? []
					: filesOf(full, ...endings);
			return endings.some((ending) => entry.name.endsWith(ending)) ? [full] : [];
		})
		.sort();
}

const short = (file) => path.relative(TOP, file);
const read = (file) => fs.readFileSync(file, "utf8");

/** The scripts of a product in the order in which they are put together: main.js is last. */
function scriptsOf(product) {
	const all = ["core", product].flatMap((name) =>
		filesOf(path.join(WEB, name), ".js").filter(
			(file) => path.dirname(file) === path.join(WEB, name),
		),
	);
	const last = (file) => path.basename(file) === "main.js";
	return [...all.filter((file) => !last(file)), ...all.filter(last)];
}

/** All of a product as it runs, in one function, and for each of its lines where it is from. */
function together(product) {
	const lines = ['(function () { "use strict";'];
	const from = [null];
	for (const file of scriptsOf(product))
		read(file)
			.split("\n")
			.forEach((text, i) => {
				lines.push(text);
				from.push({ file, line: i + 1 });
			});
	return { text: [...lines, "})();"].join("\n"), from };
}

async function eslint(kind, text, filePath) {
	const { ESLint } = load("eslint");
	const linter = new ESLint({
		cwd: TOP,
		overrideConfigFile: true,
		overrideConfig: config(kind),
		ignore: false,
	});
	const [result] = await linter.lintText(text, { filePath });
	return result ? result.messages : [];
}

const say = (where, m) =>
	`${short(where.file)}:${where.line}: ${m.message} (${m.ruleId || "syntax"})`;

/** Lengths are those of the files, not of all of them together. */
const OF_FILES = new Set(["max-lines"]);

/** What is wrong with a product: lines, and apart from them what of core/ it does not use. */
async function productFindings(product) {
	const { text, from } = together(product);
	const findings = [];
	const unused = new Set();

	for (const m of await eslint("web", text, path.join(TOP, `${product}.js`))) {
		const where = from[m.line - 1] || { file: path.join(WEB, product), line: m.line };
		if (
			OF_FILES.has(m.ruleId) ||
			(m.ruleId === "max-lines-per-function" && !from[m.line - 1])
		)
			continue;
		const core = path.dirname(where.file) === path.join(WEB, "core");
		if (core && m.ruleId === "no-unused-vars") unused.add(say(where, m));
		else findings.push(say(where, m));
	}
	return { findings, unused };
}

async function checkProducts() {
	const all = await Promise.all(PRODUCTS.map(productFindings));
	const asked = filesOf(path.join(TOP, "tests", "web"), ".js")
		.map(read)
		.join("\n");
	const unused = [...all[0].unused].filter(
		(one) =>
			all.every((product) => product.unused.has(one)) &&
			!new RegExp(`\\b${/'([^']+)'/.exec(one)[1].replace("$", "\\$")}\\b`).test(
				asked,
			),
	);
	return [...new Set([...all.flatMap((product) => product.findings), ...unused])];
}

async function checkTests() {
	const files = ["browser", "web"].flatMap((name) =>
		filesOf(path.join(TOP, "tests", name), ".js"),
	);
	const found = [];
	for (const file of [...files, __filename])
		for (const m of await eslint("test", read(file), file))
			found.push(say({ file, line: m.line }, m));
	return found;
}

function checkHeads() {
	return [...filesOf(WEB, ".js", ".css", ".html"), ...filesOf(path.join(TOP, "tests"), ".js")]
		.filter(
			(file) =>
				!read(file)
					.split("\n")
					.slice(0, 3)
					.join("\n")
					.includes("SPDX-License-Identifier: Apache-2.0"),
		)
		.map((file) => `${short(file)}: no SPDX line`);
}

function checkLengths() {
	return [...filesOf(WEB, ".js"), ...filesOf(path.join(TOP, "tests"), ".js")]
		.map((file) => [file, read(file).split("\n").length - 1])
		.filter(([, lines]) => lines > 600)
		.map(([file, lines]) => `${short(file)}: ${lines} lines, over 600`);
}

const laidOut = () => [
	...filesOf(WEB, ".js", ".css"),
	...["browser", "web"].flatMap((name) => filesOf(path.join(TOP, "tests", name), ".js")),
	__filename,
];

/** Where two texts begin to differ: a line of each. */
function firstDifference(have, want) {
	const a = have.split("\n");
	const b = want.split("\n");
	const at = a.findIndex((text, i) => text !== b[i]);
	return `${at + 1}: ${JSON.stringify(a[at])}, not ${JSON.stringify(b[at])}`;
}

async function checkLayout(fix) {
	const prettier = load("prettier");
	const found = [];
	for (const file of laidOut()) {
		const have = read(file);
		const want = await prettier.format(have, { ...LAYOUT, filepath: file });
		if (have === want) continue;
		if (fix) fs.writeFileSync(file, want);
		found.push(`${short(file)}:${firstDifference(have, want)}`);
	}
	return found;
}

/** A test that fails with what `check` found. */
function lint(name, check) {
	test(name, async () => {
		const found = await check();
		if (found.length) {
			const error = new Error();
			error.stack = found.join("\n");
			throw error;
		}
	});
}

async function main() {
	if (process.argv[2] === "--fix") {
		const why = install();
		if (why) throw new Error(why);
		for (const line of await checkLayout(true)) console.log(line);
		return;
	}
	lint("scripts of the products, as they run", checkProducts);
	lint("scripts of the tests", checkTests);
	lint("SPDX line in every script", checkHeads);
	lint("no script over 600 lines", checkLengths);
	lint("layout as prettier has it (node tests/check-web.js --fix)", () => checkLayout(false));
	await run({
		before: () => {
			const why = install();
			if (why) skip(why);
		},
	});
}

main();
