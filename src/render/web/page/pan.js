// SPDX-License-Identifier: Apache-2.0
// The part of the width that is seen, state h: by the wheel and by dragging. What is drawn follows
// at once; the fragment when it has come to rest, as one step of history.

const PART_MIN = 1e-9; // of the width
const PART_REST = 200; // ms
const WHEEL_SPEED = 0.0025; // per px
const pan = { timer: 0 };

/** What is seen of the width: [from, to] of 0..1. */
function seenPart() {
	return page.state.h || [0, 1];
}

/** Where a node is in its parent, as fractions: [from, width]. */
function partOfParent(node) {
	const { flame, view } = page;
	const up = flame.parent[node];
	let x = 0;

	for (let c = up + 1; c < node; c = flame.end[c]) {
		x += view.extents[c];
	}
	return [share(x, view.extents[up]), share(view.extents[node], view.extents[up])];
}

/** See another part; beyond the frame that is zoomed into, more of its parent. */
function seePart(from, to) {
	const { state } = page;
	let [low, high] = [from, to];

	while (isTreeView() && state.z.length && (low < -PART_MIN || high > 1 + PART_MIN)) {
		const node = zoomNode();
		const [x, w] = partOfParent(node);
		low = x + low * w;
		high = x + high * w;
		state.z = nodePath(page.flame, page.flame.parent[node]);
	}
	const size = Math.max(PART_MIN, Math.min(1, high - low));
	low = Math.max(0, Math.min(1 - size, low));
	state.h = size < 1 ? [low, low + size].map((part) => Number(part.toPrecision(15))) : null;
	showPart();
	clearTimeout(pan.timer);
	pan.timer = setTimeout(settlePart, PART_REST);
}

const showPart = throttled(() => {
	follows(); // another graph, but not one to be shown from its root
	showGraph(false);
	showMinimap();
	showCrumbs();
});

/** The part that is seen goes to the fragment. */
function settlePart() {
	if (pan.timer) {
		clearTimeout(pan.timer);
		pan.timer = 0;
		remember(formatState(trimmed(page.state)));
		show();
	}
}

/** Zoom by a factor, towards a place on the screen (0..1). */
function zoomPart(factor, at) {
	const [from, to] = seenPart();
	const size = (to - from) * factor;
	const low = from + at * (to - from) - at * size;

	seePart(low, low + size);
}

/** Move by px of the screen. */
function movePart(px) {
	const [from, to] = seenPart();
	const by = ((to - from) * px) / graph.width;

	seePart(from + by, to + by);
}

/** See what is between two places on the screen (px). */
function seeBetween(x, y) {
	const [from, to] = seenPart();
	const at = (px) => from + ((to - from) * px) / graph.width;
	const size = at(y) - at(x);

	change({ h: size < 1 - PART_MIN ? [at(x), at(y)] : null });
}

/** With Ctrl: zoom, towards the pointer. With Shift, or sideways: move. */
function onWheel(event) {
	const unit = [1, 16, canvas.height][event.deltaMode];
	const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];

	if (page.still) {
		return;
	}
	if (event.ctrlKey || event.metaKey) {
		const { left } = byId("marks").getBoundingClientRect();
		const by = Math.max(-240, Math.min(240, dy)) * WHEEL_SPEED;
		const at = (event.clientX - left) / graph.width;
		zoomPart(Math.exp(by), Math.max(0, Math.min(1, at)));
	} else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) {
		movePart(dx || dy);
	} else {
		return;
	}
	hover(-1, event);
	event.preventDefault();
}
