/* SPDX-License-Identifier: Apache-2.0 */
/* A main() for fuzz targets built without libFuzzer: runs each file named once, and speaks TAP. */
#include <config.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "io/file.h"

#define SEED_LIMIT (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Seeds are copied to memory of exactly their size, so that a read past the end is seen. */
static int run_seed(const char *path, struct pp_err *err)
{
	struct pp_file f;

	if (pp_file_read(&f, path, SEED_LIMIT, err) < 0)
		return -1;

	uint8_t *exact = malloc(f.n ? f.n : 1);
	if (!exact) {
		pp_file_release(&f);
		return pp_err_set(err, PP_ERR_LIMIT, "out of memory");
	}
	for (size_t i = 0; i < f.n; i++)
		exact[i] = f.bytes[i];
	LLVMFuzzerTestOneInput(exact, f.n);
	free(exact);
	pp_file_release(&f);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		struct pp_err err = PP_ERR_INIT;

		/* before the run, so that the log of a crash ends with its seed */
		printf("# %s\n", argv[i]);
		fflush(stdout);
		if (run_seed(argv[i], &err) < 0) {
			printf("not ok %d - %s\n", i, err.msg);
			failed = 1;
		} else {
			printf("ok %d - %s\n", i, argv[i]);
		}
	}
	return failed;
}
