// SPDX-License-Identifier: Apache-2.0
// The source of a function with what its lines cost, where the file carries it.

const LINE_MAX = 2000; // characters of a line that are shown
const NUMBERS = 36; // characters of what is before it
const MARGIN = 8; // lines beyond what can be seen

const listing = { found: null, shown: null };

/** Lines of the file of a function: {file, lines, flat, cum}, null where there is none. */
function sourceOf(func) {
	const { source } = page.base;
	const file = func < 0 ? "" : page.base.funcs.file[func];

	if (!source || !file || !(file in source.files)) {
		return null;
	}
	return memo("source", file, () => {
		const lines = source.files[file].split("\n");
		const flat = new Float64Array(lines.length + 1);
		const cum = new Float64Array(lines.length + 1);
		source.func.forEach((f, i) => {
			if (page.base.funcs.file[f] === file && source.line[i] <= lines.length) {
				flat[source.line[i]] += source.flat[i];
				cum[source.line[i]] += source.cum[i];
			}
		});
		return { file, lines, flat, cum };
	});
}

/** Show it in the section of text, beside the narrow table. */
function showSource() {
	const found = sourceOf(page.func);
	const text = byId("text");

	text.className = "source";
	listing.found = null;
	if (!found) {
		listing.shown = null;
		const why = page.base.source
			? "There is no source of this function in the file. Choose another one."
			: "This file was written without source code; pyroprof flame --with-source adds it.";
		text.replaceChildren(el("p", { class: "message" }, why));
		return;
	}
	const rows = el("div", {
		class: "rows",
		role: "table",
		"aria-rowcount": found.lines.length,
	});
	const longest = found.lines.reduce((most, line) => Math.max(most, line.length), 0);
	rows.style.height = `${found.lines.length * ROW}px`;
	rows.style.minWidth = `${Math.min(longest, LINE_MAX) + NUMBERS}ch`;
	text.replaceChildren(sourceRow("head", ["self", "total", "line", found.file]), rows);
	const first = page.base.funcs.line[page.func];
	const at = first || found.cum.findIndex((cum) => cum > 0);
	listing.found = { ...found, first, rows };
	if (listing.shown !== page.func) {
		listing.shown = page.func;
		text.scrollTop = Math.max(0, at * ROW - text.clientHeight / 2);
		text.scrollLeft = 0;
	}
	paintSource();
}

function startSource() {
	byId("text").addEventListener("scroll", throttled(paintSource));
}

function sourceRow(kind, [flat, cum, line, code]) {
	const cell_ = kind.startsWith("head") ? "columnheader" : "cell";

	return el(
		"div",
		{ class: `row ${kind}`, role: "row" },
		el("span", { role: cell_, class: "number" }, flat),
		el("span", { role: cell_, class: "number" }, cum),
		el("span", { role: cell_, class: "number dim" }, line),
		el("span", { role: cell_, class: "code" }, code),
	);
}

/** The lines that can be seen, and some more. */
function paintSource() {
	const text = byId("text");

	if (page.state.v !== "source" || !listing.found) {
		return;
	}
	const { lines, flat, cum, first, rows } = listing.found;
	const { types, default: usual, unit } = page.base.meta;
	const cost = (value) => (value ? quantity(value, types[usual].unit, unit) : "");
	const from = Math.max(0, Math.floor(text.scrollTop / ROW) - MARGIN);
	const to = Math.min(lines.length, from + text.clientHeight / ROW + 2 * MARGIN);
	const shown = [];

	for (let i = from; i < to; i++) {
		const kind = i + 1 === first ? "at" : cum[i + 1] ? "hot" : "";
		const code = lines[i].slice(0, LINE_MAX).replaceAll("\t", "    ");
		const row = sourceRow(kind, [
			cost(flat[i + 1]),
			cost(cum[i + 1]),
			String(i + 1),
			safeText(code),
		]);
		row.style.top = `${i * ROW}px`;
		row.setAttribute("aria-rowindex", i + 1);
		shown.push(row);
	}
	rows.replaceChildren(...shown);
}
