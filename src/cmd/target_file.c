/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/target_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "cmd/record_store.h"
#include "io/file.h"
#include "io/url.h"
#include "io/yaml.h"

#define FILE_MAX  (16u << 20) /* bytes */
#define PAIRS_MAX 256	      /* in a group's labels */
#define PREFIX	  "__"	      /* of labels that say how to pull */
#define PARAM	  "__param_"
#define BASE	  "/debug/pprof"

/* What makes up a path, and a value in a query, as it is. */
#define PLAIN	   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
#define PLAIN_PATH PLAIN "/!$&'()*+,;=:@"

/* What the labels of a group say. */
struct group {
	struct pp_entry_labels labels; /* of entries */
	struct pp_str scheme, prefix, path;
	struct pp_buf query;
};

struct reader {
	struct pp_yaml yaml;
	struct pp_strtab keys; /* of targets */
	struct pp_target_file *file;
};

static void group_release(struct group *g)
{
	pp_entry_labels_release(&g->labels);
	pp_buf_release(&g->query);
}

static int wrong(const struct reader *r, int node, const char *what, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_FORMAT, "line %zu: %s", pp_yaml_line(&r->yaml, node), what);
}

/* An error that knows no line, and came from the file, not from the command line. */
static int wrong_at(size_t line, struct pp_err *err)
{
	if (err->kind == PP_ERR_USAGE)
		err->kind = PP_ERR_FORMAT;
	return pp_err_wrap(err, "line %zu", line);
}

static void add_encoded(struct pp_buf *out, struct pp_str s, const char *plain)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr(plain, s.p[i]))
			pp_buf_char(out, s.p[i]);
		else
			pp_buf_fmt(out, "%%%02X", (unsigned char)s.p[i]);
	}
}

static void add_param(struct group *g, struct pp_str name, struct pp_str value)
{
	if (g->query.n)
		pp_buf_char(&g->query, '&');
	add_encoded(&g->query, name, PLAIN);
	pp_buf_char(&g->query, '=');
	add_encoded(&g->query, value, PLAIN);
}

/* A label that is not for the entries. Those that nothing is known of are dropped, as Prometheus
 * does; so is the path of its metrics, which have no profile there. */
static int take_special(struct group *g, struct pp_str key, struct pp_str value, struct pp_err *err)
{
	if (pp_str_eq(key, PP_STR_LIT("__scheme__"))) {
		if (!pp_str_eq(value, PP_STR_LIT("http")) && !pp_str_eq(value, PP_STR_LIT("https")))
			return pp_err_set(err, PP_ERR_FORMAT, "a __scheme__ is http or https");
		g->scheme = value;
	} else if (pp_str_eq(key, PP_STR_LIT("__profile_path__"))) {
		g->path = value;
	} else if (pp_str_eq(key, PP_STR_LIT("__profile_path_prefix__"))) {
		g->prefix = value;
	} else if (pp_str_starts(key, PP_STR_LIT(PARAM))) {
		size_t n = sizeof(PARAM) - 1;

		add_param(g, (struct pp_str){key.p + n, key.n - n}, value);
	}
	return 0;
}

static int read_label(struct reader *r, struct group *g, int key_node, int value_node,
		      struct pp_err *err)
{
	const struct pp_yaml *y = &r->yaml;
	struct pp_str key, value;
	int rc;

	if (pp_yaml_kind(y, key_node) != PP_YAML_TEXT)
		return wrong(r, key_node, "the name of a label is a text", err);
	if (pp_yaml_kind(y, value_node) != PP_YAML_TEXT)
		return wrong(r, value_node, "the value of a label is a text", err);
	key = pp_yaml_text(y, key_node);
	value = pp_yaml_text(y, value_node);
	if (pp_str_starts(key, PP_STR_LIT(PREFIX)))
		rc = take_special(g, key, value, err);
	else
		rc = pp_entry_labels_set(&g->labels, key, value, err);
	return rc ? wrong_at(pp_yaml_line(y, key_node), err) : 0;
}

