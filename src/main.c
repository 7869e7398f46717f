/* SPDX-License-Identifier: Apache-2.0 */
/* The entry point. */
#include <config.h>

int main(void)
{
	return 0;
}
