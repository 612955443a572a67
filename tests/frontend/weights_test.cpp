#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "compiler/frontend/weights.hpp"
#include "compiler/frontend/weights_npy.hpp"
#include "compiler/frontend/weights_safetensors.hpp"
#include "compiler/frontend/weights_write.hpp"
#include "compiler/ops/op.hpp"
#include "compiler/support/output_files.hpp"
#include "tests/frontend/weights_files.hpp"

namespace cnnc {
namespace {

namespace fs = std::filesystem;

/// A path in a new folder that is removed with it.
struct TemporaryFile {
  fs::path folder;
  std::string path;
  TemporaryFile(const std::string &name, const std::string &bytes) {
    std::string pattern = (fs::temp_directory_path() / "cnnc-weights-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder = pattern;
    path = (folder / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
  }
  TemporaryFile(const TemporaryFile &) = delete;
  ~TemporaryFile() { fs::remove_all(folder); }
};

/// The one fault of the file, as "code message".
std::string fault_of(const Diagnostics &diagnostics) {
  REQUIRE(diagnostics.all().size() == 1);
  const Diagnostic &fault = diagnostics.all()[0];
  CHECK(fault.file == "w");
  return std::string(info(fault.kind).code) + " " + fault.message;
}

std::string safetensors_fault(const std::string &bytes) {
  Diagnostics diagnostics;
  Arrays arrays;
  CHECK_FALSE(read_safetensors(byte_source(bytes), "w", nullptr, arrays, diagnostics));
  return fault_of(diagnostics);
}

std::string npy_fault(const std::string &bytes) {
  Diagnostics diagnostics;
  CHECK_FALSE(read_npy(byte_source(bytes), "w", "", nullptr, diagnostics));
  return fault_of(diagnostics);
}

std::string npz_fault(const std::string &bytes) {
  const TemporaryFile file("w.npz", bytes);
  Diagnostics diagnostics;
  CHECK_FALSE(read_weights(file.path, diagnostics));
  REQUIRE(diagnostics.all().size() == 1);
  const Diagnostic &fault = diagnostics.all()[0];
  return std::string(info(fault.kind).code) + " " + fault.message;
}

std::vector<double> npy_data(const std::string &bytes) {
  Diagnostics diagnostics;
  const std::optional<Array> array = read_npy(byte_source(bytes), "w", "", nullptr, diagnostics);
  REQUIRE(array);
  return array->values();
}

std::string_view code_of_file(const std::string &name, const std::string &bytes) {
  const TemporaryFile file(name, bytes);
  Diagnostics diagnostics;
  CHECK_FALSE(read_weights(file.path, diagnostics));
  REQUIRE(diagnostics.all().size() == 1);
  return info(diagnostics.all()[0].kind).code;
}

Tensor tensor(Shape shape, std::vector<double> data) { return {{DType::f32, std::move(shape)}, std::move(data)}; }

/// A graph of weights without nodes.
Graph graph_of(const std::vector<std::pair<std::string, Shape>> &weights) {
  Graph graph;
  for (const auto &[name, shape] : weights) {
    Value value;
    value.name = name;
    value.kind = ValueKind::weight;
    value.type.shape = shape;
    graph.weights.push_back(static_cast<ValueId>(graph.values.size()));
    graph.values.push_back(value);
  }
  return graph;
}

constexpr const char *entry = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";

}  // namespace

TEST_CASE("safetensors: what is written is read again") {
  const Weights weights = {{"a.weight", tensor({2, 2}, {1, -2, 0.5, 3})}, {"b", tensor({}, {7})}};
  Diagnostics diagnostics;
  const TemporaryFile file("w.safetensors", write_safetensors(weights));
  CHECK(read_weights(file.path, diagnostics) == weights);
  CHECK(diagnostics.all().empty());
}

TEST_CASE("safetensors: every dtype that holds numbers becomes f32") {
  const std::string header =
      R"({"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]},)"
      R"("c":{"dtype":"F64","shape":[1],"data_offsets":[4,12]},"d":{"dtype":"I8","shape":[],"data_offsets":[12,13]},)"
      R"("e":{"dtype":"F32","shape":[0],"data_offsets":[13,13]},"__metadata__":{"format":"pt"}}  )";
  std::string bytes = number_bytes(header.size(), 8) + header;
  bytes +=
      number_bytes(0xc000, 2) + number_bytes(0x3fc0, 2) + number_bytes(std::bit_cast<std::uint64_t>(0.1), 8) + "\xff";
  const TemporaryFile file("w.safetensors", bytes);
  Diagnostics diagnostics;
  const std::optional<Weights> weights = read_weights(file.path, diagnostics);
  REQUIRE(weights);
  CHECK(weights->at("a").tensor().data == std::vector<double>{-2});
  CHECK(weights->at("b").tensor().data == std::vector<double>{1.5});
  CHECK(weights->at("c").tensor().data == std::vector<double>{0.1F});
  CHECK(weights->at("d").tensor().data == std::vector<double>{-1});
  CHECK(weights->at("e").tensor().data.empty());
}

