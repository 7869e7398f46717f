// SPDX-License-Identifier: Apache-2.0
// What names of functions are made of, in C++, Rust, Go, Java, Python, JavaScript and Objective-C.
// As src/render/name_parts.c and name_scan.c, where the rules are told.

const NAME_NESTED = 64;
const NAME_CLOSES = { ")": "(", "]": "[", "}": "{", ">": "<" };
const NAME_SYMBOLS = (
	"() [] <=> ->* <<= >>= << >> <= >= == != && || ++ -- -> += -= *= /= %= ^= &= |= " +
	"+ - * / % ^ & | ~ ! = < > ,"
).split(" ");
const NAME_WORD = /[a-zA-Z0-9_$\x80-\uffff]/;

function isNameWord(c) {
	return c !== undefined && NAME_WORD.test(c);
}

function isNameUpper(c) {
	return c >= "A" && c <= "Z";
}

function isNameDigit(c) {
	return c >= "0" && c <= "9";
}

function isNameHex(c) {
	return isNameDigit(c) || (c >= "a" && c <= "f");
}

const NAME_RUN = /[a-zA-Z0-9_\x80-\uffff]*/y;

/** Behind the word at `at`, of what no rule is about; "operator" is none. */
function nameRun(s, at) {
	NAME_RUN.lastIndex = at;
	NAME_RUN.test(s);
	const end = NAME_RUN.lastIndex;
	return end - at === 8 && s.startsWith("operator", at) ? at : end;
}

/** Behind the characters from `at` on that are as `is` says. */
function skipName(s, at, is) {
	while (at < s.length && is(s[at])) {
		at++;
	}
	return at;
}

// ---- operators and brackets ----

function isNameOperator(s, at) {
	return (
		s[at] === "o" &&
		s.startsWith("operator", at) &&
		(at === 0 || !isNameWord(s[at - 1]))
	);
}

function skipNameSymbol(s, at) {
	for (const symbol of NAME_SYMBOLS) {
		if (s.startsWith(symbol, at)) {
			return at + symbol.length;
		}
	}
	return at;
}

/** "new[]", "delete []". */
function skipAllocator(s, at, word) {
	const end = skipName(s, at, isNameWord);

	if (s.slice(at, end) !== word) {
		return at;
	}
	const array = s.startsWith(" [", end) ? end + 1 : end;
	return s.startsWith("[]", array) ? array + 2 : end;
}

/** The type that a conversion is to. */
function skipNameType(s, at) {
	while (at < s.length) {
		let end = "(<[{".includes(s[at]) ? nameGroup(s, at) : at;
		if (s[at] === "(" && end > at) {
			if (s.startsWith("(*", at) || s.startsWith("(&", at)) {
				end = s[end] === "(" ? nameGroup(s, end) : end;
			} else if (!s.startsWith("::", end)) {
				return at;
			}
		}
		at = end > at ? end : at + 1;
	}
	return at;
}

/** Behind the C++ operator at `at`, or `at`. */
function nameOperator(s, at) {
	let name = at + "operator".length;

	if (!isNameOperator(s, at)) {
		return at;
	}
	if (s.startsWith('""', name)) {
		name += 2;
		return skipName(s, s[name] === " " ? name + 1 : name, isNameWord);
	}
	if (s[name] === " ") {
		name++;
		let end = skipAllocator(s, name, "new");
		if (end === name) {
			end = skipAllocator(s, name, "delete");
		}
		if (end > name) {
			return end;
		}
		if (isNameWord(s[name])) {
			return skipNameType(s, name);
		}
	}
	const end = skipNameSymbol(s, name);
	if (end === name) {
		return at;
	}
	return s.startsWith(" <", end) ? end + 1 : end;
}

/** "a < b" and "a -> b" have no brackets. */
function isNameBracket(s, at) {
	if (s[at] === ">") {
		return s[at - 1] !== "-" && s[at - 1] !== "=";
	}
	return s[at] !== "<" || s[at - 1] !== " " || s[at + 1] !== " ";
}

/** Close the innermost `open`; a "<" in it was none. */
function closeBracket(nest, open) {
	let n = nest.length;

	while (n && nest[n - 1] !== open && nest[n - 1] === "<") {
		n--;
	}
	if (n && nest[n - 1] === open) {
		nest.length = n - 1;
	}
}

