#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace addon {

/// One thread that does one piece of work after the other.
///
/// All that computes must run on the same one: OpenMP keeps a team of threads for every thread that ever computed, and
/// GNU's stops spinning between two operations once all teams together have more threads than the machine has cores. On
/// libuv's pool, which takes any of its four threads, that put both cores to sleep hundreds of times a token, and a
/// small model answered at a third of its speed.
class worker {
  public:
    worker() : thread_([this] { run(); }) {}

    /// Finishes what is queued.
    ~worker() {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            ending_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }
    worker(const worker &) = delete;
    worker & operator=(const worker &) = delete;

    void queue(std::function<void()> work) {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            queue_.push_back(std::move(work));
        }
        wake_.notify_one();
    }

  private:
    void run() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (true) {
            wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
            if (queue_.empty()) {
                return;
            }
            const std::function<void()> work = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            work();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool ending_ = false;
    std::thread thread_; // last: it uses the others
};

} // namespace addon
