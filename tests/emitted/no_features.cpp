// What GCC and Clang ask about the CPU (__builtin_cpu_supports reads these two objects of libgcc), with nothing in it:
// linked into a program, it makes the CPU one without any instruction set beyond the baseline.
extern "C" {
struct CpuModel {
  unsigned vendor, type, subtype, features[1];
};
CpuModel __cpu_model = {};
unsigned __cpu_features2[4] = {};
}