TEST_CASE("safetensors: a header's length is not believed") {
  CHECK(safetensors_fault("") ==
        "E0302 is no safetensors file: it has 0 bytes, the length of its header alone takes 8");
  CHECK(safetensors_fault(number_bytes(std::uint64_t{1} << 63, 8) + "{}") ==
        "E0302 is truncated, or no safetensors file: its header claims 9223372036854775808 bytes, 2 follow");
  CHECK(safetensors_fault(number_bytes(UINT64_MAX, 8) + "{}").substr(0, 18) == "E0302 is truncated");
  const std::string zeros((std::size_t{33} << 20) + 8, '\0');
  CHECK(safetensors_fault(number_bytes(std::size_t{33} << 20, 8) + zeros) ==
        "E0302 has a header of 34603008 bytes; at most 33554432 can be read");
}

TEST_CASE("safetensors: a header of another form is refused, naming the tensor") {
  const auto fault = [](const std::string &header) { return safetensors_fault(safetensors(header, 8)); };
  CHECK(fault("[]") == "E0302 the header is a list, but must be a JSON object");
  CHECK(fault(R"({"w":1})") == "E0302 tensor 'w' is the number 1, but must be a JSON object");
  CHECK(fault(R"({"w":{"dtype":"F32","shape":[2]}})") == "E0302 tensor 'w' lacks its 'data_offsets'");
  CHECK(fault(R"({"w":{"dtype":"F32","dtype":"F32","shape":[2]}})") == "E0302 tensor 'w' has 'dtype' twice");
  CHECK(fault(R"({"w":{"type":"F32"}})") == "E0302 tensor 'w' has the key 'type', which safetensors does not know");
  CHECK(fault(R"({"w":{"dtype":32}})") == "E0302 tensor 'w': 'dtype' cannot be the number 32");
  CHECK(fault(R"({"w":{"shape":[-1]}})") == "E0302 tensor 'w': 'shape' cannot be the number -1");
  CHECK(fault(R"({"w":{"shape":[1.5]}})") == "E0302 tensor 'w': 'shape' cannot be the number 1.5");
  CHECK(fault(R"({"w":{"shape":[[1]]}})") == "E0302 tensor 'w': 'shape' cannot be a list");
  CHECK(fault(R"({"w":{"shape":[{}]}})") == "E0302 tensor 'w': 'shape' cannot be an object");
  CHECK(fault(R"({"w":{"data_offsets":[0,4,8]}})") == "E0302 tensor 'w': 'data_offsets' must be two numbers");
  CHECK(fault(R"({"__metadata__":{"a":1}})") == "E0302 '__metadata__' holds the number 1, but may only hold texts");
  CHECK(fault(std::string(R"({"w":)") + entry + R"(,"w":)" + entry + "}") == "E0302 tensor 'w' is there twice");
  CHECK(fault("{\"w\":") == "E0302 the header is no JSON from its byte 6 on");
  CHECK(fault(std::string("{}\0{}", 5)) == "E0302 the header is no JSON from its byte 3 on");
  CHECK(fault("{\"\xff\":1}").substr(0, 32) == "E0302 the header is no JSON from");
}

