" The network language of cnnc.
if exists("b:current_syntax")
  finish
endif

syntax case match

syntax keyword cnncItem network block import
syntax keyword cnncStorage let var const
syntax keyword cnncConditional if else
syntax keyword cnncRepeat for in
syntax keyword cnncStatement return as
syntax keyword cnncOperatorWord and or not
syntax keyword cnncBoolean true false
syntax keyword cnncType f32 f16 bf16 i32 i8 u8

syntax match cnncNumber "\<\d\+\%(\.\d\+\)\=\%([eE][+-]\=\d\+\)\=\>"
syntax match cnncOperator "|>\|->\|\.\.\|[=!<>]=\|[-+*%<>=]\|/"
syntax match cnncFunction "\<\h\w*\ze("
syntax match cnncFunction "\%(|>\s*\)\@<=\h\w*"

syntax match cnncEscape "\\." contained
syntax region cnncInsert matchgroup=cnncDelimiter start="{" end="}" end="$" oneline contained contains=TOP
syntax region cnncString start=+"+ skip=+\\.+ end=+"+ end="$" oneline contains=cnncEscape,cnncInsert

syntax match cnncComment "//.*$" contains=@Spell
syntax match cnncDocumentation "///\%(/\)\@!.*$" contains=@Spell

highlight default link cnncItem Structure
highlight default link cnncStorage StorageClass
highlight default link cnncConditional Conditional
highlight default link cnncRepeat Repeat
highlight default link cnncStatement Statement
highlight default link cnncOperatorWord Operator
highlight default link cnncBoolean Boolean
highlight default link cnncType Type
highlight default link cnncNumber Number
highlight default link cnncOperator Operator
highlight default link cnncFunction Function
highlight default link cnncEscape SpecialChar
highlight default link cnncDelimiter Delimiter
highlight default link cnncString String
highlight default link cnncComment Comment
highlight default link cnncDocumentation SpecialComment

let b:current_syntax = "cnnc"
