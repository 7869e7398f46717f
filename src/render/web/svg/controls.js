// SPDX-License-Identifier: Apache-2.0
// What stands around the frames: buttons and the search above, details and matches below. Both stay
// in sight when a tall picture is scrolled.

const FIELD_WIDTH = 220;
const BUTTON_GAP = 8;

const controls = {
	buttons: {}, // {element, width}, by id
	field: null, // where one types
	holder: null, // the foreignObject around it
	bars: [], // behind header and footer
	details: "",
	hit: -1, // which of the matches has been visited
};

/** A text of the file becomes a button. */
function makeButton(id, text, title, action) {
	const { look } = picture;
	const height = look.row + 6;
	const width = Math.ceil(cells(text) * 0.6 * look.font + 16);
	const label = byId(id) || svgElement("text", { id });
	label.textContent = text;
	label.removeAttribute("class");
	label.setAttribute("x", px(width / 2));
	label.setAttribute("y", px(Math.floor(height / 2 + 0.36 * look.font)));
	label.setAttribute("text-anchor", "middle");
	const tip = svgElement("title");
	tip.textContent = title;
	const box = svgElement("rect", { width, height, rx: 3, "pointer-events": "all" });
	const button = svgElement(
		"g",
		{ class: "button", role: "button", tabindex: 0, "aria-label": title },
		tip,
		box,
		label,
	);
	button.addEventListener("click", action);
	button.addEventListener("keydown", (e) => {
		if (e.key !== "Enter" && e.key !== " ") return;
		e.preventDefault();
		e.stopPropagation();
		action();
	});
	byId("header").append(button);
	controls.buttons[id] = { element: button, width, shown: true };
}

function makeField() {
	const field = document.createElementNS(XHTML_NS, "input");
	field.id = "query";
	field.type = "text";
	field.placeholder = "Search";
	field.spellcheck = false;
	field.autocomplete = "off";
	field.setAttribute("aria-label", "Search functions by a regular expression");
	field.title =
		"A regular expression; case matters if it has a capital. Enter, Shift+Enter: next, previous";
	field.addEventListener("input", () => search(field.value));
	controls.field = field;
	controls.holder = svgElement("foreignObject", {
		id: "find",
		width: FIELD_WIDTH,
		height: picture.look.row + 6,
	});
	controls.holder.append(field);
	byId("header").append(controls.holder);
}

function makeBars() {
	const bar = (id) => {
		const rect = svgElement("rect", { class: "bar", x: 0 });
		byId(id).prepend(rect);
		return rect;
	};
	controls.bars = [bar("header"), bar("footer")];
	// in front of the frames, which they may have to cover
	picture.root.append(byId("header"), byId("footer"));
}

function makeControls() {
	makeBars();
	makeField();
	makeButton(
		"ignorecase",
		"aA",
		"Case of letters: by the pattern, ignored, told apart (Ctrl+I)",
		toggleCase,
	);
	makeButton(
		"reverse",
		"Bottom-up",
		"Bottom-up: from functions to their callers (i)",
		toggleInverted,
	);
	makeButton("unzoom", "Reset Zoom", "Show all (0)", resetZoom);
	if (!picture.exact) showButton("reverse", false);
	const label = byId("search");
	label.textContent = "Search";
	label.setAttribute("class", "hide");
	byId("matched").setAttribute("role", "status");
}

function showButton(id, shown) {
	const button = controls.buttons[id];
	button.shown = shown;
	button.element.classList.toggle("hide", !shown);
}

function pressButton(id, pressed) {
	const { element } = controls.buttons[id];
	element.classList.toggle("on", pressed);
	element.setAttribute("aria-pressed", String(pressed));
}

/** px that the title needs, but no more than would do. */
function titleWidth() {
	const most = 160;
	return Math.min(most, cells(byId("title").textContent) * 0.81 * picture.look.font);
}

/** px of all buttons that may be shown. */
function buttonsWidth() {
	return Object.values(controls.buttons).reduce((sum, b) => sum + b.width + BUTTON_GAP, 0);
}

/** Whether there is no room for buttons beside the title: they get a row of their own. */
function isNarrow() {
	return picture.width - FIELD_WIDTH - buttonsWidth() - BUTTON_GAP < titleWidth();
}

