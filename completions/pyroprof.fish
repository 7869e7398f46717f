# SPDX-License-Identifier: Apache-2.0
# Completion for fish. The program itself knows the candidates: see src/cli/complete.h.
function __pyroprof_complete
    set -l words (commandline -opc)
    set -l program (string replace -r -- '^~/' "$HOME/" $words[1])
    set -l cur (commandline -ct)
    set -l before (string match -r -- '^-[^=]*=' $cur)
    set -l value (string replace -r -- '^-[^=]*=' '' $cur)
    for line in ($program __complete $words[2..] "$cur" 2>/dev/null)
        switch $line
            case :file
                __fish_complete_path "$value" | string replace -r -- '^' "$before"
            case :command
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end
complete -c pyroprof -f -a '(__pyroprof_complete)'
