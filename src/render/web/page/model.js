// SPDX-License-Identifier: Apache-2.0
// What the page shows, and how it follows from the data and the state: samples that the filters
// keep, transforms, order, extents. Each stage is kept until what it depends on changes.

const MIN_WIDTH = 0.1; // px

const page = {
	base: null, // the flame of the block
	flame: null, // filtered, transformed and sorted
	view: null, // for core/boxes.js, but its width
	measure: null,
	column: 0,
	all: [0, 0], // totals of the whole profile: what percentages are of
	unit: "",
	state: {},
	look: {}, // how the command wants it at first
	dark: false,
	search: null, // compiled
	found: null, // what the search has found
	func: -1, // the selected function
	row: null, // the current row of a list as if it were a box, where it is what is described
	least: "0.5", // width of a box that is drawn: px, or % of the width
	still: false, // the pointer does nothing in the graph
	back: null, // what was selected before one went through the hits of a search
	memo: {},
	stats: {},
};

/**
 * A value made once of a thing; where there are several of it, for a key. That and the one that was
 * asked for before are kept: some are as large as the tree.
 */
function memo(slot, of, make, key = "") {
	const known = page.memo[slot];
	const values = known && known.of === of ? known.values : new Map();
	const [before] = [...values.keys()].slice(-1);
	const value = values.get(key);

	page.memo[slot] = { of, values };
	for (const old of values.keys()) {
		if (old !== before) {
			values.delete(old);
		}
	}
	values.delete(key);
	values.set(key, value === undefined ? make() : value);
	return values.get(key);
}

function isDiff() {
	return page.base.meta.sides === 2;
}

/** The number of the sample type shown. */
function typeIndex() {
	const { types, default: first } = page.base.meta;
	const { t, v, a, b } = page.state;
	const at = types.findIndex((type) => type.type === t);

	// that is the only type with times
	return at < 0 || v === "time" || a !== null || b !== null ? first : at;
}

/** The function that goes by a text (see refOf); of several, or of one gone, the first of its name. */
function funcOf(text) {
	const { funcs } = page.base;
	const ids = memo("names", funcs, () => {
		const map = new Map();
		funcs.name.forEach((each, id) => id && !map.has(each) && map.set(each, id));
		return map;
	});
	const first = ids.get(text) || ids.get(text.split("\n")[0]);

	if (!first || funcs.name[first] === text) {
		return first || -1;
	}
	for (let func = first; funcs.name[func] === funcs.name[first]; func++) {
		if (goesBy(funcs, func, text)) {
			return func;
		}
	}
	return first;
}

function nameOf(func) {
	return page.base.funcs.name[func];
}

/** What a function goes by in the state. */
function textOf(func) {
	return refOf(page.base.funcs, func);
}

/** The name of what goes by a text. */
function nameIn(text) {
	const func = funcOf(text);

	return func > 0 ? nameOf(func) : text.split("\n")[0];
}

const TRANSFORMS = {
	f: ["focus", (flame, name) => byName(flame, name, focusFunc)],
	d: ["without", (flame, name) => byName(flame, name, dropFunc)],
	m: ["merged", (flame, name) => byName(flame, name, mergeFunc)],
	r: ["recursion", (flame, name) => collapseRecursion(flame, name ? funcOf(name) : -1)],
	p: ["below", (flame, path) => focusPath(flame, findPath(flame, splitItems(path)))],
	k: ["with", keepMatches],
};

/** Only the stacks in which a search finds something. */
function keepMatches(flame, text) {
	const search = compileSearch(text);
	const { name } = flame.funcs;

	return search.error
		? flame
		: keepFuncs(
				flame,
				Uint8Array.from(name, (each, f) =>
					f && search.test(each) ? 1 : 0,
				),
			);
}

function byName(flame, name, transform) {
	const func = funcOf(name);

	return func < 0 ? flame : transform(flame, func);
}

