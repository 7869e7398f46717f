/* SPDX-License-Identifier: Apache-2.0 */
/* What the two units of the program share. */
#ifndef PP_TESTS_SHAPE_H
#define PP_TESTS_SHAPE_H

extern volatile int shape_sink;

int shape_far(int n);

#endif
