#include <CLI/CLI.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "client/consumer.h"
#include "client/offsets.h"
#include "tools/leat/app.h"
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
};

// Which offsets of which partitions: the languages of --from and --to, looked up at the leaders.
asio::awaitable<Result<std::vector<Assignment>>> plan(Context& context,
                                                      std::shared_ptr<ConsumeOptions> options) {
  const std::int64_t now_ms = system_clock().wall_ms();
  const StatusOr<OffsetSpec> from = parse_offset_spec(options->from, now_ms);
  if (!from.ok()) co_return Error::make(ClientCode::kInvalidInput, "--from {}", message(from.status()));
  const bool bounded = options->exit_at_end || !options->to.empty();
  const StatusOr<OffsetSpec> to =
      parse_offset_spec(options->to.empty() ? "end" : std::string_view(options->to), now_ms);
  if (!to.ok()) co_return Error::make(ClientCode::kInvalidInput, "--to {}", message(to.status()));

  std::string name = options->topic;
  const Result<TopicMetadataPtr> topic = co_await context.client()->topic(std::move(name));
  if (!topic.ok()) co_return topic.error();
  std::vector<std::int32_t> partitions = options->partitions;
  const auto all = static_cast<std::int32_t>((*topic)->partitions.size());
  for (std::int32_t p = 0; p < all && options->partitions.empty(); ++p) partitions.push_back(p);
  const auto time_of = [](const OffsetSpec& spec) {
    return spec.kind == OffsetSpec::Kind::kTime ? spec.value : kLatestOffset;
  };
  std::vector<OffsetQuery> queries;
  for (const std::int32_t p : partitions)
    for (const std::int64_t at : {kEarliestOffset, kLatestOffset, time_of(*from), time_of(*to)})
      queries.emplace_back(options->topic, p, at);
  const auto answers = co_await list_offsets(context.client(), std::move(queries));
  std::vector<Assignment> assignments;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const OffsetAnswer* found = &answers[4 * i];
    for (std::size_t k = 0; k < 4; ++k)
      if (!found[k].error.ok()) co_return found[k].error;
    PartitionBounds bounds;
    bounds.beginning = found[0].offset;
    bounds.end = found[1].offset;
    bounds.at_time = found[2].offset;
    const std::int64_t start = resolve(*from, bounds);
    bounds.at_time = found[3].offset;
    std::int64_t until = bounded ? resolve(*to, bounds) : kNoEnd;
    if (options->exit_at_end) until = std::min(until, bounds.end);
    assignments.emplace_back(options->topic, partitions[i], StartAt::offset(start), until);
  }
  co_return assignments;
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
      out.flush();
      Result<std::optional<ConsumedRecords>> next = co_await consumer.next();
      if (!next.ok()) co_return next.error();
      if (!next->has_value()) co_return Error();
      records = *std::move(next);
    }
    while (records->next(record)) {
      printer.print(out.buffer(), record);
      out.flush_if_large();
      if (count > 0 && --left == 0) co_return Error();
    }
    if (!records->error().ok()) co_return records->error();
    // Printing never waits: let the next fetch go out.
    co_await asio::post(context.io(), asio::use_awaitable);
  }
  co_return Error();
}

asio::awaitable<int> consume(Context& context, std::shared_ptr<ConsumeOptions> options) {
  const StatusOr<RecordPrinter> printer = RecordPrinter::make(context.options(), *options);
  if (!printer.ok()) co_return context.usage(message(printer.status()));
  context.on_interrupt([&context] { context.out().flush(); });
  Result<std::vector<Assignment>> assignments = co_await plan(context, options);
  if (!assignments.ok()) co_return context.report(assignments.error());
  Consumer consumer(context.client(), ConsumerOptions());
  const Error refused = co_await consumer.assign(*std::move(assignments));
  if (!refused.ok()) co_return context.report(refused);
  const Error error = co_await pour(context, consumer, *printer, options->count);
  context.out().flush();
  if (!error.ok()) co_return context.report(error);
  co_return context.out().failed() ? kFailed : kOk;
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
      ->check(CLI::PositiveNumber);
  command->add_flag("-e,--exit-at-end", options->exit_at_end,
                    "Stop at the end that the partitions have now");
  command->add_option("-p,--partition", options->partitions, "Only these: 0,1,2")->delimiter(',');
  command->add_option("-f,--format", options->format,
                      "How to print a record; see below (default: the value and a newline)");
  command->footer(R"(
Format: %v value, %k key, %t topic, %p partition, %o offset, %d time, %h headers, %e epoch,
        %V %K %T %H lengths and counts, %% a percent sign; \n \t \xHH
        %v{hex} %v{base64} %o{hex} %o{big64} %d{iso} %d{strftime[%F %T]} %h{%k=%v }

Examples:
  leat consume orders --from -10 -e
  leat consume orders --from @2026-01-31T14:00 --to @2026-01-31T15:00
  leat consume orders -f '%d{iso} %p/%o %k=%v\n'
  leat consume orders -o json -n 5)");
  app.on(command, [options](Context& context) { return consume(context, options); });
}

}  // namespace leat::cli
