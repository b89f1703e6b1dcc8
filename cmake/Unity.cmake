# SPDX-License-Identifier: Apache-2.0
# Files compiled several at a time: most of a file's compilation is what its headers bring, and
# files that share a translation unit pay for it once. Off for the preset that people edit under
# (dev), where the smallest rebuild counts.
#
# File-local names are each file's own business, so files that declare the same name at their top
# level are put into different units: no file has to know of its neighbours.
option(LIVESONIC_UNITY "Compile files of a target together" OFF)
set(LIVESONIC_UNITY_FILES 10 CACHE STRING "The most files of one unit")

# Every name that a file may declare at its top level; one too many costs nothing but a unit. "*"
# for a file that must stay alone.
function(livesonic_top_level_names file result)
  file(STRINGS "${file}" lines REGEX "^[A-Za-z]")
  set(names)
  foreach(line IN LISTS lines)
    if(line MATCHES "^using namespace " AND NOT line MATCHES "literals;$")
      # What it brings in would meet the names of every neighbour.
      set(${result} "*" PARENT_SCOPE)
      return()
    elseif(line MATCHES "^(class|struct|union|enum class|enum) ([A-Za-z0-9_]+)" OR
           line MATCHES "^(using) ([A-Za-z0-9_]+) =")
      list(APPEND names "${CMAKE_MATCH_2}")
    elseif(line MATCHES "^[A-Za-z][A-Za-z0-9_:<>,&* ]* [*&]?([A-Za-z0-9_]+)([({=]| =|$)")
      list(APPEND names "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES names)
  set(${result} "${names}" PARENT_SCOPE)
endfunction()

# Sorts a target's sources into units: each goes into the first that has room and none of its names.
function(livesonic_unity target)
  if(NOT LIVESONIC_UNITY)
    return()
  endif()
  get_target_property(files ${target} SOURCES)
  set(units 0)
  foreach(file IN LISTS files)
    get_filename_component(path "${file}" ABSOLUTE)
    if(NOT path MATCHES "\\.cpp$" OR NOT EXISTS "${path}")
      continue()
    endif()
    livesonic_top_level_names("${path}" names)
    if(names STREQUAL "*")
      continue()
    endif()
    set(unit 0)
    while(unit LESS units)
      set(clash FALSE)
      foreach(name IN LISTS names)
        if(name IN_LIST names_${unit})
          set(clash TRUE)
          break()
        endif()
      endforeach()
      if(NOT clash AND size_${unit} LESS LIVESONIC_UNITY_FILES)
        break()
      endif()
      math(EXPR unit "${unit} + 1")
    endwhile()
    if(unit EQUAL units)
      math(EXPR units "${units} + 1")
      set(size_${unit} 0)
    endif()
    math(EXPR size_${unit} "${size_${unit}} + 1")
    list(APPEND names_${unit} ${names})
    set_source_files_properties("${path}" PROPERTIES UNITY_GROUP "${unit}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
