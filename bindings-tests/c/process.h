// What a test looks at of its own process and of others.
#pragma once

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

// The thread sanitizer lets no thread start in a fork of a process with threads.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadsAfterFork = false;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool kThreadsAfterFork = false;
#else
inline constexpr bool kThreadsAfterFork = true;
#endif
#else
inline constexpr bool kThreadsAfterFork = true;
#endif

inline size_t count_entries(const std::string& folder) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}
inline size_t count_threads() { return count_entries("/proc/self/task"); }
inline size_t count_descriptors() { return count_entries("/proc/self/fd"); }

// TMPDIR as it is for one test, empty at first.
class OwnTemporary {
 public:
  OwnTemporary() : path_((std::filesystem::temp_directory_path() / "ottla-test-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
    const char* before = std::getenv("TMPDIR");
    if (before != nullptr) before_ = before;
    ::setenv("TMPDIR", path_.c_str(), 1);
  }
  OwnTemporary(const OwnTemporary&) = delete;
  OwnTemporary& operator=(const OwnTemporary&) = delete;
  ~OwnTemporary() {
    before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1);
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] size_t count() const { return count_entries(path_); }

 private:
  std::string path_;
  std::string before_;
};

// A forked child that says one line and then does as it is told: ends by itself, or is killed.
class Child {
 public:
  using Work = std::function<void(const std::function<void(const std::string&)>& say)>;

  explicit Child(const Work& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    id_ = ::fork();
    if (id_ < 0) std::abort();
    if (id_ == 0) {
      ::close(ends[0]);
      work([&](const std::string& line) {
        const std::string text = line + "\n";
        if (::write(ends[1], text.data(), text.size()) < 0) ::_exit(2);
      });
      ::_exit(0);
    }
    ::close(ends[1]);
    from_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (id_ > 0) kill();
    ::close(from_);
  }

  // Without its end; empty when it ended without a word.
  std::string line() {
    std::string text;
    char c = 0;
    while (::read(from_, &c, 1) == 1 && c != '\n') text += c;
    return text;
  }
  void kill() {
    ::kill(id_, SIGKILL);
    (void)wait();
  }
  // Its exit code, or minus the signal that ended it.
  int wait() {
    int status = 0;
    if (::waitpid(id_, &status, 0) != id_) std::abort();
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t id_ = -1;
  int from_ = -1;
};
