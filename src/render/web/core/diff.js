// SPDX-License-Identifier: Apache-2.0
// The two sides of a diff compared: doc/FLAME.md, section 5.

/** The totals of a diff's sides: {A, B, NA, NB, scale}; NA and NB are 0 where nothing counts. */
function sidesOf(flame, measure) {
	const count = flame.meta.count_type;
	const all = (column) => (column < 0 ? 0 : totalOf(flame, column)[0]);
	return {
		A: all(columnBefore(flame, measure.type)),
		B: all(columnAfter(flame, measure.type)),
		NA: count < 0 ? 0 : all(columnBefore(flame, count)),
		NB: count < 0 ? 0 : all(columnAfter(flame, count)),
		scale: scaleOf(flame, measure),
	};
}

/** How many samples a node has on each side: [na, nb], of its total or its self; null without. */
function countsAt(flame, node, ofSelf) {
	const count = flame.meta.count_type;
	if (count < 0 || flame.meta.sides !== 2) return null;
	const columns = [columnBefore(flame, count), columnAfter(flame, count)];
	return columns.map(
		(column) => (ofSelf ? flame.self[column] : totalOf(flame, column))[node],
	);
}

/** By how many standard deviations the shares of two counts differ; 0 when undefined. */
function zScore(na, nb, NA, NB) {
	const p = (na + nb) / (NA + NB);
	const z = (nb / NB - na / NA) / Math.sqrt(p * (1 - p) * (1 / NA + 1 / NB));
	return Number.isFinite(z) ? z : 0;
}

function diffState(a, b, delta) {
	if (a === 0 && b !== 0) return "new";
	if (b === 0 && a !== 0) return "gone";
	return delta === 0 ? "same" : "changed";
}

/**
 * A pair of values compared: {delta, points, percentBefore, percentAfter, z, significant, state}.
 * `na` and `nb` are the samples behind them; where no type counts, z is 0 and all is significant.
 * `state` is new, gone, same or changed.
 */
function diffOf(flame, measure, a, b, na, nb) {
	const { A, B, NA, NB, scale } = sidesOf(flame, measure);
	const percentBefore = A ? (100 * a) / A : 0;
	const percentAfter = B ? (100 * b) / B : 0;
	const counts = flame.meta.count_type >= 0;
	const z = counts ? zScore(na, nb, NA, NB) : 0;
	const delta = b - a * scale;
	return {
		delta,
		points: percentAfter - percentBefore,
		percentBefore,
		percentAfter,
		z,
		significant: !counts || Math.abs(z) >= 2,
		state: diffState(a, b, delta),
	};
}
