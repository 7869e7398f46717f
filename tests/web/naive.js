// SPDX-License-Identifier: Apache-2.0
// The rules of doc/FLAME.md, sections 2 to 4, in the simplest way: objects, recursion, and no
// thought of speed. And random trees to compare them with.
"use strict";

/** A random tree as encodeTree takes it. Siblings are of different functions, in random order. */
function randomTree(random, options) {
	const { nodes, nfuncs, sides, negative } = options;
	const tree = {
		funcs: [{ name: "all" }],
		depth: [0],
		func: [0],
		self: [],
		types: [
			{ type: "samples", unit: "count" },
			{ type: "cpu", unit: "nanoseconds" },
		],
		sides,
	};
	for (let f = 1; f < nfuncs; f++)
		tree.funcs.push({ name: "f" + String(f).padStart(3, "0") });
	const used = [new Set()]; // of each open node
	while (tree.depth.length < nodes) {
		const at = tree.depth[tree.depth.length - 1];
		let d = at + 1 - (random(3) ? 0 : random(at + 1));
		const f = 1 + random(nfuncs - 1);
		while (d > 1 && used[d - 1].has(f)) d--;
		if (used[d - 1].has(f)) continue;
		used[d - 1].add(f);
		used.length = d;
		used.push(new Set());
		tree.depth.push(d);
		tree.func.push(f);
	}
	for (let c = 0; c < tree.types.length * sides; c++) {
		const value = () => (random(3) ? random(random(20) ? 10 : 1000) : 0);
		tree.self.push(tree.depth.map(() => (negative && !random(4) ? -value() : value())));
	}
	return tree;
}

/** The objects {id, func, depth, self, total, children} of a flame. */
function objectsOf(flame) {
	const nodes = [];
	for (let i = 0; i < flame.n; i++) {
		const self = flame.self.map((column) => column[i]);
		nodes.push({
			id: i,
			func: flame.func[i],
			depth: flame.depth[i],
			self,
			children: [],
		});
		if (i > 0) {
			nodes[i].up = nodes[flame.parent[i]];
			nodes[i].up.children.push(nodes[i]);
		}
	}
	const sum = (node) => {
		node.total = node.self.slice();
		for (const child of node.children) {
			sum(child).total.forEach((value, c) => {
				node.total[c] += value;
			});
		}
		return node;
	};
	sum(nodes[0]);
	return nodes;
}

/** Boxes of a flame, measured and laid out as a view says. */
class Naive {
	constructor(flame, view) {
		this.nodes = objectsOf(flame);
		this.view = view;
		const { type } = view.measure;
		this.diff = flame.meta.sides === 2;
		this.columns = this.diff ? [type, flame.meta.types.length + type] : [-1, type];
		this.scale = 1;
		const [A, B] = this.pair(this.nodes[0].total);
		if (this.diff && view.measure.normalize && A && B) this.scale = B / A;
		this.measure(this.nodes[0]);
	}

	/** Go on with these extents, which are the same but for the last digits of rounded sums. */
	useExtents(extents) {
		this.nodes.forEach((node, i) => {
			node.extent = extents[i];
		});
	}

	pair(values) {
		return this.columns.map((column) => (column < 0 ? 0 : values[column]));
	}

	ext([a, b]) {
		const before = Math.abs(a * this.scale);
		const after = Math.abs(b);
		if (!this.diff) return after;
		return {
			after,
			before,
			max: before > after ? before : after,
			union: before + after,
		}[this.view.measure.width];
	}

	measure(node) {
		let sum = 0;
		for (const child of node.children.slice().reverse()) sum += this.measure(child);
		node.extent = Math.max(this.ext(this.pair(node.total)), sum);
		return node.extent;
	}

	sorted(list) {
		const by = {
			weight: (x, y) => y.extent - x.extent || x.func - y.func,
			name: (x, y) => x.func - y.func,
			input: (x, y) => (x.id !== undefined ? x.id - y.id : x.node - y.node),
		};
		return list.slice().sort(by[this.view.order]);
	}

	/** Section 3; `below` gives a thing's children, `show` its box without place. */
	place(zoom, above, below, show) {
		const { width, min } = this.view;
		const boxes = above.map((thing, d) => ({
			...show(thing),
			x: 0,
			w: width,
			depth: d,
			above: true,
		}));
		if (zoom.extent === 0) {
			boxes.push({
				...show(zoom),
				x: 0,
				w: width,
				depth: above.length,
				above: false,
			});
			return boxes;
		}
		const scale = width / zoom.extent;
		const place = (thing, x, depth) => {
			boxes.push({
				...show(thing),
				x,
				w: thing.extent * scale,
				depth,
				above: false,
			});
			let acc = 0;
			let run = null;
			const endRun = () => {
				const w = run ? run.sum * scale : -1;
				if (run && w >= min) {
					const { x: at, count, total } = run;
					const box = {
						func: -1,
						node: -1,
						self: [0, 0],
						above: false,
					};
					boxes.push({
						...box,
						x: at,
						w,
						depth: depth + 1,
						count,
						total,
					});
				}
				run = null;
			};
			for (const child of this.sorted(below(thing))) {
				const w = child.extent * scale;
				if (w >= min) {
					endRun();
					place(child, x + acc * scale, depth + 1);
				} else {
					run = run || {
						x: x + acc * scale,
						sum: 0,
						count: 0,
						total: [0, 0],
					};
					run.sum += child.extent;
					run.count++;
					show(child).total.forEach((value, side) => {
						run.total[side] += value;
					});
				}
				acc += child.extent;
			}
			endRun();
		};
		place(zoom, 0, above.length);
		return boxes;
	}