TEST_CASE("safetensors: deep nesting ends at the first level too many") {
  const std::string deep(std::size_t{1} << 20, '[');
  CHECK(safetensors_fault(safetensors(R"({"w":{"shape":)" + deep, 0)) == "E0302 tensor 'w': 'shape' cannot be a list");
  std::string many = R"({"w":{"shape":[1)";
  for (int i = 0; i < 64; ++i) many += ",1";
  CHECK(safetensors_fault(safetensors(many, 0)) == "E0302 tensor 'w': 'shape' has too many numbers");
}

TEST_CASE("safetensors: ranges must agree with shapes, with each other and with the file") {
  const auto fault = [](const std::string &dtype, const std::string &shape, const std::string &offsets) {
    return safetensors_fault(safetensors(
        "{\"w\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}", 8));
  };
  CHECK(fault("F32", "[2]", "[8,0]") == "E0302 tensor 'w' ends at byte 0, before its begin at 8");
  CHECK(fault("F32", "[3]", "[0,12]") ==
        "E0302 tensor 'w' ends at byte 12, but the file holds only 8 bytes of numbers");
  CHECK(fault("F32", "[3]", "[0,8]") == "E0302 tensor 'w': F32 [3] takes 12 bytes, but its data_offsets span 8");
  CHECK(fault("F32", "[1]", "[0,4]") == "E0302 4 bytes at the end belong to no tensor");
  CHECK(fault("F32", "[1]", "[4,8]") == "E0302 4 bytes before tensor 'w' belong to no tensor");
  CHECK(fault("F32", "[4294967296,4294967296]", "[0,0]") == "E0302 tensor 'w' claims more than 2147483647 numbers");
  CHECK(fault("F32", "[65536,65536,65536,65536]", "[0,0]") == "E0302 tensor 'w' claims more than 2147483647 numbers");
  CHECK(fault("F32", "[18446744073709551615]", "[0,8]") == "E0302 tensor 'w' claims more than 2147483647 numbers");
  CHECK(fault("F32", "[18446744073709551616]", "[0,8]").substr(0, 40) == "E0302 tensor 'w': 'shape' cannot be the ");
  CHECK(fault("BOOL", "[8]", "[0,8]") == "E0305 tensor 'w' has the dtype 'BOOL', which cannot be read");
  CHECK(fault("X", "[8]", "[0,8]") == "E0305 tensor 'w' has the dtype 'X', which cannot be read");
  const std::string both = std::string(R"({"v":)") + entry + R"(,"w":)" + entry + "}";
  CHECK(safetensors_fault(safetensors(both, 8)) == "E0302 tensors 'v' and 'w' overlap");
}

TEST_CASE("safetensors: what is not wanted is not read, whatever its dtype") {
  const std::string header =
      R"({"mask":{"dtype":"BOOL","shape":[8],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})";
  const std::string bytes = safetensors(header, 16);
  const WantedArrays wanted = {{"w", {1, 2}}};
  Diagnostics diagnostics;
  Arrays arrays;
  CHECK(read_safetensors(byte_source(bytes), "w", &wanted, arrays, diagnostics));
  CHECK(arrays.at("mask").shape == Shape{8});
  CHECK(arrays.at("w").shape == Shape{2});
  CHECK(arrays.at("w").values().empty());
}

TEST_CASE("npy: either byte order, either axis order, every width") {
  CHECK(npy_data(npy_of("<f4", "(2,)", number_bytes(0x3f800000, 4) + number_bytes(0xbf800000, 4))) ==
        std::vector<double>{1, -1});
  CHECK(npy_data(npy_of(">f4", "(1,)", std::string("\x3f\x80\0\0", 4))) == std::vector<double>{1});
  CHECK(npy_data(npy_of("<f2", "()", number_bytes(0x0001, 2))) == std::vector<double>{0x1p-24});
  CHECK(npy_data(npy_of("<f8", "()", number_bytes(std::bit_cast<std::uint64_t>(0.1), 8))) == std::vector<double>{0.1});
  CHECK(npy_data(npy_of("|i1", "(1, 1)", "\x80")) == std::vector<double>{-128});
  CHECK(npy_data(npy_of(">i2", "(1,)", "\xff\xfe")) == std::vector<double>{-2});
  CHECK(npy_data(npy_of("<u8", "(1,)", number_bytes(5, 8))) == std::vector<double>{5});
  CHECK(npy_data(npy_of("|u1", "(2, 3)", "abcdef", true)) == std::vector<double>{'a', 'c', 'e', 'b', 'd', 'f'});
  CHECK(npy_data(npy_of("|u1", "(2, 2, 2)", "abcdefgh", true)) ==
        std::vector<double>{'a', 'e', 'c', 'g', 'b', 'f', 'd', 'h'});
  CHECK(npy_data(npy_of("<f4", "(0, 3)", "", true)).empty());
  const std::string dictionary = R"({"shape": (1,), "fortran_order": False, "descr": "|u1"})";
  CHECK(npy_data(npy(dictionary, "a", 2)) == std::vector<double>{'a'});
  CHECK(npy_data(npy(dictionary, "a", 3)) == std::vector<double>{'a'});
}

