// SPDX-License-Identifier: Apache-2.0
// From one match to the next: through the whole tree, wherever the picture has to zoom to for that.

/** All nodes that the search has found and that can have a width, in the order of the layout. */
function hitNodes() {
	const { found, view } = picture;
	if (!found) return [];
	found.nodes ||= nodesOf(view.flame, found.funcs, (node) => view.extents[node] > 0);
	return found.nodes;
}

/** How many there are to visit: bottom-up only of those that are drawn, since all are not known. */
function hitCount() {
	return isInverted() ? picture.boxes.filter(isHit).length : hitNodes().length;
}

/** The next to visit; the first is the first (or last) of what is zoomed into. */
function nextHit(step) {
	const n = hitCount();
	const { hit } = controls;
	if (hit >= 0) return (hit + step + n) % n;
	if (isInverted()) return step > 0 ? 0 : n - 1;
	const { node, view } = picture;
	const first = lowerBound(hitNodes(), step > 0 ? node : view.flame.end[node]);
	return (step > 0 ? first : first - 1 + n) % n;
}

/** Zoom so that a node is drawn and can be pointed at; no further in than it takes. */
function zoomOntoNode(node) {
	const { flame, extents } = picture.view;
	const isWide = (at) => extents[node] * picture.width >= extents[at] * FRAME_OWN_LEAST;
	let root = node;
	for (let at = node; at >= 0; at = flame.parent[at]) if (isWide(at)) root = at;
	picture.wanted = root;
	change({ z: nodePath(flame, root) }, true);
}

/** The box of a node that is drawn and wide enough to be pointed at; -1. */
function boxOfNode(node) {
	return picture.boxes.findIndex((box) => box.node === node && !isThin(box));
}

/** Go to the next match, or to the one before; `stay`: what has the keyboard keeps it. */
function visitHit(step, stay) {
	if (!hitCount()) return;
	const hit = nextHit(step);
	let at = -1;
	if (isInverted()) {
		at = picture.boxes.flatMap((box, i) => (isHit(box) ? [i] : []))[hit];
	} else {
		const node = hitNodes()[hit];
		if (boxOfNode(node) < 0) zoomOntoNode(node);
		at = boxOfNode(node);
	}
	controls.hit = hit;
	showMatched();
	if (at < 0) return;
	if (stay) {
		revealBox(at);
		describeBox(at);
	} else {
		focusBox(at);
	}
	for (const group of byId("frames").querySelectorAll(".at")) group.classList.remove("at");
	groupOf(at).classList.add("at");
}
