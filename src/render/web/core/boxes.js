// SPDX-License-Identifier: Apache-2.0
// From a tree to boxes: doc/FLAME.md, sections 3 and 4; src/render/boxes.c is the same, to the last
// digit. Nothing recurses: stacks are as deep as they like.
//
// A view may have a `window`, [from, to] in px of its width: then there are only the boxes that can
// be seen in it, where they are without it.

function makeBox(x, w, depth, func, node, count, above, total, self) {
	return { x, w, depth, func, node, count, above, total, self };
}

/** A column's value at a node; 0 where there is no such column. */
function valueAt(column, node) {
	return column ? column[node] : 0;
}

/** The columns of a view's type: {totals: [before, after], selfs: [before, after]}. */
function viewColumns(view) {
	const { flame, measure } = view;
	const before = columnBefore(flame, measure.type);
	const after = columnAfter(flame, measure.type);
	return {
		totals: [before < 0 ? null : totalOf(flame, before), totalOf(flame, after)],
		selfs: [before < 0 ? null : flame.self[before], flame.self[after]],
	};
}

/** What of the width can be seen. */
function windowOf(view) {
	return view.window || [-Infinity, Infinity];
}

/** The siblings that are too thin to be seen and follow each other: one box for all of them. */
class BoxRun {
	constructor(boxes, view, scale) {
		const { min } = view;
		const [from, to] = windowOf(view);
		Object.assign(this, { boxes, scale, min, from, to });
		Object.assign(this, { x: 0, sum: 0, count: 0, a: 0, b: 0 });
	}

	add(x, extent, a, b) {
		if (this.count === 0) this.x = x;
		this.count++;
		this.sum += extent;
		this.a += a;
		this.b += b;
	}

	/** Whether a sibling is past the window, and not of a run that begins in it. */
	isPast(left, w) {
		return left >= this.to && (this.count === 0 || w >= this.min);
	}

	end(depth) {
		if (this.count === 0) return;
		const w = this.sum * this.scale;
		if (w >= this.min && this.x + w > this.from && this.x < this.to) {
			const total = [this.a, this.b];
			this.boxes.push(
				makeBox(this.x, w, depth, -1, -1, this.count, false, total, [0, 0]),
			);
		}
		this.sum = this.count = this.a = this.b = 0;
	}
}

/** Boxes of the tree from a node on; 0: all. */
function treeBoxes(view, root) {
	const { flame, extents, width } = view;
	const { totals, selfs } = viewColumns(view);
	const boxes = [];
	const pushNode = (node, x, w, above) => {
		const total = [valueAt(totals[0], node), valueAt(totals[1], node)];
		const self = [valueAt(selfs[0], node), valueAt(selfs[1], node)];
		boxes.push(
			makeBox(
				x,
				w,
				flame.depth[node],
				flame.func[node],
				node,
				1,
				above,
				total,
				self,
			),
		);
	};
	const ancestors = [];
	for (let i = flame.parent[root]; i >= 0; i = flame.parent[i]) ancestors.push(i);
	for (const node of ancestors.reverse()) pushNode(node, 0, width, true);
	if (extents[root] > 0) placeNodes(view, root, totals, boxes, pushNode);
	else pushNode(root, 0, width, false);
	return boxes;
}

