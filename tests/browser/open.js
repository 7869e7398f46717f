#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A page asks for nothing but itself, complains of nothing, may do nothing else, is small, and is the
// same each time it is made.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { FLAGS, start, stop, withPage, urlOf } = require("./lib/browser.js");
const { inflate, split } = require("./lib/block.js");
const { flame, pyroprof } = require("./lib/cli.js");
const { ALL, sides, write } = require("./lib/profiles.js");
const { run, test } = require("./lib/tap.js");

const SHELL = 80 * 1024;

/** What the page may do, as its Content-Security-Policy has it. */
const policyOf = (page) =>
	page.evaluate(() => {
		const meta = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
		return meta && meta.content;
	});

for (const [name, make] of Object.entries(ALL))
	test(`${name}: one request, nothing in the console, nothing loaded`, async () => {
		const html = flame("html", write(name, make()));
		await withPage(html, {}, async (page, log) => {
			await page.waitForTimeout(200);
			assert.deepEqual(log.requests, [urlOf(html)]);
			assert.deepEqual(log.failures, []);
			assert.equal(
				await page.evaluate(
					() => performance.getEntriesByType("resource").length,
				),
				0,
			);
		});
	});

test("the page forbids itself everything but its own script and style", async () => {
	await withPage(flame("html", write("plain", ALL.plain())), {}, async (page) => {
		const policy = await policyOf(page);
		assert.ok(policy, "no Content-Security-Policy");
		assert.match(policy, /default-src 'none'/);
		assert.match(policy, /script-src( 'sha256-[A-Za-z0-9+/=]+')+(;|$)/);
		assert.match(policy, /style-src( 'sha256-[A-Za-z0-9+/=]+')+(;|$)/);
		assert.doesNotMatch(policy, /unsafe|https?:|\*/);
	});
});

test("what the policy forbids does not happen", async () => {
	const html = flame("html", write("plain", ALL.plain()));
	await withPage(html, { quiet: false }, async (page, log) => {
		const ran = await page.evaluate(async () => {
			const script = document.createElement("script");
			script.textContent = "globalThis.ran = true";
			document.body.append(script);
			const image = document.createElement("img");
			image.src = "https://example.invalid/x.png";
			document.body.append(image);
			await fetch("https://example.invalid/").catch(() => {});
			return Boolean(globalThis.ran);
		});
		await page.waitForTimeout(100);
		assert.equal(ran, false);
		assert.ok(
			log.messages.some((text) => /Content Security Policy/.test(text)),
			"the browser does not know of the policy",
		);
	});
});

test("the page is ready, and tells of itself", async () => {
	await withPage(flame("html", write("plain", ALL.plain())), {}, async (page) => {
		const about = await page.evaluate(() => ({
			title: document.title,
			lang: document.documentElement.lang,
			n: globalThis.pyroprof.flame().n,
			state: typeof globalThis.pyroprof.state(),
			stats: globalThis.pyroprof.stats(),
		}));
		assert.ok(about.title.length > 0);
		assert.equal(about.lang, "en");
		assert.ok(about.n > 400);
		assert.equal(about.state, "object");
		assert.ok(Object.values(about.stats).some((value) => typeof value === "number"));
	});
});

test(`an empty page is no larger than ${SHELL} bytes`, () => {
	const html = flame("html", write("empty", []));
	const { before, after } = split(html);
	const size = before.length + after.length;
	assert.ok(size <= SHELL, `${size} bytes`);
	assert.ok(
		fs.statSync(html).size <= SHELL + 4096,
		`with its data ${fs.statSync(html).size} bytes`,
	);
});

/** A page's text without its data, its packed script in the clear. */
function shellOf(html) {
	const { before, after } = split(html);
	const packed = /id="pyroprof-script"[^>]*>([^<]*)</.exec(before);
	return `${before}${after}${packed ? inflate(packed[1]).toString() : ""}`;
}

test("scripts and styles name nothing from the network", () => {
	const text = shellOf(flame("html", write("plain", ALL.plain())));
	assert.match(text, /decodeBlock/);
	const found = [...text.matchAll(/\b(?:https?|wss?):\/\/[^\s"'`<>)]+/g)]
		.map(([url]) => url)
		.filter((url) => !url.startsWith("http://www.w3.org/")); // names of XML's vocabularies
	assert.deepEqual(found, []);
});

for (const ending of ["html", "svg"])
	test(`${ending}: the same bytes from the same profile, also as a diff`, () => {
		const both = sides();
		const [before, after] = [write("before", both.before), write("after", both.after)];
		for (const options of [[], ["--inverted"], [`--diff-base=${before}`]]) {
			const [one, two] = [0, 1].map(() =>
				fs.readFileSync(flame(ending, after, ...options)),
			);
			assert.ok(one.equals(two), `${options}: differs`);
		}
	});

test("the order of samples changes nothing", () => {
	const list = ALL.plain();
	const [one, two] = [list, [...list].reverse()].map((some) =>
		fs.readFileSync(flame("html", write("plain", some))),
	);
	assert.ok(one.equals(two), "another order of samples, another file");
});

test("the browser is started as documented", () => {
	assert.equal(FLAGS.length, 8);
	assert.match(pyroprof("help", "flame"), /flame/);
});

run({ before: start, after: stop });
