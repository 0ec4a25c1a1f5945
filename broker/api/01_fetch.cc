// Fetch (1), v4-18: batches as they lie on disk, whole ones but perhaps the last.
// - Never beyond the high watermark (read_committed: the last stable offset); an offset inside a
//   batch returns the whole batch; the first batch comes whole however small the limits.
// - Waits up to max_wait, a minute at most, for min_bytes, unless a partition has an error. What comes
//   behind it on the connection waits too, as in Kafka.
// - Sessions (KIP-227): id 0 and epoch 0 ask for one, epoch -1 ends it; an unknown id is
//   FETCH_SESSION_ID_NOT_FOUND, a wrong epoch INVALID_FETCH_SESSION_EPOCH, both without partitions.
//   What a session cannot remember gets none, or ends it as an unknown id.
// - An offset outside the log: OFFSET_OUT_OF_RANGE with all three ends -1.
// - v13 names topics by id only: UNKNOWN_TOPIC_ID; before, UNKNOWN_TOPIC_OR_PARTITION.
// - read_uncommitted: aborted transactions null; read_committed: a list (empty: no transactions yet).
#include <algorithm>

#include "broker/api/fetch_job.h"
#include "broker/api/handlers.h"

namespace leat::api {
namespace {

constexpr std::int32_t kFullFetch = -1;
constexpr std::int32_t kNewSession = 0;
// An empty answer before its time is always right, and a wait ends although the peer is long gone.
constexpr std::int32_t kLongestWaitMs = 60'000;

void answer_session_error(Request& request, ErrorCode code) {
  FetchResponse response;
  response.error_code = wire_code(code);
  request.make_reply().send(response);
}

bool remember(LockedFetchSession& session, const FetchRequest& wanted) {
  MutexLock lock(session.mutex);
  return session.session.apply(wanted);
}

std::int32_t id_of(LockedFetchSession& session) {
  MutexLock lock(session.mutex);
  return session.session.id();
}

// The session this request continues or begins, put into the job; the targets it reads. An error
// ends the request.
ErrorCode enter_session(Services& services, const FetchRequest& wanted, FetchJob& job,
                        std::vector<FetchTarget>& targets) {
  FetchSessionCache& cache = *services.fetch_sessions;
  if (wanted.session_epoch == kFullFetch) {
    if (wanted.session_id != 0) cache.remove(wanted.session_id);
    targets = targets_of(wanted);
    return ErrorCode::kNone;
  }
  if (wanted.session_epoch == kNewSession) {
    if (wanted.session_id != 0) cache.remove(wanted.session_id);
    targets = targets_of(wanted);
    job.session = targets.empty() ? nullptr : cache.create();
    if (job.session && !remember(*job.session, wanted)) {
      cache.remove(id_of(*job.session));
      job.session.reset();
    }
    return ErrorCode::kNone;
  }
  job.session = cache.find(wanted.session_id);
  if (!job.session) return ErrorCode::kFetchSessionIdNotFound;
  MutexLock lock(job.session->mutex);
  FetchSession& session = job.session->session;
  if (session.next_epoch() != wanted.session_epoch) return ErrorCode::kInvalidFetchSessionEpoch;
  session.advance();
  if (!session.apply(wanted)) {
    cache.remove(session.id());
    return ErrorCode::kFetchSessionIdNotFound;
  }
  targets = session.targets();
  job.incremental = true;
  return ErrorCode::kNone;
}

}  // namespace

Handled handle_fetch(Services& services, Request& request) {
  static thread_local FetchRequest wanted;
  const wire::Version version = request.header.version;
  if (Status s = wire::decode_into(request.body, version, wanted); !s.ok()) {
    request.connection->close(message(s));
    return Handled::kDone;
  }
  auto job = std::make_shared<FetchJob>(services, request.make_reply());
  std::vector<FetchTarget> targets;
  const ErrorCode error = enter_session(services, wanted, *job, targets);
  if (error != ErrorCode::kNone) {
    answer_session_error(request, error);
    return Handled::kDone;
  }
  job->items = plan_fetch(*services.catalog->image(), std::move(targets), version);
  job->max_wait_ms = std::min(wanted.max_wait_ms, kLongestWaitMs);
  job->min_bytes = wanted.min_bytes;
  job->max_bytes = wanted.max_bytes;
  job->read_committed = wanted.isolation_level == 1;
  job->run();
  return Handled::kDone;
}

}  // namespace leat::api
