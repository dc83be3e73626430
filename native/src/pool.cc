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
  wakeFirst_.notify_all();
  wakeOthers_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::start(std::function<void(int)> work, std::function<void()> finished) {
  begin(std::move(work), std::move(finished), 0);
  wakeFirst_.notify_one();
}

void Pool::runHere(std::function<void(int)> work) {
  begin(work, [this] { ended_.notify_one(); }, 1);
  work(0);
  std::unique_lock<std::mutex> lock(mutex_);
  ended_.wait(lock, [&] { return running_ == 0; });
}

/** Wakes the threads from the second on to a job that those from `first` on take part in. */
void Pool::begin(std::function<void(int)> work, std::function<void()> finished, int first) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    work_ = std::move(work);
    finished_ = std::move(finished);
    running_ = threads() - first;
    generation_++;
    if (first == 0) started_++;
  }
  wakeOthers_.notify_all();
}

void Pool::serve(int number) {
  std::condition_variable& wake = number == 0 ? wakeFirst_ : wakeOthers_;
  const uint64_t& jobs = number == 0 ? started_ : generation_;
  uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wake.wait(lock, [&] { return closing_ || jobs != seen; });
    if (jobs == seen) return;
    seen = jobs;
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
