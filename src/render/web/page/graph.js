// SPDX-License-Identifier: Apache-2.0
// The boxes of the view and where they are: rows, parents, what is under the pointer, what is
// selected. Row 0 is the root's or a sandwich's middle; rows grow downwards.

const graph = {
	boxes: [],
	row: [], // of each box
	parent: [], // of each box; -1: none
	below: [], // how many boxes have each as their parent
	rows: new Map(), // of a row, its boxes from left to right
	low: 0,
	high: 0,
	root: -1, // the box zoomed into
	selected: -1,
	hover: -1,
	width: 0,
	key: "", // what of the state the boxes are of
	extents: null, // and of which tree
	flame: null, // whose nodes the boxes are; null if they are groups
};

/** Take boxes as the content of the graph: parts are {boxes, sign, skip}; `view` is theirs. */
function fillGraph(parts, width, view) {
	Object.assign(graph, {
		boxes: [],
		row: [],
		parent: [],
		below: [],
		low: 0,
		high: 0,
		root: -1,
		hover: -1,
	});
	graph.rows = new Map();
	graph.width = width;
	for (const { boxes, sign, skip } of parts) {
		const last = skip ? [0] : []; // of each depth

		clipBoxes(boxes, view);
		for (let i = skip ? 1 : 0; i < boxes.length; i++) {
			addBox(boxes[i], sign, last);
		}
	}
	graph.root = graph.boxes.findIndex((box) => !box.above);
}

/** Boxes as they are in the window of a view. */
function clipBoxes(boxes, { window: part, width }) {
	if (!part) {
		return;
	}
	for (const box of boxes) {
		const end = box.above ? width : box.x + box.w;
		const x = Math.max(box.x, part[0]);
		box.w = Math.min(end, part[1]) - x;
		box.x = x - part[0];
	}
}

function addBox(box, sign, last) {
	const id = graph.boxes.push(box) - 1;
	const row = sign * box.depth;
	const parent = box.depth ? last[box.depth - 1] : -1;

	graph.row.push(row);
	graph.parent.push(parent);
	graph.below.push(0);
	if (parent >= 0) {
		graph.below[parent]++;
	}
	last[box.depth] = id;
	if (!graph.rows.has(row)) {
		graph.rows.set(row, []);
	}
	graph.rows.get(row).push(id);
	graph.low = Math.min(graph.low, row);
	graph.high = Math.max(graph.high, row);
}

/** What the state shows, laid out for a width; what it was if nothing of that has changed. */
function layGraph(width) {
	const { v, z, h, y, a, b, l } = page.state;
	const { extents } = page.view;
	const key = JSON.stringify([v, z, h, y, a, b, l, v === "sandwich" && page.func, width]);

	if (graph.key !== key || graph.extents !== extents) {
		layBoxes(width);
		Object.assign(graph, { key, extents });
	}
	graph.hover = -1;
	reselect();
}

function layBoxes(width) {
	const view = viewOf(width);
	graph.flame = isTreeView() ? view.flame : null;
	const { state } = page;
	const sign = state.y === "flame" ? -1 : 1;

	if (state.v === "inverted") {
		fillGraph(
			[{ boxes: invertedBoxes(view, invertedPath(state.z)), sign }],
			width,
			view,
		);
	} else if (state.v === "sandwich") {
		const func = page.func < 0 ? 0 : page.func;
		fillGraph(
			[
				{ boxes: calleesBoxes(view, func), sign: 1 },
				{ boxes: callersBoxes(view, func), sign: -1, skip: true },
			],
			width,
			view,
		);
	} else if (state.v === "time") {
		fillGraph([{ boxes: timeBoxes(view), sign }], width, view);
	} else {
		fillGraph([{ boxes: treeBoxes(view, zoomNode()), sign }], width, view);
	}
}

function invertedPath(names) {
	return names.map(funcOf);
}

/** The boxes from the root to a box, as ids. */
function chainOf(id) {
	const chain = [];

	for (let i = id; i >= 0; i = graph.parent[i]) {
		chain.push(i);
	}
	return chain.reverse();
}

/** The functions of the path of a box; in callers and callees, from the function on. */
function funcsOf(id) {
	const named = chainOf(id).filter((i) => graph.row[i] !== 0 && graph.boxes[i].func >= 0);

	return named.map((i) => graph.boxes[i].func);
}

/** The same as the state has them. */
function pathOf(id) {
	return funcsOf(id).map(textOf);
}

/** The whole stack of a box, outermost first. */
function stackOf(id) {
	const { v } = page.state;
	const path = funcsOf(id).map(nameOf);

	if (v === "inverted") {
		return path.reverse();
	}
	if (v !== "sandwich") {
		return path;
	}
	path.unshift(nameOf(page.func));
	return graph.row[id] < 0 ? path.reverse() : path;
}

/** The box at a place of the layout, -1 if there is none. */
function boxAt(x, row) {
	const ids = graph.rows.get(row) || [];
	let low = 0;
	let high = ids.length;

	while (low < high) {
		const middle = (low + high) >> 1;
		if (graph.boxes[ids[middle]].x <= x) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	const id = low ? ids[low - 1] : -1;
	return id >= 0 && x < graph.boxes[id].x + graph.boxes[id].w ? id : -1;
}

/** After a new layout: the same frame again, or else the zoom root. */
function reselect() {
	const { mark } = graph;
	let id = -1;

	if (mark) {
		id = graph.boxes.findIndex(
			(box, i) =>
				box.func === mark.func &&
				box.node === mark.node &&
				(mark.row === null || graph.row[i] === mark.row),
		);
	}
	setSelected(id < 0 ? graph.root : id);
}

function setSelected(id) {
	const box = graph.boxes[id];

	graph.selected = id;
	graph.mark = box && { func: box.func, node: box.node, row: graph.row[id] };
}

/** The neighbour of a box in its row, within the same parent or beyond it. */
function besides(id, step) {
	const ids = graph.rows.get(graph.row[id]) || [];

	return ids[ids.indexOf(id) + step] ?? -1;
}

/** The first or last of a box's siblings. */
function lastSibling(id, step) {
	const ids = graph.rows
		.get(graph.row[id])
		.filter((i) => graph.parent[i] === graph.parent[id]);

	return step < 0 ? ids[0] : ids[ids.length - 1];
}

/** The sibling that comes next by width; after the last, the first. */
function nextHeaviest(id) {
	const ids = (graph.rows.get(graph.row[id]) || [])
		.filter((i) => graph.parent[i] === graph.parent[id] && graph.boxes[i].func >= 0)
		.sort((x, y) => graph.boxes[y].w - graph.boxes[x].w || x - y);

	return ids.length ? ids[(ids.indexOf(id) + 1) % ids.length] : -1;
}

/** One row up (-1) or down (1) on the screen: the parent, or the widest child. */
function across(id, step) {
	const row = graph.row[id] + step;
	const under = (i) => graph.parent[i] === id;

	if (graph.parent[id] >= 0 && graph.row[graph.parent[id]] === row) {
		return graph.parent[id];
	}
	let best = -1;
	for (const i of graph.rows.get(row) || []) {
		if (under(i) && (best < 0 || graph.boxes[i].w > graph.boxes[best].w)) {
			best = i;
		}
	}
	return best;
}
