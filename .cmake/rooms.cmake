# How a room is built. A room is a folder is a library; what lies in it belongs to it, and a file's suffix says to what:
#
#   *_test.cc          one test program of the room       (preset with OTTLA_TESTS)
#   *_testing.{h,cc}   test support, shared with the tests of other rooms, never part of the library
#   *_bench.cc         a benchmark program of its own
#   *_fuzz.cc          a libFuzzer program of its own     (preset with OTTLA_FUZZ)
#   any other *.cc     the room's library
#
# ottla_room() takes what a room may use from the one table in the top CMakeLists.txt. The table is written to
# build/<preset>/rooms.txt and the tests to build/<preset>/tests.txt, where the walls and the test runner read them.

set_property(GLOBAL PROPERTY OTTLA_ROOM_LINES "")
set_property(GLOBAL PROPERTY OTTLA_TEST_LINES "")

function(ottla_target_name out folder)
  string(REPLACE "/" "_" name "${folder}")
  set(${out} "${name}" PARENT_SCOPE)
endfunction()

# Sources of `folder` whose names match (or, with EXCLUDE, do not match) a pattern.
function(ottla_sources out folder pattern)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/${folder}/*.cc")
  if(ARGN STREQUAL "EXCLUDE")
    list(FILTER found EXCLUDE REGEX "${pattern}")
  else()
    list(FILTER found INCLUDE REGEX "${pattern}")
  endif()
  foreach(inner IN LISTS OTTLA_INNER_ROOMS)
    if(inner MATCHES "^${folder}/")
      list(FILTER found EXCLUDE REGEX "^${inner}/")
    endif()
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# ottla_room(folder [PROGRAM name] [USES folder...] [LINKS library...] [BUDGET group] [TEST_USES folder...])
#   USES       the rooms this one may include and link: a wall, checked by `make walls`
#   LINKS      outside libraries
#   BUDGET     which time budget of `make test` its tests count against (unit when absent)
#   TEST_USES  rooms that its tests and benchmarks use beyond USES
#   PROGRAM    the room is a program of this name instead of a library
function(ottla_room folder)
  cmake_parse_arguments(room "" "PROGRAM;BUDGET" "USES;LINKS;TEST_USES" ${ARGN})
  ottla_target_name(target "${folder}")
  set_property(GLOBAL APPEND_STRING PROPERTY OTTLA_ROOM_LINES "${folder}: ${room_USES}\n")
  set(uses "")
  foreach(used IN LISTS room_USES)
    ottla_target_name(name "${used}")
    list(APPEND uses "${name}")
  endforeach()

  ottla_sources(sources "${folder}" "_(test|testing|bench|fuzz)\\.cc$" EXCLUDE)
  if(room_PROGRAM)
    add_executable(${target} ${sources})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME "${room_PROGRAM}" RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    set(scope PRIVATE)
  elseif(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${target} ${scope} ${uses} ${room_LINKS})
  if(NOT scope STREQUAL "INTERFACE")
    target_link_libraries(${target} PRIVATE ottla_flags)
    if(folder MATCHES "^core/")
      target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti)
    endif()
  endif()

  if(OTTLA_FUZZ)
    ottla_sources(fuzzers "${folder}" "_fuzz\\.cc$")
    foreach(file IN LISTS fuzzers)
      get_filename_component(name "${file}" NAME_WE)
      add_executable(${name} "${file}")
      target_link_libraries(${name} PRIVATE ${target} ottla_flags)
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
      set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzz")
    endforeach()
  endif()
  if(OTTLA_TESTS AND NOT room_PROGRAM)
    ottla_room_tests("${folder}" "${target}")
  endif()
endfunction()

function(ottla_room_tests folder target)
  set(test_uses "")
  foreach(used IN LISTS room_TEST_USES room_USES)
    ottla_target_name(name "${used}")
    # Looked up when all rooms are known: tests may use rooms that stand further down in the table.
    list(APPEND test_uses "${name}" "$<TARGET_NAME_IF_EXISTS:${name}_testing>")
  endforeach()

  ottla_sources(support "${folder}" "_testing\\.cc$")
  if(support)
    add_library(${target}_testing STATIC ${support})
    # Support may use assertions of the test library, and benchmarks may use support.
    target_link_libraries(${target}_testing PUBLIC ${target} ${test_uses} GTest::gtest PRIVATE ottla_flags)
    list(APPEND test_uses ${target}_testing)
  endif()

  ottla_sources(tests "${folder}" "_test\\.cc$")
  if(tests)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} ${test_uses} ottla_test_main ottla_flags)
    target_compile_definitions(${target}_test PRIVATE OTTLA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set_target_properties(${target}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/test")
    set(budget unit)
    if(room_BUDGET)
      set(budget ${room_BUDGET})
    endif()
    set_property(GLOBAL APPEND_STRING PROPERTY OTTLA_TEST_LINES "${budget} ${target}_test\n")
  endif()

  ottla_sources(benches "${folder}" "_bench\\.cc$")
  foreach(file IN LISTS benches)
    get_filename_component(name "${file}" NAME_WE)
    add_executable(${name} "${file}")
    target_link_libraries(${name} PRIVATE ${target} ${test_uses} ottla_flags)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
  endforeach()
endfunction()

function(ottla_write_tables)
  get_property(rooms GLOBAL PROPERTY OTTLA_ROOM_LINES)
  get_property(tests GLOBAL PROPERTY OTTLA_TEST_LINES)
  string(REPLACE ";" " " rooms "${rooms}")
  file(WRITE "${PROJECT_BINARY_DIR}/rooms.txt" "${rooms}")
  file(WRITE "${PROJECT_BINARY_DIR}/tests.txt" "${tests}")
endfunction()
