// SPDX-License-Identifier: Apache-2.0
// What happens when the page has been read; all else is functions.

offer(startPage());
