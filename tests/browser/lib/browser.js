// SPDX-License-Identifier: Apache-2.0
// Chromium, and pages in it that say what they asked for and complained of.
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { install, load, which } = require("./install.js");
const { skip } = require("./tap.js");

const FLAGS = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];
const SIZE = { width: 1280, height: 900 };
const PATIENCE = 30000; // ms, for anything: a machine may be busy

let scratch = null;
let child = null;
let browser = null;
let kept = { key: null, context: null }; // of the page before

/** A folder for this program's files; gone at its end. */
function folder() {
	if (!scratch) scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pyroprof-browser-"));
	return scratch;
}

/** A file in it, or only its name. */
function file(name, content) {
	const full = path.join(folder(), name);
	if (content !== undefined) fs.writeFileSync(full, content);
	return full;
}

function clean() {
	if (child && child.exitCode === null) {
		try {
			process.kill(-child.pid, "SIGKILL");
		} catch {
			// gone
		}
	}
	child = null;
	if (scratch) fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	scratch = null;
}
process.on("exit", clean);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(99));

/** Start chromium; resolves to the address where it is driven. */
function launch(program) {
	const profile = fs.mkdtempSync(path.join(folder(), "profile-"));
	const flags = [...FLAGS, `--user-data-dir=${profile}`, "--remote-debugging-port=0"];

	child = spawn(program, [...flags, "about:blank"], {
		detached: true, // a group, to be ended as one
		stdio: ["ignore", "ignore", "pipe"],
		env: { ...process.env, HOME: folder(), DBUS_SESSION_BUS_ADDRESS: "disabled:" },
	});
	return new Promise((resolve, reject) => {
		let said = "";
		const timer = setTimeout(
			() => reject(new Error(`chromium does not start: ${said}`)),
			PATIENCE,
		);
		child.stderr.on("data", (data) => {
			said = (said + data).slice(-4000);
			const found = /DevTools listening on (ws:\S+)/.exec(said);
			if (found) {
				clearTimeout(timer);
				resolve(found[1]);
			}
		});
		child.on("exit", (code) =>
			reject(new Error(`chromium exited with ${code}: ${said}`)),
		);
		child.on("error", reject);
	});
}

/** Get ready, or skip everything and say why. */
async function start() {
	const program = process.env.CHROMIUM || which("chromium");
	if (!program) skip("chromium is not installed");
	const why = install();
	if (why) skip(why);
	const { chromium } = load("playwright-core");
	browser = await chromium.connectOverCDP(await launch(program), { timeout: PATIENCE });
}

async function stop() {
	if (browser) await browser.close();
	browser = null;
	kept = { key: null, context: null };
	clean();
}

/** What the page asked for and complained of, as lines. */
function watch(page) {
	const log = { requests: [], messages: [], failures: [] };

	page.on("request", (request) => log.requests.push(request.url()));
	page.on("requestfailed", (request) => log.failures.push(`failed: ${request.url()}`));
	page.on("console", (message) => log.messages.push(`${message.type()}: ${message.text()}`));
	page.on("pageerror", (error) => log.messages.push(`uncaught: ${error.stack || error}`));
	page.on("crash", () => log.messages.push("the renderer crashed"));
	page.on("dialog", (dialog) => {
		log.messages.push(`dialog: ${dialog.message()}`);
		dialog.dismiss().catch(() => {});
	});
	return log;
}

/** A context with options, which is not used again: its pages have processes of their own. */
async function ownContext(options) {
	const context = await browser.newContext(options);
	context.setDefaultTimeout(PATIENCE);
	return context;
}

/**
 * A context with options: that of the page before, if that is closed and had the same. In it is an
 * empty page of a file, whose process the pages of other files share: a new process is dear.
 */
async function contextOf(options) {
	const key = JSON.stringify(options);
	const idle = kept.context;
	if (idle && idle.pages().length === 1) {
		if (kept.key === key) return idle;
		await idle.close();
	}
	const context = await ownContext(options);
	kept = { key, context };
	const empty = await context.newPage();
	await empty.goto(urlOf(file("empty.html", "<!DOCTYPE html>")));
	return context;
}