function placeNodes(view, root, totals, boxes, pushNode) {
	const { flame, extents, min } = view;
	const { end, depth } = flame;
	const [before, after] = totals;
	const scale = view.width / extents[root];
	const run = new BoxRun(boxes, view, scale);
	const [from] = windowOf(view);
	// the open nodes: where they begin, what of their children is done, the next child
	const nodes = [root];
	const xs = [0];
	const accs = [0];
	const nexts = [root + 1];
	pushNode(root, 0, extents[root] * scale, false);
	while (nodes.length) {
		const top = nodes.length - 1;
		const stop = end[nodes[top]];
		const x = xs[top];
		let acc = accs[top];
		let c = nexts[top];
		while (c < stop) {
			const left = x + acc * scale;
			const w = extents[c] * scale;
			if (run.isPast(left, w)) c = stop; // nor can what is behind it be seen
			if (c >= stop) break;
			if (!(w >= min))
				run.add(left, extents[c], before ? before[c] : 0, after[c]);
			else if (left + w > from) break;
			else run.end(depth[nodes[top]] + 1);
			acc += extents[c];
			c = end[c];
		}
		run.end(depth[nodes[top]] + 1);
		if (c >= stop) {
			nodes.pop();
			xs.pop();
			accs.pop();
			nexts.pop();
			continue;
		}
		accs[top] = acc + extents[c];
		nexts[top] = end[c];
		nodes.push(c);
		xs.push(x + acc * scale);
		accs.push(0);
		nexts.push(c + 1);
		pushNode(c, xs[top + 1], extents[c] * scale, false);
	}
}

/**
 * Nodes merged into groups by function. The members of all open groups lie in one array, each
 * group's one after the other: `at` is where a member is now, `from` the node whose values it has.
 * Callers take the places of their callees, so that they need no memory of their own; callees are
 * put behind what is there, and taken away when they have been laid out.
 */
class Groups {
	/** `values` are the columns of the members' values, [before, after]. */
	constructor(view, values, callees) {
		const { flame, measure } = view;
		this.view = view;
		this.flame = flame;
		this.values = values;
		this.selfs = viewColumns(view).selfs;
		this.callees = callees;
		this.scale = scaleOf(flame, measure);
		this.onlyAfter = flame.meta.sides !== 2 || measure.width === "after";
		this.pixels = 0; // per extent; 0: not known
		this.at = new Int32Array(64);
		this.from = callees ? this.at : new Int32Array(64);
		this.top = 0;
		this.spare = new Int32Array(0);
		// by function, while members are grouped: how many, the lowest, sums; where they go
		this.count = new Int32Array(flame.nfuncs);
		this.node = new Int32Array(flame.nfuncs);
		this.place = new Int32Array(flame.nfuncs);
		this.sums = Array.from({ length: 5 }, () => new Float64Array(flame.nfuncs));
		[this.extent, this.a, this.b, this.selfA, this.selfB] = this.sums;
	}

	add(node) {
		if (this.top === this.at.length) this.grow(this.top * 2);
		this.at[this.top] = node;
		this.from[this.top++] = node;
	}

	grow(room) {
		const at = new Int32Array(room);
		at.set(this.at);
		const from = this.callees ? at : new Int32Array(room);
		from.set(this.from);
		this.at = at;
		this.from = from;
	}

	/** Sum the members from `low` to `high` by function: the functions as they are met. */
	sum(low, high) {
		const { at, from, count, node, b } = this;
		const { func } = this.flame;
		const after = this.values[1];
		const funcs = [];
		for (let m = low; m < high; m++) {
			const here = at[m];
			const f = func[here];
			if (count[f]++ === 0) {
				funcs.push(f);
				node[f] = here;
			} else if (here < node[f]) {
				node[f] = here;
			}
			b[f] += after[from[m]];
		}
		if (this.values[0]) this.sumBefore(low, high);
		if (this.callees) this.sumCallees(low, high);
		else this.sumCallers(low, high);
		return funcs;
	}

	sumBefore(low, high) {
		const { at, from, a } = this;
		const { func } = this.flame;
		const before = this.values[0];
		for (let m = low; m < high; m++) a[func[at[m]]] += before[from[m]];
	}

	sumCallees(low, high) {
		const { at, extent, selfA, selfB } = this;
		const { func } = this.flame;
		const { extents } = this.view;
		const [before, after] = this.selfs;
		for (let m = low; m < high; m++) {
			const node = at[m];
			const f = func[node];
			extent[f] += extents[node];
			selfB[f] += after[node];
			if (before) selfA[f] += before[node];
		}
	}

