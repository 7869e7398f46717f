// SPDX-License-Identifier: Apache-2.0
// Search over the whole tree: each name is tested once, then one pass over the nodes sums up what
// is in or below a match. Nothing depends on what is drawn, so percentages are exact.

/** Whether a pattern has a capital that is not part of an escape like \S. */
function hasCapital(text) {
	return /\p{Lu}/u.test(text.replace(/\\./gs, ""));
}

/**
 * A search of a regular expression: {test(name)}, or {error} that can be shown. Case matters where
 * the pattern has a capital. The empty text finds nothing.
 */
function compileSearch(text) {
	if (text === "") return { test: () => false };
	try {
		const pattern = new RegExp(text, hasCapital(text) ? "" : "i");
		return { test: (name) => pattern.test(name) };
	} catch (e) {
		return { error: String(e.message).replace(/^Invalid regular expression: /, "") };
	}
}

/** The sum of the outermost matches in the subtree of a node. */
function sumMatches(flame, total, funcs, root) {
	const { func, end } = flame;
	const stop = end[root];
	let sum = 0;
	for (let i = root; i < stop;) {
		if (funcs[func[i]]) {
			sum += total[i];
			i = end[i];
		} else {
			i++;
		}
	}
	return sum;
}

/** The place in a sorted list of the first number that is not below another. */
function lowerBound(list, number) {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (list[middle] < number) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** The nodes of functions, a byte each, that also pass a test if there is one; not the root. */
function nodesOf(flame, funcs, passes) {
	const { n, func } = flame;
	const nodes = [];
	for (let i = 1; i < n; i++) if (funcs[func[i]] && (!passes || passes(i))) nodes.push(i);
	return nodes;
}

/**
 * Which functions match, and what is spent in or below them: {funcs: a byte per function, nfuncs,
 * matched, ofAll, matchedZoom, ofZoom}. `matched` is of the whole tree, `matchedZoom` of the
 * subtree of `root` (of it and of what is below, whatever is above); the fractions (0..1) are of
 * the totals of the two. The root's function, `all`, never matches.
 */
function searchFlame(flame, column, search, root) {
	const funcs = new Uint8Array(flame.nfuncs);
	let nfuncs = 0;
	for (let f = 1; f < funcs.length; f++) {
		if (!search.test(flame.funcs.name[f])) continue;
		funcs[f] = 1;
		nfuncs++;
	}
	const total = totalOf(flame, column);
	const matched = nfuncs ? sumMatches(flame, total, funcs, 0) : 0;
	const matchedZoom = root > 0 && nfuncs ? sumMatches(flame, total, funcs, root) : matched;
	return {
		funcs,
		nfuncs,
		matched,
		ofAll: total[0] ? matched / total[0] : 0,
		matchedZoom,
		ofZoom: total[root] ? matchedZoom / total[root] : 0,
	};
}
