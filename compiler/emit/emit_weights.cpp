#include "compiler/emit/emit_weights.hpp"

#include "cnnc/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace cnnc {

namespace {

void put_word(unsigned char *at, std::uint64_t word, int bytes) {
  for (int i = 0; i < bytes; ++i) at[i] = static_cast<unsigned char>(word >> (8 * i));
}

weights_identity identity_of(const std::string &digest) {
  weights_identity identity{};
  std::string_view magic = "cnncw001";
  for (std::size_t i = 0; i < magic.size(); ++i) identity.bytes[i] = static_cast<unsigned char>(magic[i]);
  auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < 32; ++i)
    identity.bytes[8 + i] = static_cast<unsigned char>(16 * value(digest[2 * i]) + value(digest[2 * i + 1]));
  return identity;
}

std::string_view as_text(const std::vector<unsigned char> &bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// Calls `use` for the weights as little-endian bytes, filled up with zeros to a multiple of 64, piece by piece.
template <typename Use>
void each_piece(const WeightsImage &weights, Use use) {
  std::vector<unsigned char> piece;
  weights.read([&](std::span<const float> numbers) {
    piece.assign((4 * numbers.size() + 63) / 64 * 64, 0);
    if constexpr (std::endian::native == std::endian::little)
      std::memcpy(piece.data(), numbers.data(), 4 * numbers.size());
    else
      for (std::size_t i = 0; i < numbers.size(); ++i)
        put_word(piece.data() + 4 * i, std::bit_cast<std::uint32_t>(numbers[i]), 4);
    use(piece);
  });
}

std::string symbol(const Module &module) { return module.options.prefix + "_weights"; }

}  // namespace

std::size_t image_bytes(const Module &module) {
  return weights_head_bytes + (4 * static_cast<std::size_t>(module.weights.size()) + 63) / 64 * 64;
}

std::function<void(const std::function<void(std::string_view)> &)> weights_writer(const Module &module) {
  return [weights = module.weights, identity = identity_of(module.digest),
          size = image_bytes(module)](const std::function<void(std::string_view)> &write) {
    std::uint64_t checksum = weights_checksum_of_nothing;
    each_piece(weights, [&](const std::vector<unsigned char> &piece) {
      checksum = weights_checksum(piece.data(), piece.size(), checksum);
    });
    std::vector<unsigned char> head(weights_head_bytes);
    for (std::size_t i = 0; i < sizeof identity.bytes; ++i) head[i] = identity.bytes[i];
    put_word(head.data() + 40, checksum, 8);
    put_word(head.data() + 48, size, 8);
    write(as_text(head));
    each_piece(weights, [&](const std::vector<unsigned char> &piece) { write(as_text(piece)); });
  };
}

void write_included_weights(CppWriter &writer, const Module &module) {
  if (module.place != WeightsPlace::included) return;
  std::string name = symbol(module);
  writer.line(
      fmt::format("// {}.weights lies beside this file: compile with -I and its folder. Clang's -flto looks for it",
                  module.options.prefix));
  writer.line(
      "// again when it links, in the folder where it runs. The symbol is global for the sake of -flto, and hidden.");
  writer.line("__asm__(");
  for (const std::string &line :
       {std::string(".pushsection .rodata,\\\"a\\\""), std::string(".balign 64"), ".globl " + name, ".hidden " + name,
        ".type " + name + ", @object", name + ":", ".incbin \\\"" + module.options.prefix + ".weights\\\"",
        ".size " + name + ", . - " + name})
    writer.line("    \"" + line + "\\n\"");
  writer.line("    \".popsection\\n\");");
  writer.line(
      fmt::format("extern \"C\" {{ extern const unsigned char {}[] __attribute__((visibility(\"hidden\"))); }}", name));
  writer.line();
}

void write_identity(CppWriter &writer, const Module &module) {
  weights_identity identity = identity_of(module.digest);
  writer.line("/// What the weights must bear: \"cnncw001\" and the digest of model and layout.");
  std::vector<std::string> bytes;
  for (unsigned char byte : identity.bytes) bytes.push_back(fmt::format("0x{:02x}", byte));
  writer.list("constexpr cnnc::weights_identity identity = {{", bytes, "}};");
}

void write_weights(CppWriter &writer, const Module &module) {
  switch (module.place) {
    case WeightsPlace::none:
      return;
    case WeightsPlace::included:
    case WeightsPlace::file:
      write_identity(writer, module);
      break;
    case WeightsPlace::text: {
      std::vector<std::string> numbers;
      for (float value : module.weights.floats()) numbers.push_back(float_literal(value));
      writer.list(fmt::format("alignas(64) const float packed_weights[{}] = {{", numbers.size()), numbers, "};");
      break;
    }
  }
  writer.line();
}

void write_weights_access(CppWriter &writer, const Module &module) {
  switch (module.place) {
    case WeightsPlace::none:
      return;
    case WeightsPlace::text:
      return writer.line("const float *const weights = packed_weights;");
    case WeightsPlace::file:
      writer.line("const auto *const weights_image = static_cast<const unsigned char *>(weights_address);");
      break;
    case WeightsPlace::included:
      writer.line("const unsigned char *const weights_image = ::" + symbol(module) + ";");
      break;
  }
  std::string_view missing = module.place == WeightsPlace::file ? "weights_image == nullptr || " : "";
  writer.line(fmt::format("if ({}!cnnc::weights_fit(weights_image, identity)) return CNNC_BAD_WEIGHTS;", missing));
  if (module.weights.empty()) return;
  writer.line("const auto *const weights = reinterpret_cast<const float *>(weights_image + cnnc::weights_head_bytes);");
}

}  // namespace cnnc
