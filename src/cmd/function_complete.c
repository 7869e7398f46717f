/* SPDX-License-Identifier: Apache-2.0 */
/* Names go to shells, which is no place for odd ones: those are left out rather than changed, since
 * what is changed would not be found again. */
#include <config.h>

#include "cmd/function_complete.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "archive/list.h"
#include "archive/load.h"
#include "archive/selector.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include "cli/exitcode.h"
#include "cmd/archive_options.h"
#include "cmd/defaults.h"
#include "pprof/read.h"
#include "symbol/names.h"

/* Of the processor, which on an idle machine is what passes; and until it is over in any case. */
#define WORK_US	  80000
#define WAIT_S	  1
#define INPUT_MAX (64u << 20) /* bytes, inflated */
#define LONGEST	  300	      /* bytes: what is longer nobody picks from a list */

static void give_up(int signal PP_UNUSED)
{
	_exit(PP_EXIT_OK);
}

/* End the process, having offered nothing, if what follows takes too long; false: it did not. Even
 * then the signal may come before its clock is stopped. */
static void set_patience(bool limited)
{
	const struct sigaction act = {.sa_handler = give_up};
	const struct itimerval work = {.it_value.tv_usec = limited ? WORK_US : 0};
	const struct itimerval wait = {.it_value.tv_sec = limited ? WAIT_S : 0};

	sigaction(SIGPROF, &act, NULL);
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_PROF, &work, NULL);
	setitimer(ITIMER_REAL, &wait, NULL);
}

static void ignore_damage(void *context PP_UNUSED, const char *what PP_UNUSED)
{
}

static int load_entry(struct pp_profile *p, const char *archive, const char *text,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	struct pp_selector s = {0};
	const struct pp_want want = {.selector = &s, .last = 1, .max_input = INPUT_MAX};
	int rc = pp_archive_open_there(&a, archive, err) || pp_archive_select(&s, text, err) ||
				 pp_archive_load(p, &list, &a, &want, ignore_damage, NULL, err)
			 ? -1
			 : 0;

	pp_selector_release(&s);
	return rc;
}

/* Shells leave a '~' alone where they ask for candidates. */
static char *expand_home(const char *path)
{
	const char *home = getenv("HOME");

	return home && strncmp(path, "~/", 2) == 0 ? pp_xasprintf("%s%s", home, path + 1)
						   : pp_xstrdup(path);
}

static int load_file(struct pp_profile *p, const char *name, struct pp_err *err)
{
	const struct pp_read_options options = {.max_input = INPUT_MAX};
	PP_CLEANUP(pp_freep) char *path = expand_home(name);
	struct stat st;

	/* what comes out of a pipe once is not ours to take */
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return pp_pprof_read(p, path, &options, err);
}

static bool is_plain(struct pp_str s)
{
	return s.n && s.n <= LONGEST && pp_utf8_is_safe(s);
}

/* A point matches itself as well, and reads better alone. */
static void offer_name(struct pp_str name, pp_offer_fn *offer, void *context)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	for (size_t i = 0; i < name.n; i++) {
		if (memchr("\\^$*+?()[]{}|", name.p[i], 13))
			pp_buf_char(&text, '\\');
		pp_buf_char(&text, name.p[i]);
	}
	offer(context, text.p, "function");
}

static int compare_names(const void *a, const void *b)
{
	return pp_str_cmp(*(const struct pp_str *)a, *(const struct pp_str *)b);
}

static void offer_all(const struct pp_profile *p, pp_offer_fn *offer, void *context)
{
	PP_CLEANUP(pp_freep) struct pp_str *names = pp_xcalloc(p->nfunctions, sizeof(*names));
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->nfunctions; i++) {
		struct pp_str name = pp_profile_str(p, p->functions[i].name);

		if (is_plain(name))
			names[n++] = name;
	}
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || !pp_str_eq(names[i], names[i - 1]))
			offer_name(names[i], offer, context);
	}
}

void pp_function_complete(const char *archive, const char *profile, pp_offer_fn *offer,
			  void *context)
{
	const char *name = profile ? profile : PP_DEFAULT_PROFILE;
	struct pp_err ignored = PP_ERR_INIT;
	struct pp_profile p;
	int rc;

	pp_profile_init(&p, 0);
	set_patience(true);
	if (pp_selector_is(name))
		rc = load_entry(&p, archive, name, &ignored);
	else
		rc = load_file(&p, name, &ignored);
	if (rc == 0)
		pp_names_demangle(&p, PP_DEMANGLE_SIMPLE);
	set_patience(false);
	if (rc == 0)
		offer_all(&p, offer, context);
	pp_profile_release(&p);
}
