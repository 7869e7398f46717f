// SPDX-License-Identifier: Apache-2.0
// Filters by labels, threads among them: values of a key are alternatives, keys go together.

const VALUES_MAX = 40; // values of a key that the menu has

/** A value as filters have it: exact. */
function labelValue({ text, number, unit }) {
	return text === null ? `${number}${unit}` : text;
}

/** A value as it is shown: a number in a unit that fits, and exactly where that is rounded. */
function labelText({ text, number, unit }) {
	if (text !== null || !unit) {
		return text === null ? String(number) : text;
	}
	const family = UNIT_FAMILIES.find((each) => findUnit(each, unit));
	if (!family) {
		return `${number} ${unit}`;
	}
	const short = quantity(number, unit);
	const name = short.replace(/^[-\d.]+/, "");
	const [, factor] = family.units.find((each) => each[0] === name) || ["", 0];
	const exact = number * findUnit(family, unit)[1] === parseFloat(short) * factor;
	return exact ? short : `${short} (${number} ${unit})`;
}

/** A filter as it is shown. */
function labelTitle(label) {
	const at = label.indexOf("=");
	const [key, value] = [label.slice(0, at), label.slice(at + 1)];
	const sets = page.base.labels ? page.base.labels.sets : [];
	const isIt = (pair) => pair.key === key && labelValue(pair) === value;
	const pair = sets.map((pairs) => pairs.find(isIt)).find(Boolean);

	return safeText(pair ? `${key}=${labelText(pair)}` : label);
}

/** Whether a set of labels passes: a function of its pairs. */
function labelFilter(labels) {
	const wanted = new Map();

	for (const label of labels) {
		const at = label.indexOf("=");
		const key = label.slice(0, at);
		wanted.set(key, (wanted.get(key) || new Set()).add(label.slice(at + 1)));
	}
	return (pairs) =>
		[...wanted].every(([key, values]) =>
			pairs.some((pair) => pair.key === key && values.has(labelValue(pair))),
		);
}

/** What each value of each key has of the type shown: [[key, [[value, {text, sum}]]]]. */
function labelSums() {
	const { labels } = page.base;
	const type = typeIndex();

	const sum = () => {
		const sums = new Float64Array(labels.sets.length);
		labels.values[type].forEach((value, row) => (sums[labels.set[row]] += value));
		const keys = new Map();
		labels.sets.forEach((pairs, set) => {
			for (const pair of pairs) {
				const values =
					keys.get(pair.key) ||
					keys.set(pair.key, new Map()).get(pair.key);
				const value = labelValue(pair);
				const known = values.get(value) || {
					text: labelText(pair),
					sum: 0,
				};
				known.sum += sums[set];
				values.set(value, known);
			}
		});
		const first = (key) => (key === "thread" ? 0 : key === "tid" ? 1 : 2);
		return [...keys]
			.sort(([x], [y]) => first(x) - first(y) || (x < y ? -1 : 1))
			.map(([key, values]) => [
				key,
				[...values].sort((x, y) => y[1].sum - x[1].sum),
			]);
	};

	return memo("labels", page.base, sum, type);
}

/** The menu of labels. */
function filterItems() {
	const { l } = page.state;

	if (!page.base.labels) {
		return [{ head: "The samples have no labels." }];
	}
	return [
		...labelSums().flatMap(([key, values]) => [
			{ head: safeText(key) },
			...values
				.slice(0, VALUES_MAX)
				.map(([value, { text, sum }]) =>
					labelItem(`${key}=${value}`, text, sum),
				),
			...(values.length > VALUES_MAX
				? [{ head: `and ${values.length - VALUES_MAX} smaller ones` }]
				: []),
		]),
		...(l.length ? [{ label: "All samples", run: () => change({ l: [] }) }] : []),
	];
}

function labelItem(label, text, sum) {
	const { l } = page.state;
	const checked = l.includes(label);

	return {
		label: safeText(text),
		hint: shareText(sum),
		checked,
		stay: true,
		run: () =>
			change({ l: checked ? l.filter((each) => each !== label) : [...l, label] }),
	};
}
