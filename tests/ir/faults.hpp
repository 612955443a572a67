// Lists of faults in tests: compared as a whole, and printed by doctest where they differ.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace cnnc {

using Faults = std::vector<std::string>;

}  // namespace cnnc

namespace doctest {

template <>
struct StringMaker<cnnc::Faults> {
  static String convert(const cnnc::Faults &faults) {
    std::string text = "{";
    for (const std::string &fault : faults) text += "\n    " + fault;
    return (text + "}").c_str();
  }
};

}  // namespace doctest