/** What a transform is called, and what it is of. */
function transformText(transform) {
	const [what] = TRANSFORMS[transform[0]];
	const of = transform.slice(2);
	const name = transform[0] === "p" ? splitItems(of).pop() : of;

	if (transform[0] === "k") {
		return `${what} /${safeText(of)}/`;
	}
	return name ? `${what} ${safeText(nameIn(name))}` : what;
}

/** The samples that labels and times let through. */
function keptSamples() {
	const { l, a, b } = page.state;
	let flame = page.base;

	if (l.length && flame.labels) {
		flame = filterLabels(flame, labelFilter(l));
	}
	if ((a !== null || b !== null) && page.base.times) {
		flame = selfOfTimes(flame, a, b, labelFilter(l));
	}
	return flame;
}

/** All the transforms, those done before not again. */
function transformed(kept) {
	const done = memo("transforms", kept, () => new Map([["", kept]]));
	let key = "";
	let flame = kept;

	for (const transform of page.state.x) {
		key += transform + "\n";
		if (!done.has(key)) {
			const known = TRANSFORMS[transform[0]];
			done.set(key, known ? known[1](flame, transform.slice(2)) : flame);
		}
		flame = done.get(key);
	}
	return flame;
}

/** Bring the flame up to date with the state. */
function derive() {
	const { state, base } = page;
	const type = typeIndex();
	const gone = isDiff() && state.e;
	const measure = { type, width: gone ? "before" : state.w, normalize: state.n };
	const kept = memo("kept", JSON.stringify([state.l, state.a, state.b]), keptSamples);
	const key = [state.o, type, measure.width, measure.normalize].join();
	const changed = transformed(kept);
	const flame = gone ? memo("gone", changed, () => keepGone(changed, type), type) : changed;
	const sort = () => sortFlame(flame, state.o, extentsOf(flame, measure));
	const { flame: shown, extents } = memo("sorted", flame, sort, key);
	page.column = columnAfter(base, type);
	const before = columnBefore(base, type);
	page.all = [before < 0 ? 0 : totalOf(base, before)[0], totalOf(base, page.column)[0]];
	page.unit = base.meta.types[type].unit;
	page.measure = measure;
	page.flame = shown;
	page.view = { flame: shown, measure, order: state.o, extents, width: 0, min: 0 };
}

/** The view for a width. */
function viewOf(width) {
	const least = parseFloat(page.least) || 0;
	const min = page.least.endsWith("%") ? (least / 100) * width : least;

	// nobody can see, or wait for, less than that
	const view = { ...page.view, width, min: Math.max(min, MIN_WIDTH) };
	if (page.state.h) {
		const [from, to] = page.state.h;
		view.width = width / (to - from);
		view.window = [from * view.width, to * view.width];
	}
	return view;
}

/** The node that the state zooms into. */
function zoomNode() {
	return findPath(page.flame, page.state.z);
}

/** Search in what is shown. */
function lookFor() {
	const { state, flame } = page;

	page.search = state.s === "" ? null : compileSearch(state.s);
	if (!page.search || page.search.error) {
		page.found = null;
		if (!page.search) {
			leaveHits();
		}
		return;
	}
	const root = isBottomUp() ? 0 : zoomNode();
	page.found = searchFlame(flame, page.column, page.search, root);
}

/** Whether the boxes of a view are single nodes rather than groups of them. */
function isTreeView(view = page.state.v) {
	return ["flame", "table", "tree"].includes(view);
}

function isBottomUp() {
	return page.state.v === "inverted";
}

/** Text of a part of the profile's total, or of another. */
function shareText(part, of) {
	return percent(part, of === undefined ? page.all[1] : of).trim();
}

/** What percentages are of where one is told: all, what is zoomed into, or the parent's total. */
function wholeFor(parent) {
	const { p } = page.state;

	if (isDiff() || p === "all") {
		return page.all[1];
	}
	if (p === "parent" && parent !== undefined) {
		return parent;
	}
	const zoom = isTreeView() ? zoomNode() : 0;
	return totalOf(page.flame, page.column)[zoom];
}

/** Text of a quantity of the type shown, in the unit that was asked for. */
function amount(value) {
	return quantity(value, page.unit, page.base.meta.unit);
}
