/* SPDX-License-Identifier: Apache-2.0 */
/* YAML, by libyaml's loader. */
#include <config.h>

#include "io/yaml.h"

#include <stdlib.h>

#include <yaml.h>

#include "base/alloc.h"

static int explain(const yaml_parser_t *p, struct pp_err *err)
{
	const char *why = p->problem ? p->problem : "not YAML";

	switch (p->error) {
	case YAML_MEMORY_ERROR:
		pp_alloc_fail();
	case YAML_READER_ERROR: /* which knows no lines */
		return pp_err_set(err, PP_ERR_FORMAT, "byte %zu: %s", p->problem_offset, why);
	default:
		return pp_err_set(err, PP_ERR_FORMAT, "line %zu: %s", p->problem_mark.line + 1,
				  why);
	}
}

/* One document, and nothing behind it. */
static int load(yaml_parser_t *p, yaml_document_t *d, struct pp_err *err)
{
	yaml_document_t more;

	if (!yaml_parser_load(p, d))
		return explain(p, err);
	if (!yaml_document_get_root_node(d)) {
		yaml_document_delete(d);
		return pp_err_set(err, PP_ERR_FORMAT, "there is nothing in it");
	}
	if (!yaml_parser_load(p, &more)) {
		yaml_document_delete(d);
		return explain(p, err);
	}

	const yaml_node_t *root = yaml_document_get_root_node(&more);
	if (root) {
		pp_err_set(err, PP_ERR_FORMAT, "line %zu: a second document begins",
			   root->start_mark.line + 1);
		yaml_document_delete(d);
	}
	yaml_document_delete(&more);
	return root ? -1 : 0;
}

int pp_yaml_read(struct pp_yaml *y, struct pp_str text, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) yaml_document_t *d = pp_xcalloc(1, sizeof(*d));
	yaml_parser_t p;

	if (!yaml_parser_initialize(&p))
		pp_alloc_fail();
	yaml_parser_set_input_string(&p, (const unsigned char *)(text.n ? text.p : ""), text.n);
	int rc = load(&p, d, err);
	yaml_parser_delete(&p);
	if (rc)
		return -1;
	y->document = d;
	d = NULL;
	return 0;
}

void pp_yaml_release(struct pp_yaml *y)
{
	if (y->document)
		yaml_document_delete(y->document);
	free(y->document);
	y->document = NULL;
}

int pp_yaml_root(const struct pp_yaml *y PP_UNUSED)
{
	return 1; /* as libyaml has it */
}

static const yaml_node_t *get(const struct pp_yaml *y, int node)
{
	return yaml_document_get_node(y->document, node);
}

enum pp_yaml_kind pp_yaml_kind(const struct pp_yaml *y, int node)
{
	switch (get(y, node)->type) {
	case YAML_SEQUENCE_NODE:
		return PP_YAML_LIST;
	case YAML_MAPPING_NODE:
		return PP_YAML_MAP;
	default:
		return PP_YAML_TEXT;
	}
}

size_t pp_yaml_line(const struct pp_yaml *y, int node)
{
	return get(y, node)->start_mark.line + 1;
}

struct pp_str pp_yaml_text(const struct pp_yaml *y, int node)
{
	const yaml_node_t *n = get(y, node);
	struct pp_str s = {(const char *)n->data.scalar.value, n->data.scalar.length};

	if (n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (pp_str_eq(s, PP_STR_LIT("~")) || pp_str_eq(s, PP_STR_LIT("null"))))
		return PP_STR_LIT("");
	return s;
}

size_t pp_yaml_count(const struct pp_yaml *y, int node)
{
	const yaml_node_t *n = get(y, node);

	if (n->type == YAML_SEQUENCE_NODE)
		return (size_t)(n->data.sequence.items.top - n->data.sequence.items.start);
	return (size_t)(n->data.mapping.pairs.top - n->data.mapping.pairs.start);
}

int pp_yaml_item(const struct pp_yaml *y, int node, size_t i)
{
	return get(y, node)->data.sequence.items.start[i];
}

void pp_yaml_pair(const struct pp_yaml *y, int node, size_t i, int *key, int *value)
{
	const yaml_node_pair_t *pair = &get(y, node)->data.mapping.pairs.start[i];

	*key = pair->key;
	*value = pair->value;
}
