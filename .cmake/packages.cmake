# The libraries that the rooms link. Those that are missing are all named at once, as Debian names them: who has pip compile
# Ottla has not read CONTRIBUTING.md.

set(missing "")

macro(ottla_package package debian)
  find_package(${package} QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    string(APPEND missing " ${debian}")
  endif()
endmacro()

function(ottla_library name header debian)
  find_library(OTTLA_${name} "${name}")
  find_path(OTTLA_${name}_INCLUDE "${header}")
  if(NOT OTTLA_${name} OR NOT OTTLA_${name}_INCLUDE)
    set(missing "${missing} ${debian}" PARENT_SCOPE)
  endif()
endfunction()

ottla_package(Threads libc6-dev)
ottla_package(ZLIB zlib1g-dev)
ottla_library(lz4 lz4frame.h liblz4-dev)
ottla_library(zstd zstd.h libzstd-dev)
ottla_library(snappy snappy-c.h libsnappy-dev)
ottla_package(nlohmann_json nlohmann-json3-dev CONFIG)
ottla_package(CLI11 libcli11-dev CONFIG)
ottla_package(spdlog libspdlog-dev CONFIG)
ottla_package(PkgConfig pkg-config)  # Cap'n Proto's CMake files ask for it
if(PkgConfig_FOUND)
  ottla_package(CapnProto "libcapnp-dev capnproto" CONFIG)
else()
  string(APPEND missing " libcapnp-dev capnproto")
endif()

if(missing)
  message(FATAL_ERROR "Ottla is compiled here and needs libraries that are not installed.\n"
                      "On Debian and Ubuntu:  apt-get install g++${missing}\n"
                      "In a checkout, `.ci/setup build python` installs all that is needed.")
endif()
