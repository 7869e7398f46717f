// SPDX-License-Identifier: Apache-2.0
// What is seen as files for others: folded stacks, a table, a pprof profile.

const FOLDED_CHUNK = 1 << 20; // characters
const FOLDED_MAX = 2 ** 28; // as one text

/** A name with nothing in it that ends a frame or a line, as the folded reports print it. */
function foldedName(name) {
	const text = name.replace(/;/g, ":").replace(/[\p{Cc}\u2028\u2029]/gu, " ");
	return text === "" ? "?" : text;
}

/** The folded stacks of a type, in pieces: a line per node with a self that is not 0; in a diff with
 * both sides. */
function* foldedParts(flame, type) {
	const { n, func, depth } = flame;
	const self = flame.self[columnAfter(flame, type)];
	const before = flame.meta.sides === 2 ? flame.self[columnBefore(flame, type)] : null;
	const names = flame.funcs.name.map(foldedName);
	const stack = []; // by depth, without the root
	let part = [];
	let length = 0;
	for (let i = 1; i < n; i++) {
		stack.length = depth[i] - 1;
		stack.push(names[func[i]]);
		if (self[i] === 0 && !(before && before[i])) continue;
		const values = before ? `${before[i]} ${self[i]}` : self[i];
		const line = `${stack.join(";")} ${values}\n`;
		part.push(line);
		length += line.length;
		if (length < FOLDED_CHUNK) continue;
		yield part.join("");
		part = [];
		length = 0;
	}
	if (part.length) yield part.join("");
}

/** The same as one text; an Error that can be shown where that would be too long. */
function foldedText(flame, type) {
	const parts = [];
	let length = 0;
	for (const part of foldedParts(flame, type)) {
		parts.push(part);
		length += part.length;
		if (length > FOLDED_MAX) throw new Error("The folded stacks would be too large.");
	}
	return parts.join("");
}

function csvField(value) {
	const text = String(value).replace(/[\p{Cc}\u2028\u2029]/gu, " ");
	return /[",]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}

const csvShare = (part, total) => (total ? ((100 * part) / total).toFixed(4) : "0.0000");

function csvHeader(sides) {
	const names = ["flat", "flat%", "cum", "cum%"];
	const both = ["before", "after"].flatMap((side) => names.map((name) => side + " " + name));
	return [...(sides === 2 ? both : names), "unit", "name", "file", "line", "object"];
}

/** The functions, but the root's, that are not 0 in all of the tables; largest flat first. */
function tableFuncs(tables) {
	const last = tables[tables.length - 1];
	const funcs = [];
	for (let f = 1; f < last.flat.length; f++) {
		if (tables.some(({ flat, cum }) => flat[f] !== 0 || cum[f] !== 0)) funcs.push(f);
	}
	return funcs.sort(
		(x, y) => last.flat[y] - last.flat[x] || last.cum[y] - last.cum[x] || x - y,
	);
}

/** The table of a type as CSV, `funcs` being its rows (all, largest flat first). */
function csvText(flame, type, funcs) {
	const { sides, types } = flame.meta;
	const both = [columnBefore(flame, type), columnAfter(flame, type)];
	const columns = sides === 2 ? both : [both[1]];
	const tables = columns.map((column) => tableOf(flame, column));
	const totals = columns.map((column) => totalOf(flame, column)[0]);
	const lines = [csvHeader(sides)];
	for (const f of funcs || tableFuncs(tables)) {
		const values = tables.flatMap(({ flat, cum }, k) => [
			flat[f],
			csvShare(flat[f], totals[k]),
			cum[f],
			csvShare(cum[f], totals[k]),
		]);
		const { name, file, line, object } = flame.funcs;
		lines.push([
			...values,
			types[type].unit,
			name[f],
			file[f],
			line[f] || "",
			object[f],
		]);
	}
	return lines.map((line) => line.map(csvField).join(",") + "\n").join("");
}

/** Bytes of a protobuf message that grow. */
class WireWriter {
	constructor() {
		this.bytes = new Uint8Array(256);
		this.n = 0;
	}

	room(more) {
		if (this.n + more <= this.bytes.length) return;
		const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.n + more));
		grown.set(this.bytes.subarray(0, this.n));
		this.bytes = grown;
	}

	/** A number of 64 bits; of a double the nearest integer. */
	varint(value) {
		this.room(10);
		if (typeof value === "number" && value >= 0 && value < 2 ** 31) {
			let rest = value;
			for (; rest > 127; rest >>>= 7) this.bytes[this.n++] = (rest & 127) | 128;
			this.bytes[this.n++] = rest;
			return;
		}
		let rest = BigInt.asUintN(
			64,
			typeof value === "bigint" ? value : BigInt(Math.round(value)),
		);
		for (; rest > 127n; rest >>= 7n) this.bytes[this.n++] = Number(rest & 127n) | 128;
		this.bytes[this.n++] = Number(rest);
	}

	/** A field with a number; left out where it is 0. */
	number(field, value) {
		if (Number(value) === 0) return;
		this.varint(field * 8);
		this.varint(value);
	}

	/** A field with bytes, or those of another writer. */
	data(field, bytes) {
		this.varint(field * 8 + 2);
		this.varint(bytes.length);
		this.room(bytes.length);
		this.bytes.set(bytes, this.n);
		this.n += bytes.length;
	}

	message(field, writer) {
		this.data(field, writer.view());
	}

	view() {
		return this.bytes.subarray(0, this.n);
	}

	clear() {
		this.n = 0;
	}
}

