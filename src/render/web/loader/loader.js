// SPDX-License-Identifier: Apache-2.0
// The script of the page is packed, like its data; this unpacks it. What it may run is decided by
// the hash of that script in the policy of the page.

/** The script and the data come after this one, and may be cut off. */
function wholePage() {
	if (document.readyState !== "loading") {
		return Promise.resolve();
	}
	return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve));
}

function say(text) {
	const message = document.getElementById("message");

	message.textContent = text;
	message.hidden = false;
}

async function unpackText(packed) {
	const binary = atob(packed);
	const bytes = new Uint8Array(binary.length);

	for (let i = 0; i < bytes.length; i++) {
		bytes[i] = binary.charCodeAt(i);
	}
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));

	return new Response(stream).text();
}

async function runScript() {
	say("Loading\u2026");
	await wholePage();
	const element = document.getElementById("pyroprof-script");
	const script = document.createElement("script");

	script.textContent = await unpackText(element ? element.textContent : "").catch(() => {
		throw new Error("its script cannot be unpacked.");
	});
	document.body.append(script);
	return globalThis.pyroprof.ready;
}

function giveUp(error) {
	const old = !globalThis.DecompressionStream;

	say(
		old
			? "This browser is too old for this page: Chrome 80, Firefox 113 or Safari 16.4 can show it."
			: `This file is damaged, or not whole: ${error.message}`,
	);
}

const running = runScript();
running.catch(giveUp);
globalThis.pyroprof = { ready: running };
