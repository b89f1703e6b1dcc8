# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers and ccache: the same for every target.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

find_package(Threads REQUIRED)

add_library(livesonic_flags INTERFACE)
target_include_directories(livesonic_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(livesonic_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
target_compile_definitions(livesonic_flags INTERFACE LIVESONIC_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these in its own standard library at -O2.
  target_compile_options(livesonic_flags INTERFACE
    -Wno-error=restrict -Wno-restrict -Wno-maybe-uninitialized)
endif()

set(sanitized 0)
if(LIVESONIC_SANITIZE)
  set(sanitized 1)
  add_compile_options(-fsanitize=${LIVESONIC_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LIVESONIC_SANITIZE})
endif()
# Tests that go through a great many cases go through fewer where each costs many times as much.
target_compile_definitions(livesonic_flags INTERFACE LIVESONIC_SANITIZED=${sanitized})

if(LIVESONIC_FUZZ)
  # Coverage of the libraries too: a fuzzer that sees only its own few lines searches blindly.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
