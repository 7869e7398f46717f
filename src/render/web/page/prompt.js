// SPDX-License-Identifier: Apache-2.0
// The command line: every action by its name, and what takes a value with its value. Tab completes.

const OFFERS = 12; // completions that are shown

const prompt_ = { at: -1, offers: [] };

const texts = (values) => () => values;

/** All functions, the heaviest first, by what a function of them gives; each text once. */
function byWeight(slot, textOfFunc) {
	const { after } = tableData();

	return memo(slot, after, () => {
		const funcs = Array.from(after.cum.keys()).slice(1);
		funcs.sort((x, y) => after.cum[y] - after.cum[x]);
		return [...new Set(funcs.map(textOfFunc))];
	});
}

const functionTexts = () => byWeight("texts by weight", textOf);
const functionNames = () => byWeight("names by weight", nameOf);

function labelTexts() {
	return page.base.labels
		? labelSums().flatMap(([key, values]) => values.map(([value]) => `${key}=${value}`))
		: [];
}

/** Commands with a value: what it can be, what it does, and how it is written, if not as it is. */
const VALUED = {
	__proto__: null, // words are of any kind
	view: [() => VIEWS.map(([view]) => view).filter(hasView), goTo],
	type: [() => typeNames(), (t) => change({ t }, true)],
	colours: [() => schemes(), (c) => change({ c }, true)],
	order: [texts(STATE_VALUES.o), (o) => change({ o })],
	width: [texts(STATE_VALUES.w), (w) => change({ w }, true)],
	percent: [texts(STATE_VALUES.p), (p) => change({ p }, true)],
	theme: [texts(["auto", "light", "dark"]), (m) => change({ m }, true)],
	label: [labelTexts, (label) => change({ l: [...page.state.l, label] })],
	find: [functionNames, (s) => change({ s }, true), quoted],
	keep: [functionNames, keepOnly, quoted],
	sandwich: [functionTexts, (f) => change({ v: "sandwich", f, z: [] })],
	source: [functionTexts, (f) => change({ v: "source", f, z: [] })],
	focus: [functionTexts, (name) => transform("f", name)],
	drop: [functionTexts, (name) => transform("d", name)],
	merge: [functionTexts, (name) => transform("m", name)],
};

/** Only the stacks that a pattern is found in; nothing: all again. */
function keepOnly(pattern) {
	const x = page.state.x.filter((each) => !each.startsWith("k:"));
	const { error } = compileSearch(pattern);

	if (error) {
		announce(error, true);
	} else {
		change({ x: pattern ? [...x, `k:${pattern}`] : x, z: [] });
	}
}

/** "zoomIn" is called zoom-in. */
function commandName(name) {
	return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a text can become: whole lines. */
function completions(text) {
	const [, word, value] = /^(\S*)(?:\s+(.*))?$/s.exec(text.trimStart()) || [];
	const names = [...new Set([...Object.keys(commands), ...Object.keys(VALUED)])];

	if (value === undefined) {
		const begins = (name) => name.startsWith(word);
		return names.map(commandName).filter(begins).sort().slice(0, OFFERS);
	}
	const part = value.toLowerCase();
	const [values, , write = String] = VALUED[word] || [() => []];
	const has = (text) => text.toLowerCase().includes(part);
	const offers = [];
	for (const each of values()) {
		if (offers.length === OFFERS) {
			break;
		}
		if (has(each) || has(write(each))) {
			offers.push(`${word} ${write(each)}`);
		}
	}
	return offers;
}

function runCommand(text) {
	const [, word, value] = /^\s*(\S*)\s*(.*)$/s.exec(text);
	const name = Object.keys(commands).find((each) => commandName(each) === word);

	if (VALUED[word] && (value || !name)) {
		VALUED[word][1](value);
	} else if (name) {
		commands[name]();
	} else if (word) {
		announce(`There is no command ${safeText(word)}; Tab completes.`, true);
	}
}

function openPrompt(text) {
	const field = byId("command");

	prompt_.back = document.activeElement;
	byId("prompt").hidden = false;
	field.value = text || "";
	field.focus();
	showOffers();
}

function closePrompt() {
	byId("prompt").hidden = true;
	if (prompt_.back && prompt_.back.isConnected) {
		prompt_.back.focus();
	}
}

function showOffers() {
	const field = byId("command");

	prompt_.at = -1;
	prompt_.offers = completions(field.value);
	paintOffers();
}

function paintOffers() {
	const { at, offers } = prompt_;

	byId("offers").replaceChildren(
		...offers.map((offer, i) =>
			el(
				"div",
				{
					id: `offer${i}`,
					role: "option",
					"aria-selected": String(i === at),
					mousedown: (event) => {
						event.preventDefault();
						takeOffer(i);
						showOffers();
					},
				},
				safeText(offer),
			),
		),
	);
	byId("command").setAttribute("aria-activedescendant", at < 0 ? "" : `offer${at}`);
}

/** An offer becomes the text; a command that wants a value goes on. */
function takeOffer(at) {
	const { offers } = prompt_;
	const wants = VALUED[offers[at]] ? " " : "";

	byId("command").value = offers[at] + wants;
}

/** Tab: as far as all offers agree, then one after the other. */
function complete(step) {
	const { offers } = prompt_;
	const field = byId("command");
	const text = field.value.trimStart();
	let shared = offers[0] || "";

	for (const offer of offers) {
		while (!offer.startsWith(shared)) {
			shared = shared.slice(0, -1);
		}
	}
	if (offers.length === 1) {
		takeOffer(0);
		showOffers();
	} else if (shared.length > text.length && prompt_.at < 0) {
		field.value = shared;
		showOffers();
	} else if (offers.length) {
		prompt_.at =
			(prompt_.at + step + offers.length + (prompt_.at < 0 && step < 0)) %
			offers.length;
		field.value = offers[prompt_.at];
		paintOffers();
	}
}

function startPrompt() {
	const field = byId("command");
	const acts = {
		Escape: closePrompt,
		Tab: (event) => complete(event.shiftKey ? -1 : 1),
		ArrowDown: () => complete(1),
		ArrowUp: () => complete(-1),
		Enter: () => {
			const text = field.value;
			closePrompt();
			runCommand(text);
		},
	};

	field.addEventListener("input", showOffers);
	field.addEventListener("blur", () => (byId("prompt").hidden = true));
	field.addEventListener("keydown", (event) => {
		event.stopPropagation();
		if (acts[event.key]) {
			event.preventDefault();
			acts[event.key](event);
		}
	});
}
