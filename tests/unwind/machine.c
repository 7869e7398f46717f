/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "machine.h"

#include <string.h>

static int read_word(const struct memory *m, uint64_t at, uint64_t *word)
{
	for (size_t i = 0; i < m->n; i++) {
		if (m->words[i].at == at) {
			*word = m->words[i].word;
			return 0;
		}
	}
	return m->rest ? m->rest(at, word) : -1;
}

int memory_read(void *memory, void *to, size_t n, uint64_t at)
{
	for (size_t i = 0; i < n; i += 8) {
		uint64_t word;

		if (read_word(memory, at + i, &word) < 0)
			return -1;
		memcpy((char *)to + i, &word, 8);
	}
	return 0;
}
