#include "broker/meta/data_directory.h"

#include <charconv>
#include <map>

#include "broker/storage/checkpoint.h"
#include "common/base/log.h"

namespace leat::meta {
namespace {

using Properties = std::map<std::string, std::string, std::less<>>;

Properties parse_properties(std::string_view text) {
  Properties out;
  while (!text.empty()) {
    const auto line_end = text.find('\n');
    const std::string_view line = text.substr(0, line_end);
    const auto equals = line.find('=');
    if (equals != std::string_view::npos && !line.starts_with('#')) {
      out.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    if (line_end == std::string_view::npos) break;
    text.remove_prefix(line_end + 1);
  }
  return out;
}

std::optional<std::int32_t> number(const Properties& properties, std::string_view key) {
  const auto found = properties.find(key);
  if (found == properties.end()) return std::nullopt;
  std::int32_t value = 0;
  const char* end = found->second.data() + found->second.size();
  const auto [at, error] = std::from_chars(found->second.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

Status store_identity(storage::FileSystem& files, const std::string& directory,
                      const Identity& identity) {
  const std::string text = fmt::format(
      "# Written by leatd at each start; do not edit.\nformat.version={}\ncluster.id={}\n"
      "node.id={}\nstart.count={}\n",
      kFormatVersion, identity.cluster_id, identity.node_id, identity.start_count);
  return storage::replace_file(files, fmt::format("{}/{}", directory, kIdentityFile),
                               as_bytes(text));
}

StatusOr<Identity> parse_identity(const std::string& path, std::string_view text) {
  const Properties properties = parse_properties(text);
  const auto version = number(properties, "format.version");
  if (!version) return corruption("{}/{} has no format.version", path, kIdentityFile);
  if (*version > kFormatVersion) {
    return failed_precondition(
        "{} was written by a newer Leat (format {}, this one knows {}): nothing was touched; use "
        "that version", path, *version, kFormatVersion);
  }
  const auto node = number(properties, "node.id");
  const auto starts = number(properties, "start.count");
  const auto cluster = properties.find("cluster.id");
  if (!node || !starts || cluster == properties.end()) {
    return corruption("{}/{} is incomplete: cluster.id, node.id and start.count are needed", path,
                      kIdentityFile);
  }
  return Identity{cluster->second, *node, *starts};
}

std::string parent_of(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status refuse_foreign(storage::FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const auto entries, files.list(path));
  for (const auto& entry : entries) {
    if (entry.name == "meta.properties") {
      return failed_precondition(
          "{} is the data directory of an Apache Kafka broker: nothing was touched; choose another "
          "directory (log.dirs, --data-dir)", path);
    }
    if (entry.is_directory || !entry.name.starts_with('.')) {
      if (entry.name == "lost+found" || entry.name == kLockFile) continue;
      if (entry.name == fmt::format("{}.tmp", kIdentityFile)) continue;
      return failed_precondition(
          "{} holds '{}' but no {}: it is not a data directory of Leat; choose an empty or new one "
          "(log.dirs, --data-dir)", path, entry.name, kIdentityFile);
    }
  }
  return {};
}

}  // namespace

StatusOr<DataDirectory> take_data_directory(storage::FileSystem& files, const std::string& path,
                                            std::int32_t node_id, Random& random) {
  RETURN_IF_ERROR(files.make_directory(path));
  // Or a power cut could take the whole directory with all that is stable in it.
  RETURN_IF_ERROR(files.sync_directory(parent_of(path)));
  DataDirectory taken;
  taken.path = path;
  ASSIGN_OR_RETURN(taken.lock, files.lock(fmt::format("{}/{}", path, kLockFile)));
  auto content = storage::read_whole_file(files, fmt::format("{}/{}", path, kIdentityFile));
  if (content.ok()) {
    ASSIGN_OR_RETURN(taken.identity, parse_identity(path, as_text(*content)));
    if (taken.identity.node_id != node_id) {
      return failed_precondition("{} belongs to node {}, this broker is configured as node.id={}",
                                 path, taken.identity.node_id, node_id);
    }
  } else if (is_not_found(content.status())) {
    RETURN_IF_ERROR(refuse_foreign(files, path));
    taken.identity = {to_string(random.uuid()), node_id, -1};
  } else {
    return content.status();
  }
  ++taken.identity.start_count;
  RETURN_IF_ERROR(store_identity(files, path, taken.identity));
  return taken;
}

}  // namespace leat::meta