TEST_CASE("npy: what is written is read again") {
  for (const DType dtype : {DType::f32, DType::i32, DType::u8, DType::i8}) {
    const Tensor value{{dtype, {3, 1}}, {1, 2, 100}};
    CHECK(npy_data(write_npy(value)) == value.data);
    CHECK(write_npy(value).size() % 4 == (dtype == DType::u8 || dtype == DType::i8 ? 3 : 0));
  }
  CHECK(npy_data(write_npy({{DType::i32, {}}, {-5}})) == std::vector<double>{-5});
}

TEST_CASE("npy: a header of another form is refused") {
  const auto fault = [](const std::string &dictionary) { return npy_fault(npy(dictionary, "")); };
  CHECK(npy_fault("") == "E0303 is no .npy array: it does not begin with NumPy's magic");
  CHECK(npy_fault(std::string("\x93NUMPY\1\0\xff\xff{", 11)) ==
        "E0303 is truncated: its header claims 65535 bytes, 1 follow");
  CHECK(npy_fault(npy("{}", "", 4)) == "E0303 has version 4.0 of the format; 1.0, 2.0 and 3.0 can be read");
  CHECK(npy_fault(std::string("\x93NUMPY\2\0\xff\xff\xff\xff", 12)) ==
        "E0303 is truncated: its header claims 4294967295 bytes, 0 follow");
  CHECK(fault("{}") == "E0303 its header lacks 'descr', 'fortran_order' or 'shape'");
  CHECK(fault("{'shape': (3)") == "E0303 its shape is no tuple of at most 64 numbers from 0 to 2^63 - 1");
  CHECK(fault("{'shape': (-3,)}").substr(0, 21) == "E0303 its shape is no");
  CHECK(fault("{'shape': (99999999999999999999,)}").substr(0, 21) == "E0303 its shape is no");
  CHECK(fault("{'shape': __import__('os')}").substr(0, 21) == "E0303 its shape is no");
  CHECK(fault("{'code': 1}") == "E0303 its header has the key 'code', which NumPy does not know");
  CHECK(fault("{'shape': (), 'shape': ()}") == "E0303 its header has 'shape' twice");
  CHECK(fault("{'shape': (),") == "E0303 its header is no dictionary that NumPy writes");
  CHECK(fault("{'shape': ()} ()") == "E0303 something follows the dictionary in its header");
  CHECK(npy_fault(npy_of("<f4", "(3,)", "12345678")) ==
        "E0303 is truncated: float32 [3] takes 12 bytes, 8 follow its header");
  CHECK(npy_fault(npy_of("<f4", "(1,)", "12345678")) ==
        "E0303 is too long: float32 [1] takes 4 bytes, 8 follow its header");
  CHECK(npy_fault(npy_of("<f4", "(4294967296, 4294967296, 4294967296)", "")) ==
        "E0303 claims more than 2147483647 numbers");
  CHECK(npy_fault(npy_of("|b1", "(1,)", "1")) == "E0305 the dtype '|b1' cannot be read");
  CHECK(npy_fault(npy_of("|O", "(1,)", "1")) == "E0305 the dtype '|O' cannot be read");
  CHECK(npy_fault(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}", "")).substr(0, 5) == "E0305");
}

TEST_CASE("half precision is exact, subnormal numbers, infinities and NaN too") {
  CHECK(float_of_half(0x3c00) == 1.0F);
  CHECK(float_of_half(0x8001) == -0x1p-24F);
  CHECK(float_of_half(0x03ff) == 0x1.ff8p-15F);
  CHECK(float_of_half(0x7bff) == 65504.0F);
  CHECK(std::signbit(float_of_half(0x8000)));
  CHECK(std::isinf(float_of_half(0x7c00)));
  CHECK(std::isnan(float_of_half(0x7e00)));
}

TEST_CASE("half precision: every number is the nearest to itself, and ties go to even") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = float_of_half(static_cast<std::uint16_t>(bits));
    if (!std::isnan(value)) REQUIRE(half_of(value) == bits);
  }
  CHECK(half_of(65519.9) == 0x7bff);
  CHECK(half_of(65520) == 0x7c00);
  CHECK(half_of(1e300) == 0x7c00);
  CHECK(half_of(-1e-300) == 0x8000);
  CHECK(half_of(0x1p-25) == 0);
  CHECK(half_of(0x1.8p-24) == 2);
  CHECK(half_of(1 + 0x1p-11) == 0x3c00);
  CHECK(half_of(1 + 0x1.8p-10) == 0x3c02);
  CHECK(half_of(NAN) == 0x7e00);
}

