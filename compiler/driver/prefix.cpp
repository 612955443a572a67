#include "compiler/driver/prefix.hpp"

#include <algorithm>

namespace cnnc {

namespace {

constexpr std::size_t max_prefix = 100;

// Sorted lists.
constexpr std::string_view keywords[] = {"alignas",
                                         "alignof",
                                         "and",
                                         "and_eq",
                                         "asm",
                                         "auto",
                                         "bitand",
                                         "bitor",
                                         "bool",
                                         "break",
                                         "case",
                                         "catch",
                                         "char",
                                         "char16_t",
                                         "char32_t",
                                         "char8_t",
                                         "class",
                                         "co_await",
                                         "co_return",
                                         "co_yield",
                                         "compl",
                                         "concept",
                                         "const",
                                         "const_cast",
                                         "consteval",
                                         "constexpr",
                                         "constinit",
                                         "continue",
                                         "decltype",
                                         "default",
                                         "delete",
                                         "do",
                                         "double",
                                         "dynamic_cast",
                                         "else",
                                         "enum",
                                         "explicit",
                                         "export",
                                         "extern",
                                         "false",
                                         "float",
                                         "for",
                                         "friend",
                                         "goto",
                                         "if",
                                         "inline",
                                         "int",
                                         "long",
                                         "mutable",
                                         "namespace",
                                         "new",
                                         "noexcept",
                                         "not",
                                         "not_eq",
                                         "nullptr",
                                         "operator",
                                         "or",
                                         "or_eq",
                                         "private",
                                         "protected",
                                         "public",
                                         "register",
                                         "reinterpret_cast",
                                         "requires",
                                         "restrict",
                                         "return",
                                         "short",
                                         "signed",
                                         "sizeof",
                                         "static",
                                         "static_assert",
                                         "static_cast",
                                         "struct",
                                         "switch",
                                         "template",
                                         "this",
                                         "thread_local",
                                         "throw",
                                         "true",
                                         "try",
                                         "typedef",
                                         "typeid",
                                         "typename",
                                         "typeof",
                                         "union",
                                         "unsigned",
                                         "using",
                                         "virtual",
                                         "void",
                                         "volatile",
                                         "wchar_t",
                                         "while",
                                         "xor",
                                         "xor_eq"};

/// Names that a header of C, C++ or POSIX may declare at global scope, or that compilers define as macros.
constexpr std::string_view library_names[] = {
    "NULL",    "EOF",       "abort",    "abs",       "accept",   "access",  "acos",     "acosh",    "alarm",
    "asin",    "asinh",     "assert",   "atan",      "atan2",    "atanh",   "atexit",   "atof",     "atoi",
    "atol",    "atoll",     "bind",     "bsearch",   "calloc",   "cbrt",    "ceil",     "chdir",    "chmod",
    "chown",   "clock",     "close",    "connect",   "copysign", "cos",     "cosh",     "creat",    "ctime",
    "daemon",  "difftime",  "div",      "dup",       "environ",  "erf",     "erfc",     "errno",    "exec",
    "exit",    "exp",       "exp2",     "expm1",     "fabs",     "fclose",  "fdim",     "feof",     "ferror",
    "fflush",  "fgetc",     "fgets",    "floor",     "fma",      "fmax",    "fmin",     "fmod",     "fopen",
    "fork",    "fprintf",   "fputc",    "fputs",     "fread",    "free",    "frexp",    "fscanf",   "fseek",
    "ftell",   "fwrite",    "gamma",    "getc",      "getchar",  "getenv",  "gets",     "gmtime",   "hypot",
    "ilogb",   "index",     "isalnum",  "isalpha",   "isdigit",  "isinf",   "isnan",    "j0",       "j1",
    "jn",      "kill",      "labs",     "ldexp",     "ldiv",     "lgamma",  "linux",    "link",     "listen",
    "log",     "log10",     "log1p",    "log2",      "logb",     "longjmp", "lrint",    "lround",   "main",
    "malloc",  "mblen",     "memchr",   "memcmp",    "memcpy",   "memmove", "memset",   "mktime",   "modf",
    "nan",     "nearbyint", "nice",     "open",      "pause",    "perror",  "pipe",     "poll",     "posix",
    "pow",     "printf",    "putc",     "putchar",   "puts",     "qsort",   "raise",    "rand",     "random",
    "read",    "realloc",   "recv",     "remainder", "remove",   "remquo",  "rename",   "rewind",   "rint",
    "rmdir",   "round",     "scalb",    "scanf",     "select",   "send",    "setjmp",   "shutdown", "sigaction",
    "signal",  "signbit",   "signgam",  "sin",       "sinh",     "sleep",   "snprintf", "socket",   "sprintf",
    "sqrt",    "srand",     "sscanf",   "stat",      "std",      "stderr",  "stdin",    "stdout",   "strcat",
    "strchr",  "strcmp",    "strcpy",   "strdup",    "strlen",   "strtod",  "strtol",   "swab",     "symlink",
    "sync",    "system",    "tan",      "tanh",      "tgamma",   "time",    "times",    "timezone", "tmpfile",
    "tolower", "toupper",   "trunc",    "truncate",  "umask",    "ungetc",  "unix",     "unlink",   "usleep",
    "va_end",  "va_list",   "va_start", "vfork",     "vprintf",  "wait",    "write",    "y0",       "y1",
    "yn"};

template <std::size_t N>
bool contains(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string why_no_prefix(std::string_view name) {
  const auto fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  if (name.empty() || !is_letter(name[0]) || !std::all_of(name.begin(), name.end(), fits))
    return "is no identifier: a prefix is a letter, then letters, digits and '_'";
  if (name.size() > max_prefix) return "is too long for a prefix";
  if (name.find("__") != std::string_view::npos) return "has '__' in it, which C++ reserves";
  if (name == "cnnc" || name.substr(0, 5) == "cnnc_" || name.substr(0, 5) == "CNNC_")
    return "belongs to the runtime of cnnc";
  if (contains(keywords, name)) return "is a keyword of C++";
  if (contains(library_names, name)) return "is a name of the C or C++ library";
  return "";
}

}  // namespace cnnc
