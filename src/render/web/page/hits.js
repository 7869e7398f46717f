// SPDX-License-Identifier: Apache-2.0
// Going through what a search has found. In a tree that is every frame, drawn or not: what is too
// thin is zoomed to. Groups (bottom-up, callers, callees) are made when they can be seen, so there
// it is what is drawn.

const HIT_WIDTH = 4; // px of a hit that one goes to

/** Whether the search has found a box. */
function isHit(box) {
	return page.found !== null && box.func >= 0 && page.found.funcs[box.func] === 1;
}

/** How many frames each function has. */
function frameCounts() {
	const { flame } = page;

	return memo("frames", flame, () => {
		const counts = new Int32Array(flame.nfuncs);
		for (let i = 0; i < flame.n; i++) {
			counts[flame.func[i]]++;
		}
		return counts;
	});
}

function hitCount() {
	const { found } = page;

	if (!isTreeView()) {
		return hits().length;
	}
	return frameCounts().reduce((sum, count, func) => sum + (found.funcs[func] ? count : 0), 0);
}

/** All hits in their order: nodes of a tree, else boxes. */
function hits() {
	const { flame, found } = page;
	const ids = [];

	if (!isTreeView()) {
		graph.boxes.forEach((box, id) => isHit(box) && ids.push(id));
		return ids;
	}
	return memo("hits", found, () => nodesOf(flame, found.funcs));
}

/** What is selected, as hits are: a node, or a box. */
function selectedHit() {
	if (page.state.v === "tree") {
		return treeState.at;
	}
	return isTreeView() ? (graph.mark ? graph.mark.node : 0) : graph.selected;
}

/** Select the next or previous frame that the search has found. */
function stepHit(step) {
	if (!page.found || (byId("graph").hidden && page.state.v !== "tree")) {
		return;
	}
	const ids = hits();
	const now = selectedHit();
	const at = lowerBound(ids, now);

	if (!ids.length) {
		return;
	}
	const to = (at + (step < 0 ? -1 : ids[at] === now ? 1 : 0) + ids.length) % ids.length;
	page.back = page.back || {
		mark: graph.mark,
		func: page.func,
		top: byId("scroll").scrollTop,
		z: page.state.z,
		h: page.state.h,
	};
	goToHit(ids[to]);
	if (ids[at] === now && Math.sign(to - at) !== step) {
		announce(`Wrapped: ${byId("live").textContent}`);
	}
	showMatched(to);
}

function goToHit(hit) {
	if (page.state.v === "tree") {
		for (let up = page.flame.parent[hit]; up >= 0; up = page.flame.parent[up]) {
			treeState.open.add(up);
		}
		graph.selected = -1;
		treeState.at = hit;
		showOutline();
		pickNode(hit);
	} else if (isTreeView()) {
		showNode(hit);
	} else {
		selectBox(hit);
	}
}

/** Select a node, zoomed to if it cannot be seen as it is. */
function showNode(node) {
	const boxOf = () => graph.boxes.findIndex((box) => box.node === node);
	const id = boxOf();
	const { back } = page;

	if (id >= 0 && graph.boxes[id].w >= HIT_WIDTH) {
		selectBox(id);
		return;
	}
	const z = nodePath(page.flame, rootFor(node));
	graph.mark = { func: page.flame.func[node], node, row: null };
	const again = back.went === page.state.z;
	back.went = z;
	change({ z, h: null }, again);
	selectBox(boxOf());
}

/** What to zoom into to see a node: as little as will do. */
function rootFor(node) {
	const { flame, view } = page;
	let root = zoomNode();

	while (root > 0 && !(root <= node && node < flame.end[root])) {
		root = flame.parent[root];
	}
	let best = node;
	for (let up = node; up >= root; up = flame.parent[up]) {
		if (share(view.extents[node], view.extents[up]) * graph.width >= HIT_WIDTH) {
			best = up;
		}
	}
	return best;
}

/** When a search ends, what was selected before its hits is so again. */
function leaveHits() {
	if (page.back) {
		graph.mark = page.back.mark;
		page.func = page.back.func;
		byId("scroll").scrollTop = page.back.top;
		page.back = null;
	}
}

/** What of the state its end changes: the zoom, if that is still the hits'. */
function zoomBefore() {
	const { back, state } = page;

	return back && back.went === state.z ? { z: back.z, h: back.h } : {};
}
