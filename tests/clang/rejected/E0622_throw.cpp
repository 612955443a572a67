// audit: 3:20 E0622
int run(int status) {
  if (status != 0) throw status;
  return status;
}
