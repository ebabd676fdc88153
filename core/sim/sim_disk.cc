#include "core/sim/sim_disk.h"

#include <utility>

#include "core/sim/sim_open_file.h"

namespace ottla::sim {

class SimLock final : public DirectoryLock {
 public:
  explicit SimLock(SimDisk& disk) : disk_(disk), boot_(disk.boot_) {
    disk_.locked_ = true;
    ++disk_.holders_;
  }
  ~SimLock() override {
    if (boot_ == disk_.boot_) disk_.locked_ = false;
    --disk_.holders_;
  }

 private:
  SimDisk& disk_;
  uint64_t boot_;
};

SimDisk::SimDisk(uint64_t seed, SimDiskOptions options)
    : options_(options),
      prng_(seed),
      space_{.capacity = options.capacity},
      history_(options.history_max),
      root_(std::make_shared<SimDirectory>()) {
  OTTLA_ASSERT(options.history_max > 0);
}

SimDisk::~SimDisk() { OTTLA_ASSERT(holders_ == 0, holders_); }

bool SimDisk::changes(IoOperation operation) {
  switch (operation) {
    case IoOperation::create:
    case IoOperation::write:
    case IoOperation::truncate:
    case IoOperation::preallocate:
    case IoOperation::sync:
    case IoOperation::rename:
    case IoOperation::unlink:
    case IoOperation::make_directory:
    case IoOperation::remove_directory:
    case IoOperation::sync_directory:
    case IoOperation::sync_all: return true;
    default: return false;
  }
}

bool SimDisk::fails_on_its_own(IoOperation operation) {
  return operation == IoOperation::write || operation == IoOperation::sync || operation == IoOperation::sync_all;
}

IoResult<> SimDisk::begin(IoOperation operation, std::string_view path, int64_t position, int64_t size) {
  OTTLA_ASSERT(is_disk_path(path), path);
  history_.begin(operation, path, position, size);
  if (!powered_) return fail(IoError::io, operation);
  if (changes(operation)) {
    if (read_only_) return fail(IoError::read_only, operation);
    if (changes_left_.has_value()) {
      if (*changes_left_ == 0) powered_ = false;
      --*changes_left_;
    }
    ++change_count_;
  }
  if (!fails_on_its_own(operation)) {
    if (const auto code = faults_.check(operation, path)) return fail(*code, operation);
  }
  return {};
}

IoResult<> SimDisk::end(IoOperation operation) {
  if (!powered_) return fail(IoError::io, operation);
  return {};
}

Failure<IoError> SimDisk::fail(IoError::Code code, IoOperation operation) {
  history_.fail(code);
  return Failure(IoError(code, operation));
}

IoResult<std::shared_ptr<SimDirectory>> SimDisk::directory_at(std::string_view path, IoOperation operation) {
  std::shared_ptr<SimDirectory> at = root_;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const SimNode* node = at->find(path.substr(0, slash));
    if (node == nullptr) return fail(IoError::not_found, operation);
    if (!node->is_directory()) return fail(IoError::wrong_kind, operation);
    at = node->directory;
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return at;
}

IoResult<SimNode> SimDisk::node_at(std::string_view path, IoOperation operation) {
  if (path.empty()) return SimNode{.file = nullptr, .directory = root_};
  OTTLA_TRY(const auto parent, directory_at(parent_path(path), operation));
  const SimNode* node = parent->find(last_name(path));
  if (node == nullptr) return fail(IoError::not_found, operation);
  return *node;
}

IoResult<FilePtr> SimDisk::open_node(std::shared_ptr<SimFile> file, std::string_view path, Access access,
                                     IoOperation operation) {
  if (files_open_.size() >= options_.files_open_max) return fail(IoError::too_many_files, operation);
  return FilePtr(std::make_shared<SimOpenFile>(*this, std::move(file), path, access));
}

IoResult<FilePtr> SimDisk::create(std::string_view path) {
  constexpr auto kOperation = IoOperation::create;
  OTTLA_TRY_DONE(begin(kOperation, path));
  OTTLA_TRY(const auto parent, directory_at(parent_path(path), kOperation));
  if (parent->find(last_name(path)) != nullptr) return fail(IoError::exists, kOperation);
  auto file = std::make_shared<SimFile>(space_);
  OTTLA_TRY(FilePtr opened, open_node(file, path, Access::read_write, kOperation));
  parent->add(last_name(path), {.file = std::move(file), .directory = nullptr});
  OTTLA_TRY_DONE(end(kOperation));
  return opened;
}

IoResult<FilePtr> SimDisk::open(std::string_view path, Access access) {
  constexpr auto kOperation = IoOperation::open;
  OTTLA_TRY_DONE(begin(kOperation, path));
  if (access == Access::read_write && read_only_) return fail(IoError::read_only, kOperation);
  OTTLA_TRY(SimNode node, node_at(path, kOperation));
  if (node.is_directory()) return fail(IoError::wrong_kind, kOperation);
  return open_node(std::move(node.file), path, access, kOperation);
}

IoResult<> SimDisk::rename(std::string_view from, std::string_view to) {
  constexpr auto kOperation = IoOperation::rename;
  OTTLA_ASSERT(is_disk_path(from) && parent_path(from) == parent_path(to), from, to);
  OTTLA_TRY_DONE(begin(kOperation, to));
  OTTLA_TRY(const auto parent, directory_at(parent_path(from), kOperation));
  const SimNode* node = parent->find(last_name(from));
  if (node == nullptr) return fail(IoError::not_found, kOperation);
  if (from == to) return end(kOperation);
  if (const SimNode* there = parent->find(last_name(to)); there != nullptr) {
    if (node->is_directory()) return fail(IoError::exists, kOperation);
    if (there->is_directory()) return fail(IoError::wrong_kind, kOperation);
  }
  parent->rename(last_name(from), last_name(to));
  return end(kOperation);
}

IoResult<> SimDisk::unlink(std::string_view path) {
  constexpr auto kOperation = IoOperation::unlink;
  OTTLA_TRY_DONE(begin(kOperation, path));
  OTTLA_TRY(const auto parent, directory_at(parent_path(path), kOperation));
  const SimNode* node = parent->find(last_name(path));
  if (node == nullptr) return fail(IoError::not_found, kOperation);
  if (node->is_directory()) return fail(IoError::wrong_kind, kOperation);
  parent->remove(last_name(path));
  return end(kOperation);
}

IoResult<> SimDisk::make_directory(std::string_view path) {
  constexpr auto kOperation = IoOperation::make_directory;
  OTTLA_TRY_DONE(begin(kOperation, path));
  OTTLA_TRY(const auto parent, directory_at(parent_path(path), kOperation));
  if (parent->find(last_name(path)) != nullptr) return fail(IoError::exists, kOperation);
  parent->add(last_name(path), {.file = nullptr, .directory = std::make_shared<SimDirectory>()});
  return end(kOperation);
}

IoResult<> SimDisk::remove_directory(std::string_view path) {
  constexpr auto kOperation = IoOperation::remove_directory;
  OTTLA_TRY_DONE(begin(kOperation, path));
  OTTLA_TRY(const auto parent, directory_at(parent_path(path), kOperation));
  const SimNode* node = parent->find(last_name(path));
  if (node == nullptr) return fail(IoError::not_found, kOperation);
  if (!node->is_directory()) return fail(IoError::wrong_kind, kOperation);
  if (!node->directory->names().empty()) return fail(IoError::not_empty, kOperation);
  parent->remove(last_name(path));
  return end(kOperation);
}

IoResult<std::vector<DirectoryEntry>> SimDisk::list(std::string_view path) {
  OTTLA_TRY_DONE(begin(IoOperation::list, path));
  OTTLA_TRY(const auto directory, directory_at(path, IoOperation::list));
  std::vector<DirectoryEntry> entries;
  entries.reserve(directory->names().size());
  for (const auto& [name, node] : directory->names()) entries.push_back({name, node.is_directory()});
  return entries;
}

IoResult<FileStatus> SimDisk::status(std::string_view path) {
  OTTLA_TRY_DONE(begin(IoOperation::status, path));
  OTTLA_TRY(const SimNode node, node_at(path, IoOperation::status));
  return FileStatus{.is_directory = node.is_directory(), .size = node.is_directory() ? 0 : node.file->pages.size()};
}

IoResult<DiskSpace> SimDisk::space() {
  OTTLA_TRY_DONE(begin(IoOperation::space, ""));
  return DiskSpace{.capacity = space_.capacity, .available = space_.available()};
}

IoResult<std::unique_ptr<DirectoryLock>> SimDisk::lock() {
  OTTLA_TRY_DONE(begin(IoOperation::lock, ""));
  if (locked_) return fail(IoError::locked, IoOperation::lock);
  return std::unique_ptr<DirectoryLock>(std::make_unique<SimLock>(*this));
}

}  // namespace ottla::sim
