#pragma once

#include <map>
#include <string>
#include <string_view>

#include "broker/topics/group/group_machine.h"

namespace leat::topics {

// Drives one group with the commands of tests/scripts/group (see README.md there) and says what it
// did, one line an action.
class Transcript {
 public:
  // What the machine answers to `command`, each line ended; the last says the group's state.
  std::string run(std::string_view command);

 private:
  using Args = std::map<std::string, std::string, std::less<>>;
  void join(const Args& args);
  void sync(const Args& args);
  void leave(const Args& args);
  void restart();
  void say(const GroupActions& actions);

  GroupMachine group_;
  GroupLimits limits_;
  GroupMetadataValue on_disk_;
  std::map<std::uint64_t, GroupMetadataValue> writing_;
  std::string said_;
};

}  // namespace leat::topics
