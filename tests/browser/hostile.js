#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Names, titles, labels and comments that try to be something else: nothing runs, nothing breaks, and
// no text leaves its box.
"use strict";

const assert = require("node:assert/strict");
const { settle, start, stop, urlOf, withPage } = require("./lib/browser.js");
const { flame, lint } = require("./lib/cli.js");
const { colours, decode } = require("./lib/png.js");
const { write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");
const { search } = require("./lib/ui.js");

const NAMES = {
	"a closing script": "</script><script>globalThis.ran = 1</script>",
	"an image": '<img src=x onerror="globalThis.ran = 1">',
	"the end of CDATA": "]]><script>globalThis.ran = 1</script><![CDATA[",
	"a closing comment": "--><script>globalThis.ran = 1</script><!--",
	"an entity": "&lt;b&gt;&amp;&quot;&#x41;&nbsp;",
	quotes: '"\' onload="globalThis.ran = 1" x=\'',
	"a start tag of the data":
		'<script type="application/octet-stream" id="pyroprof-data">AAAA</script>',
	"a template":
		"{{constructor.constructor('globalThis.ran = 1')()}} \u0024{globalThis.ran = 1}",
	"control characters": Buffer.from(Array.from({ length: 32 }, (_, i) => i)),
	"DEL and C1": Buffer.from("\u007f\u0080\u0085\u009b2J\u009f"),
	"invalid UTF-8": Buffer.from([0x66, 0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5, 0x67]),
	"right to left": "abc\u202e\u2066evil\u2069\u202c\u200f\u061c xyz",
	"10,000 characters": "x".repeat(10000),
	"10,000 wide ones": "漢".repeat(10000),
	CJK: "日本語の関数名::処理する(文字列 const&)",
	emoji: "👩‍👩‍👧‍👦🏳️‍🌈🚀 launch 🇩🇪",
	combining: `z${"\u0301\u0323".repeat(200)}algo`,
	"full width": "ｆｕｎｃｔｉｏｎ＿ｎａｍｅ",
	"lone surrogates": Buffer.from([0xed, 0xa0, 0xbd, 0x20, 0xed, 0xb8, 0x80]),
	"line separators": "a\u2028b\u2029c\u0085d\ne\rf\tg",
	__proto__: "__proto__",
	constructor: "constructor",
	hasOwnProperty: "hasOwnProperty",
	toString: "toString",
	"only blanks": "   \t ",
	"semicolons and percents": "a;b%3Bc;%;;%25",
	"a fragment": "#z=main&s=x&v=table",
	arabic: "دالة_طويلة_جدا_لمعالجة_البيانات",
	"zero width": "a\u200b\u200c\u200d\ufeff\u2060b",
	"XML's forbidden": "\ufffe\uffff\ufdd0 x",
};

const one = [["samples", "count"]];
const listOf = (name) => [
	{ stack: ["main", name, "leaf"], values: [25], labels: [["key", name]] },
	{ stack: ["main"], values: [75] },
];
const texts = (name) => {
	const text = Buffer.isBuffer(name) ? name.toString("utf8") : name;
	return text.includes("\0") ? "title" : text;
};

/** What page and SVG are made with: the name wherever a text can be. */
function make(ending, name, ...more) {
	const title = texts(name).slice(0, 2000);
	const profile = write("hostile", listOf(name), one, {
		comments: [name],
		object: name,
		source: name,
	});
	const options = [`--title=${title}`, `--subtitle=${title}`, `--notes=${title}`];
	return flame(ending, profile, ...options, ...more);
}

for (const [what, name] of Object.entries(NAMES)) {
	test(`html: ${what}`, async () => {
		const html = make("html", name);
		await withPage(html, {}, async (page, log) => {
			for (const key of ["2", "3", "6", "1"]) await page.keyboard.press(key);
			await search(page, "leaf");
			assert.equal(
				await page.evaluate(() => Boolean(globalThis.ran)),
				false,
				"it ran",
			);
			assert.equal(await page.evaluate(() => document.images.length), 0);
			assert.equal(await page.evaluate(() => ({}).polluted), undefined);
			assert.deepEqual(log.requests, [urlOf(html)]);
		});
	});

	test(`svg: ${what}: well-formed, and runs nothing of it`, async () => {
		const svg = make("svg", name);
		lint(svg);
		await withPage(svg, {}, async (page, log) => {
			assert.equal(
				await page.evaluate(() => Boolean(globalThis.ran)),
				false,
				"it ran",
			);
			assert.deepEqual(log.requests, [urlOf(svg)]);
		});
	});
}

test("a name of nothing but tags is the function's name all the same", async () => {
	const name = "</script><img src=x onerror=alert(1)>";
	const profile = write("tags", listOf(name), one, { object: "program" });
	await withPage(flame("html", profile), { fragment: "#v=table" }, async (page) => {
		const names = await page.evaluate(() => globalThis.pyroprof.flame().funcs.name);
		assert.ok(names.includes(name), JSON.stringify(names));
		assert.match(await page.locator("#list").textContent(), /onerror=alert/);
	});
});

/** The colours to the right of the second row's frame, which is a quarter of the picture wide. */
async function assertInside(page, box, what) {
	const image = decode(await page.screenshot({ clip: box.clip, animations: "disabled" }));
	const beyond = colours(image, box.beyond);
	assert.ok(
		beyond.size <= 1,
		`${what}: beyond its box are ${[...beyond].slice(0, 5).join(" ")}`,
	);
	const inside = colours(image, box.inside);
	assert.ok(inside.size >= 1);
	return inside.size;
}

for (const [what, name] of Object.entries(NAMES))
	test(`no pixel of text outside its box: ${what}`, async () => {
		const list = [
			{ stack: ["m", name], values: [20] },
			{ stack: ["m"], values: [80] },
		];
		const html = flame("html", write("box", list, one));
		await withPage(html, { fragment: "#y=icicle&m=light" }, async (page) => {
			for (const width of [360, 900]) {
				await page.setViewportSize({ width, height: 500 });
				await settle(page);
				await settle(page);
				const rect = await page.evaluate(() => {
					const {
						x,
						y,
						width: w,
					} = document
						.querySelector("#paint")
						.getBoundingClientRect();
					return { x, y, w };
				});
				const end = 0.2 * rect.w;
				await assertInside(
					page,
					{
						clip: {
							x: rect.x,
							y: rect.y + 2 * 18,
							width: rect.w,
							height: 18,
						},
						beyond: {
							x: end + 2,
							y: 1,
							width: rect.w - end - 4,
							height: 15,
						},
						inside: {
							x: 1,
							y: 1,
							width: end - 2,
							height: 15,
						},
					},
					`${width} px`,
				);
			}
		});
	});

for (const [what, name] of Object.entries(NAMES))
	test(`svg: no pixel of text outside its box: ${what}`, async () => {
		const list = [
			{ stack: ["m", name], values: [20] },
			{ stack: ["m"], values: [80] },
		];
		// as C draws it, and as the script does
		for (const options of [["--no-js"], ["--data=full"]]) {
			const svg = flame("svg", write("box", list, one), "--inverted", ...options);
			const viewport = { width: 1200, height: 400 };
			await withPage(svg, { ready: false, viewport }, async (page) => {
				await page.evaluate(() => globalThis.pyroprof?.ready);
				await settle(page);
				const [m, leaf] = await page.evaluate(rectsOfNames);
				const beyond = leaf.x + leaf.width;
				await assertInside(
					page,
					{
						clip: {
							x: m.x,
							y: leaf.y,
							width: m.width,
							height: leaf.height,
						},
						beyond: {
							x: beyond - m.x + 2,
							y: 1,
							width: m.width - (beyond - m.x) - 4,
							height: leaf.height - 2,
						},
						inside: {
							x: 1,
							y: 1,
							width: leaf.width - 2,
							height: leaf.height - 2,
						},
					},
					options.join(),
				);
			});
		}
	});

/** In the page: where the frames of "m" and of what it calls are. */
function rectsOfNames() {
	const frames = [...document.querySelectorAll("#frames > g")].map((g) => ({
		title: g.querySelector("title").textContent,
		rect: g.querySelector("rect").getBoundingClientRect(),
	}));
	const at = frames.findIndex(({ title }) => title.startsWith("m ("));
	return [frames[at], frames[at + 1]].map(({ rect }) => ({
		x: rect.x,
		y: rect.y,
		width: rect.width,
		height: rect.height,
	}));
}

run({ before: start, after: stop });
