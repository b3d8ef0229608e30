# Our own code under AddressSanitizer and UndefinedBehaviorSanitizer, in the same build folder as everything else,
# linked to llama.cpp as it is built once for all: its own memory accesses are not ours to check, and compiling it a
# second time would take longer than all other checks together. Its allocations are seen nevertheless, for malloc is
# replaced.

# Makes <target>-sanitized of a target of ours, linked to the twins of the targets of ours that it links.
#   twin: the name of a variable that receives the twin's name
function (look_once_sanitized target twin)
  set(name "${target}-sanitized")
  set(${twin} "${name}" PARENT_SCOPE)
  if (TARGET ${name})
    return()
  endif()
  get_target_property(folder ${target} SOURCE_DIR)
  get_target_property(type ${target} TYPE)
  get_target_property(sources ${target} SOURCES)
  set(absolute "")
  foreach (source IN LISTS sources)
    get_filename_component(source "${source}" ABSOLUTE BASE_DIR "${folder}")
    list(APPEND absolute "${source}")
  endforeach()
  if (type STREQUAL "EXECUTABLE")
    add_executable(${name} EXCLUDE_FROM_ALL ${absolute})
  else()
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${absolute})
  endif()
  foreach (property INCLUDE_DIRECTORIES INTERFACE_INCLUDE_DIRECTORIES
                    COMPILE_DEFINITIONS INTERFACE_COMPILE_DEFINITIONS)
    get_target_property(values ${target} ${property})
    if (values)
      set_property(TARGET ${name} PROPERTY ${property} ${values})
    endif()
  endforeach()
  # Optimising fully takes several times as long with sanitizers; asserts stay on. Paths are relative to the checkout,
  # so that ccache serves other checkouts too.
  target_compile_options(${name} PRIVATE -O1 -UNDEBUG -g1 -fno-omit-frame-pointer
    "-fdebug-prefix-map=${CMAKE_SOURCE_DIR}=." -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  target_link_options(${name} PUBLIC -fsanitize=address,undefined)
  get_target_property(libraries ${target} LINK_LIBRARIES)
  foreach (library IN LISTS libraries)
    look_once_is_ours(${library} ours)
    if (ours)
      look_once_sanitized(${library} library)
    endif()
    target_link_libraries(${name} PUBLIC ${library})
  endforeach()
endfunction()

# Whether a library is compiled from sources of ours.
function (look_once_is_ours library result)
  set(${result} FALSE PARENT_SCOPE)
  if (TARGET ${library})
    get_target_property(folder ${library} SOURCE_DIR)
    get_target_property(type ${library} TYPE)
    string(FIND "${folder}/" "${LLAMA_CPP_DIR}/" in_llama_cpp)
    if (type STREQUAL "STATIC_LIBRARY" AND NOT in_llama_cpp EQUAL 0)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()
