// Unpacks a gzip file (RFC 1952) of one member, deflated as in RFC 1951, so that the examples need no library.
// Any fault of the data, a wrong checksum too, gives an empty result.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gunzip_detail {

using Bytes = std::vector<std::uint8_t>;

struct BitReader {
  const Bytes &bytes;
  std::size_t position;
  std::uint32_t bits = 0;
  int count = 0;
  bool failed = false;

  std::uint32_t take(int wanted) {
    while (count < wanted) {
      if (position >= bytes.size()) {
        failed = true;
        return 0;
      }
      bits |= std::uint32_t{bytes[position++]} << count;
      count += 8;
    }
    const std::uint32_t value = bits & ((1u << wanted) - 1);
    bits >>= wanted;
    count -= wanted;
    return value;
  }
};

// A canonical prefix code: how many symbols have each length, and the symbols in the order of their codes.
struct PrefixCode {
  std::array<std::uint16_t, 16> count{};
  std::vector<std::uint16_t> symbols;

  explicit PrefixCode(const std::uint8_t *lengths, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) ++count[lengths[i]];
    count[0] = 0;
    for (std::uint8_t length = 1; length < 16; ++length)
      for (std::size_t i = 0; i < size; ++i)
        if (lengths[i] == length) symbols.push_back(static_cast<std::uint16_t>(i));
  }

  std::uint32_t decode(BitReader &in) const {
    std::uint32_t code = 0, first = 0, index = 0;
    for (std::size_t length = 1; length < 16 && !in.failed; ++length) {
      code |= in.take(1);
      if (code < first + count[length]) return symbols[index + code - first];
      index += count[length];
      first = (first + count[length]) << 1;
      code <<= 1;
    }
    in.failed = true;
    return 0;
  }
};

// The symbols of one block; `lengths` are those of the literal code and, from `literals` on, of the distance code.
inline void inflate_symbols(BitReader &in, Bytes &out, const std::vector<std::uint8_t> &lengths, std::size_t literals) {
  constexpr std::uint16_t length_base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                           31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  constexpr std::uint8_t length_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                          2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  constexpr std::uint16_t distance_base[] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                             33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                             1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  const PrefixCode literal(lengths.data(), literals);
  const PrefixCode distance(lengths.data() + literals, lengths.size() - literals);
  while (!in.failed) {
    const std::uint32_t symbol = literal.decode(in);
    if (symbol < 256) out.push_back(static_cast<std::uint8_t>(symbol));
    if (symbol == 256) return;
    if (symbol <= 256) continue;
    if (symbol >= 286) break;
    const std::size_t length = length_base[symbol - 257] + in.take(length_bits[symbol - 257]);
    const std::uint32_t code = distance.decode(in);
    if (code >= 30) break;
    const std::size_t back = distance_base[code] + in.take(code < 2 ? 0 : static_cast<int>(code / 2 - 1));
    if (back > out.size()) break;
    for (std::size_t i = 0; i < length; ++i) out.push_back(out[out.size() - back]);
  }
  in.failed = true;
}

inline void inflate_stored(BitReader &in, Bytes &out) {
  in.bits = 0;
  in.count = 0;
  const std::uint32_t size = in.take(16);
  in.failed |= in.take(16) != (size ^ 0xffffu);
  for (std::uint32_t i = 0; i < size && !in.failed; ++i) out.push_back(static_cast<std::uint8_t>(in.take(8)));
}

inline void inflate_fixed(BitReader &in, Bytes &out) {
  std::vector<std::uint8_t> lengths(288 + 30, 5);
  for (std::size_t i = 0; i < 288; ++i) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  inflate_symbols(in, out, lengths, 288);
}

inline void inflate_dynamic(BitReader &in, Bytes &out) {
  constexpr std::uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  const std::size_t literals = in.take(5) + 257, distances = in.take(5) + 1, codes = in.take(4) + 4;
  std::array<std::uint8_t, 19> code_lengths{};
  for (std::size_t i = 0; i < codes; ++i) code_lengths[order[i]] = static_cast<std::uint8_t>(in.take(3));
  const PrefixCode code(code_lengths.data(), code_lengths.size());
  std::vector<std::uint8_t> lengths;
  while (lengths.size() < literals + distances && !in.failed) {
    const std::uint32_t symbol = code.decode(in);
    if (symbol < 16) {
      lengths.push_back(static_cast<std::uint8_t>(symbol));
      continue;
    }
    in.failed |= symbol == 16 && lengths.empty();
    const std::uint8_t value = symbol == 16 && !lengths.empty() ? lengths.back() : std::uint8_t{0};
    const std::size_t repeat = symbol == 16 ? 3 + in.take(2) : symbol == 17 ? 3 + in.take(3) : 11 + in.take(7);
    lengths.insert(lengths.end(), repeat, value);
  }
  in.failed |= lengths.size() != literals + distances;
  if (!in.failed) inflate_symbols(in, out, lengths, literals);
}

inline std::uint32_t crc32(const Bytes &bytes) {
  std::uint32_t crc = 0xffffffffu;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

// Where the deflated data begin: behind the ten bytes of the head and the optional fields that its flags announce.
inline std::size_t skip_head(const Bytes &file) {
  if (file.size() < 18 || file[0] != 0x1f || file[1] != 0x8b || file[2] != 8) return file.size();
  std::size_t at = 10;
  if (file[3] & 4) at += 2 + file[10] + 256u * file[11];
  for (const int flag : {8, 16}) {  // name, comment: each ends in a zero byte
    if (!(file[3] & flag)) continue;
    while (at < file.size() && file[at] != 0) ++at;
    ++at;
  }
  return file[3] & 2 ? at + 2 : at;
}

}  // namespace gunzip_detail

inline std::vector<std::uint8_t> gunzip(const std::vector<std::uint8_t> &file) {
  namespace detail = gunzip_detail;
  detail::BitReader in{file, detail::skip_head(file)};
  detail::Bytes out;
  for (bool last = false; !last && !in.failed;) {
    last = in.take(1) != 0;
    switch (in.take(2)) {
      case 0:
        detail::inflate_stored(in, out);
        break;
      case 1:
        detail::inflate_fixed(in, out);
        break;
      case 2:
        detail::inflate_dynamic(in, out);
        break;
      default:
        in.failed = true;
    }
  }
  std::uint32_t stored = 0;  // what is left in the bit buffer is padding: the reader never holds a whole byte more
  for (std::size_t i = 0; i < 4; ++i)
    stored |= in.position + i < file.size() ? std::uint32_t{file[in.position + i]} << (8 * i) : 0;
  return in.failed || stored != detail::crc32(out) ? detail::Bytes{} : out;
}
