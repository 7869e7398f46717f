/* SPDX-License-Identifier: Apache-2.0 */
/* The environment is read here, for the library does not. */
#include <config.h>

#include "cmd/symbol_options.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "cli/fail.h"
#include "collect/kernel.h"
#include "io/file.h"
#include "io/http.h"

const char *pp_debuginfod_urls(void)
{
	const char *urls = getenv("DEBUGINFOD_URLS");

	return urls && urls[strspn(urls, " \t\n")] ? urls : NULL;
}

int pp_symbol_options_check(const struct pp_symbol_options *o, struct pp_err *err)
{
	if (!o->debuginfod)
		return 0;
	if (pp_debuginfod_urls())
		return pp_http_check(err) ? pp_err_wrap(err, "--debuginfod") : 0;
	pp_err_set(err, PP_ERR_USAGE, "--debuginfod needs a server in $DEBUGINFOD_URLS");
	return pp_err_hint(err, "export DEBUGINFOD_URLS=https://debuginfod.elfutils.org/");
}

char *pp_binary_path_standard(void)
{
	const char *path = getenv("PPROF_BINARY_PATH"), *home = getenv("HOME");

	if (path && *path)
		return pp_xstrdup(path);
	return home ? pp_xasprintf("%s/pprof/binaries", home) : NULL;
}

void pp_symbol_explain_hidden(struct pp_cli *cli)
{
	bool always = pp_kernel_setting("", "kernel.kptr_restrict", 0) >= 2;

	pp_cli_note(cli,
		    "kernel functions have no names: the kernel hides them from %s; as root: "
		    "sysctl %s",
		    always ? "everybody" : "those without CAP_SYSLOG",
		    pp_kernel_settings_for_names(""));
}

/* As the XDG Base Directory specification has it: what is not absolute does not count. */
static char *cache_folder(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return pp_xasprintf("%s/pyroprof/debuginfod", cache);
	if (home && home[0] == '/')
		return pp_xasprintf("%s/.cache/pyroprof/debuginfod", home);
	return NULL;
}

static char *join(const struct pp_opt_list *dirs)
{
	struct pp_buf b = PP_BUF_INIT;

	for (size_t i = 0; i < dirs->n; i++)
		pp_buf_fmt(&b, "%s%s", i ? ":" : "", dirs->item[i]);
	return b.p;
}

static void show(void *arg, size_t done, size_t all)
{
	pp_progress_update(arg, "looking up names: %zu of %zu files", done, all);
}

/* While signals are blocked, as they are after a recording, a further Ctrl-C gives up waiting. */
static bool is_interrupted(void *arg PP_UNUSED)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

static bool show_transfer(void *arg, const char *build_id, uint64_t bytes)
{
	pp_progress_update(arg, "debug information of %.12s...: %llu bytes", build_id,
			   (unsigned long long)bytes);
	return is_interrupted(NULL);
}

void pp_symbol_settings_begin(struct pp_symbol_settings *s, struct pp_cli *cli,
			      const struct pp_symbol_options *o, struct pp_symbolizer_options *to)
{
	*s = (struct pp_symbol_settings){.dirs = join(&o->debug_dirs)};
	pp_progress_init(&s->progress, cli);
	*to = (struct pp_symbolizer_options){
		.no_inlines = o->no_inlines,
		.no_lines = o->no_lines,
		.debug_dirs = s->dirs,
		.progress = show,
		.progress_arg = &s->progress,
		.stopped = is_interrupted,
	};
	if (o->debuginfod)
		s->cache = cache_folder();
	if (!s->cache)
		return;
	s->server = (struct pp_debuginfod){.urls = pp_debuginfod_urls(),
					   .cache = s->cache,
					   .progress = show_transfer,
					   .progress_arg = &s->progress};
	to->server = &s->server;
}

void pp_symbol_settings_end(struct pp_symbol_settings *s, const struct pp_symbolizer_stats *stats)
{
	struct pp_cli *cli = s->progress.cli;

	pp_progress_done(&s->progress);
	if (s->server.failed.kind != PP_ERR_NONE)
		pp_cli_warn(cli, "debuginfod: %s", s->server.failed.msg);
	if (stats->stopped)
		pp_cli_warn(cli,
			    "interrupted: the functions of %zu of %zu files go by their addresses",
			    stats->failed, stats->files);
	else if (stats->failed)
		pp_cli_warn(cli,
			    "%zu of %zu files could not be read safely: their functions go by "
			    "their addresses",
			    stats->failed, stats->files);
	free(s->dirs);
	free(s->cache);
}
