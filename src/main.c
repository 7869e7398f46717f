/* SPDX-License-Identifier: Apache-2.0 */
/* The entry point. */
#include <config.h>

#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/exitcode.h"
#include "cmd/archive_complete.h"
#include "cmd/function_complete.h"

/* A standard descriptor that is closed would be given to the next file we open, and messages would
 * end up in a profile. A placeholder opened the wrong way round makes its use an error instead. */
static bool occupy_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode | O_CLOEXEC) != fd)
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct pp_cli cli;

	if (!occupy_standard_fds())
		return PP_EXIT_FAILED;
	/* Characters are the user's; numbers are the same everywhere. */
	setlocale(LC_CTYPE, "");
	pp_cli_init(&cli, pp_commands, pp_examples);
	cli.offer_selectors = pp_archive_complete;
	cli.offer_functions = pp_function_complete;
	return pp_cli_finish(&cli, pp_cli_run(&cli, argc, argv));
}
