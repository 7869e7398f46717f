/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz Go's table of functions in ELF files: answers belong to addresses that functions have, and
 * unwind rows are in order and end. */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbol/gopclntab.h"
#include "symbol/gotab.h"
#include "unwind/go.h"

#define ADDRESSES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

/* Addresses that are worth a look; how many. */
static size_t choose(int fd, uint64_t *addresses)
{
	struct pp_gotab t;
	struct pp_gofunc f;
	struct pp_err err;
	size_t n = 0;

	if (pp_gotab_open(&t, fd, &err) == 0) {
		check(pp_gotab_probe(fd));
		for (size_t i = 0; i < t.nfuncs && n < ADDRESSES; i++) {
			if (pp_gotab_func(&t, i, &f))
				addresses[n++] = f.start + (f.limit - f.start) / (1 + i % 4) - 1;
		}
	}
	pp_gotab_release(&t);
	return n;
}

static void check_rows(int fd)
{
	struct pp_unwind_table t = {0};
	struct pp_err err;

	check(pp_unwind_go_rows(fd, &t, &err) == 0 || err.kind == PP_ERR_LIMIT ||
	      err.kind == PP_ERR_IO);
	for (size_t i = 1; i < t.nrows; i++)
		check(t.rows[i].pc > t.rows[i - 1].pc);
	check(t.nrows == 0 || t.rows[t.nrows - 1].kind == PP_CFA_NONE);
	pp_unwind_table_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("go", MFD_CLOEXEC);
	uint64_t addresses[ADDRESSES];
	struct pp_answers a;
	struct pp_err err;
	size_t n;

	check(fd >= 0 && (size == 0 || write(fd, data, size) == (ssize_t)size));
	n = choose(fd, addresses);
	if (pp_gopclntab_resolve(fd, addresses, n, &a, &err) == 0) {
		check(a.n == n && (n == 0 || a.first[n] == a.nframes));
		for (size_t i = 0; i < a.nframes; i++)
			check(a.frames[i].name && a.frames[i].name < a.strings.count);
	}
	pp_answers_release(&a);
	check_rows(fd);
	close(fd);
	return 0;
}
