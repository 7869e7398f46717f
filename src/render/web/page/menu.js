// SPDX-License-Identifier: Apache-2.0
// Menus: at buttons, and of a frame or row.

const menu = { make: null, back: null };

/**
 * Open a menu. `make` gives its items: {head} a title, {label, hint, run, checked, stay, off}; one
 * with `stay` leaves it open.
 */
function openMenu(make, x, y) {
	const box = byId("menu");

	if (box.hidden) {
		menu.back = document.activeElement;
	}
	menu.make = make;
	fillMenu(0);
	floatAt(box, x, y);
}

function fillMenu(focus) {
	const box = byId("menu");

	box.hidden = false;
	box.replaceChildren(...menu.make().map(menuItem));
	const items = menuItems();
	if (items.length) {
		items[Math.min(focus, items.length - 1)].focus();
	}
}

function menuItem(item) {
	if (item.head) {
		return el("div", { class: "head", role: "presentation" }, item.head);
	}
	const { label, hint, checked, off } = item;
	return el(
		"button",
		{
			type: "button",
			role: checked === undefined ? "menuitem" : "menuitemcheckbox",
			"aria-checked": checked === undefined ? null : String(checked),
			"aria-disabled": off ? "true" : null,
			click: () => off || runItem(item),
		},
		el("span", { class: "tick" }, checked ? "\u2713" : ""),
		el("span", { class: "label" }, label),
		el("kbd", {}, hint || ""),
	);
}

function runItem(item) {
	const at = menuItems().indexOf(document.activeElement);

	if (!item.stay) {
		closeMenu();
	}
	item.run();
	if (item.stay) {
		fillMenu(Math.max(0, at));
	}
}

function menuItems() {
	return [...byId("menu").querySelectorAll("button")];
}

function closeMenu() {
	const box = byId("menu");

	if (box.hidden) {
		return false;
	}
	box.hidden = true;
	if (menu.back && menu.back.isConnected) {
		menu.back.focus();
	}
	return true;
}

function menuBelow(event, make) {
	const { left, bottom } = event.currentTarget.getBoundingClientRect();

	openMenu(make, left, bottom + 2);
}

/** Keys of an open menu; true if it was one. */
function menuKey(event) {
	const items = menuItems();
	const at = items.indexOf(document.activeElement);
	const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];

	if (byId("menu").hidden) {
		return false;
	}
	if (event.key === "Escape" || event.key === "Tab") {
		closeMenu();
	} else if (step) {
		items[(at + step + items.length) % items.length].focus();
	} else if (event.key === "Home" || event.key === "End") {
		items[event.key === "Home" ? 0 : items.length - 1].focus();
	} else if (event.key === "Enter" || event.key === " ") {
		items[at].click();
	}
	event.preventDefault();
	return true;
}

/** The menu of the frame that is selected. */
function frameMenu(x, y) {
	const box = graph.boxes[graph.selected];

	if (box && box.func > 0) {
		openMenu(() => functionItems(box.func, graph.selected), x, y);
	}
}

/** The menu of the row that is current in a list. */
function rowMenu(x, y) {
	if (page.func > 0) {
		openMenu(() => functionItems(page.func, -1), x, y);
	}
}

function functionItems(func, id) {
	const item = (label, hint, name, off) => ({
		label,
		hint,
		run: () => commands[name](),
		off,
	});
	const path = id >= 0 && isTreeView();

	return [
		{ head: fitName(nameOf(func), 44) },
		...(id >= 0 ? [item("Zoom in", "Enter", "zoomIn")] : []),
		item("Callers and callees", "s", "sandwich"),
		item("Source", "a", "source", !page.base.source),
		item("Search for it", "*", "searchThis"),
		{ head: "Show another tree" },
		item("Only stacks with this function", "f", "focus"),
		...(path ? [item("Only what is below this frame", "P", "focusPath")] : []),
		item("Without stacks of this function", "d", "drop"),
		item("Merge it into its callers", "m", "merge"),
		item("Fold its recursion", "r", "recursion"),
		{ head: "Copy" },
		item("Name", "y", "copyName"),
		item("File and line", "e", "copyPlace", !page.base.funcs.file[func]),
		...(id >= 0 ? [item("Whole stack", "Y", "copyStack")] : []),
	];
}
