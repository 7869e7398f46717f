// SPDX-License-Identifier: Apache-2.0
// Boxes as elements: what src/render/svg_frames.c writes. Most boxes of a large picture are too thin to
// be pointed at: they are one path per colour, until somebody does.

const FRAME_TEXT_LEFT = 3;
const FRAME_HATCH_LEAST = 5; // px of a run that has an element of its own
const FRAME_OWN_LEAST = 4; // of a frame
const FRAME_LETTER_WIDE = 0.85;

// Schemes whose colours depend on nothing but the function.
const PLAIN_SCHEMES = ["pkg", "hot", "kind", "dso", "grey"];

const frameRow = (depth) => (picture.state.y === "icicle" ? depth : picture.rows - 1 - depth);
const frameTop = (depth) => picture.top + frameRow(depth) * picture.look.row;

/** Fills of both themes get a class, whose rules are in an element of style. */
class Paints {
	constructor(dark) {
		this.dark = dark;
		this.classes = new Map();
		this.funcs = new Map();
		this.style = svgElement("style", { id: "paints" });
		this.changed = false;
	}

	/** {className, fill} of a box. */
	of(box) {
		const { state, base } = picture;
		if (base.drawn && box.node >= 0) return base.drawn[box.node];
		if (base.drawn) return { className: "run hatch", fill: "#e3e6ea" };
		const isPlain = PLAIN_SCHEMES.includes(state.c);
		const key = isPlain ? state.c + box.func : "";
		if (isPlain && this.funcs.has(key)) return this.funcs.get(key);
		const facts = isPlain ? null : boxFacts(box);
		const fill = (dark) =>
			fillOf(
				base.meta.palette,
				state.c,
				picture.view.flame,
				box.func,
				facts,
				dark,
			);
		const paint = this.classOf(fill(picture.look.night), fill(true));
		if (isPlain) this.funcs.set(key, paint);
		return paint;
	}

	classOf(light, dark) {
		const className = "p" + (light + dark).replaceAll("#", "");
		let paint = this.classes.get(className);
		if (!paint) {
			paint = { className, fill: light, dark };
			this.classes.set(className, paint);
			this.changed = true;
		}
		return paint;
	}

	/** The rules of what has been used; before the other styles, which may overrule them. */
	flush() {
		if (!this.changed) return;
		this.changed = false;
		const all = [...this.classes.values()];
		const text = (c, fill) => `.${c} text{fill:${textOn(fill)}}`;
		const rules = all.map((p) => text(p.className, p.fill));
		if (this.dark) {
			rules.push("@media screen and (prefers-color-scheme:dark){");
			for (const p of all) {
				rules.push(
					`.${p.className} rect,path.${p.className}{fill:${p.dark}}`,
					text(p.className, p.dark),
				);
			}
			rules.push("}");
		}
		this.style.textContent = rules.concat(this.matchRules()).join("\n");
		if (!this.style.parentNode) {
			picture.root.insertBefore(this.style, picture.root.querySelector("style"));
		}
	}

	matchRules() {
		const { palette } = picture.base.meta;
		if (!palette) return [];
		const rule = (fill) =>
			`#frames .hit rect,#thin .hit{fill:${fill}}#frames .hit text{fill:${textOn(fill)}}`;
		const dark = `@media screen and (prefers-color-scheme:dark){${rule(matchFill(palette, true))}}`;
		return [rule(matchFill(palette, picture.look.night)), ...(this.dark ? [dark] : [])];
	}
}

/** Right edges at which texts end, each a path once. */
class Clips {
	constructor(element) {
		this.element = element;
		this.edges = new Set();
	}

	clear() {
		this.edges.clear();
		this.element.replaceChildren();
	}

	at(edge) {
		if (!this.edges.has(edge)) {
			const rect = svgElement("rect", { width: edge, height: picture.height });
			this.edges.add(edge);
			this.element.append(svgElement("clipPath", { id: "k" + edge }, rect));
		}
		return `url(#k${edge})`;
	}
}

function frameLabel(box, top, clips) {
	const { look, view } = picture;
	const cell = 0.6 * look.font;
	const room = Math.floor((box.w - 2 * FRAME_TEXT_LEFT) / cell);
	if (box.func < 0 || room < 2) return null;
	const text = pictureText(fitName(view.flame.funcs.name[box.func], room));
	if (!text) return null;
	const baseline = top + Math.floor((look.row - 1) / 2 + 0.36 * look.font);
	const element = svgElement("text", {
		x: px(PICTURE_PAD + box.x + FRAME_TEXT_LEFT),
		y: px(baseline),
	});
	const isSure =
		/^[ -~]*$/.test(text) &&
		text.length * FRAME_LETTER_WIDE * look.font <= box.w - FRAME_TEXT_LEFT;
	if (!isSure) {
		element.setAttribute(
			"clip-path",
			clips.at(Math.floor(PICTURE_PAD + box.x + box.w)),
		);
	}
	element.textContent = text;
	return element;
}

/** What is painted of a box: [x, y, width, height] as texts. */
function paintedPart(box) {
	return [
		px(PICTURE_PAD + box.x),
		px(frameTop(box.depth)),
		px(box.w - Math.min(STATIC_GAP, box.w / 8)),
		px(picture.look.row - 1),
	];
}

