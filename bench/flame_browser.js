#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What a browser takes to show a flame graph, as JSON on stdout. usage: flame_browser.js KIND FILE
// [PATTERN], KIND being html or svg (ours), gate (our page beside a fixed work), flamegraph (flamegraph.pl's SVG) or speedscope (a profile).
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const browser = require("../tests/browser/lib/browser.js");
const { load } = require("../tests/browser/lib/install.js");

const PATIENCE = 300000; // ms
const ROUNDS = 5;

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Milliseconds from the start of the navigation to when `isThere` is true and was painted. */
async function opened(page, url, isThere) {
	const began = Date.now();
	await page.goto(url, { waitUntil: "commit", timeout: PATIENCE });
	await page.waitForFunction(isThere, undefined, { timeout: PATIENCE, polling: 10 });
	const shown = await page.evaluate(
		() =>
			new Promise((done) => {
				requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
			}),
	);
	return { wall: Date.now() - began, shown };
}

/** In the page: how long a change of the state takes, with drawing; then until it is painted. */
function changed(what) {
	const field = document.querySelector("#query");
	const works = {
		zoom: () => {
			location.hash = what.hash;
		},
		search: () => {
			field.value = what.text;
			field.dispatchEvent(new Event("input", { bubbles: true }));
		},
	};
	const began = performance.now();
	works[what.kind]();
	const called = performance.now() - began;
	return new Promise((done) => {
		requestAnimationFrame(() =>
			setTimeout(() => done({ called, painted: performance.now() - began }), 0),
		);
	});
}

/** In the page: milliseconds of layouts by the offered functions. */
function laidOut({ what, args }) {
	const { pyroprof } = globalThis;
	return args.map((arg) => {
		const began = performance.now();
		pyroprof.boxes(what, 1180, 0.5, arg);
		return performance.now() - began;
	});
}

/** Functions and nodes to look at: heavy ones, of several depths. */
function subjects() {
	const { pyroprof } = globalThis;
	const all = pyroprof.flame();
	const boxes = pyroprof
		.boxes("tree", 1180, 0.5, 0)
		.filter((box) => box.node > 0)
		.sort((a, b) => b.w - a.w);
	const some = [1, 3, 9, 27, 81].map((i) => boxes[Math.min(i, boxes.length - 1)]);
	const path = (node) => {
		const names = [];
		for (let i = node; i > 0; i = all.parent[i]) names.unshift(all.funcs.name[all.func[i]]);
		return names;
	};
	return {
		nodes: some.map((box) => box.node),
		funcs: some.map((box) => box.func),
		paths: some.map((box) => path(box.node)),
	};
}

const escaped = (names) =>
	encodeURIComponent(
		names.map((name) => name.replaceAll("%", "%25").replaceAll(";", "%3B")).join(";"),
	);

async function hover(page) {
	const { x, y, width, height } = await page.evaluate(() => {
		const rect = (document.querySelector("#paint") || document.documentElement).getBoundingClientRect();
		return { x: rect.x, y: rect.y, width: rect.width, height: rect.height };
	});
	const target = await page.evaluateHandle(
		([cx, cy]) => document.elementFromPoint(cx, cy),
		[x + width / 2, y + Math.min(height, 600) / 2],
	);
	return page.evaluate(
		([element, cx, cy, wide]) => {
			const times = [];
			for (let i = 0; i < 20; i++) {
				const began = performance.now();
				const at = { bubbles: true, clientX: cx + ((i * 37) % wide), clientY: cy + i };
				for (const type of ["pointermove", "mousemove", "mouseover"]) {
					const Kind = type === "pointermove" ? PointerEvent : MouseEvent;
					element.dispatchEvent(new Kind(type, at));
				}
				times.push(performance.now() - began);
			}
			return times.sort((a, b) => a - b)[10];
		},
		[target, x, y + 40, width],
	);
}

