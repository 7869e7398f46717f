// SPDX-License-Identifier: Apache-2.0
// Following a file that is written again and again: it is read anew, and the fragment has what is
// shown. Frozen, it stays as it is until one goes on.

const FOLLOW_PAUSE = 5000; // ms
const following = { timer: 0 };

function showFollow() {
	clearTimeout(following.timer);
	if (page.state.r === "follow") {
		following.timer = setTimeout(() => location.reload(), FOLLOW_PAUSE);
	}
}

/** Begin or end; the file is read again at once. */
function follow() {
	const { r } = page.state;

	change({ r: r ? "" : "follow" }, true);
	if (!r) {
		location.reload();
	}
}

function freeze() {
	const { r } = page.state;

	if (r) {
		change({ r: r === "follow" ? "frozen" : "follow" }, true);
	} else {
		announce("Nothing is being followed (F).", true);
	}
}
