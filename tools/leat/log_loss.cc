#include "tools/leat/log_loss.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "client/log_admin.h"
#include "tools/leat/checks.h"
#include "tools/leat/json_output.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

struct LossOptions {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t lost = -1;
  bool yes = false;
  bool dry_run = false;
};

constexpr std::string_view kAboutLoss =
    "A broker keeps a partition offline when less of its log is there than a sync had covered: a "
    "disk or a file system lost something, or somebody removed a file. If there is a copy of the "
    "files, put it back and restart the broker. Else this command shows what is lost, and accepts "
    "it: what is there can be read again, the lost offsets stay a gap, and the next record gets an "
    "offset behind all of them. What was written after the last checkpoint, at most a few seconds "
    "before the broker stopped, and went with the same files cannot be counted.";

Json to_json(const LossOptions& options, const PartitionLoss& loss, bool accepted) {
  Json json;
  json["topic"] = options.topic;
  json["partition"] = options.partition;
  json["accepted"] = accepted;
  json["lost_offsets"] = loss.lost_offsets;
  json["recorded_end"] = loss.recorded_end;
  json["recorded_bytes"] = loss.recorded_bytes;
  json["found_end"] = loss.found_end;
  json["found_bytes"] = loss.found_bytes;
  json["new_end"] = loss.new_end;
  json["segments"] = Json::array();
  for (const LostSegment& segment : loss.segments) {
    json["segments"].push_back(Json{{"file", segment.file},
                                    {"missing", segment.missing},
                                    {"recorded_bytes", segment.recorded_bytes},
                                    {"found_bytes", segment.found_bytes},
                                    {"lost_from", segment.lost_from},
                                    {"lost_to", segment.lost_to}});
  }
  return json;
}

std::string to_text(const LossOptions& options, const PartitionLoss& loss) {
  std::string text = "SUMMARY\n";
  text += fmt::format("  topic {} · partition {} · {} lost\n", options.topic, options.partition,
                      counted(loss.lost_offsets, "offset"));
  text += fmt::format("  recorded  end offset {}, {}\n", with_commas(loss.recorded_end),
                      human_bytes(loss.recorded_bytes));
  text += fmt::format("  on disk   end offset {}, {}\n", with_commas(loss.found_end),
                      human_bytes(loss.found_bytes));
  text += fmt::format("  next      offset {}\n", with_commas(loss.new_end));
  Table table({"FILE", "STATE", ">RECORDED", ">FOUND", ">LOST FROM", ">BEFORE"});
  for (const LostSegment& segment : loss.segments) {
    table.row({segment.file, segment.missing ? "missing" : "short",
               human_bytes(segment.recorded_bytes), human_bytes(segment.found_bytes),
               with_commas(segment.lost_from), with_commas(segment.lost_to)});
  }
  return text + table.text();
}

void show(Context& context, const LossOptions& options, const PartitionLoss& loss, bool accepted) {
  if (!context.options().json()) return context.out().write(to_text(options, loss));
  print_json(context, to_json(options, loss, accepted));
}

asio::awaitable<int> accept_loss(Context& context, std::shared_ptr<LossOptions> options) {
  LogAdmin admin(context.client());
  const std::string where = fmt::format("{}-{}", options->topic, options->partition);
  const Result<PartitionLoss> shown = co_await admin.loss(options->topic, options->partition);
  if (!shown.ok()) co_return context.report(shown.error().with_context(where));
  if (options->lost >= 0 && options->lost != shown->lost_offsets) {
    co_return context.report(Error::make(ClientCode::kInvalidInput, "{} are lost, not {}",
                                         counted(shown->lost_offsets, "offset"), options->lost));
  }
  // JSON is one document: what was done, or what would be.
  const bool json = context.options().json();
  if (!json) show(context, *options, *shown, false);
  context.out().flush();
  std::optional<int> stop = kOk;
  if (!options->dry_run)
    stop = context.ask(options->yes,
                       fmt::format("Accept that these offsets of {} are lost for ever?", where));
  if (stop) {
    if (json) show(context, *options, *shown, false);
    context.note(fmt::format("nothing was changed; to accept this loss: leat log accept-loss {} {} "
                             "--lost {} --yes",
                             options->topic, options->partition, shown->lost_offsets));
    co_return *stop;
  }
  PartitionLoss wanted = *shown;
  const Result<PartitionLoss> accepted =
      co_await admin.accept_loss(options->topic, options->partition, std::move(wanted));
  if (!accepted.ok()) co_return context.report(accepted.error().with_context(where));
  if (json) show(context, *options, *accepted, true);
  context.note(fmt::format("{}: {} accepted as lost, the log goes on at {}", where,
                           counted(accepted->lost_offsets, "offset"),
                           with_commas(accepted->new_end)));
  co_return kOk;
}

}  // namespace

void add_accept_loss_command(App& app, CLI::App* log) {
  auto options = std::make_shared<LossOptions>();
  CLI::App* command = log->add_subcommand(
      "accept-loss", "Let a partition of which durable data is missing serve what is left");
  command->footer(std::string(kAboutLoss));
  command->add_option("TOPIC", options->topic, "Topic")->required();
  command->add_option("PARTITION", options->partition, "Partition")
      ->required()
      ->check(not_negative);
  command->add_option("--lost", options->lost, "Only if just so many offsets are lost")
      ->check(not_negative);
  command->add_flag("-y,--yes", options->yes, "Do not ask");
  command->add_flag("--dry-run", options->dry_run, "Only show what is lost");
  app.on(command, [options](Context& context) { return accept_loss(context, options); });
}

}  // namespace leat::cli
