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

bool pp_loads_vaddr(const struct pp_loads *l, uint64_t offset, uint64_t *vaddr)
{
	return pp_elffile_segments_vaddr(l->load, l->n, offset, vaddr);
}
