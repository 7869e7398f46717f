// SPDX-License-Identifier: Apache-2.0
// New flames from old ones. Functions keep their numbers, and children come in the order in which
// they are met in the old tree: sort them as you like. Tables of pruned trees do not survive, since
// they say nothing about a part of the tree. A transform of function 0 changes nothing.

const SPROUT_NODES_MAX = 2 ** 26;

function largerInts(old, length) {
	const more = new Int32Array(length);
	more.set(old);
	return more;
}

/** A tree that grows: nodes come after their parents, in no other order. */
class Sprout {
	constructor(room) {
		this.n = 1;
		this.parent = new Int32Array(room);
		this.func = new Int32Array(room);
		this.parent[0] = -1;
	}

	/** A new last child of a node. */
	append(parent, func) {
		if (this.n === this.func.length) this.grow(this.n * 2);
		this.parent[this.n] = parent;
		this.func[this.n] = func;
		return this.n++;
	}

	grow(room) {
		if (this.n >= SPROUT_NODES_MAX) throw new Error("This would be too many frames.");
		this.parent = largerInts(this.parent, room);
		this.func = largerInts(this.func, room);
	}

	/** Where each node goes in preorder, and how large its subtree is: {place, size}. */
	preorder() {
		const { n, parent } = this;
		const size = new Int32Array(n).fill(1);
		for (let i = n - 1; i > 0; i--) size[parent[i]] += size[i];
		const place = new Int32Array(n);
		const next = new Int32Array(n); // where a node's next child goes
		next[0] = 1;
		for (let i = 1; i < n; i++) {
			place[i] = next[parent[i]];
			next[parent[i]] += size[i];
			next[i] = place[i] + 1;
		}
		return { place, size };
	}
}

/**
 * A tree that grows out of an old one whose nodes are merged here and there. Most of its nodes are
 * one old node each, whose children differ from each other anyhow; only the children of those that
 * are mixed are looked up, in a table by parent and function.
 */
class MergedSprout extends Sprout {
	constructor(room) {
		super(room);
		this.first = new Int32Array(room); // child, and its next sibling; 0: none
		this.next = new Int32Array(room);
		this.mixed = new Int32Array(room);
		this.table = new Int32Array(1024);
		this.filled = 0;
	}

	grow(room) {
		super.grow(room);
		for (const name of ["first", "next", "mixed"])
			this[name] = largerInts(this[name], room);
	}

	append(parent, func) {
		const node = super.append(parent, func);
		this.next[node] = this.first[parent];
		this.first[parent] = node;
		return node;
	}

	/** The child of a node that is of a function; a new one if there is none. */
	child(parent, func) {
		if (!this.mixed[parent]) return this.append(parent, func);
		const at = this.slot(parent, func);
		if (this.table[at] > 0) {
			this.mix(this.table[at]);
			return this.table[at];
		}
		const node = this.append(parent, func);
		this.fill(at, node);
		return node;
	}

	/** From now on a node's children are of more than one old node. */
	mix(node) {
		if (this.mixed[node]) return;
		this.mixed[node] = 1;
		for (let i = this.first[node]; i > 0; i = this.next[i]) {
			const at = this.slot(node, this.func[i]);
			if (this.table[at] === 0) this.fill(at, i);
		}
	}

	/** Where a child is in the table, or would be. */
	slot(parent, func) {
		const mask = this.table.length - 1;
		const hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(func, 0x85ebca6b);
		let at = (hash ^ (hash >>> 15)) & mask;
		for (let i = this.table[at]; i > 0; i = this.table[at]) {
			if (this.parent[i] === parent && this.func[i] === func) break;
			at = (at + 1) & mask;
		}
		return at;
	}

	fill(at, node) {
		this.table[at] = node;
		if (++this.filled * 2 < this.table.length) return;
		const old = this.table;
		this.table = new Int32Array(old.length * 2);
		for (const i of old) {
			if (i > 0) this.table[this.slot(this.parent[i], this.func[i])] = i;
		}
	}
}

function shapeOfSprout(sprout) {
	const { n } = sprout;
	const { place, size } = sprout.preorder();
	const shape = {
		parent: new Int32Array(n),
		func: new Int32Array(n),
		depth: new Int32Array(n),
		end: new Int32Array(n),
		place,
	};
	shape.parent[0] = -1;
	shape.end[0] = n;
	for (let i = 1; i < n; i++) {
		const at = place[i];
		const up = place[sprout.parent[i]];
		shape.parent[at] = up;
		shape.func[at] = sprout.func[i];
		shape.depth[at] = shape.depth[up] + 1;
		shape.end[at] = at + size[i];
	}
	return shape;
}

