# SPDX-License-Identifier: Apache-2.0
# Completion for fish. The program itself knows the candidates: see src/cli/complete.h. What stands
# behind the cursor fish keeps to itself.
function __pyroprof_complete
    set -l words (commandline -opc)
    set -l program (string replace -r -- '^~/' "$HOME/" $words[1])
    # the word as it is typed, without the quote that opens it
    set -l cur (string replace -r -- '^[\'"]' '' (commandline -ct))
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
