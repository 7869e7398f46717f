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
function timeBoxes(whole) {
	const { a, b, l } = page.state;
	const { base } = page;
	const view = memo("time", JSON.stringify([a, b, l]), () => {
		const flame = flameOfTimes(base, a ?? 0, b ?? Infinity, labelFilter(l));
		const measure = { type: 0, width: "after", normalize: true };
		return { flame, measure, order: "input", extents: extentsOf(flame, measure) };
	});

	return treeBoxes({ ...whole, ...view }, 0);
}

const strip = { range: null }; // being selected

/** Draw when samples were. */
function paintStrip() {
	const { at, value } = page.base.times;
	const width = byId("strip").clientWidth;
	const context = sizeCanvas(byId("strip"), width, STRIP, canvas.ratio);
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
	if (strip.range) {
		const [x, w] = [strip.range[0], strip.range[1] - strip.range[0]].map(
			(time) => (time / end) * width,
		);
		context.globalAlpha = 0.2;
		context.fillStyle = page.accent;
		context.fillRect(x, 0, w, STRIP);
		context.globalAlpha = 1;
	}
}

function lastTime() {
	const { at } = page.base.times;

	return at.length ? Math.max(at[at.length - 1], 1) : 1;
}

function inRange(time) {
	const { a, b } = strip.range ? { a: strip.range[0], b: strip.range[1] } : page.state;

	return (a === null || time >= a) && (b === null || time < b);
}

/** Dragging selects a range, which is shown meanwhile; a click takes it away. */
function startStrip() {
	const box = byId("strip");
	const timeAt = (event) => {
		const { left, width } = box.getBoundingClientRect();
		return Math.round(
			Math.max(0, Math.min(1, (event.clientX - left) / width)) * lastTime(),
		);
	};
	const again = throttled(paintStrip);
	let from = null;

	box.addEventListener("pointerdown", (event) => {
		from = timeAt(event);
		box.setPointerCapture(event.pointerId);
	});
	box.addEventListener("pointermove", (event) => {
		if (from === null) {
			return;
		}
		const to = timeAt(event);
		strip.range = [Math.min(from, to), Math.max(from, to)];
		announce(rangeText(...strip.range), true);
		again();
	});
	box.addEventListener("pointercancel", () => {
		from = strip.range = null;
		again();
	});
	box.addEventListener("pointerup", (event) => {
		const to = timeAt(event);
		const enough = from !== null && Math.abs(to - from) > lastTime() / 500;
		strip.range = null;
		if (enough) {
			change({ a: Math.min(from, to), b: Math.max(from, to) });
		} else {
			change({ a: null, b: null });
		}
		from = null;
	});
}

function rangeText(from, to) {
	return `${quantity(from, "ns")} \u2013 ${quantity(to, "ns")}`;
}
