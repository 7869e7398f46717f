// SPDX-License-Identifier: Apache-2.0
// Begins when the picture has been read: what is drawn stands there already.

/** The flame of the block; null where there is none. */
async function readData() {
	const element = byId("pyroprof-data");
	if (!element) return null;
	const started = performance.now();
	try {
		const flame = await decodeBlock(element.textContent);
		picture.stats.decode = performance.now() - started;
		return flame;
	} catch (e) {
		picture.message = String(e.message);
		return null;
	}
}

/** FlameGraph's links: `?s=` a search, `x` and `y` the place of a frame as it is in the file. */
function readOldLink(drawn) {
	const given = new URLSearchParams(location.search);
	const changes = {};
	if (given.get("s")) changes.s = given.get("s");
	const at = frameAt(drawn, parseFloat(given.get("x")), parseFloat(given.get("y")));
	if (at > 0) changes.z = staticPath(staticFlame(drawn, picture.look), at);
	return changes;
}

/** Wait until something has been painted, if anything is. */
function painted() {
	return new Promise((done) => {
		requestAnimationFrame(() => requestAnimationFrame(done));
		setTimeout(done, 500);
	});
}

async function begin() {
	const started = performance.now();
	picture.root = document.currentScript
		? document.currentScript.ownerSVGElement
		: byId("frames").ownerSVGElement;
	picture.look = readLook(picture.root);
	const drawn = staticFrames();
	const flame = await readData();
	picture.exact = flame !== null;
	picture.base = flame || staticFlame(drawn, picture.look);
	surface.paints = new Paints(picture.look.dark);
	surface.clips = new Clips(byId("clips"));
	surface.thin = thinSurface();
	surface.hits = svgElement("path", { class: "hit" });
	readFragment();
	if (!location.hash) Object.assign(picture.state, readOldLink(drawn));
	makeControls();
	listen();
	show();
	if (picture.state.y === "flame" && !window.scrollY) window.scrollTo(0, picture.height);
	stickControls();
	await painted();
	picture.stats.ready = performance.now() - started;
}

/** Boxes for tests and consoles: of a node, a path of names or numbers, or a function. */
function boxesOf(what, width, min, arg) {
	const view = { ...picture.view, width, min };
	const funcOf = (f) => (typeof f === "string" ? funcsNamed(f) : f);
	switch (what) {
		case "tree":
			return treeBoxes(
				view,
				Array.isArray(arg) ? findPath(view.flame, arg) : arg || 0,
			);
		case "inverted":
			return invertedBoxes(view, (arg || []).map(funcOf));
		case "callees":
			return calleesBoxes(view, funcOf(arg));
		case "callers":
			return callersBoxes(view, funcOf(arg));
		default:
			throw new Error(`boxes of what? ${what}`);
	}
}

globalThis.pyroprof = {
	ready: begin(),
	flame: () => picture.view.flame,
	state: () => ({ ...picture.state }),
	boxes: boxesOf,
	stats: () => ({ ...picture.stats }),
};
