/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading YAML that comes from outside, JSON included, as a tree of nodes by number. The only user
 * of libyaml. Aliases lead to the node that they stand for: who walks the tree bounds his steps.
 */
#ifndef PP_IO_YAML_H
#define PP_IO_YAML_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

enum pp_yaml_kind { PP_YAML_TEXT, PP_YAML_LIST, PP_YAML_MAP };

struct pp_yaml {
	void *document; /* yaml_document_t */
};

/* Read a text of one document. PP_ERR_FORMAT names the line. Release after success; nodes and their
 * texts live until then. */
int pp_yaml_read(struct pp_yaml *y, struct pp_str text, struct pp_err *err) PP_NODISCARD;
void pp_yaml_release(struct pp_yaml *y);

/* The outermost node. */
int pp_yaml_root(const struct pp_yaml *y);

enum pp_yaml_kind pp_yaml_kind(const struct pp_yaml *y, int node);

/* Where a node begins, from 1. */
size_t pp_yaml_line(const struct pp_yaml *y, int node);

/* A text, "" for what says nothing (null); it may hold any character. */
struct pp_str pp_yaml_text(const struct pp_yaml *y, int node);

/* The items of a list, or pairs of a map. Keys may be of any kind, and be there twice. */
size_t pp_yaml_count(const struct pp_yaml *y, int node);
int pp_yaml_item(const struct pp_yaml *y, int node, size_t i);
void pp_yaml_pair(const struct pp_yaml *y, int node, size_t i, int *key, int *value);

#endif
