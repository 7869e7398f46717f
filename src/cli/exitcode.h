/* SPDX-License-Identifier: Apache-2.0 */
/* What the exit status tells scripts; documented in every page's EXIT STATUS. */
#ifndef PP_CLI_EXITCODE_H
#define PP_CLI_EXITCODE_H

enum pp_exit {
	PP_EXIT_OK = 0,
	PP_EXIT_NO = 1,	       /* it worked, and the answer is no */
	PP_EXIT_USAGE = 2,     /* the command line is wrong; nothing was done */
	PP_EXIT_FAILED = 3,    /* input, permission, I/O, network */
	PP_EXIT_UNDECIDED = 4, /* gate: the profiles cannot tell, or not be compared */
};

#endif
