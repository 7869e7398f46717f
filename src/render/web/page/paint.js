// SPDX-License-Identifier: Apache-2.0
// Drawing the graph: a canvas as large as what can be seen of it, whatever its height, and another
// one on top for what follows the pointer.

const canvas = { ratio: 1, height: 0, offset: 0, rowHeight: 18, fontSize: 12, font: "" };
const HATCH = "hatch";

/** What gives boxes their colours, and that of the text on them: box => [fill, text]. */
function colours() {
	if (page.forced) {
		return (box) =>
			isHit(box) ? ["Highlight", "HighlightText"] : ["Canvas", "CanvasText"];
	}
	const { fill, grey, match } = palette();
	const usual = page.found ? grey : fill;
	const run = [HATCH, page.dark ? "#aab2bd" : "#4b535d"];
	return (box) => {
		if (box.func < 0) {
			return run;
		}
		const colour = isHit(box) ? match : usual(box);
		return [colour, textColour(colour)];
	};
}

const textColours = new Map();

function textColour(fill) {
	let text = textColours.get(fill);

	if (!text) {
		text = textOn(fill);
		textColours.set(fill, text);
	}
	return text;
}

/** Schemes that look at nothing but the function. */
const FACTLESS = ["pkg", "hot", "kind", "dso", "grey"];

/** The functions that give boxes their fill. */
function palette() {
	const { flame, state, dark } = page;
	const key = [state.c, state.d, dark, page.measure.type].join();

	const make = () => ({
		fill: colouring(state.c),
		grey: colouring("grey"),
		match: matchFill(page.base.meta.palette, dark),
	});

	return memo("palette", flame, make, key);
}

function colouring(scheme) {
	const { meta } = page.base;
	const { dark, flame } = page;
	const kept = new Map(); // by function where nothing else matters, else by box
	const keyOf = FACTLESS.includes(scheme) ? (box) => box.func : (box) => box;
	const facts = FACTLESS.includes(scheme) ? () => null : factsOf();

	return (box) => {
		const key = keyOf(box);
		let colour = kept.get(key);
		if (!colour) {
			colour = fillOf(meta.palette, scheme, flame, box.func, facts(box), dark);
			if (kept.size > 50000) {
				kept.clear();
			}
			kept.set(key, colour);
		}
		return colour;
	};
}

/** Draw all of it: rows that can be seen. */
function paint() {
	const started = performance.now();
	const scroll = byId("scroll");
	const width = graph.width;
	const context = sizeCanvas(byId("paint"), width, canvas.height, canvas.ratio);
	const { top, first, last } = visibleRows(scroll);

	context.clearRect(0, 0, width, canvas.height);
	paintRows(context, first, last, -top);
	page.stats.paint = performance.now() - started;
	paintMarks();
}

/** What of the rows can be seen: the y of the layout at the top of the canvas, and the rows. */
function visibleRows(scroll) {
	const top = scroll.scrollTop - canvas.offset;
	const { rowHeight } = canvas;

	return {
		top,
		first: graph.low + Math.max(0, Math.floor(top / rowHeight)),
		last: Math.min(
			graph.high,
			graph.low + Math.floor((top + canvas.height) / rowHeight),
		),
	};
}

/** y of a row in the layout. */
function rowTop(row) {
	return (row - graph.low) * canvas.rowHeight;
}

/** Paint rows; y of the layout is moved by `dy`. */
function paintRows(context, first, last, dy) {
	const labels = [];
	const colourOf = colours();
	let set = "";

	for (let row = first; row <= last; row++) {
		const y = rowTop(row) + dy;
		for (const id of graph.rows.get(row) || []) {
			const box = graph.boxes[id];
			const [fill, text] = colourOf(box);
			if (fill !== set) {
				context.fillStyle = fill === HATCH ? hatch(context) : fill;
				set = fill;
			}
			context.globalAlpha = box.above && !page.forced ? 0.55 : 1;
			paintBox(context, box, y);
			if (box.w >= 20) {
				labels.push({ box, text, y });
			}
		}
	}
	context.globalAlpha = 1;
	paintLabels(context, labels);
}

function paintBox(context, box, y) {
	const { ratio, rowHeight } = canvas;
	const x = Math.round(box.x * ratio) / ratio;
	const end = Math.round((box.x + box.w) * ratio) / ratio;
	const gap = box.w > 4 ? 1 : box.w > 1.5 ? 1 / ratio : 0;
	const w = Math.max(end - x - gap, 1 / ratio);

	context.fillRect(x, y, w, rowHeight - 1);
	if (page.forced && w > 3) {
		context.strokeStyle = "CanvasText";
		context.strokeRect(x + 0.5, y + 0.5, w - 1, rowHeight - 2);
	}
}

function paintLabels(context, labels) {
	const down = canvas.rowHeight / 2 + canvas.fontSize * 0.34;

	context.font = canvas.font;
	context.textBaseline = "alphabetic";
	for (const { box, text, y } of labels) {
		const note = noteOf(box);
		const label = labelOf(
			box,
			box.w - note.length * 0.6 * canvas.fontSize - (note ? 6 : 0),
		);
		context.fillStyle = box.above && !page.forced ? page.ink : text;
		if (label) {
			context.fillText(label, box.x + 3, y + down, box.w - 5);
		}
		if (note) {
			context.textAlign = "right";
			context.fillText(note, box.x + box.w - 5, y + down);
			context.textAlign = "left";
		}
	}
}

