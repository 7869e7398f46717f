/* SPDX-License-Identifier: Apache-2.0 */
/* How work that takes long tells whoever waits for it how far it is. */
#ifndef PP_BASE_STEPS_H
#define PP_BASE_STEPS_H

#include <stdint.h>

/* {0}: nobody listens. */
struct pp_steps {
	/* So many of all steps are done; all 0: nobody knows how many there are. Called by the
	 * thread that began the work, and only there. */
	void (*tell)(void *context, uint64_t done, uint64_t all);
	void *context;
};

static inline void pp_steps_tell(const struct pp_steps *s, uint64_t done, uint64_t all)
{
	if (s->tell)
		s->tell(s->context, done, all);
}

#endif
