/* SPDX-License-Identifier: Apache-2.0 */
/* What our own readers of ELF files make of anything: tables keep their promises, names end. */
#include <config.h>

#include "symbol/elffile.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "symbol/debuglink.h"
#include "symbol/fde.h"
#include "symbol/plt.h"
#include "symbol/sources.h"

#define MAX_ASKED 64

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_fdes(const struct pp_elffile *f, uint64_t *asked, size_t *nasked)
{
	struct pp_fdes t;

	pp_fdes_read(&t, f);
	for (size_t i = 0; i < t.n; i++) {
		if (t.fde[i].start >= t.fde[i].end || (i && t.fde[i - 1].start > t.fde[i].start) ||
		    !pp_fdes_begins_in(&t, t.fde[i].start - 1, t.fde[i].start))
			abort();
		const struct pp_fde *found = pp_fdes_find(&t, t.fde[i].start);
		if (!found || found->start != t.fde[i].start)
			abort();
		if (*nasked < MAX_ASKED && (*nasked == 0 || asked[*nasked - 1] < found->start))
			asked[(*nasked)++] = found->start;
	}
	pp_fdes_release(&t);
}

static void check_plt(const struct pp_elffile *f)
{
	struct pp_plt t;
	struct pp_symbol symbol;

	pp_plt_read(&t, f);
	for (size_t i = 0; i < t.n; i++) {
		const struct pp_plt_stub *s = &t.stubs[i];

		if (s->name >= t.names.n || s->size == 0 || (i && t.stubs[i - 1].start > s->start))
			abort();
		if (pp_plt_find(&t, s->start, &symbol) && symbol.name.n < 4)
			abort();
	}
	pp_plt_release(&t);
}

static void check_links(const struct pp_elffile *f)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf packed = PP_BUF_INIT;
	struct pp_debuglink link;
	struct pp_debugaltlink alt;
	struct pp_err err = PP_ERR_INIT;

	if (pp_debuglink_read(&link, f) && (!link.name[0] || strchr(link.name, '/')))
		abort();
	if (pp_debugaltlink_read(&alt, f) && !alt.build_id[0])
		abort();
	if (pp_debugdata_read(f, &packed, &err) && err.kind == PP_ERR_NONE)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_sources sources = {.fd = -1,
				     .image = bytes,
				     .n = n,
				     .debug_fd = -1,
				     .alt_fd = -1,
				     .dwp_fd = -1,
				     .name = "f",
				     .careful = true};
	struct pp_elffile f;
	struct pp_named named;
	struct pp_err err = PP_ERR_INIT;
	uint64_t asked[MAX_ASKED];
	size_t nasked = 0;

	if (pp_elffile_open_memory(&f, bytes, n, &err))
		return 0;
	check_fdes(&f, asked, &nasked);
	check_plt(&f);
	check_links(&f);
	pp_sources_resolve(&sources, asked, nasked, &named);
	for (size_t i = 0; i < nasked; i++) {
		if (named.source[i] != PP_SOURCE_FDE && named.source[i] != PP_SOURCE_PLT)
			abort();
	}
	pp_named_release(&named);
	pp_elffile_release(&f);
	return 0;
}
