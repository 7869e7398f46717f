// SPDX-License-Identifier: Apache-2.0
// Keys, the mouse, and what the browser tells.

// With Ctrl or Command.
const CONTROL_KEYS = { f: focusSearch, i: toggleCase };

const FRAME_KEYS = {
	ArrowLeft: () => moveFocus(-1, 0),
	ArrowRight: () => moveFocus(1, 0),
	ArrowUp: () => moveFocus(0, -1),
	ArrowDown: () => moveFocus(0, 1),
	h: () => moveFocus(-1, 0),
	l: () => moveFocus(1, 0),
	k: () => moveFocus(0, -1),
	j: () => moveFocus(0, 1),
	Enter: () => picture.focus >= 0 && zoomTo(picture.focus),
	" ": () => picture.focus >= 0 && zoomTo(picture.focus),
	Backspace: zoomOut,
	0: resetZoom,
	Home: () => focusBox(0),
	"/": focusSearch,
	n: () => visitHit(1),
	N: () => visitHit(-1),
	"*": () => searchFocused(),
	i: toggleInverted,
	o: toggleIcicle,
	c: () => picture.exact && change({ c: following(SCHEMES, picture.state.c) }, true),
	v: () => {
		const names = picture.base.meta.types.map((type) => type.type);
		if (names.length > 1) change({ t: following(names, names[typeNumber()]) }, false);
	},
	Escape: escape,
};

/** Search the function that has the keyboard. */
function searchFocused() {
	const { focus, boxes, view } = picture;
	if (focus < 0 || boxes[focus].func < 0) return;
	const name = view.flame.funcs.name[boxes[focus].func];
	const text = `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
	controls.field.value = text;
	search(text);
}

/** First the search goes, then the zoom. */
function escape() {
	if (picture.state.s) {
		controls.field.value = "";
		search("");
	} else {
		resetZoom();
	}
}

function onFieldKey(e) {
	if (e.key === "Enter") {
		visitHit(e.shiftKey ? -1 : 1, true);
	} else if (e.key === "Escape") {
		controls.field.value = "";
		search("");
		focusBox(picture.focus >= 0 ? picture.focus : picture.zoomed);
	} else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
		focusBox(picture.focus >= 0 ? picture.focus : picture.zoomed);
	} else {
		return;
	}
	e.preventDefault();
}

function onKey(e) {
	if (e.altKey || e.isComposing) return;
	if (e.key === "F3") {
		e.preventDefault();
		focusSearch();
		return;
	}
	if (e.ctrlKey || e.metaKey) {
		const action = CONTROL_KEYS[e.key.toLowerCase()];
		if (!action || e.shiftKey) return;
		e.preventDefault();
		action();
		return;
	}
	if (e.target === controls.field) {
		onFieldKey(e);
		return;
	}
	if (!Object.hasOwn(FRAME_KEYS, e.key)) return;
	e.preventDefault();
	FRAME_KEYS[e.key]();
}

/** A thin box has an element for as long as the mouse is on it. */
function listenToThin() {
	const { thin } = surface;
	thin.addEventListener("click", (e) => {
		const i = boxAtMouse(e);
		if (i >= 0) zoomTo(i);
	});
	thin.addEventListener("mousemove", (e) => {
		const i = boxAtMouse(e);
		if (i < 0) return;
		hover(i);
		describeBox(i);
	});
	thin.addEventListener("mouseleave", (e) => {
		if (boxOfElement(e.relatedTarget) < 0) leave();
	});
}

function leave() {
	hover(-1);
	describeUsual();
}

function listenToFrames() {
	const frames = byId("frames");
	frames.removeAttribute("tabindex");
	frames.setAttribute("role", "tree");
	frames.addEventListener("click", (e) => {
		const i = boxOfElement(e.target);
		if (i >= 0) zoomTo(i);
	});
	frames.addEventListener("mouseover", (e) => {
		const i = boxOfElement(e.target);
		if (i < 0) return;
		hover(i);
		describeBox(i);
	});
	frames.addEventListener("mouseleave", leave);
	listenToThin();
	frames.addEventListener("focusin", (e) => {
		const i = boxOfElement(e.target);
		if (i >= 0 && i !== picture.focus) focusBox(i);
	});
}

function listen() {
	listenToFrames();
	document.addEventListener("keydown", onKey);
	window.addEventListener("popstate", () => {
		readFragment();
		show();
	});
	window.addEventListener("scroll", stickControls, { passive: true });
	let waiting = false;
	window.addEventListener("resize", () => {
		if (waiting) return;
		waiting = true;
		requestAnimationFrame(() => {
			waiting = false;
			const { width, focus } = picture;
			measureWidth();
			if (picture.width === width) stickControls();
			else show();
			if (focus >= 0 && picture.width === width) picture.focus = focus;
		});
	});
}
