/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates repeat what is before them, since shells complete whole words. */
#include <config.h>

#include "cmd/archive_complete.h"

#include <string.h>

#include "archive/pins.h"
#include "base/alloc.h"
#include "cmd/archive_options.h"
#include "cmd/archive_sums.h"
#include "cmd/archive_text.h"

#define IDS_OFFERED 20

struct completion {
	const struct pp_archive *archive;
	const struct pp_list *list; /* everything */
	pp_offer_fn *offer;
	void *context;
};

static void offer_pins(const struct completion *c, const char *at)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	struct pp_err no;

	if (pp_pin_names(c->archive, &names, &no))
		return;
	for (size_t i = 0; i < names.n; i++) {
		PP_CLEANUP(pp_freep) char *text = pp_xasprintf("%s%s", at, names.name[i]);

		if (pp_pin_name_check(names.name[i], &no) == 0)
			c->offer(c->context, text, "pin");
	}
}

static void offer_ids(const struct completion *c, const char *at)
{
	uint32_t n = c->list->n, few = n < IDS_OFFERED ? n : IDS_OFFERED;

	for (uint32_t i = 0; i < few; i++) {
		const struct pp_item *item = &c->list->items[n - 1 - i];
		PP_CLEANUP(pp_buf_release) struct pp_buf help = PP_BUF_INIT;
		char hex[PP_SHA256_HEX], when[64];

		pp_archive_time(when, sizeof(when), item->entry.start);
		pp_buf_fmt(&help, "%s ", when);
		pp_archive_short_labels(&item->series->labels, &help);
		PP_CLEANUP(pp_freep)
		char *text = pp_xasprintf("%s%.12s", at, pp_sha256_hex(hex, item->entry.id.bytes));
		c->offer(c->context, text, help.p);
	}
}

/* Names of labels. In braces, `operators`: two go on from each, as shells would take the only one
 * for all of the word, and close its quotes. */
static void offer_names(const struct completion *c, const char *before, bool operators)
{
	static const char *const in_braces[] = {"=\"", "=~\"", NULL}, *const alone[] = {"", NULL};
	PP_CLEANUP(pp_sums_release) struct pp_sums sums = {0};

	pp_sums_of_labels(&sums, c->list, NULL);
	for (size_t i = 0; i < sums.n; i++) {
		const char *help = sums.sum[i].of_samples ? "label of samples" : "label";

		for (const char *const *o = operators ? in_braces : alone; *o; o++) {
			PP_CLEANUP(pp_freep)
			char *text = pp_xasprintf("%s%s%s", before, sums.sum[i].name, *o);

			c->offer(c->context, text, help);
		}
	}
}

/* `before` ends in the opening quote. */
static void offer_values(const struct completion *c, const char *before, const char *name)
{
	PP_CLEANUP(pp_sums_release) struct pp_sums sums = {0};

	pp_sums_of_labels(&sums, c->list, name);
	for (size_t i = 0; i < sums.n; i++) {
		/* as it would be printed, so that it reads back as the value that it is */
		struct pp_entry_label pair = {(char[]){"v"}, (char *)(uintptr_t)sums.sum[i].name};
		const struct pp_entry_labels one = {.pair = &pair, .n = 1};
		PP_CLEANUP(pp_buf_release) struct pp_buf quoted = PP_BUF_INIT;

		pp_entry_labels_print(&one, &quoted); /* {v="..."} */
		PP_CLEANUP(pp_freep) char *text = pp_xasprintf("%s%s", before, quoted.p + 4);
		c->offer(c->context, text, name);
	}
}

/* Behind the last quote that opens a value, its values; else names. */
static void complete_braces(const struct completion *c, const char *word)
{
	const char *start = strrchr(word, ','), *quote;

	start = start ? start + 1 : word + 1;
	quote = strchr(start, '"');
	if (quote && !strchr(quote + 1, '"')) {
		PP_CLEANUP(pp_freep)
		char *before = pp_xasprintf("%.*s", (int)(quote + 1 - word), word);
		PP_CLEANUP(pp_freep)
		char *name = pp_xasprintf("%.*s", (int)strcspn(start, "=!~ "), start);

		offer_values(c, before, name);
	} else if (!quote) {
		PP_CLEANUP(pp_freep) char *before = pp_xasprintf("%.*s", (int)(start - word), word);

		offer_names(c, before, true);
	}
}

static void complete(const struct completion *c, const char *word)
{
	const char *at = word && word[0] != '{' ? "@" : NULL;

	if (!word) {
		offer_names(c, "", false);
	} else if (at) {
		/* ids and pins may come without it where nothing else is meant */
		at = word[0] == '@' ? "@" : "";
		offer_pins(c, at);
		c->offer(c->context, word[0] == '@' ? "@latest" : "latest", "the newest entry");
		offer_ids(c, at);
	} else {
		complete_braces(c, word);
	}
}

void pp_archive_complete(const char *archive, const char *word, pp_offer_fn *offer, void *context)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	struct completion c = {.archive = &a, .list = &list, .offer = offer, .context = context};
	const struct pp_want everything = {0};
	struct pp_err no = PP_ERR_INIT;

	if (pp_archive_open_there(&a, archive, &no) || pp_list_entries(&list, &a, &everything, &no))
		return;
	complete(&c, word);
}
