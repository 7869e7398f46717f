// SPDX-License-Identifier: Apache-2.0
// The pointer on the graph: hover, click, drag, wheel.

const DRAG = 4; // px that are not a click any more
const WHEEL_PAUSE = 180; // ms between steps of zoom by wheel

function boxUnder(event) {
	const { left, top } = byId("marks").getBoundingClientRect();
	const y = event.clientY - top + byId("scroll").scrollTop - canvas.offset;

	return y < 0
		? -1
		: boxAt(event.clientX - left, graph.low + Math.floor(y / canvas.rowHeight));
}

/** Select a box: it is marked, shown and read aloud. */
function selectBox(id) {
	if (id < 0) {
		return;
	}
	setSelected(id);
	page.row = null;
	const { func } = graph.boxes[id];
	if (func > 0 && page.state.v !== "sandwich") {
		page.func = func;
	}
	reveal(id);
	paintMarks();
	showDetails();
	showPath();
	announce(spoken(id));
	if (page.state.v === "table") {
		showTable();
	}
}

/** Zoom into a box: in a sandwich, its function is the new middle. */
function zoomInto(id) {
	const box = graph.boxes[id];

	if (!box || box.func < 0) {
		return;
	}
	setSelected(id);
	page.back = null;
	if (box.func > 0 && page.state.v !== "sandwich") {
		page.func = box.func;
	}
	if (page.state.v === "sandwich") {
		change({ f: nameOf(box.func) });
	} else if (page.state.v !== "time") {
		change({ z: pathOf(id) });
	}
	selectBox(graph.selected);
}

/** One level in or out, towards what is under the pointer. */
function wheelZoom(event) {
	const id = boxUnder(event);

	if (event.deltaY > 0) {
		zoomOut();
	} else if (id >= 0) {
		const next = chainOf(id).find(
			(each) => !graph.boxes[each].above && each !== graph.root,
		);
		zoomInto(next === undefined ? id : next);
	}
}

function startPointer() {
	const stage = byId("stage");
	const scroll = byId("scroll");
	const drag = { y: null, top: 0, moved: false, wheel: 0 };

	scroll.addEventListener("scroll", throttled(paint));
	stage.addEventListener("pointermove", (event) => {
		if (drag.y !== null && Math.abs(event.clientY - drag.y) > DRAG) {
			drag.moved = true;
		}
		if (drag.y !== null && drag.moved) {
			scroll.scrollTop = drag.top - (event.clientY - drag.y);
		}
		hover(drag.moved ? -1 : boxUnder(event), event);
	});
	stage.addEventListener("pointerleave", (event) => hover(-1, event));
	stage.addEventListener("pointerdown", (event) => {
		const mouse = event.pointerType === "mouse" && event.button === 0;
		Object.assign(drag, {
			y: mouse ? event.clientY : null,
			top: scroll.scrollTop,
			moved: false,
		});
	});
	addEventListener("pointerup", () => (drag.y = null));
	stage.addEventListener("click", (event) => {
		if (!drag.moved) {
			showTip(-1);
			zoomInto(boxUnder(event));
		}
	});
	stage.addEventListener("contextmenu", (event) => {
		const id = boxUnder(event);
		if (id >= 0 && graph.boxes[id].func >= 0) {
			event.preventDefault();
			hover(-1, event);
			selectBox(id);
			frameMenu(event.clientX, event.clientY);
		}
	});
	scroll.addEventListener(
		"wheel",
		(event) => {
			if (!event.ctrlKey && !event.metaKey) {
				return;
			}
			event.preventDefault();
			if (event.timeStamp - drag.wheel > WHEEL_PAUSE) {
				drag.wheel = event.timeStamp;
				wheelZoom(event);
			}
		},
		{ passive: false },
	);
}

function hover(id, event) {
	if (id !== graph.hover) {
		graph.hover = id;
		paintMarks();
		showDetails();
	}
	showTip(id, event.clientX, event.clientY);
}
