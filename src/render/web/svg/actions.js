// SPDX-License-Identifier: Apache-2.0
// What can be done: zoom, search, turn around. The state is in the fragment, so that Back, a reload
// and a link show the same.

const surface = {
	paints: null,
	clips: null,
	thin: null, // the group of paths of thin boxes
	hits: null, // the path of those that a search has found
};

/** Change the state. `replace`: without a step of history. */
function change(changes, replace) {
	const before = formatState(unusual(picture.state));
	Object.assign(picture.state, changes);
	const fragment = formatState(unusual(picture.state));
	if (fragment !== before) remember(fragment, replace);
	show();
}

function remember(fragment, replace) {
	const url = location.href.split("#")[0] + (fragment ? "#" + fragment : "");
	try {
		history[replace ? "replaceState" : "pushState"](null, "", url || "#");
	} catch (e) {
		picture.stats.history = String(e.message); // where a picture has no address
	}
}

/** What stands in the fragment becomes the state. */
function readFragment() {
	const usual = usualState();
	const read = parseState(location.hash);
	if (!picture.exact) delete read.v;
	if (read.v !== "inverted" && read.v !== "flame") delete read.v;
	picture.state = { ...usual };
	for (const key of Object.keys(usual)) if (key in read) picture.state[key] = read[key];
	if (picture.exact && !SCHEMES.includes(picture.state.c)) picture.state.c = usual.c;
}

/** Show the state, whatever was shown. */
function show() {
	measureWidth();
	updateView();
	drawFrames();
	controls.hit = -1;
	resizePicture();
	updateControls();
	placeControls(surface.clips);
	showMatched();
	describeUsual();
	markReachable(picture.zoomed);
}

/** The one frame that Tab reaches, and what is said of it. */
function markReachable(i) {
	const group = groupOf(i);
	group.setAttribute("tabindex", "0");
	group.setAttribute("role", "treeitem");
	group.setAttribute("aria-level", String(picture.boxes[i].depth + 1));
	group.setAttribute("aria-label", boxTitle(picture.boxes[i]));
}

/** The width that there is; letters keep their size whatever it is. */
function measureWidth() {
	const { width } = picture.root.getBoundingClientRect();
	picture.width = Math.max(180, Math.floor(width || picture.look.width)) - 2 * PICTURE_PAD;
	picture.top = picture.look.top + (isNarrow() ? picture.look.row + 12 : 0);
}

function resizePicture() {
	const { root, width, height } = picture;
	root.setAttribute("viewBox", `0 0 ${width + 2 * PICTURE_PAD} ${height}`);
	root.setAttribute("height", height);
}

/** Zoom into a box; of those too narrow to be drawn, into what they stand on. */
function zoomTo(i) {
	let at = i;
	if (picture.boxes[at].func < 0) at = picture.parents[at];
	if (at < 0) return;
	const names = picture.view.flame.funcs.name;
	const path = boxPath(at).map((each) => picture.boxes[each].func);
	picture.funcPath = path;
	picture.wanted = isInverted() ? 0 : picture.boxes[at].node;
	const had = document.activeElement && document.activeElement.closest("#frames");
	const { top: was } = groupOf(at).getBoundingClientRect();
	change({ z: path.map((func) => names[func]) }, false);
	// it stays where it is in the window, if the picture has become taller
	const { top: is } = groupOf(picture.zoomed).getBoundingClientRect();
	window.scrollBy(0, is - was);
	if (had) focusBox(picture.zoomed);
}

function resetZoom() {
	if (picture.state.z.length) change({ z: [] }, false);
}

/** One step out. */
function zoomOut() {
	const { z } = picture.state;
	if (!z.length) return;
	picture.funcPath = null;
	change({ z: z.slice(0, -1) }, false);
	focusBox(picture.zoomed);
}

function toggleInverted() {
	if (!picture.exact) return;
	picture.funcPath = null;
	change({ v: isInverted() ? "flame" : "inverted", z: [] }, false);
}

function toggleIcicle() {
	change({ y: picture.state.y === "icicle" ? "flame" : "icicle" }, false);
}

/** Search as one types: the frames stay, and are marked. */
function search(text) {
	picture.state.s = text;
	remember(formatState(unusual(picture.state)), true);
	searchAgain();
}

function searchAgain() {
	controls.hit = -1;
	updateSearch();
	markFound();
	showMatched();
	describeUsual();
}

/** Case by the pattern, ignored, told apart. */
function toggleCase() {
	const modes = [null, "i", ""];
	picture.forcedCase = modes[(modes.indexOf(picture.forcedCase) + 1) % modes.length];
	updateControls();
	placeControls(surface.clips);
	searchAgain();
}

function focusSearch() {
	controls.field.focus();
	controls.field.select();
}

/** Give the keyboard to a box. */
function focusBox(i) {
	const { groups, focus, zoomed } = picture;
	for (const each of [focus, zoomed]) {
		if (groups[each] && each !== i) groups[each].removeAttribute("tabindex");
	}
	picture.focus = i;
	markReachable(i);
	revealBox(i);
	groupOf(i).focus({ preventScroll: true });
	describeBox(i);
}

/** Scroll so that a box is between header and footer. */
function revealBox(i) {
	const box = groupOf(i).getBoundingClientRect();
	const least = picture.top;
	const most = window.innerHeight - 3 * picture.look.row;
	if (box.top < least) window.scrollBy(0, box.top - least);
	else if (box.bottom > most) window.scrollBy(0, box.bottom - most);
}

/** A box beside another in its row. */
function besideBox(i, step) {
	const { boxes } = picture;
	const { depth, x } = boxes[i];
	let best = -1;
	boxes.forEach((box, at) => {
		if (box.depth !== depth || at === i || (box.x - x) * step <= 0) return;
		if (best < 0 || Math.abs(box.x - x) < Math.abs(boxes[best].x - x)) best = at;
	});
	return best;
}

/** The widest box that stands on another. */
function widestOn(i) {
	let best = -1;
	picture.parents.forEach((parent, at) => {
		if (parent === i && (best < 0 || picture.boxes[at].w > picture.boxes[best].w))
			best = at;
	});
	return best;
}

/** Move the keyboard: up and down as it looks. */
function moveFocus(dx, dy) {
	const { focus, zoomed, parents } = picture;
	if (focus < 0) {
		focusBox(zoomed);
		return;
	}
	const isOut = dy > 0 === (picture.state.y === "flame");
	const next = dx ? besideBox(focus, dx) : isOut ? parents[focus] : widestOn(focus);
	if (next >= 0) focusBox(next);
}

/** The next of a list, after one. */
function following(list, item) {
	return list[(list.indexOf(item) + 1) % list.length];
}
