// SPDX-License-Identifier: Apache-2.0
// Long lists: only the rows that can be seen are elements.

const ROW = 20; // px
const CELL = 7.23; // px of a character
const LIST_MAX = 12e6; // px; browsers cannot make elements of any height

const list = { count: 0, fill: null, at: -1, box: null, open: null, columns: "", cells: 40 };

/**
 * Show a list: {count, fill(index) -> cells, label, columns (class), open(index), pick(index),
 * hover(index), level(index)}; `at` is the current row.
 */
function showList(what, at) {
	const changed = list.columns !== what.columns || list.count !== what.count;

	Object.assign(list, { level: null, hover: null }, what, { at });
	const section = byId("list");
	const rows = list.box;
	const text = section.querySelector(".head .text");
	list.cells = text ? Math.floor((text.clientWidth - 16) / CELL) : 40;
	section.setAttribute("role", what.level ? "treegrid" : "grid");
	section.setAttribute("aria-label", what.label);
	section.setAttribute("aria-rowcount", what.count);
	rows.setAttribute("aria-label", what.label);
	rows.setAttribute("aria-rowcount", what.count);
	if (changed && at < 0) {
		rows.scrollTop = 0;
	}
	paintList();
	if (at >= 0) {
		revealRow(at);
	}
}

/** The first row at the top, with its fraction, for any height. */
function firstRow() {
	const { box, count } = list;
	const real = count * ROW;
	const high = box.clientHeight;

	if (real <= LIST_MAX) {
		return box.scrollTop / ROW;
	}
	return (box.scrollTop * ((real - high) / (LIST_MAX - high))) / ROW;
}

function paintList() {
	const { box, count } = list;
	const first = firstRow();
	const whole = Math.floor(first);
	const rows = [];

	for (let i = whole; i < count && i <= whole + box.clientHeight / ROW + 1; i++) {
		const row = listRow(i);
		row.style.top = `${box.scrollTop + (i - first) * ROW}px`;
		rows.push(row);
	}
	const space = el("div", { class: "space", role: "presentation" });
	space.style.height = `${Math.min(count * ROW, LIST_MAX)}px`;
	box.replaceChildren(space, ...rows);
	box.setAttribute("aria-activedescendant", list.at >= 0 ? `row${list.at}` : "");
}

function listRow(i) {
	const level = list.level ? list.level(i) : null;

	return el(
		"div",
		{
			class: i === list.at ? "row at" : "row",
			role: "row",
			id: `row${i}`,
			"data-row": i,
			"aria-rowindex": i + 1,
			"aria-selected": String(i === list.at),
			"aria-level": level && level.depth,
			"aria-expanded": level && level.open !== null && String(level.open),
		},
		...list.fill(i),
	);
}

/** A cell of text; `kind` is a class. */
function cell(text, kind, ...more) {
	return el("span", { role: "gridcell", class: kind }, ...more, text);
}

/** A cell of a name that is shown shortened, but read and copied whole. */
function nameCell(name, room, kind, ...more) {
	const whole = safeText(name);
	const short = fitName(name, room);
	const text = el("span", whole === short ? {} : { class: "fit", "data-fit": short }, whole);

	return el("span", { role: "gridcell", class: kind, title: whole }, ...more, text);
}

function revealRow(at) {
	const { box, count } = list;
	const first = firstRow();
	const shown = Math.floor(box.clientHeight / ROW);

	if (at < first || at >= first + shown) {
		const scale = Math.min(1, LIST_MAX / (count * ROW));
		box.scrollTop = Math.max(0, (at - shown / 3) * ROW * scale);
		paintList();
	}
}

/** Make a row the current one. */
function pickRow(at) {
	if (!list.count) {
		return;
	}
	list.at = Math.max(0, Math.min(list.count - 1, at));
	list.pick(list.at);
	paintList();
	revealRow(list.at);
}

/** The head of the list: columns [key, title, class]; those with a key sort. */
function listHead(columns, sorted) {
	const head = byId("list").querySelector(".head");
	const focused = document.activeElement && document.activeElement.dataset.sort;

	head.replaceChildren(
		...columns.map(([key, title, kind]) => {
			const up = sorted === `-${key}`;
			const on = key && (up || sorted === key);
			const text = `${title}${on ? (up ? " \u25b4" : " \u25be") : ""}`;
			return el(
				"span",
				{
					role: "columnheader",
					class: kind,
					"aria-sort": on ? (up ? "ascending" : "descending") : null,
				},
				key
					? button(text, `Sort by ${title}`, () => sortBy(key), {
							"data-sort": key,
						})
					: text,
			);
		}),
	);
	if (focused && head.querySelector(`[data-sort="${focused}"]`)) {
		head.querySelector(`[data-sort="${focused}"]`).focus();
	}
}

function startList() {
	const box = byId("list").querySelector(".rows");
	const rowOf = (event) => {
		const row = event.target.closest("[data-row]");
		return row ? Number(row.dataset.row) : -1;
	};

	list.box = box;
	box.addEventListener("scroll", throttled(paintList));
	box.addEventListener("focus", () => {
		// not at a click: its row must stay until the button is up
		if (list.at < 0 && list.count && box.matches(":focus-visible")) {
			list.at = 0;
			paintList();
		}
	});
	box.addEventListener("click", (event) => {
		const at = rowOf(event);
		const twist = at >= 0 && event.target.dataset.twist && list.toggle(at);
		if (at >= 0 && !twist) {
			pickRow(at);
			// there is no dblclick, since the first click has replaced the rows
			if (event.detail === 2) {
				list.open(at);
			}
		}
	});
	box.addEventListener("mousemove", (event) => list.hover && list.hover(rowOf(event)));
	box.addEventListener("mouseleave", () => list.hover && list.hover(-1));
	box.addEventListener("contextmenu", (event) => {
		const at = rowOf(event);
		if (at >= 0) {
			event.preventDefault();
			pickRow(at);
			rowMenu(event.clientX, event.clientY);
		}
	});
}
