#include <CLI/CLI.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <set>

#include "client/consumer.h"
#include "client/group/group_consumer.h"
#include "client/offsets.h"
#include "client/spawn.h"
#include "tools/leat/app.h"
#include "tools/leat/checks.h"
#include "tools/leat/json_text.h"
#include "tools/leat/offset_spec.h"
#include "tools/leat/record_format.h"

namespace leat::cli {
namespace {

struct ConsumeOptions {
  std::string topic;
  std::string from = "beginning";
  std::string to;
  std::int64_t count = 0;
  bool exit_at_end = false;
  std::string format;
  std::vector<std::int32_t> partitions;
  std::string group;
  std::string instance;
  std::vector<std::string> assignors;
  std::string session_timeout = "45s";

  bool bounded() const { return exit_at_end || !to.empty(); }
};

// --from and --to, understood.
struct Range {
  OffsetSpec from;
  OffsetSpec to;  // end when not given
};

Result<Range> parse_range(const ConsumeOptions& options) {
  const std::int64_t now_ms = system_clock().wall_ms();
  const StatusOr<OffsetSpec> from = parse_offset_spec(options.from, now_ms);
  if (!from.ok())
    return Error::make(ClientCode::kInvalidInput, "--from {}", message(from.status()));
  const StatusOr<OffsetSpec> to =
      parse_offset_spec(options.to.empty() ? "end" : std::string_view(options.to), now_ms);
  if (!to.ok()) return Error::make(ClientCode::kInvalidInput, "--to {}", message(to.status()));
  return Range{*from, *to};
}

// Where to read a partition: at what is committed, where that is still there, else by --from.
class Start {
 public:
  Start() = default;
  Start(TopicPartition p, std::int64_t c) : partition(std::move(p)), committed(c) {}

  TopicPartition partition;
  std::int64_t committed = -1;
};

Assignment place(const Start& start, const Range& range, const ConsumeOptions& options,
                 const OffsetAnswer* found) {
  PartitionBounds bounds;
  bounds.beginning = found[0].offset;
  bounds.end = found[1].offset;
  bounds.at_time = found[2].offset;
  const bool resumes = start.committed >= bounds.beginning && start.committed <= bounds.end;
  const std::int64_t from = resumes ? start.committed : resolve(range.from, bounds);
  bounds.at_time = found[3].offset;
  std::int64_t until = options.bounded() ? resolve(range.to, bounds) : kNoEnd;
  if (options.exit_at_end) until = std::min(until, bounds.end);
  return Assignment(start.partition.topic, start.partition.partition, StartAt::offset(from), until);
}

asio::awaitable<Result<std::vector<Assignment>>> look_up(Context& context,
                                                         std::shared_ptr<ConsumeOptions> options,
                                                         std::vector<Start> starts) {
  const Result<Range> range = parse_range(*options);
  if (!range.ok()) co_return range.error();
  const auto time_of = [](const OffsetSpec& spec) {
    return spec.kind == OffsetSpec::Kind::kTime ? spec.value : kLatestOffset;
  };
  std::vector<OffsetQuery> queries;
  for (const Start& start : starts)
    for (const std::int64_t at :
         {kEarliestOffset, kLatestOffset, time_of(range->from), time_of(range->to)})
      queries.emplace_back(start.partition.topic, start.partition.partition, at);
  const auto answers = co_await list_offsets(context.client(), std::move(queries));
  for (const OffsetAnswer& answer : answers)
    if (!answer.error.ok()) co_return answer.error;
  std::vector<Assignment> assignments;
  for (std::size_t i = 0; i < starts.size(); ++i)
    assignments.push_back(place(starts[i], *range, *options, &answers[4 * i]));
  co_return assignments;
}

// Which offsets of which partitions, without a group.
asio::awaitable<Result<std::vector<Assignment>>> plan(Context& context,
                                                      std::shared_ptr<ConsumeOptions> options) {
  const Result<Range> range = parse_range(*options);
  if (!range.ok()) co_return range.error();
  std::string name = options->topic;
  const Result<TopicMetadataPtr> topic = co_await context.client()->topic(std::move(name));
  if (!topic.ok()) co_return topic.error();
  std::vector<std::int32_t> partitions = options->partitions;
  const auto all = static_cast<std::int32_t>((*topic)->partitions.size());
  for (std::int32_t p = 0; p < all && options->partitions.empty(); ++p) partitions.push_back(p);
  std::vector<Start> starts;
  for (const std::int32_t p : partitions)
    starts.emplace_back(TopicPartition(options->topic, p), -1);
  co_return co_await look_up(context, options, std::move(starts));
}

// Prints records as the options say.
class RecordPrinter {
 public:
  static StatusOr<RecordPrinter> make(const GlobalOptions& global, const ConsumeOptions& options) {
    RecordPrinter printer;
    if (!options.format.empty()) {
      if (global.json()) return invalid_argument("--format and --output json exclude each other");
      ASSIGN_OR_RETURN(RecordFormat format, RecordFormat::parse(options.format));
      printer.format_ = std::move(format);
    }
    printer.json_ = global.json();
    return printer;
  }

