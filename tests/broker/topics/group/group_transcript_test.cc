#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "common/base/status.h"
#include "tests/broker/topics/group/transcript.h"
#include "tests/support/catch.h"

namespace leat::topics {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::stringstream in{std::string(text)};
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::string error_name(std::int16_t code) {
  return std::string(name(static_cast<ErrorCode>(code)));
}

std::string text_of(const GroupTimer& timer) {
  switch (timer.kind) {
    case GroupTimer::Kind::kSession:
      return "session of " + timer.member;
    case GroupTimer::Kind::kJoin:
      return "join timer";
    case GroupTimer::Kind::kSync:
      return "sync timer";
  }
  return "";
}

std::string text_of(const GroupMetadataValue& value) {
  std::string text = fmt::format("generation={}", value.generation);
  for (const auto& m : value.members)
    text += fmt::format(" {}=[{}]", m.member_id, as_text(m.assignment));
  return text;
}

struct ActionText {
  std::string operator()(const JoinReply& a) const {
    const auto& r = a.response;
    std::string text = fmt::format("join {} gets {}", a.request, error_name(r.error_code));
    if (!r.member_id.empty()) text += " member=" + r.member_id;
    if (r.error_code != 0) return text;
    text += fmt::format(" generation={} protocol={} leader={}", r.generation_id, *r.protocol_name,
                        r.leader);
    if (r.skip_assignment) text += " skip-assignment";
    for (const auto& m : r.members) text += fmt::format(" {}:{}", m.member_id, as_text(m.metadata));
    return text;
  }
  std::string operator()(const SyncReply& a) const {
    return fmt::format("sync {} gets {} [{}]", a.request, error_name(a.response.error_code),
                       as_text(a.response.assignment));
  }
  std::string operator()(const StartTimer& a) const {
    return fmt::format("start {}: {} ms", text_of(a.timer), a.after_ms);
  }
  std::string operator()(const CancelTimer& a) const { return "cancel " + text_of(a.timer); }
  std::string operator()(const PersistGroup& a) const {
    return fmt::format("write {}: {}", a.write, text_of(a.value));
  }
  std::string operator()(const RebalanceBegan& a) const { return "rebalance: " + a.reason; }
};

template <class Args>
std::string arg(const Args& args, std::string_view key, std::string_view fallback) {
  const auto found = args.find(key);
  return found == args.end() ? std::string(fallback) : found->second;
}

template <class Args>
std::int32_t number(const Args& args, std::string_view key, std::int32_t fallback) {
  const auto found = args.find(key);
  return found == args.end() ? fallback : std::stoi(found->second);
}

template <class Args>
std::optional<std::string> maybe(const Args& args, std::string_view key) {
  const auto found = args.find(key);
  return found == args.end() ? std::nullopt : std::optional(found->second);
}

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

}  // namespace

void Transcript::say(const GroupActions& actions) {
  for (const auto& action : actions) {
    if (const auto* write = std::get_if<PersistGroup>(&action))
      writing_[write->write] = write->value;
    said_ += std::visit(ActionText(), action) + "\n";
  }
}

void Transcript::join(const Args& args) {
  JoinCall call;
  call.id = static_cast<RequestId>(number(args, "", 0));
  call.request.member_id = arg(args, "member", "");
  call.request.group_instance_id = maybe(args, "instance");
  call.request.session_timeout_ms = number(args, "session", 10000);
  call.request.rebalance_timeout_ms = number(args, "rebalance", 60000);
  call.request.protocol_type = arg(args, "type", "consumer");
  call.request.reason = maybe(args, "reason");
  for (const auto& protocol : split(arg(args, "protocols", "range:t"), ',')) {
    const auto parts = split(protocol, ':');
    call.request.protocols.push_back({parts[0], bytes_of(parts.size() > 1 ? parts[1] : "")});
  }
  const std::int32_t version = number(args, "version", 9);
  call.new_member_id = arg(args, "as", "");
  call.requires_known_member = version >= 4;
  call.may_skip_assignment = version >= 9;
  GroupActions actions;
  group_.join(std::move(call), limits_, actions);
  say(actions);
}

void Transcript::sync(const Args& args) {
  SyncCall call;
  call.id = static_cast<RequestId>(number(args, "", 0));
  call.request.member_id = arg(args, "member", "");
  call.request.group_instance_id = maybe(args, "instance");
  call.request.generation_id = number(args, "generation", group_.generation());
  call.request.protocol_type = maybe(args, "type");
  call.request.protocol_name = maybe(args, "protocol");
  for (const auto& one : split(arg(args, "assign", ""), ',')) {
    const auto parts = split(one, ':');
    call.request.assignments.push_back({parts[0], bytes_of(parts.at(1))});
  }
  GroupActions actions;
  group_.sync(std::move(call), limits_, actions);
  say(actions);
}