TEST_CASE("npz: what is written is read again, and bears our mark") {
  const NamedTensors tensors = {{"b", tensor({2}, {1, 2})}, {"a/../x", tensor({}, {3})}};
  const std::string bytes = write_npz(tensors);
  CHECK(bytes == write_npz(tensors));
  CHECK(is_our_npz(bytes.substr(0, 512)));
  const TemporaryFile file("w.npz", bytes);
  Diagnostics diagnostics;
  const std::optional<Weights> weights = read_weights(file.path, diagnostics);
  REQUIRE(weights);
  CHECK(*weights == Weights{tensors.begin(), tensors.end()});
}

TEST_CASE("npz: every single byte changed is refused or harmless") {
  const std::string good = write_npz({{"w", tensor({2}, {1, 2})}});
  for (std::size_t i = 0; i < good.size(); ++i) {
    CAPTURE(i);
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x55);
    const TemporaryFile file("w.npz", bytes);
    Diagnostics diagnostics;
    const std::optional<Weights> weights = read_weights(file.path, diagnostics);
    CHECK(weights.has_value() == !diagnostics.has_errors());
    // The numbers are guarded by their checksum: they come out right or not at all.
    if (weights && weights->count("w") != 0) CHECK(weights->at("w").tensor().data == std::vector<double>{1, 2});
  }
}

TEST_CASE("npz: deflated arrays are read, as those with zip64 sizes") {
  const std::string array = write_npy(tensor({1000}, std::vector<double>(1000, 1.5)));
  for (const bool zip64 : {false, true}) {
    ZipItem item{"w.npy", array};
    item.method = 8;
    item.zip64 = zip64;
    const TemporaryFile file("w.npz", zip_of({item}));
    Diagnostics diagnostics;
    const std::optional<Weights> weights = read_weights(file.path, diagnostics);
    REQUIRE(weights);
    CHECK(weights->at("w").tensor().data == std::vector<double>(1000, 1.5));
  }
}

