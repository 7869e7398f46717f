// SPDX-License-Identifier: Apache-2.0
// Filters by labels, threads among them: values of a key are alternatives, keys go together.

const VALUES_MAX = 40; // values of a key that the menu has

function labelValue({ text, number, unit }) {
	if (text !== null) {
		return text;
	}
	return unit ? quantity(number, unit) : String(number);
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

/** What each value of each key has of the type shown: [[key, [[value, sum]]]]. */
function labelSums() {
	const { labels } = page.base;
	const type = typeIndex();

	return memo(`labels${type}`, page.base, () => {
		const sums = new Float64Array(labels.sets.length);
		labels.values[type].forEach((value, row) => (sums[labels.set[row]] += value));
		const keys = new Map();
		labels.sets.forEach((pairs, set) => {
			for (const pair of pairs) {
				const values =
					keys.get(pair.key) ||
					keys.set(pair.key, new Map()).get(pair.key);
				const value = labelValue(pair);
				values.set(value, (values.get(value) || 0) + sums[set]);
			}
		});
		const first = (key) => (key === "thread" ? 0 : key === "tid" ? 1 : 2);
		return [...keys]
			.sort(([x], [y]) => first(x) - first(y) || (x < y ? -1 : 1))
			.map(([key, values]) => [key, [...values].sort((x, y) => y[1] - x[1])]);
	});
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
				.map(([value, sum]) => labelItem(`${key}=${value}`, value, sum)),
			...(values.length > VALUES_MAX
				? [{ head: `and ${values.length - VALUES_MAX} smaller ones` }]
				: []),
		]),
		...(l.length ? [{ label: "All samples", run: () => change({ l: [] }) }] : []),
	];
}

function labelItem(label, value, sum) {
	const { l } = page.state;
	const checked = l.includes(label);

	return {
		label: safeText(value),
		hint: shareText(sum),
		checked,
		stay: true,
		run: () =>
			change({ l: checked ? l.filter((each) => each !== label) : [...l, label] }),
	};
}
