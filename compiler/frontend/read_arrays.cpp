#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <dirent.h>

#include "compiler/frontend/weights.hpp"
#include "compiler/frontend/weights_npy.hpp"
#include "compiler/frontend/weights_safetensors.hpp"
#include "compiler/frontend/zip_reader.hpp"

namespace cnnc {

namespace {

constexpr std::string_view npy_extension = ".npy";
/// What packed arrays may hold together beyond one number a byte of their file: a bound for what a small file can cost.
constexpr std::int64_t max_packed_elements = std::int64_t{1} << 26;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string without_extension(std::string_view name) {
  return std::string(name.substr(0, ends_with(name, npy_extension) ? name.size() - npy_extension.size() : name.size()));
}

/// The shape that a wanted array should have; null if all are wanted. False if this one is not.
bool is_wanted(const WantedArrays *wanted, const std::string &name, const Shape *&shape) {
  shape = nullptr;
  if (wanted == nullptr) return true;
  const auto found = wanted->find(name);
  if (found == wanted->end()) return false;
  shape = &found->second;
  return true;
}

struct NpzReader {
  const ByteSource &source;
  const std::string &file;
  const WantedArrays *wanted;
  Arrays &arrays;
  Diagnostics &diagnostics;
  std::int64_t elements_left = 0;

  bool entry(const ZipEntry &entry) {
    const std::string name = without_extension(entry.name);
    if (arrays.count(name) != 0) {
      diagnostics.report_file(DiagnosticKind::npz_malformed, file,
                              fmt::format("array {} is there twice", in_quotes(name)));
      return false;
    }
    const Shape *shape = nullptr;
    if (!is_wanted(wanted, name, shape)) {
      arrays[name] = {};
      return true;
    }
    const std::string label = "array " + in_quotes(name);
    // The header first: an array of another shape, or of more than there may be, is not unpacked at all.
    const std::optional<std::string> head = unpack(source, entry, max_npy_header, file, diagnostics);
    if (!head) return false;
    const std::optional<NpyHeader> header = read_npy_header(byte_source(*head), file, label, diagnostics);
    if (!header) return false;
    if (shape != nullptr && header->shape != *shape) {
      arrays[name].shape = header->shape;
      return true;
    }
    const std::int64_t elements = checked_array_elements(header->shape).value_or(max_elements);
    elements_left -= elements;
    const std::int64_t most_bytes = header->data_offset + elements * byte_size(header->format.type);
    if (elements_left < 0 || (header->supported && entry.bytes > most_bytes)) return too_large(label, entry, *header);
    const std::optional<std::string> bytes = unpack(source, entry, entry.bytes, file, diagnostics);
    if (!bytes) return false;
    std::optional<Array> array = read_npy(byte_source(*bytes), file, label, shape, diagnostics);
    if (!array) return false;
    arrays[name] = std::move(*array);
    return true;
  }

