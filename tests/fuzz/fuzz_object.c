/* SPDX-License-Identifier: Apache-2.0 */
/* Records and objects of an archive: no bytes do harm, and a record that is accepted is the one
 * that is written. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "archive/entry.h"
#include "archive/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_record(struct pp_str record)
{
	struct pp_series_pool pool;
	struct pp_buf again = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_entry e;

	pp_series_pool_init(&pool);
	/* numbers may have been spelled at greater length */
	if (pp_entry_decode(&e, record, &pool, &err) == 0 &&
	    (pp_entry_encode(&e, &again, &err) || again.n > record.n)) {
		fprintf(stderr, "fuzz_object: a record grows when it is written: %s\n", err.msg);
		abort();
	}
	pp_entry_release(&e);
	pp_series_pool_release(&pool);
	pp_buf_release(&again);
}

static void check_object(struct pp_str file)
{
	struct pp_series_pool pool;
	struct pp_buf canonical = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_entry e = {0};
	struct pp_id id = {{0}};

	/* the id that it has, so that nothing ends there */
	for (size_t i = 0; i < sizeof(id.bytes) && 16 + i < file.n; i++)
		id.bytes[i] = (uint8_t)file.p[16 + i];
	pp_series_pool_init(&pool);
	if (pp_object_decode(file, &id, &pool, &e, &canonical, &err) == 0 && canonical.n != e.size)
		abort();
	pp_entry_release(&e);
	pp_series_pool_release(&pool);
	pp_buf_release(&canonical);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pp_str file = {(const char *)bytes, n};

	check_record(file);
	/* the record of an object begins behind 16 bytes */
	if (n > 16 && n < (1u << 20))
		check_record((struct pp_str){file.p + 16, n - 16});
	if (n < (1u << 20))
		check_object(file);
	return 0;
}
