/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <stdlib.h>

#include "io/http.h"

void pp_http_release(struct pp_http_response *rs)
{
	pp_buf_release(&rs->body);
	free(rs->url);
	*rs = (struct pp_http_response){0};
}
