#pragma once

#include <memory>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/record/compression.h"

// Internal to common/record: one file per codec behind compression.h.
namespace leat::record::codecs {

Bytes gzip(CompressionLevel level, ByteView data);
Bytes snappy_xerial(ByteView data);
Bytes lz4(CompressionLevel level, ByteView data);
Bytes zstd(CompressionLevel level, ByteView data);

std::unique_ptr<Decompressor> open_gzip(ByteView compressed);
std::unique_ptr<Decompressor> open_snappy(ByteView compressed);
std::unique_ptr<Decompressor> open_lz4(ByteView compressed);
std::unique_ptr<Decompressor> open_zstd(ByteView compressed);

// A library context, which costs an allocation of up to some hundred KiB to make: each thread keeps
// one idle one per kind. Traits: Context, make() -> Context* (null: out of memory), free(Context*),
// keep(Context*) -> bool (false: too big to keep).
template <class Traits>
class PooledContext {
 public:
  PooledContext() : context_(std::move(idle())) {
    if (!context_) context_.reset(Traits::make());
    LEAT_CHECK(context_, "out of memory for a compression context");
  }
  ~PooledContext() {
    if (!idle() && Traits::keep(context_.get())) idle() = std::move(context_);
  }
  PooledContext(const PooledContext&) = delete;
  PooledContext& operator=(const PooledContext&) = delete;

  typename Traits::Context* get() const { return context_.get(); }
  typename Traits::Context& operator*() const { return *context_; }
  typename Traits::Context* operator->() const { return context_.get(); }

 private:
  struct Free {
    void operator()(typename Traits::Context* c) const { Traits::free(c); }
  };
  using Owner = std::unique_ptr<typename Traits::Context, Free>;
  static Owner& idle() {
    thread_local Owner owner;
    return owner;
  }
  Owner context_;
};

}  // namespace leat::record::codecs
