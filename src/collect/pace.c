/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "collect/pace.h"

int64_t pp_pace_next(int64_t last, int64_t every, int64_t now, bool measures)
{
	int64_t next = last + every;

	if (next >= now)
		return next;
	return measures ? now : next + every * ((now - next) / every + 1);
}

int64_t pp_pace_retry(int64_t every, unsigned failures, uint32_t random)
{
	int64_t most = every > PP_PACE_RETRY_MAX ? every : PP_PACE_RETRY_MAX, delay = every;

	for (unsigned i = 1; i < failures && delay < most; i++)
		delay = delay > most / 2 ? most : 2 * delay;
	return delay - (int64_t)((double)delay / 4 * ((double)random / UINT32_MAX));
}
