// SPDX-License-Identifier: Apache-2.0
// The bar: views, search, sample type, menus; and the theme.

const VIEWS = [
	["flame", "Graph"],
	["table", "Table"],
	["tree", "Tree"],
	["sandwich", "Sandwich"],
	["source", "Source"],
	["info", "Info"],
	["time", "Time"],
];

const SCHEME_TITLES = {
	pkg: "Package",
	hot: "Warm",
	kind: "Kind of code",
	dso: "Object",
	grey: "Grey",
	value: "Total",
	self: "Self",
	diff: "Change, blue and orange",
	"diff-classic": "Change, blue and red",
	"diff-rg": "Change, green and red",
};

function schemes() {
	return SCHEMES.filter((scheme) => isDiff() || !scheme.startsWith("diff"));
}

function hasView(view) {
	return (view !== "time" || page.base.times) && (view !== "source" || page.base.source);
}

function startTools() {
	const { meta } = page.base;

	byId("title").textContent = safeText(meta.title || "Profile");
	byId("title").title = safeText(page.look.subtitle || meta.title || "");
	byId("type").replaceChildren(
		...meta.types.map(({ type, unit }) =>
			el("option", { value: type }, `${type} (${unit})`),
		),
	);
	byId("type").hidden = meta.types.length < 2;
	byId("type").addEventListener("change", () => change({ t: byId("type").value }));
	byId("tabs").replaceChildren(
		...VIEWS.map(([view, title], i) =>
			button(title, `${title} (${i + 1})`, () => goTo(view), {
				role: "tab",
				"data-view": view,
				hidden: !hasView(view),
			}),
		),
	);
	const open = (make) => (event) => menuBelow(event, make);
	const more = { "aria-haspopup": "menu" };
	byId("tools").replaceChildren(
		...(page.base.labels
			? [
					button(
						"Filter",
						"Filter by thread or label (t)",
						open(filterItems),
						more,
					),
				]
			: []),
		button("View", "Colours, order, direction, theme", open(viewItems), more),
		button("Save", "Save this view (w)", open(saveItems), more),
		button("?", "Keys", () => commands.help(), { "aria-label": "Help" }),
	);
	startSearch();
}

function startSearch() {
	const query = byId("query");

	query.addEventListener("input", () => change({ s: query.value }, true));
	byId("find").addEventListener("submit", (event) => {
		event.preventDefault();
		stepHit(1);
	});
	query.addEventListener("keydown", (event) => {
		if (event.key === "Escape") {
			change({ s: "" }, true);
			// what is seen: rows, the graph or a text
			document.querySelector(
				"#main :is(.rows, #scroll, #text):not([hidden], [hidden] *)",
			).focus();
			event.preventDefault();
		} else if (event.key === "Enter" && event.shiftKey) {
			event.preventDefault();
			stepHit(-1);
		}
		event.stopPropagation();
	});
}

/** To another view, the selection as its subject. */
function goTo(view) {
	const { f, z, v } = page.state;
	const func = page.func > 0 ? textOf(page.func) : f;
	const stay = view === v || (isTreeView(view) && isTreeView(v));

	change({
		v: view,
		z: stay ? z : [],
		f: view === "sandwich" || view === "source" ? func : "",
	});
}

/** Bring the bar up to date with the state. */
function showTools() {
	const { state } = page;

	for (const tab of byId("tabs").children) {
		const { view } = tab.dataset;
		const on = view === state.v || (view === "flame" && isBottomUp());
		tab.setAttribute("aria-selected", String(on));
		tab.tabIndex = on ? 0 : -1;
	}
	byId("type").value = page.base.meta.types[typeIndex()].type;
	if (byId("query").value !== state.s) {
		byId("query").value = state.s;
	}
	showMatched();
}

/** What the search has found, as exact shares. */
function showMatched(at) {
	const { found, search } = page;
	const out = byId("matched");
	const bad = Boolean(search && search.error);

	byId("query").setAttribute("aria-invalid", String(bad));
	out.className = bad ? "bad" : "";
	if (!found) {
		out.textContent = bad ? search.error : "";
		return;
	}
	const count = hitCount();
	const what = isTreeView() ? "frames" : "drawn";
	const zoom =
		found.ofZoom !== found.ofAll && !isBottomUp()
			? ` ${percentText(found.ofZoom)} of zoom,`
			: "";
	const position = at === undefined ? `${count} ${what}` : `${at + 1} of ${count}`;
	const functions = found.nfuncs === 1 ? "1 function" : `${found.nfuncs} functions`;
	out.textContent = `${percentText(found.matched / page.all[1])} of all,${zoom} ${functions}, ${position}`;
}

function percentText(fraction) {
	return percent(fraction || 0, 1).trim();
}

/** The menu of how things look. */
function viewItems() {
	const { state } = page;
	const choice =
		(key) =>
		([value, label, hint]) => ({
			label,
			hint,
			checked: state[key] === value,
			stay: true,
			run: () => change({ [key]: value }),
		});

	return [
		{ head: "Direction (o)" },
		...[
			["flame", "Root at the bottom"],
			["icicle", "Root at the top"],
		].map(choice("y")),
		{
			label: "Bottom-up (inverted)",
			hint: "i",
			checked: isBottomUp(),
			run: () => commands.invert(),
		},
		...(isDiff()
			? []
			: [
					{ head: "Percentages (p)" },
					...[
						["all", "Of all"],
						["zoom", "Of what is zoomed into"],
						["parent", "Of the caller"],
					].map(choice("p")),
				]),
		{ head: "Order of siblings" },
		...[
			["weight", "Heaviest first"],
			["name", "By name"],
			["input", "As in the file"],
		].map(choice("o")),
		{ head: "Colours (c)" },
		...schemes().map((scheme) => choice("c")([scheme, SCHEME_TITLES[scheme]])),
		...(isDiff() ? diffItems(choice) : []),
		{ head: "Theme" },
		...[
			["auto", "As the system"],
			["light", "Light"],
			["dark", "Dark"],
		].map(choice("m")),
	];
}

function diffItems(choice) {
	return [
		{
			label: "Only what is gone",
			hint: "X",
			checked: page.state.e,
			stay: true,
			run: () => commands.gone(),
		},
		{ head: "Width (D)" },
		...[
			["after", "After"],
			["before", "Before"],
			["max", "The larger of both"],
			["union", "Both"],
		].map(choice("w")),
		...[
			[true, "Scale before to the total after"],
			[false, "As measured"],
		].map(choice("n")),
		{ head: "Coloured by" },
		...[
			[false, "Change of total"],
			[true, "Change of self"],
		].map(choice("d")),
	];
}

/** Light or dark, as the state or the system wants it. */
function showTheme() {
	const { m } = page.state;
	const root = document.documentElement;

	page.dark =
		m === "dark" ||
		(m !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
	page.forced = matchMedia("(forced-colors: active)").matches;
	root.dataset.theme = page.dark ? "dark" : "light";
	const style = getComputedStyle(root);
	page.ink = style.getPropertyValue("--ink");
	page.line = style.getPropertyValue("--line");
	page.paper = style.getPropertyValue("--paper");
	page.accent = style.getPropertyValue("--accent");
}
