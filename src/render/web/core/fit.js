// SPDX-License-Identifier: Apache-2.0
// Columns of a terminal that texts take, and names cut to the room there is without losing the
// function: doc/FLAME.md, section 6. As src/base/cells.c and src/render/fit.c.

/** Ranges of characters: the distance from the range before, and how many more, to base 36. */
function readRanges(text) {
	const ranges = [];
	let last = 0;

	for (const word of text.split(" ")) {
		const [gap, more] = word.split(".");
		const first = last + parseInt(gap, 36);
		last = first + parseInt(more || "0", 36);
		ranges.push(first, last);
	}
	return Uint32Array.from(ranges);
}

// Unicode 14: what combines (0 cells), and what is wide (2 cells).
const ZERO_CELLS = readRanges(
	"lc.33 7o.6 7c.18 2 2.1 2.1 2 21.a 2 1b.k h 2u.6 3.5 3.1 2.3 10 v.q 2k.a 1n.8 a p.3 " +
		"2.8 2.2 2.4 18.2 1p.7 17.n 2.v 1k 2 5.7 5 4.6 b.1 u 1n 5.3 9 l.1 r.4 1m 5.g v.1 4 " +
		"c.1 1m 5.7 5 l.1 n.7 1n 3 2.3 9.9 c.1 v 1q d 1f 4 1k 2.2 6.g c.1 u 1n 3 7 6.1 l.1 " +
		"t.1 1m.1 5.3 9 l.1 u 21 8.4 2j 3.6 d.7 2r 3.8 c.5 23.1 s 2 2 1k.d 2.4 2.1 6.1b a " +
		"2v.3 2.5 2.1 3.1 q.1 5.2 h.3 e 3.1 7 g 5f.4f 9q.2 qb.2 u.1 v.1 v.1 1t.1 2.6 9 3.a " +
		"a 1a.4 3a.1 z 3b.2 5.1 a 7.2 64.1 3 1n 2.8 2 3.7 7.c 1d.2b 1d 2.4 2 6 15.8 d.1 x.3 " +
		"3.1 2.2 1l 2.1 4 2.2 1n.7 3.1 49.2 2.c 2.6 5 7 4.1 5j.1r ek.4 r.4 1e.f 2p.w 2db.2 " +
		"3y 2p.v ff.3 30.1 n9x.3 2.9 x.1 29.1 7l 4 5 q.1 6 48.1 r.h e 13.7 q.a 1b.2 1d 3.3 " +
		"3.1 14 1w.5 3.1 3.1 d 9 1c 1g 2.2 3.1 6.1 2 17.1 9 6n 3 5 fn5 ki.f h.f 5s 6y.2 " +
		"15d8.2 a.f 3.6 v.3 h3ys.dq",
);
const WIDE_CELLS = readRanges(
	"3cw.2n 3i3.1 e.1 5b.3 4 3 ei.1 m.1 1f.b 18 k e 9.1 i.1 6.1 9 6 m 8.1 2 5 3 8 5.1 t " +
		"10 2 5.2 2 1q.2 p f nw.1 1g 5 mj.bt 5.g 3.2d 5.bw 9.5f3 1t.h52 wq.s hw.8mb 6l9.d5 " +
		"mv.9 n.1n 46.2n 3k.6 m4a.3 d.d8r c21 5n 5b 3.9 2u.80 d.8 2.1x 2.l d.16 5.4 d.g 4 " +
		"4.1y 2 2.56 3.1q e.3 2.n j r.1 e 2f.2c 1d.1x 7 4.2 3.a c.1 8.8 6c.g 7w.1a 2.9 2.54 " +
		"35.3q zu.2t4t",
);

function isInRanges(code, ranges) {
	let low = 0;
	let high = ranges.length / 2;

	while (low < high) {
		const middle = (low + high) >> 1;
		if (code > ranges[2 * middle + 1]) {
			low = middle + 1;
		} else if (code < ranges[2 * middle]) {
			high = middle;
		} else {
			return true;
		}
	}
	return false;
}