TEST_CASE("npz: an archive that lies is refused") {
  const std::string array = write_npy(tensor({1000}, std::vector<double>(1000, 0)));
  const auto fault = [&](const auto &change) {
    ZipItem item{"w.npy", array};
    item.method = 8;
    change(item);
    return npz_fault(zip_of({item}));
  };
  CHECK(fault([](ZipItem &item) { item.crc = 1; }) == "E0304 entry 'w.npy' is damaged: its checksum does not match");
  CHECK(fault([](ZipItem &item) { item.flags = 1; }) == "E0304 entry 'w.npy' is encrypted");
  CHECK(fault([](ZipItem &item) { item.method = 12; }) ==
        "E0304 entry 'w.npy' is packed by method 12; stored and deflated ones can be read");
  CHECK(fault([](ZipItem &item) { item.bytes = 100000000; }) ==
        "E0304 entry 'w.npy' claims to unpack from 99 bytes to 100000000, which is impossible");
  CHECK(fault([](ZipItem &item) { item.content += std::string(200, 'x'); }) ==
        "E0303 array 'w': is too long: it unpacks to 4328 bytes, more than [1000] takes");
  CHECK(fault([](ZipItem &item) { item.bytes = 4000; }) ==
        "E0304 entry 'w.npy' cannot be unpacked: its packed bytes are damaged");
  CHECK(fault([](ZipItem &item) { item.packed_bytes = 5000; }) == "E0304 entry 'w.npy' lies outside of the archive");
  CHECK(fault([](ZipItem &item) { item.packed_bytes = 20; }) ==
        "E0304 entry 'w.npy' cannot be unpacked: its packed bytes are damaged");
  CHECK(fault([](ZipItem &item) { item.name = "w.txt"; }) == "E0304 entry 'w.txt' is no .npy array");
  CHECK(fault([](ZipItem &item) { item.name = "archive/data.pkl"; }) ==
        "E0301 is a PyTorch checkpoint, which holds Python code");
  CHECK(npz_fault(zip_of({{"w.npy", array}, {"w.npy", array}})) == "E0304 entry 'w.npy' is there twice");
  CHECK(npz_fault(zip_of({{"w.npy", array}, {"w", array}})) == "E0304 entry 'w' is no .npy array");
}

TEST_CASE("npz: a bomb is not unpacked") {
  const std::string head = npy_of("|u1", "(800000000,)", "");
  ZipItem item{"w.npy", head + std::string(2000000, '\0')};
  item.method = 8;
  CHECK(npz_fault(zip_of({item})) ==
        "E0309 array 'w': its arrays unpack to more numbers than a file of 2140 bytes may hold");
}

TEST_CASE("npz: what is not wanted is not unpacked, what has another shape neither") {
  ZipItem damaged{"x.npy", "no array at all"};
  damaged.crc = 1;
  ZipItem other{"w.npy", npy_of("|O", "(5,)", "objects")};
  const TemporaryFile file("w.npz", zip_of({damaged, other}));
  const WantedArrays wanted = {{"w", {4}}};
  Diagnostics diagnostics;
  const std::optional<Weights> weights = read_weights(file.path, diagnostics, &wanted);
  REQUIRE(weights);
  CHECK(weights->at("w").type().shape == Shape{5});
  CHECK(weights->count("x") == 1);
}

TEST_CASE("what a file is, its content decides") {
  CHECK(code_of_file("w.safetensors", "") == "E0302");
  CHECK(code_of_file("w.npz", "PK") == "E0304");
  CHECK(code_of_file("w.npy", "text") == "E0303");
  CHECK(code_of_file("w.bin", "some text that is long enough") == "E0301");
  CHECK(code_of_file("w", "") == "E0301");
  const TemporaryFile file("anything", write_safetensors({{"w", tensor({}, {1})}}));
  Diagnostics diagnostics;
  CHECK(read_weights(file.path, diagnostics));
  CHECK_FALSE(read_weights("/dev/zero", diagnostics));
}

TEST_CASE("a folder gives one array for each .npy file") {
  const TemporaryFile file("conv1.weight.npy", write_npy(tensor({1}, {4})));
  std::ofstream(file.folder / "notes.txt") << "nothing";
  Diagnostics diagnostics;
  const std::optional<Weights> weights = read_weights(file.folder.string(), diagnostics);
  REQUIRE(weights);
  CHECK(*weights == Weights{{"conv1.weight", tensor({1}, {4})}});
  fs::remove(file.path);
  CHECK_FALSE(read_weights(file.folder.string(), diagnostics));
  CHECK(info(diagnostics.all()[0].kind).code == "E0301");
}

