/* SPDX-License-Identifier: Apache-2.0 */
/* A few threads for the length of one loop. */
#include <config.h>

#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

/* A thread costs some 50 us to start; this much input takes about 10 ms to walk. */
#define BYTES_WORTH_A_THREAD (2u << 20)

struct job {
	void (*fn)(void *context, unsigned worker);
	void *context;
	unsigned worker;
	pthread_t thread;
	bool started;
};

uint32_t pp_queue_take(struct pp_queue *q)
{
	uint32_t item = atomic_fetch_add(&q->next, 1);

	return item < q->count ? item : UINT32_MAX;
}

unsigned pp_parallel_workers(uint64_t bytes)
{
	cpu_set_t cpus;
	unsigned n = 1;

	if (bytes < 2 * BYTES_WORTH_A_THREAD)
		return 1;
	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
		n = (unsigned)CPU_COUNT(&cpus);
	if (n > bytes / BYTES_WORTH_A_THREAD)
		n = (unsigned)(bytes / BYTES_WORTH_A_THREAD);
	return n > PP_PARALLEL_MAX ? PP_PARALLEL_MAX : n;
}

void pp_parallel_limit(unsigned n)
{
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &cpus))
			continue;
		if (n)
			n--;
		else
			CPU_CLR(cpu, &cpus);
	}
	/* that it fails costs a little speed only */
	(void)sched_setaffinity(0, sizeof(cpus), &cpus);
}

static void *run_job(void *arg)
{
	struct job *job = arg;

	job->fn(job->context, job->worker);
	return NULL;
}

void pp_parallel_run(unsigned workers, void (*fn)(void *context, unsigned worker), void *context)
{
	struct job jobs[PP_PARALLEL_MAX];

	for (unsigned i = 1; i < workers; i++) {
		jobs[i] = (struct job){.fn = fn, .context = context, .worker = i};
		jobs[i].started = pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]) == 0;
	}
	fn(context, 0);
	for (unsigned i = 1; i < workers; i++) {
		if (jobs[i].started)
			pthread_join(jobs[i].thread, NULL);
		else
			fn(context, i);
	}
}
