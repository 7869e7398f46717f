/* SPDX-License-Identifier: Apache-2.0 */
/* Binary CPU profiles. The first byte chooses a header, so that what follows always is one. */
#include <config.h>

#include <endian.h>

#include "legacy_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void put_header(struct pp_buf *out, uint8_t choice)
{
	const uint64_t words[] = {0, 3, choice >> 2 & 1, 10000, 0};
	unsigned size = choice & 1 ? 8 : 4;
	bool big_endian = choice >> 1 & 1;

	for (size_t i = 0; i < PP_ARRAY_LEN(words); i++) {
		uint64_t word = big_endian ? htobe64(words[i]) : htole64(words[i]);

		pp_buf_add(out, (char *)&word + (big_endian ? 8 - size : 0), size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_buf file = PP_BUF_INIT;

	if (n == 0)
		return 0;
	put_header(&file, bytes[0]);
	pp_buf_add(&file, bytes + 1, n - 1);
	if (legacy_check(pp_legacy_cpu, file.p, file.n) == PP_LEGACY_OTHER)
		legacy_fail("a CPU profile was not recognized");
	legacy_check(pp_legacy_cpu, bytes, n);
	pp_buf_release(&file);
	return 0;
}
