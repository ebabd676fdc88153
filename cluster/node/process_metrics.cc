#include "cluster/node/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace ottla {
namespace {

void add(std::string& page, const char* name, const char* type, const char* help, double value) {
  char text[512];
  (void)std::snprintf(text, sizeof(text), "# HELP %s %s\n# TYPE %s %s\n%s %.17g\n", name, help, name, type, name,
                      value);
  page += text;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// Resident pages of /proc/self/statm; 0 where there is none.
double resident_bytes() {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/proc/self/statm", "re"), std::fclose);
  long size = 0;
  long resident = 0;
  if (file == nullptr || std::fscanf(file.get(), "%ld %ld", &size, &resident) != 2) return 0;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), ::closedir);
  if (folder == nullptr) return 0;
  int count = -3;  // ".", ".." and the folder itself
  while (::readdir(folder.get()) != nullptr) ++count;
  return count;
}

}  // namespace

void write_host_metrics(std::string& page, const HostCounts& counts) {
  add(page, "ottla_sockets", "gauge", "Connections whose sockets are open.", static_cast<double>(counts.connections));
  add(page, "ottla_sockets_accepted_total", "counter", "Connections accepted.", static_cast<double>(counts.accepted));
  add(page, "ottla_sockets_turned_away_total", "counter", "Connections closed at once: too many from their address.",
      static_cast<double>(counts.turned_away));
  add(page, "ottla_sockets_accept_failures_total", "counter",
      "Connections that waited for lack of descriptors or memory.", static_cast<double>(counts.accept_failed));
  add(page, "ottla_turns_total", "counter", "Turns of the event loop.", static_cast<double>(counts.turns));
}

void write_process_metrics(std::string& page) {
  rusage usage{};
  (void)::getrusage(RUSAGE_SELF, &usage);
  add(page, "process_cpu_seconds_total", "counter", "Time of processors used, the system's for us included.",
      seconds(usage.ru_utime) + seconds(usage.ru_stime));
  add(page, "process_resident_memory_bytes", "gauge", "Memory in use.", resident_bytes());
  add(page, "process_open_fds", "gauge", "Descriptors in use.", open_descriptors());
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    add(page, "process_max_fds", "gauge", "Descriptors there may be.", static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace ottla
