#include "compiler/frontend/safetensors_header.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

constexpr std::string_view metadata_key = "__metadata__";

/// Builds the table from the events of the JSON reader. Every event that has no place in the form ends it with a fault,
/// so that depth and memory are bounded by the form, not by the text. Levels: 1 the table, 2 an entry, 3 a list.
class HeaderBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  SafetensorsHeader header;
  std::string fault;

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("a boolean"); }
  bool binary(binary_t &) override { return unexpected("binary data"); }
  bool number_integer(number_integer_t value) override { return unexpected(fmt::format("the number {}", value)); }
  bool number_float(number_float_t, const string_t &text) override {
    return unexpected("the number " + printable(text));
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (level_ != 3) return unexpected(fmt::format("the number {}", value));
    // A shape has few axes, offsets are two: a list that goes on is a fault, not a demand for memory.
    if (list_.size() == max_list) return fail(fmt::format("{}: '{}' has too many numbers", where(), key_));
    list_.push_back(value);
    return true;
  }

  bool string(string_t &text) override {
    if (level_ == 2 && in_metadata_) return true;
    if (level_ != 2 || key_ != "dtype") return unexpected("the text " + in_quotes(text));
    entry_.dtype = text;
    return true;
  }

  bool start_object(std::size_t) override {
    if (level_ >= 2) return unexpected("an object");
    ++level_;
    return true;
  }

  bool key(string_t &text) override {
    if (level_ == 1) return start_entry(text);
    if (in_metadata_) return true;
    key_ = text;
    bool *seen = text == "dtype" ? &seen_dtype_ : text == "shape" ? &seen_shape_ : &seen_offsets_;
    if (text != "dtype" && text != "shape" && text != "data_offsets")
      return fail(fmt::format("{} has the key {}, which safetensors does not know", where(), in_quotes(text)));
    if (*seen) return fail(fmt::format("{} has '{}' twice", where(), text));
    *seen = true;
    return true;
  }

  bool end_object() override {
    if (level_ == 2 && !in_metadata_) {
      if (!seen_dtype_ || !seen_shape_ || !seen_offsets_)
        return fail(fmt::format("{} lacks its '{}'", where(),
                                !seen_dtype_   ? "dtype"
                                : !seen_shape_ ? "shape"
                                               : "data_offsets"));
      header.emplace(name_, std::move(entry_));
      entry_ = {};
    }
    in_metadata_ = false;
    --level_;
    return true;
  }

  bool start_array(std::size_t) override {
    if (level_ != 2 || in_metadata_ || (key_ != "shape" && key_ != "data_offsets")) return unexpected("a list");
    list_.clear();
    level_ = 3;
    return true;
  }

  bool end_array() override {
    level_ = 2;
    if (key_ == "shape") {
      entry_.shape = list_;
      return true;
    }
    if (list_.size() != 2) return fail(fmt::format("{}: 'data_offsets' must be two numbers", where()));
    entry_.begin = list_[0];
    entry_.end = list_[1];
    return true;
  }

  bool parse_error(std::size_t position, const std::string &, const nlohmann::json::exception &) override {
    return fail(fmt::format("the header is no JSON from its byte {} on", position));
  }

 private:
  static constexpr std::size_t max_list = 64;

  std::string where() const { return "tensor " + in_quotes(name_); }

  bool fail(std::string text) {
    if (fault.empty()) fault = std::move(text);
    return false;
  }

  bool unexpected(const std::string &what) {
    if (level_ == 0) return fail(fmt::format("the header is {}, but must be a JSON object", what));
    if (in_metadata_) return fail(fmt::format("'{}' holds {}, but may only hold texts", metadata_key, what));
    if (level_ == 1) return fail(fmt::format("{} is {}, but must be a JSON object", where(), what));
    return fail(fmt::format("{}: '{}' cannot be {}", where(), printable(key_), what));
  }

  bool start_entry(const std::string &name) {
    name_ = name;
    in_metadata_ = name == metadata_key;
    seen_dtype_ = seen_shape_ = seen_offsets_ = false;
    const bool twice = in_metadata_ ? seen_metadata_ : header.find(name) != header.end();
    seen_metadata_ = seen_metadata_ || in_metadata_;
    return twice ? fail(fmt::format("{} is there twice", where())) : true;
  }

  int level_ = 0;
  bool in_metadata_ = false, seen_metadata_ = false;
  bool seen_dtype_ = false, seen_shape_ = false, seen_offsets_ = false;
  std::string name_, key_;
  SafetensorsEntry entry_;
  std::vector<std::uint64_t> list_;
};

}  // namespace

std::variant<SafetensorsHeader, SafetensorsFault> parse_safetensors_header(std::string_view json) {
  // The JSON reader takes a zero byte for the end of the text.
  const std::size_t zero = json.find('\0');
  if (zero != std::string_view::npos)
    return SafetensorsFault{fmt::format("the header is no JSON from its byte {} on", zero + 1)};
  HeaderBuilder builder;
  if (nlohmann::json::sax_parse(json.begin(), json.end(), &builder) && builder.fault.empty())
    return std::move(builder.header);
  return SafetensorsFault{builder.fault};
}

}  // namespace cnnc
