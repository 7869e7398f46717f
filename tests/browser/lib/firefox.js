// SPDX-License-Identifier: Apache-2.0
// Firefox as a distribution has it, driven by WebDriver BiDi; only where it is installed.
"use strict";

const { file, settle, urlOf, watch } = require("./browser.js");
const { install, load, which } = require("./install.js");
const { skip } = require("./tap.js");

const PATIENCE = 60000; // ms

let browser = null;

/** Get ready, or skip everything and say why. */
async function start() {
	const program = process.env.FIREFOX || which("firefox-esr") || which("firefox");
	if (!program) skip("Firefox is not installed");
	const why = install();
	if (why) skip(why);
	browser = await load("playwright-core").firefox.launch({
		channel: "moz-firefox", // by BiDi: no build of its own is needed
		executablePath: program,
		env: { ...process.env, HOME: file("home") },
		timeout: PATIENCE,
	});
}

async function stop() {
	if (browser) await browser.close();
	browser = null;
}

/** As withPage() of browser.js: a page of its own, of which nothing may be complained. */
async function withPage(name, { fragment = "", ...options }, body) {
	const context = await browser.newContext({
		viewport: { width: 1000, height: 700 },
		...options,
	});
	context.setDefaultTimeout(PATIENCE);
	try {
		const page = await context.newPage();
		const log = watch(page);
		await page.goto(urlOf(name) + fragment, { waitUntil: "load" });
		await page.evaluate(() => globalThis.pyroprof.ready.then(() => true));
		await settle(page);
		const result = await body(page, log);
		if (log.messages.length) throw new Error(`the page complained: ${log.messages}`);
		return result;
	} finally {
		await context.close();
	}
}

module.exports = { start, stop, withPage };
