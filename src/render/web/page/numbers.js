// SPDX-License-Identifier: Apache-2.0
// What is said of a box in numbers: shares, and in a diff the change and whether it means anything.

/** A number with its sign. */
function signed(value, digits) {
	return (value > 0 ? "+" : value < 0 ? "\u2212" : "") + Math.abs(value).toFixed(digits);
}

/** How many samples a box's values stand for, before and after. */
function countsOf(box, pair) {
	if (box.counts) {
		return pair === box.self ? box.counts.self : box.counts.total;
	}
	if (isTreeView() && box.node >= 0) {
		return countsAt(page.flame, box.node, pair === box.self) || [0, 0];
	}
	// of groups, as many as their share of the whole suggests
	const { NA, NB } = sidesOf(page.base, page.measure);
	return [share(pair[0], page.all[0]) * NA, share(pair[1], page.all[1]) * NB];
}

/** Whether there are numbers of samples, and so z. */
function isCounted() {
	return page.base.meta.count_type >= 0;
}

/** The change of a box, of its total or of its self. */
function changeOf(box, self) {
	const pair = self ? box.self : box.total;

	return changeOfPair(pair, countsOf(box, pair));
}

function changeOfPair([a, b], [na, nb]) {
	return diffOf(page.base, page.measure, a, b, na, nb);
}

/** The largest change of points in the tree, which has the strongest colour. */
function largestChange(self) {
	const { flame, measure, all } = page;
	const key = [measure.type, measure.normalize, self].join();

	const find = () => {
		const column = (c) => (self ? flame.self[c] : totalOf(flame, c));
		const a = column(columnBefore(flame, measure.type));
		const b = column(columnAfter(flame, measure.type));
		let largest = 0;
		for (let i = 1; i < flame.n; i++) {
			const points = Math.abs(share(b[i], all[1]) - share(a[i], all[0]));
			largest = points > largest ? points : largest;
		}
		return largest;
	};

	return memo("largest", flame, find, key);
}

function share(part, of) {
	return of ? part / of : 0;
}

/** What schemes look at: a function of a box. */
function factsOf() {
	const all = Math.abs(page.all[1]);
	const bySelf = page.state.d;
	const largest = isDiff() ? largestChange(bySelf) * 100 : 0;

	return (box) => {
		const change = isDiff() ? changeOf(box, bySelf) : null;
		return {
			share: share(Math.abs(box.total[1]), all),
			selfShare: share(Math.abs(box.self[1]), all),
			delta: largest ? Math.max(-1, Math.min(1, change.points / largest)) : 0,
			significant: !change || change.significant,
		};
	};
}

/** The totals that shares of a box are of: [[name, totals]]. */
function wholes(box, id) {
	const zoom = graph.boxes[graph.root];
	const parent = graph.boxes[graph.parent[id]];
	const list = [["of all", page.all]];

	if (id >= 0 && zoom && zoom.total[1] !== page.all[1] && !box.above) {
		const name = zoom.func === 0 ? "of shown" : "of zoom";
		list.push([page.state.v === "sandwich" ? "of middle" : name, zoom.total]);
	}
	if (parent && parent !== zoom && graph.parent[id] !== 0) {
		list.push(["of parent", parent.total]);
	}
	// what was asked for comes first
	const chosen = list.findIndex(([name]) => name === `of ${page.state.p}`);
	return chosen > 0 ? [list[chosen], ...list.filter((each, i) => i !== chosen)] : list;
}

/** Lines of numbers about a box, the first with the names of columns. */
function factRows(box, id) {
	const list = wholes(box, id);
	const row = (name, pair) => [
		name,
		amount(pair[1]),
		...list.map(([, of]) => shareText(pair[1], of[1])),
	];

	if (isDiff()) {
		return diffRows(box);
	}
	return [
		["", page.base.meta.types[page.measure.type].type, ...list.map(([name]) => name)],
		row("total", box.total),
		...(box.func < 0 ? [] : [row("self", box.self)]),
	];
}

/** A change in a word or a percentage, and whether it means anything. */
function changeWords({ state, delta, significant }, was) {
	const isNamed = state === "new" || state === "gone";
	const relative = isNamed ? state : was ? `${signed((100 * delta) / was, 1)}%` : "";

	return [relative, significant ? "" : "within noise"].filter(Boolean).join(", ");
}

function diffRows(box) {
	const { scale } = sidesOf(page.base, page.measure);
	const row = (name, pair, self) => {
		const change = changeOf(box, self);
		return [
			name,
			`${amount(pair[0])}  ${shareText(pair[0], page.all[0])}`,
			`${amount(pair[1])}  ${shareText(pair[1], page.all[1])}`,
			signedAmount(change.delta),
			signed(change.points, 2),
			isCounted() ? signed(change.z, 1) : "",
			changeWords(change, Math.abs(pair[0] * scale)),
		];
	};

	return [
		["", "before", "after", "\u0394", "points", "z", ""],
		row("total", box.total, false),
		...(box.func < 0 ? [] : [row("self", box.self, true)]),
	];
}

function signedAmount(value) {
	return (value > 0 ? "+" : value < 0 ? "\u2212" : "") + amount(Math.abs(value));
}

/** One line about a box for people who hear it. */
function spoken(id) {
	const box = graph.boxes[id];
	const below = graph.below[id];
	const name = box.func < 0 ? `${box.count} smaller frames` : safeText(nameOf(box.func));
	const change = isDiff() ? `, ${signed(changeOf(box).points, 2)} points` : "";

	const [[of, whole]] = isDiff() ? [["of all", page.all]] : wholes(box, id);

	return `${name}, ${shareText(box.total[1], whole[1])} ${of}${change}, level ${box.depth + 1}, ${below} below`;
}

/** Where a function is: file and line, object. */
function placeOf(func) {
	const { file, line, object } = page.flame.funcs;
	const at = file[func] && line[func] ? `${file[func]}:${line[func]}` : file[func];

	return [at, object[func]].filter(Boolean).map(safeText).join("  ");
}

const KINDS = ["native", "kernel", "JIT", "label", "no symbol"];

/** What the line at the foot and the tooltip say; id is -1 for what is not in the graph. */
function describe(box, id) {
	const rows = factRows(box, id);

	if (box.func < 0) {
		return { name: `${box.count} frames too thin to be drawn`, place: "", rows };
	}
	const { kind } = page.flame.funcs;
	const inlined =
		box.node >= 0 && isTreeView() && page.flame.inlined[box.node] ? "inlined" : "";
	const place = [placeOf(box.func), kind[box.func] ? KINDS[kind[box.func]] : "", inlined];
	return {
		name: safeText(nameOf(box.func)),
		place: place.filter(Boolean).join("  "),
		rows,
	};
}
