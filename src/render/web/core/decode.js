// SPDX-License-Identifier: Apache-2.0
// The block of data (doc/FLAME.md, section 8): from base64 to a flame. Whatever the bytes are, they
// give a flame whose numbers are in range, or an Error that can be shown; nothing is allocated by a
// count that the bytes cannot hold.

const BLOCK_MAGIC = "PPFLAME1";
const BLOCK_BYTES_MAX = 2 ** 30; // unpacked
const BLOCK_NODES_MAX = 2 ** 26;
const BLOCK_CHUNK = 1 << 20;
const BLOCK_TEXTS = 256; // that are decoded together
const BLOCK_KINDS = 5;
const BLOCK_HUES = 24;
const BLOCK_SHADES = 4;

function damagedBlock(what) {
	return new Error("The data of this file are damaged: " + what + ".");
}

/** Reads the numbers and texts of one section. */
class BlockReader {
	constructor(bytes, name) {
		this.bytes = bytes;
		this.name = name;
		this.pos = 0;
		this.low = 0; // 28 bits of the last varint
		this.high = 0; // the 36 above
	}

	fail(what) {
		return damagedBlock(this.name + ", byte " + this.pos + ": " + what);
	}

	varint() {
		const { bytes } = this;
		let low = 0;
		let high = 0;
		for (let i = 0; i < 10; i++) {
			if (this.pos >= bytes.length) throw this.fail("it ends within a number");
			const byte = bytes[this.pos++];
			if (i < 4) low += (byte & 127) << (7 * i);
			else high += (byte & 127) * 2 ** (7 * (i - 4));
			if (byte < 128) {
				if (high >= 2 ** 36) break;
				this.low = low;
				this.high = high;
				return;
			}
		}
		throw this.fail("a number has more than 64 bits");
	}

	/** The next number; beyond 2^53 the nearest double. */
	unsigned() {
		const byte = this.bytes[this.pos]; // undefined at the end
		if (byte < 128) {
			this.pos++;
			return byte;
		}
		this.varint();
		return this.high * 2 ** 28 + this.low;
	}

	/** The next zigzag number; rounded once, as C rounds an int64_t to a double. */
	signed() {
		this.varint();
		const half = this.low >>> 1;
		return this.low & 1
			? -(this.high * 2 ** 27 + (half + 1))
			: this.high * 2 ** 27 + half;
	}

	/** The next number, which is below a limit. */
	below(limit, what) {
		const value = this.unsigned();
		if (value >= limit) throw this.fail(what + " " + value + " of " + limit);
		return value;
	}

	/** A count of things of which each takes at least so many bytes. */
	count(least) {
		const value = this.unsigned();
		if (value * least > this.bytes.length - this.pos) {
			throw this.fail("a count of " + value + " is more than there is");
		}
		return value;
	}

	/** The next text, with its bytes in place. */
	text() {
		const length = this.count(1);
		const start = this.pos;
		this.pos += length;
		return blockText(this.bytes.subarray(start, this.pos));
	}

	end() {
		if (this.pos > this.bytes.length) throw this.fail("it ends within a number");
		if (this.pos < this.bytes.length)
			throw this.fail("there is more than there should be");
	}
}

const blockUtf8 = new TextDecoder();

function blockText(bytes) {
	return bytes.length === 0 ? "" : blockUtf8.decode(bytes);
}

function blockBase64(text) {
	try {
		if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
		const binary = atob(text);
		const bytes = new Uint8Array(binary.length);
		for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
		return bytes;
	} catch (e) {
		throw damagedBlock("they are not base64");
	}
}

/** How long a gzip member says it is unpacked, if that can be. */
function unpackedSize(packed) {
	const n = packed.length;
	if (n < 18 || packed[0] !== 0x1f || packed[1] !== 0x8b)
		throw damagedBlock("they are not gzip");
	const size = new DataView(packed.buffer, packed.byteOffset + n - 4, 4).getUint32(0, true);
	// deflate makes no more than 1032 bytes of one
	if (size > BLOCK_BYTES_MAX || size > n * 1032) throw damagedBlock("the size cannot be");
	return size;
}

