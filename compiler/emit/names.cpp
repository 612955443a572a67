#include "compiler/emit/names.hpp"

#include <algorithm>

#include "compiler/emit/emit.hpp"
#include "compiler/emit/library_names.hpp"

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

constexpr std::string_view macros[] = {"BUFSIZ", "EOF",    "HUGE_VAL", "I",      "INFINITY", "NAN",    "NDEBUG",
                                       "NULL",   "assert", "errno",    "stderr", "stdin",    "stdout", "complex"};

template <std::size_t N>
bool among(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool is_of_library(std::string_view name) {
  if (name.size() > 2 && name.substr(name.size() - 2) == "_t") return true;
  const std::string word = std::string(name) + " ";
  const std::size_t at = std::string_view(library_names).find(" " + word);
  return at != std::string_view::npos || std::string_view(library_names).substr(0, word.size()) == word;
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
  if (prefix.find("__") != std::string_view::npos || prefix.substr(0, 5) == "cnnc_" || prefix.substr(0, 5) == "CNNC_")
    return false;
  return !among(keywords, prefix) && !among(vocabulary, prefix) && !is_of_library(prefix) && !among(macros, prefix);
}

}  // namespace cnnc
