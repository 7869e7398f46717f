# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A real terminal to run `pyroprof tui` in, which is tmux.

# A shell in a terminal of $1 columns and $2 rows.
start_terminal()
{
	export LC_ALL=C.UTF-8 TERM=xterm-256color
	server=pyroprof-$$-$BATS_TEST_NUMBER
	tmux -L "$server" -f /dev/null new-session -d -x "$1" -y "$2" "env PS1='ready> ' sh" 3>&-
	wait_for 'ready>'
	# the size is none of its settings
	type_line 'stty -a | sed 1d >before'
}

stop_terminal()
{
	[ -z "${server-}" ] || tmux -L "$server" kill-server 2>/dev/null
}

keys()
{
	tmux -L "$server" send-keys "$@"
}

type_line()
{
	keys -l "$1"
	keys Enter
}

screen()
{
	tmux -L "$server" capture-pane -p
}

# Until the screen shows $1, an extended regular expression, and is not being drawn: what stands
# at the top is there before the rest.
wait_for()
{
	local i

	for ((i = 0; i < 600; i++)); do
		screen >screen
		sleep 0.05
		grep -qE -- "$1" screen || continue
		screen >again
		! cmp -s screen again || return 0
	done
	echo "no '$1' on the screen:"
	cat screen
	return 1
}

# What runs in the terminal.
program_pid()
{
	pgrep -P "$(tmux -L "$server" display -p '#{pane_pid}')"
}

# The shell is back, with the terminal as it was before; the exit status is $1.
expect_restored()
{
	wait_for "ended $1\$"
	type_line 'stty -a | sed 1d >after; echo done now'
	wait_for '^done now'
	diff before after
	run tmux -L "$server" display -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag}'
	assert_status 0
	[ "$output" = "0 1 0" ] || {
		echo "alternate screen, cursor, mouse: $output"
		return 1
	}
}