async function feedUnpacker(writer, packed) {
	for (let at = 0; at < packed.length; at += BLOCK_CHUNK) {
		await writer.ready;
		await writer.write(packed.subarray(at, at + BLOCK_CHUNK));
	}
	await writer.close();
}

async function unpackBlock(packed) {
	if (typeof DecompressionStream === "undefined") {
		throw new Error(
			"This browser cannot unpack the data: it has no DecompressionStream.",
		);
	}
	const bytes = new Uint8Array(unpackedSize(packed));
	const stream = new DecompressionStream("gzip");
	const writer = stream.writable.getWriter();
	const reader = stream.readable.getReader();
	const fed = feedUnpacker(writer, packed).catch(() => {}); // the reader fails too
	let pos = 0;
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			bytes.set(value, pos); // throws when they do not fit
			pos += value.length;
		}
		await fed;
	} catch (e) {
		reader.cancel().catch(() => {});
		writer.abort().catch(() => {});
		throw damagedBlock("they cannot be unpacked");
	}
	if (pos !== bytes.length) throw damagedBlock("they are too short");
	return bytes;
}

/** Readers of the sections: {NAME: [reader]}. */
function blockSections(bytes) {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const sections = new Map();
	let pos = BLOCK_MAGIC.length;
	if (blockText(bytes.subarray(0, pos)) !== BLOCK_MAGIC) {
		throw damagedBlock("they do not begin with " + BLOCK_MAGIC);
	}
	while (pos < bytes.length) {
		if (bytes.length - pos < 8) throw damagedBlock("they end within a section");
		const name = blockText(bytes.subarray(pos, pos + 4));
		const length = view.getUint32(pos + 4, true);
		pos += 8;
		if (length > bytes.length - pos)
			throw damagedBlock("section " + name + " is cut off");
		if (!sections.size && name !== "META")
			throw damagedBlock("they do not begin with META");
		if (!sections.has(name)) sections.set(name, []);
		sections.get(name).push(new BlockReader(bytes.subarray(pos, pos + length), name));
		pos += length;
	}
	return sections;
}

/** The one section of a name; null where there is none and it may be missing. */
function blockSection(sections, name, optional) {
	const found = sections.get(name);
	if (!found && optional) return null;
	if (!found) throw damagedBlock("there is no section " + name);
	if (found.length > 1) throw damagedBlock("there are two sections " + name);
	return found[0];
}

function metaInteger(meta, name, least, most) {
	const value = meta[name];
	if (!Number.isInteger(value) || value < least || value > most) {
		throw damagedBlock(name + " is " + String(value).slice(0, 20));
	}
	return value;
}

const metaText = (value) => (typeof value === "string" ? value : "");
const metaTexts = (value) => (Array.isArray(value) ? value.map(metaText) : []);
const metaObject = (value) =>
	value && typeof value === "object" && !Array.isArray(value) ? value : {};

/** META: what others rely on is there and of its type; the rest is as it was. */
function readMeta(reader) {
	let meta;
	try {
		meta = metaObject(JSON.parse(blockText(reader.bytes)));
	} catch (e) {
		throw damagedBlock("META is not JSON");
	}
	if (meta.version !== 1) {
		const version = String(meta.version).slice(0, 20);
		throw new Error("The data of this file are of version " + version + ", not 1.");
	}
	if (!Array.isArray(meta.types) || !meta.types.length)
		throw damagedBlock("there are no types");
	const types = meta.types.map((type) => ({
		...metaObject(type),
		type: metaText(metaObject(type).type),
		unit: metaText(metaObject(type).unit),
	}));
	metaInteger(meta, "nodes", 1, BLOCK_NODES_MAX);
	metaInteger(meta, "funcs", 1, 2 ** 31 - 1);
	metaInteger(meta, "sides", 1, 2);
	metaInteger(meta, "default", 0, types.length - 1);
	const order = ["weight", "name", "input"].includes(meta.order) ? meta.order : "weight";
	const counts = Number.isInteger(meta.count_type) && meta.count_type < types.length;
	const profile = metaObject(meta.profile);
	return {
		...meta,
		title: metaText(meta.title),
		types,
		order,
		unit: metaText(meta.unit),
		diff: metaObject(meta.diff),
		profile: { ...profile, comments: metaTexts(profile.comments) },
		filters: metaTexts(meta.filters),
		palette: metaObject(meta.palette),
		pruned: meta.pruned ? metaObject(meta.pruned) : null,
		count_type: counts ? Math.max(meta.count_type, -1) : -1,
		source: meta.source === true,
	};
}

