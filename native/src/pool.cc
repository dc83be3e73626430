#include "pool.h"

#include <system_error>
#include <utility>

Pool::Pool(int threads) {
  for (int number = 0; number < threads; number++) {
    try {
      threads_.emplace_back([this, number] { serve(number); });
    } catch (const std::system_error&) {
      if (threads_.empty()) throw;
      return;
    }
  }
}

Pool::~Pool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::start(std::function<void(int)> work, std::function<void()> finished) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    work_ = std::move(work);
    finished_ = std::move(finished);
    running_ = threads();
    generation_++;
  }
  wake_.notify_all();
}

void Pool::serve(int number) {
  uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return closing_ || generation_ != seen; });
    if (generation_ == seen) return;
    seen = generation_;
    const std::function<void(int)> work = work_;
    lock.unlock();
    work(number);
    lock.lock();
    if (--running_ > 0) continue;
    const std::function<void()> finished = std::move(finished_);
    lock.unlock();
    finished();
    lock.lock();
  }
}
