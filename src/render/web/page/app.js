// SPDX-License-Identifier: Apache-2.0
/* global PAGE_STYLE */
// The page as a whole: it begins here, and every change of the state is shown from here.

/** Which parts a view is made of. */
const PARTS = {
	flame: ["graph"],
	inverted: ["graph"],
	table: ["list", "graph"],
	tree: ["list"],
	sandwich: ["list", "graph"],
	source: ["list", "text"],
	info: ["text"],
	time: ["graph"],
};

/** Bring everything up to date with the state. */
function show() {
	const { state } = page;
	const started = performance.now();

	if (!PARTS[state.v] || (state.v === "time" && !page.base.times)) {
		state.v = "flame";
	}
	showTheme();
	derive();
	const follow = follows();
	if (state.f) {
		page.func = funcOf(state.f);
	}
	page.stats.derive = performance.now() - started;
	lookFor();
	page.stats.search = performance.now() - started - page.stats.derive;
	showParts(PARTS[state.v], follow);
	showTools();
	showCrumbs();
	showDetails();
	showPath();
	showFollow();
	page.stats.show = performance.now() - started;
}

function showParts(parts, follow) {
	const { v } = page.state;
	const main = byId("main");

	main.className = v;
	byId("list").className = listClass();
	for (const part of ["list", "graph", "text"]) {
		byId(part).hidden = !parts.includes(part);
	}
	byId("minimap").hidden = page.forced || !["flame", "table"].includes(v);
	byId("strip").hidden = v !== "time";
	showTip(-1);
	if (parts.includes("graph")) {
		showGraph(follow);
	}
	if (v === "table" || v === "sandwich" || v === "source") {
		showTable(v !== "table");
	} else if (v === "tree") {
		showOutline();
	}
	if (v !== "source") {
		listing.shown = null;
	}
	if (v === "source") {
		showSource();
	} else if (v === "info") {
		showInfo();
	} else if (v === "time") {
		paintStrip();
	}
	// the graph comes first
	if (page.stats.ready) {
		showMinimap();
	}
}

function showMinimap() {
	if (!byId("minimap").hidden) {
		paintMinimap();
	}
}

/** The columns of the list, which decide how much room is left for the graph. */
function listClass() {
	const { v } = page.state;

	if (v === "tree") {
		return "outline";
	}
	return v === "table" ? (isDiff() ? "differences" : "table") : "narrow";
}

/** Whether the graph is another one than before, so that it is shown from its root. */
function follows() {
	const { v, z, f, x, l, y, a, b, e } = page.state;
	const key = JSON.stringify([v, z, v === "sandwich" && f, x, l, y, a, b, e]);
	const other = page.shown !== key;

	if (other) {
		page.row = null;
	}
	page.shown = key;
	return other;
}

/** A message in place of everything. */
function fail(text) {
	byId("message").textContent = text;
	byId("message").hidden = false;
	for (const part of ["list", "graph", "text", "tools", "find", "minimap", "type"]) {
		byId(part).hidden = true;
	}
}

/** What the command wants at first, from the element of the packed script. */
function readLook() {
	const element = byId("pyroprof-script");
	const look = element ? { ...element.dataset } : {};
	const size = Number(look.fontsize);
	const row = Number(look.height);

	page.look = look;
	page.least = look.minwidth || "0.5";
	canvas.fontSize = size >= 6 && size <= 40 ? size : 12;
	canvas.rowHeight = row >= 8 && row <= 80 ? row : canvas.fontSize + 6;
	const family = getComputedStyle(byId("paint")).fontFamily;
	const own = look.fonttype ? `${JSON.stringify(look.fonttype)}, ` : "";
	canvas.font = `${canvas.fontSize}px ${own}${family}`;
}

/** Decode the block, then show it. Resolves when it has been painted. */
async function startPage() {
	const element = byId("pyroprof-data");
	const started = performance.now();
	const style = new CSSStyleSheet();

	style.replaceSync(PAGE_STYLE);
	document.adoptedStyleSheets = [style];
	try {
		readLook();
		const text = element.textContent;
		element.textContent = ""; // it is as large as the file
		page.base = await decodeBlock(text.trim());
	} catch (e) {
		fail(element ? e.message : "This file is not whole: its data are missing.");
		return;
	}
	document.body.className = "on";
	byId("message").hidden = true;
	element.remove();
	page.stats.decode = performance.now() - started;
	readFragment();
	startTools();
	startList();
	startPointer();
	startStrip();
	startMinimap();
	startPrompt();
	startSource();
	listen();
	show();
	await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
	page.stats.ready = performance.now();
	showMinimap();
}

function listen() {
	const again = throttled(show);

	document.addEventListener("keydown", onKey);
	document.addEventListener("pointerdown", (event) => {
		if (!byId("menu").contains(event.target)) {
			closeMenu();
		}
	});
	byId("tabs").addEventListener("keydown", tabKey);
	addEventListener("resize", again);
	addEventListener("popstate", () => {
		readFragment();
		show();
	});
	addEventListener("beforeprint", preparePrint);
	addEventListener("afterprint", () => byId("print").replaceChildren());
	for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
		matchMedia(query).addEventListener("change", again);
	}
}

/** Left and right among the tabs, as in any list of tabs. */
function tabKey(event) {
	const tabs = [...byId("tabs").children];
	const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];

	if (step) {
		const at = tabs.indexOf(document.activeElement);
		tabs[(at + step + tabs.length) % tabs.length].focus();
		event.stopPropagation();
		event.preventDefault();
	}
}

/** For tests and consoles. */
function offer(ready) {
	globalThis.pyroprof = {
		ready,
		flame: () => page.flame,
		state: () => ({ ...page.state }),
		boxes: (what, width, min, arg) =>
			offeredBoxes(what, { ...page.view, width, min }, arg),
		stats: () => ({ ...page.stats }),
	};
}

function offeredBoxes(what, view, arg) {
	const make = {
		tree: treeBoxes,
		inverted: invertedBoxes,
		callees: calleesBoxes,
		callers: callersBoxes,
	};
	const usual = what === "inverted" ? [] : 0;

	return make[what](view, arg === undefined ? usual : arg);
}