function frameGroup(box) {
	const { paints, clips } = surface;
	const paint = paints.of(box);
	const title = svgElement("title");
	title.textContent = boxTitle(box);
	const [x, y, width, height] = paintedPart(box);
	const rect = svgElement("rect", { x, y, width, height, fill: paint.fill });
	const group = svgElement("g", {}, title, rect);
	let { className } = paint;
	if (box.func < 0) className = box.w >= FRAME_HATCH_LEAST ? "run hatch" : "run " + className;
	if (box.above) className += " parent";
	group.setAttribute("class", className);
	const label = frameLabel(box, frameTop(box.depth), clips);
	if (label) group.append(label);
	return group;
}

const isThin = (box) => box.w < (box.func < 0 ? FRAME_HATCH_LEAST : FRAME_OWN_LEAST);

/** A box as a part of a path. */
function outlineOf(box) {
	const [x, y, width, height] = paintedPart(box);
	return `M${x} ${y}h${width}v${height}h-${width}`;
}

/** The paths of thin boxes, by their colours. */
function thinPaths(boxes) {
	const outlines = new Map();
	for (const box of boxes) {
		if (!isThin(box)) continue;
		const { className, fill } = surface.paints.of(box);
		const key = `${className} ${fill}`;
		if (!outlines.has(key)) outlines.set(key, { class: className, fill, parts: [] });
		outlines.get(key).parts.push(outlineOf(box));
	}
	return [...outlines.values()].map(({ parts, ...attributes }) =>
		svgElement("path", { ...attributes, d: parts.join("") }),
	);
}

/** Where thin boxes are drawn: behind the others. */
function thinSurface() {
	const frames = byId("frames");
	const thin = byId("thin") || svgElement("g", { id: "thin", "aria-hidden": "true" });
	if (!thin.parentNode) frames.before(thin);
	return thin;
}

/** The element of a box; a thin one gets it now. */
function groupOf(i) {
	const { groups, boxes } = picture;
	if (!groups[i]) {
		groups[i] = frameGroup(boxes[i]);
		groups[i].classList.toggle("hit", isHit(boxes[i]));
		byId("frames").append(groups[i]);
	}
	return groups[i];
}

/** The mouse is on a box, or (-1) on none: the one before needs its element no longer. */
function hover(i) {
	const { groups, boxes, hovered, focus } = picture;
	if (i === hovered) return;
	picture.hovered = i;
	if (i >= 0) groupOf(i);
	if (hovered < 0 || hovered === focus || !groups[hovered] || !isThin(boxes[hovered])) return;
	groups[hovered].remove();
	groups[hovered] = null;
}

const rowsOf = (boxes) => boxes.reduce((most, box) => Math.max(most, box.depth + 1), 1);

/** Rows of the picture: what the whole tree needs in this view, so that it does not jump about. */
function pictureRows(boxes) {
	const { state, view, width } = picture;
	const key = JSON.stringify(["rows", state.v, view.measure, state.o, width]);
	const whole = remembered(key, () => {
		if (!state.z.length) return rowsOf(boxes);
		return rowsOf(isInverted() ? invertedBoxes(view, []) : treeBoxes(view, 0));
	});
	return Math.max(rowsOf(boxes), whole);
}

/** Make the elements of all boxes. */
function drawFrames() {
	const { paints, clips } = surface;
	const started = performance.now();
	const boxes = currentBoxes();
	picture.boxes = boxes;
	picture.parents = boxParents(boxes);
	picture.zoomed = Math.max(
		0,
		boxes.findIndex((box) => !box.above),
	);
	picture.rows = pictureRows(boxes);
	picture.height =
		picture.top + picture.rows * picture.look.row + Math.ceil(2.2 * picture.look.font);
	picture.focus = -1;
	picture.hovered = -1;
	clips.clear();
	picture.groups = boxes.map((box) => (isThin(box) ? null : frameGroup(box)));
	byId("frames").replaceChildren(...picture.groups.filter(Boolean));
	surface.thin.replaceChildren(...thinPaths(boxes));
	paints.flush();
	markFound();
	picture.stats.draw = performance.now() - started;
}

const isHit = (box) =>
	Boolean(picture.found && box.func > 0 && picture.found.funcs[box.func] === 1);

/** Show what the search has found among what is drawn. */
function markFound() {
	const { boxes, groups, found, state } = picture;
	for (const part of [byId("frames"), surface.thin])
		part.classList.toggle("found", Boolean(found && state.s));
	groups.forEach((group, i) => group && group.classList.toggle("hit", isHit(boxes[i])));
	const hits = boxes.filter((box) => isThin(box) && isHit(box));
	surface.hits.setAttribute("d", hits.map(outlineOf).join(""));
	surface.thin.append(surface.hits);
}

/** The box of an element, or of one around it; -1. */
function boxOfElement(element) {
	const group = element && element.closest && element.closest("#frames > g");
	return group ? picture.groups.indexOf(group) : -1;
}

/** The box where the mouse is; -1. */
function boxAtMouse(e) {
	const matrix = picture.root.getScreenCTM();
	if (!matrix) return -1;
	const { x, y } = new DOMPoint(e.clientX, e.clientY).matrixTransform(matrix.inverse());
	const isThere = (box) =>
		x >= PICTURE_PAD + box.x &&
		x < PICTURE_PAD + box.x + box.w &&
		y >= frameTop(box.depth) &&
		y < frameTop(box.depth) + picture.look.row;
	return picture.boxes.findIndex(isThere);
}