/** Rows whose nodes go elsewhere, without those whose node is gone; `columns` name their arrays. */
function rowsElsewhere(rows, map, kept) {
	const stays = new Uint8Array(rows.node.length);
	let n = 0;
	for (let i = 0; i < stays.length; i++) {
		stays[i] = map[rows.node[i]] >= 0 && (!kept || kept[rows.set[i]]) ? 1 : 0;
		n += stays[i];
	}
	const only = (column, of) => {
		const out = new column.constructor(n);
		let k = 0;
		for (let i = 0; i < stays.length; i++) {
			if (stays[i]) out[k++] = of ? of[column[i]] : column[i];
		}
		return out;
	};
	const out = { ...rows, node: only(rows.node, map), set: only(rows.set) };
	for (const name of ["at", "value"]) if (rows[name]) out[name] = only(rows[name]);
	if (rows.values) out.values = rows.values.map((column) => only(column));
	return out;
}

/**
 * The flame of a sprout; `map` has the sprout's node for each old one, -1 where its samples are
 * dropped. `selfs` are the old columns or what is to be taken for them; `kept` are the sets of
 * labels whose rows stay (all).
 */
function flameOfSprout(flame, sprout, map, selfs = flame.self, kept = null) {
	const { place, ...shape } = shapeOfSprout(sprout);
	const { n } = sprout;
	const inlined = new Uint8Array(n).fill(1);
	inlined[0] = 0;
	for (let i = 0; i < flame.n; i++) {
		if (map[i] < 0) continue;
		map[i] = place[map[i]];
		// where the functions differ, it is only its samples that go there
		if (flame.func[i] === shape.func[map[i]]) inlined[map[i]] &= flame.inlined[i];
	}
	const self = selfs.map((column) => {
		const out = new Float64Array(n);
		for (let i = 0; i < flame.n; i++) if (map[i] >= 0) out[map[i]] += column[i];
		return out;
	});
	return {
		...flame,
		meta: { ...flame.meta, nodes: n },
		n,
		...shape,
		inlined,
		self,
		total: new Array(self.length).fill(null),
		table: null,
		labels: flame.labels && rowsElsewhere(flame.labels, map, kept),
		times: flame.times && rowsElsewhere(flame.times, map, kept),
	};
}

/** A function becomes the outermost: what calls it is cut off, its outermost nodes are merged. */
function focusFunc(flame, func) {
	if (!func) return flame;
	const { n, parent } = flame;
	const sprout = new MergedSprout(1024);
	const map = new Int32Array(n).fill(-1);
	sprout.mix(0);
	for (let i = 1; i < n; i++) {
		const up = map[parent[i]];
		if (up >= 0) map[i] = sprout.child(up, flame.func[i]);
		else if (flame.func[i] === func) map[i] = sprout.child(0, func);
	}
	return flameOfSprout(flame, sprout, map);
}

/** A node becomes the outermost: only its subtree is left. */
function focusPath(flame, node) {
	if (!node) return flame;
	const sprout = new Sprout(flame.end[node] - node + 1);
	const map = new Int32Array(flame.n).fill(-1);
	for (let i = node; i < flame.end[node]; i++) {
		map[i] = sprout.append(i === node ? 0 : map[flame.parent[i]], flame.func[i]);
	}
	return flameOfSprout(flame, sprout, map);
}

/** Of the nodes marked, append those to a sprout: {sprout, map}. The root always stays. */
function keepNodes(flame, keep) {
	const { n, parent, func } = flame;
	const map = new Int32Array(n).fill(-1);
	let count = 1;
	for (let i = 1; i < n; i++) count += keep[i];
	const sprout = new Sprout(count);
	map[0] = 0;
	for (let i = 1; i < n; i++) if (keep[i]) map[i] = sprout.append(map[parent[i]], func[i]);
	return { sprout, map };
}

/** The samples of a function are gone, and with them the nodes that have no others. */
function dropFunc(flame, func) {
	if (!func) return flame;
	const { n, parent, end } = flame;
	const keep = new Uint8Array(n).fill(1);
	for (let i = 1; i < n;) {
		if (flame.func[i] === func) {
			keep.fill(0, i, end[i]);
			i = end[i];
		} else {
			i++;
		}
	}
	const lives = new Uint8Array(n); // a child of it stays
	for (let i = n - 1; i > 0; i--) {
		const wasLeaf = end[i] === i + 1;
		if (keep[i] && !wasLeaf && !lives[i])
			keep[i] = flame.self.some((self) => self[i] !== 0) ? 1 : 0;
		if (keep[i]) lives[parent[i]] = 1;
	}
	const { sprout, map } = keepNodes(flame, keep);
	return flameOfSprout(flame, sprout, map);
}

