// SPDX-License-Identifier: Apache-2.0
// Quantities as reports print them: as src/base/units.c.

// Families of units: [name, factor, names it goes by], and what values below all of them are in.
const UNIT_FAMILIES = [
	{
		units: [
			["B", 1, "b byte"],
			["kB", 1024, "kb kbyte kilobyte"],
			["MB", 1048576, "mb mbyte megabyte"],
			["GB", 1073741824, "gb gbyte gigabyte"],
			["TB", 1099511627776, "tb tbyte terabyte"],
			["PB", 1125899906842624, "pb pbyte petabyte"],
		],
		fallback: ["B", 1],
	},
	{
		units: [
			["ns", 1, "ns nanosecond"],
			["us", 1e3, "\u03bcs us microsecond"],
			["ms", 1e6, "ms millisecond"],
			["s", 1e9, "s sec second"],
			["hrs", 3600e9, "hour hr"],
		],
		fallback: ["s", 1e9],
	},
	{
		units: [
			["n*GCU", 1e-9, "nanogcu"],
			["u*GCU", 1e-6, "microgcu"],
			["m*GCU", 1e-3, "milligcu"],
			["GCU", 1, "gcu"],
			["k*GCU", 1e3, "kilogcu"],
			["M*GCU", 1e6, "megagcu"],
			["G*GCU", 1e9, "gigagcu"],
			["T*GCU", 1e12, "teragcu"],
			["P*GCU", 1e15, "petagcu"],
		],
		fallback: ["GCU", 1],
	},
	{
		units: [
			["u", 1e-6, "microcount"],
			["m", 1e-3, "millicount"],
			["", 1, "count"],
		],
		fallback: ["", 1],
		exact: true,
	},
];

/** The unit of a family that a text names in any case, singular or plural. */
function findUnit(family, text) {
	let key = text.replace(/[A-Z]/g, (c) => c.toLowerCase());

	// bytes count, and the sign of micro has two
	if (key.endsWith("s") && (key.length > 2 || key.charCodeAt(0) > 127)) {
		key = key.slice(0, -1);
	}
	if (family.exact) {
		key = text;
	}
	return key && family.units.find((unit) => unit[2].split(" ").includes(key));
}

// Eighths, which are halfway between two hundredths: C rounds them to the even one.
const EIGHTHS = { 0.125: "12", 0.375: "38", 0.625: "62", 0.875: "88" };

/** As C's %.2f. */
function twoDecimals(value) {
	const whole = Math.floor(Math.abs(value));
	const digits = EIGHTHS[Math.abs(value) - whole];

	return digits ? `${value < 0 ? "-" : ""}${whole}.${digits}` : value.toFixed(2);
}

/**
 * A value with its unit: in the one that is wanted, if both are of a family, else in the largest in
 * which it is at least 1.
 */
function quantity(value, unit, wanted) {
	let number = Math.abs(value);
	let name = "";

	for (const family of UNIT_FAMILIES) {
		const from = findUnit(family, unit || "");
		if (from) {
			const base = number * from[1];
			const fits = family.units.filter((u) => base / u[1] >= 1);
			const largest = fits.length ? fits[fits.length - 1] : family.fallback;
			const to = (wanted && findUnit(family, wanted)) || largest;
			number = base / to[1];
			name = to[0];
			break;
		}
	}
	const text = twoDecimals(value < 0 ? -number : number).replace(/\.00$/, "");
	return text === "0" || text === "-0" ? "0" : text + name;
}

/** |part / total| as a percentage: "100%", "12.34%", "0.012%"; reports pad it to six columns. */
function percent(part, total) {
	const ratio = total ? Math.abs(part / total) * 100 : 0;

	if (ratio >= 99.95 && ratio <= 100.05) {
		return "100%";
	}
	return `${ratio >= 1 ? twoDecimals(ratio) : twoDigits(ratio)}%`;
}

/** A number from 0 to 1 as C's %.2g has it. */
function twoDigits(value) {
	if (value === 0) {
		return "0";
	}
	// the halves that there are, which toExponential() would round up, to the even digit
	const down = value === 0.125 || value === 0.625 || value === 0.0625 ? 1e-6 : 0;
	const [digits, exponent] = (value - down).toExponential(1).split("e");
	const power = Number(exponent);
	const short = digits.replace(/\.0$/, "");

	if (power < -4) {
		return `${short}e-${String(-power).padStart(2, "0")}`;
	}
	return String(Number(`${digits}e${power}`));
}
