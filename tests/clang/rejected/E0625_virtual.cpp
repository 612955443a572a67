// audit: 5:32 E0625
struct Layer {
  virtual int run() { return 0; }
};
int run(Layer &layer) { return layer.run(); }