	tree(root) {
		const above = [];
		for (let node = this.nodes[root].up; node; node = node.up) above.unshift(node);
		return this.place(
			this.nodes[root],
			above,
			(node) => node.children,
			(node) => ({
				func: node.func,
				node: node.id,
				count: 1,
				total: this.pair(node.total),
				self: this.pair(node.self),
			}),
		);
	}

	/** A group of members {node, values, extent, self}. */
	newGroup(func, members) {
		const group = { func, members, extent: 0, total: [0, 0], self: [0, 0], node: -1 };
		for (const member of members) {
			group.extent += member.extent;
			for (const side of [0, 1]) {
				group.total[side] += member.values[side];
				group.self[side] += member.self[side];
			}
			if (group.node < 0 || member.node.id < group.node)
				group.node = member.node.id;
		}
		return group;
	}

	groups(members) {
		const funcs = new Map();
		for (const member of members) {
			if (!funcs.has(member.node.func)) funcs.set(member.node.func, []);
			funcs.get(member.node.func).push(member);
		}
		return [...funcs].map(([func, list]) => this.newGroup(func, list));
	}

	callersOf(group) {
		const members = group.members.filter(
			(member) => member.node.up && member.node.up.up,
		);
		return this.groups(
			members.map((member) => ({
				...member,
				node: member.node.up,
				self: [0, 0],
			})),
		);
	}

	calleesOf(group) {
		return this.groups(
			group.members.flatMap((member) =>
				member.node.children.map((node) => ({
					node,
					values: this.pair(node.total),
					extent: node.extent,
					self: this.pair(node.self),
				})),
			),
		);
	}

	showGroup(group) {
		const { func, node, total, self } = group;
		return { func, node, count: 1, total, self };
	}

	inverted(path) {
		const members = [];
		for (const node of this.nodes.slice(1)) {
			const values = this.pair(node.self);
			if (!values[0] && !values[1]) continue;
			members.push({ node, values, extent: this.ext(values), self: values });
		}
		const all = this.nodes[0];
		const top = this.groups(members);
		const root = {
			func: 0,
			node: 0,
			total: this.pair(all.total),
			self: this.pair(all.self),
		};
		root.extent = this.sorted(top).reduce((sum, group) => sum + group.extent, 0);
		root.extent += this.ext(this.pair(all.self));
		const below = (group) => (group === root ? top : this.callersOf(group));
		const above = [];
		let zoom = root;
		for (const func of path) {
			const next = below(zoom).find((group) => group.func === func);
			if (!next) break;
			above.push(zoom);
			zoom = next;
		}
		return this.place(zoom, above, below, this.showGroup);
	}

	sandwich(func, callees) {
		const outermost = (node) => {
			for (let up = node.up; up; up = up.up) if (up.func === func) return false;
			return node.func === func;
		};
		const members = this.nodes.filter(outermost).map((node) => {
			const values = this.pair(node.total);
			const extent = callees ? node.extent : this.ext(values);
			return { node, values, extent, self: this.pair(node.self) };
		});
		const below = (group) => (callees ? this.calleesOf(group) : this.callersOf(group));
		return this.place(this.newGroup(func, members), [], below, this.showGroup);
	}

	/** What outermost matches below a node come to, on the side after. */
	matched(test, root) {
		const sum = (node) => {
			if (node.func && test(node.func)) return this.pair(node.total)[1];
			return node.children.reduce((all, child) => all + sum(child), 0);
		};
		return sum(this.nodes[root]);
	}

	/** {flat, cum} of a function on the side after: of nodes that have none of it above. */
	row(func) {
		const outermost = this.nodes.filter((node) => {
			for (let up = node.up; up; up = up.up) if (up.func === func) return false;
			return node.func === func;
		});
		const all = this.nodes.filter((node) => node.func === func);
		return {
			flat: all.reduce((sum, node) => sum + this.pair(node.self)[1], 0),
			cum: outermost.reduce((sum, node) => sum + this.pair(node.total)[1], 0),
		};
	}
}

module.exports = { randomTree, objectsOf, Naive };
