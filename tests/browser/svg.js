#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// SVGs: well-formed; a picture anywhere, without scripts too; and where scripts run, zoom and search over
// the whole tree, as exact as the page.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const {
	eventually,
	file,
	press,
	settle,
	start,
	stop,
	urlOf,
	withPage,
} = require("./lib/browser.js");
const { boxes, flame, lint } = require("./lib/cli.js");
const model = require("./lib/model.js");
const { colours, decode } = require("./lib/png.js");
const { ALL, sides, write } = require("./lib/profiles.js");
const { run, skip, test } = require("./lib/tap.js");

const list = ALL.plain();
let profile = null;
let svg = null;

const OPTIONS = [
	[],
	["--inverted"],
	["--reverse"],
	["--no-js"],
	["--data=none"],
	["--data=full"],
	["--colors=hot"],
	["--width=400", "--fontsize=20", "--height=30"],
	["--minwidth=1%"],
	['--title=<a> & "b" ]]>', "--subtitle='x'", "--notes=--> <!--"],
	["--bgcolors=#102030"],
	["--countname=a<b", '--nametype="Name"'],
	["--flamechart"],
];

for (const [name, make] of Object.entries(ALL))
	test(`${name}: well-formed`, () => {
		if (!lint(flame("svg", write(name, make())))) skip("xmllint is not installed");
	});
for (const options of OPTIONS)
	test(`${options.join(" ") || "no options"}: well-formed, and it opens`, async () => {
		const out = flame("svg", profile, ...options);
		lint(out);
		await withPage(out, { ready: false }, async (page, log) => {
			await page.waitForTimeout(100);
			assert.deepEqual(log.requests, [urlOf(out)]);
			assert.ok((await page.locator("#frames > g").count()) > 10);
		});
	});

test("a diff: well-formed, and it opens", async () => {
	const both = sides();
	const out = flame(
		"svg",
		write("after", both.after),
		`--diff-base=${write("before", both.before)}`,
	);
	lint(out);
	await withPage(out, {}, async (page) =>
		assert.ok((await page.locator("#frames > g").count()) > 10),
	);
});

/** Whether what a page shows is a picture: many colours, and not one of them all over. */
async function assertPicture(page, least = 12) {
	const image = decode(await page.screenshot({ animations: "disabled" }));
	const seen = colours(image, { x: 0, y: 0, width: image.width, height: image.height });
	assert.ok(seen.size >= least, `${seen.size} colours`);
}

test("the static part: what scripts of others depend on", () => {
	const text = fs.readFileSync(svg, "utf8");
	for (const id of ["frames", "details", "search", "unzoom", "matched"])
		assert.match(text, new RegExp(`id="${id}"`), id);
	const groups = text.match(/<g[^>]*>\s*<title>[^<]*<\/title>\s*<rect[^>]*\/>/g);
	assert.ok(groups.length > 50, `${groups && groups.length} frames`);
	assert.doesNotMatch(text, /<text[^>]*><\/text>|<text[^>]*\/>/, "empty texts");
	assert.match(text, /viewBox="0 0 /);
});

test("titles of the static part: each frame's name and exact share", () => {
	const text = fs.readFileSync(svg, "utf8").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
	const titles = [...text.matchAll(/<title>([^\n]*?)<\/title>\s*<rect/g)].map(
		([, title]) => title,
	);
	const total = model.total(list, 1);
	for (const [name, value] of model.children(list, ["main"], 1)) {
		const share = (100 * value) / total;
		if (share < 0.2) continue;
		const told = titles
			.filter((title) => title.startsWith(`${name} (`))
			.map((title) => Number(/([\d.]+)%\)$/.exec(title)?.[1]));
		assert.ok(
			told.some((one) => Math.abs(one - share) <= 0.0051),
			`${name} ${share}%: ${told}`,
		);
	}
});

for (const [what, tag] of [
	["<img>", "img src"],
	["<object>", 'object type="image/svg+xml" data'],
	["<iframe>", "iframe width=1200 height=600 src"],
	["background", null],
])
	test(`in ${what}: the picture is there`, async () => {
		const body = tag
			? `<${tag}="${urlOf(svg)}"></${tag.split(" ")[0]}>`
			: `<div style="width:1200px;height:600px;background:url('${urlOf(svg)}')"></div>`;
		const html = file(
			"around.html",
			`<!DOCTYPE html><meta charset=utf-8><body>${body}`,
		);
		await withPage(html, { ready: false }, async (page) => {
			await eventually(() => assertPicture(page));
		});
	});

test("with scripts turned off: the picture is there", () =>
	withPage(svg, { ready: false, javaScriptEnabled: false }, (page) => assertPicture(page)));