/**
 * The texts between places in bytes. Decoding is dear by the call: where one of all of them gives a
 * character for each byte, it gives what each by itself would.
 */
function blockTexts(bytes, places) {
	const [first] = places;
	const all = blockText(bytes.subarray(first, places[places.length - 1]));
	const isPlain = all.length === places[places.length - 1] - first;
	const texts = [];
	for (let i = 0; i + 1 < places.length; i++) {
		const [from, to] = [places[i], places[i + 1]];
		texts.push(
			isPlain
				? all.slice(from - first, to - first)
				: blockText(bytes.subarray(from, to)),
		);
	}
	return texts;
}

function readStrings(reader) {
	const n = reader.count(1);
	const joined = new Uint8Array(reader.bytes.length);
	const places = new Int32Array(n + 1); // in these
	for (let i = 0; i < n; i++) {
		const length = reader.count(1);
		const { bytes, pos } = reader;
		for (let k = 0; k < length; k++) joined[places[i] + k] = bytes[pos + k];
		places[i + 1] = places[i] + length;
		reader.pos += length;
	}
	reader.end();
	const strings = [];
	for (let i = 0; i < n; i += BLOCK_TEXTS)
		strings.push(...blockTexts(joined, places.subarray(i, i + BLOCK_TEXTS + 1)));
	if (strings[0] !== "") throw damagedBlock("text 0 is not empty");
	return strings;
}

function readFuncs(reader, n, strings) {
	if (n > reader.bytes.length / 7) throw damagedBlock("there are fewer functions than " + n);
	const funcs = {
		name: new Array(n),
		file: new Array(n),
		object: new Array(n),
		line: new Float64Array(n),
		kind: new Uint8Array(n),
		hue: new Uint8Array(n),
		shade: new Uint8Array(n),
		objectHue: new Uint8Array(n),
	};
	for (let i = 0; i < n; i++) {
		funcs.name[i] = strings[reader.below(strings.length, "text")];
		funcs.file[i] = strings[reader.below(strings.length, "text")];
		funcs.object[i] = strings[reader.below(strings.length, "text")];
		funcs.line[i] = reader.unsigned();
		funcs.kind[i] = reader.below(BLOCK_KINDS, "kind");
		const look = reader.below(BLOCK_HUES * BLOCK_SHADES, "colour");
		funcs.hue[i] = look % BLOCK_HUES;
		funcs.shade[i] = Math.floor(look / BLOCK_HUES);
		funcs.objectHue[i] = reader.below(BLOCK_HUES, "hue");
	}
	reader.end();
	return funcs;
}

/** SHAP: {parent, depth, end, inlined}. */
function readShape(reader, n) {
	const { bytes } = reader;
	if (n > bytes.length) throw damagedBlock("there are fewer nodes than " + n);
	const parent = new Int32Array(n);
	const depth = new Int32Array(n);
	const end = new Int32Array(n);
	const inlined = new Uint8Array(n);
	let open = new Int32Array(256); // the last node of each depth
	let at = -1; // depth of the node before
	let pos = 0;
	for (let i = 0; i < n; i++) {
		let code = bytes[pos++];
		if (code >= 128) {
			reader.pos = pos - 1;
			code = reader.below(2 ** 28, "depth");
			pos = reader.pos;
		}
		const here = at + 1 - (code >>> 1);
		if (here <= 0 && (i > 0 || here < 0))
			throw damagedBlock("node " + i + " is above the root");
		for (let d = here; d <= at; d++) end[open[d]] = i;
		if (here >= open.length) {
			const more = new Int32Array(open.length * 2);
			more.set(open);
			open = more;
		}
		open[here] = i;
		parent[i] = i > 0 ? open[here - 1] : -1;
		depth[i] = here;
		inlined[i] = code & 1;
		at = here;
	}
	for (let d = 0; d <= at; d++) end[open[d]] = n;
	reader.pos = pos;
	reader.end();
	return { parent, depth, end, inlined };
}