/** Only the samples of the nodes whose subtrees are marked, with what leads there. */
function keepSubtrees(flame, marked) {
	const { n, parent, end } = flame;
	const own = new Int32Array(n).fill(-1); // where its samples are: here, or nowhere
	const stays = new Uint8Array(n);
	for (let i = 1; i < n;) {
		if (!marked(i)) {
			i++;
			continue;
		}
		for (let c = i; c < end[i]; c++) own[c] = c;
		stays.fill(1, i, end[i]);
		i = end[i];
	}
	for (let i = n - 1; i > 0; i--) if (stays[i]) stays[parent[i]] = 1;
	const { sprout, map } = keepNodes(flame, stays);
	const selfs = flame.self.map((self) => self.map((value, i) => (own[i] < 0 ? 0 : value)));
	const rows = (of) => of && rowsElsewhere(of, own);
	const kept = { ...flame, labels: rows(flame.labels), times: rows(flame.times) };
	return flameOfSprout(kept, sprout, map, selfs);
}

/** Only the stacks with a function that is marked (a byte per function). */
function keepFuncs(flame, funcs) {
	return keepSubtrees(flame, (node) => funcs[flame.func[node]]);
}

/** Of a diff, only what has samples of a type before and none after. */
function keepGone(flame, type) {
	const before = totalOf(flame, columnBefore(flame, type));
	const after = totalOf(flame, columnAfter(flame, type));
	return keepSubtrees(flame, (node) => before[node] !== 0 && after[node] === 0);
}

/** A function's nodes are gone: its samples are its callers' own, its callees are theirs. */
function mergeFunc(flame, func) {
	if (!func) return flame;
	const { n, parent } = flame;
	const sprout = new MergedSprout(n);
	const map = new Int32Array(n);
	for (let i = 1; i < n; i++) {
		const up = map[parent[i]];
		if (flame.func[i] === func) sprout.mix(up);
		map[i] = flame.func[i] === func ? up : sprout.child(up, flame.func[i]);
	}
	return flameOfSprout(flame, sprout, map);
}

/**
 * A function that is called, directly or not, by itself is one node, the outermost, and what lies
 * between is gone: a b c b d is a b d. With -1 it is so for all functions.
 */
function collapseRecursion(flame, func) {
	if (!func) return flame;
	const { n, parent, depth } = flame;
	const sprout = new MergedSprout(n);
	const map = new Int32Array(n);
	const rows = new Int32Array(n); // depths of the new nodes
	const path = new OpenPath(flame);
	for (let i = 1; i < n; i++) {
		path.leave(depth[i]);
		const f = flame.func[i];
		const up = map[parent[i]];
		const outer = func < 0 || f === func ? path.find(f, rows, rows[up]) : 0;
		if (outer) sprout.mix(outer);
		map[i] = outer || sprout.child(up, f);
		if (!outer) rows[map[i]] = rows[up] + 1;
		path.enter(f, map[i], rows[map[i]]);
	}
	return flameOfSprout(flame, sprout, map);
}

/**
 * The new nodes on the path to where a walk of the old tree is, by function and by depth; what an
 * old node changes is undone when its subtree ends.
 */
class OpenPath {
	constructor(flame) {
		const room = flame.depth.reduce((most, depth) => Math.max(most, depth), 0) + 2;
		this.ofFunc = new Int32Array(flame.nfuncs);
		this.ofRow = new Int32Array(room);
		this.open = 0; // depth of the old node that was entered last
		this.func = new Int32Array(room);
		this.wasOfFunc = new Int32Array(room);
		this.row = new Int32Array(room);
		this.wasOfRow = new Int32Array(room);
	}

	/** Leave all old nodes from a depth on. */
	leave(depth) {
		for (; this.open >= depth; this.open--) {
			this.ofFunc[this.func[this.open]] = this.wasOfFunc[this.open];
			this.ofRow[this.row[this.open]] = this.wasOfRow[this.open];
		}
	}

	enter(func, node, row) {
		this.open++;
		this.func[this.open] = func;
		this.wasOfFunc[this.open] = this.ofFunc[func];
		this.row[this.open] = row;
		this.wasOfRow[this.open] = this.ofRow[row];
		this.ofFunc[func] = node;
		this.ofRow[row] = node;
	}

	/** The new node of a function if it is on the path, whose last row is given; else 0. */
	find(func, rows, last) {
		const node = this.ofFunc[func];
		return node > 0 && rows[node] <= last && this.ofRow[rows[node]] === node ? node : 0;
	}
}

/**
 * Only the samples of some sets of labels: `keep(pairs, number)` is asked once per set. Without
 * rows of labels the flame stays as it is. In a diff only the side after has rows: the other is 0.
 */