test("--no-js has no script, and no data", () => {
	const text = fs.readFileSync(flame("svg", profile, "--no-js"), "utf8");
	assert.ok(!/<script|pyroprof-data|onload|onclick/.test(text));
});

for (const [what, names] of [
	["tree", []],
	["tree", ["main"]],
	["inverted", []],
])
	test(`${what}${names.length ? " zoomed" : ""}: boxes as in C`, () =>
		withPage(svg, {}, async (page) => {
			const view = names.length ? `${what}:${names.join(";")}` : what;
			const want = boxes(
				profile,
				`--boxes=${view}`,
				"--width=1000",
				"--minwidth=0.5",
			);
			const got = await page.evaluate(
				([w, path]) => {
					const { pyroprof } = globalThis;
					const all = pyroprof.flame();
					let node = 0;
					for (const name of path)
						for (
							let c = node + 1;
							c < all.end[node];
							c = all.end[c]
						)
							if (all.funcs.name[all.func[c]] === name) {
								node = c;
								break;
							}
					return pyroprof
						.boxes(w, 1000, 0.5, w === "tree" ? node : [])
						.map((b) => [
							b.depth,
							b.x,
							b.w,
							b.func,
							b.node,
							b.count,
						]);
				},
				[what, names],
			);
			assert.equal(got.length, want.length);
			got.forEach(([depth, x, w, func, node, count], i) => {
				const b = want[i];
				assert.deepEqual(
					[depth, func, node, count],
					[b.depth, b.func, b.node, b.count],
					`box ${i}`,
				);
				assert.ok(
					Math.abs(x - b.x) < 1e-5 && Math.abs(w - b.w) < 1e-5,
					`box ${i}`,
				);
			});
		}));

/** Type into the field. */
async function searchFor(page, text) {
	await page.locator("#query").fill(text);
	await settle(page);
}

const matchedOf = (page) => page.evaluate(() => document.querySelector("#matched").textContent);
const percents = (text) => [...text.matchAll(/([\d.]+)\s*%/g)].map((m) => Number(m[1]));
const titleOf = (page, locator) =>
	locator
		.locator("title")
		.first()
		.evaluate((e) => e.textContent);

/** What the frames are, wherever the mouse has been. */
async function shown(page) {
	await page.mouse.move(2, 2);
	return page.evaluate(() => document.querySelector("#frames").innerHTML);
}

test("search: exact shares over the whole tree", () =>
	withPage(svg, {}, async (page) => {
		for (const pattern of ["alloc", "^std::", "read|write", "[A-Z]", "zzz", "main"]) {
			await searchFor(page, pattern);
			const want = (100 * model.matched(list, pattern, 1)) / model.total(list, 1);
			const [got] = percents(await matchedOf(page));
			assert.ok(
				Math.abs(got - want) <= 0.0051,
				`${pattern}: ${got} %, not ${want} %`,
			);
		}
		await searchFor(page, "(");
		assert.match(await matchedOf(page), /expression/i);
		await searchFor(page, "");
		assert.equal(await page.locator("#frames .hit").count(), 0);
	}));

/** A frame of a depth that is wide enough to be clicked. */
async function frameAt(page, least, depth) {
	const groups = page.locator("#frames > g");
	const widths = await groups.evaluateAll((all) =>
		all.map((g) => {
			const { width, top } = g.querySelector("rect").getBoundingClientRect();
			return [width, top];
		}),
	);
	const rows = [...new Set(widths.map(([, top]) => top))].sort((a, b) => b - a);
	const at = widths.findIndex(
		([width, top]) => width > least && width < 1100 && top === rows[depth],
	);
	assert.ok(at >= 0, `no frame at depth ${depth}`);
	return groups.nth(at);
}

test("a click zooms, what is below is exact; Reset Zoom and Back bring back what was", () =>
	withPage(svg, {}, async (page) => {
		const before = await shown(page);
		const frame = await frameAt(page, 100, 2);
		const title = await titleOf(page, frame);
		await frame.locator("rect").click();
		await settle(page);
		const wide = await page.evaluate(() => {
			const root = document.documentElement.getBoundingClientRect().width;
			return [...document.querySelectorAll("#frames > g")]
				.filter(
					(g) =>
						g.querySelector("rect").getBoundingClientRect()
							.width >
						root * 0.9,
				)
				.map((g) => g.querySelector("title").textContent);
		});
		assert.ok(wide.includes(title), `${title}: ${wide}`);
		await searchFor(page, "a");
		const zoomed = await page.evaluate(() => globalThis.pyroprof.state().z);
		const [all, here] = percents(await matchedOf(page));
		const share = (path) =>
			(100 * model.matched(list, "a", 1, path)) / model.total(list, 1, path);
		assert.ok(
			Math.abs(all - share([])) <= 0.0051 &&
				Math.abs(here - share(zoomed)) <= 0.0051,
		);
		await searchFor(page, "");
		await page.locator("#unzoom").click();
		await settle(page);
		assert.equal(await shown(page), before);
		await page.goBack();
		await settle(page);
		assert.notEqual(await shown(page), before);
		await page.goBack();
		await settle(page);
		assert.equal(await shown(page), before);
	}));

