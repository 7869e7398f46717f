// SPDX-License-Identifier: Apache-2.0
// This view as files, and on paper.

const PNG_MAX = 16384; // px of a canvas that browsers can make
const PRINTED = 50; // functions of the table on paper

/** The graph as an element of SVG, all rows of it. */
function graphSvg() {
	const { rowHeight, fontSize } = canvas;
	const height = (graph.high - graph.low + 1) * rowHeight;
	const svg = svgEl("svg", {
		xmlns: SVG,
		viewBox: `0 0 ${graph.width} ${height}`,
		width: graph.width,
		height,
		"font-family": "ui-monospace, DejaVu Sans Mono, monospace",
		"font-size": fontSize,
	});

	const colourOf = colours();
	graph.boxes.forEach((box, id) => {
		svg.append(boxSvg(box, rowTop(graph.row[id]), colourOf(box)));
	});
	return svg;
}

/** What is said of a box: its value and share, or in a diff those of both sides and the change. */
function titleOf(box) {
	const name = box.func < 0 ? `${box.count} smaller` : safeText(nameOf(box.func));

	if (!isDiff()) {
		return `${name} (${amount(box.total[1])}, ${shareText(box.total[1])})`;
	}
	const [titles, total] = factRows(box, -1);
	const facts = total.slice(1).map((text, i) => text && `${titles[i + 1]} ${text}`.trim());
	return `${name} (${facts.filter(Boolean).join(", ")})`;
}

function boxSvg(box, y, [fill, text]) {
	const { rowHeight, fontSize } = canvas;
	const label = labelOf(box, box.w);

	return svgEl(
		"g",
		{ opacity: box.above ? 0.6 : null },
		svgEl("title", {}, titleOf(box)),
		svgEl("rect", {
			x: box.x.toFixed(2),
			y,
			width: Math.max(box.w - (box.w > 4 ? 1 : 0), 0.1).toFixed(2),
			height: rowHeight - 1,
			fill: fill === HATCH ? (page.dark ? "#2a3038" : "#d5dae1") : fill,
		}),
		label &&
			svgEl(
				"text",
				{
					x: (box.x + 3).toFixed(2),
					y: y + rowHeight / 2 + fontSize * 0.34,
					fill: text,
				},
				label,
			),
	);
}

function fileName(extension) {
	const name = (page.base.meta.title || "flame").replace(/[^\w.-]+/g, "_").slice(0, 60);

	return `${name}.${extension}`;
}

function saveSvg() {
	download(
		fileName("svg"),
		"image/svg+xml",
		new XMLSerializer().serializeToString(graphSvg()),
	);
}

/** All rows, as far as a canvas goes. */
function savePng() {
	const rows = graph.high - graph.low + 1;
	const ratio = Math.min(
		canvas.ratio,
		PNG_MAX / graph.width,
		PNG_MAX / (rows * canvas.rowHeight),
	);
	const picture = el("canvas", {});
	const context = sizeCanvas(picture, graph.width, rows * canvas.rowHeight, ratio);

	context.fillStyle = page.paper;
	context.fillRect(0, 0, graph.width, rows * canvas.rowHeight);
	paintRows(context, graph.low, graph.high, 0);
	picture.toBlob((blob) => blob && download(fileName("png"), "image/png", blob), "image/png");
}

/** The stacks that are seen: where the graph is zoomed into a frame, what is below that. */
function seenFlame() {
	return isTreeView() ? focusPath(page.flame, zoomNode()) : page.flame;
}

/** The menu of downloads. */
function saveItems() {
	const { flame, measure } = page;
	const off = byId("graph").hidden;
	const item = (label, hint, run, out) => ({ label, hint, run, off: out });

	return [
		{ head: "Save this view" },
		item("Picture", "SVG", saveSvg, off),
		item("Picture", "PNG", savePng, off),
		item("Stacks as text", "folded", () =>
			download(
				fileName("folded"),
				"text/plain",
				foldedText(seenFlame(), measure.type),
			),
		),
		item("Profile", "pprof", async () =>
			download(
				fileName("pb.gz"),
				"application/gzip",
				await pprofBytes(seenFlame()),
			),
		),
		item("Table", "CSV", () =>
			download(
				fileName("csv"),
				"text/csv",
				csvText(flame, measure.type, tableRows()),
			),
		),
		item("Print", "", () => print()),
	];
}

/** On paper: the graph as vectors, always in light colours, and the top of the table. */
function preparePrint() {
	const dark = page.dark;

	page.dark = false;
	const head = el("h1", {}, byId("title").textContent);
	const parts = byId("graph").hidden ? [] : [graphSvg()];
	byId("print").replaceChildren(head, el("p", {}, shownText()), ...parts, printedTable());
	page.dark = dark;
}

function printedTable() {
	const columns = tableColumns();
	const rows = tableRows().slice(0, PRINTED);

	return el(
		"table",
		{},
		el(
			"tr",
			{},
			...columns.map(({ title }) => el("th", {}, title)),
			el("th", {}, "function"),
		),
		...rows.map((func) =>
			el(
				"tr",
				{},
				...columns.map(({ text }) =>
					el("td", { class: "number" }, text(func)),
				),
				el("td", {}, fitName(nameOf(func), 90)),
			),
		),
	);
}