// The loops over nodes read numbers of up to three bytes themselves. Behind the end bytes are
// undefined, which is no continuation: the loop ends, and its end is found to be too far.

function readFuncIds(reader, n, nfuncs) {
	const { bytes } = reader;
	if (n > bytes.length) throw damagedBlock("there are fewer nodes than " + n);
	const func = new Int32Array(n);
	let pos = 0;
	for (let i = 0; i < n; i++) {
		let id = bytes[pos++];
		if (id >= 128) {
			id = (id & 127) | ((bytes[pos] & 127) << 7);
			if (bytes[pos++] >= 128) {
				id |= (bytes[pos] & 127) << 14;
				if (bytes[pos++] >= 128) {
					reader.pos = pos - 3;
					id = reader.unsigned();
					pos = reader.pos;
				}
			}
		}
		if (id >= nfuncs)
			throw damagedBlock("node " + i + " has function " + id + " of " + nfuncs);
		func[i] = id;
	}
	reader.pos = pos;
	reader.end();
	if (func[0] !== 0) throw damagedBlock("the root is not of function 0");
	return func;
}

function readSelfs(reader, n) {
	const { bytes } = reader;
	if (n > bytes.length - reader.pos) throw damagedBlock("there are fewer values than " + n);
	const self = new Float64Array(n);
	let { pos } = reader;
	for (let i = 0; i < n; i++) {
		let code = bytes[pos++];
		if (code >= 128) {
			code = (code & 127) | ((bytes[pos] & 127) << 7);
			if (bytes[pos++] >= 128) {
				code |= (bytes[pos] & 127) << 14;
				if (bytes[pos++] >= 128) {
					reader.pos = pos - 3;
					self[i] = reader.signed();
					pos = reader.pos;
					continue;
				}
			}
		}
		self[i] = (code >>> 1) ^ -(code & 1);
	}
	if (pos > bytes.length) throw reader.fail("it ends within a number");
	reader.pos = pos;
	return self;
}

function multipleOf(column, factor) {
	const out = new Float64Array(column.length);
	for (let i = 0; i < out.length; i++) out[i] = column[i] * factor + 0; // no -0
	return out;
}

/** SELF: the columns one after the other, whatever number of sections they are in. */
function readColumns(sections, n, ncolumns) {
	const readers = sections.get("SELF") || [];
	const columns = [];
	for (const reader of readers) {
		while (reader.pos < reader.bytes.length) {
			if (columns.length >= ncolumns)
				throw damagedBlock("there are too many columns");
			if (reader.below(2, "kind of column") === 0) {
				columns.push(readSelfs(reader, n));
				continue;
			}
			const of = columns[reader.below(columns.length, "column")];
			const factor = reader.signed();
			columns.push(multipleOf(of, factor));
		}
	}
	if (columns.length !== ncolumns) {
		throw damagedBlock("there are " + columns.length + " columns, not " + ncolumns);
	}
	return columns;
}

/** TABL: {flat: [column], cum: [column]}. */
function readTable(reader, nfuncs, ncolumns) {
	if (!reader) return null;
	if (nfuncs * ncolumns * 2 > reader.bytes.length) throw damagedBlock("TABL is too short");
	const flat = Array.from({ length: ncolumns }, () => new Float64Array(nfuncs));
	const cum = Array.from({ length: ncolumns }, () => new Float64Array(nfuncs));
	for (let f = 0; f < nfuncs; f++) {
		for (let c = 0; c < ncolumns; c++) {
			flat[c][f] = reader.signed();
			cum[c][f] = reader.signed();
		}
	}
	reader.end();
	return { flat, cum };
}

/** The sets of labels, [[{key, text, number, unit}]]. */
function readLabelSets(reader, strings) {
	const keys = new Array(reader.count(1));
	for (let i = 0; i < keys.length; i++)
		keys[i] = strings[reader.below(strings.length, "text")];
	const sets = new Array(reader.count(1));
	for (let i = 0; i < sets.length; i++) {
		const pairs = new Array(reader.count(4));
		for (let j = 0; j < pairs.length; j++) {
			const key = keys[reader.below(keys.length, "key")];
			const isText = reader.below(2, "kind of label") === 0;
			const text = isText ? strings[reader.below(strings.length, "text")] : null;
			const number = isText ? null : reader.signed();
			pairs[j] = {
				key,
				text,
				number,
				unit: strings[reader.below(strings.length, "text")],
			};
		}
		sets[i] = pairs;
	}
	reader.end();
	if (!sets.length || sets[0].length) throw damagedBlock("set 0 of labels is not empty");
	return sets;
}

