// SPDX-License-Identifier: Apache-2.0
// What an SVG shows: the tree, how it is to look, the state. doc/FLAME.md, section 9.

const SVG_NS = "http://www.w3.org/2000/svg";
const XHTML_NS = "http://www.w3.org/1999/xhtml";
const PICTURE_PAD = 10; // as PP_SVG_PAD

const picture = {
	root: null, // the outermost element
	look: null, // how the command made it
	base: null, // the flame of the block, or of what is drawn
	exact: false, // whether base is of the block
	view: null, // for core/boxes.js
	column: 0,
	state: {},
	forcedCase: null, // "" or "i": flags of searches; null: by their text
	search: null, // compiled
	found: null,
	node: 0, // the zoom root of the tree
	boxes: [],
	parents: [], // of boxes: the box below; -1
	groups: [], // their elements
	zoomed: 0, // the box that is the zoom root
	focus: -1, // the box that has the keyboard
	hovered: -1, // the box that the mouse is on
	rows: 0,
	width: 0, // px of the frames
	top: 0, // px above them
	height: 0, // px of all
	wanted: 0, // the node to zoom into, of several with one path
	funcPath: null, // the functions of the path, of several with one name
	memo: new Map(),
	stats: {},
};

/** An element of SVG. */
function svgElement(name, attributes, ...children) {
	const element = document.createElementNS(SVG_NS, name);
	for (const [key, value] of Object.entries(attributes || {}))
		element.setAttribute(key, value);
	element.append(...children);
	return element;
}

const byId = (id) => document.getElementById(id);

/** A length as src/render/svg_text.c writes it: at most two decimals. */
function px(value) {
	return String(Math.floor(value * 100 + 0.5) / 100);
}

/** What the command says in the attributes of the picture. */
function readLook(root) {
	const { dataset } = root;
	const number = (key, usual) =>
		Number.isFinite(parseFloat(dataset[key])) ? parseFloat(dataset[key]) : usual;
	return {
		width: number("width", 1200),
		row: number("row", 16),
		font: number("font", 12),
		top: number("top", 44),
		min: number("min", 0.5),
		total: number("total", null),
		ratio: number("ratio", 1),
		colours: dataset.colors || "pkg",
		inverted: dataset.view === "inverted",
		icicle: dataset.icicle === "1",
		dark: dataset.dark === "1",
		night: dataset.night === "1",
		countname: dataset.countname || "",
		nametype: dataset.nametype || "Function:",
		unit: dataset.unit || "minimum",
	};
}

/** The state of a picture as the command made it. */
function usualState() {
	const { meta } = picture.base;
	const { look } = picture;
	return {
		v: look.inverted ? "inverted" : "flame",
		z: [],
		s: "",
		t: meta.types[meta.default].type,
		o: meta.order,
		c: look.colours,
		w: (meta.diff && meta.diff.width) || "after",
		n: !meta.diff || meta.diff.normalize !== false,
		d: Boolean(meta.diff && meta.diff.delta === "self"),
		y: look.icicle ? "icicle" : "flame",
	};
}

/** What of a state is not as usual. */
function unusual(state) {
	const usual = usualState();
	const differs = ([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key]);
	return Object.fromEntries(Object.entries(state).filter(differs));
}

const isDiff = () => picture.base.meta.sides === 2;
const isInverted = () => picture.state.v === "inverted";

function typeNumber() {
	const { types, default: first } = picture.base.meta;
	const at = types.findIndex((type) => type.type === picture.state.t);
	return at < 0 ? first : at;
}

/** A value that is made once for a key. */
function remembered(key, make) {
	const { memo } = picture;
	if (!memo.has(key)) memo.set(key, make());
	return memo.get(key);
}

/** Bring the view and the search up to the state. */
function updateView() {
	const { base, state, look } = picture;
	const measure = { type: typeNumber(), width: state.w, normalize: state.n };
	const key = JSON.stringify(["tree", measure, state.o]);
	const { flame, extents } = remembered(key, () =>
		sortFlame(base, state.o, extentsOf(base, measure)),
	);
	picture.column = columnAfter(flame, measure.type);
	picture.view = {
		flame,
		measure,
		order: state.o,
		extents,
		width: picture.width,
		min: look.min,
	};
	picture.node = isInverted() ? 0 : zoomNode(flame);
	updateSearch();
}

/** The node of the path: the one that was asked for, if it has that path. */
function zoomNode(flame) {
	const { wanted, state } = picture;
	const hasPath =
		wanted < flame.n && joinItems(nodePath(flame, wanted)) === joinItems(state.z);
	return hasPath ? wanted : findPath(flame, state.z);
}

/** The totals of the sides; null for before without a diff. */
function sideTotals() {
	const { flame, measure } = picture.view;
	const before = columnBefore(flame, measure.type);
	return [
		before < 0 ? null : totalOf(flame, before)[0],
		totalOf(flame, columnAfter(flame, measure.type))[0],
	];
}

/** What percentages are of: as in reports, of the profile, whatever filters have left. */
function wholeTotal() {
	const { look, base, view } = picture;
	const given = look.total !== null && view.measure.type === base.meta.default && !isDiff();
	return given && picture.exact ? look.total : sideTotals()[1];
}

function updateSearch() {
	const { state, view } = picture;
	picture.search = state.s === "" ? null : pictureSearch(state.s);
	picture.found = null;
	if (!picture.search || picture.search.error) return;
	const started = performance.now();
	picture.found = searchFlame(view.flame, picture.column, picture.search, picture.node);
	picture.stats.search = performance.now() - started;
}

/** A search whose case may be forced. Boxes that stand for several frames have no name. */
function pictureSearch(text) {
	let search = compileSearch(text);
	if (picture.forcedCase !== null && !search.error) {
		const pattern = new RegExp(text, picture.forcedCase);
		search = { test: (name) => pattern.test(name) };
	}
	return search.error ? search : { test: (name) => name !== "" && search.test(name) };
}

/** The numbers of functions of a name. */
function funcsNamed(name) {
	const { base } = picture;
	const ids = remembered("names", () => {
		const map = new Map();
		base.funcs.name.forEach((each, i) => i && !map.has(each) && map.set(each, i));
		return map;
	});
	return ids.has(name) ? ids.get(name) : -1;
}

/** The functions of the path of the bottom-up view. */
function invertedPath() {
	const { state, funcPath, base } = picture;
	const isThat = (func, i) => base.funcs.name[func] === state.z[i];
	if (funcPath && funcPath.length === state.z.length && funcPath.every(isThat))
		return funcPath;
	return state.z.map(funcsNamed);
}

/** The boxes of the state. */
function currentBoxes() {
	const { view, node } = picture;
	view.width = picture.width;
	return isInverted() ? invertedBoxes(view, invertedPath()) : treeBoxes(view, node);
}

/** For each box the one that it stands on. */
function boxParents(boxes) {
	const open = [];
	return boxes.map((box, i) => {
		open[box.depth] = i;
		return box.depth ? open[box.depth - 1] : -1;
	});
}

/** The boxes from the outermost function to one; not the root. */
function boxPath(i) {
	const path = [];
	for (let at = i; at > 0; at = picture.parents[at]) path.push(at);
	return path.reverse();
}
