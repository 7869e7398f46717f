// SPDX-License-Identifier: Apache-2.0
// The state of the page is its fragment: every change goes there, and what stands there is shown.

/**
 * Change the state. `replace`: without a step of history, for what changes while one types or
 * looks around.
 */
function change(changes, replace) {
	settlePart();
	const before = formatState(trimmed(page.state));
	const graphBefore = graphKey(page.state);

	Object.assign(page.state, changes, changes.s === "" ? zoomBefore() : {});
	if (!("h" in changes) && changes.s !== "" && graphKey(page.state) !== graphBefore) {
		page.state.h = null;
	}
	const fragment = formatState(trimmed(page.state));
	if (fragment !== before) {
		remember(fragment, replace);
	}
	show();
}

/** What a part of the width is of. */
function graphKey({ v, z, f, o, x, l, a, b, e }) {
	const tree = isTreeView(v) ? "tree" : v;

	return JSON.stringify([tree, z, v === "sandwich" && f, o, x, l, a, b, e]);
}

function remember(fragment, replace) {
	if (location.hash.replace(/^#/, "") === fragment.replace(/^#/, "")) {
		return;
	}
	const url = `${location.href.split("#")[0]}#${fragment.replace(/^#/, "")}`;

	try {
		history[replace ? "replaceState" : "pushState"](null, "", url);
	} catch (e) {
		// where a page may not: some readers of mail, frames without an origin
		page.stats.history = String(e.message);
	}
}

/** What stands in the fragment becomes the state. */
function readFragment() {
	const read = parseState(location.hash);

	page.state = { ...defaults(), ...read };
	graph.mark = null;
	clearTimeout(pan.timer);
	pan.timer = 0;
}

/** The state of a page as the command made it. */
function defaults() {
	const { meta } = page.base;
	const { look } = page;

	return {
		v: "reverse" in look ? "inverted" : "flame",
		z: [],
		f: "",
		s: "",
		t: meta.types[meta.default].type,
		o: meta.order,
		c: look.colors || (meta.sides === 2 ? "diff" : "pkg"),
		w: (meta.diff && meta.diff.width) || "after",
		n: !meta.diff || meta.diff.normalize !== false,
		d: Boolean(meta.diff && meta.diff.delta === "self"),
		x: [],
		l: [],
		k: "self",
		y: "inverted" in look ? "icicle" : "flame",
		m: "auto",
		a: null,
		b: null,
		e: false,
		h: null,
		p: "all",
		r: "",
	};
}

/** The state without what is as the command made it. */
function trimmed(state) {
	const usual = defaults();
	const out = {};

	for (const [key, value] of Object.entries(state)) {
		if (JSON.stringify(value) !== JSON.stringify(usual[key])) {
			out[key] = value;
		}
	}
	return out;
}
