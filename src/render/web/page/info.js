// SPDX-License-Identifier: Apache-2.0
// What the profile is and what this file holds of it.

function showInfo() {
	const { meta, n, nfuncs, labels, times } = page.base;
	const { profile } = meta;
	const text = byId("text");
	const count = (number) => number.toLocaleString("en");
	const pruned = meta.pruned;

	text.className = "info";
	text.replaceChildren(
		facts("Profile", [
			["File", profile.file],
			["Build ID", profile.build_id],
			["Time", timeText(profile.time)],
			["Duration", nanos(profile.duration)],
			["Period", periodText(profile)],
			["Comments", (profile.comments || []).join("\n")],
			["Notes", page.look.notes],
		]),
		facts(
			"Totals",
			meta.types.map(({ type, unit }, i) => [type, typeTotal(i, unit)]),
		),
		facts("This file", [
			["Filters", (meta.filters || []).join("\n") || "none"],
			["Tree", `${count(n)} frames of ${count(nfuncs - 1)} functions`],
			["Depth", count(page.base.depth.reduce((a, b) => Math.max(a, b), 0))],
			["Left out", pruned ? prunedText(pruned) : "nothing"],
			["Label sets", labels ? count(labels.sets.length) : "none"],
			["Samples in time", times ? count(times.at.length) : "none"],
			[
				"Source",
				page.base.source
					? count(Object.keys(page.base.source.files).length)
					: "none",
			],
		]),
	);
}

function facts(title, rows) {
	const shown = rows.filter(([, value]) => value);

	return el(
		"section",
		{},
		el("h2", {}, title),
		el(
			"dl",
			{},
			...shown.flatMap(([name, value]) => [
				el("dt", {}, name),
				el("dd", {}, value),
			]),
		),
	);
}

function typeTotal(type, unit) {
	const { base } = page;
	const wanted = base.meta.unit;
	const after = quantity(totalOf(base, columnAfter(base, type))[0], unit, wanted);

	return isDiff()
		? `${quantity(totalOf(base, columnBefore(base, type))[0], unit, wanted)} \u2192 ${after}`
		: after;
}

function nanos(value) {
	return Number(value) ? quantity(Number(value), "nanoseconds") : "";
}

function timeText(time) {
	const date = new Date(Number(time) / 1e6);

	return Number(time) && !Number.isNaN(date.getTime())
		? date
				.toISOString()
				.replace("T", " ")
				.replace(/\.\d+Z/, " UTC")
		: "";
}

function periodText({ period, period_type: type }) {
	if (!Number(period) || !type) {
		return "";
	}
	return typeof type === "object"
		? `${type.type} ${quantity(Number(period), type.unit)}`
		: `${period} ${type}`;
}

/** What was pruned, in words. */
function prunedText(pruned) {
	const nodes = Number(pruned.nodes).toLocaleString("en");

	return `${nodes} frames below ${(pruned.below * 100).toPrecision(2)}% are summed up; totals are exact`;
}
