// SPDX-License-Identifier: Apache-2.0
// Samples in the order of time: a strip of when they were, of which a range can be selected for
// all views, and the stacks one after the other.

const STRIP = 56; // px

/** The flame of the samples in a range of time (ns after the base) and of some sets of labels. */
function selfOfTimes(flame, from, to, keep) {
	const { at, node, set, value, sets } = flame.times;
	const kept = sets.map(keep);
	const column = columnAfter(flame, flame.meta.default);
	const self = flame.self.map(() => new Float64Array(flame.n));

	for (let i = 0; i < at.length; i++) {
		if (at[i] >= (from ?? 0) && at[i] < (to ?? Infinity) && kept[set[i]]) {
			self[column][node[i]] += value[i];
		}
	}
	return { ...flame, self, total: self.map(() => null), table: null, labels: null };
}

/** Boxes of the samples one after the other. */
function timeBoxes(width) {
	const { a, b, l } = page.state;
	const { base } = page;
	const view = memo("time", JSON.stringify([a, b, l]), () => {
		const flame = flameOfTimes(base, a ?? 0, b ?? Infinity, labelFilter(l));
		const measure = { type: 0, width: "after", normalize: true };
		return { flame, measure, order: "input", extents: extentsOf(flame, measure) };
	});

	return treeBoxes({ ...viewOf(width), ...view }, 0);
}

/** Draw when samples were. */
function paintStrip() {
	const strip = byId("strip");
	const { at, value } = page.base.times;
	const width = strip.clientWidth;
	const context = sizeCanvas(strip, width, STRIP, canvas.ratio);
	const bins = new Float64Array(Math.ceil(width / 2));
	const end = lastTime();

	for (let i = 0; i < at.length; i++) {
		bins[Math.min(bins.length - 1, Math.floor((at[i] / end) * bins.length))] +=
			value[i];
	}
	const most = bins.reduce((x, y) => Math.max(x, y), 0) || 1;
	context.clearRect(0, 0, width, STRIP);
	bins.forEach((sum, i) => {
		const h = (sum / most) * (STRIP - 6);
		context.fillStyle = inRange((i / bins.length) * end) ? page.accent : page.line;
		context.fillRect(i * 2, STRIP - h, 1.5, h);
	});
}

function lastTime() {
	const { at } = page.base.times;

	return at.length ? Math.max(at[at.length - 1], 1) : 1;
}

function inRange(time) {
	const { a, b } = page.state;

	return (a === null || time >= a) && (b === null || time < b);
}

/** Dragging selects a range, a click takes it away. */
function startStrip() {
	const strip = byId("strip");
	const timeAt = (event) => {
		const { left, width } = strip.getBoundingClientRect();
		return Math.round(
			Math.max(0, Math.min(1, (event.clientX - left) / width)) * lastTime(),
		);
	};
	let from = null;

	strip.addEventListener("pointerdown", (event) => {
		from = timeAt(event);
		strip.setPointerCapture(event.pointerId);
	});
	strip.addEventListener("pointerup", (event) => {
		const to = timeAt(event);
		const enough = from !== null && Math.abs(to - from) > lastTime() / 500;
		if (enough) {
			change({ a: Math.min(from, to), b: Math.max(from, to) });
		} else {
			change({ a: null, b: null });
		}
		from = null;
	});
}
