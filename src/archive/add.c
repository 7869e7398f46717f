/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/add.h"

#include <limits.h>
#include <unistd.h>

#include "archive/canonical.h"
#include "archive/describe.h"
#include "archive/object.h"
#include "base/clock.h"

static int add(const struct pp_archive *a, struct pp_entry *e, const struct pp_profile *p,
	       struct pp_added *added, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf canonical = PP_BUF_INIT;

	if (pp_canonical(p, &canonical, err))
		return -1;
	e->size = canonical.n;
	e->id = pp_entry_id(&e->series->labels, pp_buf_view(&canonical));
	pp_entry_measure(e, p, pp_clock_real());
	added->id = e->id;
	return pp_object_write(a, e, pp_buf_view(&canonical), &added->fresh, err);
}

int pp_archive_add(const struct pp_archive *a, const struct pp_profile *p, struct pp_str received,
		   const struct pp_entry_labels *labels, struct pp_added *added, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf series = PP_BUF_INIT;
	char host[HOST_NAME_MAX + 1] = "";
	struct pp_series_pool pool;
	struct pp_entry e = {0};
	int rc = -1;

	gethostname(host, sizeof(host) - 1);
	if (pp_describe(p, labels, host, &series, err))
		return -1;
	pp_series_pool_init(&pool);
	e.series = pp_series_pool_get(&pool, pp_buf_view(&series), err);
	pp_sha256(received.p, received.n, e.received.bytes);
	if (e.series)
		rc = add(a, &e, p, added, err);
	pp_entry_release(&e);
	pp_series_pool_release(&pool);
	return rc;
}
