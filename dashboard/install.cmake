# SPDX-License-Identifier: Apache-2.0
# cmake -D FOLDER=dashboard -P dashboard/install.cmake: npm ci, unless what package-lock.json asks
# for is there already. All build trees share the one node_modules.
file(MAKE_DIRECTORY "${FOLDER}/../build")
file(LOCK "${FOLDER}/../build/dashboard-install.lock" GUARD PROCESS TIMEOUT 600)
set(installed "${FOLDER}/node_modules/.installed-package-lock.json")
if(EXISTS "${installed}")
  file(SHA256 "${installed}" there)
  file(SHA256 "${FOLDER}/package-lock.json" wanted)
  if(there STREQUAL wanted)
    return()
  endif()
endif()
# Nothing here needs its packages' install scripts, so none is run.
execute_process(COMMAND npm ci --ignore-scripts --no-audit --no-fund
  WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "npm ci in ${FOLDER} failed:\n${said}")
endif()
file(COPY_FILE "${FOLDER}/package-lock.json" "${installed}")