	/** Callers have no self of their own here. */
	sumCallers(low, high) {
		const { at, from, extent, flame, scale } = this;
		const { func } = flame;
		const { measure } = this.view;
		const [before, after] = this.values;
		if (this.onlyAfter) {
			for (let m = low; m < high; m++)
				extent[func[at[m]]] += Math.abs(after[from[m]]);
			return;
		}
		for (let m = low; m < high; m++) {
			const of = from[m];
			extent[func[at[m]]] += extOf(flame, measure, scale, before[of], after[of]);
		}
	}

	/** The group of a function from its sums, which are 0 again. */
	take(func) {
		const { count, node, extent, a, b, selfA, selfB } = this;
		const group = {
			func,
			node: node[func],
			low: 0,
			high: count[func],
			extent: extent[func],
			a: a[func],
			b: b[func],
			selfA: selfA[func],
			selfB: selfB[func],
		};
		count[func] = 0;
		for (const sums of this.sums) sums[func] = 0;
		return group;
	}

	/** The members from `low` to `high` by function, in the order of the view. */
	group(low, high) {
		const groups = this.sum(low, high).map((func) => this.take(func));
		this.scatter(low, high, groups);
		return this.sort(groups);
	}

	/** Whether what is below a group can be seen; all before the scale is known. */
	seen(group) {
		return this.pixels === 0 || group.extent * this.pixels >= this.view.min;
	}

	/** Put the members of each group that is seen together, in the order they were in. */
	scatter(low, high, groups) {
		const { at, from, place } = this;
		const { func } = this.flame;
		const n = high - low;
		let next = low;
		for (const group of groups) {
			const count = this.seen(group) ? group.high : 0;
			place[group.func] = count ? next : -1;
			group.low = next;
			group.high = next += count;
		}
		if (groups.length < 2) return;
		if (this.spare.length < 2 * n) this.spare = new Int32Array(2 * n);
		const { spare } = this;
		spare.set(at.subarray(low, high));
		spare.set(from.subarray(low, high), n);
		for (let m = 0; m < n; m++) {
			const to = place[func[spare[m]]];
			if (to < 0) continue;
			place[func[spare[m]]] = to + 1;
			at[to] = spare[m];
			from[to] = spare[n + m];
		}
	}

	sort(groups) {
		const { order } = this.view;
		if (order === "weight") {
			groups.sort((x, y) => y.extent - x.extent || x.func - y.func);
		} else if (order === "name") {
			groups.sort((x, y) => x.func - y.func);
		} else {
			groups.sort((x, y) => x.node - y.node);
		}
		return groups;
	}

	/** The callers or callees of a group; these end what was known of its members. */
	below(group) {
		return this.callees ? this.calleesOf(group) : this.callersOf(group);
	}

	callersOf(group) {
		const { at, from } = this;
		const { parent } = this.flame;
		let high = group.low;
		for (let m = group.low; m < group.high; m++) {
			const up = parent[at[m]];
			if (up <= 0) continue;
			at[high] = up;
			from[high++] = from[m];
		}
		return this.group(group.low, high);
	}

	calleesOf(group) {
		const { end } = this.flame;
		const low = this.top;
		for (let m = group.low; m < group.high; m++) {
			const node = this.at[m];
			for (let c = node + 1; c < end[node]; c = end[c]) this.add(c);
		}
		return this.group(low, this.top);
	}
}

function pushGroup(boxes, group, x, w, depth, above) {
	const total = [group.a, group.b];
	const self = [group.selfA, group.selfB];
	boxes.push(makeBox(x, w, depth, group.func, group.node, 1, above, total, self));
}

/**
 * Lay out a group at a depth, and what is below it. `list` are its sub-groups if they are known.
 */
