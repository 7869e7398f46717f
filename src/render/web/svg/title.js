// SPDX-License-Identifier: Apache-2.0
// What is said of a frame: as src/render/svg_title.c says it.

function isCounted(unit) {
	return unit === "" || unit === "count";
}

function grouped(value) {
	return String(Math.trunc(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** A text that is safe to show, and to be saved as XML. */
function pictureText(text) {
	return safeText(text).replace(/[\ufffe\uffff]/g, "\ufffd");
}

/** A value of the type shown, with its unit. */
function amount(value) {
	const { look, base, view } = picture;
	const { type, unit } = base.meta.types[view.measure.type];
	const scaled = look.ratio > 0 && look.ratio !== 1 ? Math.trunc(value * look.ratio) : value;
	if (!isCounted(unit)) return quantity(scaled, unit, look.unit);
	const isUsual = view.measure.type === base.meta.default;
	return grouped(scaled) + " " + ((isUsual && look.countname) || type);
}

const signedFixed = (value, digits) => (value < 0 ? "" : "+") + value.toFixed(digits);

/** The change of a box. */
function changeOf(box) {
	const { view, state } = picture;
	const { flame, measure } = view;
	const [a, b] = state.d ? box.self : box.total;
	let counts = null;
	if (box.node >= 0 && !isInverted()) {
		counts = countsAt(flame, box.node, state.d);
	} else {
		// of several nodes: samples as their values
		const { A, B, NA, NB } = sidesOf(flame, measure);
		counts = [A ? (a / A) * NA : 0, B ? (b / B) * NB : 0];
	}
	return diffOf(flame, measure, a, b, ...(counts || [0, 0]));
}

function sidesText(box) {
	const [before, after] = sideTotals();
	const change = changeOf(box);
	const { scale } = sidesOf(picture.view.flame, picture.view.measure);
	const was = (picture.state.d ? box.self : box.total)[0] * scale;
	const delta = Math.round(change.delta);
	const relative = was ? (100 * change.delta) / Math.abs(was) : 0;
	const isNamed = change.state === "new" || change.state === "gone";
	return [
		`before ${amount(box.total[0])} ${percent(box.total[0], before)}`,
		`after ${amount(box.total[1])} ${percent(box.total[1], after)}`,
		(picture.state.d ? "self " : "") + (delta > 0 ? "+" : "") + amount(delta),
		`${signedFixed(change.points, 2)} points`,
		isNamed ? change.state : `${signedFixed(relative, 1)}%`,
		...(change.z ? [`z ${change.z.toFixed(1)}`] : []),
		...(change.significant ? [] : ["within noise"]),
	].join(", ");
}

/** The title of a box. */
function boxTitle(box) {
	const { base, view } = picture;
	if (base.drawn && box.node >= 0) return base.drawn[box.node].title;
	const name =
		box.func < 0
			? `${box.count} narrow frame${box.count === 1 ? "" : "s"}`
			: view.flame.funcs.name[box.func];
	if (base.drawn) return name;
	const numbers = isDiff()
		? sidesText(box)
		: `${amount(box.total[1])}, ${percent(box.total[1], wholeTotal())}`;
	return pictureText(`${name} (${numbers})`);
}

/** What else there is to say of a box: its self, and where its function is. */
function boxMore(box) {
	const { base, view } = picture;
	if (base.drawn || box.func < 0) return "";
	const { file, line, object } = view.flame.funcs;
	const at = file[box.func] && line[box.func] ? `:${line[box.func]}` : "";
	const parts = [
		box.self[1] && !isDiff()
			? `self ${amount(box.self[1])}, ${percent(box.self[1], wholeTotal())}`
			: "",
		file[box.func] ? file[box.func] + at : "",
		object[box.func],
		!isInverted() && view.flame.inlined[box.node] ? "inlined" : "",
	];
	return pictureText(parts.filter(Boolean).join(" \u00b7 "));
}

/** The largest change of points of any node, which has the strongest colour. */
function largestPoints() {
	const { view, state } = picture;
	const { flame, measure } = view;
	return remembered(JSON.stringify(["largest", measure, state.d]), () => {
		const column = (c) => (state.d ? flame.self[c] : totalOf(flame, c));
		const a = column(columnBefore(flame, measure.type));
		const b = column(columnAfter(flame, measure.type));
		const [A, B] = sideTotals();
		let largest = 0;
		for (let i = 1; i < flame.n; i++) {
			const points = Math.abs(100 * ((B ? b[i] / B : 0) - (A ? a[i] / A : 0)));
			if (points > largest) largest = points;
		}
		return largest;
	});
}

/** What a scheme of colours may look at. */
function boxFacts(box) {
	const total = wholeTotal();
	const facts = {
		share: total ? Math.abs(box.total[1] / total) : 0,
		selfShare: total ? Math.abs(box.self[1] / total) : 0,
		delta: 0,
		significant: true,
		run: box.func < 0,
	};
	if (isDiff()) {
		const change = changeOf(box);
		const largest = largestPoints();
		facts.significant = change.significant;
		if (largest > 0) facts.delta = Math.max(-1, Math.min(1, change.points / largest));
	}
	return facts;
}