/** Cells of the character of a code. */
function cellsOf(code) {
	if (code < ZERO_CELLS[0] || isInRanges(code, ZERO_CELLS)) {
		return code < ZERO_CELLS[0] ? 1 : 0;
	}
	return isInRanges(code, WIDE_CELLS) ? 2 : 1;
}

const PLAIN_TEXT = /^[\x20-\x7e\u2026]*$/; // as many cells as characters

/** Cells of a text: wide characters are 2, combining ones 0. */
function cells(text) {
	let sum = 0;

	if (PLAIN_TEXT.test(text)) {
		return text.length;
	}
	for (const c of text) {
		sum += cellsOf(c.codePointAt(0));
	}
	return sum;
}

/** The beginning of a text that takes at most so many cells, with what combines with its end. */
function cellsFit(text, most) {
	let sum = 0;
	let at = 0;

	if (PLAIN_TEXT.test(text)) {
		return text.slice(0, most);
	}
	for (const c of text) {
		sum += cellsOf(c.codePointAt(0));
		if (sum > most) {
			break;
		}
		at += c.length;
	}
	return text.slice(0, at);
}

function fitsCells(text, most) {
	return cellsFit(text, most).length === text.length;
}

/** The end of a text that takes at most so many cells, and does not begin with what combines. */
function cellsEnd(text, most) {
	let sum = cells(text);
	let at = 0;

	for (const c of text) {
		const wide = cellsOf(c.codePointAt(0));
		if (sum <= most && wide) {
			break;
		}
		sum -= wide;
		at += c.length;
	}
	return text.slice(at);
}

/** What must not be shown as it is: controls, separators of lines, what changes the direction. */
function isUnsafe(code) {
	return (
		code < 0x20 ||
		(code >= 0x7f && code < 0xa0) ||
		code === 0x61c ||
		code === 0x200e ||
		code === 0x200f ||
		(code >= 0x2028 && code <= 0x202e) ||
		(code >= 0x2066 && code <= 0x2069)
	);
}

/** A text for people: characters that are unsafe to show as \xNN or \u{NNNN}. */
function safeText(text) {
	if (/^[\x20-\x7e]*$/.test(text)) {
		return text;
	}
	let out = "";
	for (const c of text) {
		const code = c.codePointAt(0);
		if (code >= 0xd800 && code < 0xe000) {
			out += "\ufffd";
		} else if (!isUnsafe(code)) {
			out += c;
		} else {
			out +=
				code < 0x80
					? `\\x${hexDigits(code, 2)}`
					: `\\u{${hexDigits(code, 4)}}`;
		}
	}
	return out;
}

function hexDigits(number, digits) {
	return number.toString(16).padStart(digits, "0");
}

// What is taken off a name, at most: real ones have a few, and each look is at all of the name.
const MOST_DECORATIONS = 32;

const DECORATIONS = [
	// "f [clone .cold]", "f [nf_conntrack]", "f (.cold)", "f_[k]"
	(s) => {
		const square = s.endsWith("]");
		const open = square || s.endsWith(")") ? s.lastIndexOf(square ? "[" : "(") : -1;
		if (open < 2 || open + 2 >= s.length) {
			return s.length;
		}
		if (s[open - 1] === " " && (square || s[open + 1] === ".")) {
			return open - 1;
		}
		return square && /_\[[kjiw]\]$/.test(s) ? open - 1 : s.length;
	},
	// "f.part.0", "f.llvm.123"
	(s) => endOfMatch(s, NUMBERED),
	// "f.cold": a method may be called so, then the rest has to be a name of C or C++
	(s) => {
		const at = endOfMatch(s, /\.(?:cold|localalias|unlikely|warm)$/);
		const rest = s.slice(0, at);
		return /\./.test(rest) && !/::/.test(rest) && !NUMBERED.test(rest) ? s.length : at;
	},
	// Rust
	(s) => endOfMatch(s, /::h[0-9a-f]{16}$/),
	// "f@plt", "f@@GLIBC_2.2.5"
	(s) => endOfMatch(s, /@?@(?:plt|[A-Z]*(?:(?<=[A-Z])_[0-9.]*)?)$/),
	// "f+0x1f"
	(s) => endOfMatch(s, /\+0x[0-9a-f]+$/),
];
const NUMBERED = /\.(?:clone|cold|constprop|isra|llvm|lto_priv|localalias|part|__uniq)\.[0-9]+$/;

