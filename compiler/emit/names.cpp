#include "compiler/emit/names.hpp"

#include <algorithm>

#include "compiler/emit/emit.hpp"

namespace cnnc {

namespace {

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
                                         "final",
                                         "float",
                                         "for",
                                         "friend",
                                         "goto",
                                         "if",
                                         "import",
                                         "inline",
                                         "int",
                                         "long",
                                         "module",
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
                                         "override",
                                         "private",
                                         "protected",
                                         "public",
                                         "register",
                                         "reinterpret_cast",
                                         "requires",
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
                                         "xor_eq",
                                         "restrict"};

// Names that emitted text uses unqualified, and macros in lower case that compilers predefine.
constexpr std::string_view vocabulary[] = {
    "abs",      "add",           "cnnc",      "cnnc_dtype", "cnnc_model", "cnnc_status", "cnnc_tensor", "div",
    "erf",      "exp",           "expm1",     "f32x16",     "f32x4",      "f32x8",       "fma",         "from_bits",
    "i386",     "index_div",     "index_max", "index_min",  "index_mod",  "like",        "linux",       "load",
    "load_one", "load_strided",  "log",       "log1p",      "max",        "min",         "mul",         "mul_add",
    "neg",      "pow",           "select",    "sigmoid",    "size_t",     "splat",       "sqrt",        "std",
    "store",    "store_strided", "sub",       "tanh",       "uint32_t",   "uint64_t",    "unix"};

// What the C library and POSIX declare at the global scope in the headers that programs include most: a namespace of
// that name would clash with it.
constexpr std::string_view library[] = {
    "abort",      "abs",       "accept",    "access",    "acos",     "acosh",     "alarm",     "asin",
    "asinh",      "assert",    "atan",      "atan2",     "atanh",    "atexit",    "atof",      "atoi",
    "atol",       "bind",      "brk",       "bsearch",   "calloc",   "cbrt",      "ceil",      "chdir",
    "chmod",      "chown",     "clearerr",  "clock",     "clock_t",  "close",     "connect",   "copysign",
    "cos",        "cosh",      "creat",     "ctermid",   "ctime",    "daylight",  "difftime",  "div",
    "div_t",      "drem",      "dup",       "dup2",      "environ",  "erf",       "erfc",      "errno",
    "execv",      "exit",      "exp",       "exp2",      "expm1",    "fabs",      "fclose",    "fcntl",
    "fdim",       "feof",      "ferror",    "fflush",    "ffs",      "fgetc",     "fgetpos",   "fgets",
    "floor",      "fma",       "fmax",      "fmin",      "fmod",     "fopen",     "fork",      "fpos_t",
    "fprintf",    "fputc",     "fputs",     "fread",     "free",     "freopen",   "frexp",     "fscanf",
    "fseek",      "fsetpos",   "fstat",     "fsync",     "ftell",    "fwrite",    "gamma",     "getc",
    "getchar",    "getenv",    "getopt",    "getpid",    "gets",     "getw",      "gmtime",    "hypot",
    "ilogb",      "index",     "int16_t",   "int32_t",   "int64_t",  "int8_t",    "intmax_t",  "intptr_t",
    "ioctl",      "isalnum",   "isalpha",   "isatty",    "isdigit",  "isfinite",  "isinf",     "islower",
    "isnan",      "isnormal",  "isprint",   "isspace",   "isupper",  "j0",        "j1",        "jn",
    "kill",       "labs",      "ldexp",     "ldiv",      "lgamma",   "link",      "listen",    "llabs",
    "lldiv",      "localtime", "lockf",     "log",       "log10",    "log1p",     "log2",      "logb",
    "longjmp",    "lrint",     "lround",    "lseek",     "lstat",    "main",      "malloc",    "mblen",
    "memchr",     "memcmp",    "memcpy",    "memmove",   "memset",   "mkdir",     "mktime",    "mmap",
    "modf",       "mprotect",  "msync",     "munmap",    "nan",      "nearbyint", "nextafter", "nice",
    "off_t",      "open",      "optarg",    "optind",    "pause",    "perror",    "pid_t",     "pipe",
    "pow",        "printf",    "ptrdiff_t", "putc",      "putchar",  "putenv",    "puts",      "qsort",
    "quick_exit", "raise",     "rand",      "random",    "read",     "readlink",  "realloc",   "recv",
    "remainder",  "remove",    "remquo",    "rename",    "rewind",   "rindex",    "rint",      "rmdir",
    "round",      "sbrk",      "scalb",     "scalbn",    "scanf",    "select",    "send",      "setbuf",
    "setenv",     "setjmp",    "setvbuf",   "sigaction", "signal",   "signbit",   "signgam",   "significand",
    "sin",        "sinh",      "size_t",    "sleep",     "snprintf", "socket",    "sprintf",   "sqrt",
    "srand",      "sscanf",    "ssize_t",   "stat",      "stderr",   "stdin",     "stdout",    "strcat",
    "strchr",     "strcmp",    "strcpy",    "strlen",    "strncmp",  "strncpy",   "strstr",    "strtod",
    "strtok",     "strtol",    "swab",      "symlink",   "sync",     "system",    "tan",       "tanh",
    "tgamma",     "time",      "time_t",    "timezone",  "tm",       "tmpfile",   "tmpnam",    "toascii",
    "tolower",    "toupper",   "trunc",     "truncate",  "tzname",   "tzset",     "uint16_t",  "uint32_t",
    "uint64_t",   "uint8_t",   "uintmax_t", "uintptr_t", "ungetc",   "unlink",    "usleep",    "utime",
    "va_list",    "vfork",     "vfprintf",  "vprintf",   "wait",     "wchar_t",   "write",     "y0",
    "y1",         "yn"};

constexpr std::string_view macros[] = {"BUFSIZ", "EOF",    "HUGE_VAL", "I",      "INFINITY", "NAN",    "NDEBUG",
                                       "NULL",   "assert", "errno",    "stderr", "stdin",    "stdout", "complex"};

template <std::size_t N>
bool among(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Longer names in capitals are left to macros.
bool is_shouted(std::string_view name) {
  return name.size() > 2 && std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

std::string safe_identifier(std::string_view name) {
  std::string safe;
  for (char c : name) {
    char next = is_letter(c) || is_digit(c) ? c : '_';
    if (next != '_' || (!safe.empty() && safe.back() != '_')) safe += next;
  }
  if (safe.empty() || is_digit(safe[0])) safe = "n" + safe;
  bool reserved = among(keywords, safe) || among(vocabulary, safe) || among(macros, safe) || is_shouted(safe);
  if (reserved && safe.back() != '_') safe += '_';
  return safe;
}

std::string pascal_case(std::string_view name) {
  std::string pascal;
  bool start = true;
  for (char c : name) {
    bool upper = start && c >= 'a' && c <= 'z';
    if (is_letter(c) || is_digit(c)) pascal += upper ? static_cast<char>(c - 'a' + 'A') : c;
    start = !is_letter(c) && !is_digit(c);
  }
  return safe_identifier(pascal);
}

std::string Scope::declare(std::string_view name) {
  std::string safe = safe_identifier(name);
  std::string chosen = safe;
  std::string joint = safe.back() == '_' ? "" : "_";
  for (int number = 2; !visible_.insert(chosen).second; ++number) chosen = safe + joint + std::to_string(number);
  order_.push_back(chosen);
  return chosen;
}

void Scope::leave(std::size_t mark) {
  for (; order_.size() > mark; order_.pop_back()) visible_.erase(order_.back());
}

bool valid_prefix(std::string_view prefix) {
  if (prefix.empty() || !is_letter(prefix[0])) return false;
  for (char c : prefix)
    if (!is_letter(c) && !is_digit(c) && c != '_') return false;
  if (prefix.find("__") != std::string_view::npos || prefix.substr(0, 5) == "cnnc_") return false;
  return !among(keywords, prefix) && !among(vocabulary, prefix) && !among(library, prefix) && !among(macros, prefix);
}

}  // namespace cnnc
