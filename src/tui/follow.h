/* SPDX-License-Identifier: Apache-2.0 */
/* Data that comes while it is shown: taking it, or not, and what the header says of it. */
#ifndef PP_TUI_FOLLOW_H
#define PP_TUI_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flame.h"
#include "analyze/view.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "render/header.h"

struct pp_tui;

enum pp_news_phase { PP_NEWS_RUNS, PP_NEWS_ENDED, PP_NEWS_STOPPED, PP_NEWS_FAILED };

/* What has come. */
struct pp_tui_news {
	struct pp_flame *flame;	       /* from malloc, and the taker's; NULL: all but this is new */
	const struct pp_view *view;    /* of it */
	struct pp_str title;	       /* likewise */
	enum pp_news_phase phase;      /* any but the first: nothing more will come */
	struct pp_err err;	       /* why it has failed, or while it runs does not come */
	int64_t elapsed_ns, window_ns; /* since the start; 0: it is of all that time */
	struct pp_header_live live;
};

/* Where it comes from. */
struct pp_tui_feed {
	void *context;
	int fd;	     /* readable when there is something to take */
	int stop_fd; /* readable when the program is to end */
	void (*take)(void *context, struct pp_tui_news *news);
	/* What was shown before the flame that was taken last is not needed any more. */
	void (*taken)(void *context);
};

/* Of one run. */
struct pp_follow {
	const struct pp_tui_feed *feed; /* NULL: there is none */
	bool frozen;
	struct pp_tui_news news; /* the last; its flame is the model's */
};

/* What to wait for, into the screen. Nothing while the user chooses among what there is. */
void pp_follow_watch(struct pp_tui *t);

/* Take what there is, and show it. */
void pp_follow_take(struct pp_tui *t);

/* Append what is to be said of it; nothing without a feed. */
void pp_follow_describe(const struct pp_tui *t, struct pp_buf *out);

/* What is wrong with it, or NULL. */
const char *pp_follow_trouble(const struct pp_tui *t);

/* Keep what is shown as it is, and go on again. */
void pp_follow_freeze(struct pp_tui *t);
void pp_follow_go_on(struct pp_tui *t);

#endif
