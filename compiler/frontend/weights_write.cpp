#include "compiler/frontend/weights_write.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "compiler/frontend/array.hpp"
#include "compiler/support/checks.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

/// The element types of the formats here; NumPy has no bf16, and few programs read its f16.
Tensor widened(const Tensor &tensor) {
  Tensor result = tensor;
  if (result.type.dtype == DType::f16 || result.type.dtype == DType::bf16) result.type.dtype = DType::f32;
  return result;
}

struct DtypeNames {
  const char *npy, *safetensors;
};

DtypeNames written_as(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::f16:
    case DType::bf16:
      return {"<f4", "F32"};
    case DType::i32:
      return {"<i4", "I32"};
    case DType::u8:
      return {"|u1", "U8"};
    case DType::i8:
      return {"|i1", "I8"};
  }
  CNNC_UNREACHABLE("a dtype");
}

/// The fields that a local header and a directory entry of a zip archive share, from `version needed` to `name length`.
std::string zip_fields(const std::string &name, const std::string &bytes) {
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size());
  std::string out;
  append_little_endian(out, 20, 2);      // version needed
  append_little_endian(out, 0x0800, 2);  // names are UTF-8
  append_little_endian(out, 0, 2);       // stored
  append_little_endian(out, 0, 2);       // midnight
  append_little_endian(out, 0x21, 2);    // 1 January 1980, the first date that there is
  append_little_endian(out, crc, 4);
  append_little_endian(out, bytes.size(), 4);
  append_little_endian(out, bytes.size(), 4);
  append_little_endian(out, name.size(), 2);
  return out;
}

}  // namespace

std::string write_npy(const Tensor &tensor) {
  const Shape &shape = tensor.type.shape;
  std::string tuple;
  for (std::size_t i = 0; i < shape.size(); ++i)
    tuple += fmt::format("{}{}{}", i == 0 ? "" : " ", shape[i], i + 1 < shape.size() || i == 0 ? "," : "");
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                   written_as(tensor.type.dtype).npy, tuple);
  constexpr std::size_t alignment = 64, before = 10;
  header.append(alignment - 1 - (before + header.size()) % alignment, ' ');
  header.push_back('\n');
  std::string out("\x93NUMPY\1\0", 8);
  append_little_endian(out, header.size(), 2);
  out += header;
  return out + encode(widened(tensor));
}

std::string write_npz(const NamedTensors &tensors) {
  std::string out, directory;
  std::string extra = "cn";
  append_little_endian(extra, npz_mark.size(), 2);
  extra += npz_mark;
  for (const auto &[array_name, tensor] : tensors) {
    const std::string name = array_name + ".npy";
    const std::string bytes = write_npy(tensor);
    CNNC_CHECK(out.size() + bytes.size() < (std::size_t{1} << 32) - (1 << 20), "a .npz file beyond 4 GiB");
    const std::string fields = zip_fields(name, bytes);
    directory += "PK\1\2";
    append_little_endian(directory, 20, 2);  // version made by
    directory += fields;
    directory.append(12, '\0');  // no extra field, no comment, first disk, no attributes
    append_little_endian(directory, out.size(), 4);
    directory += name;
    out += "PK\3\4";
    out += fields;
    append_little_endian(out, extra.size(), 2);
    out.append(name).append(extra).append(bytes);
  }
  const std::size_t directory_at = out.size();
  out.append(directory).append("PK\5\6");
  append_little_endian(out, 0, 4);  // first disk
  append_little_endian(out, tensors.size(), 2);
  append_little_endian(out, tensors.size(), 2);
  append_little_endian(out, directory.size(), 4);
  append_little_endian(out, directory_at, 4);
  append_little_endian(out, 0, 2);  // no comment
  return out;
}

std::string write_safetensors(const Weights &weights) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  std::string data;
  for (const auto &[name, shared] : weights) {
    const Tensor tensor = shared.tensor();
    const std::size_t begin = data.size();
    data += encode(widened(tensor));
    header[name] = {{"dtype", written_as(tensor.type.dtype).safetensors},
                    {"shape", tensor.type.shape},
                    {"data_offsets", {begin, data.size()}}};
  }
  std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string out;
  append_little_endian(out, text.size(), 8);
  return out + text + data;
}

}  // namespace cnnc
