/* SPDX-License-Identifier: Apache-2.0 */
/* The load segments of a file, kept. */
#include <config.h>

#include "symbol/loads.h"

#include <elf.h>
#include <string.h>

bool pp_loads_read(struct pp_loads *l, int fd)
{
	PP_CLEANUP(pp_elffile_release) struct pp_elffile f;
	struct pp_err ignored;

	*l = (struct pp_loads){.n = 0};
	if (pp_elffile_open_segments(&f, fd, &ignored) < 0 || !f.is64 ||
	    pp_elffile_need_program(&f, &ignored) < 0)
		return false;
	for (size_t i = 0; i < f.nsegments && l->n < PP_LOADS_MAX; i++)
		if (f.segments[i].type == PT_LOAD)
			l->load[l->n++] = f.segments[i];
	memcpy(l->build_id, f.build_id, sizeof(l->build_id));
	return l->n > 0;
}

/* How many bytes of a mapping are those of a segment. */
static uint64_t overlap(const struct pp_elffile_segment *s, uint64_t offset, uint64_t size)
{
	uint64_t from = s->offset > offset ? s->offset - offset : 0;
	uint64_t skipped = s->offset > offset ? 0 : offset - s->offset;

	if (from >= size || skipped >= s->size)
		return 0;
	return size - from < s->size - skipped ? size - from : s->size - skipped;
}

bool pp_loads_mapped(const struct pp_loads *l, uint64_t offset, uint64_t size, uint64_t *vaddr)
{
	const struct pp_elffile_segment *found = NULL;
	uint64_t most = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct pp_elffile_segment *s = &l->load[i];
		uint64_t n = overlap(s, offset, size);
		int better = !!(s->flags & PF_X) - (found && (found->flags & PF_X));

		if (n == 0 || better < 0 || (better == 0 && n <= most))
			continue;
		found = s;
		most = n;
	}
	if (found)
		*vaddr = found->vaddr + (offset - found->offset);
	return found;
}
