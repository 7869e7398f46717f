/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz jitdumps: what is found covers the address, and lines are in order. */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbol/jitdump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

static void check_entry(const struct pp_jitcode *c, const struct pp_jitcode_entry *e)
{
	const struct pp_jitcode_entry *found = pp_jitcode_find(c, e->start, e->time);
	const struct pp_jitline *line = pp_jitcode_line(c, e, e->limit - 1);

	check(e->start < e->limit && e->name < c->strings.count);
	check(found && found->start <= e->start && found->limit > e->start);
	check(e->line <= c->nlines && e->nlines <= c->nlines - e->line);
	for (size_t k = 1; k < e->nlines; k++)
		check(c->lines[e->line + k].at >= c->lines[e->line + k - 1].at);
	check(!line || line->file < c->strings.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("dump", MFD_CLOEXEC);
	struct pp_jitcode c;
	struct pp_err err;

	check(fd >= 0 && (size == 0 || write(fd, data, size) == (ssize_t)size));
	pp_jitcode_init(&c);
	if (pp_jitdump_read(&c, fd, &err) == 0) {
		for (size_t i = 0; i < c.n; i++)
			check_entry(&c, &c.entries[i]);
	}
	pp_jitcode_release(&c);
	close(fd);
	return 0;
}
