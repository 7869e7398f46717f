// SPDX-License-Identifier: Apache-2.0
// Puts the packages of package-lock.json into the build tree, once, whoever comes first.
"use strict";

const { createRequire } = require("node:module");
const { spawnSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const SOURCE = path.join(__dirname, "..");
const TARGET = path.resolve(process.env.top_builddir || ".", "browser-packages");
const WAIT = "240"; // seconds, for whoever is at it

/** The path of a program, or null. */
function which(program) {
	for (const folder of (process.env.PATH || "").split(":")) {
		const file = path.join(folder, program);
		try {
			fs.accessSync(file, fs.constants.X_OK);
			if (fs.statSync(file).isFile()) return file;
		} catch {
			// not there
		}
	}
	return null;
}

/** What the installed packages are the packages of. */
function fingerprint() {
	const hash = crypto.createHash("sha256").update(process.version);
	for (const name of ["package.json", "package-lock.json"])
		hash.update(fs.readFileSync(path.join(SOURCE, name)));
	return hash.digest("hex");
}

function installed() {
	try {
		return fs.readFileSync(path.join(TARGET, "installed"), "utf8") === fingerprint();
	} catch {
		return false;
	}
}

/** The line of npm's output that says what is wrong. */
function complaint(run) {
	const lines = `${run.stderr || ""}\n${run.stdout || ""}`
		.split("\n")
		.filter((l) => l.trim());
	const error =
		lines.find((l) => /npm ERR!|npm error/.test(l) && !/code/.test(l)) || lines.pop();
	return (error || `exit status ${run.status}`).replace(/^npm (ERR!|error) */, "");
}

/** Install; null, or why not. */
function install() {
	if (installed()) return null;
	if (!which("npm")) return "npm is not installed";
	fs.mkdirSync(TARGET, { recursive: true });
	for (const name of ["package.json", "package-lock.json"])
		fs.copyFileSync(path.join(SOURCE, name), path.join(TARGET, name));
	// whoever comes second finds it done
	const script = `[ "$(cat installed 2>/dev/null)" = "$0" ] ||
		{ rm -f installed; "$@" && printf %s "$0" >installed; }`;
	const npm = [
		"npm",
		"ci",
		"--ignore-scripts",
		"--no-audit",
		"--no-fund",
		"--loglevel=error",
		"--fetch-retries=1",
	];
	const run = spawnSync(
		"flock",
		["-w", WAIT, "lock", "sh", "-c", script, fingerprint(), ...npm],
		{ cwd: TARGET, encoding: "utf8" },
	);
	return run.status === 0 ? null : `npm ci failed: ${complaint(run)}`;
}

/** A package, after install(); load.resolve(): where a file of one is. */
function load(name) {
	return createRequire(path.join(TARGET, "package.json"))(name);
}
load.resolve = (name) => createRequire(path.join(TARGET, "package.json")).resolve(name);

module.exports = { install, load, which };
