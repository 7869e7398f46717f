// SPDX-License-Identifier: Apache-2.0
// Names, colours and numbers in the page: the same as in C, by the same tables.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { load, test, run, random } = require("./load.js");

const core = load();
const root = process.env.top_srcdir || path.join(__dirname, "..", "..");

function read(...names) {
	return fs.readFileSync(path.join(root, ...names), "utf8");
}

/** The lines of a table that are not comments. */
function linesOf(name) {
	return read("tests", "web", name)
		.split("\n")
		.filter((line) => line && !line.startsWith("#"));
}

test("names that fit", () => {
	let name = "";
	let checked = 0;
	for (const line of linesOf("fit.tsv")) {
		if (!line.startsWith("\t")) {
			name = line;
			assert.strictEqual(core.fitName(name, Math.max(core.cells(name), 2)), name);
			continue;
		}
		const [, cells, want] = line.split("\t");
		assert.strictEqual(core.fitName(name, Number(cells)), want, `${name} in ${cells}`);
		checked++;
	}
	assert.ok(checked > 300);
});

test("small rooms", () => {
	assert.strictEqual(core.fitName("main", 0), "");
	assert.strictEqual(core.fitName("main", 1), "");
	assert.strictEqual(core.fitName("main", NaN), "");
	assert.strictEqual(core.fitName("main", 2), "ma");
	assert.strictEqual(core.fitName("", 10), "");
	assert.strictEqual(core.fitName("\u65e5\u672c", 3), "\u65e5");
});

test("unsafe characters", () => {
	assert.strictEqual(core.safeText("plain"), "plain");
	assert.strictEqual(core.safeText("a\nb\u0000\u007f"), "a\\x0ab\\x00\\x7f");
	assert.strictEqual(core.safeText("x\u202ey\u061c\u0085"), "x\\u{202e}y\\u{061c}\\u{0085}");
	assert.strictEqual(core.safeText("\ud800x\u{1f600}"), "\ufffdx\u{1f600}");
	assert.strictEqual(core.fitName("\u001b[2Jns::run", 4), "run");
});

test("decorations", () => {
	assert.strictEqual(core.undecorated("a::f::h0123456789abcdef"), "a::f");
	assert.strictEqual(core.undecorated("f.part.0.isra.1.cold"), "f");
	assert.strictEqual(core.undecorated("com.acme.Store.cold"), "com.acme.Store.cold");
	assert.strictEqual(core.undecorated("f [clone .constprop.0] [clone .cold]"), "f");
	assert.strictEqual(core.undecorated("f_[k]"), "f");
	assert.strictEqual(core.undecorated("f@@GLIBC_2.2.5"), "f");
	assert.strictEqual(core.undecorated("user@host.name"), "user@host.name");
	assert.strictEqual(core.undecorated("operator new []"), "operator new []");
	assert.strictEqual(core.undecorated(".cold"), ".cold");
});

/** Code points of the tables of src/base/cells.c. */
function cellsInC() {
	const cells = new Map();
	const source = read("src", "base", "cells.c");
	for (const [name, value] of [
		["zero", 0],
		["wide", 2],
	]) {
		const table = source.split(`range ${name}[] = {`)[1].split("};")[0];
		for (const [, first, last] of table.matchAll(/\{(0x\w+), (0x\w+)\}/g)) {
			for (let c = Number(first); c <= Number(last); c++) cells.set(c, value);
		}
	}
	return cells;
}

test("cells of all characters are those of C", () => {
	const cells = cellsInC();
	assert.ok(cells.size > 100000);
	for (let c = 0; c <= 0x10ffff; c++) {
		const want = cells.has(c) ? cells.get(c) : 1;
		if (core.cellsOf(c) !== want)
			assert.fail(`U+${c.toString(16)}: ${core.cellsOf(c)}`);
	}
	assert.strictEqual(core.cells("e\u0301\u65e5"), 3);
});

test("hostile names: never too long, never nothing", () => {
	const bits = [
		"operator<",
		"<",
		">",
		"(*",
		")",
		"[",
		"]",
		"{",
		"}",
		"::",
		".",
		"/",
		" as ",
		"$A",
	];
	const more = [
		...bits,
		" ",
		":",
		"f",
		"-",
		"e\u0301",
		"\u65e5",
		"'",
		"__proto__",
		"constructor",
	];
	const pick = random(1);
	for (let round = 0; round < 3000; round++) {
		let name = "";
		for (let i = 0; i <= round % 23; i++) name += more[pick(more.length)];
		for (let most = 2; most < 40; most++) {
			const text = core.fitName(name, most);
			assert.ok(text && core.cells(text) <= most, `${name} in ${most}: ${text}`);
		}
	}
});

test("deep and long names", () => {
	for (const bit of ["<", "(", "f<", "a::", "a.", "<a>::<b as c>", "$A", "[a]"]) {
		const text = core.fitName(`${bit.repeat(20000 / bit.length)}last`, 12);
		assert.ok(core.cells(text) <= 12 && text.endsWith("last"), `${bit}: ${text}`);
	}
});

