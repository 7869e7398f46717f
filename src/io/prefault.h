/* SPDX-License-Identifier: Apache-2.0 */
/* Having the kernel provide pages of a large buffer in the background, while its front is being
 * filled. */
#ifndef PP_IO_PREFAULT_H
#define PP_IO_PREFAULT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pp_prefault {
	uintptr_t next, end; /* whole pages */
	atomic_bool stop;
	bool running;
	pthread_t thread;
};

/* Begin with the n bytes at p, if they are many and there is a second CPU. What is in them does not
 * change. */
void pp_prefault_start(struct pp_prefault *f, void *p, size_t n);

/* End it; needed before the buffer may move or be freed. */
void pp_prefault_finish(struct pp_prefault *f);

#endif
