// SPDX-License-Identifier: Apache-2.0
// The whole graph in a strip: where the zoom is in it, and where the search has found something.

const MINIMAP = 36; // px
const minimap = { boxes: [] };

function paintMinimap() {
	const map = byId("minimap");
	const { flame, view, state } = page;
	const width = map.clientWidth;

	if (!width) {
		return;
	}
	const context = sizeCanvas(map, width, MINIMAP, canvas.ratio);
	const lay = () => treeBoxes({ ...view, width, min: 1 }, 0);
	minimap.boxes = memo("map", view.extents, lay, width);
	const depth = minimap.boxes.reduce((most, box) => Math.max(most, box.depth), 1);
	const high = (MINIMAP - 4) / (depth + 1);
	minimap.yOf = (row) => (state.y === "flame" ? MINIMAP - (row + 1) * high : 4 + row * high);
	context.clearRect(0, 0, width, MINIMAP);
	const colourOf = colours();
	for (const box of minimap.boxes) {
		const [fill] = colourOf(box);
		context.fillStyle = fill === HATCH ? page.line : fill;
		context.fillRect(
			box.x,
			minimap.yOf(box.depth),
			Math.max(box.w - 0.3, 0.7),
			Math.max(high, 0.7),
		);
		if (isHit(box)) {
			context.fillRect(box.x, 0, Math.max(box.w, 2), 3);
		}
	}
	shadeOutside(context, width, flame, view);
}

/** Everything but the zoom is paler. */
function shadeOutside(context, width, flame, view) {
	const node = zoomNode();
	const [from, to] = seenPart();
	const [start, whole] = rangeOf(flame, view.extents, node);
	const [x, w] = [start + from * whole, (to - from) * whole];

	if (node === 0 && !page.state.h) {
		return;
	}
	context.fillStyle = page.forced ? "Canvas" : page.paper;
	context.globalAlpha = 0.7;
	context.fillRect(0, 4, x * width, MINIMAP);
	context.fillRect((x + w) * width, 4, width, MINIMAP);
	context.globalAlpha = 1;
	context.strokeStyle = page.ink;
	context.strokeRect(x * width + 0.5, 4.5, Math.max(w * width - 1, 1), MINIMAP - 5);
}

/** Where a node is in the whole, as fractions. */
function rangeOf(flame, extents, node) {
	let x = 0;

	for (let i = node; i > 0; i = flame.parent[i]) {
		for (let c = flame.parent[i] + 1; c < i; c = flame.end[c]) {
			x += extents[c];
		}
	}
	return [share(x, extents[0]), share(extents[node], extents[0])];
}

/** A click zooms into the frame there, dragging into what spans the range. */
function startMinimap() {
	const map = byId("minimap");
	let from = null;
	const xOf = (event) => event.clientX - map.getBoundingClientRect().left;

	map.addEventListener("pointerdown", (event) => {
		from = xOf(event);
		map.setPointerCapture(event.pointerId);
	});
	map.addEventListener("pointerup", (event) => {
		const to = xOf(event);
		const y = event.clientY - map.getBoundingClientRect().top;
		const [low, high] = [Math.min(from, to), Math.max(from, to)];
		const spans = minimap.boxes.filter(
			(box) => box.node >= 0 && box.x <= low && box.x + box.w >= high,
		);
		const row = (box) => Math.abs(minimap.yOf(box.depth) - y);
		const box =
			high - low > 3
				? spans.pop()
				: spans.reduce(
						(best, each) =>
							row(each) < row(best) ? each : best,
						spans[0],
					);
		if (box) {
			change({ z: nodePath(page.flame, box.node) });
		}
	});
}