/** What stands at the right of wide boxes: in a diff, the change, so that it is not colour alone. */
function noteOf(box) {
	if (!isDiff() || box.func <= 0 || box.w < 120) {
		return "";
	}
	const { points, state } = changeOf(box);
	return state === "new" || state === "gone" ? state : signed(points, 1);
}

const fitted = new Map();

/** The text that fits into a box of a width. */
function labelOf(box, width) {
	const cells = Math.floor((width - 6) / (0.6 * canvas.fontSize));

	if (cells < 2) {
		return "";
	}
	const name = box.func < 0 ? `${box.count} smaller` : nameOf(box.func);
	const key = `${Math.min(cells, name.length * 8)} ${name}`;
	let text = fitted.get(key);
	if (text === undefined) {
		text = fitName(name, cells);
		if (fitted.size > 50000) {
			fitted.clear();
		}
		fitted.set(key, text);
	}
	return text;
}

/** Stripes, for what is too thin to be seen. */
function hatch(context) {
	return memo("hatch", page.dark, () => {
		const tile = el("canvas", { width: 4, height: 4 });
		const pen = tile.getContext("2d");

		pen.fillStyle = page.dark ? "#2a3038" : "#e3e7ec";
		pen.fillRect(0, 0, 4, 4);
		pen.fillStyle = page.dark ? "#3b434e" : "#c7ced7";
		pen.fillRect(0, 0, 1, 4);
		return context.createPattern(tile, "repeat");
	});
}

/** What follows the pointer and the selection. */
function paintMarks() {
	const { ratio, height } = canvas;
	const context = sizeCanvas(byId("marks"), graph.width, height, ratio);
	const { top, first, last } = visibleRows(byId("scroll"));
	const func = page.func;

	context.clearRect(0, 0, graph.width, height);
	context.fillStyle = context.strokeStyle = page.forced ? "Highlight" : page.ink;
	for (let row = first; row <= last; row++) {
		for (const id of graph.rows.get(row) || []) {
			if (func > 0 && graph.boxes[id].func === func && id !== graph.root) {
				underline(context, graph.boxes[id], rowTop(row) - top);
			}
		}
	}
	frameBox(context, graph.hover, top, 1);
	if (graph.selected !== graph.root) {
		frameBox(context, graph.selected, top, 2);
	}
}

/** What is being selected in the graph. */
function paintBand([from, to]) {
	const context = byId("marks").getContext("2d");

	context.globalAlpha = 0.25;
	context.fillStyle = page.accent;
	context.fillRect(from, 0, to - from, canvas.height);
	context.globalAlpha = 1;
}

function underline(context, box, y) {
	context.fillRect(box.x, y + canvas.rowHeight - 3, Math.max(box.w - 1, 1), 2);
}

function frameBox(context, id, top, width) {
	const box = graph.boxes[id];

	if (!box) {
		return;
	}
	context.lineWidth = width;
	context.strokeRect(
		box.x + width / 2,
		rowTop(graph.row[id]) - top + width / 2,
		Math.max(box.w - 1 - width, 1),
		canvas.rowHeight - 1 - width,
	);
}

/** Make room for the boxes and draw them. `follow`: begin where the zoom root is. */
function showGraph(follow) {
	const scroll = byId("scroll");
	const { rowHeight } = canvas;

	canvas.ratio = devicePixelRatio || 1;
	canvas.height = scroll.clientHeight;
	const started = performance.now();
	let width = 0;
	byId("stage").style.height = `${canvas.height}px`;
	for (let pass = 0; pass < 2 && width !== scroll.clientWidth; pass++) {
		width = scroll.clientWidth;
		layGraph(width);
		const total = (graph.high - graph.low + 1) * rowHeight + 4;
		const up = page.state.y === "flame" && graph.high === 0;
		canvas.offset = up ? Math.max(0, canvas.height - total) : 0;
		byId("space").style.height = `${Math.max(total, canvas.height)}px`;
	}
	page.stats.layout = performance.now() - started;
	if (follow) {
		scrollToRoot(scroll);
	}
	paint();
}

/** Show the zoom root with some of what is above it; a sandwich's middle in the middle. */
function scrollToRoot(scroll) {
	const row = graph.root < 0 ? 0 : graph.row[graph.root];
	const shown = Math.floor(canvas.height / canvas.rowHeight);
	const context = Math.min(Math.abs(row), Math.floor(shown / 3));
	const y = rowTop(row);

	if (page.state.v === "sandwich") {
		scroll.scrollTop = y - canvas.height / 2;
	} else if (page.state.y === "flame") {
		scroll.scrollTop = y + (context + 1) * canvas.rowHeight + 4 - canvas.height;
	} else {
		scroll.scrollTop = y - context * canvas.rowHeight;
	}
}

/** Scroll so that a box can be seen. */
function reveal(id) {
	const scroll = byId("scroll");
	const y = rowTop(graph.row[id]) + canvas.offset;

	if (y < scroll.scrollTop) {
		scroll.scrollTop = y;
	} else if (y + canvas.rowHeight > scroll.scrollTop + canvas.height) {
		scroll.scrollTop = y + canvas.rowHeight + 4 - canvas.height;
	}
}
