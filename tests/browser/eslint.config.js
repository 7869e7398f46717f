// SPDX-License-Identifier: Apache-2.0
// What is an error in scripts. Layout is prettier's business. Used by tests/check-web.js, which
// knows what the scripts of one product share.
"use strict";

const { load } = require("./lib/install.js");

const readonly = (text) => Object.fromEntries(text.split(/\s+/).map((name) => [name, "readonly"]));

const BOTH = readonly(`AbortController Blob Buffer CompressionStream DecompressionStream Response
	TextDecoder TextEncoder URL URLSearchParams clearInterval clearTimeout console performance
	queueMicrotask setInterval setTimeout structuredClone atob btoa`);
const BROWSER =
	readonly(`CSS DOMParser DOMPoint DOMRect Element Event EventTarget File FileReader HTMLElement
	Image CSSStyleSheet IntersectionObserver KeyboardEvent MouseEvent MutationObserver Node OffscreenCanvas Path2D
	PointerEvent ResizeObserver SVGElement WheelEvent XMLSerializer cancelAnimationFrame
	cancelIdleCallback createImageBitmap customElements devicePixelRatio document getComputedStyle
	getSelection history innerHeight innerWidth localStorage location matchMedia navigator open
	print requestAnimationFrame requestIdleCallback screen scrollTo sessionStorage window
	HTMLInputElement HTMLSelectElement HTMLTextAreaElement HTMLCanvasElement HTMLButtonElement
	ClipboardItem addEventListener removeEventListener dispatchEvent`);
const NODE = readonly(
	"__dirname __filename exports module process require setImmediate fetch NodeFilter",
);

// What a page may not do: reach out, run texts, make elements of texts.
const FORBIDDEN = {
	"no-restricted-globals": [
		"error",
		"fetch",
		"XMLHttpRequest",
		"WebSocket",
		"EventSource",
		"importScripts",
		"Worker",
		"event",
		"name",
		"status",
		"top",
		"parent",
		"self",
		"length",
	],
	"no-restricted-properties": [
		"error",
		...["innerHTML", "outerHTML", "srcdoc"].map((property) => ({ property })),
		{ property: "insertAdjacentHTML" },
		{ object: "document", property: "write" },
		{ object: "document", property: "cookie" },
		{ object: "navigator", property: "sendBeacon" },
	],
	"no-restricted-syntax": [
		"error",
		{ selector: "ImportExpression", message: "Scripts load nothing." },
	],
};

const SHARED = {
	eqeqeq: ["error", "smart"],
	"max-lines": ["error", 600],
	"max-lines-per-function": ["error", 100],
	"no-caller": "error",
	"no-constructor-return": "error",
	"no-eval": "error",
	"no-extend-native": "error",
	"no-implied-eval": "error",
	"no-new-func": "error",
	"no-new-wrappers": "error",
	"no-promise-executor-return": "off",
	"no-redeclare": "error",
	"no-return-assign": ["error", "except-parens"],
	"no-self-compare": "error",
	"no-sequences": ["error", { allowInParentheses: true }],
	"no-throw-literal": "error",
	"no-undef": ["error", { typeof: true }],
	"no-unreachable-loop": "error",
	"no-unused-expressions": ["error", { enforceForJSX: false }],
	"no-unused-vars": ["error", { args: "after-used", caughtErrors: "none" }],
	"no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
	"no-var": "error",
	"no-control-regex": "off", // names have such characters, and patterns look for them
	"array-callback-return": "error",
	"default-case-last": "error",
	"require-atomic-updates": "off",
};

/** The configuration for scripts of a product ("web") or of tests ("test"). */
function config(kind) {
	const recommended = load("@eslint/js").configs.recommended.rules;
	const web = kind === "web";
	const globals = web ? { ...BOTH, ...BROWSER } : { ...BOTH, ...BROWSER, ...NODE };

	delete globals[web ? "Buffer" : "name"];
	return [
		{
			languageOptions: {
				ecmaVersion: web ? 2022 : 2023,
				sourceType: web ? "script" : "commonjs",
				globals,
			},
			linterOptions: { reportUnusedDisableDirectives: "error" },
			rules: { ...recommended, ...SHARED, ...(web ? FORBIDDEN : {}) },
		},
	];
}

module.exports = { config };
