# The shared library libottla.so, what of it is installed, and how other builds find it.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/library.cc" CONTENT "// What is in the library is capi's.\n")
add_library(ottla SHARED "${PROJECT_BINARY_DIR}/library.cc")
set_target_properties(ottla PROPERTIES VERSION "${PROJECT_VERSION}" SOVERSION "${PROJECT_VERSION_MAJOR}" LINKER_LANGUAGE CXX
                                       LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib"
                                       LINK_DEPENDS "${PROJECT_SOURCE_DIR}/capi/ottla.map")
target_link_libraries(ottla PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,capi>")
# It shows what ottla.map lists, binds its own calls to itself, and depends on no library that it does not call. So it gets
# along with whatever else lives in the process.
target_link_options(ottla PRIVATE "LINKER:--version-script=${PROJECT_SOURCE_DIR}/capi/ottla.map"
                                  LINKER:-Bsymbolic LINKER:--as-needed)
if(NOT OTTLA_SANITIZE)
  target_link_options(ottla PRIVATE LINKER:--no-undefined)  # sanitizers' symbols come with the program
endif()
target_include_directories(ottla INTERFACE "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

install(TARGETS ottla EXPORT ottla LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(TARGETS cluster_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES capi/ottla.h capi/ottla.hpp capi/error_codes.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/ottla")

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/ottla")
install(EXPORT ottla NAMESPACE ottla:: FILE ottla-config.cmake DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ottla-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ottla-config-version.cmake" DESTINATION "${package_folder}")
file(RELATIVE_PATH OTTLA_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" /prefix)
configure_file(capi/ottla.pc.in "${PROJECT_BINARY_DIR}/ottla.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ottla.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# Tests of the library see it as its users do: through the headers, in the shared library.
if(OTTLA_TESTS)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" bindings-tests/c/*.cc bindings-tests/c/*.c)
  add_executable(bindings_c_test ${sources})
  target_link_libraries(bindings_c_test PRIVATE ottla ottla_test_main ottla_flags)
  set_target_properties(bindings_c_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/test" C_STANDARD 11
                                                   C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  set_property(GLOBAL APPEND_STRING PROPERTY OTTLA_TEST_LINES "unit bindings_c_test\n")
endif()