  bool too_large(const std::string &label, const ZipEntry &entry, const NpyHeader &header) {
    if (elements_left >= 0) {
      diagnostics.report_file(DiagnosticKind::npy_malformed, file,
                              fmt::format("{}: is too long: it unpacks to {} bytes, more than {} takes", label,
                                          entry.bytes, to_string(header.shape)));
    } else {
      diagnostics
          .report_file(
              DiagnosticKind::weights_too_large, file,
              fmt::format("{}: its arrays unpack to more numbers than a file of {} bytes may hold", label, source.size))
          .hint("save them unpacked, with numpy.savez");
    }
    return false;
  }
};

bool read_npz(const ByteSource &source, const std::string &file, const WantedArrays *wanted, Arrays &arrays,
              Diagnostics &diagnostics) {
  const std::optional<std::vector<ZipEntry>> entries = read_zip_directory(source, file, diagnostics);
  if (!entries) return false;
  for (const ZipEntry &entry : *entries) {
    if (ends_with(entry.name, npy_extension)) continue;
    const bool torch = ends_with(entry.name, "/data.pkl");
    diagnostics
        .report_file(torch ? DiagnosticKind::weights_format_unknown : DiagnosticKind::npz_malformed, file,
                     torch ? "is a PyTorch checkpoint, which holds Python code"
                           : fmt::format("entry {} is no .npy array", in_quotes(entry.name)))
        .hint(torch ? "in Python: safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")" : "");
    return false;
  }
  NpzReader reader{source, file, wanted, arrays, diagnostics, std::max(max_packed_elements, source.size)};
  return std::all_of(entries->begin(), entries->end(), [&](const ZipEntry &entry) { return reader.entry(entry); });
}

bool read_single_npy(const ByteSource &source, const std::string &path, const std::string &name,
                     const WantedArrays *wanted, Arrays &arrays, Diagnostics &diagnostics) {
  const Shape *shape = nullptr;
  if (!is_wanted(wanted, name, shape)) {
    arrays[name] = {};
    return true;
  }
  std::optional<Array> array = read_npy(source, path, "", shape, diagnostics);
  if (array) arrays[name] = std::move(*array);
  return array.has_value();
}

bool read_folder(const std::string &path, const WantedArrays *wanted, Arrays &arrays, Diagnostics &diagnostics) {
  DIR *folder = ::opendir(path.c_str());
  if (folder == nullptr) {
    diagnostics.report_file(DiagnosticKind::file_unreadable, path,
                            fmt::format("cannot be read: {}", std::strerror(errno)));
    return false;
  }
  std::vector<std::string> names;
  while (const dirent *entry = ::readdir(folder))
    if (ends_with(entry->d_name, npy_extension) && entry->d_name != npy_extension) names.emplace_back(entry->d_name);
  ::closedir(folder);
  std::sort(names.begin(), names.end());
  if (names.empty()) {
    diagnostics.report_file(DiagnosticKind::weights_format_unknown, path, "is a folder without .npy files")
        .hint("weights are a .safetensors or .npz file, or a folder of .npy files named after them");
    return false;
  }
  for (const std::string &name : names) {
    const std::string file = join_path(path, name);
    const std::optional<ByteSource> source = open_file(file, diagnostics);
    if (!source || !read_single_npy(*source, file, without_extension(name), wanted, arrays, diagnostics)) return false;
  }
  return true;
}

enum class ArrayFile { safetensors, npz, npy, unknown };

ArrayFile kind_of(const std::string &path, std::string_view head) {
  if (head.substr(0, 4) == std::string_view("PK\3\4", 4) || head.substr(0, 4) == std::string_view("PK\5\6", 4))
    return ArrayFile::npz;
  if (head.substr(0, 6) == std::string_view("\x93NUMPY", 6)) return ArrayFile::npy;
  if (head.size() > 8 && head[8] == '{') return ArrayFile::safetensors;
  const std::string extension = extension_of(path);
  if (extension == ".safetensors") return ArrayFile::safetensors;
  if (extension == ".npz") return ArrayFile::npz;
  if (extension == npy_extension) return ArrayFile::npy;
  return ArrayFile::unknown;
}

}  // namespace

std::optional<Arrays> read_arrays(const std::string &path, const WantedArrays *wanted, Diagnostics &diagnostics) {
  Arrays arrays;
  if (is_folder(path))
    return read_folder(path, wanted, arrays, diagnostics) ? std::optional<Arrays>(std::move(arrays)) : std::nullopt;
  const std::optional<ByteSource> source = open_file(path, diagnostics);
  if (!source) return std::nullopt;
  std::string head(static_cast<std::size_t>(std::min<std::int64_t>(source->size, 16)), '\0');
  if (!source->read(0, head.data(), static_cast<std::int64_t>(head.size()))) head.clear();
  bool good = false;
  switch (kind_of(path, head)) {
    case ArrayFile::safetensors:
      good = read_safetensors(*source, path, wanted, arrays, diagnostics);
      break;
    case ArrayFile::npz:
      good = read_npz(*source, path, wanted, arrays, diagnostics);
      break;
    case ArrayFile::npy:
      good = read_single_npy(*source, path, stem_of(path), wanted, arrays, diagnostics);
      break;
    case ArrayFile::unknown:
      diagnostics
          .report_file(DiagnosticKind::weights_format_unknown, path,
                       head.empty() ? "is empty" : "is neither safetensors nor .npz nor .npy")
          .hint("weights are a .safetensors or .npz file, or a folder of .npy files named after them");
      break;
  }
  return good ? std::optional<Arrays>(std::move(arrays)) : std::nullopt;
}

std::optional<Weights> read_weights(const std::string &path, Diagnostics &diagnostics, const WantedArrays *wanted) {
  std::optional<Arrays> arrays = read_arrays(path, wanted, diagnostics);
  if (!arrays) return std::nullopt;
  Weights weights;
  for (auto &[name, array] : *arrays) {
    // Beyond the range of f32 this gives an infinity, which bind_weights reports.
    if (array.floats.empty()) array.floats.assign(array.doubles.begin(), array.doubles.end());
    weights[name] = SharedTensor(std::move(array.shape), std::move(array.floats));
  }
  return weights;
}

}  // namespace cnnc