/** Behind the bracket that matches the one at `at`, one of ( [ { <; or `at`. */
function nameGroup(s, at) {
	const nest = [];

	if (!isNameBracket(s, at)) {
		return at;
	}
	for (let i = at; i < s.length; i++) {
		const run = nameRun(s, i);
		if (run > i) {
			i = run - 1;
			continue;
		}
		if (isNameOperator(s, i)) {
			i = skipNameSymbol(s, i + "operator".length) - 1;
			continue;
		}
		if (!"()[]{}<>".includes(s[i]) || !isNameBracket(s, i)) {
			continue;
		}
		if (!"([{<".includes(s[i])) {
			closeBracket(nest, NAME_CLOSES[s[i]]);
		} else if (nest.length === NAME_NESTED) {
			return at;
		} else {
			nest.push(s[i]);
		}
		if (!nest.length) {
			return i + 1;
		}
	}
	return at;
}

function startsPart(s, at) {
	return at === 0 || " .:/".includes(s[at - 1]);
}

// ---- without parameters ----

/** "[Class method:]": where the method is, else 0. */
function findSelector(s) {
	const match = /^[-+]?\[[^ ]* (?=[a-zA-Z0-9_$:\x80-\uffff]+\]$)/.exec(s);

	return match ? match[0].length : 0;
}

/** Without an address in front, and a place behind. */
function withoutPlace(s) {
	if (/^[0-9a-f]{16} ./s.test(s)) {
		s = s.slice(17);
	}
	if (s.startsWith("py::")) {
		const place = s.indexOf(":/");
		if (place > 4) {
			return s.slice(0, place);
		}
	}
	const blank = s.lastIndexOf(" ");
	return blank > 0 && /.:[0-9]+$/s.test(s) ? s.slice(0, blank) : s;
}

/** Where the name goes on behind parameters: at another part of it, or not at all. */
function behindParameters(s, at) {
	if (s[at] === "." || s[at] === "(") {
		return at;
	}
	const qualifiers = /(?:const|volatile|noexcept|&| )*/y;
	qualifiers.lastIndex = at;
	at += qualifiers.exec(s)[0].length;
	return s.startsWith("::", at) ? at : s.length;
}

/** A "(" where a part begins: "(anonymous namespace)", "(*T)"; returns where to go on. */
function bareGroup(b, at, end) {
	const s = b.s;

	if (end === s.length && at && s[at - 1] === " " && b.out.length > 1) {
		// a remark: "serve (srv.py:12)"
		b.out = b.out.slice(0, -1);
		return end;
	}
	// a function that returns one: "void (*f(int))(char)"
	if ((s.startsWith("(*", at) || s.startsWith("(&", at)) && s[end] === "(") {
		let inner = skipName(s, at + 2, (c) => c === s[at + 1]);
		inner = skipName(s, inner, (c) => c === " ");
		if (inner < end - 1) {
			b.s = s.slice(inner, end - 1);
			b.out = "";
			b.word = 0;
			return 0;
		}
	}
	b.out += s.slice(at, end);
	return end;
}

/** "{lambda(int)#1}" without what is in parentheses. */
function bareBraces(b, at, end) {
	while (at < end) {
		const group = b.s[at] === "(" ? nameGroup(b.s, at) : at;
		if (group === at) {
			b.out += b.s[at++];
		} else {
			at = group;
		}
	}
}

/** "[abi:cxx11]", and Rust's hashes of crates. */
function isNameTag(s, at, end) {
	return (
		!startsPart(s, at) &&
		(s.startsWith("[abi:", at) ||
			(end - at > 9 && skipName(s, at + 1, isNameHex) === end - 1))
	);
}

/** A bracket at `at`; returns where to go on. */
function bareBracket(b, at) {
	const s = b.s;
	const end = nameGroup(s, at);

	if (end === at) {
		b.out += s[at];
		return at + 1;
	}
	if (s[at] === "(" && startsPart(s, at)) {
		return bareGroup(b, at, end);
	}
	if (s[at] === "(" && !(at >= 8 && s.startsWith("decltype", at - 8))) {
		if (!b.params) {
			b.out = b.out.slice(b.out.length > b.word ? b.word : 0);
		}
		b.params = true;
		return behindParameters(s, end);
	}
	if (s[at] === "{") {
		bareBraces(b, at, end);
	} else if (s[at] !== "[" || !isNameTag(s, at, end)) {
		b.out += s.slice(at, end);
	}
	return end;
}

