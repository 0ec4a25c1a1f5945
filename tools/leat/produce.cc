#include <CLI/CLI.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "client/producer.h"
#include "tools/leat/app.h"
#include "tools/leat/checks.h"
#include "tools/leat/input.h"
#include "tools/leat/key_value.h"
#include "tools/leat/offset_spec.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

// A request takes no more, see ClientOptions::max_request_bytes; the rest is for what is around the
// record.
constexpr std::size_t kMostRecordBytes = (100u << 20) - (64u << 10);

struct ProduceOptions {
  std::string topic;
  std::string file = "-";
  std::string key_separator;
  std::string key;
  std::vector<std::string> headers;
  std::string acks = "all";
  std::string compression = "none";
  std::string linger = "5ms";
  std::size_t batch_bytes = 256 * 1024;
  std::size_t max_record_bytes = 1024 * 1024;
  std::int32_t partition = -1;
  bool has_key = false;
};

// Reads lines and hands them to a producer; counts what comes back.
class LineProducer {
 public:
  LineProducer(Context& context, std::shared_ptr<ProduceOptions> options, Producer producer)
      : context_(context), options_(std::move(options)), producer_(std::move(producer)) {
    producer_.on_batch([this](const DeliveryReport& report) { count(report); });
  }

  Error add_headers();
  asio::awaitable<int> run();
  // What has happened so far, on standard error.
  void say_interrupted() const;

 private:
  void count(const DeliveryReport& report);
  asio::awaitable<Error> send_all(std::unique_ptr<Input> input);
  // Sends a line unless there is no room for it.
  Error offer(std::string_view line, bool& no_room);
  Error refuse(Producer::Sent why, const RecordToSend& record) const;
  int conclude(const Error& error) const;

  Context& context_;
  std::shared_ptr<ProduceOptions> options_;
  Producer producer_;
  std::vector<std::pair<std::string, std::string>> header_texts_;
  std::vector<HeaderView> headers_;
  std::int64_t sent_ = 0;
  std::int64_t acknowledged_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t unknown_ = 0;  // of those: perhaps in the log
  std::int64_t bytes_ = 0;
  MonotonicTime began_ = system_clock().monotonic();
  Error first_failure_;
};

Error LineProducer::add_headers() {
  for (const std::string& text : options_->headers) {
    const auto pair = split_key_value(text);
    if (!pair) return Error::make(ClientCode::kInvalidInput, "--header {}: write KEY=VALUE", text);
    header_texts_.push_back(*pair);
  }
  for (const auto& [key, value] : header_texts_) headers_.push_back(HeaderView{key, as_bytes(value)});
  return Error();
}

void LineProducer::count(const DeliveryReport& report) {
  if (report.error.ok()) {
    acknowledged_ += report.count;
    return;
  }
  failed_ += report.count;
  if (report.error.is(ClientCode::kUnknownOutcome)) unknown_ += report.count;
  if (!first_failure_.ok()) return;
  first_failure_ = report.error.from_broker()
                       ? report.error.with_context(
                             fmt::format("{}-{}", report.topic, report.partition))
                       : report.error;
}

Error LineProducer::offer(std::string_view line, bool& no_room) {
  RecordToSend record(std::nullopt, as_bytes(line));
  record.headers = headers_;
  if (options_->has_key) record.key = as_bytes(options_->key);
  if (!options_->key_separator.empty()) {
    const std::size_t at = line.find(options_->key_separator);
    if (at != std::string_view::npos) {
      record.key = as_bytes(line.substr(0, at));
      record.value = as_bytes(line.substr(at + options_->key_separator.size()));
    }
  }
  std::optional<std::int32_t> partition;
  if (options_->partition >= 0) partition = options_->partition;
  const Producer::Sent sent = producer_.try_send(options_->topic, record, partition);
  no_room = sent == Producer::Sent::kFull || sent == Producer::Sent::kUnknownTopic;
  if (no_room) return Error();
  if (sent != Producer::Sent::kYes) return refuse(sent, record);
  ++sent_;
  bytes_ += static_cast<std::int64_t>(line.size());
  return Error();
}

Error LineProducer::refuse(Producer::Sent why, const RecordToSend& record) const {
  if (why == Producer::Sent::kTooLarge)
    return Error::make(ClientCode::kInvalidInput,
                       "line {} takes up to {} bytes as a record, more than --max-record-bytes {}",
                       sent_ + 1,
                       record::BatchBuilder::record_size_bound(record.key, record.value,
                                                               record.headers),
                       options_->max_record_bytes);
  if (why == Producer::Sent::kNoPartition)
    return Error::make(ClientCode::kInvalidInput, "topic '{}' has no partition {}", options_->topic,
                       options_->partition);
  return Error::make(ClientCode::kClosed, "the producer was closed");
}

asio::awaitable<Error> LineProducer::send_all(std::unique_ptr<Input> input) {
  LineSplitter lines;
  for (bool more = true; more && first_failure_.ok();) {
    const Result<std::string_view> chunk = co_await input->next();
    if (!chunk.ok()) co_return chunk.error();
    lines.feed(*chunk);
    more = !chunk->empty();
    std::string_view line;
    while (lines.next_line(line) || (!more && lines.last_line(line))) {
      bool no_room = false;
      CO_RETURN_IF_ERROR(offer(line, no_room));
      while (no_room && first_failure_.ok()) {
        co_await producer_.wait_room();
        CO_RETURN_IF_ERROR(offer(line, no_room));
      }
      if (!first_failure_.ok()) break;
    }
    // Reading a file never waits: let what was collected go out and answers come in.
    co_await asio::post(context_.io(), asio::use_awaitable);
  }
  co_return Error();
}

