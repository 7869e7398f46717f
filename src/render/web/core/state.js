// SPDX-License-Identifier: Apache-2.0
// The state of a page as its fragment: doc/FLAME.md, section 9. A state has the fragment's letters
// as its names:
//
//     v o c w k y m t s f   texts
//     p r                   texts: what percentages are of, whether the file is read again
//     z                     the names of a path, from the outermost function on
//     h                     [from, to]: the part of the width that is seen, from 0 to 1
//     n d e                 true or false: normalized, by self, only what is gone
//     x                     transforms: "f:name", "d:name", "m:name", "r:", "r:name", "k:pattern",
//                           "p:" + a path joined by joinItems
//     l                     labels: "key=value"
//     a b                   numbers: ns after the base
//
// What it has not is as by default. Whatever a fragment says, a state comes out: nothing throws.

const STATE_VALUES = {
	v: ["flame", "inverted", "table", "tree", "sandwich", "source", "info", "time"],
	o: ["weight", "name", "input"],
	w: ["after", "before", "max", "union"],
	y: ["icicle", "flame"],
	p: ["all", "zoom", "parent"],
	r: ["", "follow", "frozen"],
};
const STATE_TEXT_MAX = 1 << 20;

/** Texts as one, joined by semicolons. */
function joinItems(items) {
	return items.map((item) => item.replace(/%/g, "%25").replace(/;/g, "%3B")).join(";");
}

/** The texts that joinItems has joined. */
function splitItems(text) {
	if (text === "") return [];
	return text.split(";").map((item) => item.replace(/%3B/gi, ";").replace(/%25/g, "%"));
}

const isTransform = (item) => /^([fdmpk]:.|r:)/s.test(item);
const isLabel = (item) => item.includes("=");

/** A part of the width, "from-to"; undefined: it is none. */
function parsePart(value) {
	const [from, to] = /^[\d.]+(e-\d+)?-[\d.]+(e-\d+)?$/.test(value)
		? value.split(/(?<!e)-/).map(Number)
		: [];
	return from >= 0 && from < to && to <= 1 ? [from, to] : undefined;
}

/** How a value is written and read, by its letter in the order of the fragment; undefined: it
 * makes no sense. */
function stateField(key) {
	const text = (value) => value;
	const chosen = (value) => (STATE_VALUES[key].includes(value) ? value : undefined);
	const either = (yes, no) => ({
		format: (value) => (value ? yes : no),
		parse: (value) => (value === yes ? true : value === no ? false : undefined),
	});
	const time = (value) => (/^\d{1,20}(\.\d+)?$/.test(value) ? Number(value) : undefined);
	const list = (is) => ({
		format: joinItems,
		parse: (value) => splitItems(value).filter(is),
	});
	switch (key) {
		case "z":
			return list(() => true);
		case "x":
			return list(isTransform);
		case "l":
			return list(isLabel);
		case "n":
			return either("1", "0");
		case "d":
			return either("self", "total");
		case "e":
			return either("1", "0");
		case "h":
			return { format: (value) => value.join("-"), parse: parsePart };
		case "a":
		case "b":
			return { format: String, parse: time };
		default:
			return { format: text, parse: key in STATE_VALUES ? chosen : text };
	}
}

const STATE_KEYS = "vzhfstocwndexlkympabr";

/** A text without halves of characters, at which encodeURIComponent throws. */
function wellFormed(text) {
	return text.replace(/\p{Cs}/gu, "\ufffd");
}

function decodeState(text) {
	try {
		return decodeURIComponent(text);
	} catch (e) {
		return text;
	}
}

/** The fragment of a state, without the #; "" of one that has nothing. */
function formatState(state) {
	const parts = [];
	for (const key of STATE_KEYS) {
		const value = state[key];
		if (value === undefined || value === null) continue;
		parts.push(
			key + "=" + encodeURIComponent(wellFormed(stateField(key).format(value))),
		);
	}
	return parts.join("&");
}

/** The state of a fragment, with or without its #: only what is there and makes sense. */
function parseState(fragment) {
	const given = new Map();
	const text = wellFormed(fragment.slice(0, STATE_TEXT_MAX)).replace(/^#/, "");
	for (const part of text.split("&")) {
		if (part.charAt(1) === "=") given.set(part.charAt(0), decodeState(part.slice(2)));
	}
	const state = {};
	for (const key of STATE_KEYS) {
		const value = given.has(key) ? stateField(key).parse(given.get(key)) : undefined;
		if (value !== undefined) state[key] = value;
	}
	return state;
}
