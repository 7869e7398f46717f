// SPDX-License-Identifier: Apache-2.0
// The pointer on the graph: hover, click, drag, wheel.

const DRAG = 4; // px that are not a click any more

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
		change({ f: textOf(box.func) });
	} else if (page.state.v === "time") {
		seeBetween(box.x, box.x + box.w);
	} else {
		change({ z: pathOf(id), h: null });
	}
	selectBox(graph.selected);
}

/** Dragging moves what is seen; over time, it selects what is to be seen. */
function dragTo(drag, event) {
	const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];

	if (Math.max(Math.abs(dx), Math.abs(dy)) > DRAG) {
		drag.moved = true;
	}
	if (!drag.moved) {
		return;
	}
	if (page.state.v === "time") {
		drag.band = [Math.min(drag.x, event.clientX), Math.max(drag.x, event.clientX)].map(
			(x) => Math.max(0, Math.min(graph.width, x - drag.left)),
		);
		paintMarks();
		paintBand(drag.band);
		return;
	}
	byId("scroll").scrollTop = drag.top - dy;
	if (Math.abs(event.clientX - drag.last) >= 1 && Math.abs(dx) > DRAG) {
		movePart(drag.last - event.clientX);
		drag.last = event.clientX;
	}
}

function startPointer() {
	const stage = byId("stage");
	const scroll = byId("scroll");
	const drag = { on: false, x: 0, y: 0, top: 0, left: 0, last: 0, moved: false, band: null };

	scroll.addEventListener("scroll", throttled(paint));
	stage.addEventListener("pointermove", (event) => {
		if (page.still) {
			return;
		}
		if (drag.on) {
			dragTo(drag, event);
		}
		hover(drag.on && drag.moved ? -1 : boxUnder(event), event, drag.band);
	});
	stage.addEventListener("pointerleave", (event) => hover(-1, event, drag.band));
	stage.addEventListener("pointerdown", (event) => {
		Object.assign(drag, {
			on: event.pointerType === "mouse" && event.button === 0 && !page.still,
			x: event.clientX,
			y: event.clientY,
			last: event.clientX,
			left: stage.getBoundingClientRect().left,
			top: scroll.scrollTop,
			moved: false,
			band: null,
		});
	});
	addEventListener("pointerup", () => {
		const { band } = drag;
		drag.on = false;
		drag.band = null;
		if (band && band[1] - band[0] > DRAG) {
			seeBetween(...band);
		}
	});
	stage.addEventListener("click", (event) => {
		if (!drag.moved && !page.still) {
			showTip(-1);
			zoomInto(boxUnder(event));
		}
	});
	stage.addEventListener("contextmenu", (event) => {
		const id = page.still ? -1 : boxUnder(event);
		if (id >= 0 && graph.boxes[id].func >= 0) {
			event.preventDefault();
			hover(-1, event);
			selectBox(id);
			frameMenu(event.clientX, event.clientY);
		}
	});
	scroll.addEventListener("wheel", onWheel, { passive: false });
}

function hover(id, event, band) {
	if (id !== graph.hover) {
		graph.hover = id;
		paintMarks();
		if (band) {
			paintBand(band);
		}
		showDetails();
	}
	showTip(id, event.clientX, event.clientY);
}