/** The texts of a profile by number; 0 is "". */
class ProfileTexts {
	constructor() {
		this.numbers = new Map([["", 0]]);
	}

	number(text) {
		let number = this.numbers.get(text);
		if (number === undefined) {
			number = this.numbers.size;
			this.numbers.set(text, number);
		}
		return number;
	}
}

/**
 * The locations of a profile: one for each function, and for each chain of inlined ones. A location
 * is the function at its top and the location of what it is inlined into (0: it is not).
 */
class ProfileLocations {
	constructor(flame) {
		this.flame = flame;
		this.func = [0];
		this.into = [0];
		this.ids = new Map();
		this.ofNode = new Int32Array(flame.n);
		for (let i = 1; i < flame.n; i++) {
			const up = flame.parent[i];
			this.ofNode[i] = this.id(
				flame.func[i],
				flame.inlined[i] && up > 0 ? this.ofNode[up] : 0,
			);
		}
	}

	id(func, into) {
		const key = into * this.flame.nfuncs + func;
		let id = this.ids.get(key);
		if (id === undefined) {
			id = this.func.push(func) - 1;
			this.into.push(into);
			this.ids.set(key, id);
		}
		return id;
	}

	/** The locations of a node's stack, its leaf first, as the packed field 1 of a sample. */
	stack(node, out) {
		const { parent, inlined } = this.flame;
		for (let i = node; i > 0; i = parent[i]) {
			out.varint(this.ofNode[i]);
			while (inlined[i] && parent[i] > 0) i = parent[i];
		}
	}
}

function putValueType(out, field, type, texts) {
	const message = new WireWriter();
	message.number(1, texts.number(type.type || ""));
	message.number(2, texts.number(type.unit || ""));
	out.message(field, message);
}

