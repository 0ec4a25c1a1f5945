// Writes config/reference.md and config/leatd.conf from the option tables: config_doc SOURCE_DIR.
#include <fmt/core.h>

#include <fstream>
#include <string>

#include "broker/options/reference.h"

namespace {

bool write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  if (!file) fmt::print(stderr, "config_doc: cannot write {}\n", path);
  return static_cast<bool>(file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: config_doc SOURCE_DIR\n");
    return 2;
  }
  const std::string config = std::string(argv[1]) + "/config/";
  const bool written = write(config + "reference.md", leat::reference_page()) &&
                       write(config + "leatd.conf", leat::sample_file());
  return written ? 0 : 1;
}