TEST_CASE("binding: all that is missing or misshapen is one error that lists it with its expected shape") {
  Graph graph = graph_of({{"a.weight", {2}}, {"b.weight", {3, 1}}, {"c.bias", {1}}});
  Diagnostics diagnostics;
  CHECK_FALSE(
      bind_weights(graph, {{"a.weight", tensor({2}, {1, 2})}, {"b.weight", tensor({3}, {})}}, "w", {}, diagnostics));
  CHECK(fault_of(diagnostics) ==
        "E0306 2 of the network's 3 weights are missing or have another shape:\n"
        "  b.weight: f32[3, 1] is expected, but the file has [3]\n"
        "  c.bias: f32[1] is missing");
}

TEST_CASE("binding: a prefix before every name is told") {
  Graph graph = graph_of({{"a", {1}}, {"b", {1}}});
  Diagnostics diagnostics;
  CHECK_FALSE(
      bind_weights(graph, {{"module.a", tensor({1}, {1})}, {"module.b", tensor({1}, {1})}}, "w", {}, diagnostics));
  CHECK(diagnostics.all()[0].hint_ == "the file has them all with 'module.' before their names; save it without that");
}

TEST_CASE("binding: what is not used is one warning, PyTorch's counters none") {
  Graph graph = graph_of({{"a", {1}}});
  Diagnostics diagnostics;
  const Tensor one = tensor({1}, {1});
  CHECK(
      bind_weights(graph, {{"a", one}, {"x", one}, {"y", one}, {"bn.num_batches_tracked", one}}, "w", {}, diagnostics));
  CHECK(fault_of(diagnostics) == "W0310 the network does not use 2 of its tensors:\n  x\n  y");
  CHECK(graph.values[0].data == one);
}

TEST_CASE("binding: numbers that are not finite are an error, unless allowed") {
  Graph graph = graph_of({{"a", {3}}});
  const Weights weights = {{"a", tensor({3}, {1, NAN, INFINITY})}};
  Diagnostics diagnostics;
  CHECK_FALSE(bind_weights(graph, weights, "w", {}, diagnostics));
  CHECK(fault_of(diagnostics) ==
        "E0308 has weights that are NaN, infinite or beyond the range of f32:\n"
        "  a: 2 of 3 numbers, the first is number 1 (NaN)");
  CHECK_FALSE(graph.values[0].data);
  Diagnostics allowed;
  CHECK(bind_weights(graph, weights, "w", {true}, allowed));
  CHECK(allowed.all().empty());
}

namespace {

/// One tensor "w" of a safetensors file: its dtype and its elements, each of `width` bytes.
std::vector<double> converted(const std::string &dtype, const std::vector<std::uint64_t> &elements, int width) {
  std::string numbers;
  for (const std::uint64_t element : elements) numbers += number_bytes(element, width);
  const std::string header = R"({"w":{"dtype":")" + dtype + R"(","shape":[)" + std::to_string(elements.size()) +
                             R"(],"data_offsets":[0,)" + std::to_string(numbers.size()) + "]}}";
  const TemporaryFile file("w.safetensors", number_bytes(header.size(), 8) + header + numbers);
  Diagnostics diagnostics;
  const std::optional<Weights> weights = read_weights(file.path, diagnostics);
  REQUIRE(weights);
  return weights->at("w").tensor().data;
}

}  // namespace

TEST_CASE("narrow floats become f32 without loss, wide ones the nearest") {
  // Smallest subnormal, greatest subnormal, smallest normal, greatest number, minus zero, infinity.
  CHECK(converted("F16", {0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00}, 2) ==
        std::vector<double>{0x1p-24, -0x3ffp-24, 0x1p-14, 65504, INFINITY});
  CHECK(converted("BF16", {0x0001, 0x807f, 0x0080, 0x7f7f, 0xff80}, 2) ==
        std::vector<double>{0x1p-133, -0x7fp-133, 0x1p-126, 0x1.fep127, -INFINITY});
  CHECK(std::signbit(converted("F16", {0x8000}, 2)[0]));
  CHECK(std::isnan(converted("F16", {0x7c01}, 2)[0]));
  CHECK(std::isnan(converted("BF16", {0xffc0}, 2)[0]));
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  CHECK(converted("F64", {bits(0.1), bits(-1e300), bits(1e-45), bits(1e-46), bits(0x1.ffffffp127)}, 8) ==
        std::vector<double>{0.1F, -INFINITY, 1e-45F, 0, INFINITY});
}