/** LROW: {node, set, values: [type]}. */
function readLabelRows(reader, nnodes, nsets, ntypes) {
	const n = reader.count(2 + ntypes);
	const node = new Int32Array(n);
	const set = new Int32Array(n);
	const values = Array.from({ length: ntypes }, () => new Float64Array(n));
	let at = 0;
	for (let i = 0; i < n; i++) {
		at += reader.below(nnodes, "node");
		if (at >= nnodes) throw reader.fail("node " + at + " of " + nnodes);
		node[i] = at;
		set[i] = reader.below(nsets, "set of labels");
		for (const column of values) column[i] = reader.signed();
	}
	reader.end();
	return { node, set, values };
}

/** TIME: {base, at, node, set, value}. */
function readTimes(reader, nnodes, nsets) {
	const n = reader.count(4);
	const base = reader.signed();
	const at = new Float64Array(n);
	const node = new Int32Array(n);
	const set = new Int32Array(n);
	const value = new Float64Array(n);
	let time = 0;
	let here = 0;
	for (let i = 0; i < n; i++) {
		time += reader.unsigned();
		here += reader.signed();
		if (!(here >= 0 && here < nnodes))
			throw reader.fail("node " + here + " of " + nnodes);
		at[i] = time;
		node[i] = here;
		set[i] = reader.below(nsets, "set of labels");
		value[i] = reader.signed();
	}
	reader.end();
	return { base, at, node, set, value };
}

/** SRCT and LINE: {files: {name: text}, func, line, flat, cum}. */
function readSource(texts, lines, nfuncs) {
	const files = Object.create(null); // names are of any kind
	for (let left = texts.count(2); left > 0; left--) {
		const name = texts.text();
		files[name] = texts.text();
	}
	texts.end();
	const n = lines ? lines.count(4) : 0;
	const rows = {
		func: new Int32Array(n),
		line: new Float64Array(n),
		flat: new Float64Array(n),
		cum: new Float64Array(n),
	};
	for (let i = 0; i < n; i++) {
		rows.func[i] = lines.below(nfuncs, "function");
		rows.line[i] = lines.unsigned();
		rows.flat[i] = lines.signed();
		rows.cum[i] = lines.signed();
	}
	if (lines) lines.end();
	return { files, ...rows };
}

/** The unpacked bytes of a block -> flame. */
function decodeBytes(bytes) {
	const sections = blockSections(bytes);
	const meta = readMeta(blockSection(sections, "META"));
	const { nodes: n, funcs: nfuncs } = meta;
	const ntypes = meta.types.length;
	const ncolumns = ntypes * meta.sides;
	const strings = readStrings(blockSection(sections, "STRS"));
	const funcs = readFuncs(blockSection(sections, "FUNC"), nfuncs, strings);
	const shape = readShape(blockSection(sections, "SHAP"), n);
	const func = readFuncIds(blockSection(sections, "FNID"), n, nfuncs);
	const self = readColumns(sections, n, ncolumns);
	const table = readTable(blockSection(sections, "TABL", true), nfuncs, ncolumns);
	const labels = blockSection(sections, "LABL", true);
	const rows = blockSection(sections, "LROW", true);
	const sets = labels ? readLabelSets(labels, strings) : [[]];
	const times = blockSection(sections, "TIME", true);
	const source = blockSection(sections, "SRCT", true);
	return {
		meta,
		n,
		nfuncs,
		...shape,
		func,
		self,
		total: new Array(ncolumns).fill(null),
		funcs,
		table,
		labels: rows && { sets, ...readLabelRows(rows, n, sets.length, ntypes) },
		times: times && { ...readTimes(times, n, sets.length), sets },
		source: source && readSource(source, blockSection(sections, "LINE", true), nfuncs),
	};
}

/** A block as it is in a page -> flame; an Error that can be shown where it is damaged. */
async function decodeBlock(base64) {
	return decodeBytes(await unpackBlock(blockBase64(base64)));
}
