// SPDX-License-Identifier: Apache-2.0
// The profiles that several tests draw.
"use strict";

const { file } = require("./browser.js");
const { pprof, samples } = require("./generate.js");

const CPU = [
	["samples", "count"],
	["cpu", "nanoseconds"],
];

/** 400 stacks of two types. */
const plain = () => samples({ count: 400, functions: 80, seed: 1, types: 2 });

/** Every name calls itself and each other, to and fro. */
function recursive() {
	const out = [];
	const names = ["even", "odd", "walk", "visit"];
	for (let depth = 1; depth <= 24; depth++)
		for (let step = 1; step <= 3; step++)
			out.push({
				stack: [
					"main",
					...Array.from(
						{ length: depth },
						(_, i) => names[(i * step) % 4],
					),
				],
				values: [
					1 + ((depth * 7 + step * 3) % 11),
					1000 * (1 + (depth % 5)),
				],
			});
	return out;
}

/** Thousands of siblings, most of them too thin to be seen. */
function broad() {
	const out = [];
	for (let i = 0; i < 3000; i++)
		out.push({
			stack: ["main", `worker_${i % 7}`, `task_${i}`],
			values: [1 + (i % 97 ? 0 : 500), i],
		});
	return out;
}

/** Values of both signs, as a difference has them. */
const signed = () =>
	samples({ count: 150, functions: 40, seed: 3, types: 2 }).map(({ stack, values }, i) => ({
		stack,
		values: values.map((value) => (i % 3 ? value : -value)),
	}));

/** Samples without a stack, of no value, and one that is nearly everything. */
const uneven = () => [
	{ stack: [], values: [5, 50] },
	{ stack: ["main"], values: [0, 0] },
	{ stack: ["main", "idle"], values: [999990, 999990] },
	{ stack: ["main", "work", "more"], values: [3, 7] },
	{ stack: ["main", "work"], values: [2, 0] },
	{ stack: ["other"], values: [1, 1] },
];

const ALL = { plain, recursive, broad, signed, uneven };

/** The file of a list of samples. */
function write(name, list, types = CPU, head = {}) {
	return file(`${name}.pb.gz`, pprof(list, types, head));
}

/** Two sides: some functions cost more in the second, one is new, one is gone. */
function sides() {
	const before = samples({ count: 300, functions: 60, seed: 5, types: 2 });
	const after = before
		.filter((_, i) => i % 17 !== 3)
		.map(({ stack, values }, i) => ({
			stack,
			values: values.map((value) => (i % 5 ? value * 2 : value * 3 + 40)),
		}));
	before.push({ stack: ["main", "only_before", "leaf"], values: [700, 700000] });
	after.push({ stack: ["main", "only_after", "leaf"], values: [900, 900000] });
	return { before, after };
}

module.exports = { ALL, CPU, plain, sides, write };
