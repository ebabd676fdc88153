# The Python package: ottla._native, and beside it libottla.so and the program, as scikit-build-core puts them into a wheel
# (pyproject.toml). It sees the library as any user does, through its headers: python/ may include no room.

set_property(GLOBAL APPEND_STRING PROPERTY OTTLA_ROOM_LINES "python: \n")

if(OTTLA_PYTHON)
  find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)
  find_package(pybind11 CONFIG REQUIRED)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" python/src/*.cc)
  pybind11_add_module(_native MODULE NO_EXTRAS ${sources})
  target_link_libraries(_native PRIVATE ottla ottla_flags)
  set_target_properties(_native PROPERTIES INSTALL_RPATH "$ORIGIN")
  # A wheel is to be small, and debuggers do not look into it.
  foreach(target _native ottla cluster_cli)
    target_link_options(${target} PRIVATE LINKER:--strip-all)
  endforeach()

  install(TARGETS _native LIBRARY DESTINATION ottla COMPONENT python)
  # Under the one name that it is asked for by: links in a wheel are copies.
  install(PROGRAMS "$<TARGET_FILE:ottla>" DESTINATION ottla RENAME "$<TARGET_SONAME_FILE_NAME:ottla>" COMPONENT python)
  install(TARGETS cluster_cli RUNTIME DESTINATION ottla/bin COMPONENT python)
endif()