void Transcript::leave(const Args& args) {
  std::vector<LeaveGroupRequest::Member> leaving;
  for (const auto& id : split(arg(args, "member", ""), ',')) leaving.push_back({id, {}, {}});
  for (const auto& id : split(arg(args, "instance", ""), ',')) leaving.push_back({"", id, {}});
  GroupActions actions;
  for (const auto& left : group_.leave(leaving, limits_, actions)) {
    said_ += fmt::format("leave of {} gets {}\n", left.group_instance_id.value_or(left.member_id),
                         error_name(left.error_code));
  }
  say(actions);
}

void Transcript::restart() {
  GroupActions actions;
  writing_.clear();
  group_ = GroupMachine::restore(on_disk_, actions);
  say(actions);
}

std::string Transcript::run(std::string_view command) {
  said_.clear();
  const auto words = split(command, ' ');
  Args args;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto at = words[i].find('=');
    if (at == std::string::npos)
      args[""] = words[i];
    else
      args[words[i].substr(0, at)] = words[i].substr(at + 1);
  }
  GroupActions actions;
  const std::string member = arg(args, "member", "");
  const std::int32_t generation = number(args, "generation", group_.generation());
  if (words[0] == "limits") {
    limits_.initial_rebalance_delay_ms = number(args, "delay", limits_.initial_rebalance_delay_ms);
    limits_.max_size = number(args, "max-size", limits_.max_size);
  } else if (words[0] == "join") {
    join(args);
  } else if (words[0] == "sync") {
    sync(args);
  } else if (words[0] == "leave") {
    leave(args);
  } else if (words[0] == "heartbeat") {
    const ErrorCode error = group_.heartbeat(member, maybe(args, "instance"), generation, actions);
    said_ += fmt::format("heartbeat gets {}\n", name(error));
  } else if (words[0] == "commit") {
    const ErrorCode error =
        group_.check_commit(member, maybe(args, "instance"), generation, actions);
    said_ += fmt::format("commit gets {}\n", name(error));
  } else if (words[0] == "timer") {
    using Kind = GroupTimer::Kind;
    const std::string which = arg(args, "", "");
    const Kind kind = which == "join"   ? Kind::kJoin
                      : which == "sync" ? Kind::kSync
                                        : Kind::kSession;
    group_.timer_fired({kind, member}, limits_, actions);
  } else if (words[0] == "written") {
    const auto write = static_cast<std::uint64_t>(number(args, "", 0));
    const bool failed = args.contains("error");
    if (!writing_.contains(write)) return "no such write\n";
    if (!failed) on_disk_ = writing_[write];
    group_.written(write, failed ? ErrorCode::kCoordinatorNotAvailable : ErrorCode::kNone, limits_,
                   actions);
  } else if (words[0] == "restart") {
    restart();
  } else {
    said_ += "no such command\n";
  }
  say(actions);
  said_ += fmt::format("= {} generation={} members={}", name(group_.state()), group_.generation(),
                       group_.members().size());
  if (group_.leader()) said_ += " leader=" + *group_.leader();
  return said_ + "\n";
}

namespace {

// The script with what the machine says in place of what it is expected to say.
std::string replay_script(const std::string& script) {
  Transcript transcript;
  std::string out;
  for (const auto& line : split(script, '\n')) {
    if (line.starts_with("  ")) continue;
    out += line + "\n";
    if (line.empty() || line.starts_with("#")) continue;
    for (const auto& said : split(transcript.run(line), '\n')) out += "  " + said + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a group does what the transcripts say", "[unit]") {
  namespace fs = std::filesystem;
  std::size_t scripts = 0;
  for (const auto& file : fs::directory_iterator(LEAT_SOURCE_DIR "/tests/scripts/group")) {
    if (file.path().extension() != ".txt") continue;
    ++scripts;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string script{std::istreambuf_iterator<char>(in), {}};
    const std::string replayed = replay_script(script);
    if (std::getenv("LEAT_UPDATE_SCRIPTS") != nullptr) {
      std::ofstream(file.path(), std::ios::binary) << replayed;
      continue;
    }
    INFO(file.path());
    CHECK(replayed == script);
  }
  CHECK(scripts > 5);
}

}  // namespace leat::topics
