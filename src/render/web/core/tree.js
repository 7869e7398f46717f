// SPDX-License-Identifier: Apache-2.0
// The tree's numbers and order: doc/FLAME.md, sections 1 and 2; src/analyze/flame*.c is the same.

/** The column of a type's side before; -1 without a diff. */
function columnBefore(flame, type) {
	return flame.meta.sides === 2 ? type : -1;
}

/** The column of a type, in a diff of its side after. */
function columnAfter(flame, type) {
	return flame.meta.sides === 2 ? flame.meta.types.length + type : type;
}

/** Totals of the nodes in a column, computed when first asked for. */
function totalOf(flame, column) {
	if (flame.total[column]) return flame.total[column];
	const total = flame.self[column].slice();
	const { parent } = flame;
	for (let i = flame.n - 1; i > 0; i--) total[parent[i]] += total[i];
	flame.total[column] = total;
	return total;
}

/** What the side before is multiplied by: total after / total before when normalizing. */
function scaleOf(flame, measure) {
	if (!measure.normalize || flame.meta.sides !== 2) return 1;
	const before = totalOf(flame, columnBefore(flame, measure.type))[0];
	const after = totalOf(flame, columnAfter(flame, measure.type))[0];
	return before !== 0 && after !== 0 ? after / before : 1;
}

/** The extent of a pair of values. */
function extOf(flame, measure, scale, a, b) {
	if (flame.meta.sides !== 2) return Math.abs(b);
	switch (measure.width) {
		case "before":
			return Math.abs(a * scale);
		case "max":
			return Math.max(Math.abs(a * scale), Math.abs(b));
		case "union":
			return Math.abs(a * scale) + Math.abs(b);
		default:
			return Math.abs(b);
	}
}

function hasNegative(column) {
	for (let i = 0; i < column.length; i++) if (column[i] < 0) return true;
	return false;
}

/** Extents of all nodes; not to be written to: they may be a column of totals. */
function extentsOf(flame, measure) {
	const { n, parent } = flame;
	const after = columnAfter(flame, measure.type);
	const onlyAfter =
		flame.meta.sides !== 2 || !["before", "max", "union"].includes(measure.width);
	const b = totalOf(flame, after);
	if (onlyAfter && !hasNegative(flame.self[after])) return b;
	const a = onlyAfter ? b : totalOf(flame, columnBefore(flame, measure.type));
	const scale = scaleOf(flame, measure);
	const extents = new Float64Array(n); // until its turn, the sum of a node's children
	for (let i = n - 1; i >= 0; i--) {
		const own = extOf(flame, measure, scale, a[i], b[i]);
		if (own > extents[i]) extents[i] = own;
		if (i > 0) extents[parent[i]] += extents[i];
	}
	return extents;
}

/** Whether a node comes before a sibling, as a function; null for the order of the block. */
function siblingOrder(flame, order, extents) {
	const { func } = flame;
	if (order === "name") return (x, y) => func[x] < func[y];
	if (order !== "weight") return null;
	return (x, y) =>
		extents[x] > extents[y] || (extents[x] === extents[y] && func[x] < func[y]);
}

function isSorted(flame, before) {
	const { n, end } = flame;
	for (let i = 1; i < n; i++) {
		// where i has a next sibling, that begins at its end and has its parent
		const next = end[i];
		if (next < n && flame.parent[next] === flame.parent[i] && before(next, i))
			return false;
	}
	return true;
}

/** Sort the children of one node, whose own place is known. */
function placeChildren(flame, node, compare, place) {
	const { end } = flame;
	const children = [];
	for (let c = node + 1; c < end[node]; c = end[c]) children.push(c);
	children.sort(compare);
	let next = place[node] + 1;
	for (const c of children) {
		place[c] = next;
		next += end[c] - c;
	}
}

/** Where each node goes when all children are sorted. */
function sortedPlaces(flame, before) {
	const { n, end } = flame;
	const place = new Int32Array(n);
	const compare = (x, y) => (before(x, y) ? -1 : before(y, x) ? 1 : x - y);
	for (let i = 0; i < n; i++) {
		let next = place[i] + 1;
		let sorted = true;
		let last = i + 1;
		for (let c = last; c < end[i]; c = end[c]) {
			sorted = sorted && !before(c, last);
			place[c] = next;
			next += end[c] - c;
			last = c;
		}
		if (!sorted) placeChildren(flame, i, compare, place);
	}
	return place;
}

