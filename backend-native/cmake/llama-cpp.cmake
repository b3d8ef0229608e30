# llama.cpp, unmodified, from LLAMA_CPP_DIR (scripts/fetch-llama-cpp.mjs puts the pinned source into .llama.cpp).
# Only what a target of ours links is built; llama-mtmd-cli, llama-bench and ggml-rpc-server can be asked for by name.
set(LLAMA_CPP_DIR "${CMAKE_CURRENT_SOURCE_DIR}/.llama.cpp" CACHE PATH "Checkout of llama.cpp")
if (NOT EXISTS "${LLAMA_CPP_DIR}/include/llama.h")
  message(FATAL_ERROR "Expected llama.cpp in ${LLAMA_CPP_DIR}; run `node backend-native/scripts/fetch-llama-cpp.mjs` "
                      "or pass -DLLAMA_CPP_DIR=<checkout>.")
endif()

# Its version stands in scripts/fetch-llama-cpp.mjs alone; another checkout is called by its commit.
file(READ "${CMAKE_CURRENT_SOURCE_DIR}/scripts/fetch-llama-cpp.mjs" llama_cpp_pin)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "scripts/fetch-llama-cpp.mjs")
if (NOT llama_cpp_pin MATCHES "tag: '([^']+)'")
  message(FATAL_ERROR "Expected the tag of llama.cpp in scripts/fetch-llama-cpp.mjs.")
endif()
set(LLAMA_CPP_VERSION "${CMAKE_MATCH_1}")
if (NOT llama_cpp_pin MATCHES "commit: '([0-9a-f]+)'")
  message(FATAL_ERROR "Expected the commit of llama.cpp in scripts/fetch-llama-cpp.mjs.")
