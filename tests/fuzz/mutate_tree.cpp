#include "tests/fuzz/mutate_tree.hpp"

#include <algorithm>
#include <iterator>

#include "compiler/ops/op.hpp"
#include "tests/random/draw_attributes.hpp"

namespace cnnc::fuzz {

namespace {

constexpr std::size_t longest_piece = 400;
constexpr std::size_t longest_text = 1 << 13;

constexpr const char *numbers[] = {"0",   "1",   "2",    "3",    "4",          "5",
                                   "7",   "8",   "9",    "15",   "16",         "17",
                                   "31",  "33",  "64",   "-1",   "2147483647", "9223372036854775807",
                                   "1.5", "0.1", "-2.5", "1e-5", "1e38",       "1e309"};

const OpDef &any_operator(Random &random) { return *all_operators()[random.below(all_operators().size())]; }

/// "kernel = [3, 1]", of the operator.
std::string any_attribute(const OpDef &op, Random &random) {
  if (op.attributes.empty()) return "bias = false";
  const AttrSpec &attribute = op.attributes[random.below(op.attributes.size())];
  test::Draw draw(random.next());
  const std::vector<TensorType> operands{{DType::f32, test::draw_shape(draw)}};
  const AttrValue value = test::draw_attribute(draw, attribute, operands);
  const auto *word = std::get_if<std::string>(&value);
  return std::string(attribute.name) + " = " + (word != nullptr && dtype_named(*word) ? *word : to_string(value));
}

/// "max_pool(kernel = 2)"
std::string any_step(Random &random) {
  const OpDef &op = any_operator(random);
  std::string text = std::string(op.name) + "(";
  bool first = true;
  for (const AttrSpec &attribute : op.attributes) {
    if (!attribute.default_text.empty() && random.below(3) != 0) continue;
    test::Draw draw(random.next());
    const AttrValue value = test::draw_attribute(draw, attribute, {{DType::f32, test::draw_shape(draw)}});
    const auto *word = std::get_if<std::string>(&value);
    text += (first ? "" : ", ") + std::string(attribute.name) + " = " +
            (word != nullptr && dtype_named(*word) ? *word : to_string(value));
    first = false;
  }
  return text + ")";
}

std::string nearby_number(const std::string &old, Random &random) {
  if (old.size() > 9 || old.find_first_not_of("0123456789") != std::string::npos) return "2";
  return std::to_string(std::stol(old) + (random.below(2) == 0 ? 1 : -1));
}

/// Without the piece, and the comma, arrow or line that goes with it.
std::string without(const std::string &text, const Fragment &piece) {
  std::size_t begin = piece.begin, end = piece.end;
  auto skip_blanks = [&] {
    while (end < text.size() && (text[end] == ' ' || text[end] == '\n')) ++end;
  };
  if (piece.kind == PieceKind::step) {
    const std::size_t arrow = text.rfind("|>", begin);
    if (arrow != std::string::npos) begin = arrow;
  }
  if (piece.kind == PieceKind::argument) {
    skip_blanks();
    if (end < text.size() && text[end] == ',')
      ++end;
    else if (const std::size_t comma = text.find_last_not_of(" \n", begin == 0 ? 0 : begin - 1);
             comma != std::string::npos && text[comma] == ',')
      begin = comma, end = piece.end;
  }
  return text.substr(0, begin) + text.substr(end);
}

const char *separator_of(PieceKind kind) {
  if (kind == PieceKind::statement || kind == PieceKind::item) return "\n";
  return kind == PieceKind::step ? " |> " : ", ";
}

bool may_be_left_out(PieceKind kind) {
  return kind == PieceKind::step || kind == PieceKind::argument || kind == PieceKind::statement ||
         kind == PieceKind::item;
}

}  // namespace

TreeMutator::TreeMutator(const std::vector<std::string> &corpus) {
  for (const std::string &text : corpus)
    for (const Fragment &piece : fragments_of(text))
      if (piece.end - piece.begin <= longest_piece)
        pieces_[static_cast<std::size_t>(piece.kind)].push_back(text.substr(piece.begin, piece.end - piece.begin));
  for (std::vector<std::string> &pieces : pieces_) {
    std::sort(pieces.begin(), pieces.end());
    pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
    if (pieces.empty()) pieces.emplace_back("1");
  }
}

const std::string &TreeMutator::piece(PieceKind kind, Random &random) const {
  const std::vector<std::string> &pieces = pieces_[static_cast<std::size_t>(kind)];
  return pieces[random.below(pieces.size())];
}

std::string TreeMutator::replacement(PieceKind kind, const std::string &old, Random &random) const {
  switch (kind) {
    case PieceKind::number:
      return random.below(2) == 0 ? nearby_number(old, random) : numbers[random.below(std::size(numbers))];
    case PieceKind::callee:
      return random.below(2) == 0 ? piece(kind, random) : std::string(any_operator(random).name);
    case PieceKind::argument:
      return random.below(2) == 0 ? piece(kind, random) : any_attribute(any_operator(random), random);
    case PieceKind::step:
      return random.below(2) == 0 ? piece(kind, random) : any_step(random);
    case PieceKind::expression:
    case PieceKind::name:
    case PieceKind::statement:
    case PieceKind::dimension:
    case PieceKind::item:
      return piece(kind, random);
  }
  return old;
}

std::string TreeMutator::change(const std::string &text, Random &random) const {
  const std::vector<Fragment> fragments = fragments_of(text);
  if (fragments.empty()) return text;
  // Kinds first, so that the many expressions do not crowd out the others.
  const auto wanted = static_cast<PieceKind>(random.below(piece_kinds));
  std::vector<const Fragment *> of_kind;
  for (const Fragment &piece : fragments)
    if (piece.kind == wanted) of_kind.push_back(&piece);
  const Fragment &at =
      of_kind.empty() ? fragments[random.below(fragments.size())] : *of_kind[random.below(of_kind.size())];
  const std::string old = text.substr(at.begin, at.end - at.begin);
  const std::size_t way = random.below(10);
  if (way < 2 && may_be_left_out(at.kind)) return without(text, at);
  std::string other = replacement(at.kind, old, random);
  if (way < 5 && !of_kind.empty()) {  // one of this text, whose names are declared in it
    const Fragment &own = *of_kind[random.below(of_kind.size())];
    other = text.substr(own.begin, own.end - own.begin);
  }
  const bool beside = way >= 6 && may_be_left_out(at.kind);  // put in before it
  if (beside) other += separator_of(at.kind) + old;
  return text.substr(0, at.begin) + other + text.substr(at.end);
}

std::string TreeMutator::mutate(const std::string &text, Random &random) const {
  std::string result = text;
  for (std::size_t changes = 1 + random.below(random.below(4) + 1); changes > 0; --changes) {
    std::string other = change(result, random);
    if (other.size() <= longest_text) result = std::move(other);
  }
  return result;
}

}  // namespace cnnc::fuzz
