#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What --format=speedscope writes, in speedscope: it loads, and its three views show it.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const {
	eventually,
	file,
	screenHash,
	settle,
	start,
	stop,
	urlOf,
	withPage,
} = require("./lib/browser.js");
const { pyroprof } = require("./lib/cli.js");
const { load } = require("./lib/install.js");
const model = require("./lib/model.js");
const { colours, decode } = require("./lib/png.js");
const { plain, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");

/** The file that pyroprof writes for speedscope, as text. */
function written(profile, ...options) {
	const out = file("profile.speedscope.json");
	pyroprof("flame", "-q", "--format=speedscope", ...options, "-o", out, profile);
	return fs.readFileSync(out, "utf8");
}

/** Open speedscope with a file, as its own command does: by a script that hands it over. */
function inSpeedscope(text, body) {
	const release = path.dirname(load.resolve("speedscope/dist/release/index.html"));
	const base64 = Buffer.from(text).toString("base64");
	const script = file(
		"profile.js",
		`speedscope.loadFileFromBase64("profile.json", "${base64}")`,
	);
	const index = `${urlOf(path.join(release, "index.html"))}#localProfilePath=${script}`;
	return withPage(index, { ready: false, quiet: false }, async (page, log) => {
		await page.waitForFunction(
			() =>
				/Left Heavy/.test(document.body.textContent) &&
				document.querySelector("canvas"),
		);
		await page.waitForTimeout(500);
		const result = await body(page);
		const wrong = log.messages.filter((line) =>
			/^(error|uncaught|dialog|the renderer)/.test(line),
		);
		assert.deepEqual(
			wrong.filter((line) => !/WebGL|GPU/i.test(line)),
			[],
		);
		return result;
	});
}

test("the file has every stack, with its value", () => {
	const list = plain();
	const { shared, profiles } = JSON.parse(written(write("plain", list)));
	assert.equal(profiles.length, 2);
	profiles.forEach((profile, type) => {
		const sum = profile.weights.reduce((all, weight) => all + weight, 0);
		assert.equal(sum, model.total(list, type));
		assert.equal(profile.samples.length, profile.weights.length);
		const byLeaf = new Map();
		profile.samples.forEach((stack, i) => {
			const leaf = shared.frames[stack[stack.length - 1]].name;
			byLeaf.set(leaf, (byLeaf.get(leaf) || 0) + profile.weights[i]);
		});
		for (const [name, { flat }] of model.table(list, type))
			assert.equal(byLeaf.get(name) || 0, flat, name);
	});
});

test("speedscope loads it, and all three of its views draw it", () =>
	inSpeedscope(written(write("plain", plain())), async (page) => {
		const hashes = [];
		for (const view of ["Time Order", "Left Heavy", "Sandwich"]) {
			await page.getByText(view).first().click();
			await settle(page);
			await eventually(async () => {
				const image = decode(await page.screenshot());
				const all = {
					x: 0,
					y: 0,
					width: image.width,
					height: image.height,
				};
				assert.ok(
					colours(image, all).size > 10,
					`${view}: nothing is drawn`,
				);
				const hash = await screenHash(page);
				assert.ok(!hashes.includes(hash), `${view}: it looks like another`);
				hashes.push(hash);
			});
		}
		assert.match(await page.evaluate(() => document.body.textContent), /path_alloc_0/);
	}));

test("a diff loads: both sides", () => {
	const both = sides();
	const options = [`--diff-base=${write("before", both.before)}`];
	return inSpeedscope(written(write("after", both.after), ...options), async (page) => {
		assert.match(await page.evaluate(() => document.body.textContent), /Left Heavy/);
	});
});

run({ before: start, after: stop });