TEST_CASE("binding: a number of f64 beyond the range of f32 is not finite") {
  Graph graph = graph_of({{"w", {2}}});
  const double large[] = {1, 1e39};
  const std::string data(reinterpret_cast<const char *>(large), sizeof large);
  const TemporaryFile file("w.npy", npy_of("<f8", "(2,)", data));
  Diagnostics diagnostics;
  const std::optional<Weights> weights = read_weights(file.path, diagnostics);
  REQUIRE(weights);
  CHECK_FALSE(bind_weights(graph, *weights, "w", {}, diagnostics));
  CHECK(fault_of(diagnostics).find("w: 1 of 2 numbers, the first is number 1 (infinite)") != std::string::npos);
}

TEST_CASE("a state_dict with its counters loads as it is") {
  const std::string header =
      R"({"bn.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
      R"("bn.running_mean":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"__metadata__":{"format":"pt"}})";
  const TemporaryFile file("w.safetensors", safetensors(header, 16));
  Graph graph = graph_of({{"bn.running_mean", {2}}});
  Diagnostics diagnostics;
  const std::optional<Weights> weights = read_weights(file.path, diagnostics);
  REQUIRE(weights);
  CHECK(bind_weights(graph, *weights, "w", {}, diagnostics));
  CHECK(diagnostics.all().empty());
}

TEST_CASE("binding: what stands at absent connections is ignored, unless another layer sees it") {
  const auto conv = [](Graph &graph, AttrTable connections) {
    apply(graph, "conv", {0, 1},
          {{"channels", std::int64_t{2}},
           {"kernel", std::vector<std::int64_t>{1}},
           {"bias", false},
           {"connections", std::move(connections)}});
  };
  Graph graph;
  graph.add_value({.name = "x", .type = {DType::f32, {2, 5}}, .kind = ValueKind::input, .data = {}, .span = {}});
  graph.add_value({.name = "c", .type = {DType::f32, {2, 2, 1}}, .kind = ValueKind::weight, .data = {}, .span = {}});
  conv(graph, {{1, 0}, {1, 1}});
  const Weights weights = {{"c", tensor({2, 2, 1}, {1, NAN, 2, 3})}};
  Diagnostics diagnostics;
  CHECK(bind_weights(graph, weights, "w", {}, diagnostics));
  CHECK(graph.values[1].data == tensor({2, 2, 1}, {1, 0, 2, 3}));
  conv(graph, {{0, 1}, {1, 1}});
  CHECK_FALSE(bind_weights(graph, weights, "w", {}, diagnostics));
}

TEST_CASE("weights given in the source are neither wanted nor replaced") {
  Graph graph = graph_of({{"a", {1}}});
  graph.values[0].given_in_source = true;
  graph.values[0].data = tensor({1}, {5});
  Diagnostics diagnostics;
  CHECK(bind_weights(graph, {}, "w", {}, diagnostics));
  random_weights(graph, 1);
  CHECK(graph.values[0].data.tensor().data[0] == 5);
}

TEST_CASE("random weights depend on seed and name only, and are the same everywhere") {
  Graph graph = graph_of({{"conv.weight", {4, 8}}, {"other", {1000, 2}}});
  Graph reversed = graph_of({{"other", {1000, 2}}, {"conv.weight", {4, 8}}});
  random_weights(graph, 7);
  random_weights(reversed, 7);
  CHECK(graph.values[0].data == reversed.values[1].data);
  CHECK(graph.values[1].data == reversed.values[0].data);
  random_weights(reversed, 8);
  CHECK(graph.values[0].data != reversed.values[1].data);
  // Fixed for ever: people name models by their seed.
  CHECK(graph.values[0].data.tensor().data[0] == -0x1.16eb82p-1);
  double sum = 0, squares = 0;
  for (const double value : graph.values[1].data.tensor().data) {
    sum += value;
    squares += value * value;
    CHECK(value == static_cast<float>(value));
  }
  CHECK(std::abs(sum / 2000) < 0.1);           // mean 0
  CHECK(std::abs(squares / 2000 - 1) < 0.15);  // variance 2 / fan-in = 1
}

}  // namespace cnnc
