// Threads that sleep between jobs. Which of them takes which part of a job does not matter to its result.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

class Pool {
 public:
  /** Starts as many threads as can be had, at least one. @throws std::system_error if there is none. */
  explicit Pool(int threads);
  /** Waits for the job that is running. */
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const { return static_cast<int>(threads_.size()); }

  /** Calls `work` with every thread's number, each on its own thread, and `finished` on the last to end. One job at a time. */
  void start(std::function<void(int)> work, std::function<void()> finished);

  /** The same with the calling thread in the first one's place; returns when all have ended. */
  void runHere(std::function<void(int)> work);

 private:
  void begin(std::function<void(int)> work, std::function<void()> finished, int first);
  void serve(int number);

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  /** The first thread sleeps apart: a job that is run by the caller must not wake it. */
  std::condition_variable wakeFirst_, wakeOthers_, ended_;
  std::function<void(int)> work_;
  std::function<void()> finished_;
  /** Jobs so far that the first thread took part in, and all. */
  uint64_t started_ = 0, generation_ = 0;
  int running_ = 0;
  bool closing_ = false;
};
