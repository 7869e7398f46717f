// SPDX-License-Identifier: Apache-2.0
// What the numbers must be, counted from samples `{stack: [root, ..., leaf], values}` in the plainest
// way: nothing of the product is used here.
"use strict";

const startsWith = (stack, path) => path.every((name, i) => stack[i] === name);

/** The sum of a type over the samples below a path of names. */
function total(samples, type = 0, path = []) {
	return samples.reduce(
		(sum, s) => sum + (startsWith(s.stack, path) ? s.values[type] : 0),
		0,
	);
}

/** Smart case: capitals in a pattern mean what they say. */
function matcher(pattern) {
	return new RegExp(pattern, /[A-Z]/.test(pattern.replace(/\\[A-Za-z]/g, "")) ? "u" : "iu");
}

/** What part of all, in %, is in stacks below a path that have a match at or below its end. */
function matched(samples, pattern, type = 0, path = []) {
	const regex = matcher(pattern);
	const from = Math.max(0, path.length - 1);
	let sum = 0;
	for (const { stack, values } of samples)
		if (startsWith(stack, path) && stack.slice(from).some((name) => regex.test(name)))
			sum += values[type];
	return sum;
}

/** name -> {flat, cum}: of a function that is on a stack several times, once. */
function table(samples, type = 0) {
	const rows = new Map();
	const row = (name) => {
		if (!rows.has(name)) rows.set(name, { flat: 0, cum: 0 });
		return rows.get(name);
	};
	for (const { stack, values } of samples) {
		for (const name of new Set(stack)) row(name).cum += values[type];
		if (stack.length) row(stack[stack.length - 1]).flat += values[type];
	}
	return rows;
}

/** The names of the children of a path -> their totals. */
function children(samples, path, type = 0) {
	const out = new Map();
	for (const { stack, values } of samples)
		if (stack.length > path.length && startsWith(stack, path)) {
			const name = stack[path.length];
			out.set(name, (out.get(name) || 0) + values[type]);
		}
	return out;
}

/** How many nodes the tree has, with its root. */
function nodes(samples) {
	const paths = new Set([""]);
	for (const { stack } of samples)
		for (let i = 1; i <= stack.length; i++)
			paths.add(stack.slice(0, i).join("\0") + "\0");
	return paths.size;
}

module.exports = { children, matched, matcher, nodes, startsWith, table, total };