/** Put everything where the width wants it; texts end where the buttons begin. */
function placeControls(clips) {
	const { look, width, height } = picture;
	const all = width + 2 * PICTURE_PAD;
	const narrow = isNarrow();
	const y = narrow ? look.top : PICTURE_PAD - 2;
	const field = narrow ? Math.max(60, width - buttonsWidth()) : FIELD_WIDTH;
	let x = all - PICTURE_PAD - field;
	controls.holder.setAttribute("x", x);
	controls.holder.setAttribute("y", y);
	controls.holder.setAttribute("width", field);
	for (const button of Object.values(controls.buttons)) {
		if (!button.shown) continue;
		x -= button.width + BUTTON_GAP;
		button.element.setAttribute("transform", `translate(${x} ${y})`);
	}
	const end = narrow ? all - PICTURE_PAD : Math.max(1, Math.floor(x - BUTTON_GAP));
	byId("title").setAttribute("clip-path", clips.at(end));
	const foot = Math.ceil(2.2 * look.font);
	const baseline = px(height - foot + Math.ceil(1.4 * look.font));
	const [above, below] = controls.bars;
	for (const bar of [above, below]) bar.setAttribute("width", all);
	above.setAttribute("height", picture.top - 2);
	below.setAttribute("y", height - foot);
	below.setAttribute("height", foot);
	byId("details").setAttribute("y", baseline);
	byId("matched").setAttribute("y", baseline);
	byId("matched").setAttribute("x", all - PICTURE_PAD);
	stickControls();
}

/** Keep header and footer in sight. */
function stickControls() {
	const rect = picture.root.getBoundingClientRect();
	const scale = rect.width ? (picture.width + 2 * PICTURE_PAD) / rect.width : 1;
	const seen = window.innerHeight * scale;
	const up = Math.max(0, -rect.top * scale);
	const down = Math.min(0, seen - (rect.top * scale + picture.height));
	byId("header").setAttribute("transform", `translate(0 ${px(up)})`);
	byId("footer").setAttribute("transform", `translate(0 ${px(down)})`);
}

/** Say something below the frames: of a box, or any text. */
function showDetails(text) {
	const matched = byId("matched");
	const used = matched.classList.contains("hide") ? 0 : cells(matched.textContent) + 3;
	const room = Math.floor(picture.width / (0.6 * picture.look.font)) - used;
	const shown = cells(text) <= room ? text : cellsFit(text, Math.max(2, room - 1)) + "\u2026";
	byId("details").textContent = shown;
}

function describeBox(i) {
	const box = picture.boxes[i];
	const more = boxMore(box);
	showDetails(`${picture.look.nametype} ${boxTitle(box)}${more ? " \u00b7 " + more : ""}`);
}

/** What is said while the mouse is nowhere: of the focused frame, or of the zoom root. */
function describeUsual() {
	if (picture.message) showDetails(picture.message);
	else describeBox(picture.focus >= 0 ? picture.focus : picture.zoomed);
}

/** How much the search has found. */
function showMatched() {
	const { found, search, state, node } = picture;
	const matched = byId("matched");
	const { field } = controls;
	const isBad = Boolean(search && search.error);
	if (field.value !== state.s && document.activeElement !== field) field.value = state.s;
	field.classList.toggle("bad", isBad);
	field.setAttribute("aria-invalid", String(isBad));
	matched.classList.toggle("hide", !search);
	matched.textContent = "Matched: 0%";
	if (isBad) matched.textContent = `Not a regular expression: ${search.error}`;
	if (!found) return;
	let text = `Matched: ${percent(found.matched, wholeTotal())}`;
	if (node > 0) text += `, ${percent(found.ofZoom, 1)} of what is shown`;
	if (controls.hit >= 0) {
		text += ` \u00b7 ${controls.hit + 1} of ${hitCount()}`;
		if (isInverted()) text += " drawn";
	}
	matched.textContent = text;
}

/** Bring buttons up to the state. */
function updateControls() {
	const { state, forcedCase } = picture;
	showButton("unzoom", picture.zoomed > 0);
	pressButton("reverse", isInverted());
	pressButton("ignorecase", forcedCase !== null);
	const mode = forcedCase === null ? "aA" : forcedCase === "i" ? "a=A" : "a\u2260A";
	byId("ignorecase").textContent = mode;
	byId("frames").setAttribute(
		"aria-label",
		isInverted()
			? "Frames, bottom-up"
			: state.y === "icicle"
				? "Frames, downwards"
				: "Frames",
	);
}
