// SPDX-License-Identifier: Apache-2.0
// A tree of what is drawn, for pictures without data, and for old links that say where a frame is.

const STATIC_GAP = 0.5; // as GAP in src/render/svg_frames.c

/** The width of a box by what is painted of it: see painted_width() there. */
function boxWidth(painted) {
	return painted < STATIC_GAP * 7 ? (painted * 8) / 7 : painted + STATIC_GAP;
}

/** The frames as they stand in the file. */
function staticFrames() {
	const attribute = (element, name) => parseFloat(element.getAttribute(name)) || 0;
	const frames = [];
	for (const group of byId("frames").children) {
		const rect = group.querySelector("rect");
		const title = group.querySelector("title");
		if (!rect || !title) continue;
		frames.push({
			x: attribute(rect, "x"),
			y: attribute(rect, "y"),
			w: boxWidth(attribute(rect, "width")),
			title: title.textContent,
			className: group.getAttribute("class") || "",
			fill: rect.getAttribute("fill"),
		});
	}
	return frames;
}

/** `name (value, percent)` -> name. */
function nameOfTitle(title) {
	const at = title.lastIndexOf(" (");
	return at < 0 ? title : title.slice(0, at);
}

/** Parents and ends of nodes in preorder by their depths. */
function treeOfDepths(depth) {
	const n = depth.length;
	const parent = new Int32Array(n);
	const end = new Int32Array(n).fill(n);
	const open = [];
	for (let i = 0; i < n; i++) {
		for (let d = depth[i]; d < open.length; d++) end[open[d]] = i;
		open.length = depth[i];
		parent[i] = depth[i] ? open[depth[i] - 1] : -1;
		open.push(i);
	}
	return { parent, end };
}

/** A flame whose values are widths; `drawn` is what it was made of. */
function staticFlame(drawn, look) {
	const n = drawn.length;
	const rowOf = (frame) => Math.round((frame.y - look.top) / look.row);
	const base = rowOf(drawn[0]);
	const depth = Int32Array.from(drawn, (frame) => Math.abs(rowOf(frame) - base));
	const { parent, end } = treeOfDepths(depth);
	const names = [nameOfTitle(drawn[0].title)];
	const ids = new Map();
	const func = Int32Array.from(drawn, (frame, i) => {
		if (i === 0) return 0;
		const name = /\brun\b/.test(frame.className) ? "" : nameOfTitle(frame.title);
		if (!ids.has(name)) ids.set(name, names.push(name) - 1);
		return ids.get(name);
	});
	const total = Float64Array.from(drawn, (frame) => frame.w);
	const self = total.slice();
	for (let i = 1; i < n; i++) self[parent[i]] -= total[i];
	return {
		meta: {
			types: [{ type: "", unit: "" }],
			default: 0,
			sides: 1,
			order: "input",
			count_type: -1,
		},
		n,
		nfuncs: names.length,
		parent,
		func,
		depth,
		end,
		inlined: new Uint8Array(n),
		self: [self.map((value) => Math.max(0, value))],
		total: [total],
		funcs: { name: names },
		drawn,
	};
}

/** The frame at a place of the picture as the file has it; -1. */
function frameAt(drawn, x, y) {
	const isThere = (frame) =>
		x >= frame.x - 0.1 && x < frame.x + frame.w && Math.abs(y - frame.y) < 1;
	return drawn.findIndex(isThere);
}

/** The names on the way to a frame of the file. */
function staticPath(flame, i) {
	const names = [];
	for (let at = i; at > 0; at = flame.parent[at])
		names.push(flame.funcs.name[flame.func[at]]);
	return names.reverse();
}
