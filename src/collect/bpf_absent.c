/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in for collect/bpf_collector.c after ./configure --disable-bpf: a refusal. */
#include <config.h>

#include "collect/collector.h"

static struct pp_collector *open_bpf(const struct pp_target *t PP_UNUSED,
				     const struct pp_sampling *s PP_UNUSED, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_UNSUPPORTED, "this pyroprof was built without eBPF");
	pp_err_hint(err, "install one that was configured without --disable-bpf");
	return NULL;
}

const struct pp_collector_ops pp_bpf_collector = {
	.name = "bpf",
	.open = open_bpf,
};