function filterLabels(flame, keep) {
	const { labels, n, parent } = flame;
	if (!labels) return flame;
	const kept = Uint8Array.from(labels.sets, (pairs, i) => (keep(pairs, i) ? 1 : 0));
	const selfs = flame.self.map(() => new Float64Array(n));
	const stays = new Uint8Array(n);
	for (let row = 0; row < labels.node.length; row++) {
		if (kept[labels.set[row]]) stays[labels.node[row]] = 1;
	}
	labels.values.forEach((column, type) => {
		const self = selfs[columnAfter(flame, type)];
		for (let row = 0; row < column.length; row++) {
			if (kept[labels.set[row]]) self[labels.node[row]] += column[row];
		}
	});
	for (let i = n - 1; i > 0; i--) if (stays[i]) stays[parent[i]] = 1;
	const { sprout, map } = keepNodes(flame, stays);
	return flameOfSprout(flame, sprout, map, selfs, kept);
}

/** The sets of labels that are chosen: all (-1), one by its number, or by `keep(pairs, number)`. */
function chosenSets(sets, which) {
	if (typeof which === "function") {
		return Uint8Array.from(sets, (pairs, i) => (which(pairs, i) ? 1 : 0));
	}
	return Uint8Array.from(sets, (pairs, i) => (which < 0 || which === i ? 1 : 0));
}

/** For each set of labels the number of its thread ("tid", else "thread"); 0 for none. */
function threadsOfSets(sets) {
	const threads = new Map();
	return Int32Array.from(sets, (pairs) => {
		const last = (key) => pairs.filter((pair) => pair.key === key).pop();
		const pair = last("tid") || last("thread");
		if (!pair) return 0;
		const name = JSON.stringify([pair.key, pair.text, pair.number]);
		if (!threads.has(name)) threads.set(name, threads.size + 1);
		return threads.get(name);
	});
}

/** The samples of a time and of chosen sets: a list per thread, by their first ones. */
function samplesOfTimes(times, from, to, which) {
	const kept = chosenSets(times.sets, which);
	const threads = threadsOfSets(times.sets);
	const byThread = new Map();
	for (let i = 0; i < times.at.length; i++) {
		if (!kept[times.set[i]]) continue;
		if ((from !== null && times.at[i] < from) || (to !== null && times.at[i] > to))
			continue;
		const thread = threads[times.set[i]];
		if (!byThread.has(thread)) byThread.set(thread, []);
		byThread.get(thread).push(i);
	}
	return [...byThread.values()];
}

/**
 * The samples from one time to another (in ns after the base, null: no limit) as a flame of its
 * own, thread by thread and in the order of time: stacks share what they have in common with the
 * one before. `which` are the sets of labels: -1 for all, a number, or `keep(pairs, number)`. It
 * has the default type only, and `origin`: for each node that of the old flame. null without times.
 */
function flameOfTimes(flame, from, to, which) {
	const { times, parent, depth } = flame;
	if (!times) return null;
	const sprout = new Sprout(1024);
	const room = depth.reduce((most, row) => Math.max(most, row), 0) + 1;
	const old = new Int32Array(room); // the stack that was entered last, by depth
	const fresh = new Int32Array(room);
	const added = []; // [node, value]...
	let origin = new Int32Array(1024);
	for (const samples of samplesOfTimes(times, from, to, which)) {
		let open = 0; // its depth
		for (const i of samples) {
			const node = times.node[i];
			const stop = depth[node];
			let shared = Math.min(stop, open);
			let at = node;
			for (let d = stop; d > shared; d--) at = parent[at];
			// what is above an old node that is shared is so too
			for (; shared > 0 && old[shared] !== at; shared--) at = parent[at];
			for (let up = node, d = stop; d > shared; d--, up = parent[up]) old[d] = up;
			for (let d = shared + 1; d <= stop; d++) {
				fresh[d] = sprout.append(fresh[d - 1], flame.func[old[d]]);
				if (fresh[d] >= origin.length)
					origin = largerInts(origin, origin.length * 2);
				origin[fresh[d]] = old[d];
			}
			open = stop;
			added.push(fresh[stop], times.value[i]);
		}
	}
	return chartOfSprout(flame, sprout, added, origin);
}

function chartOfSprout(flame, sprout, added, origin) {
	const { meta } = flame;
	const { n } = sprout;
	const { place, ...shape } = shapeOfSprout(sprout); // nodes are in preorder: nothing moves
	const self = new Float64Array(n);
	for (let k = 0; k < added.length; k += 2) self[place[added[k]]] += added[k + 1];
	const types = [meta.types[meta.default]];
	const count_type = meta.count_type === meta.default ? 0 : -1;
	return {
		...flame,
		meta: {
			...meta,
			nodes: n,
			types,
			default: 0,
			sides: 1,
			order: "input",
			count_type,
		},
		n,
		...shape,
		inlined: Uint8Array.from(origin.subarray(0, n), (node) => flame.inlined[node]),
		self: [self],
		total: [null],
		table: null,
		labels: null,
		times: null,
		origin: origin.slice(0, n),
	};
}
