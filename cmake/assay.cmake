# Functions and options of the build.
#
#   assay_library(wire SOURCES a.cpp b.cpp DEPENDS Boost::json)   -> target assay_wire from the current folder
#   assay_program(mcp-assay SOURCES main.cpp DEPENDS assay_cli)   -> a program, installed to bin/
#   assay_test(wire SOURCES test/a_test.cpp DEPENDS assay_wire)   -> target wire-test, a Catch2 program known to ctest
#   assay_fuzz(json DEPENDS assay_wire)                           -> target json-fuzz from fuzz/json.cpp, known to ctest
#
# Headers are included from the project's root: #include "reference/wire/json.hpp".

option(ASSAY_TESTS "Build the Catch2 tests" ON)
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

add_library(assay_flags INTERFACE)
target_include_directories(assay_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(assay_flags INTERFACE -Wall -Wextra -Wpedantic -fno-strict-aliasing)
target_compile_definitions(assay_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  ASSAY_VERSION="${PROJECT_VERSION}")
if(ASSAY_SANITIZE)
  target_compile_options(assay_flags INTERFACE -fsanitize=${ASSAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(assay_flags INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()
find_program(ASSAY_MOLD mold)
if(ASSAY_MOLD)
  target_link_options(assay_flags INTERFACE -fuse-ld=mold)
endif()

function(assay_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(assay_${name} STATIC ${arg_SOURCES})
  target_link_libraries(assay_${name} PUBLIC assay_flags Boost::json ${arg_DEPENDS})
  target_precompile_headers(assay_${name} REUSE_FROM assay_pch)
endfunction()

function(assay_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE assay_flags Boost::json ${arg_DEPENDS})
  target_precompile_headers(${name} REUSE_FROM assay_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

function(assay_test name)
  if(NOT ASSAY_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name}-test ${arg_SOURCES})
  target_link_libraries(${name}-test PRIVATE assay_flags Boost::json ${arg_DEPENDS} Catch2::Catch2WithMain)
  target_precompile_headers(${name}-test REUSE_FROM assay_pch)
  target_compile_definitions(${name}-test PRIVATE ASSAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${name}-test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
  add_test(NAME ${name} COMMAND ${name}-test)
endfunction()

# cmake/fuzz.cpp says what the program does: fuzz with preset fuzz (harness/fuzz), replay seeds and variations else.
add_custom_target(fuzz-programs)
function(assay_fuzz name)
  if(NOT ASSAY_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  add_executable(${name}-fuzz fuzz/${name}.cpp ${PROJECT_SOURCE_DIR}/cmake/fuzz.cpp)
  target_link_libraries(${name}-fuzz PRIVATE assay_flags Boost::json ${arg_DEPENDS})
  target_precompile_headers(${name}-fuzz REUSE_FROM assay_pch)
  set_target_properties(${name}-fuzz PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
  add_dependencies(fuzz-programs ${name}-fuzz)
  if(ASSAY_SANITIZE MATCHES fuzzer)
    target_compile_definitions(${name}-fuzz PRIVATE ASSAY_LIBFUZZER)
    target_link_options(${name}-fuzz PRIVATE -fsanitize=fuzzer)
  else()
    add_test(NAME ${name}-fuzz COMMAND ${name}-fuzz)
    set_tests_properties(${name}-fuzz PROPERTIES LABELS fuzz)
  endif()
endfunction()
