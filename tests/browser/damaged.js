#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A page or an SVG whose data is cut off or has other bits than it was written with says so, soon,
// and does nothing worse; or it is whole after all.
"use strict";

const assert = require("node:assert/strict");
const { file, start, stop, withPage } = require("./lib/browser.js");
const { deflate, inflate, join, sections, split } = require("./lib/block.js");
const { flame } = require("./lib/cli.js");
const { random } = require("./lib/generate.js");
const { plain, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");

const SOON = 2; // s of CPU
const PATIENCE = 30000; // ms: a machine may be busy
const SORRY = /damaged|cannot|not |unknown|newer|larger|too |ends/i;

/** Seconds of CPU that the page's own thread has used. */
async function threadTime(page) {
	const session = await page.context().newCDPSession(page);
	await session.send("Performance.enable", { timeDomain: "threadTicks" });
	const { metrics } = await session.send("Performance.getMetrics");
	return metrics.find(({ name }) => name === "ThreadTime")?.value ?? 0;
}

/** Open a damaged page: it says what is wrong, or shows something. `must`: it cannot be whole. */
async function open(name, { must, said }) {
	await withPage(name, { ready: false, quiet: false }, async (page, log) => {
		const state = await page.evaluate(
			async ([selector, patience]) => {
				const late = new Promise((done) =>
					setTimeout(() => done("late"), patience),
				);
				const ready = globalThis.pyroprof
					? globalThis.pyroprof.ready.then(
							() => "ready",
							(error) => `failed: ${error.message}`,
						)
					: "no script";
				const how = await Promise.race([ready, late]);
				const shown = [...document.querySelectorAll(selector)].filter((e) =>
					e.checkVisibility(),
				);
				return {
					how,
					text: shown.map((e) => e.textContent.trim()).join(" "),
				};
			},
			[said, PATIENCE],
		);
		assert.deepEqual(log.messages, [], "the page complained");
		assert.notEqual(state.how, "late", "neither ready nor a message");
		if (must) assert.match(state.text, SORRY, JSON.stringify(state));
		const took = await threadTime(page);
		assert.ok(took <= SOON, `${took} s of CPU`);
	});
}

/** A profile that fills every section that a page may have. */
function everything() {
	const list = plain().map((sample, i) => ({
		...sample,
		labels: [
			["timestamp", 1000000 * i, "nanoseconds"],
			["thread", `worker-${i % 3}`],
			["size", 512 * (i % 5), "bytes"],
		],
	}));
	return write("everything", list);
}

const LARGEST = Buffer.from([...Array(9).fill(255), 1]); // 2^64 - 1
/** What may be wrong with the body of a section, each of which must be found out. */
const CLASSES = {
	"nothing in it": () => Buffer.alloc(0),
	"a byte too much": (body) => Buffer.concat([body, Buffer.from([0])]),
	"its last byte missing": (body) => body.subarray(0, body.length - 1),
	"half of it": (body) => body.subarray(0, body.length >> 1),
	"2^64 - 1 as its first number": (body) => Buffer.concat([LARGEST, body.subarray(1)]),
	"a number without an end": (body) =>
		Buffer.concat([Buffer.alloc(12, 255), body.subarray(12)]),
	"all bits of it": (body) => body.map((byte) => byte ^ 255),
};
const SECTIONS = ["META", "STRS", "FUNC", "SHAP", "FNID", "SELF", "LABL", "LROW", "TIME"];

const whole = {};
const KINDS = { html: "#message", svg: "#details, #message" };

for (const [ending, said] of Object.entries(KINDS)) {
	const damaged = (name, must, change) =>
		test(`${ending}: ${name}`, async () => {
			whole[ending] ??= flame(ending, everything(), "--data=full");
			const parts = split(whole[ending]);
			const name2 = file(`damaged.${ending}`, join(parts, change(parts.base64)));
			await open(name2, { must, said });
		});

	for (let i = 0; i < 10; i++)
		damaged(`the text cut off at ${10 * i} %`, true, (text) =>
			text.slice(0, (text.length * i) / 10),
		);
	for (let i = 0; i < 10; i++)
		damaged(`one bit of the compressed bytes is another (${i})`, true, (text) => {
			const next = random(100 + i);
			const bytes = Buffer.from(text, "base64");
			bytes[10 + Math.floor(next() * (bytes.length - 10))] ^=
				1 << Math.floor(next() * 8);
			return bytes.toString("base64");
		});
	for (let i = 0; i < 12; i++)
		damaged(`one byte of what is compressed is another (${i})`, false, (text) => {
			const next = random(200 + i);
			const bytes = Buffer.from(inflate(text));
			bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
			return deflate(bytes);
		});
	for (let i = 0; i < 10; i++)
		damaged(`what is compressed is cut off (${i})`, true, (text) => {
			const bytes = inflate(text);
			return deflate(
				bytes.subarray(0, Math.floor((bytes.length * (i + 0.5)) / 10)),
			);
		});
	damaged("not base64", true, () => "<<<not base64>>>".replace(/[<>]/g, "*"));
	damaged("another magic", true, (text) => {
		const bytes = Buffer.from(inflate(text));
		bytes.write("PPFLAME9", 0, "latin1");
		return deflate(bytes);
	});
	damaged("a version of the future", true, (text) =>
		remake(text, "META", (body) =>
			Buffer.from(body.toString().replace(/"version":\s*1\b/, '"version":99')),
		),
	);
	damaged("META is no JSON", true, (text) => remake(text, "META", () => Buffer.from("{")));
	damaged("META says there are 4 billion nodes", true, (text) =>
		remake(text, "META", (body) =>
			Buffer.from(
				body.toString().replace(/"nodes":\s*\d+/, '"nodes":4294967295'),
			),
		),
	);
	for (const name of ["META", "STRS", "FUNC", "SHAP", "FNID", "SELF"])
		damaged(`no ${name}`, true, (text) => remake(text, name, () => null));
	for (const section of SECTIONS) {
		// a blank at the end of JSON is nothing that is missed
		const bodyOf = (body) =>
			section === "META" ? Buffer.from(body.toString().trimEnd()) : body;
		for (const [what, change] of Object.entries(CLASSES))
			damaged(`${section}: ${what}`, true, (text) =>
				remake(text, section, (body) => change(bodyOf(body))),
			);
	}
	for (const [what, by] of [
		["a byte longer", 1],
		["a byte shorter", -1],
		["4 GB", 0xffffffff],
	])
		damaged(`a section that is said to be ${what}`, true, (text) => {
			const bytes = Buffer.from(inflate(text));
			const last = sections(bytes).at(-1).body.length;
			const at = bytes.length - last - 4;
			bytes.writeUInt32LE(by > 1 ? by : last + by, at);
			return deflate(bytes);
		});
	damaged("zeros that deflate well", true, () => deflate(Buffer.alloc(200 << 20)));
}

/** A block with another body of one section, or without it. */
function remake(text, name, change) {
	const parts = [Buffer.from("PPFLAME1")];
	for (const section of sections(inflate(text))) {
		const body = section.name === name ? change(section.body) : section.body;
		if (body === null) continue;
		const head = Buffer.alloc(8);
		head.write(section.name, 0, "latin1");
		head.writeUInt32LE(body.length, 4);
		parts.push(head, body);
	}
	return deflate(Buffer.concat(parts));
}

run({ before: start, after: stop });