static int read_labels(struct reader *r, struct group *g, int node, struct pp_err *err)
{
	size_t n;

	if (pp_yaml_kind(&r->yaml, node) != PP_YAML_MAP)
		return wrong(r, node, "\"labels\" is no map", err);
	n = pp_yaml_count(&r->yaml, node);
	if (n > PAIRS_MAX)
		return wrong(r, node, "too many labels", err);
	for (size_t i = 0; i < n; i++) {
		int key, value;

		pp_yaml_pair(&r->yaml, node, i, &key, &value);
		if (read_label(r, g, key, value, err))
			return -1;
	}
	return 0;
}

/* A path of the target's own stays; it may lack the slash that it begins with in a group. */
static void choose_path(struct pp_url *u, const struct group *g)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf path = PP_BUF_INIT;
	struct pp_str own = g->path.n ? g->path : PP_STR_LIT(BASE);

	if (strcmp(u->path, "/") != 0 || (!g->path.n && !g->prefix.n))
		return;
	if (g->prefix.n && g->prefix.p[0] != '/')
		pp_buf_char(&path, '/');
	add_encoded(&path, g->prefix, PLAIN_PATH);
	while (path.n && path.p[path.n - 1] == '/')
		path.p[--path.n] = '\0';
	if (own.p[0] != '/')
		pp_buf_char(&path, '/');
	add_encoded(&path, own, PLAIN_PATH);
	free(u->path);
	u->path = path.p;
	path = (struct pp_buf)PP_BUF_INIT;
}

static void add_query(struct pp_url *u, const struct group *g)
{
	if (!g->query.n)
		return;
	char *query =
		pp_xasprintf("%s%s%s", u->query ? u->query : "", u->query ? "&" : "", g->query.p);
	free(u->query);
	u->query = query;
}

static int make_url(struct pp_endpoint *t, struct pp_str address, const struct group *g,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *text = NULL;
	struct pp_url u;

	if (address.n == 0 || memchr(address.p, '\0', address.n))
		return pp_err_set(err, PP_ERR_FORMAT, "this is no target");
	if (memmem(address.p, address.n, "://", 3) || !g->scheme.n)
		text = pp_xasprintf("%.*s", (int)address.n, address.p);
	else
		text = pp_xasprintf("%.*s://%.*s", (int)g->scheme.n, g->scheme.p, (int)address.n,
				    address.p);
	if (pp_url_parse(&u, text, err))
		return -1;
	choose_path(&u, g);
	add_query(&u, g);
	t->url = pp_url_text(&u);
	t->shown = pp_url_show(&u);
	pp_url_release(&u);
	return 0;
}

static int make_target(struct pp_endpoint *t, struct pp_str address, const struct group *g,
		       struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;

	if (make_url(t, address, g, err))
		return -1;
	pp_entry_labels_copy(&t->labels, &g->labels);
	if (pp_record_set_instance(&t->labels, t->url, err))
		return -1;
	pp_buf_fmt(&key, "%s ", t->url);
	pp_entry_labels_print(&t->labels, &key);
	t->key = pp_xstrdup(key.p);
	return 0;
}

static int read_target(struct reader *r, const struct group *g, int node, struct pp_err *err)
{
	struct pp_target_file *f = r->file;
	struct pp_endpoint t = {.line = pp_yaml_line(&r->yaml, node)};

	if (pp_yaml_kind(&r->yaml, node) != PP_YAML_TEXT)
		return wrong(r, node, "a target is a text, HOST:PORT or a URL", err);
	if (f->n == PP_TARGETS_MAX)
		return wrong(r, node, "too many targets", err);
	if (make_target(&t, pp_yaml_text(&r->yaml, node), g, err)) {
		pp_endpoint_release(&t);
		return wrong_at(t.line, err);
	}
	if (pp_strtab_find(&r->keys, pp_str_of(t.key)) != PP_MAP_NONE) {
		pp_endpoint_release(&t); /* said twice */
		return 0;
	}
	pp_strtab_add(&r->keys, pp_str_of(t.key));
	f->item = pp_grow(f->item, &f->cap, f->n + 1, sizeof(*f->item));
	f->item[f->n++] = t;
	return 0;
}

