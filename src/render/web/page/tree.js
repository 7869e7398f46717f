// SPDX-License-Identifier: Apache-2.0
// The tree as an treeState: rows that open and close.

const TREE_ROWS_MAX = 200000; // rows that "expand all" opens

const treeState = { open: new Set([0]), rows: [], flame: null, at: 0 };

/** The nodes that can be seen, below the zoom root. */
function outlineRows() {
	const { end } = page.flame;
	const root = zoomNode();
	const rows = [];

	for (let i = root; i < end[root];) {
		rows.push(i);
		i = treeState.open.has(i) || i === root ? i + 1 : end[i];
	}
	return rows;
}

function showOutline() {
	const { flame, column } = page;
	const total = totalOf(flame, column);
	const self = flame.self[column];
	const marked = graph.boxes[graph.selected];

	if (treeState.flame !== flame) {
		treeState.flame = flame;
		treeState.open = new Set([0]);
		openHeaviest();
	}
	if (marked && marked.node > 0 && graph.flame === flame) {
		for (let i = flame.parent[marked.node]; i >= 0; i = flame.parent[i]) {
			treeState.open.add(i);
		}
		treeState.at = marked.node;
	}
	const rows = (treeState.rows = outlineRows());
	const wholeOf = outlineWhole(total);
	const base = flame.depth[rows[0]];
	listHead(
		[
			["", "total", "number"],
			["", "total %", "number"],
			["", "self %", "number"],
			["", "function", "text"],
		],
		"",
	);
	showList(
		{
			columns: "outline",
			label: "Call tree",
			count: rows.length,
			fill: (i) =>
				outlineCells(
					rows[i],
					[total[rows[i]], self[rows[i]], wholeOf(rows[i])],
					flame.depth[rows[i]] - base,
				),
			level: (i) => ({
				depth: flame.depth[rows[i]] - base + 1,
				open: hasBelow(rows[i]) ? isOpen(rows[i]) : null,
			}),
			pick: (i) => pickNode(rows[i]),
			open: (i) => change({ v: "flame", z: nodePath(flame, rows[i]) }),
			toggle: (i) => toggleNode(rows[i]),
		},
		rowOfNode(treeState.at),
	);
}

/** The row of a node, or of what hides it. */
function rowOfNode(node) {
	return Math.max(0, lowerBound(treeState.rows, node + 1) - 1);
}

/** What the percentages of a node are of: a function of it. */
function outlineWhole(total) {
	const whole = wholeFor();
	const { parent } = page.flame;

	return (node) => (page.state.p === "parent" ? wholeFor(total[parent[node]]) : whole);
}

function outlineCells(node, [total, self, whole], depth) {
	const twist = hasBelow(node) ? (isOpen(node) ? "\u25be" : "\u25b8") : "";
	const indent = el(
		"span",
		{ class: "twist", "data-twist": 1, "aria-hidden": "true" },
		twist,
	);
	const hit = page.found && page.found.funcs[page.flame.func[node]];
	const pad = Math.min(depth, 60) * 14;
	const room = Math.max(24, list.cells - Math.ceil(pad / CELL));
	const name = nameCell(
		nameOf(page.flame.func[node]),
		room,
		hit ? "text hit" : "text",
		indent,
	);

	name.style.paddingLeft = `${pad}px`;

	return [
		cell(amount(total), "number"),
		cell(shareText(total, whole), "number"),
		cell(shareText(self, whole), "number dim"),
		name,
	];
}

function hasBelow(node) {
	return page.flame.end[node] > node + 1;
}

function isOpen(node) {
	return treeState.open.has(node) || node === zoomNode();
}

function pickNode(node) {
	const { flame, column } = page;

	treeState.at = node;
	page.func = flame.func[node];
	graph.mark = { func: flame.func[node], node, row: null };
	page.row = boxOfNode(node);
	announce(
		`${safeText(nameOf(flame.func[node]))}, ${shareText(totalOf(flame, column)[node])}`,
	);
	showDetails();
}

/** A node as if it were a box. */
function boxOfNode(node) {
	const { flame, column, measure } = page;
	const before = columnBefore(flame, measure.type);
	const pair = (of) => [before < 0 ? 0 : of(before)[node], of(column)[node]];
	const total = pair((c) => totalOf(flame, c));

	return { func: flame.func[node], node, count: 1, total, self: pair((c) => flame.self[c]) };
}

/** Open or close; true: it could be. */
function toggleNode(node, open) {
	if (!hasBelow(node)) {
		return false;
	}
	if (open === undefined ? isOpen(node) : !open) {
		treeState.open.delete(node);
	} else {
		treeState.open.add(node);
	}
	treeState.at = node;
	graph.mark = null;
	graph.selected = -1;
	showOutline();
	return true;
}

/** Open the path to where most of it is spent. */
function openHeaviest() {
	const { flame, view } = page;
	let node = 0;

	while (hasBelow(node)) {
		treeState.open.add(node);
		let best = node + 1;
		for (let c = node + 1; c < flame.end[node]; c = flame.end[c]) {
			best = view.extents[c] > view.extents[best] ? c : best;
		}
		if (view.extents[best] < view.extents[node] / 2) {
			break;
		}
		node = best;
	}
}

/** Open everything, as far as that makes sense, or close it. */
function openAll(open) {
	const { flame } = page;

	treeState.open = new Set([0]);
	if (open) {
		for (let i = 0; i < flame.n && treeState.open.size < TREE_ROWS_MAX; i++) {
			if (hasBelow(i)) {
				treeState.open.add(i);
			}
		}
	}
	graph.selected = -1;
	showOutline();
}

/** Open one level more, or close the deepest, below the current row. */
function openLevel(more) {
	const { flame } = page;
	const from = treeState.at;
	let level = 0;

	for (const i of treeState.rows) {
		if (i >= from && i < flame.end[from]) {
			level = Math.max(level, flame.depth[i]);
		}
	}
	for (const i of treeState.rows) {
		const within = i >= from && i < flame.end[from];
		if (within && flame.depth[i] === (more ? level : level - 1) && hasBelow(i)) {
			treeState.open[more ? "add" : "delete"](i);
		}
	}
	graph.selected = -1;
	showOutline();
}
