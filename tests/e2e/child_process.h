// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace godwit::testing {

// ChildProcess runs a program with every signal at its default, and reads what it prints.
class ChildProcess {
 public:
  explicit ChildProcess(std::vector<std::string> arguments) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, argv[0], &files, &attributes, argv.data(), environ), 0) << arguments[0];
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  // The destructor kills it, if it still runs.
  ~ChildProcess() {
    if (pid_ > 0) {
      signal(SIGKILL);
      wait();
    }
    std::fclose(output_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) { EXPECT_EQ(kill(pid_, number), 0); }

  // line waits for the next line; empty at the end.
  std::string line() {
    char text[4096];
    if (!std::fgets(text, sizeof text, output_)) return {};
    std::string found(text);
    if (found.ends_with('\n')) found.pop_back();
    log_ += found + "\n";
    return found;
  }

  // value waits for the line that begins with this name, and gives what stands behind it.
  std::string value(std::string_view name) {
    for (std::string found = line(); !found.empty(); found = line()) {
      if (found.starts_with(name) && found.size() > name.size()) return found.substr(name.size() + 1);
    }
    ADD_FAILURE() << "no " << name << " in:\n" << log_;
    return "0";
  }

  // wait gives the exit status, or minus the signal that ended the program.
  int wait() {
    int status = 0;
    EXPECT_EQ(waitpid(std::exchange(pid_, -1), &status, 0) > 0, true);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  // wait_stopped waits until SIGSTOP has stopped it.
  bool wait_stopped() {
    int status = 0;
    return waitpid(pid_, &status, WUNTRACED) == pid_ && WIFSTOPPED(status);
  }

 private:
  pid_t pid_ = -1;
  std::FILE* output_ = nullptr;
  std::string log_;
};

// child_client is the path of the program beside these tests.
inline std::string child_client() {
  return std::string(std::getenv("TEST_SRCDIR")) + "/" + std::getenv("TEST_WORKSPACE") +
         "/tests/e2e/child_client";
}

// write_file puts text into the test's own folder and gives its path.
inline std::string write_file(const std::string& name, std::string_view text) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
  std::FILE* file = std::fopen(path.c_str(), "w");
  EXPECT_NE(file, nullptr) << path;
  if (!file) return path;
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
  return path;
}

}  // namespace godwit::testing
