// SPDX-License-Identifier: Apache-2.0
// The source of a function with what its lines cost, where the file carries it.

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
	if (!found) {
		const why = page.base.source
			? "There is no source of this function in the file. Choose another one."
			: "This file was written without source code; pyroprof flame --with-source adds it.";
		text.replaceChildren(el("p", { class: "message" }, why));
		return;
	}
	const first = page.base.funcs.line[page.func];
	const unit = page.base.meta.types[page.base.meta.default].unit;
	const cost = (value) => (value ? quantity(value, unit) : "");
	const rows = found.lines.map((line, i) =>
		el(
			"tr",
			{ class: i + 1 === first ? "at" : found.cum[i + 1] ? "hot" : null },
			el("td", { class: "number" }, cost(found.flat[i + 1])),
			el("td", { class: "number" }, cost(found.cum[i + 1])),
			el("td", { class: "number dim" }, String(i + 1)),
			el("td", { class: "code" }, safeText(line.replaceAll("\t", "    "))),
		),
	);
	const head = ["self", "total", "line", found.file].map((title, i) =>
		el("th", { class: i < 3 ? "number" : null, scope: "col" }, title),
	);
	text.replaceChildren(el("table", {}, el("tr", {}, ...head), ...rows));
	const row = rows[Math.max(0, first - 1)] || rows.find((each) => each.className === "hot");
	if (row) {
		row.scrollIntoView({ block: "center" });
	}
}
