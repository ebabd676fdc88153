// A file as one holder has it open.
#pragma once

#include <memory>
#include <string>

#include "core/sim/sim_disk.h"

namespace ottla::sim {

class SimOpenFile final : public File {
 public:
  SimOpenFile(SimDisk& disk, std::shared_ptr<SimFile> file, std::string_view path, Access access);
  ~SimOpenFile() override;

  IoResult<size_t> read(int64_t position, std::span<uint8_t> out) const override;
  IoResult<size_t> read_cached(int64_t position, std::span<uint8_t> out) const override;
  using File::write;
  IoResult<> write(int64_t position, std::span<const BytesView> parts) override;
  IoResult<> truncate(int64_t size) override;
  IoResult<> preallocate(int64_t size) override;
  IoResult<> sync() override;
  [[nodiscard]] IoResult<int64_t> size() const override;
  [[nodiscard]] std::string_view path() const override { return path_; }

 private:
  IoResult<> begin(IoOperation operation, int64_t position, int64_t size) const;
  // How many of the bytes asked for are there.
  [[nodiscard]] size_t readable(int64_t position, size_t size) const;
  // A write that stops after `size` bytes.
  void write_first(int64_t position, std::span<const BytesView> parts, int64_t size);

  SimDisk& disk_;
  std::shared_ptr<SimFile> file_;
  std::string path_;
  Access access_;
  uint64_t boot_;
  uint32_t errors_seen_;
};

}  // namespace ottla::sim