/** Mappings, functions and locations. */
function putProfileCode(out, flame, locations, texts) {
	const { name, file, object, line } = flame.funcs;
	const mappings = new Map([["", 0]]);
	const message = new WireWriter();
	const inner = new WireWriter();
	const used = new Set(locations.func);
	used.delete(0);
	for (const f of [...used].sort((x, y) => x - y)) {
		if (!mappings.has(object[f])) mappings.set(object[f], mappings.size);
		message.clear();
		message.number(1, f);
		message.number(2, texts.number(name[f]));
		message.number(3, texts.number(name[f]));
		message.number(4, texts.number(file[f]));
		message.number(5, line[f]);
		out.message(5, message);
	}
	for (const [text, id] of mappings) {
		if (!id) continue;
		message.clear();
		message.number(1, id);
		message.number(5, texts.number(text));
		for (const has of [7, 8, 9, 10]) message.number(has, 1);
		out.message(3, message);
	}
	for (let id = 1; id < locations.func.length; id++) {
		message.clear();
		message.number(1, id);
		message.number(2, mappings.get(object[locations.func[id]]));
		for (let at = id; at > 0; at = locations.into[at]) {
			inner.clear();
			inner.number(1, locations.func[at]);
			message.message(4, inner);
		}
		out.message(4, message);
	}
}

/** The labels of each set as fields of a sample. */
function profileLabels(sets, texts) {
	return sets.map((pairs) => {
		const out = new WireWriter();
		for (const { key, text, number, unit } of pairs) {
			const label = new WireWriter();
			label.number(1, texts.number(key));
			if (text !== null) label.number(2, texts.number(text));
			else label.number(3, number);
			label.number(4, texts.number(unit));
			out.message(3, label);
		}
		return out.view().slice();
	});
}

/** Samples: one for each row of labels, or without labels for each node. */
function putProfileSamples(out, flame, locations, texts) {
	const { labels, meta } = flame;
	const columns = labels
		? labels.values
		: meta.types.map((type, i) => flame.self[columnAfter(flame, i)]);
	const ofSet = labels ? profileLabels(labels.sets, texts) : [];
	const count = labels ? labels.node.length : flame.n;
	const message = new WireWriter();
	const packed = new WireWriter();
	for (let i = 0; i < count; i++) {
		if (columns.every((column) => column[i] === 0)) continue;
		message.clear();
		packed.clear();
		locations.stack(labels ? labels.node[i] : i, packed);
		message.message(1, packed);
		packed.clear();
		for (const column of columns) packed.varint(column[i]);
		message.message(2, packed);
		const rest = labels ? ofSet[labels.set[i]] : [];
		out.varint(2 * 8 + 2);
		out.varint(message.n + rest.length);
		out.room(message.n + rest.length);
		out.bytes.set(message.view(), out.n);
		out.bytes.set(rest, out.n + message.n);
		out.n += message.n + rest.length;
	}
}

/** A number of META, which may be a text since it has 64 bits. */
function profileNumber(value) {
	return /^-?\d{1,19}$/.test(String(value)) ? BigInt(value) : 0n;
}

/** What is known of the whole profile. */
function putProfileFacts(out, flame, texts) {
	const { profile, types, default: shown } = flame.meta;
	out.number(9, profileNumber(profile.time));
	out.number(10, profileNumber(profile.duration));
	if (profile.period_type && typeof profile.period_type === "object") {
		putValueType(out, 11, profile.period_type, texts);
	}
	out.number(12, profileNumber(profile.period));
	for (const comment of profile.comments || []) out.number(13, texts.number(comment));
	out.number(14, texts.number(types[shown].type));
}

/** The bytes of a profile.proto of the flame, of a diff's side after. */
function profileBytes(flame) {
	const out = new WireWriter();
	const texts = new ProfileTexts();
	const locations = new ProfileLocations(flame);
	for (const type of flame.meta.types) putValueType(out, 1, type, texts);
	putProfileSamples(out, flame, locations, texts);
	putProfileCode(out, flame, locations, texts);
	putProfileFacts(out, flame, texts);
	const utf8 = new TextEncoder();
	for (const text of texts.numbers.keys()) out.data(6, utf8.encode(text));
	return out.view();
}

/** The flame as a pprof profile, gzip: Uint8Array. */
async function pprofBytes(flame) {
	const stream = new Blob([profileBytes(flame)]).stream();
	const packed = stream.pipeThrough(new CompressionStream("gzip"));
	return new Uint8Array(await new Response(packed).arrayBuffer());
}
