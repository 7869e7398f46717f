# SPDX-License-Identifier: Apache-2.0
# Stubs: what there is to complete is in the program.
bashcompdir = $(datadir)/bash-completion/completions
dist_bashcomp_DATA = %D%/pyroprof.bash
zshcompdir = $(datadir)/zsh/site-functions
dist_zshcomp_DATA = %D%/_pyroprof
fishcompdir = $(datadir)/fish/vendor_completions.d
dist_fishcomp_DATA = %D%/pyroprof.fish