endif()
set(llama_cpp_pinned_commit "${CMAKE_MATCH_1}")
execute_process(COMMAND git -C "${LLAMA_CPP_DIR}" rev-parse HEAD OUTPUT_VARIABLE llama_cpp_commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if (llama_cpp_commit AND NOT llama_cpp_commit STREQUAL llama_cpp_pinned_commit)
  string(SUBSTRING "${llama_cpp_commit}" 0 12 LLAMA_CPP_VERSION)
elseif (NOT llama_cpp_commit)
  set(LLAMA_CPP_VERSION "from ${LLAMA_CPP_DIR}")
endif()

# Device backends that are loaded at run time must be shared libraries; a local build is one file.
if (GGML_BACKEND_DL)
  set(BUILD_SHARED_LIBS ON)
else()
  set(BUILD_SHARED_LIBS OFF)
endif()

# A release build is shared libraries and a local build is not. Outside Windows these macros only mark functions as
# exported, which they are anyway; with them in both, both compile the same objects, and ccache compiles them once.
if (NOT WIN32)
  add_compile_definitions(GGML_SHARED GGML_BACKEND_SHARED LLAMA_SHARED)
endif()

set(LLAMA_BUILD_COMMON   ON)
set(LLAMA_BUILD_TOOLS    ON)
set(LLAMA_BUILD_MTMD     ON)
set(LLAMA_BUILD_TESTS    OFF)
set(LLAMA_BUILD_EXAMPLES OFF)
set(LLAMA_BUILD_SERVER   ON) # for `npm run bench` alone: nothing of ours links it
set(LLAMA_BUILD_APP      OFF)
set(LLAMA_BUILD_UI       OFF)
set(LLAMA_USE_PREBUILT_UI OFF)
set(LLAMA_OPENSSL        OFF)
set(LLAMA_SUBPROCESS     OFF)
set(MTMD_VIDEO           OFF)

# Devices of other machines, used when servers are named and never otherwise. A normal variable, so that a build folder
# from before follows; -DLOOK_ONCE_RPC=OFF leaves it out. Without RDMA: its library is not on every machine.
option(LOOK_ONCE_RPC "Build ggml's RPC backend; the target ggml-rpc-server is what it speaks to" ON)
set(GGML_RPC      ${LOOK_ONCE_RPC})
set(GGML_RPC_RDMA OFF)

# Where the Vulkan loader is opened when it is needed (see there), ggml links that in its place.
option(LOOK_ONCE_OPENS_VULKAN "Load without the Vulkan loader, and find it at run time" OFF)
if (GGML_VULKAN AND LOOK_ONCE_OPENS_VULKAN)
  add_library(look_once_vulkan_loader STATIC cmake/vulkan-loader.c)
  target_include_directories(look_once_vulkan_loader PUBLIC "${Vulkan_INCLUDE_DIR}")
  target_link_libraries(look_once_vulkan_loader PUBLIC ${CMAKE_DL_LIBS})
  add_library(Vulkan::Vulkan ALIAS look_once_vulkan_loader)
  set(Vulkan_LIBRARY look_once_vulkan_loader)
endif()

add_subdirectory("${LLAMA_CPP_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/llama.cpp" EXCLUDE_FROM_ALL)

# Windows has pi in its headers when it is asked to.
if (WIN32)
  target_compile_definitions(mtmd PRIVATE _USE_MATH_DEFINES)
endif()

# What GCC gets wrong about AMX, see there.
if (CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set_property(SOURCE "${LLAMA_CPP_DIR}/ggml/src/ggml-cpu/amx/mmq.cpp" DIRECTORY "${LLAMA_CPP_DIR}/ggml/src"
               APPEND PROPERTY COMPILE_OPTIONS -include "${CMAKE_CURRENT_LIST_DIR}/whole-tile-config.h")
endif()

# What is slow in ggml's attention, see there.
if (NOT MSVC)
  set_property(SOURCE "${LLAMA_CPP_DIR}/ggml/src/ggml-cpu/ops.cpp" DIRECTORY "${LLAMA_CPP_DIR}/ggml/src"
               APPEND PROPERTY COMPILE_OPTIONS -include "${CMAKE_CURRENT_LIST_DIR}/vector-max.h")
endif()

# ggml's products of half-precision vectors take 128 numbers at a time where a processor has AVX512-FP16 (-march=native
# on Intel's Sapphire Rapids and later), and the rest, all of a head of 64, one by one; and they add up in half
# precision. Without it they are made as on every other AVX-512: there, llama-bench decoded the embedded model behind
# 2,048 tokens (-n 32 -d 2048 -fa 1) at 59 tokens a second, and at 13 with it.
if (CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|i[3-6]86" AND NOT MSVC AND TARGET ggml-cpu)
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-mno-avx512fp16 LOOK_ONCE_KNOWS_AVX512FP16)
  if (LOOK_ONCE_KNOWS_AVX512FP16)
    target_compile_options(ggml-cpu PRIVATE -mno-avx512fp16)
  endif()
endif()

# Its headers define static functions that we do not call.
get_target_property(llama_common_includes llama-common INTERFACE_INCLUDE_DIRECTORIES)
set_target_properties(llama-common PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${llama_common_includes}")

# CPU code for every generation of an architecture is most of a release build. A build that is only to be tried names
# the generations that it needs; the libraries of the others are empty, and stage-release.mjs leaves them out.
set(LOOK_ONCE_CPU_VARIANTS "" CACHE STRING "Variants of the CPU backend to compile, as ggml names them; empty for all")
if (GGML_CPU_ALL_VARIANTS AND LOOK_ONCE_CPU_VARIANTS)
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/left-out.c" "typedef int left_out;\n")
  get_property(ggml_targets DIRECTORY "${LLAMA_CPP_DIR}/ggml/src" PROPERTY BUILDSYSTEM_TARGETS)
  foreach (variant IN LISTS ggml_targets)
    if (variant MATCHES "^ggml-cpu-" AND NOT variant MATCHES "-feats$")
      string(REPLACE "ggml-cpu-" "" name "${variant}")
      if (name IN_LIST LOOK_ONCE_CPU_VARIANTS)
        continue()
      endif()
      set_target_properties(${variant} PROPERTIES SOURCES "${CMAKE_CURRENT_BINARY_DIR}/left-out.c" LINK_LIBRARIES "")
    endif()
  endforeach()
endif()
