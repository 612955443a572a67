// audit: 6:37 E0636
struct Layer {
  virtual ~Layer() {}
};
struct Pool : Layer {};
bool is_pool(Layer *layer) { return dynamic_cast<Pool *>(layer) != nullptr; }
