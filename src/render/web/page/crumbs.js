// SPDX-License-Identifier: Apache-2.0
// The line below the bar: the path of the zoom, and a chip for each filter and transform.

const CRUMBS = 5; // names at the end of a path that are shown

function showCrumbs() {
	const { state } = page;
	const parts = [];

	if (state.v === "sandwich" || state.v === "source") {
		const name = page.func > 0 ? safeText(nameOf(page.func)) : "choose a function";
		parts.push(el("span", { class: "crumb here" }, name));
	} else {
		parts.push(...pathCrumbs(state.z));
	}
	state.x.forEach((transform, i) => {
		const drop = () => change({ x: state.x.filter((each, at) => at !== i) });
		parts.push(chip(transformText(transform), drop));
	});
	state.l.forEach((label) => {
		parts.push(
			chip(labelTitle(label), () =>
				change({ l: state.l.filter((each) => each !== label) }),
			),
		);
	});
	if (state.a !== null || state.b !== null) {
		const end = state.b === null ? lastTime() : state.b;
		const text = rangeText(state.a || 0, end);
		parts.push(chip(text, () => change({ a: null, b: null })));
	}
	if (state.e && isDiff()) {
		parts.push(chip("gone", () => change({ e: false })));
	}
	if (state.h) {
		const [from, to] = state.h;
		const text = `${percentText(to - from)} of the width`;
		parts.push(chip(text, () => change({ h: null })));
	}
	if (state.p !== "all" && !isDiff()) {
		parts.push(chip(`% of ${state.p}`, () => change({ p: "all" }, true)));
	}
	if (state.r) {
		const text = state.r === "follow" ? "following" : "frozen";
		parts.push(chip(text, () => change({ r: "" }, true)));
	}
	byId("crumbs").replaceChildren(...parts);
	byId("shown").textContent = shownText();
}

function pathCrumbs(names) {
	const to = (count, text, title) =>
		button(text, title, () => change({ z: names.slice(0, count) }), {
			class: count === names.length ? "crumb here" : "crumb",
			"aria-current": count === names.length ? "location" : null,
		});
	const crumbs = [to(0, nameOf(0), "Show all")];
	const skip = Math.max(0, names.length - CRUMBS);

	if (skip) {
		const items = () =>
			names.slice(0, skip).map((name, i) => ({
				label: fitName(nameIn(name), 80),
				run: () => change({ z: names.slice(0, i + 1) }),
			}));
		crumbs.push(
			button(
				`${skip} more`,
				"Frames in between",
				(event) => menuBelow(event, items),
				{
					class: "crumb",
					"aria-haspopup": "menu",
				},
			),
		);
	}
	names.slice(skip).forEach((name, i) => {
		crumbs.push(to(skip + i + 1, fitName(nameIn(name), 28), safeText(name)));
	});
	return crumbs;
}

function chip(text, drop) {
	return button(`${text} \u00d7`, `Take away: ${text}`, drop, { class: "chip-button" });
}

/** How much of the profile is shown, at the right. */
function shownText() {
	const { flame, column, all, base } = page;
	const total = totalOf(flame, column)[0];
	const parts = [];

	if (isDiff()) {
		const before = totalOf(base, columnBefore(base, page.measure.type))[0];
		parts.push(`${amount(before)} \u2192 ${amount(all[1])}`);
	} else {
		parts.push(
			total === all[1] ? amount(total) : `${amount(total)} of ${amount(all[1])}`,
		);
	}
	const zoomed = graph.boxes[graph.root];
	if (zoomed && !byId("graph").hidden && zoomed.total[1] !== all[1]) {
		parts.push(`shown ${shareText(zoomed.total[1])}`);
	}
	if (base.meta.pruned) {
		parts.push(`below ${(base.meta.pruned.below * 100).toPrecision(2)}% summed up`);
	}
	return parts.join("   ");
}
