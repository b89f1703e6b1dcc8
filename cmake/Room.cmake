# SPDX-License-Identifier: Apache-2.0
# A room is a folder below livesonic/: one library, its unit tests, its fuzzers.
#
#   livesonic_room(aws DEPENDS base LINKS CURL::libcurl)
#
# DEPENDS names the only rooms whose headers it may include: scripts/check-rooms reads these very
# lines and fails the lint on any other include. LINKS names third-party libraries; TEST_LINKS
# those that only the room's own tests need. Every *_test.cpp in the folder joins the room's test
# program; every *_fuzz.cpp becomes a fuzzer of its own where LIVESONIC_FUZZ is on.
function(livesonic_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LINKS;TEST_LINKS" ${ARGN})
  set(target livesonic_${name})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cpp)
  if(tests OR fuzzers)
    list(REMOVE_ITEM sources ${tests} ${fuzzers})
  endif()
  list(TRANSFORM ROOM_DEPENDS PREPEND livesonic_)

  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC livesonic_flags ${ROOM_DEPENDS} ${ROOM_LINKS})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE livesonic_flags ${ROOM_DEPENDS} ${ROOM_LINKS})
  endif()

  if(sources)
    livesonic_unity(${target})
  endif()
  if(tests)
    livesonic_test(${target}_test SOURCES ${tests} LINKS ${target} ${ROOM_TEST_LINKS})
  endif()
  livesonic_fuzzers(${target} ${fuzzers})
endfunction()

# A GoogleTest program whose cases CTest runs one by one, in parallel. None where serverscore is built
# alone: there is no GoogleTest for the other architecture.
function(livesonic_test target)
  if(LIVESONIC_ONLY_SERVERSCORE)
    return()
  endif()
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${target} ${TEST_SOURCES})
  target_link_libraries(${target} PRIVATE livesonic_flags ${TEST_LINKS} GTest::gmock_main)
  target_compile_definitions(${target} PRIVATE LIVESONIC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  livesonic_unity(${target})
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endfunction()

# One libFuzzer program a file; does nothing unless LIVESONIC_FUZZ is on.
function(livesonic_fuzzers library)
  if(NOT LIVESONIC_FUZZ)
    return()
  endif()
  foreach(file IN LISTS ARGN)
    get_filename_component(name ${file} NAME_WE)
    add_executable(${name} ${file})
    target_link_libraries(${name} PRIVATE livesonic_flags ${library})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  endforeach()
endfunction()