/** Java's hidden classes: "Main$$Lambda$14/0x0000000800c03000.run". */
function skipHidden(s, at) {
	const digits = s.startsWith("0x", at + 1) ? at + 3 : at + 1;
	const end = skipName(s, digits, isNameHex);

	return end - digits >= 6 && (end === s.length || s[end] === ".") ? end : at;
}

/** A name without parameters, return type and place. */
function nameBare(name) {
	if (findSelector(name)) {
		return name;
	}
	const b = { s: withoutPlace(name), out: "", word: 0, params: false };
	for (let i = 0; i < b.s.length;) {
		const run = nameRun(b.s, i);
		if (run > i) {
			b.out += b.s.slice(i, run);
			i = run;
			continue;
		}
		const c = b.s[i];
		const end = c === "/" ? skipHidden(b.s, i) : nameOperator(b.s, i);
		if (end > i) {
			b.out += c === "/" ? "" : b.s.slice(i, end);
			i = end;
		} else if ("([{<".includes(c)) {
			i = bareBracket(b, i);
		} else {
			b.out += c;
			i++;
			if (c === " " && !b.params) {
				b.word = b.out.length;
			}
		}
	}
	return b.out || name;
}

// ---- with arguments of templates as dots ----

/** "T" of "T as Trait", "impl Trait for T" and "impl T": where it is, and whether it was so. */
function selfType(s, from, to) {
	const impl = s.startsWith("impl ", from) && from + 5 <= to;
	const mark = impl ? " for " : " as ";
	const inside = s.slice(from, to);

	for (let i = 0; i < inside.length;) {
		const end = "([{<".includes(inside[i]) ? nameGroup(inside, i) : i;
		if (inside.startsWith(mark, i)) {
			return impl
				? { begin: from + i + 5, end: to, found: true }
				: { begin: from, end: from + i, found: true };
		}
		i = end > i ? end : i + 1;
	}
	return { begin: impl ? from + 5 : from, end: to, found: impl };
}

function dotsFor(s, at, end) {
	return end - at === 2 ? s.slice(at, end) : `${s[at]}\u2026${s[end - 1]}`;
}

/** "<...>" from `at` to `end`; returns where to go on. */
function briefAngle(b, at, end) {
	const s = b.s;
	const scoped = at > b.begin && s[at - 1] === ":";
	const start = at === b.begin || scoped || "./".includes(s[at - 1]);
	const self = selfType(s, at + 1, end - 1);

	if (
		start &&
		self.end > self.begin &&
		b.outer.length < NAME_NESTED &&
		(self.found || (at === b.begin && s.startsWith("::", end)))
	) {
		b.outer.push({ s, begin: b.begin, next: end });
		b.begin = self.begin;
		b.s = s.slice(0, self.end);
		return self.begin;
	}
	if (scoped && at >= 2 && s[at - 2] === ":") {
		b.out = b.out.slice(0, -2) + dotsFor(s, at, end); // Rust: "f::<T>"
	} else if (start) {
		b.out += s.slice(at, end);
	} else {
		b.out += dotsFor(s, at, end);
	}
	return end;
}

function briefStep(b, at) {
	const s = b.s;
	const run = nameRun(s, at);

	if (run > at) {
		b.out += s.slice(at, run);
		return run;
	}
	let end = nameOperator(s, at);

	if (end === at && "[{<".includes(s[at])) {
		end = nameGroup(s, at);
	}
	if (end === at) {
		b.out += s[at];
		return at + 1;
	}
	if (s[at] === "<") {
		return briefAngle(b, at, end);
	}
	if (s[at] === "[" && at > b.begin && !startsPart(s, at)) {
		b.out += dotsFor(s, at, end);
	} else {
		b.out += s.slice(at, end);
	}
	return end;
}