/** In the page: what it says of itself, for comparison with what the profile has. */
function told() {
	const { pyroprof } = globalThis;
	const all = pyroprof.flame();
	const outermost = {};
	for (let c = 1; c < all.n; c = all.end[c]) {
		const [box] = pyroprof.boxes("tree", 1, 2, c).slice(1);
		outermost[all.funcs.name[all.func[c]]] = box.total[1];
	}
	return {
		pruned: Boolean(all.meta.pruned),
		total: pyroprof.boxes("tree", 1, 1, 0)[0].total[1],
		outermost,
	};
}

/** Ours: page or SVG. */
async function ours(page, file, pattern) {
	const { shown } = await opened(page, browser.urlOf(file), () =>
		Boolean(globalThis.pyroprof && globalThis.pyroprof.stats && globalThis.pyroprof.stats().ready),
	);
	const phases = await page.evaluate(() => globalThis.pyroprof.stats());
	const { nodes, funcs, paths } = await page.evaluate(subjects);
	const result = { painted: file.endsWith(".html") ? phases.ready : shown, phases };
	result.opened = await browser.rendererMemory(page);
	const times = async (what, args) => median(await page.evaluate(laidOut, { what, args }));
	const states = [];
	for (const names of paths) {
		states.push(await page.evaluate(changed, { kind: "zoom", hash: `#z=${escaped(names)}` }));
		const { layout = 0, paint = 0, draw = 0 } = await page.evaluate(() => globalThis.pyroprof.stats());
		states[states.length - 1].work = layout + paint + draw;
	}
	result.zoom = median(states.map(({ work }) => work));
	result.zoomPainted = median(states.map(({ painted }) => painted));
	await page.evaluate(() => {
		location.hash = "#";
	});
	await browser.settle(page);
	result.hover = await hover(page);
	const searches = [];
	for (let i = 0; i < ROUNDS; i++) {
		const text = i % 2 ? pattern : `(${pattern})`;
		searches.push((await page.evaluate(changed, { kind: "search", text })).called);
	}
	result.search = median(searches);
	const said = await page.evaluate(() => document.querySelector("#matched").textContent);
	result.matched = Number((/([\d.]+)\s*%/.exec(said) || [0, NaN])[1]);
	const below = await page.evaluate(laidOut, { what: "callees", args: funcs });
	const above = await page.evaluate(laidOut, { what: "callers", args: funcs });
	result.sandwich = Math.max(...below.map((t, i) => t + above[i]));
	result.inverted = await times("inverted", [[], [], []]);
	result.layout = await times("tree", nodes);
	Object.assign(result, await page.evaluate(told));
	return result;
}

/** In the page: the least time of several turns, in ms, of a fixed piece of work and of ours. */
function besideReference({ pattern, funcs, nodes, turns }) {
	const { pyroprof } = globalThis;
	const field = document.querySelector("#query");
	const sorted = () => {
		const values = new Float64Array(400000);
		const sums = new Map();
		let state = 1;
		for (let i = 0; i < values.length; i++) {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			values[i] = state / 4294967296;
			sums.set(state & 4095, (sums.get(state & 4095) || 0) + values[i]);
		}
		return values.sort()[sums.size];
	};
	// clocks of browsers are coarse
	const often = (work) => {
		for (let i = 0; i < 50; i++) work();
	};
	const works = {
		reference: sorted,
		layout: () => often(() => pyroprof.boxes("tree", 1180, 0.1, 0)),
		zoom: () => often(() => nodes.forEach((node) => pyroprof.boxes("tree", 1180, 0.1, node))),
		"bottom-up": () => pyroprof.boxes("inverted", 1180, 0.5, []),
		sandwich: () =>
			funcs.forEach((func) => {
				pyroprof.boxes("callees", 1180, 0.5, func);
				pyroprof.boxes("callers", 1180, 0.5, func);
			}),
		search: (turn) => {
			field.value = turn % 2 ? pattern : `(${pattern})`;
			field.dispatchEvent(new Event("input", { bubbles: true }));
		},
	};
	const least = {};
	for (let turn = 0; turn < turns; turn++)
		for (const [name, work] of Object.entries(works)) {
			const began = performance.now();
			work(turn);
			const took = performance.now() - began;
			least[name] = Math.min(least[name] ?? Infinity, took);
		}
	return least;
}