function endOfMatch(text, pattern) {
	const at = text.search(pattern);

	return at < 0 ? text.length : at;
}

/** A name without what compilers and runtimes added: hashes, clones, parts. */
function undecorated(name) {
	for (let i = 0, taken = 0; i < DECORATIONS.length && name && taken < MOST_DECORATIONS;) {
		const n = DECORATIONS[i](name);

		if (n === 0 || n >= name.length) {
			i++;
		} else {
			name = name.slice(0, n);
			i = 0;
			taken++;
		}
	}
	return name;
}

// A text of fewer cells is cut at its end rather than in its middle.
const LEAST_MIDDLE = 5;

function cutMiddle(text, most) {
	const room = most - 1;

	if (most < LEAST_MIDDLE) {
		return cellsFit(text, most);
	}
	return `${cellsFit(text, room - (room >> 1))}\u2026${cellsEnd(text, room >> 1)}`;
}

/** A part without "<…>", "[…]" or "{…}" at its end. */
function withoutDots(part) {
	const brace = part.endsWith("}") ? part.indexOf("{") : 0;

	if (brace > 0) {
		part = part.slice(0, brace);
	}
	for (const dots of ["<\u2026>", "[\u2026]"]) {
		if (part.length > dots.length && part.endsWith(dots)) {
			part = part.slice(0, -dots.length);
		}
	}
	return part.length > 1 && part.endsWith(" ") ? part.slice(0, -1) : part;
}

/** The last name, with as much of its tail (".func1") as there is room for. */
function fitLast(brief, cuts, most) {
	const part = namePart(brief, cuts, cuts.last);
	const from = cuts.last ? cuts.at[cuts.last - 1] : 0;

	for (let i = cuts.n - 1; i >= cuts.last; i--) {
		const text = brief.slice(from, cuts.sep[i]);
		if (fitsCells(text, most - 1)) {
			return `${text}\u2026`;
		}
	}
	const name = withoutDots(part);
	return fitsCells(name, most) ? name : cutMiddle(name, most);
}

const SHORTER = [undecorated, nameBare, nameBrief];
const MOST_FORMS = 2e6; // characters of names whose forms are kept
const nameForms = { of: new Map(), size: 0 };

/** A name's forms, each shorter than the one before, and where the last can be cut: kept, for the
 * same names are to be fitted again and again. */
function formsOf(name) {
	let forms = nameForms.of.get(name);

	if (!forms) {
		forms = { texts: [safeText(name)], cuts: null };
		nameForms.size += name.length;
		if (nameForms.size > MOST_FORMS) {
			nameForms.of.clear();
			nameForms.size = name.length;
		}
		nameForms.of.set(name, forms);
	}
	return forms;
}

/** The end of a name, without what is left of one of its cuts. */
function fitEnd(brief, cuts, most) {
	let left = cells(brief);
	let from = 0;

	for (let i = cuts.first; i < cuts.last; i++) {
		left -= cells(brief.slice(from, cuts.at[i]));
		from = cuts.at[i];
		if (left <= most && !nameIsTail(namePart(brief, cuts, i + 1))) {
			return brief.slice(from);
		}
	}
	return fitLast(brief, cuts, most);
}

/** The best text for a name of at most so many cells; nothing below 2. */
function fitName(name, most) {
	if (!(most >= 2)) {
		return "";
	}
	const forms = formsOf(name);
	const { texts } = forms;
	for (let i = 0; i <= SHORTER.length; i++) {
		if (i === texts.length) {
			texts.push(SHORTER[i - 1](texts[i - 1]));
		}
		if (fitsCells(texts[i], most)) {
			return texts[i];
		}
	}
	const brief = texts[SHORTER.length];
	forms.cuts = forms.cuts || nameCuts(brief);
	return fitEnd(brief, forms.cuts, most);
}