/** The middle of the widest box that is thinner than `most` px, and its title. */
const thinBox = (page, most) =>
	page.evaluate((limit) => {
		const { pyroprof } = globalThis;
		const all = pyroprof.flame();
		const root = document.documentElement;
		const { width } = root.getBoundingClientRect();
		const [box] = pyroprof
			.boxes("tree", Math.floor(width) - 20, 0.5, 0)
			.filter((one) => one.func > 0 && one.w < limit)
			.sort((a, b) => b.w - a.w);
		const bottom = document.querySelector("#frames rect");
		const row = Number(root.dataset.row);
		return {
			name: all.funcs.name[box.func],
			x: 10 + box.x + box.w / 2,
			y: bottom.getBoundingClientRect().top + row / 2 - box.depth * row,
		};
	}, most);

test("what is too thin to be an element is painted, told, found and zoomed into", () =>
	withPage(svg, {}, async (page) => {
		const { name, x, y } = await thinBox(page, 4);
		const named = page.locator("#frames > g > title", { hasText: `${name} (` });
		const before = await page.evaluate(
			() => document.querySelectorAll("#frames > g").length,
		);
		await page.evaluate((top) => globalThis.scrollBy(0, top - 400), y);
		const at = await thinBox(page, 4);
		const ink = decode(await page.screenshot());
		const area = { x: Math.floor(x), y: Math.floor(at.y) - 2, width: 1, height: 4 };
		const [[colour]] = [...colours(ink, area)];
		assert.notEqual(colour, "255,255,255", "nothing is painted");
		await page.mouse.move(x, at.y);
		await page.mouse.move(x, at.y + 1);
		await settle(page);
		const after = await page.evaluate(
			() => document.querySelectorAll("#frames > g").length,
		);
		assert.equal(after, before + 1, "no element where the mouse is");
		assert.match(
			await page.evaluate(() => document.querySelector("#details").textContent),
			new RegExp(name.replace(/[^\w]/g, ".").slice(0, 20)),
		);
		assert.ok((await named.count()) > 0);
		const exact = `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
		await searchFor(page, exact);
		assert.notEqual(
			await page.evaluate(() =>
				document.querySelector("#thin .hit").getAttribute("d"),
			),
			"",
		);
		await page.mouse.click(x, at.y);
		await settle(page);
		assert.equal(await page.evaluate(() => globalThis.pyroprof.state().z.at(-1)), name);
	}));

/** The matched nodes of a pattern, in the order of the layout. */
const nodesOf = (page, pattern) =>
	page.evaluate((text) => {
		const all = globalThis.pyroprof.flame();
		const search = new RegExp(text);
		return Array.from(all.func, (_, i) => i).filter(
			(i) => i && search.test(all.funcs.name[all.func[i]]),
		);
	}, pattern);

test("n and N go to each match of the tree once, drawn or not", () =>
	withPage(svg, {}, async (page) => {
		const pattern = "read_file|[Hh]ash|queue";
		const want = await nodesOf(page, pattern);
		const at = () =>
			page.evaluate(() => {
				const { pyroprof } = globalThis;
				return [
					document.activeElement.querySelector("title").textContent,
					pyroprof.state().z,
				];
			});
		const names = await page.evaluate((nodes) => {
			const all = globalThis.pyroprof.flame();
			return nodes.map((i) => all.funcs.name[all.func[i]]);
		}, want);
		assert.ok(want.length > 20, `${want.length} matches`);
		await searchFor(page, pattern);
		await page.locator("#frames > g").first().focus();
		let zooms = 0;
		for (let i = 0; i < want.length; i++) {
			await page.keyboard.press("n");
			const [title, z] = await at();
			assert.ok(
				title.startsWith(`${names[i]} (`),
				`${i}: ${title}, not ${names[i]}`,
			);
			assert.match(
				await matchedOf(page),
				new RegExp(`${i + 1} of ${want.length}`),
			);
			zooms += z.length > 0;
		}
		assert.ok(zooms > 0, "all are drawn: this shows nothing");
		await press(page, "n");
		assert.match(await matchedOf(page), new RegExp(` 1 of ${want.length}`));
		await press(page, "N");
		assert.match(await matchedOf(page), new RegExp(`${want.length} of ${want.length}`));
	}));

test("bottom-up is in the same file", () =>
	withPage(svg, { fragment: "#v=inverted" }, async (page) => {
		const roots = await page.evaluate(() => {
			const { pyroprof } = globalThis;
			const names = pyroprof.flame().funcs.name;
			return Object.fromEntries(
				pyroprof
					.boxes("inverted", 1000, 0.5, [])
					.filter((b) => b.depth === 1 && b.func >= 0)
					.map((b) => [names[b.func], b.total[1]]),
			);
		});
		const table = model.table(list, 1);
		for (const [name, value] of Object.entries(roots))
			assert.equal(value, table.get(name).flat, name);
	}));

for (const link of ["?s=alloc", "#s=alloc", "?s=alloc&x=100&y=200"])
	test(`an old link or a new one: ${link}`, () =>
		withPage(svg, { fragment: link }, async (page) => {
			const want = (100 * model.matched(list, "alloc", 1)) / model.total(list, 1);
			const [got] = percents(await matchedOf(page));
			assert.ok(Math.abs(got - want) <= 0.0051, `${got} %, not ${want} %`);
		}));

test("the fragment brings back zoom and search", async () => {
	const first = await withPage(svg, {}, async (page) => {
		await (await frameAt(page, 100, 2)).locator("rect").click();
		await searchFor(page, "alloc");
		return {
			hash: await page.evaluate(() => location.hash),
			frames: await shown(page),
		};
	});
	assert.match(first.hash, /z=/);
	await withPage(svg, { fragment: first.hash }, async (page) =>
		assert.equal(await shown(page), first.frames),
	);
});

test("keys: arrows, Enter, Backspace, /, n, Escape", () =>
	withPage(svg, {}, async (page) => {
		const state = () => page.evaluate(() => globalThis.pyroprof.state());
		await press(page, "ArrowUp", "ArrowUp", "ArrowUp");
		const focused = await page.evaluate(() =>
			document.activeElement.getAttribute("aria-label"),
		);
		assert.match(focused, /%/);
		await press(page, "Enter");
		assert.ok((await state()).z.length > 0);
		await press(page, "Backspace", "0");
		assert.equal((await state()).z.length, 0);
		await press(page, "/");
		await page.keyboard.type("alloc");
		await press(page, "Enter");
		assert.match(await matchedOf(page), /1 of \d+/);
		await press(page, "Escape");
		assert.equal((await state()).s || "", "");
	}));

test("roles and names: frames are a tree, buttons are buttons, what is said is said aloud", () =>
	withPage(svg, {}, async (page) => {
		await press(page, "ArrowUp", "ArrowUp");
		const about = await page.evaluate(() => ({
			tree: document.querySelector("#frames").getAttribute("role"),
			label: document.querySelector("#frames").getAttribute("aria-label"),
			item: document.activeElement.getAttribute("role"),
			status: document.querySelectorAll('[role="status"], [aria-live]').length,
			field: document.querySelector("#query").getAttribute("aria-label"),
			nameless: [...document.querySelectorAll('[role="button"]')].filter(
				(e) => !(e.getAttribute("aria-label") || e.textContent).trim(),
			).length,
			title: document.querySelector("svg > title")?.textContent,
		}));
		assert.equal(about.tree, "tree");
		assert.equal(about.item, "treeitem");
		assert.ok(about.status > 0, "nothing is said aloud");
		assert.equal(about.nameless, 0);
		assert.ok(about.label && about.field && about.title, JSON.stringify(about));
	}));

test("no text leaves its frame", () =>
	withPage(svg, {}, async (page) => {
		const out = await page.evaluate(() =>
			[...document.querySelectorAll("#frames > g")]
				.filter((g) => {
					const text = g.querySelector("text");
					if (!text || text.getAttribute("clip-path")) return false;
					return (
						text.getBoundingClientRect().right >
						g.querySelector("rect").getBoundingClientRect()
							.right +
							1
					);
				})
				.map((g) => g.querySelector("title").textContent),
		);
		assert.deepEqual(out, []);
	}));

test("the data is left out where it would be too much, and the picture stays small", () => {
	const none = flame("svg", profile, "--data=none");
	const text = fs.readFileSync(none, "utf8");
	assert.ok(!/<metadata>/.test(text), "there is data");
	assert.ok(text.length < 700000, `${text.length} bytes`);
	assert.ok(path.basename(none).endsWith(".svg"));
});

test("without data, search and zoom work with what is drawn", () =>
	withPage(flame("svg", profile, "--data=none"), {}, async (page) => {
		await searchFor(page, "main");
		assert.ok(percents(await matchedOf(page))[0] > 99);
		const before = await shown(page);
		await (await frameAt(page, 100, 2)).locator("rect").click();
		await settle(page);
		assert.notEqual(await shown(page), before);
		await press(page, "0");
	}));

run({
	before: async () => {
		await start();
		profile = write("plain", list);
		svg = flame("svg", profile, "--data=full");
	},
	after: stop,
});
