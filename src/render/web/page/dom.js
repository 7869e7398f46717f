// SPDX-License-Identifier: Apache-2.0
// Elements: all text that comes from a profile becomes text nodes here.

const SVG = "http://www.w3.org/2000/svg";

/** The element of page.html with an id. */
function byId(id) {
	return document.getElementById(id);
}

/**
 * A new element. Attributes whose value is a function are listeners, those that are null or false
 * are left out; children are elements or texts.
 */
function el(tag, attributes, ...children) {
	return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function svgEl(tag, attributes, ...children) {
	return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes || {})) {
		if (typeof value === "function") {
			element.addEventListener(name, value);
		} else if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(name, value === true ? "" : value);
		}
	}
	element.append(...children.filter((child) => child !== null && child !== undefined));
	return element;
}

/** A button that does something. */
function button(text, title, run, attributes) {
	return el("button", { type: "button", title, click: run, ...attributes }, text);
}

/** Let a save dialog or the downloads folder have it. */
function download(name, type, data) {
	const url = URL.createObjectURL(data instanceof Blob ? data : new Blob([data], { type }));
	const link = el("a", { href: url, download: name, hidden: true });

	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** To the clipboard, also where pages from files may not use the new interface. */
function copyText(text) {
	const copied = () => announce("Copied.", true);

	if (navigator.clipboard) {
		navigator.clipboard
			.writeText(text)
			.then(copied, () => copyByHand(text) && copied());
	} else if (copyByHand(text)) {
		copied();
	}
}

function copyByHand(text) {
	const area = el("textarea", { class: "hidden" });
	const focused = document.activeElement;

	area.value = text;
	document.body.append(area);
	area.select();
	const ok = document.execCommand("copy");
	area.remove();
	if (focused) {
		focused.focus();
	}
	return ok;
}

/** A canvas of a size in px, as sharp as the screen; its context is in px. */
function sizeCanvas(canvas, width, height, ratio) {
	const w = Math.max(1, Math.round(width * ratio));
	const h = Math.max(1, Math.round(height * ratio));

	if (canvas.width !== w || canvas.height !== h) {
		canvas.width = w;
		canvas.height = h;
	}
	const context = canvas.getContext("2d");
	context.setTransform(ratio, 0, 0, ratio, 0, 0);
	return context;
}

/** Once per frame, however often it is asked for. */
function throttled(run) {
	let asked = 0;

	return () => {
		asked =
			asked ||
			requestAnimationFrame(() => {
				asked = 0;
				run();
			});
	};
}
