/* SPDX-License-Identifier: Apache-2.0 */
/* Files of targets: each target has a URL that can be pulled, and labels that an entry may have. */
#include <config.h>

#include "cmd/target_file.h"

#include <stdlib.h>
#include <string.h>

#include "io/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void check_target(const struct pp_endpoint *t)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_url u;

	require(pp_url_parse(&u, t->url, &err) == 0);
	require(strcmp(u.scheme, "http") == 0 || strcmp(u.scheme, "https") == 0);
	pp_url_release(&u);
	require(t->shown[0] && t->line > 0 && t->labels.n <= PP_ENTRY_LABELS_MAX);
	for (uint32_t i = 0; i < t->labels.n; i++) {
		struct pp_str key = pp_str_of(t->labels.pair[i].key);

		require(!pp_str_starts(key, PP_STR_LIT("__")));
		require(pp_entry_label_check(key, pp_str_of(t->labels.pair[i].value), &err) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_target_file f;
	int rc = pp_target_file_parse(&f, (struct pp_str){(const char *)bytes, n}, &err);

	require(rc == 0 || (err.kind != PP_ERR_NONE && err.kind != PP_ERR_USAGE && err.msg[0]));
	require(f.n <= PP_TARGETS_MAX);
	for (size_t i = 0; i < f.n; i++)
		check_target(&f.item[i]);
	pp_target_file_release(&f);
	return 0;
}
