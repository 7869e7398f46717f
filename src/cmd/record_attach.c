/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to what is to be recorded. */
#include <config.h>

#include "cmd/record_attach.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "cli/fail.h"
#include "cmd/cache_folder.h"
#include "collect/drop.h"
#include "unwind/cache.h"

#define UNWIND_CACHE_BYTES (256ull << 20)

/* What was used, where it is not the best, and why. */
static void explain_collector(struct pp_cli *cli, const struct pp_recording *r)
{
	if (r->fallback.kind != PP_ERR_NONE) {
		pp_cli_note(cli, "using perf events, not eBPF: %s", r->fallback.msg);
		if (r->fallback.hint[0])
			pp_cli_note(cli, "for eBPF: %s", r->fallback.hint);
	}
	if (r->caveat[0])
		pp_cli_note(cli, "%s", r->caveat);
}

static void hint_at_step(struct pp_cli *cli, const struct pp_sampling *s)
{
	if (pp_sampling_in_step(s))
		pp_cli_note(cli,
			    "%llu Hz may run in step with the kernel's own timer; %llu Hz does not",
			    (unsigned long long)s->frequency,
			    (unsigned long long)(s->frequency - 1));
}

/* From here on, what is needed is less. */
static void drop_privileges(const struct pp_recording *r, const struct pp_target *t,
			    const char *path)
{
	const char *const writes[] = {path, NULL};
	struct pp_drop d = {
		.bpf = r->ops == &pp_bpf_collector,
		.ends_command = t->is_command,
		.gives_away = getenv("SUDO_UID") != NULL,
		.writes = writes,
	};

	pp_drop_privileges(&d);
}

/* Tables are kept from one recording to the next, if that can be. */
static struct pp_unwind_cache *open_cache(void)
{
	PP_CLEANUP(pp_freep) char *folder = pp_cache_folder("unwind");
	struct pp_err ignored;

	return folder ? pp_unwind_cache_open(folder, UNWIND_CACHE_BYTES, &ignored) : NULL;
}

int pp_record_attach(struct pp_cli *cli, const struct pp_record_options *o,
		     struct pp_record_plan *plan, const char *output, struct pp_recording *r,
		     struct pp_recording_options *ro, struct pp_err *err)
{
	*ro = (struct pp_recording_options){
		.collector = (enum pp_collector_choice)o->collector,
		.sampling = plan->sampling,
		.owners = plan->owners,
		.selection = pp_selection_is_set(&plan->selection) ? &plan->selection : NULL,
		.stop_fd = -1,
		.cache = open_cache(),
	};
	if (pp_recording_open(r, &plan->target, ro, err)) {
		pp_unwind_cache_close(ro->cache);
		return -1;
	}
	drop_privileges(r, &plan->target, output);
	hint_at_step(cli, &plan->sampling);
	explain_collector(cli, r);
	return 0;
}

void pp_record_detach(struct pp_recording *r, struct pp_recording_options *ro)
{
	pp_recording_release(r);
	pp_unwind_cache_close(ro->cache);
}

/* A command's end is news only if it was not a good one. */
void pp_record_explain_status(struct pp_cli *cli, const struct pp_target *t)
{
	if (!t->is_command)
		return;
	if (WIFEXITED(t->status) && WEXITSTATUS(t->status))
		pp_cli_note(cli, "the command ended with status %d", WEXITSTATUS(t->status));
	else if (WIFSIGNALED(t->status))
		pp_cli_note(cli, "the command was ended by SIG%s",
			    sigabbrev_np(WTERMSIG(t->status)));
}