/** A bare name with "<…>" for arguments of templates, "[…]" for Go's, T for "<T as Trait>". */
function nameBrief(bare) {
	const method = findSelector(bare);

	if (method) {
		return bare.slice(method, -1);
	}
	const b = { s: bare, out: "", begin: 0, outer: [] };
	for (let i = 0; b.outer.length || i < b.s.length;) {
		if (i < b.s.length) {
			i = briefStep(b, i);
		} else {
			const { s, begin, next } = b.outer.pop();
			b.s = s;
			b.begin = begin;
			i = next;
		}
	}
	return b.out || bare;
}

// ---- cuts ----

/** "JS:*f", "Builtin:F": where f is, else 0. */
function behindKind(s, colon) {
	let at = colon + 1;

	// not the first colon: told without looking at all that stands before
	if (s.lastIndexOf(":", colon - 1) >= 0) {
		return 0;
	}
	if (!isNameUpper(s[0]) || skipName(s, 0, isNameWord) !== colon) {
		return 0;
	}
	if (at < s.length && "*~^+".includes(s[at])) {
		at++;
	}
	return isNameWord(s[at]) || s[at] === "(" ? at : 0;
}

/** Behind the separator at `at`; 0 if there is none. */
function behindSeparator(s, at, lastDot) {
	const word = at > 0 && isNameWord(s[at - 1]);
	const next = s[at + 1];

	switch (s[at]) {
		case ":":
			if (next === ":") {
				return at + 2 < s.length ? at + 2 : 0;
			}
			return at ? behindKind(s, at) : 0;
		case ".":
		case "/":
			return at && next !== undefined ? at + 1 : 0;
		case "#":
		case "!":
		case "`":
			return word && isNameWord(next) && !isNameDigit(next) ? at + 1 : 0;
		case "$":
			return word && s[at - 1] !== "$" && isNameUpper(next) && at < lastDot
				? at + 1
				: 0;
		default:
			return 0;
	}
}

const NAME_ENDINGS = new Set(
	(
		"S asm c cc cjs cpp cs cxx dll dylib erl ex exe go h hh hpp hs hxx inc jar java js " +
		"jsx ko kt lua m mjs ml mm o php pl py pyc rb rs s scala sh so swift ts tsx wasm"
	).split(" "),
);

/** Whether a part says little without the one before: ".func1", "::{lambda#1}". */
function nameIsTail(part) {
	return (
		/^(?:$|[0-9<{']|\$_|operator\(\)|\(anonymous)/.test(part) ||
		/^(?:func|gowrap|deferwrap)[0-9]+(?:$|-)/.test(part) ||
		NAME_ENDINGS.has(part)
	);
}

/** Part i of a brief name. */
function namePart(brief, cuts, i) {
	return brief.slice(i ? cuts.at[i - 1] : 0, i < cuts.n ? cuts.sep[i] : brief.length);
}

/** "java.util.Map.get": up to a class is its package, which goes at once. */
function findPackage(s, cuts) {
	for (let i = 0; i < cuts.last; i++) {
		if (i && s[cuts.sep[i - 1]] !== ".") {
			return;
		}
		if (isNameUpper(namePart(s, cuts, i)[0])) {
			cuts.first = i ? i - 1 : 0;
			return;
		}
	}
}

/**
 * Where a brief name can be cut at its left: part i > 0 begins at at[i - 1], behind the separator
 * at sep[i - 1]; cuts before `first` are of no use; the name of the function is in part `last`.
 */
function nameCuts(brief) {
	const cuts = { sep: [], at: [], n: 0, first: 0, last: 0 };
	const lastDot = Math.max(brief.lastIndexOf("."), 0);
	let folder = false;

	for (let i = 0; i < brief.length;) {
		let end = nameRun(brief, i);
		if (end === i) {
			end = nameOperator(brief, i);
		}
		if (end === i && "([{<".includes(brief[i])) {
			end = nameGroup(brief, i);
		}
		if (end > i) {
			i = end;
			continue;
		}
		const at = behindSeparator(brief, i, lastDot);
		if (at && brief[i] === "/") {
			cuts.sep.length = cuts.at.length = 0;
			folder = true;
		}
		if (at) {
			cuts.sep.push(i);
			cuts.at.push(at);
		}
		i = at || i + 1;
	}
	cuts.n = cuts.last = cuts.at.length;
	while (cuts.last && nameIsTail(namePart(brief, cuts, cuts.last))) {
		cuts.last--;
	}
	if (!folder) {
		findPackage(brief, cuts);
	}
	return cuts;
}
