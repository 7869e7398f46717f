// SPDX-License-Identifier: Apache-2.0
// The line at the foot for what is selected or pointed at, the tooltip, and what is read aloud.

/** Say it to screen readers; `seen`: at the foot as well, for a while. */
function announce(text, seen) {
	byId("live").textContent = text;
	if (seen) {
		byId("details").replaceChildren(el("span", { class: "note" }, text));
	}
}

/** The line at the foot. */
function showDetails() {
	const id = graph.hover >= 0 ? graph.hover : graph.selected;
	const drawn = !byId("graph").hidden && (graph.hover >= 0 || !page.row);
	const box = drawn ? graph.boxes[id] : page.row;
	const foot = byId("details");

	if (!box) {
		foot.replaceChildren();
		return;
	}
	const { name, place, rows } = describe(box, drawn ? id : -1);
	const facts = [];
	for (const row of rows.slice(1)) {
		facts.push(el("b", {}, row[0]));
		row.slice(1).forEach((text, i) => {
			const title = rows[0][i + 1];
			const dim =
				text && (isDiff() || i)
					? el("span", { class: "dim" }, title)
					: null;
			const number = text ? el("span", {}, text) : null;
			facts.push(...(isDiff() ? [dim, number] : [number, dim]));
		});
	}
	foot.replaceChildren(
		el("span", { class: "name" }, name),
		" ",
		el(
			"span",
			{ class: "facts" },
			...facts.filter(Boolean).flatMap((each) => [each, " "]),
		),
		el("span", { class: "dim place" }, place),
	);
}

/** The tooltip, beside the pointer; without a box it goes. */
function showTip(id, x, y) {
	const tip = byId("tip");

	tip.hidden = id < 0;
	if (id < 0) {
		return;
	}
	const { name, place, rows } = describe(graph.boxes[id], id);
	const cells = (tag) => (text) => el(tag, {}, text);
	tip.replaceChildren(
		el(
			"div",
			{ class: "name" },
			name.length > 400 ? `${name.slice(0, 400)}\u2026` : name,
		),
		el(
			"table",
			{},
			el("tr", {}, ...rows[0].map(cells("th"))),
			...rows.slice(1).map((row) => el("tr", {}, ...row.map(cells("td")))),
		),
		el("div", { class: "dim" }, place),
	);
	floatAt(tip, x + 14, y + 18);
}

/** Put something that floats at a place, but within the window. */
function floatAt(floating, x, y) {
	const { width, height } = floating.getBoundingClientRect();
	const left = Math.max(4, Math.min(x, innerWidth - width - 6));
	const top = y + height + 6 > innerHeight ? Math.max(4, y - height - 30) : y;

	floating.style.left = `${left}px`;
	floating.style.top = `${top}px`;
}

/** The tree that screen readers see: the path of the selection and what is right below it. */
function showPath() {
	const { selected } = graph;
	const items = [];

	if (selected < 0) {
		byId("path").replaceChildren();
		return;
	}
	const item = (id, level) =>
		el(
			"div",
			{
				role: "treeitem",
				id: `item${id}`,
				"aria-level": level,
				"aria-selected": String(id === selected),
				"aria-expanded": level <= chain.length ? "true" : null,
			},
			spoken(id),
		);
	const chain = chainOf(selected).slice(-50);
	chain.forEach((id, level) => items.push(item(id, level + 1)));
	graph.boxes.forEach((box, id) => {
		if (graph.parent[id] === selected && items.length < 100) {
			items.push(item(id, chain.length + 1));
		}
	});
	byId("path").replaceChildren(...items);
	byId("scroll").setAttribute("aria-activedescendant", `item${selected}`);
}
