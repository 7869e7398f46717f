#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Everything by the keyboard, and for those who do not see it: every key does what the help says, Tab
// reaches every control, all have roles and names, what is moved to is said aloud.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const {
	canvasHash,
	press,
	screenHash,
	settle,
	start,
	stop,
	withPage,
} = require("./lib/browser.js");
const { flame } = require("./lib/cli.js");
const { plain, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const {
	PARTS,
	focusFrames,
	fragmentOf,
	live,
	search,
	stateOf,
	textOf,
	toMain,
	watchCopies,
	withFrames,
} = require("./lib/ui.js");

const list = plain().map((sample, i) => ({ ...sample, labels: [["thread", `worker-${i % 3}`]] }));
let html = null;
let diff = null;

const page = (body, options) => withFrames(html, options, body);

/** The state's field after keys, from the root's child on. */
const STATES = [
	[["2"], "v", "table"],
	[["3"], "v", "tree"],
	[["4"], "v", "sandwich"],
	[["i"], "v", "inverted"],
	[["i", "i"], "v", "flame"],
	[["o"], "y", "icicle"],
	[["o", "o"], "y", "flame"],
	[["c"], "c", "hot"],
	[["c", "C"], "c", "pkg"],
	[["v"], "t", "samples"],
	[["v", "V"], "t", "cpu"],
	[["s"], "v", "sandwich"],
	[["s", "q"], "v", "flame"],
	[["*"], "s", /main/],
	[["#"], "s", /main/],
	[["*", "Escape"], "s", ""],
	[["d"], "x", /^d:main/],
	[["m"], "x", /^m:main/],
	[["f"], "x", /^f:main/],
	[["r"], "x", /^r:/],
	[["P"], "x", /^p:main/],
	[["m", "u"], "x", ""],
	[["m", "r", "U"], "x", ""],
	[["Enter"], "z", "main"],
	[["Enter", "Backspace"], "z", ""],
	[["Enter", "<"], "z", "main"],
	[["Enter", "0"], "z", ""],
	[["Enter", "Escape"], "z", ""],
];

for (const [keys, field, want] of STATES)
	test(`${keys.join(" ")}: ${field} is ${want}`, () =>
		page(async (p) => {
			await toMain(p);
			await press(p, ...keys);
			const state = await stateOf(p);
			const value = Array.isArray(state[field])
				? state[field].join(" ")
				: state[field];
			if (want instanceof RegExp) assert.match(String(value), want);
			else assert.equal(value, want);
		}));

test("1 to the last view: what the tabs say", () =>
	page(async (p) => {
		const tabs = await p.evaluate(() =>
			[...document.querySelectorAll('[role="tab"]:not([hidden])')].map((tab) => [
				tab.dataset.view,
				(/\((\d)\)/.exec(tab.title) || [])[1],
			]),
		);
		assert.ok(tabs.length >= 5);
		for (const [view, key] of tabs) {
			await p.keyboard.press(key);
			await settle(p);
			assert.equal((await stateOf(p)).v, view, key);
		}
	}));

test("D: width of a diff, all four", () =>
	withPage(diff, {}, async (p) => {
		await focusFrames(p);
		const seen = [(await stateOf(p)).w];
		for (let i = 0; i < 3; i++) {
			await press(p, "D");
			seen.push((await stateOf(p)).w);
		}
		assert.deepEqual(seen, ["after", "before", "max", "union"]);
	}));

for (const [keys, what] of [
	["ArrowUp ArrowDown ArrowLeft ArrowRight", "arrows"],
	["k j h l", "k j h l"],
])
	test(`${what}: to parent, child, and aside, and all of it is said aloud`, () =>
		page(async (p) => {
			await toMain(p);
			const [up, down, left, right] = keys.split(" ");
			const away = (await stateOf(p)).y === "flame" ? up : down;
			const home = away === up ? down : up;
			await press(p, away);
			const child = await textOf(p, "details");
			const said = await live(p);
			assert.ok(said.length > 5, "nothing is said");
			await press(p, right);
			const beside = await textOf(p, "details");
			assert.notEqual(beside, child);
			assert.notEqual(await live(p), said);
			await press(p, left);
			assert.equal(await textOf(p, "details"), child);
			await press(p, home);
			assert.match(await textOf(p, "details"), /^main/);
		}));

for (const keys of [
	["G", "g"],
	["End", "Home"],
	["$", "^"],
])
	test(`${keys.join(" and ")}: the one end and the other`, () =>
		page(async (p) => {
			await toMain(p);
			await press(p, (await stateOf(p)).y === "flame" ? "ArrowUp" : "ArrowDown");
			await press(p, keys[0]);
			const one = await textOf(p, "details");
			await press(p, keys[1]);
			assert.notEqual(await textOf(p, "details"), one);
		}));

test("PageUp, PageDown, Space, b: scroll what is deeper than the window", () =>
	page(
		async (p) => {
			const top = () =>
				p.evaluate(
					(s) => document.querySelector(s).scrollTop,
					PARTS.frames,
				);
			await press(p, "Home", "PageUp", "PageUp", "PageUp");
			const first = await top();
			await press(p, "PageDown");
			assert.ok((await top()) > first, `${first}`);
			await press(p, "PageUp");
			assert.equal(await top(), first);
			await press(p, " ");
			assert.ok((await top()) > first);
			await press(p, "b");
			assert.equal(await top(), first);
		},
		{ viewport: { width: 1000, height: 330 } },
	));

for (const view of ["flame", "tree", "table", "sandwich"])
	test(`Escape goes from the search to what it is in: ${view}`, () =>
		page(
			async (p) => {
				await press(p, "/");
				await press(p, "Escape");
				const focus = await p.evaluate(
					() => document.activeElement.closest("#main")?.id,
				);
				assert.equal(focus, "main");
			},
			{ fragment: `#v=${view}` },
		));

test("/ and Ctrl+F go to the search, Escape leaves it", () =>
	page(async (p) => {
		const focused = () => p.evaluate(() => document.activeElement.id);
		for (const key of ["/", "Control+f"]) {
			await press(p, key);
			assert.equal(await focused(), "query");
			await p.keyboard.type("alloc");
			await press(p, "Escape");
			assert.notEqual(await focused(), "query");
			assert.equal((await stateOf(p)).s, "");
		}
	}));

for (const key of ["?", "F1"])
	test(`${key}: all keys, until Escape`, () =>
		page(async (p) => {
			await press(p, key);
			assert.equal(await p.locator(PARTS.help).isVisible(), true);
			const text = await textOf(p, "help");
			for (const word of ["Enter", "Backspace", "Esc", "zoom", "search", "undo"])
				assert.ok(text.includes(word), `the help has no ${word}`);
			await press(p, "Escape");
			assert.equal(await p.locator(PARTS.help).isVisible(), false);
		}));

for (const key of ["ContextMenu", "Shift+F10", "t", "w"])
	test(`${key}: a menu that has the focus, and gives it back`, () =>
		page(async (p) => {
			await toMain(p);
			await press(p, key);
			assert.equal(await p.locator(PARTS.menu).isVisible(), true);
			const inside = () =>
				p.evaluate(
					(s) =>
						document
							.querySelector(s)
							.contains(document.activeElement),
					PARTS.menu,
				);
			assert.equal(await inside(), true);
			const first = await p.evaluate(() => document.activeElement.textContent);
			await press(p, "ArrowDown");
			assert.notEqual(
				await p.evaluate(() => document.activeElement.textContent),
				first,
			);
			await press(p, "Escape");
			assert.equal(await p.locator(PARTS.menu).isVisible(), false);
			assert.notEqual(
				await p.evaluate(() => document.activeElement.tagName),
				"BODY",
			);
		}));

test("t: a label chosen by keys filters, and U takes it back", () =>
	page(async (p) => {
		const total = () =>
			p.evaluate(
				() => globalThis.pyroprof.boxes("tree", 1000, 0.5, 0)[0].total[1],
			);
		const all = await total();
		await press(p, "t", "ArrowDown", "Enter");
		await settle(p);
		await press(p, "Escape");
		assert.equal((await stateOf(p)).l.length, 1, await fragmentOf(p));
		assert.ok((await total()) < all);
		await focusFrames(p);
		await press(p, "U");
		assert.equal(await total(), all);
	}));

for (const key of ["<", ">", ",", ".", "I"])
	test(`${key}: the table is sorted in another way`, () =>
		page(async (p) => {
			await press(p, "2");
			await p.focus(PARTS.rows);
			const before = (await stateOf(p)).k;
			await press(p, key);
			assert.notEqual((await stateOf(p)).k, before);
		}));

test("the tree by keys: open, close, to the parent, all, none", () =>
	page(async (p) => {
		const rows = () => p.getAttribute("#list", "aria-rowcount").then(Number);
		await press(p, "3");
		await p.focus(PARTS.rows);
		await press(p, "_", "Home");
		const few = await rows();
		await press(p, "E");
		const all = await rows();
		assert.ok(all > few && all > 500, `${few}, ${all}`);
		await press(p, "_");
		assert.ok((await rows()) < all);
		await press(p, "Home", "ArrowRight", "ArrowDown", "ArrowRight");
		const more = await rows();
		await press(p, "ArrowLeft");
		assert.ok((await rows()) <= more);
		const expanded = await p.locator(`${PARTS.rows} [aria-expanded]`).count();
		assert.ok(expanded > 0);
	}));

test("y and Y copy the name and the stack", async () => {
	await withPage(html, { permissions: ["clipboard-read", "clipboard-write"] }, async (p) => {
		const copies = await watchCopies(p);
		await focusFrames(p);
		await toMain(p);
		await press(p, "y", "Y");
		const copied = await copies();
		assert.equal(copied.length, 2);
		assert.equal(copied[0], "main");
		await press(p, (await stateOf(p)).y === "flame" ? "ArrowUp" : "ArrowDown");
		const told = await textOf(p, "details");
		await press(p, "Y");
		const [outer, inner, ...more] = (await copies())[2].split("\n");
		assert.equal(outer, "main");
		assert.ok(inner && told.startsWith(inner), inner);
		assert.deepEqual(more, []);
	});
});

/** All stops of Tab, once round: [name, role, visible focus]. */
async function tabStops(p) {
	await p.evaluate(() => document.activeElement.blur());
	const stops = [];
	for (let i = 0; i < 60; i++) {
		await p.keyboard.press("Tab");
		const stop = await p.evaluate(() => {
			const e = document.activeElement;
			if (!e || e === document.body) return null;
			const style = getComputedStyle(e);
			const first = e.dataset.stop;
			e.dataset.stop = "1";
			return {
				again: Boolean(first),
				what: `${e.tagName.toLowerCase()}#${e.id} ${e.textContent.slice(0, 20)}`,
				name: (
					e.getAttribute("aria-label") ||
					e.getAttribute("aria-labelledby") ||
					e.title ||
					e.textContent ||
					e.placeholder ||
					""
				).trim(),
				outline:
					style.outlineStyle !== "none" &&
					parseFloat(style.outlineWidth) > 0,
				shadow: style.boxShadow !== "none",
			};
		});
		if (!stop || stop.again) break;
		stops.push(stop);
	}
	return stops;
}

for (const view of ["flame", "table", "tree", "sandwich", "info", "inverted"])
	test(`${view}: Tab reaches every control, and is seen there`, () =>
		withPage(html, { fragment: `#v=${view}` }, async (p) => {
			const before = await p.evaluate(() =>
				[
					...document.querySelectorAll(
						"button, input, select, a[href], [tabindex='0']",
					),
				]
					.filter(
						(e) =>
							e.checkVisibility() &&
							!e.disabled &&
							e.tabIndex >= 0 &&
							!e.closest("[hidden]"),
					)
					.map(
						(e) =>
							`${e.tagName.toLowerCase()}#${e.id} ${e.textContent.slice(0, 20)}`,
					),
			);
			const stops = await tabStops(p);
			const reached = stops.map(({ what }) => what);
			for (const control of before)
				assert.ok(reached.includes(control), `${control} is not reached`);
			for (const { what, name, outline, shadow } of stops) {
				assert.ok(name, `${what} has no name`);
				assert.ok(
					outline || shadow,
					`${what}: one does not see that it has the focus`,
				);
			}
		}));

/** In the page: elements whose roles, names or parents make no sense. */
function roleErrors() {
	const bad = [];
	const say = (e, what) =>
		bad.push(`${e.tagName.toLowerCase()}#${e.id}.${e.className}: ${what}`);
	const inside = {
		tab: "tablist",
		treeitem: "tree",
		row: "grid,treegrid,table",
		gridcell: "row",
		columnheader: "row",
		menuitem: "menu",
		menuitemradio: "menu",
		menuitemcheckbox: "menu",
	};
	const seen = new Set();
	for (const e of document.querySelectorAll("[id]")) {
		if (seen.has(e.id)) say(e, "the id is there twice");
		seen.add(e.id);
	}
	for (const e of document.querySelectorAll("[role]")) {
		const role = e.getAttribute("role");
		const parents = inside[role];
		if (
			parents &&
			!parents.split(",").some((p) => e.parentElement.closest(`[role="${p}"]`))
		)
			say(e, `${role} is in no ${parents}`);
	}
	for (const e of document.querySelectorAll(
		"button, input, select, [role='tree'], [role='grid'], " +
			"[role='treegrid'], [role='tablist'], dialog, nav",
	)) {
		const label =
			e.getAttribute("aria-label") || e.textContent || e.title || e.placeholder;
		if (e.checkVisibility() && !label.trim()) say(e, "has no name");
	}
	for (const e of document.querySelectorAll("[aria-activedescendant]")) {
		const id = e.getAttribute("aria-activedescendant");
		if (id && e.checkVisibility() && !document.getElementById(id))
			say(e, `there is no ${id}`);
	}
	for (const e of document.querySelectorAll("canvas"))
		if (
			e.checkVisibility() &&
			e.getAttribute("aria-hidden") !== "true" &&
			!e.getAttribute("aria-label")
		)
			say(e, "says nothing");
	if (document.querySelectorAll("main").length !== 1) bad.push("not one <main>");
	if (document.querySelectorAll("h1").length !== 1) bad.push("not one <h1>");
	if (!document.documentElement.lang) bad.push("no lang");
	if (!document.querySelector("[aria-live], [role='status']"))
		bad.push("nothing is said aloud");
	return bad;
}

for (const view of ["flame", "inverted", "table", "tree", "sandwich", "info"])
	test(`${view}: roles and names make sense`, () =>
		withPage(html, { fragment: `#v=${view}` }, async (p) => {
			await p.keyboard.press("ArrowDown");
			await settle(p);
			assert.deepEqual(await p.evaluate(roleErrors), []);
		}));

test("the frames are a tree with levels, and the selected one is the active one", () =>
	page(async (p) => {
		await toMain(p);
		const tree = await p.evaluate((selector) => {
			const e = document.querySelector(selector);
			const active = document.getElementById(
				e.getAttribute("aria-activedescendant"),
			);
			return {
				role: e.getAttribute("role"),
				selected: active.getAttribute("aria-selected"),
				level: active.getAttribute("aria-level"),
				text: active.textContent,
				children: e.querySelectorAll('[role="treeitem"][aria-level="3"]')
					.length,
			};
		}, PARTS.frames);
		assert.equal(tree.role, "tree");
		assert.equal(tree.selected, "true");
		assert.equal(tree.level, "2");
		assert.match(tree.text, /^main\b.*%/);
		assert.ok(tree.children > 0);
	}));

test("what a search finds is said", () =>
	page(async (p) => {
		await search(p, "alloc");
		const polite = await p.evaluate(() => {
			const e = document.querySelector("#matched");
			return [
				e.tagName,
				e.getAttribute("role"),
				e.getAttribute("aria-live"),
				e.textContent,
			];
		});
		assert.ok(
			polite[0] === "OUTPUT" || polite[1] === "status" || polite[2],
			JSON.stringify(polite),
		);
		assert.match(polite[3], /%/);
	}));

test("keys in the search field are letters", () =>
	page(async (p) => {
		await press(p, "/");
		const before = await stateOf(p);
		await p.keyboard.type("iocvsdmfr0123");
		await settle(p);
		const after = await stateOf(p);
		assert.deepEqual({ ...after, s: "" }, { ...before, s: "" });
		assert.equal(after.s, "iocvsdmfr0123");
	}));

/** The keys that tests press, here or elsewhere: where their sources name them. */
function pressedKeys() {
	const calls =
		/\bpress\(([^()]*)\)|^\t\[\[([^\]]*)\]|\bkeys? of \[([^;]*?)\]\)$|^\t\[("[^\]]*)\],$/gms;
	const keys = new Set();
	for (const name of fs.readdirSync(__dirname).filter((each) => each.endsWith(".js")))
		for (const call of fs
			.readFileSync(path.join(__dirname, name), "utf8")
			.matchAll(calls))
			for (const [, text] of call
				.slice(1)
				.join(" ")
				.matchAll(/"([^"]+)"/g))
				keys.add(text.replace("Control+w", "Ctrl+W"));
	return keys;
}

test("every key of the help has a test", () =>
	page(async (p) => {
		await press(p, "?");
		const shown = await p.evaluate(() =>
			[...document.querySelectorAll("#help kbd")].map((e) => e.textContent),
		);
		const actions = shown.slice(shown.indexOf("Enter"));
		assert.ok(actions.length > 30, `${actions.length} lines`);
		const pressed = pressedKeys();
		assert.deepEqual(
			actions
				.join(" ")
				.split(" ")
				.filter((key) => !pressed.has(key)),
			[],
		);
	}));

test("[ and ] go through the history", () =>
	page(async (p) => {
		await toMain(p);
		await press(p, "Enter");
		assert.deepEqual((await stateOf(p)).z, ["main"]);
		await press(p, "[");
		await p.waitForFunction(() => globalThis.pyroprof.state().z.length === 0);
		await press(p, "]");
		await p.waitForFunction(() => globalThis.pyroprof.state().z.length === 1);
	}));

test("keys that mean nothing do nothing", () =>
	page(async (p) => {
		await settle(p);
		const before = [
			await canvasHash(p),
			await screenHash(p),
			JSON.stringify(await stateOf(p)),
		];
		await press(p, "Shift", "F9", "Insert", "~", "Z", "Alt", "%");
		assert.deepEqual(
			[
				await canvasHash(p),
				await screenHash(p),
				JSON.stringify(await stateOf(p)),
			],
			before,
		);
	}));

run({
	before: async () => {
		await start();
		html = flame("html", write("plain", list));
		const both = sides();
		diff = flame(
			"html",
			write("after", both.after),
			`--diff-base=${write("before", both.before)}`,
		);
	},
	after: stop,
});