function placeGroups(groups, root, list, depth, boxes) {
	const { width, min } = groups.view;
	const [from] = windowOf(groups.view);
	if (!(root.extent > 0)) {
		pushGroup(boxes, root, 0, width, depth, false);
		return;
	}
	const scale = width / root.extent;
	const run = new BoxRun(boxes, groups.view, scale);
	groups.pixels = scale;
	const levels = [{ list: list || groups.below(root), i: 0, x: 0, acc: 0, base: groups.top }];
	pushGroup(boxes, root, 0, root.extent * scale, depth, false);
	while (levels.length) {
		const level = levels[levels.length - 1];
		while (level.i < level.list.length) {
			const group = level.list[level.i];
			const left = level.x + level.acc * scale;
			const w = group.extent * scale;
			if (run.isPast(left, w)) level.i = level.list.length;
			if (level.i >= level.list.length) break;
			if (!(w >= min)) run.add(left, group.extent, group.a, group.b);
			else if (left + w > from) break;
			else run.end(depth + levels.length);
			level.acc += group.extent;
			level.i++;
		}
		run.end(depth + levels.length);
		if (level.i === level.list.length) {
			levels.pop();
			groups.top = level.base;
			continue;
		}
		const group = level.list[level.i++];
		const x = level.x + level.acc * scale;
		level.acc += group.extent;
		pushGroup(boxes, group, x, group.extent * scale, depth + levels.length, false);
		const base = groups.top;
		levels.push({ list: groups.below(group), i: 0, x, acc: 0, base });
	}
}

/** The outermost group of the bottom-up view, with its sub-groups: every node that has a self. */
function invertedRoot(groups, zoomed) {
	const { flame, view } = groups;
	const { totals, selfs } = viewColumns(view);
	const [before, after] = selfs;
	for (let i = 1; i < flame.n; i++) {
		if (after[i] !== 0 || (before && before[i] !== 0)) groups.add(i);
	}
	const list = groups.sort(groups.sum(0, groups.top).map((func) => groups.take(func)));
	for (const group of list) {
		group.selfA = group.a;
		group.selfB = group.b;
	}
	const a = valueAt(before, 0);
	const b = after[0];
	let extent = list.reduce((sum, group) => sum + group.extent, 0);
	extent += extOf(flame, view.measure, groups.scale, a, b);
	if (!zoomed && extent > 0) groups.pixels = view.width / extent;
	groups.scatter(0, groups.top, list);
	const [A, B] = totals.map((total) => valueAt(total, 0));
	return { func: 0, node: 0, extent, a: A, b: B, selfA: a, selfB: b, list };
}

/**
 * Boxes bottom-up; `path` are the functions (numbers) of the groups to zoom into, from the
 * outermost on. Where there is no such group, the path ends.
 */
function invertedBoxes(view, path) {
	const groups = new Groups(view, viewColumns(view).selfs, false);
	const boxes = [];
	let root = invertedRoot(groups, path.length > 0);
	let { list } = root;
	let depth = 0;
	for (const func of path) {
		const next = list.find((group) => group.func === func);
		if (!next) break;
		pushGroup(boxes, root, 0, view.width, depth++, true);
		root = next;
		list = groups.below(root);
	}
	placeGroups(groups, root, list, depth, boxes);
	return boxes;
}

/** The outermost nodes of a function as one group. */
function middleGroup(groups, func) {
	const { flame, selfs } = groups;
	const { func: funcs, end } = flame;
	for (let i = funcs.indexOf(func); i >= 0; i = funcs.indexOf(func, end[i])) groups.add(i);
	groups.sum(0, groups.top);
	const middle = groups.take(func);
	if (!groups.top) middle.node = -1;
	middle.selfA = middle.selfB = 0;
	for (let m = 0; m < groups.top; m++) {
		middle.selfA += valueAt(selfs[0], groups.at[m]);
		middle.selfB += selfs[1][groups.at[m]];
	}
	return middle;
}

/** The boxes of a function's outermost nodes, merged, and of what is above or below them. */
function sandwichBoxes(view, func, callees) {
	const groups = new Groups(view, viewColumns(view).totals, callees);
	const boxes = [];
	placeGroups(groups, middleGroup(groups, func), null, 0, boxes);
	return boxes;
}

/** What a function calls; the first box is the function, in row 0. */
function calleesBoxes(view, func) {
	return sandwichBoxes(view, func, true);
}

/** What calls a function; the first box is the function, in row 0, its callers are in row 1. */
function callersBoxes(view, func) {
	return sandwichBoxes(view, func, false);
}
