// SPDX-License-Identifier: Apache-2.0
// The table of functions: self and total of each, sorted by any column, beside the graph.

/** The numbers of all functions: {flat, cum} after, and before in a diff. */
function tableData() {
	const { flame, measure, column } = page;

	const make = () => {
		const after = tableOf(flame, column);
		const before = isDiff() ? tableOf(flame, columnBefore(flame, measure.type)) : null;
		return { after, before, counts: isDiff() && countTables() };
	};

	return memo("table", flame, make, measure.type);
}

function countTables() {
	const type = page.base.meta.count_type;
	const { flame } = page;

	return type < 0
		? null
		: [
				tableOf(flame, columnBefore(flame, type)),
				tableOf(flame, columnAfter(flame, type)),
			];
}

/** The change of a function, of its cum or its flat. */
function functionChange(func, what) {
	const { before, after, counts } = tableData();
	const pair = [before[what][func], after[what][func]];

	return changeOfPair(pair, counts ? counts.map((table) => table[what][func]) : [0, 0]);
}

/** Columns: key, title, class, number for sorting, text. */
function tableColumns() {
	const { after, before } = tableData();
	const number = (key, title, value, text) => ({ key, title, kind: "number", value, text });
	const all = page.all;

	if (!before) {
		const whole = wholeFor();
		return [
			number(
				"self",
				"self",
				(f) => after.flat[f],
				(f) => amount(after.flat[f]),
			),
			number(
				"selfp",
				"self %",
				(f) => after.flat[f],
				(f) => shareText(after.flat[f], whole),
			),
			number(
				"total",
				"total",
				(f) => after.cum[f],
				(f) => amount(after.cum[f]),
			),
			number(
				"totalp",
				"total %",
				(f) => after.cum[f],
				(f) => shareText(after.cum[f], whole),
			),
		];
	}
	const points = (what) => (f) => functionChange(f, what).points;
	return [
		number("self", "\u0394 self", points("flat"), (f) => signed(points("flat")(f), 2)),
		number("total", "\u0394 total", points("cum"), (f) => signed(points("cum")(f), 2)),
		number(
			"before",
			"before",
			(f) => before.cum[f],
			(f) => shareText(before.cum[f], all[0]),
		),
		number(
			"after",
			"after",
			(f) => after.cum[f],
			(f) => shareText(after.cum[f], all[1]),
		),
		number(
			"z",
			"z",
			(f) => functionChange(f, "cum").z,
			(f) => zText(f),
		),
	];
}

function zText(func) {
	return tableData().counts ? signed(functionChange(func, "cum").z, 1) : "";
}

/** The functions of the table in its order; with a search, those it finds. */
function tableRows() {
	const { state, flame, found } = page;
	const { after, before } = tableData();
	const names = flame.funcs.name;
	const rows = [];

	for (let f = 1; f < flame.nfuncs; f++) {
		const used =
			after.cum[f] ||
			after.flat[f] ||
			(before && (before.cum[f] || before.flat[f]));
		if (used && (!found || found.funcs[f])) {
			rows.push(f);
		}
	}
	const key = state.k.replace(/^-/, "");
	const sign = state.k[0] === "-" ? -1 : 1;
	const column = tableColumns().find((each) => each.key === key);
	if (key === "name") {
		return sign < 0 ? rows : rows.reverse(); // functions are in the order of names
	}
	const values = new Float64Array(flame.nfuncs);
	const value = column ? column.value : (f) => after.flat[f];
	for (const f of rows) {
		values[f] =
			before && key !== "before" && key !== "after"
				? Math.abs(value(f))
				: value(f);
	}
	return rows.sort(
		(x, y) => sign * (values[y] - values[x]) || (names[x] < names[y] ? -1 : 1),
	);
}

/** Show the table; narrow: name and one number only, beside a sandwich or source. */
function showTable(narrow) {
	const key = [page.state.k, page.state.s, page.measure.type].join();
	const rows = memo("rows", page.flame, tableRows, key);
	const columns = narrow ? narrowColumns() : tableColumns();
	const colour = palette().fill;
	const chip = (func) => {
		const mark = el("i", { class: "chip" });
		mark.style.background = colour(boxOfFunction(func));
		return mark;
	};

	listHead(
		[
			...columns.map((each) => [each.key, each.title, "number"]),
			["name", "function", "text"],
			...(narrow ? [] : [["", "object", "object"]]),
		],
		page.state.k,
	);
	showList(
		{
			columns: listClass(),
			label: "Functions",
			count: rows.length,
			fill: (i) => [
				...columns.map((each) => cell(each.text(rows[i]), "number")),
				nameCell(nameOf(rows[i]), list.cells, "text", chip(rows[i])),
				...(narrow
					? []
					: [
							cell(
								safeText(
									page.flame.funcs.object[
										rows[i]
									],
								),
								"dim object",
							),
						]),
			],
			pick: (i) => pickFunction(rows[i], narrow),
			open: (i) => change({ v: "sandwich", f: textOf(rows[i]), z: [] }),
			hover: (i) => hoverFunction(i < 0 ? -1 : rows[i]),
		},
		rows.indexOf(page.func),
	);
}

function narrowColumns() {
	const { key } = page.state.k.startsWith("total") ? { key: "total" } : { key: "self" };
	const all = tableColumns();

	return [all.find((each) => each.key === `${key}p`) || all.find((each) => each.key === key)];
}

/** A function as if it were a box, for its colour. */
function boxOfFunction(func) {
	const { before, after, counts } = tableData();
	const pair = (what) => [before ? before[what][func] : 0, after[what][func]];
	const box = { func, node: -1, total: pair("cum"), self: pair("flat"), count: 1, depth: 0 };
	const countOf = (what) => counts.map((table) => table[what][func]);

	if (counts) {
		box.counts = { total: countOf("cum"), self: countOf("flat") };
	}
	return box;
}

/** A function is selected in the table: its frames are marked in the graph. */
function pickFunction(func, open) {
	if (open) {
		change({ f: textOf(func) }, true);
		return;
	}
	page.func = func;
	const { after } = tableData();
	announce(`${safeText(nameOf(func))}, total ${shareText(after.cum[func], wholeFor())}`);
	const widest = widestOf(func);
	page.row = boxOfFunction(func);
	if (widest >= 0) {
		setSelected(widest);
		reveal(widest);
	}
	paintMarks();
	showDetails();
	showPath();
}

/** The widest box of a function. */
function widestOf(func) {
	const { boxes } = graph;

	return boxes.reduce(
		(best, box, id) =>
			box.func === func && (best < 0 || box.w > boxes[best].w) ? id : best,
		-1,
	);
}

function hoverFunction(func) {
	const id = func < 0 ? -1 : widestOf(func);

	if (id !== graph.hover) {
		graph.hover = id;
		paintMarks();
		showDetails();
	}
}

function sortBy(key) {
	const { k } = page.state;

	change({ k: k === key ? `-${key}` : key }, true);
}