  void print(std::string& out, const RecordView& record) const {
    if (format_) return format_->append(out, record);
    if (json_) return append_json_record(out, record);
    if (record.value) out.append(as_text(*record.value));
    out += '\n';
  }

 private:
  std::optional<RecordFormat> format_;
  bool json_ = false;
};

// Copies records to the output until the end, the count, or an error.
asio::awaitable<Error> pour(Context& context, Consumer& consumer, const RecordPrinter& printer,
                            std::int64_t count) {
  Output& out = context.out();
  RecordView record;
  for (std::int64_t left = count; !out.failed();) {
    std::optional<ConsumedRecords> records = consumer.try_next();
    if (!records) {
      // Somebody may be watching: what is there is shown before the wait.
      co_await out.written();
      Result<std::optional<ConsumedRecords>> next = co_await consumer.next();
      if (!next.ok()) co_return next.error();
      if (!next->has_value()) co_return Error();
      records = *std::move(next);
    }
    while (!out.failed() && records->next(record)) {
      printer.print(out.buffer(), record);
      if (out.is_large()) co_await out.written();
      if (count > 0 && --left == 0) co_return Error();
    }
    if (!records->error().ok()) co_return records->error();
    // Printing to a file never waits: let the next fetch go out.
    co_await asio::post(context.io(), asio::use_awaitable);
  }
  co_return Error();
}

// Says on standard error when a broker is lost and when it is back: the waiting looks the same.
ConsumerOptions fetch_options(Context& context) {
  ConsumerOptions options;
  options.on_contact = [&context](std::int32_t node, const Error& error) {
    context.note(error.ok() ? fmt::format("broker {} answers again", node)
                            : fmt::format("lost contact with broker {}, trying again: {}", node,
                                          error.describe()));
  };
  return options;
}

int report_reading(Context& context, const Error& error) {
  return context.report(error, error.is(ErrorCode::kOffsetOutOfRange)
                                   ? "--from beginning starts at the oldest record that is left"
                                   : "");
}

asio::awaitable<int> consume_alone(Context& context, std::shared_ptr<ConsumeOptions> options,
                                   const RecordPrinter& printer) {
  context.out().write_aside(context.io().get_executor());
  Result<std::vector<Assignment>> assignments = co_await plan(context, options);
  if (!assignments.ok()) co_return context.report(assignments.error());
  Consumer consumer(context.client(), fetch_options(context));
  const Error refused = co_await consumer.assign(*std::move(assignments));
  if (!refused.ok()) co_return report_reading(context, refused);
  const Error error = co_await pour(context, consumer, printer, options->count);
  co_await context.out().written();
  if (!error.ok()) co_return report_reading(context, error);
  co_return context.out().failed() ? kFailed : kOk;
}

// --- with a group ---

// Says on standard error which partitions are this member's, after every rebalance.
RebalanceHandlers reporting(Context& context) {
  const auto owned = std::make_shared<std::set<std::int32_t>>();
  RebalanceHandlers handlers;
  handlers.assigned = [&context, owned](TopicPartitions added) -> asio::awaitable<void> {
    for (const TopicPartition& p : added) owned->insert(p.partition);
    context.note(fmt::format("assigned {}", fmt::join(*owned, ",")));
    co_return;
  };
  handlers.revoked = [owned](TopicPartitions gone) -> asio::awaitable<void> {
    for (const TopicPartition& p : gone) owned->erase(p.partition);
    co_return;
  };
  handlers.lost = handlers.revoked;
  return handlers;
}

Result<GroupConsumerOptions> group_options(Context& context,
                                           std::shared_ptr<ConsumeOptions> options) {
  if (!options->partitions.empty())
    return Error::make(ClientCode::kInvalidInput,
                       "--partition and --group exclude each other: the group decides who reads");
  const Result<Range> range = parse_range(*options);
  if (!range.ok()) return range.error();
  const StartAt if_gone = range->from.kind == OffsetSpec::Kind::kEnd ? StartAt::end()
                                                                     : StartAt::beginning();
  GroupConsumerOptions group(options->group, {options->topic});
  group.fetch = fetch_options(context);
  if (!options->instance.empty()) group.member.instance_id = options->instance;
  const StatusOr<std::int64_t> session_ms = parse_duration_ms(options->session_timeout);
  if (!session_ms.ok())
    return Error::make(ClientCode::kInvalidInput, "--session-timeout {}",
                       message(session_ms.status()));
  group.member.session_timeout = std::chrono::milliseconds(*session_ms);
  // A third, as Kafka recommends, so that two may be lost.
  group.member.heartbeat_interval =
      std::min(group.member.heartbeat_interval, group.member.session_timeout / 3);
  if (!options->assignors.empty()) group.member.assignors.clear();
  for (const std::string& name : options->assignors)
    group.member.assignors.push_back(*parse_assignor(name));
  group.commit_interval = std::chrono::seconds(1);
  group.bounded = options->bounded();
  if (context.options().verbose) group.handlers = reporting(context);
  group.plan = [&context, options, if_gone](std::vector<CommittedOffset> committed)
      -> asio::awaitable<Result<std::vector<Assignment>>> {
    std::vector<Start> starts;
    for (const CommittedOffset& offset : committed)
      starts.emplace_back(offset.partition, offset.offset);
    Result<std::vector<Assignment>> planned = co_await look_up(context, options, std::move(starts));
    if (planned.ok())
      for (Assignment& assignment : *planned) assignment.if_out_of_range = if_gone;
    co_return planned;
  };
  return group;
}

// Prints one batch, at most `left` records of it, and declares done what has reached the output.
asio::awaitable<Error> pour_batch(Context& context, GroupConsumer& consumer,
                                  const RecordPrinter& printer, ConsumedRecords& records,
                                  std::int64_t& left) {
  Output& out = context.out();
  RecordView record;
  RecordView last;
  bool all = true;
  while (all && records.next(record)) {
    printer.print(out.buffer(), record);
    last = record;
    all = left == 0 || --left > 0;
  }
  co_await out.written();
  if (out.failed() || out.gave_up()) co_return Error();
  if (all && records.error().ok()) consumer.done(records);
  else if (last.topic.data() != nullptr) consumer.done(last);
  co_return records.error();
}

// Until the end, the count, an interrupt or an error.
asio::awaitable<Error> pour_group(Context& context, GroupConsumer& consumer,
                                  const RecordPrinter& printer, std::int64_t count,
                                  const bool& interrupted) {
  std::int64_t left = count;
  while (!interrupted && !context.out().failed()) {
    Result<std::optional<ConsumedRecords>> next = co_await consumer.next();
    if (interrupted) co_return Error();
    if (!next.ok()) co_return next.error();
    if (!next->has_value()) co_return Error();
    const Error error = co_await pour_batch(context, consumer, printer, **next, left);
    if (!error.ok()) co_return error;
    if (count > 0 && left == 0) co_return Error();
    co_await asio::post(context.io(), asio::use_awaitable);
  }
  co_return Error();
}

asio::awaitable<void> leave_group(std::shared_ptr<GroupConsumer> consumer, Duration patience) {
  const Error reported_by_the_other_close = co_await consumer->close(patience);
}

asio::awaitable<int> consume_in_group(Context& context, std::shared_ptr<ConsumeOptions> options,
                                      const RecordPrinter& printer) {
  // A topic that does not exist is a mistake here; a group alone would wait for it.
  std::string name = options->topic;
  const Result<TopicMetadataPtr> topic = co_await context.client()->topic(std::move(name));
  if (!topic.ok()) co_return context.report(topic.error());
  Result<GroupConsumerOptions> group = group_options(context, options);
  if (!group.ok()) co_return context.report(group.error());
  const auto consumer =
      std::make_shared<GroupConsumer>(context.client(), *std::move(group));
  bool interrupted = false;
  context.out().write_aside(context.io().get_executor());
  context.finish_on_interrupt([&context, &interrupted, consumer] {
    interrupted = true;
    // What is being printed is committed if somebody takes it soon.
    if (context.out().is_writing()) return context.out().give_up_after(kLastWords);
    spawn(context.io().get_executor(), leave_group(consumer, context.timeout()));
  });
  // The group is left in an orderly way even when the reader of the output goes first.
  context.out().outlive_reader();
  const Error error =
      co_await pour_group(context, *consumer, printer, options->count, interrupted);
  const Error farewell = co_await consumer->close(context.timeout());
  int code = context.out().failed() ? kFailed : kOk;
  if (!error.ok()) {
    code = context.report(error);
  } else if (!farewell.ok()) {
    code = context.report(farewell);
  }
  context.out().end_if_reader_left();
  co_return code;
}

asio::awaitable<int> consume(Context& context, std::shared_ptr<ConsumeOptions> options) {
  const StatusOr<RecordPrinter> printer = RecordPrinter::make(context.options(), *options);
  if (!printer.ok()) co_return context.usage(message(printer.status()));
  if (options->group.empty()) co_return co_await consume_alone(context, options, *printer);
  co_return co_await consume_in_group(context, options, *printer);
}

void add_group_options(CLI::App* command, ConsumeOptions& options) {
  command->add_option("-g,--group", options.group,
                      "Share the topic with the other members of this consumer group and commit "
                      "what was printed; --from holds where nothing was committed")
      ->check(not_empty);
  command->add_option("--instance", options.instance,
                      "A name that makes this a static member: its place waits for its return")
      ->needs("--group");
  command->add_option("--assignor", options.assignors,
                      "range, roundrobin, cooperative-sticky; in order of preference "
                      "(default: range,cooperative-sticky)")
      ->delimiter(',')
      ->check(CLI::IsMember({"range", "roundrobin", "cooperative-sticky"}))
      ->needs("--group");
  command->add_option("--session-timeout", options.session_timeout,
                      "Silent for this long, the member is taken for dead")
      ->capture_default_str();
}

}  // namespace

void add_consume_command(App& app) {
  auto options = std::make_shared<ConsumeOptions>();
  CLI::App* command = app.root().add_subcommand("consume", "Print the records of a topic");
  command->add_option("TOPIC", options->topic, "Topic")->required();
  command->add_option("--from", options->from,
                      "beginning, end, OFFSET, +N, -N (the last N), @TIME, @-1h")
      ->capture_default_str();
  command->add_option("--to", options->to, "Stop before this; the same forms");
  command->add_option("-n,--count", options->count, "Stop after this many records")
      ->check(at_least_one);
  command->add_flag("-e,--exit-at-end", options->exit_at_end,
                    "Stop at the end that the partitions have now");
  command->add_option("-p,--partition", options->partitions, "Only these: 0,1,2")->delimiter(',');
  command->add_option("-f,--format", options->format,
                      "How to print a record; see below (default: the value and a newline)")
      ->check(not_empty);
  add_group_options(command, *options);
  command->footer(R"(
With --group an interrupt, or the end of whoever reads the output, commits what was printed and
leaves, so that the others take over at once.

Format: %v value, %k key, %t topic, %p partition, %o offset, %d time, %h headers, %e epoch,
        %V %K %T %H lengths and counts, %% a percent sign; \n \t \xHH
        %v{hex} %v{base64} %o{hex} %o{big64} %d{iso} %d{strftime[%F %T]} %h{%k=%v }

Examples:
  leat consume orders --from -10 -e
  leat consume orders --from @2026-01-31T14:00 --to @2026-01-31T15:00
  leat consume orders --group billing
  leat consume orders -f '%d{iso} %p/%o %k=%v\n'
  leat consume orders -o json -n 5)");
  app.on(command, [options](Context& context) { return consume(context, options); });
}

}  // namespace leat::cli
