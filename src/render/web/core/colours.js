// SPDX-License-Identifier: Apache-2.0
// Colours of frames: doc/FLAME.md, section 7. As src/render/colours.c, whose tables are in META:
// a text per table, six digits for each colour.

const SHADES = 4;
const HOT_PER_HUE = 3; // hues for each of the warm ones
const HEAT_STEPS = 16;
const DIFF_STEPS = 8;
const LIGHT_LUMA = 124000;

const DIFF_TABLES = {
	diff: ["blue", "orange"],
	"diff-classic": ["blue", "red"],
	"diff-rg": ["green", "red"],
};

/** The names of schemes, as --colors has them. */
const SCHEMES = ["pkg", "hot", "kind", "dso", "grey", "value", "self", ...Object.keys(DIFF_TABLES)];

/** Which of n steps a part of 1 is in; they grow as squares, so that small parts differ. */
function colourStep(part, n) {
	const squares = part * (n * n);
	let i = 0;

	while (i + 1 < n && squares >= (i + 1) * (i + 1)) {
		i++;
	}
	return i;
}

/** Table and place of the colour of a function, -1 being a run of thin siblings. */
function colourAt(scheme, { kind, hue, shade, objectHue }, func, facts) {
	const f = facts || {};

	if (func <= 0) {
		return ["rest", 0];
	}
	switch (scheme) {
		case "hot":
			return ["hot", Math.floor(hue[func] / HOT_PER_HUE) * SHADES + shade[func]];
		case "kind":
			return ["kinds", kind[func] * SHADES + shade[func]];
		case "dso":
			return ["hues", objectHue[func] * SHADES + shade[func]];
		case "grey":
			return ["greys", shade[func]];
		case "value":
			return ["heat", colourStep(f.share || 0, HEAT_STEPS)];
		case "self":
			return ["heat", colourStep(f.selfShare || 0, HEAT_STEPS)];
		case "diff":
		case "diff-classic":
		case "diff-rg":
			if (!f.significant || !f.delta) {
				return ["same", 0];
			}
			return [
				DIFF_TABLES[scheme][f.delta < 0 ? 0 : 1],
				colourStep(Math.abs(f.delta), DIFF_STEPS),
			];
		default:
			return ["hues", hue[func] * SHADES + shade[func]];
	}
}

/**
 * The fill of a box of a function as "#rrggbb": the root (0) and runs (-1) are grey. `facts` may
 * have {share, selfShare, delta, significant}: parts of the total, 0 to 1; of a diff the points
 * over the largest, -1 to 1, and whether they are more than chance.
 */
function fillOf(palette, scheme, flame, func, facts, dark) {
	const tables = dark ? palette.dark : palette.light;
	const [table, i] = colourAt(scheme, flame.funcs, func, facts);

	return `#${tables[table].slice(6 * i, 6 * i + 6)}`;
}

/** The fill of what a search has found. */
function matchFill(palette, dark) {
	return `#${(dark ? palette.dark : palette.light).match}`;
}

/** The colour of text on a fill "#rrggbb". */
function textOn(fill) {
	const rgb = parseInt(fill.slice(1), 16);
	const luma = 299 * (rgb >> 16) + 587 * ((rgb >> 8) & 255) + 114 * (rgb & 255);

	return luma >= LIGHT_LUMA ? "#1b1e25" : "#f3f4f6";
}
