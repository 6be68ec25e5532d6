/** What a shell reads to complete `box`. Thin: every answer comes from the box that is being typed. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const BASH = `# bash completion for box: box itself knows what fits.
_box() {
  local line cur=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :nospace) compopt -o nospace ;;
      :file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
      :directory) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <("\${COMP_WORDS[0]/#\\~/$HOME}" __complete bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _box box
`;

const ZSH = `#compdef box
# zsh completion for box: box itself knows what fits.
_box() {
  local line
  local -a found options
  for line in "\${(@f)$("\${(Q)words[1]/#\\~/$HOME}" __complete zsh "\${(@Q)words[1,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      :nospace) options=(-S '') ;;
      :file) [[ $PREFIX == --*=* ]] && compset -P '*='; _files ;;
      :directory) [[ $PREFIX == --*=* ]] && compset -P '*='; _files -/ ;;
      ?*) found+=("$line") ;;
    esac
  done
  (( \${#found} )) && _describe -V box found "\${options[@]}"
}
# Read from a folder of functions this file is the function; read by source it defines one.
if [ "$funcstack[1]" = _box ]; then _box "$@"; else compdef _box box; fi
`;

const FISH = `# fish completion for box: box itself knows what fits.
function __box_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    for line in ($program __complete fish $words "$current" 2>/dev/null)
        switch $line
            case ':nospace'
            case ':file'
                set -l flag (string match -r -- '^--[^=]*=' $current)
                set -l path (string replace -r -- '^--[^=]*=' '' $current)
                printf '%s\\n' $flag(__fish_complete_path $path)
            case ':directory'
                set -l flag (string match -r -- '^--[^=]*=' $current)
                set -l path (string replace -r -- '^--[^=]*=' '' $current)
                printf '%s\\n' $flag(__fish_complete_directories $path)
            case '*'
                echo $line
        end
    end
end
complete -c box -f -k -a '(__box_complete)'
`;

export const SCRIPTS: Record<Shell, string> = { bash: BASH, zsh: ZSH, fish: FISH };
