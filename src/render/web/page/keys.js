// SPDX-License-Identifier: Apache-2.0
// Every action has a name; keys and menus call them by it.

function zoomOut() {
	const { h, z } = page.state;

	change(h ? { h: null } : { z: z.slice(0, -1) });
}

function transform(code, name) {
	const func = subject();
	const of = name === undefined ? (func > 0 ? textOf(func) : "") : name;

	if (of || code === "r") {
		change({
			x: [...page.state.x, `${code}:${of}`],
			z: code === "f" || code === "p" ? [] : page.state.z,
		});
	}
}

/** The function that actions are about. */
function subject() {
	const box = graph.boxes[graph.selected];

	if (!byId("graph").hidden && page.state.v !== "table" && box && box.func > 0) {
		return box.func;
	}
	return page.func;
}

function cycle(key, values, step) {
	const at = values.indexOf(page.state[key]);

	change({ [key]: values[(at + step + values.length) % values.length] }, true);
}

function quoted(name) {
	return `^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;
}

const commands = {
	zoomIn: () => zoomInto(graph.selected),
	zoomOut,
	reset: () => change({ z: [], h: null }),
	back: () => history.back(),
	forward: () => history.forward(),
	escape: () => {
		if (page.state.s) {
			change({ s: "" }, true);
		} else {
			zoomOut();
		}
	},
	close: () => change({ v: "flame", f: "" }),
	help: showHelp,
	search: () => byId("query").select(),
	next: () => stepHit(1),
	previous: () => stepHit(-1),
	searchThis: () => subject() > 0 && change({ s: quoted(nameOf(subject())) }),
	sandwich: () => subject() > 0 && change({ v: "sandwich", f: textOf(subject()), z: [] }),
	source: () => subject() > 0 && change({ v: "source", f: textOf(subject()), z: [] }),
	invert: () => change({ v: isBottomUp() ? "flame" : "inverted", z: [] }),
	turn: () => cycle("y", STATE_VALUES.y, 1),
	focus: () => transform("f"),
	focusPath: () => {
		const path = isTreeView() && pathOf(graph.selected);
		if (path && path.length) {
			transform("p", joinItems(path));
		}
	},
	keepStacks: () => openPrompt(`keep ${page.state.s}`),
	drop: () => transform("d"),
	merge: () => transform("m"),
	recursion: () => transform("r", ""),
	undo: () => change({ x: page.state.x.slice(0, -1) }),
	undoAll: () => change({ x: [], l: [], a: null, b: null }),
	nextColours: () => cycle("c", schemes(), 1),
	previousColours: () => cycle("c", schemes(), -1),
	nextType: () => cycle("t", typeNames(), 1),
	previousType: () => cycle("t", typeNames(), -1),
	diffWidth: () => isDiff() && cycle("w", STATE_VALUES.w, 1),
	gone: () => isDiff() && change({ e: !page.state.e, z: [] }),
	percentages: () => {
		if (isDiff()) {
			announce("In a comparison, percentages are of each side's total.", true);
			return;
		}
		cycle("p", STATE_VALUES.p, 1);
		const whole = { all: "all", zoom: "what is zoomed into", parent: "the caller" };
		announce(`Percentages are of ${whole[page.state.p]}.`, true);
	},
	follow,
	freeze,
	mouse: () => {
		page.still = !page.still;
		byId("stage").classList.toggle("still", page.still);
		hover(-1, {});
		announce(
			`The mouse ${page.still ? "does nothing in the graph" : "is back"}.`,
			true,
		);
	},
	heaviest: () => {
		const id = nextHeaviest(graph.selected);
		if (id >= 0) {
			selectBox(id);
		}
	},
	commandLine: () => openPrompt(""),
	filter: (event) => page.base.labels && menuAt(filterItems, event),
	save: (event) => menuAt(saveItems, event),
	copyName: () => subject() > 0 && copyText(nameOf(subject())),
	copyPlace: () => {
		const { file, line } = page.base.funcs;
		const func = subject();
		const place = func > 0 && file[func] ? `${file[func]}:${line[func] || 1}` : "";
		if (place) {
			copyText(safeText(place));
		} else {
			announce("It is not known where that is.", true);
		}
	},
	copyStack: () => graph.selected >= 0 && copyText(stackOf(graph.selected).join("\n")),
	menu: () => {
		const box = graph.boxes[graph.selected];
		const { left, top } = byId("marks").getBoundingClientRect();
		const y = box
			? top + rowTop(graph.row[graph.selected]) - byId("scroll").scrollTop
			: top;
		frameMenu(left + (box ? box.x : 0) + 20, y + canvas.offset + 20);
	},
	sortLeft: () => sortAside(-1),
	sortRight: () => sortAside(1),
	sortTurn: () => sortBy(page.state.k.replace(/^-/, "")),
};

function typeNames() {
	return page.base.meta.types.map(({ type }) => type);
}

function menuAt(make) {
	const { left, bottom } = byId("tools").getBoundingClientRect();

	openMenu(make, left, bottom + 2);
}

function sortAside(step) {
	const keys = [...tableColumns().map((each) => each.key), "name"];
	const at = keys.indexOf(page.state.k.replace(/^-/, ""));

	change({ k: keys[(at + step + keys.length) % keys.length] }, true);
}

/** Keys, their command, and what the help says; some commands have more than one. */
const KEYS = [
	["Enter", "zoomIn", "zoom into the selected frame"],
	["Backspace", "zoomOut", "zoom out one step"],
	["0", "reset", "show all"],
	["[", "back", "back"],
	["]", "forward", "forward"],
	["Escape", "escape", "clear the search, then zoom out"],
	["/", "search", "search, with a regular expression"],
	["n", "next", "next match, drawn or not"],
	["N", "previous", "previous match"],
	["&", "keepStacks", "only stacks that a pattern is in; none: all"],
	["* #", "searchThis", "search for the selected function"],
	["s", "sandwich", "callers and callees of the selection"],
	["i", "invert", "bottom-up"],
	["o", "turn", "root at the bottom or at the top"],
	["a", "source", "source of the selection"],
	["q", "close", "back to the graph"],
	["f", "focus", "begin with the selected function"],
	["P", "focusPath", "only what is below the selected frame"],
	["d", "drop", "without stacks of the selected function"],
	["m", "merge", "merge the function into its callers"],
	["r", "recursion", "fold recursion"],
	["u", "undo", "undo the last of these"],
	["U", "undoAll", "undo all of these, and filters"],
	["c", "nextColours", "next colours"],
	["C", "previousColours", "previous colours"],
	["v", "nextType", "next sample type"],
	["V", "previousType", "previous sample type"],
	["p", "percentages", "percentages of all, of the zoom, of the caller"],
	["t", "filter", "filter by thread or label"],
	["D", "diffWidth", "width of a diff"],
	["X", "gone", "only what is gone in a diff"],
	["W Ctrl+W", "heaviest", "next heaviest of the siblings"],
	["< ,", "sortLeft", "sort by the column to the left"],
	["> .", "sortRight", "sort by the column to the right"],
	["I", "sortTurn", "turn the order round"],
	["y", "copyName", "copy the name"],
	["Y", "copyStack", "copy the stack"],
	["e", "copyPlace", "copy file:line, for an editor"],
	["w", "save", "save this view"],
	["F", "follow", "read the file again every 5 s"],
	["z", "freeze", "freeze what is followed, and go on"],
	["M", "mouse", "mouse off in the graph, and on"],
	[":", "commandLine", "a command by its name"],
	["ContextMenu", "menu", "actions for the selection"],
	["? F1", "help", "these keys"],
];

const MOVES = [
	["\u2190 \u2192 h l", "frame to the left, to the right"],
	["\u2191 \u2193 k j", "frame above, below"],
	["^ $", "first, last of the siblings"],
	["g G  Home End", "top, bottom"],
	["PgUp PgDn  b Space", "a page; Ctrl+U, Ctrl+D: half of one"],
	["+ \u2212 Space E _", "in the tree: open, close, all, none"],
	["1 \u2026 7  Tab", "views, next part of the page"],
	["Ctrl and wheel", "zoom towards the pointer"],
	["Shift and wheel", "move sideways, as dragging does"],
];

const keyNames = new Map(KEYS.flatMap(([keys, name]) => keys.split(" ").map((key) => [key, name])));

function showHelp() {
	const help = byId("help");
	const rows = [...MOVES, ...KEYS.map(([keys, , text]) => [keys, text])];

	help.replaceChildren(
		el("h2", {}, "Keys"),
		el(
			"dl",
			{},
			...rows.map(([keys, text]) =>
				el(
					"div",
					{},
					el("dt", {}, el("kbd", {}, keys)),
					el("dd", {}, text),
				),
			),
		),
		button("Close", "Escape", () => help.close(), {}),
	);
	help.showModal();
}

/** Motions in the graph. */
function moveInGraph(key) {
	const id = graph.selected;
	const page_ = { PageDown: 0.9, " ": 0.9, PageUp: -0.9, b: -0.9 }[key];
	const to = {
		ArrowLeft: () => besides(id, -1),
		h: () => besides(id, -1),
		ArrowRight: () => besides(id, 1),
		l: () => besides(id, 1),
		ArrowUp: () => across(id, -1),
		k: () => across(id, -1),
		ArrowDown: () => across(id, 1),
		j: () => across(id, 1),
		"^": () => lastSibling(id, -1),
		$: () => lastSibling(id, 1),
		g: () => endRow(graph.low),
		Home: () => endRow(graph.low),
		G: () => endRow(graph.high),
		End: () => endRow(graph.high),
	}[key];

	if (page_) {
		scrollPage(page_);
	} else if (to && id >= 0) {
		selectBox(to());
	}
	return Boolean(page_ || to);
}

/** A part of a page down, or up. */
function scrollPage(part) {
	byId("scroll").scrollTop += part * canvas.height;
}

/** The widest box of a row. */
function endRow(row) {
	return graph.rows.get(row).reduce((x, y) => (graph.boxes[y].w > graph.boxes[x].w ? y : x));
}

/** Motions in a list. */
function moveInList(key) {
	const rows = Math.max(1, Math.floor(list.box.clientHeight / ROW) - 1);
	const step = {
		ArrowDown: 1,
		j: 1,
		ArrowUp: -1,
		k: -1,
		PageDown: rows,
		PageUp: -rows,
		b: -rows,
	};
	const tree = page.state.v === "tree";
	const node = treeState.at;

	if (key === "Home" || key === "g" || key === "End" || key === "G") {
		pickRow(key === "Home" || key === "g" ? 0 : list.count - 1);
	} else if (step[key]) {
		pickRow(list.at + step[key]);
	} else if (key === " " && !tree) {
		pickRow(list.at + rows);
	} else if (key === "Enter" && list.at >= 0) {
		list.open(list.at);
	} else if (!tree || !treeKey(key, node)) {
		return false;
	}
	return true;
}

/** Opening and closing in the tree. */
function treeKey(key, node) {
	const acts = {
		" ": () => toggleNode(node),
		ArrowRight: () => (isOpen(node) ? pickRow(list.at + 1) : toggleNode(node, true)),
		ArrowLeft: () =>
			isOpen(node) && hasBelow(node) ? toggleNode(node, false) : pickParent(node),
		"+": () => openLevel(true),
		"-": () => openLevel(false),
		E: () => openAll(true),
		_: () => openAll(false),
	};

	if (!acts[key]) {
		return false;
	}
	acts[key]();
	return true;
}

function pickParent(node) {
	const at = treeState.rows.indexOf(page.flame.parent[node]);

	if (at >= 0) {
		pickRow(at);
	}
}

function onKey(event) {
	const { key, target } = event;
	const field = target.closest("input, select, textarea");

	if (menuKey(event) || byId("help").open || field || event.altKey || event.metaKey) {
		return;
	}
	if (event.ctrlKey) {
		const run = {
			f: commands.search,
			w: commands.heaviest,
			d: () => scrollPage(0.5),
			u: () => scrollPage(-0.5),
		}[key];
		if (run) {
			event.preventDefault();
			run();
		}
		return;
	}
	if ((key === "Enter" || key === " ") && target.closest("button")) {
		return;
	}
	if (pressed(key, event.shiftKey)) {
		event.preventDefault();
	}
}

/** Do what a key does; false if it does nothing. */
function pressed(key, shift) {
	const { v } = page.state;
	const inList = !byId("list").hidden && (isInside("list") || !usesGraph());
	const view = VIEWS[Number(key) - 1];

	showTip(-1);
	if (key !== "0" && view) {
		if (hasView(view[0])) {
			goTo(view[0]);
		}
	} else if (key === "F10" && shift) {
		commands.menu();
	} else if (!(inList ? moveInList(key) : !byId("graph").hidden && moveInGraph(key))) {
		const name = keyNames.get(key);
		if (!name || (key === "/" && v === "info")) {
			return false;
		}
		commands[name]();
	}
	return true;
}

/** Whether keys are about the graph where nothing has the focus. */
function usesGraph() {
	return !byId("graph").hidden && (page.state.v !== "table" || isInside("graph"));
}

function isInside(id) {
	return byId(id).contains(document.activeElement);
}
