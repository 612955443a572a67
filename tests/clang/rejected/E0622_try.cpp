// audit: 3:3 E0622
int run(int status) {
  try {
    return status;
  } catch (int other) {
    return other;
  }
}