const palette = JSON.parse(read("tests", "web", "palette.json"));

/** A flame of as many functions as there are things to be coloured by. */
function flameOf(funcs) {
	const column = (key) => Uint8Array.from([0, ...funcs.map((f) => f[key])]);
	return {
		funcs: {
			kind: column("kind"),
			hue: column("hue"),
			shade: column("shade"),
			objectHue: column("objectHue"),
		},
	};
}

test("colours", () => {
	let checked = 0;
	for (const line of linesOf("colours.tsv")) {
		const [scheme, theme, ...rest] = line.split("\t");
		const [kind, hue, shade, objectHue, share, selfShare, delta, significant, isRun] =
			rest.map(Number);
		const facts = {
			share: share / 1000,
			selfShare: selfShare / 1000,
			delta: delta / 1000,
			significant: significant !== 0,
		};
		const flame = flameOf([{ kind, hue, shade, objectHue }]);
		const dark = theme === "dark";
		const fill = core.fillOf(palette, scheme, flame, isRun ? -1 : 1, facts, dark);
		assert.deepStrictEqual([fill, core.textOn(fill)], rest.slice(9), line);
		if (isRun)
			assert.strictEqual(
				core.fillOf(palette, scheme, flame, 0, facts, dark),
				fill,
			);
		checked++;
	}
	assert.ok(checked > 50);
});

/** WCAG 2.1, 1.4.3. */
function contrast(a, b) {
	const [x, y] = [a, b].map((colour) => {
		const [r, g, blue] = [1, 3, 5].map((at) => {
			const c = parseInt(colour.slice(at, at + 2), 16) / 255;
			return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
	});
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

test("all schemes can be read, in both themes", () => {
	const funcs = [];
	for (let i = 0; i < 24 * 4 * 5; i++) {
		const hue = (i >> 2) % 24;
		funcs.push({ kind: Math.floor(i / 96), hue, shade: i % 4, objectHue: hue });
	}
	const flame = flameOf(funcs);
	const fills = new Set();
	for (const scheme of core.SCHEMES) {
		for (const dark of [false, true]) {
			for (let i = 0; i <= funcs.length; i++) {
				const part = i / funcs.length;
				const delta = 2 * part - 1;
				const facts = {
					share: part,
					selfShare: part,
					delta,
					significant: i % 7 > 0,
				};
				fills.add(core.fillOf(palette, scheme, flame, i, facts, dark));
			}
			fills.add(core.matchFill(palette, dark));
		}
	}
	// every colour of the tables, and nothing else
	const all = new Set();
	for (const table of [palette.light, palette.dark].flatMap(Object.values)) {
		for (const colour of table.match(/.{6}/g)) all.add(`#${colour}`);
	}
	assert.deepStrictEqual([...fills].sort(), [...all].sort());
	for (const fill of fills) {
		const text = core.textOn(fill);
		assert.ok(
			contrast(fill, text) >= 4.5,
			`${text} on ${fill}: ${contrast(fill, text)}`,
		);
	}
});

test("facts that are none", () => {
	const flame = flameOf([{ kind: 0, hue: 0, shade: 0, objectHue: 0 }]);
	for (const scheme of core.SCHEMES) {
		for (const odd of [-1, 2, 1e300, NaN, Infinity, -Infinity, undefined]) {
			const facts = { share: odd, selfShare: odd, delta: odd, significant: true };
			const fill = core.fillOf(palette, scheme, flame, 1, facts, false);
			assert.match(fill, /^#[0-9a-f]{6}$/, `${scheme} ${odd}`);
		}
		assert.match(core.fillOf(palette, scheme, flame, 1, null, true), /^#[0-9a-f]{6}$/);
	}
});

test("quantities in a unit that is wanted, where it is one of theirs", () => {
	assert.strictEqual(core.quantity(1.5e9, "nanoseconds", "ms"), "1500ms");
	assert.strictEqual(core.quantity(1.5e9, "nanoseconds", "Seconds"), "1.50s");
	assert.strictEqual(core.quantity(1234, "nanoseconds", "s"), "0");
	assert.strictEqual(core.quantity(-2048, "bytes", "MB"), "0");
	assert.strictEqual(core.quantity(-2048, "bytes", "B"), "-2048B");
	assert.strictEqual(core.quantity(2048, "bytes", "ms"), "2kB");
	assert.strictEqual(core.quantity(5, "count", "ms"), "5");
});

test("quantities and percentages", () => {
	let checked = 0;
	for (const line of linesOf("units.tsv")) {
		const [value, total, unit, quantity, percent] = line.split("\t");
		assert.strictEqual(core.quantity(Number(value), unit), quantity, line);
		assert.strictEqual(core.percent(Number(value), Number(total)), percent, line);
		checked++;
	}
	assert.ok(checked > 20);
});

run();