/** The page goes, and its context too if it is not the last one or in doubt. */
async function closePage(page, isGood) {
	const context = page.context();
	if (isGood && context === kept.context) {
		await page.close();
		return;
	}
	if (context === kept.context) kept = { key: null, context: null };
	await context.close();
}

/**
 * Open a file in a page of its own, run `body(page, log)`, and see to it that nothing was complained
 * of. `options`: those of a context; `fragment`; `init`: what runs in the page before its scripts;
 * `ready`: false if there is nothing to wait for; `quiet`: false if complaints are the body's business;
 * `alone`: true for a process that no other page shares.
 */
async function withPage(name, options, body) {
	const { fragment = "", init, ready = true, quiet = true, alone, ...rest } = options || {};
	const context = await (alone ? ownContext : contextOf)({ viewport: SIZE, ...rest });
	const page = await context.newPage();
	let isGood = false;
	try {
		const log = watch(page);
		if (init) await page.addInitScript(init);
		await page.goto(urlOf(name) + fragment, { waitUntil: "load" });
		if (ready) await page.evaluate(() => globalThis.pyroprof.ready);
		if (rest.javaScriptEnabled !== false) await settle(page);
		const result = await body(page, log);
		if (quiet) assert.deepEqual(log.messages, [], "the page complained");
		isGood = true;
		return result;
	} finally {
		await closePage(page, isGood);
	}
}

function urlOf(name) {
	return name.includes("://") ? name : pathToFileURL(name).href;
}

/** Until what was asked for is on the screen. */
async function settle(page) {
	await page.evaluate(
		() =>
			new Promise((done) => {
				requestAnimationFrame(() =>
					requestAnimationFrame(() => setTimeout(done, 0)),
				);
			}),
	);
}

/** Until `check` objects to nothing any more: some things come when a machine has time for them. */
async function eventually(check) {
	const end = Date.now() + PATIENCE;
	for (;;) {
		try {
			return await check();
		} catch (error) {
			if (Date.now() >= end) throw error;
		}
		await new Promise((done) => setTimeout(done, 50));
	}
}

function sha(data) {
	return crypto.createHash("sha256").update(data).digest("hex");
}

/** What all visible canvases show, as a hash. */
async function canvasHash(page) {
	await settle(page);
	return sha(
		await page.evaluate(() =>
			[...document.querySelectorAll("canvas")]
				.filter(
					(canvas) =>
						canvas.width &&
						canvas.height &&
						canvas.offsetParent !== null,
				)
				.map(
					(canvas) =>
						`${canvas.width}x${canvas.height} ${canvas.toDataURL()}`,
				)
				.join("\n"),
		),
	);
}

/** What is on the screen, as a hash. */
async function screenHash(page, options) {
	await settle(page);
	return sha(await page.screenshot({ animations: "disabled", caret: "hide", ...options }));
}

/** Press keys, one after the other, with a frame between. */
async function press(page, ...keys) {
	for (const key of keys) {
		await page.keyboard.press(key);
		await settle(page);
	}
}

/** The memory of the page's process in bytes: it is the largest, where the page is alone. */
async function rendererMemory(page) {
	const session = await browser.newBrowserCDPSession();
	const { processInfo } = await session.send("SystemInfo.getProcessInfo");
	await session.detach();
	const sizes = processInfo
		.filter((one) => one.type === "renderer")
		.map((one) => {
			try {
				const status = fs.readFileSync(`/proc/${one.id}/status`, "utf8");
				return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]);
			} catch {
				return 0;
			}
		});
	await page.evaluate(() => 0);
	return Math.max(0, ...sizes);
}

module.exports = {
	FLAGS,
	canvasHash,
	eventually,
	file,
	folder,
	press,
	rendererMemory,
	screenHash,
	settle,
	sha,
	start,
	stop,
	urlOf,
	watch,
	withPage,
};
