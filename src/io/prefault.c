/* SPDX-License-Identifier: Apache-2.0 */
/* A page fault for every 4 KiB costs a tenth of inflating into them: a second CPU can take that
 * over. */
#include <config.h>

#include "io/prefault.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/parallel.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; older kernels refuse it, which does no harm */
#endif

#define STEP		 (1u << 20)
#define WORTH_HUGE_PAGES (8u << 20) /* of which a page more or less does not matter */

static void *provide(void *arg)
{
	struct pp_prefault *f = arg;

	while (f->next < f->end && !atomic_load(&f->stop)) {
		size_t n = f->end - f->next < STEP ? f->end - f->next : STEP;

		if (madvise((void *)f->next, n, MADV_POPULATE_WRITE) < 0)
			break;
		f->next += n;
	}
	return NULL;
}

void pp_prefault_start(struct pp_prefault *f, void *p, size_t n)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	f->next = ((uintptr_t)p + page - 1) & ~(page - 1);
	f->end = ((uintptr_t)p + n) & ~(page - 1);
	atomic_init(&f->stop, false);
	/* 2 MiB a page where the kernel has them: fewer faults now, fewer misses when it is read */
	if (f->next < f->end && n >= WORTH_HUGE_PAGES)
		pp_alloc_huge((void *)f->next, f->end - f->next);
	f->running = pp_parallel_workers(n) > 1 && f->next < f->end &&
		     pthread_create(&f->thread, NULL, provide, f) == 0;
}

void pp_prefault_finish(struct pp_prefault *f)
{
	if (!f->running)
		return;
	atomic_store(&f->stop, true);
	pthread_join(f->thread, NULL);
	f->running = false;
}