asio::awaitable<int> LineProducer::run() {
  if (const Error bad = add_headers(); !bad.ok()) co_return context_.report(bad);
  const Error unreachable = co_await context_.client()->connect();
  if (!unreachable.ok()) co_return context_.report(unreachable);
  Result<std::unique_ptr<Input>> input = Input::open(context_.io().get_executor(), options_->file);
  if (!input.ok()) co_return context_.report(input.error());
  std::string topic = options_->topic;
  const Error unknown = co_await producer_.prepare(std::move(topic));
  if (!unknown.ok()) co_return context_.report(unknown);
  const Error error = co_await send_all(*std::move(input));
  co_await producer_.flush();
  co_return conclude(error);
}

int LineProducer::conclude(const Error& error) const {
  const Error& what = first_failure_.ok() ? error : first_failure_;
  if (what.ok()) {
    if (!stderr_is_terminal() && !context_.options().verbose) return kOk;
    const double seconds = std::max(
        1e-3, std::chrono::duration<double>(system_clock().monotonic() - began_).count());
    context_.note(fmt::format("{} to {}: {} in {:.2f} s, {}/s, {}/s", counted(sent_, "record"),
                              options_->topic, human_bytes(bytes_), seconds,
                              with_commas(static_cast<std::int64_t>(static_cast<double>(sent_) / seconds)),
                              human_bytes(static_cast<std::int64_t>(static_cast<double>(bytes_) / seconds))));
    return kOk;
  }
  const int code = context_.report(what);
  if (acknowledged_ == 0) return code;
  context_.note(fmt::format(
      "{} acknowledged, {} not{}", counted(acknowledged_, "record"),
      with_commas(sent_ - acknowledged_),
      unknown_ == 0 ? "" : fmt::format(" ({} of unknown outcome)", with_commas(unknown_))));
  return kPartial;
}

void LineProducer::say_interrupted() const {
  context_.note(fmt::format("interrupted: {} acknowledged, {} sent or waiting",
                            counted(acknowledged_, "record"),
                            with_commas(sent_ - acknowledged_ - failed_)));
}

Result<ProducerOptions> producer_options(const Context& context, const ProduceOptions& options) {
  ProducerOptions made;
  made.acks = options.acks == "all" || options.acks == "-1" ? Acks::kAll
              : options.acks == "1"                         ? Acks::kLeader
                                                            : Acks::kNone;
  made.delivery_timeout = context.timeout();
  made.max_record_bytes = options.max_record_bytes;
  made.max_request_bytes = std::max(made.max_request_bytes, options.max_record_bytes);
  made.buffer.batch_bytes = options.batch_bytes;
  const auto codec = record::parse_compression(options.compression);
  if (!codec)
    return Error::make(ClientCode::kInvalidInput,
                       "'{}' is no compression; there are none, gzip, snappy, lz4, zstd",
                       options.compression);
  made.buffer.compression = *codec;
  const StatusOr<std::int64_t> linger = parse_duration_ms(options.linger);
  if (!linger.ok())
    return Error::make(ClientCode::kInvalidInput, "--linger: {}", message(linger.status()));
  made.buffer.linger = std::chrono::milliseconds(*linger);
  return made;
}

asio::awaitable<int> produce(Context& context, std::shared_ptr<ProduceOptions> options) {
  const Result<ProducerOptions> settings = producer_options(context, *options);
  if (!settings.ok()) co_return context.report(settings.error());
  LineProducer lines(context, options, Producer(context.client(), *settings));
  context.on_interrupt([&lines] { lines.say_interrupted(); });
  const int code = co_await lines.run();
  context.on_interrupt({});
  co_return code;
}

}  // namespace

void add_produce_command(App& app) {
  auto options = std::make_shared<ProduceOptions>();
  CLI::App* command =
      app.root().add_subcommand("produce", "Send lines of standard input or a file to a topic");
  command->add_option("TOPIC", options->topic, "Topic")->required();
  command->add_option("FILE", options->file, "File to read; - is standard input")
      ->capture_default_str();
  CLI::Option* separator = command->add_option("-K,--key-separator", options->key_separator,
                                               "What comes before it in a line is the key")
                               ->check(not_empty);
  command->add_option("-k,--key", options->key, "The key of every record")
      ->excludes(separator)
      ->each([options](const std::string&) { options->has_key = true; });
  command->add_option("-H,--header", options->headers, "KEY=VALUE for every record, may be repeated")
      ->take_all();
  command->add_option("--acks", options->acks, "Who has to have a record: all, 1 (the leader), 0")
      ->check(CLI::IsMember({"all", "-1", "1", "0"}))
      ->capture_default_str();
  command->add_option("-z,--compression", options->compression, "none, gzip, snappy, lz4 or zstd")
      ->capture_default_str();
  command->add_option("-p,--partition", options->partition,
                      "Partition (default: by key, else in turn)")
      ->check(not_negative);
  command->add_option("--batch-bytes", options->batch_bytes, "Most bytes of a batch")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000000}))
      ->capture_default_str();
  command->add_option("--linger", options->linger, "How long an unfilled batch waits")
      ->capture_default_str();
  command
      ->add_option("--max-record-bytes", options->max_record_bytes,
                   "Most bytes of a record, its frame included")
      ->check(CLI::Range(std::size_t{1}, kMostRecordBytes))
      ->capture_default_str();
  command->footer(R"(
Examples:
  seq 1000 | leat produce numbers
  leat produce orders events.txt -K : -z zstd
  echo hello | leat produce greetings -k today -H lang=en)");
  app.on(command, [options](Context& context) { return produce(context, options); });
}

}  // namespace leat::cli
