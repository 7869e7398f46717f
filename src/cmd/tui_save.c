/* SPDX-License-Identifier: Apache-2.0 */
/* tui: what is shown, as a profile. */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "cmd/tui_command.h"
#include "io/atomic.h"
#include "io/gzip.h"
#include "pprof/encode.h"
#include "profile/rewrite.h"

int pp_tui_save(const struct pp_view *view, const char *path, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf raw = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
	struct pp_profile left = *view->profile; /* all but its samples is borrowed */
	size_t size;

	pp_arena_init(&left.arena, 0);
	int rc = pp_rewrite_filtered(&left, view->filter, err);
	if (rc == 0)
		pp_pprof_encode(&left, &raw);
	pp_arena_release(&left.arena);
	if (rc)
		return -1;
	pp_gzip_deflate((const uint8_t *)raw.p, raw.n, &packed, &size);
	return pp_atomic_write(path, packed, size, true, err);
}
