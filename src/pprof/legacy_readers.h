/* SPDX-License-Identifier: Apache-2.0 */
/* One reader for each of the older formats: each looks whether the file is its own, and then adds
 * everything in it to an empty builder. They return values of enum PP_LEGACY_READ and so on. */
#ifndef PP_PPROF_LEGACY_READERS_H
#define PP_PPROF_LEGACY_READERS_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "pprof/legacy.h"
#include "profile/builder.h"

typedef int pp_legacy_reader(struct pp_builder *b, struct pp_str file, struct pp_err *err);

/* gperftools' binary CPU profiles ("profilez"), of C++ and of Java programs. */
pp_legacy_reader pp_legacy_cpu;

/* Heap, growth and fragmentation profiles of tcmalloc ("heapz"); Go's heap?debug=1. */
pp_legacy_reader pp_legacy_heap;

/* Go's goroutine?debug=1, threadcreate?debug=1 and the like. */
pp_legacy_reader pp_legacy_count;

/* Stacks of all threads ("threadz"). */
pp_legacy_reader pp_legacy_thread;

/* Lock contention ("contentionz"); Go's mutex?debug=1 and block?debug=1. */
pp_legacy_reader pp_legacy_contention;

/* Heap and contention profiles of Java programs. */
pp_legacy_reader pp_legacy_java;

/* Go's goroutine?debug=2, and what a Go program writes when it panics. */
pp_legacy_reader pp_goroutines;

#endif