function moved(column, place) {
	const out = new column.constructor(column.length);
	for (let i = 0; i < column.length; i++) out[place[i]] = column[i];
	return out;
}

function movedNodes(rows, place) {
	return rows && { ...rows, node: rows.node.map((node) => place[node]) };
}

/**
 * The same tree with its children in an order: {flame, extents}; the flame itself if it is so
 * already. `extents` are of the old flame.
 */
function sortFlame(flame, order, extents) {
	const before = siblingOrder(flame, order, extents);
	if (!before || isSorted(flame, before)) return { flame, extents };
	const { n } = flame;
	const place = sortedPlaces(flame, before);
	const parent = new Int32Array(n);
	const end = new Int32Array(n);
	parent[0] = -1;
	for (let i = 0; i < n; i++) {
		end[place[i]] = place[i] + flame.end[i] - i;
		if (i > 0) parent[place[i]] = place[flame.parent[i]];
	}
	const total = flame.total.map((column) => column && moved(column, place));
	const shared = flame.total.indexOf(extents);
	const sorted = {
		...flame,
		parent,
		end,
		func: moved(flame.func, place),
		depth: moved(flame.depth, place),
		inlined: moved(flame.inlined, place),
		self: flame.self.map((column) => moved(column, place)),
		total,
		labels: movedNodes(flame.labels, place),
		times: movedNodes(flame.times, place),
	};
	return { flame: sorted, extents: shared < 0 ? moved(extents, place) : total[shared] };
}

/**
 * Flat and cum of every function in a column: {flat, cum}, of outermost nodes, so that recursion
 * counts once. Of a pruned tree as it was before.
 */
function tableOf(flame, column) {
	if (flame.table) return { flat: flame.table.flat[column], cum: flame.table.cum[column] };
	const { n, func, end } = flame;
	const self = flame.self[column];
	const total = totalOf(flame, column);
	const flat = new Float64Array(flame.nfuncs);
	const cum = new Float64Array(flame.nfuncs);
	const open = new Int32Array(flame.nfuncs); // the end of a function's outermost node
	for (let i = 0; i < n; i++) {
		const f = func[i];
		flat[f] += self[i];
		if (i < open[f]) continue;
		open[f] = end[i];
		cum[f] += total[i];
	}
	return { flat, cum };
}

// Functions are told apart by their names, and where these are shared, by files, objects and lines.
// Those of a name have numbers that follow each other.

/** A text that only one function goes by: its name, or that and what it differs by. */
function refOf(funcs, func) {
	const { name, file, object, line } = funcs;
	const before = func > 1 && name[func - 1] === name[func];
	const behind = func > 0 && name[func + 1] === name[func];
	if (!before && !behind) return name[func];
	const shares = (column, f) => column[f] === column[func];
	const alike = [...(before ? [func - 1] : []), ...(behind ? [func + 1] : [])];
	const parts = [name[func], file[func], object[func]];
	if (alike.some((f) => shares(file, f) && shares(object, f))) parts.push(line[func]);
	return parts.join("\n");
}

/** Whether a function goes by a text: its name, or what refOf gives. */
function goesBy(funcs, func, text) {
	const name = funcs.name[func];
	return text === name || (text.startsWith(name) && text === refOf(funcs, func));
}

/** The functions from the outermost one to a node, as texts; none for the root. */
function nodePath(flame, node) {
	const path = [];
	for (let i = node; i > 0; i = flame.parent[i]) path.push(refOf(flame.funcs, flame.func[i]));
	return path.reverse();
}

/** The deepest node that a path leads to; 0 where not even its first function is found. */
function findPath(flame, names) {
	const { func, end } = flame;
	let level = [0]; // more than one where siblings share a name
	for (const name of names) {
		const next = [];
		for (const node of level) {
			for (let c = node + 1; c < end[node]; c = end[c]) {
				if (goesBy(flame.funcs, func[c], name)) next.push(c);
			}
		}
		if (!next.length) break;
		level = next;
	}
	return level[0];
}