static int read_targets(struct reader *r, const struct group *g, int node, struct pp_err *err)
{
	if (pp_yaml_kind(&r->yaml, node) != PP_YAML_LIST)
		return wrong(r, node, "\"targets\" is no list", err);
	for (size_t i = 0; i < pp_yaml_count(&r->yaml, node); i++) {
		if (read_target(r, g, pp_yaml_item(&r->yaml, node, i), err))
			return -1;
	}
	return 0;
}

/* The labels may stand in front of the targets, or behind. */
static int find_parts(const struct reader *r, int node, int *targets, int *labels,
		      struct pp_err *err)
{
	const struct pp_yaml *y = &r->yaml;

	*targets = *labels = 0;
	for (size_t i = 0; i < pp_yaml_count(y, node); i++) {
		struct pp_str name = {0};
		int key, value, *part = NULL;

		pp_yaml_pair(y, node, i, &key, &value);
		if (pp_yaml_kind(y, key) == PP_YAML_TEXT)
			name = pp_yaml_text(y, key);
		if (pp_str_eq(name, PP_STR_LIT("targets")))
			part = targets;
		else if (pp_str_eq(name, PP_STR_LIT("labels")))
			part = labels;
		if (!part)
			return wrong(r, key, "a group has \"targets\" and \"labels\" only", err);
		if (*part)
			return wrong(r, key, "a group has this already", err);
		*part = value;
	}
	return *targets ? 0 : wrong(r, node, "a group without \"targets\"", err);
}

static int read_group(struct reader *r, int node, struct pp_err *err)
{
	PP_CLEANUP(group_release) struct group g = {.labels = {.n = 0}};
	int targets, labels;

	if (pp_yaml_kind(&r->yaml, node) != PP_YAML_MAP)
		return wrong(r, node, "a group is a map with \"targets\" and \"labels\"", err);
	if (find_parts(r, node, &targets, &labels, err) ||
	    (labels && read_labels(r, &g, labels, err)))
		return -1;
	return read_targets(r, &g, targets, err);
}

static int read_groups(struct reader *r, struct pp_err *err)
{
	int root = pp_yaml_root(&r->yaml);

	if (pp_yaml_kind(&r->yaml, root) != PP_YAML_LIST)
		return wrong(r, root, "this is no list of groups of targets", err);
	for (size_t i = 0; i < pp_yaml_count(&r->yaml, root); i++) {
		if (read_group(r, pp_yaml_item(&r->yaml, root, i), err))
			return -1;
	}
	return 0;
}

int pp_target_file_parse(struct pp_target_file *f, struct pp_str text, struct pp_err *err)
{
	struct reader r = {.file = f};

	*f = (struct pp_target_file){.item = NULL};
	if (pp_yaml_read(&r.yaml, text, err))
		return -1;
	pp_strtab_init(&r.keys);
	int rc = read_groups(&r, err);
	pp_strtab_release(&r.keys);
	pp_yaml_release(&r.yaml);
	return rc;
}

int pp_target_file_read(struct pp_target_file *f, const char *path, struct pp_err *err)
{
	struct pp_file file;

	*f = (struct pp_target_file){.item = NULL};
	if (pp_file_read_regular(&file, path, FILE_MAX, err))
		return -1;
	int rc = pp_target_file_parse(f, (struct pp_str){(const char *)file.bytes, file.n}, err);
	pp_file_release(&file);
	return rc ? pp_err_wrap(err, "cannot use targets '%s'", path) : 0;
}

void pp_endpoint_release(struct pp_endpoint *t)
{
	free(t->url);
	free(t->shown);
	free(t->key);
	pp_entry_labels_release(&t->labels);
}

void pp_target_file_release(struct pp_target_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		pp_endpoint_release(&f->item[i]);
	free(f->item);
	*f = (struct pp_target_file){.item = NULL};
}
