/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes and the few macros that plain functions cannot replace. */
#ifndef PP_BASE_COMPILER_H
#define PP_BASE_COMPILER_H

#define PP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define PP_NODISCARD	     __attribute__((warn_unused_result))
#define PP_NORETURN	     __attribute__((noreturn))
#define PP_UNUSED	     __attribute__((unused))

/* Run fn(&variable) when the variable goes out of scope: for locals that own something. */
#define PP_CLEANUP(fn) __attribute__((cleanup(fn)))

#define PP_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define pp_likely(x)   __builtin_expect(!!(x), 1)
#define pp_unlikely(x) __builtin_expect(!!(x), 0)

#endif
