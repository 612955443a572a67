#include <fmt/format.h>

#include <dlfcn.h>
#include <unistd.h>

#include "compiler/driver/verbs.hpp"
#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

constexpr const char *module_name = "libcnnc_clang.so";
constexpr const char *entry_name = "cnnc_audit_main";

/// The folder of the running program; empty if the system does not tell.
std::string folder_of_program() {
  std::string path(4096, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return "";
  path.resize(static_cast<std::size_t>(length));
  return folder_of(path);
}

/// The module's path, beside the program or in the lib folder next to its own.
std::string find_module() {
  const std::string folder = folder_of_program();
  for (const std::string &candidate :
       {folder + "/" + module_name, folder + "/../lib/" + module_name, folder + "/../lib/cnnc/" + module_name})
    if (!folder.empty() && path_exists(candidate)) return candidate;
  return "";
}

}  // namespace

/// Loading LLVM takes longer than compiling a network: it is in a module that only this verb opens.
int verb_audit(const Arguments &arguments, Session &session) {
  const std::string module = find_module();
  if (module.empty()) {
    session.diagnostics
        .report_file(DiagnosticKind::audit_not_built, "", "this cnnc was built without Clang, which 'audit' needs")
        .hint("install llvm-19-dev, libclang-19-dev and clang-19, and build with -DCNNC_WITH_CLANG=ON");
    return exit_fault;
  }
  void *library = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
  void *entry = library == nullptr ? nullptr : ::dlsym(library, entry_name);
  if (entry == nullptr) {
    const char *why = ::dlerror();
    session.diagnostics
        .report_file(DiagnosticKind::audit_not_built, module,
                     fmt::format("cannot be loaded: {}", printable(why == nullptr ? "no reason given" : why)))
        .hint("build cnnc again; its module and its program must be of one build");
    return exit_fault;
  }
  std::vector<const char *> argv = {"cnnc audit"};
  for (const std::string &argument : arguments) argv.push_back(argument.c_str());
  using Entry = int (*)(int, const char *const *);
  return reinterpret_cast<Entry>(entry)(static_cast<int>(argv.size()), argv.data());
}

}  // namespace cnnc