/** A page of ours beside a fixed piece of work, in turns: {reference, ...} in ms. */
async function gate(page, file, pattern) {
	let decode = Infinity;
	for (let i = 0; i < ROUNDS; i++) {
		await page.goto("about:blank");
		await opened(page, browser.urlOf(file), () => Boolean(globalThis.pyroprof?.stats().ready));
		decode = Math.min(decode, (await page.evaluate(() => globalThis.pyroprof.stats())).decode);
	}
	const { funcs, nodes } = await page.evaluate(subjects);
	const least = await page.evaluate(besideReference, { pattern, funcs, nodes, turns: 3 * ROUNDS });
	return { ...least, decode };
}

/** flamegraph.pl's SVG: its own functions are called. */
async function flamegraph(page, file, pattern) {
	const { shown } = await opened(page, browser.urlOf(file), () => typeof globalThis.zoom === "function" &&
		document.readyState === "complete");
	const timed = (body, arg) => page.evaluate(
		([text, a]) => {
			const frame = [...document.querySelectorAll("#frames > *")].find((g) => {
				const rect = g.querySelector("rect");
				return rect && Number(rect.getAttribute("width")) > 200 && Number(rect.getAttribute("width")) < 900;
			});
			const works = {
				zoom: () => globalThis.zoom(frame),
				unzoom: () => globalThis.unzoom(),
				search: () => globalThis.search(a),
			};
			const began = performance.now();
			works[text]();
			return new Promise((done) => {
				requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0));
			});
		},
		[body, arg],
	);
	const zooms = [];
	for (let i = 0; i < 3; i++) {
		zooms.push(await timed("zoom"));
		await timed("unzoom");
	}
	const search = await timed("search", pattern);
	const matched = await page.evaluate(() => document.querySelector("#matched").textContent);
	return { painted: shown, zoom: median(zooms), search, matched };
}

/** speedscope with a profile: as its own command opens it. */
async function speedscope(page, file) {
	const release = path.dirname(load.resolve("speedscope/dist/release/index.html"));
	const data = fs.readFileSync(file).toString("base64");
	const name = browser.file("profile.js", `speedscope.loadFileFromBase64(${JSON.stringify(path.basename(file))}, ` +
		`${JSON.stringify(data)})`);
	const url = `${browser.urlOf(path.join(release, "index.html"))}#localProfilePath=${name}`;
	const { wall } = await opened(page, url, () => document.querySelectorAll("canvas").length > 0 &&
		/Time Order|Left Heavy/.test(document.body.textContent) && document.title !== "speedscope");
	return { painted: wall };
}

const KINDS = { html: ours, svg: ours, gate, flamegraph, speedscope };

async function main([kind, file, pattern]) {
	let answer = null;
	await browser.start();
	const options = { ready: false, quiet: false, alone: true };
	await browser.withPage("about://blank", options, async (page) => {
		page.setDefaultTimeout(PATIENCE);
		answer = await KINDS[kind](page, path.resolve(file), pattern);
		answer.renderer = await browser.rendererMemory(page);
	});
	await browser.stop();
	process.stdout.write(`${JSON.stringify(answer)}\n`);
}

main(process.argv.slice(2)).catch((error) => {
	if (error.constructor.name === "Skip") {
		process.stdout.write(`${JSON.stringify({ skip: error.message })}\n`);
		return;
	}
	process.stderr.write(`${error.message.split("\n")[0]}\n`);
	process.exitCode = 1;
});
