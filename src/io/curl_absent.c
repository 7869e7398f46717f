/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in for io/http.c and io/url_parse.c after ./configure --without-curl: refusals. */
#include <config.h>

#include "io/http.h"
#include "io/url.h"

static int refuse(struct pp_err *err)
{
	pp_err_set(err, PP_ERR_UNSUPPORTED,
		   "URLs need libcurl, which this pyroprof was built without");
	return pp_err_hint(err, "install one that was configured with it, or fetch the file with "
				"another program");
}

int pp_url_parse(struct pp_url *u, const char *text PP_UNUSED, struct pp_err *err)
{
	*u = (struct pp_url){0};
	return refuse(err);
}

int pp_http_check(struct pp_err *err)
{
	return refuse(err);
}

int pp_http_get(const struct pp_http_request *rq PP_UNUSED, struct pp_http_response *rs PP_UNUSED,
		struct pp_err *err)
{
	return refuse(err);
}
