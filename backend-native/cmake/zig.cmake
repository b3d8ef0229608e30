# A toolchain file: zig as a cross compiler, which brings the C and C++ libraries of every target. LOOK_ONCE_ZIG names
# the folder of the wrappers that scripts/cross-compiler.mjs wrote for one target.
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LOOK_ONCE_ZIG LOOK_ONCE_SYSTEM LOOK_ONCE_PROCESSOR)
set(CMAKE_SYSTEM_NAME "${LOOK_ONCE_SYSTEM}")
set(CMAKE_SYSTEM_PROCESSOR "${LOOK_ONCE_PROCESSOR}")
set(CMAKE_C_COMPILER "${LOOK_ONCE_ZIG}/zig-cc")
set(CMAKE_CXX_COMPILER "${LOOK_ONCE_ZIG}/zig-c++")
set(CMAKE_AR "${LOOK_ONCE_ZIG}/zig-ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "${LOOK_ONCE_ZIG}/zig-ranlib" CACHE FILEPATH "")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH "${LOOK_ONCE_ZIG}")
